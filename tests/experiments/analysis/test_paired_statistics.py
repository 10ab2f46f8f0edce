"""The paired statistics give the known answers, and the same ones with the opposite sign when arms swap."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from experiments.analysis.statistics import paired

# Student (1908): extra hours of sleep of ten patients under two drugs.
SLEEP_A = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_B = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
SLEEP = np.subtract(SLEEP_B, SLEEP_A)
DIFFERENCES = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=40)


def with_correlation(rho: float, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Makes two samples of equal variance whose sample correlation is exactly rho."""
    raw = np.random.default_rng(1).normal(size=(n, 2))
    x, z = np.linalg.qr(raw - raw.mean(axis=0))[0].T
    return x, rho * x + math.sqrt(1 - rho**2) * z


def test_student_sleep_data() -> None:
    assert SLEEP.mean() == pytest.approx(1.58, abs=1e-9)
    assert SLEEP.std(ddof=1) == pytest.approx(1.2299954832798732, abs=1e-9)
    student = stats.ttest_1samp(SLEEP, 0.0).confidence_interval(0.95)
    low, high, _ = paired.difference_interval(SLEEP)
    assert student.low < low < SLEEP.mean() < student.high < high  # a few slept much longer: the interval leans up
    assert paired.variance_reduction(SLEEP_B, SLEEP_A) == pytest.approx(4.765423031727379, abs=1e-9)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (9, 10, 0.5958499732047615, 0.9821237869049271),
        (90, 100, 0.8256343384950865, 0.9447708629393249),
        (200, 200, 0.9811546736227335, 1.0),
        (0, 50, 0.0, 0.07134759913335872),
    ],
)
def test_wilson(successes: int, trials: int, low: float, high: float) -> None:
    assert paired.wilson_interval(successes, trials) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("rho", "expected"), [(0, 1), (0.5, 2), (0.8, 5), (0.9, 10), (0.95, 20)])
def test_variance_reduction_of_equal_variances(rho: float, expected: float) -> None:
    assert paired.variance_reduction(*with_correlation(rho)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("rho", "expected"), [(0, 0.5562314580), (0.5, 0.5792597094), (0.9, 0.6726395770), (0.99, 0.9213503965)]
)
def test_win_rate_depends_on_shared_luck_alone(rho: float, expected: float) -> None:
    """Same shift of 0.2 sd, same marginals: the more luck is shared, the more pairs are won."""
    grid = (np.arange(100_000) + 0.5) / 100_000
    differences = stats.norm.ppf(grid, loc=0.2, scale=math.sqrt(2 * (1 - rho)))
    wins = paired.count_wins(differences, "higher")
    assert wins is not None
    assert wins.rate == pytest.approx(expected, abs=2e-5)


def test_sequential_stop_needs_the_look_ahead() -> None:
    values = [9, 11] * 26
    stop = paired.sequential_stop(values, relative=0.03)
    assert stop == (47, 52)
    assert stop.met
    assert not paired.sequential_stop(values[:51], relative=0.03).met


def test_sequential_stop_by_the_smallest_difference_that_matters() -> None:
    values = [-1.0, 1.0] * 50
    assert not paired.sequential_stop(values).met
    assert paired.sequential_stop(values, absolute=0.3).met
    assert paired.sequential_stop([0.0] * 35) == (30, 35)
    assert not paired.sequential_stop([0.0] * 34).met


def test_fewer_than_eight_pairs_that_differ_have_no_interval() -> None:
    normal = stats.norm.ppf((np.arange(40) + 0.5) / 40)
    assert np.isnan(paired.difference_interval(normal[10:17])[:2]).all()
    assert np.isnan(paired.smallest_seen(normal[10:17]))
    assert paired.difference_interval(normal[10:17]).method == "undefined: fewer than 8 pairs"
    assert np.isfinite(paired.difference_interval(normal[10:18])[:2]).all()


def test_an_interval_of_what_is_not_skewed_is_students() -> None:
    even = stats.norm.ppf((np.arange(40) + 0.5) / 40)
    expected = stats.ttest_1samp(even, 0.0).confidence_interval(0.95)
    assert paired.difference_interval(even)[:2] == pytest.approx((expected.low, expected.high), rel=1e-6)


def test_an_interval_leans_with_the_skew_and_holds_the_mean() -> None:
    skewed = np.exp(stats.norm.ppf((np.arange(25) + 0.5) / 25))
    low, high, _ = paired.difference_interval(skewed)
    assert low < skewed.mean() < high
    assert high - skewed.mean() > 1.2 * (skewed.mean() - low)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ends_of_an_interval_are_where_halls_transformation_meets_students_quantiles(seed: int) -> None:
    """The transformation itself, as it is published, at the two ends; it rises everywhere, so there are no others."""
    d = np.random.default_rng(seed).gamma(1.5, size=14) * (-1) ** seed
    n, a = d.size, stats.skew(d, bias=False) / 3
    ends = np.array(paired.difference_interval(d)[:2])
    t = math.sqrt(n) * (d.mean() - ends) / d.std(ddof=1)
    transformed = t + a * t**2 / math.sqrt(n) + a**2 * t**3 / (3 * n) + a / (2 * math.sqrt(n))
    assert transformed == pytest.approx(stats.t.ppf([0.975, 0.025], n - 1), rel=1e-9)


def gamma_of(skewness: float, size: tuple[int, int], chance: np.random.Generator) -> Any:
    """Differences around 0 with a given skewness; none at all is the normal distribution."""
    shape = 4 / skewness**2 if skewness else 0.0
    return chance.gamma(shape, size=size) - shape if skewness else chance.normal(size=size)


def lognormal_of(skewness: float, size: tuple[int, int], chance: np.random.Generator) -> Any:
    """The same with a heavier tail."""
    if not skewness:
        return chance.standard_t(8, size=size)
    w = optimize.brentq(lambda w: (w + 2) * math.sqrt(w - 1) - skewness, 1 + 1e-9, 10)
    return chance.lognormal(0, math.sqrt(math.log(w)), size=size) - math.sqrt(w)


@pytest.mark.unhurried
@pytest.mark.parametrize("draw", [gamma_of, lognormal_of])
@pytest.mark.parametrize(
    ("pairs", "skewness"), [(8, 0.0), (8, 0.5), (8, 1.0), (12, -1.0), (20, 1.0), (30, -2.0), (30, 2.0), (60, 2.0)]
)
def test_intervals_cover_as_often_as_they_say(draw: Any, pairs: int, skewness: float) -> None:
    """At least 94 of 100, in 8,000 samples: whoever covers 94% exactly stays above the bar in 997 cases of 1,000."""
    samples = 8_000
    drawn = np.sign(skewness or 1) * draw(abs(skewness), (samples, pairs), np.random.default_rng(pairs))
    hits = np.mean([low <= 0 <= high for low, high, _ in map(paired.difference_interval, drawn)])
    assert hits >= 0.94 - 2.75 * math.sqrt(0.94 * 0.06 / samples)


def test_the_smallest_difference_that_is_seen_is_seen_four_times_in_five() -> None:
    chance, spread, samples = np.random.default_rng(3), 2.0, 4_000
    noise = chance.normal(0, spread, size=(samples, 20))
    size = np.mean([paired.smallest_seen(each) for each in noise])
    found = np.mean([paired.difference_interval(each + size).low > 0 for each in noise])
    assert found == pytest.approx(0.8, abs=0.03)
    assert paired.smallest_seen([2.5] * 9) == 0


def test_skewness_and_wilson_are_those_of_scipy() -> None:
    d = np.random.default_rng(4).gamma(2.0, size=31)
    assert paired.skewness(d) == pytest.approx(stats.skew(d, bias=False), rel=1e-12)
    for successes, trials in ((0, 5), (5, 5), (1, 7), (333, 1000)):
        told = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        assert paired.wilson_interval(successes, trials) == pytest.approx((told.low, told.high), abs=1e-12)


def test_running_spread_is_the_spread_of_the_first_so_many() -> None:
    d = 1e6 + np.random.default_rng(2).normal(size=50)
    expected = [d[:n].std(ddof=1) for n in range(2, 51)]
    assert paired._running_spread(d)[1:] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(paired._running_spread(d)[0])


def test_identical_pairs_leave_nothing_to_doubt() -> None:
    assert paired.difference_interval([0.0] * 30) == (0.0, 0.0, "all pairs the same")
    assert paired.difference_interval([0.0] * 2) == (0.0, 0.0, "all pairs the same")
    assert paired.difference_interval([2.5] * 8) == (2.5, 2.5, "all pairs the same")
    rounded = [0.1 + 0.2, *[0.3] * 7]
    low, high, method = paired.difference_interval(rounded)
    assert low == high == pytest.approx(0.3)
    assert method == "all pairs the same"
    assert paired.percentiles([0.0] * 30) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("pairs", range(2, paired.FEWEST_FOR_INTERVAL))
def test_a_few_pairs_that_show_the_same_difference_prove_nothing(pairs: int) -> None:
    """Two runs of a small place may each count three people fewer: that is luck twice, and no interval of no width."""
    low, high, method = paired.difference_interval([-3.0] * pairs)
    assert math.isnan(low)
    assert math.isnan(high)
    assert method == "undefined: fewer than 8 pairs"
    assert math.isnan(paired.p_value([-3.0] * pairs))
    assert paired.p_value([0.0] * pairs) == 1.0


def test_percentiles_of_the_differences() -> None:
    assert paired.percentiles(range(21)) == pytest.approx((1, 10, 19))
    assert paired.percentiles([-1, -2, -4]) == pytest.approx((-3.8, -2, -1.1))


def test_one_pair_or_none_has_no_interval() -> None:
    low, high, method = paired.difference_interval([3.0])
    assert math.isnan(low)
    assert math.isnan(high)
    assert method == "undefined: one pair"
    assert paired.difference_interval([]).method == "undefined: no pairs"
    assert paired.difference_interval([math.nan, 3.0]).method == "undefined: one pair"
    assert all(math.isnan(value) for value in paired.percentiles([]))


def test_variance_reduction_without_variance() -> None:
    assert paired.variance_reduction([1, 2, 3], [0, 1, 2]) == math.inf
    assert paired.variance_reduction([1.1, 1.2, 1.3], [1.0, 1.1, 1.2]) == math.inf
    assert math.isnan(paired.variance_reduction([1, 1, 1], [0, 0, 0]))
    assert math.isnan(paired.variance_reduction([1], [0]))


def test_wins_count_ties_apart() -> None:
    wins = paired.count_wins([-1, -2, 0, 0, 3], "lower")
    assert wins is not None
    assert (wins.wins, wins.losses, wins.ties, wins.pairs) == (2, 1, 2, 5)
    assert wins.rate == pytest.approx(2 / 3)
    assert (wins.low, wins.high) == paired.wilson_interval(2, 3)
    assert paired.count_wins([-1, 2], "neither") is None
    nobody = paired.count_wins([0, 0], "higher")
    assert nobody is not None
    assert math.isnan(nobody.rate)
    assert math.isnan(nobody.low)
    assert nobody.ties == 2


def test_undefined_pairs_are_left_out_of_both_arms() -> None:
    a, b = paired.finite_pairs([1, math.nan, 3], [1, 2, math.inf])
    assert (a.tolist(), b.tolist()) == ([1], [1])
    with pytest.raises(ValueError, match="equally long"):
        paired.finite_pairs([1], [1, 2])


@settings(max_examples=60, deadline=None)
@given(DIFFERENCES)
def test_swapping_arms_negates_to_the_last_bit(differences: list[float]) -> None:
    d = np.asarray(differences)
    here, there = paired.difference_interval(d), paired.difference_interval(-d)
    np.testing.assert_array_equal([here.low, here.high], [-there.high, -there.low])
    assert here.method == there.method
    p, q = paired.percentiles(d), paired.percentiles(-d)
    assert (p.p5, p.median, p.p95) == (-q.p95, -q.median, -q.p5)
    won, lost = paired.count_wins(d, "higher"), paired.count_wins(-d, "higher")
    assert won is not None
    assert lost is not None
    assert (won.wins, won.losses, won.ties) == (lost.losses, lost.wins, lost.ties)
    if won.wins + won.losses:
        assert 0 <= won.low <= won.rate <= won.high <= 1
        assert won.rate + lost.rate == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(DIFFERENCES.filter(lambda d: len(d) >= paired.FEWEST_FOR_INTERVAL))
def test_interval_holds_the_mean(differences: list[float]) -> None:
    low, high, _ = paired.difference_interval(differences)
    slack = 1e-9 * max(1.0, float(np.abs(differences).max()))
    assert low - slack <= np.mean(differences) <= high + slack
