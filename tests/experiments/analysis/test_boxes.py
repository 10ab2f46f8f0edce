"""Boxes that luck draws are not reported, however many are looked for; boxes that are there are."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.uncertainty.discovery import boxes, prim
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.prim_settings import How
from experiments.analysis.uncertainty.discovery.scenario_discovery import OPEN, UNKNOWN

QUICK = How(peel_alpha=0.3, most_inputs=1)
INPUTS = [Input(name, name, "", 0, 1, 0.5) for name in "abc"]
ARMS = ("new", "old")


def futures_of(responses, x):
    """Futures of some responses: who wins at each point of a table of inputs."""
    parts = [
        pd.DataFrame({"response": name, "title": name, "winner": winner, **dict(zip("abc", x.T, strict=True))})
        for name, winner in responses.items()
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.slow
def test_luck_makes_boxes_in_few_questions(monkeypatch):
    """Of 200 questions about nothing, of three outcomes and two policies, about 10 report a box if one in 20 does.

    More than 18 are 1 in 170 by luck; without the correction more than 40 do. Shuffling ends at the first box as good, which
    is as valid and quicker.
    """
    monkeypatch.setattr(prim, "ENOUGH", 1)
    reported = tests = 0
    for seed in range(200):
        luck = np.random.default_rng(seed)
        responses = {name: luck.choice([*ARMS, OPEN], 30) for name in ("one", "two", "three")}
        found, sides = boxes.boxes(futures_of(responses, luck.random((30, 3))), INPUTS, ARMS, QUICK, seed)
        any_box = (found["outcome"] == "box").any()
        assert any_box != sides.empty
        reported += any_box
        tests += int(found["tests"].iloc[0])
    assert tests > 190 * 6
    assert reported <= 18


@pytest.mark.unhurried
def test_a_box_that_is_there_is_found_among_many_that_are_not():
    """Where the first input is high the new policy does worse on one outcome of four; the rest is luck."""
    luck = np.random.default_rng(3)
    x = luck.random((100, 3))
    lucky = {name: luck.choice([*ARMS, OPEN], 100) for name in ("one", "two", "three")}
    found, sides = boxes.boxes(
        futures_of({**lucky, "true": np.where(x[:, 0] > 0.7, "old", OPEN)}, x), INPUTS, ARMS, How(), 1
    )
    box = found[found["outcome"] == "box"]
    assert box[["response", "loser"]].to_numpy().tolist() == [["true", "new"]]
    assert sides["input"].tolist() == ["a"]
    assert sides["above"].iloc[0] == pytest.approx(0.7, abs=0.05)
    assert box["tests"].iloc[0] == 7
    assert box["corrected"].iloc[0] == pytest.approx(7 * box["chance"].iloc[0])
    assert box["chance"].iloc[0] == pytest.approx(1 / 280)
    assert "luck alone makes as good a corner at most 2.5 times in 100, corrected for 7 tests" in box["words"].iloc[0]
    assert "looked for 7 times" in boxes.corrections(found)
    assert "1 reported" in boxes.corrections(found)
    dear = futures_of({"true": np.where(x[:, 0] > 0.7, "old", OPEN)}, x).assign(unit="£ a head", better="lower")
    words = boxes.boxes(dear, INPUTS, ARMS, How(), 1)[0]["words"].iloc[0]
    assert words.startswith("true: new costs more than old in ")
    assert "only and always where" in words
    once = boxes.corrections(found.assign(tests=1))
    assert once.startswith(
        "Boxes were looked for once, over outcomes and policies, and are corrected for one test (Holm)"
    )


def test_shuffling_ends_when_luck_is_known_to_do_as_well(monkeypatch):
    """A box of luck is left after few shuffles, a true one never."""
    searched, search = [], prim.search
    monkeypatch.setattr(prim, "search", lambda *given: searched.append(1) or search(*given))
    luck = np.random.default_rng(9)
    x = luck.random((60, 3))
    for is_case, often in ((luck.random(60) < 0.4, False), (x[:, 0] < 0.3, True)):
        searched.clear()
        found = prim.find(x, is_case, 1, QUICK, shuffles=150)
        assert (len(searched) == 151) == often
        assert (found.chance == pytest.approx(1 / 151)) == often


def test_too_few_runs_are_no_answer():
    x = np.random.default_rng(1).random((30, 3))
    found, sides = boxes.boxes(futures_of({"one": np.full(30, UNKNOWN)}, x), INPUTS, ARMS, How(), 1)
    assert found["outcome"].tolist() == ["unknown", "unknown"]
    assert sides.empty
    assert "too few runs to say in all 30 futures explored; give replicates=8 or more" in found["words"].iloc[0]
    assert boxes.corrections(found) == ""
    mixed = np.where(np.arange(30) < 20, OPEN, UNKNOWN)
    found, _ = boxes.boxes(futures_of({"one": mixed}, x), INPUTS, ARMS, How(), 1)
    assert (
        "in none of the 30 futures explored (20 are too close to call, 10 have too few runs to say)"
        in found["words"].iloc[0]
    )
