"""Whose luck a difference is: the split finds the shares that numbers were made with, and says how surely."""

import math

import numpy as np
import pytest

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.outcomes import ByArm
from experiments.analysis.uncertainty import people_and_luck
from experiments.analysis.uncertainty.people_and_luck import EXACT, FEW, SAME, by_life, summarise, whose_luck

ARMS = ("radical", "rationing")
TRIES = 600


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def made(rng, share, peoples, lives):
    """Differences of which people are a given share of the variance, which is 4."""
    people, later = rng.normal(size=(peoples, 1)), rng.normal(size=(peoples, lives))
    return 10 + 2 * (math.sqrt(share) * people + math.sqrt(1 - share) * later)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.8])
def test_the_split_finds_the_shares_that_numbers_were_made_with(rng, share):
    """20,000 peoples: a share is found to 0.02, four standard errors or more; by luck one seed in 16,000 fails."""
    found = whose_luck(made(rng, share, 20_000, 3))
    assert found.uncut == pytest.approx(4 * share, abs=0.1)
    assert found.later == pytest.approx(4 * (1 - share), abs=0.1)
    assert found.share == pytest.approx(share, abs=0.02)
    assert found.low - 0.02 <= share <= found.high + 0.02


@pytest.mark.parametrize(("share", "peoples", "lives"), [(0.3, 8, 3), (0.1, 30, 3), (0.7, 12, 2)])
def test_the_interval_holds_the_true_share_nineteen_times_in_twenty(rng, share, peoples, lives):
    """Of 600 tries 0.95 are expected with a standard error of 0.009; four of them either way, by luck one in 16,000."""
    found = [whose_luck(made(rng, share, peoples, lives)) for _ in range(TRIES)]
    assert np.mean([each.low <= share <= each.high for each in found]) == pytest.approx(0.95, abs=0.036)
    assert np.mean([each.uncut for each in found]) == pytest.approx(4 * share, abs=0.5)


def test_what_comes_out_below_0_is_cut_at_0(rng):
    table = rng.normal(size=(9, 3))
    table -= table.mean(axis=1, keepdims=True)  # peoples are more alike than luck alone makes them
    found = whose_luck(table)
    assert found.uncut < 0
    assert (found.people, found.share, found.low, found.high) == (0, 0, 0, 0)
    lives = [
        ByArm(["crises"], np.arange(9), {"radical": life[None, None], "rationing": 0 * life[None, None]})
        for life in table.T
    ]
    told = summarise(by_life(lives, ARMS, 1), load_outcomes(), 1).iloc[0]
    assert told["cut"]
    assert told["uncut"] == pytest.approx(found.uncut)


def test_the_ends_are_those_that_were_worked_out_by_hand():
    """Eight peoples of two lives: MSB 6, MSW 1/2, F 12; quantiles of F(7, 8) at 2.5% and 97.5% are 0.2041 and 4.5286."""
    peoples = np.array([0, 1, 2, 3, 4, 5, 6, 7.0]) / 2**0.5
    found = whose_luck(np.column_stack([peoples - 0.5, peoples + 0.5]))
    assert (found.people, found.later) == (pytest.approx(2.75), pytest.approx(0.5))
    assert found.low == pytest.approx((12 / 4.5286 - 1) / (12 / 4.5286 + 1), abs=1e-4)
    assert found.high == pytest.approx((12 / 0.2041 - 1) / (12 / 0.2041 + 1), abs=1e-4)
    assert found.method == EXACT


@pytest.mark.parametrize(
    ("table", "share", "method"),
    [
        (np.ones((9, 3)), math.nan, SAME),
        (np.arange(9.0)[:, None] * np.ones(3), 1.0, EXACT),
        (np.arange(14.0).reshape(7, 2), None, FEW),
    ],
)
def test_what_cannot_be_told_has_no_interval_and_says_why(table, share, method):
    found = whose_luck(table)
    assert found.method == method
    assert math.isnan(found.low) == (method != EXACT)
    if share is not None:
        assert found.share == pytest.approx(share, nan_ok=True)


def test_each_difference_is_of_its_own_people_and_life(rng):
    """A value that is missing in one life leaves that people out of that outcome, in all lives."""
    names, numbers = ["crises", "refused"], np.array([0, 1, 4])
    arms = [{arm: rng.normal(size=(2, 2, 3)) for arm in ARMS} for _ in range(3)]
    arms[2]["rationing"][1, 1, 0] = np.nan
    table = by_life([ByArm(names, numbers, each) for each in arms], ARMS, 2)
    assert len(table) == 3 * 3 + 2 * 3
    for row in table.itertuples():
        place = names.index(row.outcome), 1, list(numbers).index(row.replication)
        assert row.diff == arms[row.life]["radical"][place] - arms[row.life]["rationing"][place]
    told = summarise(table, load_outcomes(), 2).set_index("outcome")
    assert list(told["peoples"]) == [3, 2]
    assert set(told["lives"]) == {3}
    assert (told["share_people"] + told["share_later"]).to_numpy() == pytest.approx(1)
    assert set(told["ci_method"]) == {people_and_luck.FEW}
