"""What is worth knowing, held to exact answers with the luck of a few replications laid over them."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.economics import cost_effectiveness as ce
from experiments.analysis.uncertainty import economics_across_sets, value_of_information
from experiments.analysis.uncertainty.common_luck import anova_split
from experiments.analysis.uncertainty.screening import LUCK, sobol_shares
from experiments.questions.sensitivity import tables

EVPI, EVPPI_1, EVPPI_2 = 0.4798107063, 0.0833154706, 0.3955931148
"""Two normal parameters, N(1, 1) and N(0, 2) by standard deviations; the gain is their difference (Jackson's voi vignette)."""


def spread(seed, n):
    """Standard normal numbers, evenly spread and shuffled, so that only their order is luck."""
    return np.random.default_rng(seed).permutation(stats.norm.ppf((np.arange(n) + 0.5) / n))


def normal_example(n=4_000, replications=4, luck=2.0):
    """Gains by set and replication; the luck of a set's average is half as wide as what parameters do or more."""
    one, two = 1 + spread(1, n), 2 * spread(2, n)
    noise = np.random.default_rng(3).normal(0, luck, (n, replications))
    return (one - two)[:, None] + noise, {"one": one, "two": two}


def test_everything_is_worth_what_it_is_worth_without_the_luck():
    """One fixed sample: no false alarms. Luck of sd 2 in 4 replications would add a fifth to the variance."""
    gain, _ = normal_example()
    found = value_of_information.everything(gain)
    assert found.value == pytest.approx(EVPI, abs=0.02)
    assert found.with_luck > EVPI + 0.05
    assert not found.note


def test_each_number_is_worth_its_part_and_luck_nothing():
    gain, inputs = normal_example()
    rows = value_of_information.one_by_one(gain.mean(axis=1), {**inputs, "nothing": spread(4, 4_000)}, EVPI)
    by = rows.set_index("input")
    assert by.loc["two", "worth"] == pytest.approx(EVPPI_2, abs=0.02)
    assert by.loc["one", "worth"] == pytest.approx(EVPPI_1, abs=0.02)
    assert by.loc["nothing", "worth"] == pytest.approx(0, abs=0.005)
    assert list(rows["input"]) == ["two", "one", "nothing"]
    assert by["told_from_luck"].to_dict() == {"two": True, "one": True, "nothing": False}
    assert (rows["worth"] <= EVPI).all()


def test_together_two_numbers_are_worth_everything():
    gain, inputs = normal_example()
    assert value_of_information.together(gain.mean(axis=1), inputs).value == pytest.approx(EVPI, abs=0.02)


def test_luck_alone_is_worth_next_to_nothing():
    """A true gain of 0 with luck of sd 1,000 over 25 replications seems worth 79.8, less 8 for the mean of 100 sets that luck
    moves too; over 40 fixed samples less than a quarter of that is left. No false alarms: the samples are fixed."""
    seen, left = [], []
    for seed in range(40):
        found = value_of_information.everything(np.random.default_rng(seed).normal(0, 1_000, (100, 25)))
        seen.append(found.with_luck)
        left.append(found.value)
    assert np.mean(seen) == pytest.approx(79.78845608 - 20 / math.sqrt(2 * math.pi), rel=0.05)
    assert np.mean(left) < 79.8 / 4
    assert min(left) == 0


def test_acceptability_is_not_pulled_to_one_half():
    """Evidence of sd 500 around 500 with as much luck: 84.1% of sets are better, which luck would show as 76.0%."""
    true = 500 + 500 * spread(5, 4_000)
    runs = true[:, None] + np.random.default_rng(6).normal(0, 500 * math.sqrt(4), (4_000, 4))
    split = anova_split(runs)
    assert ce.acceptability(split.means, 0 * split.means, [1.0]).probability[0] == pytest.approx(0.76025, abs=0.02)
    assert ce.acceptability(split.without_luck, 0 * split.means, [1.0]).probability[0] == pytest.approx(
        0.84134, abs=0.02
    )


def test_pure_luck_seldom_names_a_number_to_find_out():
    """40 fixed samples of 30 sets and 20 numbers that do nothing: at the 5% level over all numbers 2 are to be expected, and
    more than 6 would come in 1 of 290 such tests."""
    named = 0
    for seed in range(40):
        draws = np.random.default_rng(100 + seed)
        inputs = {f"x{k}": draws.random(30) for k in range(20)}
        named += bool(value_of_information.one_by_one(draws.normal(size=30), inputs, math.inf)["told_from_luck"].any())
    assert named <= 6


def test_where_nothing_can_be_said_that_is_said():
    same = value_of_information.everything(np.full((5, 3), 2.0))
    assert (same.value, same.with_luck, same.note) == (0, 0, "")
    few = value_of_information.one_by_one(np.array([1.0, -2.0, 3.0]), {"a": np.array([1.0, 2.0, 3.0])}, 1.0)
    assert few["note"].iloc[0] == value_of_information.TOO_FEW
    rows = value_of_information.table(value_of_information.Worth(0.0, 3.0, value_of_information.LUCK_EXPLAINS), few)
    assert "luck makes them" in value_of_information.in_words(rows, "3 sets")


def responses_of(gain):
    """Gains as a sensitivity analysis finds them: one replication a point."""
    index = pd.MultiIndex.from_product([range(len(gain)), [0]], names=["point", "replication"])
    return pd.DataFrame({"social_value": gain}, index=index)


def luck_of(seeds, seed):
    """Standard normal luck, the same wherever the input that is luck is."""
    values, place = np.unique(seeds, return_inverse=True)
    return np.random.default_rng(seed).normal(size=values.size)[place]


def test_inputs_that_do_nothing_are_seldom_told_from_luck_in_saltellis_design():
    """60 designs of 64 base points: three inputs act, five do nothing. At the 5% level 3 of 60 are to be expected and more
    than 6 come in 1 of 25; with every point counted as drawn by itself it was 52."""
    names, named, told = [*(f"x{k}" for k in range(8)), LUCK], 0, 0
    for seed in range(60):
        shares = sobol_shares(names, 64, seed)
        gain = 2 * shares[:, 0] + 1.5 * shares[:, 1] + shares[:, 2] - 2.25 + 0.8 * luck_of(shares[:, -1], seed)
        rows = tables.worth_knowing_of(responses_of(gain), dict(zip(names, shares.T, strict=True))).set_index("input")
        named += bool(rows.loc[names[3:8], "told_from_luck"].any())
        told += bool(rows.loc["x0", "told_from_luck"])
        assert (rows["points"] == 128).all()
    assert named <= 6
    assert told >= 54


def test_a_sensitivity_analysis_says_what_is_worth_knowing_and_luck_is_not():
    names = ["acts", "idle", LUCK]
    shares = sobol_shares(names, 256, seed=8)
    found = responses_of(10 * (shares[:, 0] - 0.5) + luck_of(shares[:, 2], 9))
    inputs = dict(zip(names, shares.T, strict=True))
    rows = tables.worth_knowing_of(found, inputs).set_index("input")
    true = 10 * (shares[:, 0] - 0.5)
    worth = np.maximum(true, 0).mean() - max(true.mean(), 0)  # about 1.25, the mean of the positive half of -5 to 5
    assert rows.loc["acts", "worth"] == pytest.approx(worth, abs=0.06)
    assert rows.loc[value_of_information.EVERYTHING, "worth"] == pytest.approx(worth, abs=0.06)
    assert not rows.loc[["idle", LUCK], "told_from_luck"].any()


def test_across_sets_choices_follow_the_value_of_the_gain():
    """Two sets as sure as can be: one gains a unit at no cost, one gives up a unit and saves 30."""
    found = {
        (1, "effect"): np.array([[1.0, 1.0], [-1.0, -1.0]]),
        (1, "social_cost"): np.array([[0.0, 0.0], [-30.0, -30.0]]),
    }

    class Values:
        effect = "wellby"

        def worth(self, *_):
            return 20.0

    table = economics_across_sets.curves(found, 1, ("new", "old"), Values()).set_index("value_of_effect")
    assert table.loc[0.0, "share_first_better"] == pytest.approx(0.75), "a tie counts half"
    assert table.loc[0.0, "evpi"] == 0
    assert table.loc[40.0, "share_first_better"] == 0.5
    assert table.loc[40.0, "evpi"] == pytest.approx(5.0), "40 and -10 are chosen between, and -10 need not be taken"
    assert table.loc[40.0, "expected_loss_new"] == pytest.approx(5.0)
