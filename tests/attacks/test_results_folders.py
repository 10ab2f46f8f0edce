"""Finished folders that were damaged or tampered with: every change is noticed, and what can be made again is."""

import json
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
from how_often import tried

import redesign
from experiments.cli import main
from experiments.errors import ConfigurationError
from experiments.results import open_results, signed
from experiments.results.open_results import look

pytestmark = pytest.mark.slow  # some eighty finished folders are spoilt, each in its own way

RECORD = {"runs.parquet", "burn_in.parquet", "services.parquet", "network.json", "kept.parquet"}
MEASURED = {"wall_seconds", "simulating_seconds", "replication_seconds", "citizen_months_per_second", "sha256"}
NAMES_THE_FOLDER = {"configuration", "configuration_hash"}


def every_file(out):
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def content(out):
    """Every byte of the results, and what the manifest says but for how long things took."""
    said = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    files = {
        name: (out / name).read_bytes() for name in every_file(out) if name not in ("manifest.json", "design.json")
    }
    outputs = {name: sum_ for name, sum_ in said.pop("outputs").items() if name != "design.json"}
    return files, outputs, {name: value for name, value in said.items() if name not in MEASURED | NAMES_THE_FOLDER}


def flip(path, at=0.5):
    spoilt = bytearray(path.read_bytes())
    if spoilt:
        spoilt[int(at * (len(spoilt) - 1))] ^= 1
    path.write_bytes(spoilt or b"?")


def linked(path):
    elsewhere = Path(tempfile.mkdtemp()) / path.name
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def piped(path):
    path.unlink()
    os.mkfifo(path)


def as_folder(path):
    path.unlink()
    path.mkdir()


SPOIL = {
    "flipped": flip,
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "gone": lambda path: path.unlink(),
    "a link to the same bytes": linked,
    "a pipe": piped,
    "a folder": as_folder,
}


@pytest.mark.parametrize("how", SPOIL)
def test_every_output_that_is_spoilt_is_noticed(how, kept, tmp_path):
    for number, name in enumerate(every_file(kept)):
        out = shutil.copytree(kept, tmp_path / f"{number}" / "out")
        SPOIL[how](out / name)
        found = look(out)
        assert found is None or name in found.damaged, name
        with pytest.raises(ConfigurationError):
            redesign.open(out)


@pytest.mark.parametrize("how", tried(SPOIL, changes=0))
def test_every_output_that_is_spoilt_is_made_again(how, kept, ask, tmp_path):
    """Only where the record itself is damaged are runs needed for it."""
    for number, name in enumerate(name for name in every_file(kept) if name != "manifest.json"):
        made_again(shutil.copytree(kept, tmp_path / f"{number}" / "out"), name, SPOIL[how], kept, ask)


@pytest.mark.parametrize("how", SPOIL)
@pytest.mark.parametrize("name", ["summary.csv", "economics/ladder.csv", "runs.parquet", "figures/rows.svg"])
def test_an_output_that_is_spoilt_is_made_again(how, name, kept, finished, ask):
    made_again(finished, name, SPOIL[how], kept, ask)


def made_again(out, name, spoil, kept, ask):
    spoil(out / name)
    said, ran = ask(out)
    assert "damaged or missing" in said, said
    assert name in said
    assert ran == (3 if name in RECORD else 0), name
    for aside in out.rglob("damaged-*"):
        aside.rmdir()  # a folder in the place of a file is no output, and may be somebody's
    assert look(out).is_whole, name
    assert content(out) == content(kept), name
    assert "here it is again" in ask(out)[0], name


def test_two_outputs_that_swap_names_are_noticed(kept, finished, ask):
    one, two = finished / "economics" / "ladder.csv", finished / "economics" / "pockets.csv"
    between = finished / "between"
    one.rename(between)
    two.rename(one)
    between.rename(two)
    assert set(look(finished).damaged) == {"economics/ladder.csv", "economics/pockets.csv"}
    assert ask(finished)[1] == 0
    assert content(finished) == content(kept)


@pytest.mark.parametrize("at", [0, 0.01, 0.5, 0.9, 0.995, 1.0])
def test_a_manifest_that_is_spoilt_anywhere_is_never_believed(at, finished, ask):
    flip(finished / "manifest.json", at)
    with pytest.raises(ConfigurationError):
        redesign.open(finished)
    assert main(["verify", str(finished)]) != 0
    said, ran = ask(finished)
    assert "here it is again" not in said
    if ran:
        assert look(finished).is_whole
        assert look(finished).is_proven
    else:
        assert "holds results of another configuration" in said or "manifest.json is damaged" in said, said


def test_every_byte_of_a_manifest_counts(tmp_path):
    """Not only what it says: a space more would be a change too."""
    small = tmp_path / "manifest.json"
    signed.write(small, {"question": "compare", "outputs": {"summary.csv": "0" * 64}})
    right = small.read_bytes()
    for spoilt in [right[:k] + bytes([right[k] ^ 1]) + right[k + 1 :] for k in range(len(right))]:
        small.write_bytes(spoilt)
        found = look(tmp_path)
        assert found is None or not (found.is_proven or found.is_old), spoilt
    small.write_bytes(right.replace(b": ", b":  ", 1))
    assert not look(tmp_path).is_proven


def test_a_manifest_that_is_gone_is_missed(finished, ask):
    (finished / "manifest.json").unlink()
    said, ran = ask(finished)
    assert (ran, "its manifest.json is damaged or missing" in said) == (0, True)
    assert main(["report", str(finished)]) == 2


def test_what_somebody_added_is_named_and_read_by_nobody(finished, ask):
    added = ("economics/zz.csv", "figures/zz.png", "figures/zz.svg", "notes.txt", "zz.csv")
    for name in added:
        (finished / name).write_text("outcome,horizon\nPLANTED,1\n", encoding="utf-8")
    os.mkfifo(finished / "figures" / "pipe.svg")
    (finished / "secrets.csv").symlink_to("/etc/passwd")
    found = look(finished)
    assert found.is_whole
    assert set(found.added) == {*added, "figures/pipe.svg", "secrets.csv"}
    assert "none of its results and is not read: economics/zz.csv" in ask(finished)[0]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = redesign.open(finished)
    assert "economics/zz.csv" in str(told[0].message)
    assert not {"zz", "secrets", "economics/zz"} & set(result.tables)
    assert "zz" not in result.figures


def test_what_was_added_does_not_become_a_result_when_something_is_made_again(finished, ask):
    (finished / "economics" / "zz.csv").write_text("a\n1\n")
    (finished / "runs.parquet").unlink()
    ask(finished)
    assert look(finished).is_whole
    assert look(finished).added == ("economics/zz.csv",)


def test_nothing_is_written_or_removed_through_a_folder_that_is_a_link(finished, ask, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (finished / "economics").rename(elsewhere)
    (finished / "economics").symlink_to(elsewhere)
    (elsewhere / "ladder.csv").write_text("false")
    before = {path.name: path.read_bytes() for path in elsewhere.iterdir()}
    assert "economics/ladder.csv" in look(finished).damaged
    ask(finished)
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == before
    assert look(finished).is_whole
    assert not (finished / "economics").is_symlink()


@pytest.mark.parametrize(
    "name",
    ["../outside.csv", "/etc/passwd", "C:/boot.ini", "C:\\boot.ini", "a\\..\\b", "a//b", "", "./a", "a/.", "x\0y", "\x1b[2J"],
)  # fmt: skip
def test_a_manifest_that_names_a_file_elsewhere_is_none(name, finished):
    said = signed.read(finished / "manifest.json")
    signed.write(finished / "manifest.json", {**said, "outputs": {name: "0" * 64}})
    assert look(finished) is None
    with pytest.raises(ConfigurationError, match=r"manifest\.json that is damaged"):
        redesign.open(finished)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"outputs": ' + '{"a":' * 50_000,
        '{"outputs": 1, "outputs": {}}',
        '{"outputs": {"a.csv": "' + "0" * 64 + '", "a.csv": "' + "1" * 64 + '"}}',
        '{"outputs": ["summary.csv"]}',
        '{"outputs": {"summary.csv": ["' + "0" * 64 + '"]}}',
        "\ufeff{}",
        '{"n": ' + "9" * 5000 + "}",
    ],
    ids=["deep", "deep objects", "twice", "a file twice", "a list", "no checksum", "a mark before it", "a long number"],
)
def test_json_that_is_made_to_break_readers_is_one_clear_message(text, finished, capsys):
    (finished / "manifest.json").write_text(text, encoding="utf-8")
    for words in (["report", str(finished)], ["verify", str(finished)], ["replay", str(finished)]):
        assert main(words) == 2
        said = capsys.readouterr().err
        assert "manifest.json" in said, words
        assert "not yours" not in said, words


def test_a_vast_file_is_refused_before_it_is_read(finished):
    with (finished / "summary.csv").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ConfigurationError, match="at most"):
        look(finished)
    with (finished / "manifest.json").open("wb") as file:
        file.truncate(2**33)
    assert look(finished) is None


def test_a_folder_from_before_manifests_proved_themselves_is_shown_with_a_note(finished, ask):
    said = signed.read(finished / "manifest.json")
    (finished / "manifest.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    told, ran = ask(finished)
    assert (ran, "here it is again" in told, open_results.UNPROVEN in told) == (0, True, True)
    assert main(["verify", str(finished)]) == 1
    flip(finished / "summary.csv")
    assert "damaged or missing" in ask(finished)[0]
    assert look(finished).is_proven


def test_report_draws_what_can_be_drawn_and_refuses_what_cannot(kept, finished, monkeypatch, capsys):
    monkeypatch.setattr("experiments.questions.compare.question.Compare.page", lambda self, out: kept_page)
    kept_page = (kept / "report.html").read_text(encoding="utf-8")
    flip(finished / "report.html")
    flip(finished / "figures" / "rows.svg")
    with pytest.raises(ConfigurationError, match="redesign report"):
        redesign.open(finished)
    assert main(["report", str(finished)]) == 0
    assert content(finished) == content(kept)
    capsys.readouterr()
    (finished / "runs.parquet").unlink()
    flip(finished / "report.html")
    before = (finished / "report.html").read_bytes()
    assert main(["report", str(finished)]) == 2
    said = capsys.readouterr().err
    assert "runs.parquet" in said
    assert "fix: redesign compare" in said
    assert f"out={finished}" in said
    assert (finished / "report.html").read_bytes() == before
