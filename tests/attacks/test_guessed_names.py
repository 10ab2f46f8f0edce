"""A forged folder leads no writing and no reading elsewhere: no name in it that we follow can be guessed or chosen."""

import os

import pytest

from experiments import storage
from experiments.report.generic_page import _facts


def test_a_link_under_a_name_that_could_be_guessed_leads_no_writing_elsewhere(tmp_path):
    victim, folder = tmp_path / "victim", tmp_path / "folder"
    victim.write_text("mine", encoding="utf-8")
    folder.mkdir()
    (folder / f".manifest.json.{os.getpid()}.tmp").symlink_to(victim)
    storage.write_json(folder / "manifest.json", {"a": 1})
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (folder / "manifest.json").is_symlink()


def test_no_two_writings_have_the_same_name(tmp_path):
    names = set()
    for _ in range(2):
        storage.write_atomically(tmp_path / "file", lambda temporary: (names.add(temporary), temporary.write_text("x")))
    assert len(names) == 2


@pytest.mark.parametrize("name", ["../secret", "{elsewhere}/secret", "linked"])
def test_a_forged_question_leads_to_no_file_elsewhere(tmp_path, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.json").write_text('{"sentence": "secret"}', encoding="utf-8")
    (folder / "linked.json").symlink_to(tmp_path / "secret.json")
    (folder / "ours.json").write_text('{"sentence": "ours"}', encoding="utf-8")
    assert "sentence" not in _facts(folder, {"question": name.format(elsewhere=tmp_path)})
    assert _facts(folder, {"question": "ours"})["sentence"] == "ours"
