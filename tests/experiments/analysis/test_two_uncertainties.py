"""Chance and evidence told apart: known answers of the analysis of variance, ranges, shares and words."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL, difference_interval
from experiments.analysis.uncertainty import two_uncertainties, uncertainty_text
from experiments.analysis.uncertainty.common_luck import anova_split, more_interval

OUTCOMES = load_outcomes()
CONTRAST = ["new", "old"]


def values_of(differences, outcome="crises", horizon=1, base=10.0):
    """Values of two arms whose difference is given by set (row) and replication (column)."""
    rows = []
    for number, own in enumerate(differences, start=1):
        for replication, d in enumerate(own):
            luck = base + replication
            for arm, value in (("old", luck), ("new", luck + d)):
                rows.append((arm, replication, horizon, outcome, value, number))
    return pd.DataFrame(rows, columns=["arm", "replication", "horizon", "outcome", "value", "parameter_set"])


def test_the_split_has_its_known_answer():
    """Three sets, three replications, by hand: sums of squares 24 (sets), 14 (replications) and 2 (what is left) of 40."""
    split = anova_split([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [5.0, 5.0, 8.0]])
    assert split.means.mean() == pytest.approx(4.0, abs=1e-12)
    assert split.msb == pytest.approx(12.0, abs=1e-12)
    assert split.msw == pytest.approx(2.6666666666666665, abs=1e-12)
    assert split.msr == pytest.approx(0.5, abs=1e-12)
    assert split.evidence == pytest.approx(23 / 6, abs=1e-12)
    assert split.common == pytest.approx(13 / 6, abs=1e-12)
    assert split.without_luck.var(ddof=1) == pytest.approx(23 / 6, abs=1e-12)
    assert not split.truncated


def test_luck_that_all_sets_share_is_no_evidence_and_widens_intervals():
    """Evidence of variance 1 and luck of variance 4, of which 3 are common; 300 samples of 50 sets by 8 replications.

    Luck counted as if each set had its own would give an evidence of 0.6 and cover the true share in three of ten samples.
    Standard errors: 0.015 for the evidence, 0.013 for a coverage of 0.95.
    """
    draws, found = np.random.default_rng(11), []
    for _ in range(300):
        own = draws.normal(0, 1, (50, 1)) + draws.normal(0, np.sqrt(3), (1, 8)) + draws.normal(0, 1, (50, 8))
        split = anova_split(0.5 + own)
        low, high = more_interval(split.without_luck, split.replications)
        from_, to = split.mean_interval
        found.append((split.evidence, split.common, low <= stats.norm.cdf(0.5) <= high, from_ <= 0.5 <= to))
    evidence, common, share, mean = np.mean(found, axis=0)
    assert evidence == pytest.approx(1, abs=0.06)
    assert common == pytest.approx(3, abs=0.5)
    assert 0.91 <= share <= 0.99
    assert 0.91 <= mean <= 0.99


def test_swapping_the_arms_turns_the_interval_of_a_share_round():
    means, replications = np.array([3.0, 1.0, -0.5, 0.2, 0.0]), np.array([1.0, -1.0, 2.0])
    low, high = more_interval(means, replications)
    assert more_interval(-means, -replications) == (pytest.approx(1 - high), pytest.approx(1 - low))


def test_the_average_over_sets_has_no_interval_below_eight_replications():
    assert np.isnan(anova_split(np.arange(70.0).reshape(10, 7) ** 2).mean_interval).all()
    assert np.isfinite(anova_split(np.arange(80.0).reshape(10, 8) ** 2).mean_interval).all()


def test_a_variance_below_nought_is_nought_and_said():
    split = anova_split([[1.0, 5.0], [5.0, 1.0], [3.0, 3.5]])
    assert split.truncated
    assert split.evidence == 0.0
    assert (split.without_luck == split.means).all(), "nothing is known of where sets lie but their means"
    row = two_uncertainties._across(pd.DataFrame([[1.0, 5.0], [5.0, 1.0], [3.0, 3.5]]), OUTCOMES["crises"])
    assert row["ci_method"] == two_uncertainties.UNSPLIT


@pytest.mark.parametrize("table", [[[1.0, 2.0]], [[1.0], [2.0]], [1.0, 2.0]])
def test_one_set_or_one_replication_cannot_be_split(table):
    with pytest.raises(ValueError, match="two sets or more"):
        anova_split(table)


def test_luck_does_not_pull_shares_towards_one_half():
    """Mean 500, evidence 500, luck of a mean 500: the true share above 0 is 0.8413, the naive one 0.7602 (exact normals).

    20,000 sets: standard error 0.0026 for the share and less for its correction; 0.013 is five of them, a false alarm in a
    million. The seed is fixed besides.
    """
    rng = np.random.default_rng(7)
    truth = rng.normal(500, 500, size=(20_000, 1))
    split = anova_split(truth + rng.normal(0, 500 * np.sqrt(4), size=(20_000, 4)))
    assert (split.means > 0).mean() == pytest.approx(0.7602499389, abs=0.013)
    assert (split.without_luck > 0).mean() == pytest.approx(0.8413447461, abs=0.013)


def test_rows_of_the_evidence_say_what_sets_say():
    table = np.array([[1.0, 3.0], [5.0, 7.0], [-3.0, -1.0]])
    row = two_uncertainties.evidence_rows(values_of(table), OUTCOMES, CONTRAST, [1]).iloc[0]
    split = anova_split(table)
    means = split.without_luck
    assert row["diff"] == pytest.approx(2.0)
    assert (row["msb"], row["msw"]) == (pytest.approx(split.msb), pytest.approx(2.0))
    assert (row["ci_lo"], row["ci_hi"]) == (pytest.approx(means.min()), pytest.approx(means.max()))
    assert (row["wins"], row["n"], row["winrate"]) == (1, 3, pytest.approx(1 / 3)), "fewer crises are better"
    assert row["new"] - row["old"] == pytest.approx(2.0)
    turned = two_uncertainties.evidence_rows(values_of(table), OUTCOMES, CONTRAST[::-1], [1]).iloc[0]
    assert turned["diff"] == -row["diff"]
    assert turned["ci_lo"] == -row["ci_hi"]
    assert turned["wins"] == 2


def test_nine_sets_in_ten_lie_in_the_range():
    assert two_uncertainties.evidence_range(np.arange(101.0)) == (5.0, 95.0)
    assert two_uncertainties.evidence_range([3.0, 1.0, 2.0]) == (1.0, 3.0)


def test_a_rate_over_nobody_leaves_its_set_out():
    values = values_of([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    values.loc[0, "value"] = np.nan
    assert list(two_uncertainties.differences(values, "crises", 1, CONTRAST).index) == [2, 3]
    assert two_uncertainties.evidence_rows(values, OUTCOMES, CONTRAST, [1])["n"].iloc[0] == 2


def test_the_interval_of_chance_covers_under_luck_that_all_sets_share():
    """50 sets of which the first is as used, luck of variance 4 with 3 of it common; 600 samples, standard error 0.009.

    Pooled over sets as if each had luck of its own, the interval of 3 replications covered 0.89 and that of 8 0.93.
    """
    draws = np.random.default_rng(12)
    for n in (3, 8, 12):
        luck = draws.normal(0, np.sqrt(3), (600, n)) + draws.normal(0, 1, (600, n))
        found = [difference_interval(own) for own in luck]
        if n < FEWEST_FOR_INTERVAL:
            assert np.isnan([each.low for each in found]).all()
        else:
            assert np.mean([each.low <= 0 <= each.high for each in found]) >= 0.93


def both_axes():
    lives = values_of([[2.0, 2.0], [1.0, 1.0], [-1.0, -1.0], [-2.0, -2.0], [0.0, 0.0]], "qalys")
    money = values_of([[-5.0, -5.0], [4.0, 4.0], [-3.0, -3.0], [6.0, 6.0], [-1.0, -1.0]], "public_spend_total")
    values = pd.concat([lives, money])
    where = two_uncertainties.positions(values, OUTCOMES, CONTRAST, 1)
    return where, two_uncertainties.replication_means(values, CONTRAST, 1)


def test_shares_count_outcomes_cost_both_and_neither():
    where, luck = both_axes()
    assert list(where["better_on_outcomes"]) == [True, True, False, False, False], "a tie is not better"
    assert list(where["better_on_cost"]) == [True, False, True, False, True]
    found = two_uncertainties.shares(where, luck, OUTCOMES).set_index("better_on")
    assert found["sets"].to_dict() == {"outcomes": 2, "cost": 3, "both": 1, "neither": 1}
    assert set(found["of"]) == {5}


def test_without_luck_shares_have_wilson_intervals():
    """Wilson 1927: 9 of 10 and 200 of 200; a share of all is not sure to be all."""
    for count, of, low, high in ((9, 10, 0.5958499732047615, 0.9821237869049271), (200, 200, 0.9811546736227335, 1.0)):
        where = pd.DataFrame({"qalys": [1.0 if k < count else -1.0 for k in range(of)], "public_spend_total": 1.0})
        row = two_uncertainties.shares(where, np.zeros((3, 2)), OUTCOMES).set_index("better_on").loc["outcomes"]
        assert (row["low"], row["high"]) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_the_words_name_each_interval():
    chance = {
        "outcome": "crises",
        "horizon": 1,
        "uncertainty_type": "chance",
        "diff": -3.0,
        "ci_lo": -4.0,
        "ci_hi": -2.0,
        "n": 30,
    }
    evidence = {
        **chance,
        "uncertainty_type": "evidence",
        "diff": -2.0,
        "ci_lo": -9.0,
        "ci_hi": 1.5,
        "n": 40,
        "ci_method": two_uncertainties.METHOD,
    }
    said = uncertainty_text.evidence_words(
        pd.DataFrame([chance | {"ci_method": "paired t"}, evidence]),
        two_uncertainties.shares(*both_axes(), OUTCOMES),
        OUTCOMES,
        CONTRAST,
        {7: "no money"},
    )
    none = pd.DataFrame([chance | {"ci_lo": np.nan, "ci_hi": np.nan}, evidence])
    few = uncertainty_text.evidence_words(
        none, two_uncertainties.shares(*both_axes(), OUTCOMES), OUTCOMES, CONTRAST, {}
    )
    assert "-3.00 per 1,000 people a year, with the numbers as used; too few runs for an interval of chance" in few[0]
    text = " ".join(said)
    assert "-3.00 per 1,000 people a year (-4.00 to -2.00). This interval is chance" in text
    assert "Across the evidence (40 sets of plausible numbers) the difference is -2.00 on average" in text
    assert "nine sets in ten lie between -9.00 and +1.50" in text
    assert "more quality-adjusted years of life than old in 2 (40%, 12-77), cost the public less in 3 (60%" in text
    assert "1 of 6 sets are left out" in text
    assert "set 7, for one: no money" in text
