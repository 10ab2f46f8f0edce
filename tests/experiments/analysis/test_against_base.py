"""Every arm against one of them: pairs, intervals, and verdicts that allow for how many are looked at."""

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.statistics import paired
from experiments.analysis.statistics.outcomes import ByArm, load_outcomes
from experiments.analysis.verdicts.against_base import against_base
from experiments.analysis.verdicts.multiplicity import holm

OUTCOMES = load_outcomes()
HEADLINE = [name for name, each in OUTCOMES.items() if each.headline]
ARMS = ("null", "rationing", "radical", "support_only")


def told(effects, pairs=30, seed=1, base="null", contrast=()):
    """The table of made-up arms: normal differences of the given sizes, in standard deviations, on every headline outcome."""
    luck = np.random.default_rng(seed)
    people = luck.normal(size=(len(HEADLINE), 1, pairs))
    arms = {arm: people + luck.normal(size=people.shape) + effects.get(arm, 0.0) for arm in ARMS}
    known = ByArm(HEADLINE, np.arange(pairs), arms)
    return against_base(known, OUTCOMES, base, [1], contrast)


def test_every_arm_is_held_against_the_base_in_pairs():
    table = told({"radical": -3.0})
    assert set(table["arm"]) == {*ARMS} - {"null"}
    assert set(table["base"]) == {"null"}
    assert set(table["looked_at"]) == {3 * len(HEADLINE)}
    assert table["diff"].to_numpy() == pytest.approx((table["mean"] - table["base_mean"]).to_numpy())
    people = table[[OUTCOMES[name].family != "money" for name in table["outcome"]]]
    of_radical = people[people["arm"] == "radical"].set_index("better")["verdict"]
    assert set(of_radical.get("lower")) == {"better"}
    assert set(of_radical.get("higher")) == {"worse"}
    alike = table[table["arm"] == "rationing"].set_index("outcome")["verdict"]
    assert set(alike) == {"unclear", "small"}
    assert alike["public_spend_total"] == "small", "a pound or two a head, whether or not luck made it"


def test_a_base_may_be_any_arm_and_turns_the_sign():
    forth, back = told({"radical": -3.0}), told({"radical": -3.0}, base="radical")
    one = forth[(forth["arm"] == "radical")].set_index("outcome")["diff"]
    other = back[back["arm"] == "null"].set_index("outcome")["diff"]
    assert (one == -other).all()


def test_the_question_asked_stands_by_itself_whatever_else_is_looked_at():
    """Differences of three fifths of a standard deviation: clear by themselves in some outcomes, and not among so many."""
    all_together = told({"radical": -0.6}).query("arm == 'radical'")
    asked = told({"radical": -0.6}, contrast=("radical", "null")).query("arm == 'radical'")
    clear = (asked["ci_hi"] < 0) | (asked["ci_lo"] > 0)
    open_ones = asked["verdict"].isin(["unclear", "unknown"])
    assert (all_together["verdict"].isin(["unclear"]) & clear).any()
    assert not (open_ones & clear).any()
    assert set(asked["looked_at"]) == {2 * len(HEADLINE)}
    other_base = told({"radical": -0.6}, contrast=("radical", "rationing"))
    assert set(other_base["looked_at"]) == {3 * len(HEADLINE)}


@pytest.mark.slow
def test_where_nothing_differs_nineteen_tables_in_twenty_show_nothing():
    """Uncorrected, four in five of them would show something."""
    tables = [told({}, pairs=12, seed=seed) for seed in range(200)]
    alarms = sum(table["verdict"].isin(["better", "worse", "higher", "lower"]).any() for table in tables)
    alone = sum((table["p_value"] < 0.05).any() for table in tables)
    assert alone > 100
    assert alarms <= stats.binom.ppf(0.999, 200, 0.05)


def test_what_differs_in_no_pair_is_the_same_and_takes_nothing_from_the_others():
    known = ByArm(HEADLINE, np.arange(9), {arm: np.zeros((len(HEADLINE), 1, 9)) for arm in ARMS})
    known.arms["radical"][0, 0] = np.arange(9) - 17.0
    table = against_base(known, OUTCOMES, "null", [1])
    assert set(table["looked_at"]) == {1}
    assert table["p_holm"].count() == 1
    assert sorted(table["verdict"].unique()) == sorted(["better", "same"])


def test_less_money_is_less_and_not_better():
    table = told({"radical": -1e4}).set_index(["outcome", "arm"])["verdict"]
    money = [name for name in HEADLINE if OUTCOMES[name].family == "money"]
    assert {table[name, "radical"] for name in money} == {"lower"}


def test_too_few_pairs_say_nothing():
    table = told({"radical": -3.0}, pairs=5)
    assert set(table["verdict"]) == {"unknown"}
    assert table["p_holm"].isna().all()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([np.nan, 0.02, 0.03], [np.nan, 0.04, 0.04]),
        ([], []),
    ],
)
def test_holm(given, expected):
    """The first is the worked example of R's p.adjust."""
    assert holm(given) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("skewed", [False, True])
def test_luck_alone_is_unlikely_exactly_where_the_interval_leaves_nothing_out(skewed):
    luck = np.random.default_rng(2)
    near = set()
    for _ in range(500):
        d = luck.exponential(size=12) - 0.4 if skewed else luck.normal(0.6, 1, size=12)
        low, high, _ = paired.difference_interval(d)
        assert (paired.p_value(d) < 0.05) == (not low <= 0 <= high)
        assert paired.p_value(-d) == paired.p_value(d)
        near.add(paired.p_value(d) < 0.05)
    assert near == {True, False}


def test_luck_alone_of_normal_differences_is_nearly_students():
    d = np.random.default_rng(3).normal(0.4, 1, size=2000)
    assert paired.p_value(d) == pytest.approx(stats.ttest_1samp(d, 0).pvalue, rel=0.2)
    assert paired.p_value(np.zeros(9)) == 1.0
    assert paired.p_value(np.full(9, 0.1)) == 0.0
    assert np.isnan(paired.p_value([1.0, 2.0]))
