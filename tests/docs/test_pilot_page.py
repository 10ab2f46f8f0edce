"""What pilots would have shown is kept as it was found, and shown as it is kept."""

import json

import pandas as pd
import pytest
from made_country import lived

from experiments import cli

pytestmark = pytest.mark.unhurried


@pytest.fixture
def script(scripts, tmp_path, monkeypatch):
    """The script, with figures kept elsewhere."""
    found = scripts("zones")
    monkeypatch.setattr(found, "KEPT", tmp_path / "kept.json")
    return found


@pytest.fixture
def folder(script, tmp_path, monkeypatch):
    """Two worlds that have been lived, and the pilots drawn from them."""
    few = "judged=[2,6]", "drawn=10", "by_library=4", "workers=1"
    methods = "methods=[before_after,randomisation,two_way_fixed_effects]"
    monkeypatch.setattr(
        script,
        "PILOTS",
        {
            "": ("pilot", "zones=12", methods, *few),
            "-other-numbers": ("pilot", "zones=6", "chosen=random", "methods=randomisation", *few),
        },
    )
    for out, words in script.commands(tmp_path, ("evidence", "null")).items():
        if words[0] == "nation":
            lived(out, scale=0.02)
        else:
            assert cli.main([*words, f"out={out}"]) == 0
    for world in ("evidence", "null"):
        said = {"model_version": "abc made up", "authorities": 40}
        (tmp_path / f"country-{world}" / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    return tmp_path


def test_every_world_is_lived_before_pilots_are_drawn_from_it(script, tmp_path):
    commands = script.commands(tmp_path)
    drawn = [f"{luck}{more}" for luck in ("as-lived", "of-everybody") for more in ("", "-other-numbers")]
    assert [out.name for out in commands] == [
        name for world in script.WORLDS for name in (f"country-{world}", *(f"pilot-{world}-{each}" for each in drawn))
    ]
    assert f"nation={tmp_path / 'country-null'}" in commands[tmp_path / "pilot-null-as-lived"]
    assert "luck=of_everybody" in commands[tmp_path / "pilot-null-of-everybody"]
    assert any("outcome_shares.value=[0.0,0.0,1.0,0.0]" in word for word in commands[tmp_path / "country-null"])
    assert "replicates=8" in commands[tmp_path / "country-null"]


@pytest.fixture
def kept(script, folder):
    """What was kept of them."""
    script.KEPT.write_text(json.dumps(script.keep(folder, ("evidence", "null"))), encoding="utf-8")


def test_what_is_kept_is_what_was_found(script, folder, kept):
    assert list(script.kept()) == ["evidence", "null"]
    found = pd.read_csv(folder / "pilot-null-as-lived" / "answer.csv").query("same_pilots")
    rows = script.rows_of("null")
    same = rows[rows["same_pilots"]]
    assert same["bias"].to_numpy() == pytest.approx(found["bias"].to_numpy(), abs=1e-6)
    assert same["distinct_pilots"].max() == 4  # those that all methods evaluated
    assert rows[~rows["same_pilots"]].groupby("zones")["pilots"].unique().to_dict() == {6: [10], 12: [10]}
    assert {"replications", "coverage_low", "luck_before"} <= set(rows)
    assert "model abc, 40 authorities" in script.said()
    assert "Not lived so far: every design saves 40% of its hours." in script.said()
    # One world made anew leaves the other as it was.
    assert script.keep(folder, ("evidence",))["null"] == script.kept()["null"]


def test_the_page_shows_ways_by_methods_and_both_amounts_of_luck(script, kept):
    ways = script.ways()
    assert all(f"| {way} | {method} |" in ways for way in script.WAYS.values() for method in ("before and after",))
    assert "| randomisation inference |" in script.methods()
    heading, _, *lines = script.enough().splitlines()
    assert len(lines) == 2 * 2 * 2  # worlds, lucks, numbers of zones
    assert all(sum(luck in line for line in lines) == 4 for luck in script.LUCK.values())
    heading, _, *lines = script.published().splitlines()
    assert heading.endswith("| evaluated by | 2013 | 2017 |")
    assert len(lines) == 2 * 2 * 3
    for line in lines:
        for cell in line.strip("| ").split(" | ")[3:]:
            better, worse, nothing, _ = (int(share.strip("%")) for share in cell.split("; "))
            assert better + worse + nothing == pytest.approx(100, abs=1)
    assert "| the worst of last year |" in script.chosen_luck()


def test_the_page_has_a_place_for_every_table_and_calls_nothing_the_least_that_it_could_be(script, scripts, kept):
    generate = scripts("generate")
    page = (script.DOCS / "explanation" / "would-the-zones-have-shown-it.md").read_text(encoding="utf-8")
    blocks = generate.BLOCKS["explanation/would-the-zones-have-shown-it.md"]
    written = generate._with_blocks(page, blocks)
    for name in blocks:
        assert f"<!-- generated: {name} -->\n<!-- end -->" not in written
    guide = (script.DOCS / "how-to" / "pilot.md").read_text(encoding="utf-8")
    for words in ("safer part", "least that it could be", "less powerful than they would be"):
        assert words not in page + guide
