"""A difference shared among the parts of what policies do, on a world in which every lever is known to do the same."""

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.questions.attribute import parts
from experiments.questions.attribute import question as attribute
from experiments.questions.compare import question as compare
from experiments.results import results_folder
from simulation.policy.policy import Policy

ALONE = {"arms": ["rationing", "radical"], "replicates": 9, "years": 1, "workers": 1}
SMALL = {**ALONE, "out": "out", "among": "parts"}
A_LEVER = 12.0
"""Crises per 1,000 people a year that each lever adds in the stand-in."""
WHOLE = "(whole difference)"


@pytest.fixture
def asked(put, monkeypatch):
    """Shares a difference of the stand-in among the parts; returns what was said, and why it stopped."""
    monkeypatch.setattr(compare.Compare, "figures", lambda self, out, artists=None: None)
    monkeypatch.setattr("experiments.questions.attribute.figures.write_figures", lambda *given: None)
    return lambda **own: put(attribute.QUESTION, "stand_in", {**SMALL, **own})


def policy(**levers):
    return Policy(title="one", summary="of a test", source="a test", levers=levers)


@pytest.mark.slow
def test_each_part_gets_what_its_levers_do_and_shares_those_that_serve_two(asked, tmp_path):
    """Portfolio and transition redesign; freedom, indicators and support are half redesign, half management; targets manage."""
    said, complaint = asked()
    assert not complaint.strip(), complaint
    table = pd.read_csv(tmp_path / "out" / "attribution.csv")
    crises = table[table["measure"] == "crises"].set_index("part")["share"]
    told = [2 + 3 / 2, 3 / 2 - 1, 1, -2]
    assert list(crises.index) == [*parts.PARTS.values(), WHOLE]
    assert crises.to_numpy() == pytest.approx([A_LEVER * each for each in (*told, 6 - 3)])
    assert len(pd.read_parquet(tmp_path / "out" / "points.parquet")) == 8 + 4 - 1, "a life is lived once"
    said = " ".join(said.split())
    assert "redesigned services has the largest share (+42.0)" in said
    assert "The parts add up to the whole exactly" in said
    assert cli.main(["replay", "out"]) == 0


@pytest.mark.unhurried
def test_the_parts_of_every_replication_add_up_to_its_difference_to_the_last_digit(asked, put, tmp_path, trouble):
    """What management avoids depends on the replication, and all is luck besides."""
    (trouble / "has_parts").write_text("1")
    shown, _ = asked(outcomes=["refused"])
    shared = pd.read_parquet(tmp_path / "out" / "attribution_by_replication.parquet")
    names = list(parts.PARTS.values())
    assert set(shared["measure"]) == {"refused", "public_spend_total", "social_value"}
    scale = shared[[*names, WHOLE]].abs().max(axis=1)
    assert ((shared[names].sum(axis=1) - shared[WHOLE]).abs() <= 8 * np.finfo(float).eps * scale).all()
    refused = shared[shared["measure"] == "refused"]
    assert list(refused["replication"]) == list(range(9))
    assert refused["management (a judgement)"].nunique() > 1
    put(compare.QUESTION, "stand_in", {**ALONE, "out": "compared"})
    pairs = pd.read_parquet(tmp_path / "compared" / "paired.parquet").query("outcome == 'refused' and year == 1")
    assert refused[WHOLE].to_numpy() == pytest.approx(pairs["diff"].to_numpy(), rel=1e-12), "as compare has it"
    judged = results_folder.read_manifest(tmp_path / "out")["judged"]
    assert judged in " ".join(shown.split())
    (society,) = (
        line for line in results_folder.read_manifest(tmp_path / "compared")["who_pays"] if "Who gains" in line
    )
    for told in judged.split(". ", 1):
        assert told.rstrip(".") in society, "one function says it"


def test_what_management_does_by_itself_is_off_where_only_redesigns_are_in_force():
    """Freedom serves both parts: where only redesigns are in force it stays, and lifts no morale."""
    two = {"radical": policy(freedom={}, portfolio={"designs": ["reablement"]}), "other": policy()}
    found = parts.coalitions_of(two, ("radical", "other"), lambda each: "freedom" in each.levers)
    designs, management = (found.points[found.of[frozenset({k})][0]] for k in (0, 1))
    assert dict(designs.values) == parts.NOTHING_MANAGED
    assert dict(management.values) == {"policy.radical.levers.portfolio": None}
    nothing = found.of[frozenset()]
    assert nothing[0] == nothing[1], "where no part is in force both arms lead one life"
    assert found.of[frozenset({2})] == found.of[frozenset({3})] == nothing, "there is nothing to pool and no other cut"
    assert len(found.points) == 4


def test_zones_and_levers_beside_parts_are_refused(asked):
    _, complaint = asked(arms=["rationing", "zones_pilot"], contrast=["zones_pilot", "rationing"])
    assert "zones_pilot has zones" in complaint
    _, complaint = asked(levers=["pooling"])
    assert "goes with among=levers" in complaint
    _, complaint = asked(among="all")
    assert "among" in complaint
    assert "parts" in complaint
