"""What the guide to the lab says of each ready-made comparison is what comes out when it is run again, to the last word."""

import json
from pathlib import Path

import pytest

from experiments.lab.lay_words import pages

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "lab.md"


@pytest.fixture(scope="module")
def presets(scripts):
    return scripts("presets")


@pytest.fixture(scope="module")
def kept(presets):
    return json.loads(presets.KEPT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("presets")


@pytest.mark.slow
@pytest.mark.parametrize("name", pages()["presets"])
def test_every_ready_made_comparison_says_again_what_is_kept(presets, kept, folder, name):
    assert presets.told(name, folder) == kept[name]


def test_the_guide_tells_of_every_ready_made_comparison(presets, kept):
    guide = GUIDE.read_text(encoding="utf-8")
    assert set(kept) == set(pages()["presets"])
    for name, preset in pages()["presets"].items():
        assert f"| *{preset['title']}*" in guide
        assert kept[name]["headline"] in guide


def test_the_same_levers_are_said_to_do_the_same(kept):
    assert "same" in kept["same_levers"]["headline"]
