"""Economics, value of information and inequality against published or exact answers."""

import math

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.economics import cost_effectiveness as ce
from experiments.analysis.economics import discounting, valuation
from experiments.analysis.economics.break_even import break_even
from experiments.analysis.statistics import inequality
from experiments.analysis.statistics.paired import Interval
from experiments.analysis.uncertainty import perfect_information as voi
from experiments.analysis.uncertainty import regret

STANDARD = discounting.Schedule((0.035, 0.03, 0.025, 0.02, 0.015, 0.01))
HEALTH = discounting.Schedule((0.015, 0.0129, 0.0107))
REDUCED = discounting.Schedule((0.03, 0.0257, 0.0214))
YEARS = (0, 1, 5, 10, 20, 30, 31, 50, 75, 76, 100, 125)
FACTORS = {
    STANDARD: (
        1.0,
        0.9661835748792271,
        0.8419731668585241,
        0.7089188137097722,
        0.5025658844316706,
        0.3562784106023024,
        0.34590136951679845,
        0.19726271769053844,
        0.09421377257669163,
        0.09191587568457721,
        0.05081802232438214,
        0.027410763016195154,
    ),
    HEALTH: (
        1.0,
        0.9852216748768474,
        0.9282603254056397,
        0.8616672317221842,
        0.7424704182237722,
        0.6397624299064903,
        0.63161460154654,
        0.4950935972051891,
        0.35935445355187484,
        0.35555006782613524,
        0.27540155558350976,
        0.21106185290915885,
    ),
    REDUCED: (
        1.0,
        0.970873786407767,
        0.8626087843841639,
        0.7440939148967249,
        0.5536757541863346,
        0.41198675951590646,
        0.401663994848305,
        0.24801397245226453,
        0.13151256874109205,
        0.12875716540149992,
        0.07745882819078918,
        0.045622027781254154,
    ),
}


@pytest.mark.parametrize("schedule", FACTORS)
def test_discount_factors_of_the_treasury(schedule):
    assert [schedule.factor(year) for year in YEARS] == pytest.approx(FACTORS[schedule], abs=1e-9)
    assert schedule.factors(6)[[0, 1, 5]] == pytest.approx(FACTORS[schedule][:3], abs=1e-9)
    assert schedule.factors(2, first_year=30) == pytest.approx(FACTORS[schedule][5:7], abs=1e-9)


def test_a_year_beyond_the_known_rates_is_refused_and_not_guessed():
    with pytest.raises(ValueError, match="known up to year 125"):
        HEALTH.factor(126)
    assert STANDARD.factor(400) > 0


def test_annuities():
    found = [STANDARD.factors(n, 1).sum() for n in (5, 10, 30)]
    assert found == pytest.approx([4.515052375470737, 8.316605322577937, 18.392045411362787], abs=1e-9)


def test_present_value_equal_years_payback_and_switching_value_of_a_project():
    flows, factors = np.array([-100.0, 30, 30, 30, 30, 30]), STANDARD.factors(6)
    total = float(discounting.present_value(flows, factors))
    assert total == pytest.approx(35.451571264122464, abs=1e-9)
    assert discounting.equivalent_annual(total, factors[1:]) == pytest.approx(7.851862684190062, abs=1e-9)
    assert discounting.switching_value(100, factors[1:]) == pytest.approx(22.14813731580994, abs=1e-9)
    assert break_even(flows).first.item() == break_even(flows * factors).first.item() == 4
    assert np.cumsum(flows * factors)[3] == pytest.approx(-15.950890572590424, abs=1e-9)


def test_benefit_cost_ratio_of_ten_years_and_its_absence_in_words():
    factors = STANDARD.factors(10)
    cost = float(discounting.present_value([100, 50, 50, 0, 0, 0, 0, 0, 0, 0], factors))
    benefit = float(discounting.present_value([0, 0, 0, 30, 30, 30, 30, 30, 30, 30], factors))
    assert (cost, benefit) == pytest.approx((194.9847137622815, 171.2397670086767), abs=1e-9)
    assert benefit - cost == pytest.approx(-23.744946753604808, abs=1e-9)
    assert ce.benefit_cost_ratio(benefit, cost).value == pytest.approx(0.8782214959550428, abs=1e-9)
    assert ce.benefit_cost_ratio(benefit, -1.0) == (None, "cost-saving: BCR not defined")
    assert ce.benefit_cost_ratio(5.0, 1.0, Interval(-1, 3, "")).value is None


def test_optimism_bias_welfare_weights_and_the_worth_of_wellbeing():
    assert valuation.with_optimism_bias(100, 0.51, 0.5) == pytest.approx(125.5, abs=1e-12)
    weights = [valuation.welfare_weight(y, 50_000, 1.3) for y in (20_000, 25_000, 50_000, 80_000, 100_000)]
    expected = [3.2909555108355937, 2.4622888266898326, 1.0, 0.5428052288186521, 0.40612619817811774]
    assert weights == pytest.approx(expected, abs=1e-9)
    wellbys = np.full(5, 0.5 * 100)
    assert wellbys.sum() * 13_000 == 3_250_000
    worth = float(discounting.present_value(wellbys * 13_000, STANDARD.factors(5)))
    assert worth == pytest.approx(3_037_501.485597946, abs=1e-3)


def test_the_frontier_drops_what_is_beaten_by_one_or_by_a_mix():
    found = ce.efficient_frontier(
        ["E", "D", "C", "B", "A", "UC"], [55_000, 35_000, 25_000, 10_000, 12_000, 5_000], [5, 4, 3, 2, 1.5, 1]
    )
    assert found.names == ("UC", "B", "D", "E")
    assert found.ratios == (None, 5_000, 12_500, 20_000)
    assert (found.extendedly_dominated, found.dominated) == (("C",), ("A",))
    hiv = ce.efficient_frontier(
        ["none", "5 years", "3 years", "1 year", "annual"],
        [26_000, 27_000, 28_020, 28_440, 29_440],
        np.array([277.25, 277.57, 277.78, 277.83, 277.76]) / 12,
    )
    assert hiv.ratios[1:] == pytest.approx((37_500, 58_285.714285714, 100_800), abs=0.01)
    assert hiv.dominated == ("annual",)
    alone = ce.efficient_frontier(
        ["none", "test", "test and treat"], [163_771, 164_848.7, 163_765.1], [6.48273, 6.52861, 6.52861]
    )
    assert (alone.names, alone.ratios) == (("test and treat",), (None,))


def test_the_same_ratio_can_mean_opposite_decisions():
    narrow = Interval(-3, -1, ""), Interval(-110, -90, "")
    saved = ce.cost_per_effect(-2, -100, *narrow)
    bought = ce.cost_per_effect(2, 100, Interval(1, 3, ""), Interval(90, 110, ""))
    assert (saved.value, bought.value) == (50, 50)
    assert saved.words.startswith("south-west")
    assert bought.words.startswith("north-east")
    assert list(ce.net_benefit([-2, 2], [-100, 100], 30)) == [40, -40]


@pytest.mark.parametrize(
    ("effect", "cost", "words"),
    [
        ((2, 1, 3), (-5, -9, -1), "dominates"),
        ((-2, -3, -1), (5, 1, 9), "dominated"),
        ((2, -1, 5), (5, 1, 9), "in effect could be 0"),
        ((2, 1, 3), (5, math.nan, math.nan), "in cost could be 0"),
        ((0, 0, 0), (0, 0, 0), "no difference"),
    ],
)
def test_no_ratio_where_it_would_mean_nothing(effect, cost, words):
    found = ce.cost_per_effect(effect[0], cost[0], Interval(*effect[1:], ""), Interval(*cost[1:], ""))
    assert found.value is None
    assert words in found.words


ACCEPTABLE = (
    (0, 0.10564977366685535, 40.46949464436217),
    (5_000, 0.2754039356131176, 142.16821528133977),
    (10_000, 0.5, 376.3613946086751),
    (20_000, 0.7825601707521084, 159.1990385148822),
    (30_000, 0.8802965606016053, 100.06919658140305),
    (50_000, 0.9362304843461616, 72.83523614514525),
)


@pytest.mark.parametrize(("k", "chance", "worth"), ACCEPTABLE)
def test_acceptability_and_perfect_information_of_normal_differences(k, chance, worth):
    mean, spread = k * 0.1 - 1_000, math.hypot(k * 0.05, 800)
    assert ce.normal_acceptability(mean, spread) == pytest.approx(chance, abs=1e-9)
    assert voi.normal_perfect_information(mean, spread) == pytest.approx(worth, abs=1e-9)


def test_acceptability_of_cases_agrees_with_the_exact_curve():
    # 201 x 201 equally likely cases instead of draws: no luck, so no false alarms; the grid is off by < 0.01
    grid = stats.norm.ppf((np.arange(201) + 0.5) / 201)
    effect, cost = (part.ravel() for part in np.meshgrid(0.1 + 0.05 * grid, 1_000 + 800 * grid))
    found = ce.acceptability(effect, cost, [k for k, _, _ in ACCEPTABLE])
    assert found.probability == pytest.approx([chance for _, chance, _ in ACCEPTABLE], abs=0.01)
    losses = np.minimum(found.loss_first, found.loss_second)
    assert losses == pytest.approx([worth for _, _, worth in ACCEPTABLE], rel=0.03)
    assert ce.normal_acceptability(0.1, 0.05) == pytest.approx(0.9772498680518208, abs=1e-9)


def test_the_option_most_often_best_need_not_be_the_one_to_choose():
    effect = np.repeat([1.0, -3.0], [6, 4])
    found = ce.acceptability(effect, np.zeros(10), [1.0])
    assert found.probability.item() == pytest.approx(0.6, abs=1e-12)
    assert effect.mean() == pytest.approx(-0.6, abs=1e-12)
    assert not found.first_is_best.item()
    assert found.frontier.item() == pytest.approx(0.4, abs=1e-12)
    table = np.column_stack([np.zeros(10), effect])
    assert voi.perfect_information(table) == pytest.approx(0.6, abs=1e-12)
    assert min(found.loss_first.item(), found.loss_second.item()) == pytest.approx(0.6, abs=1e-12)


def test_quadrants_hold_every_case_once():
    shares = ce.quadrant_shares([1, 1, -1, -1, 0, 0, 0, 2], [1, -1, -1, 1, 1, -1, 0, 0])
    assert shares == {"NE": 1 / 8, "SE": 3 / 8, "SW": 1 / 8, "NW": 2 / 8, "same": 1 / 8}


def test_luck_is_not_mistaken_for_something_to_learn():
    assert voi.normal_perfect_information(0, 1_000 / math.sqrt(25)) == pytest.approx(79.78845608028654, abs=1e-9)
    assert ce.normal_acceptability(500, 500) == pytest.approx(0.8413447460685429, abs=1e-9)
    assert ce.normal_acceptability(500, math.hypot(500, 500)) == pytest.approx(0.7602499389065233, abs=1e-9)
    found = voi.split_variance([[1, 2, 3], [2, 4, 6], [5, 5, 8]])
    assert found == pytest.approx((12, 8 / 3, 28 / 9, 4, False), abs=1e-12)
    draws = np.random.default_rng(3)  # one fixed sample: no false alarms
    noise = draws.normal(0, 200, 2_000)
    naive = np.maximum(noise, 0).mean() - max(noise.mean(), 0)
    kept = voi.information_about(noise, {"a": draws.uniform(size=2_000), "b": draws.uniform(size=2_000)})
    assert naive == pytest.approx(79.79, rel=0.1)
    assert kept.value < 0.12 * naive
    assert kept.noise_floor < 0.12 * naive


def test_information_about_parameters_of_the_normal_example():
    # Equally spaced quantiles in a shuffled pairing, so only the pairing is luck; noise of the same size as
    # the signal is added on top. One fixed sample: no false alarms.
    draws, n = np.random.default_rng(11), 20_000
    level = stats.norm.ppf((np.arange(n) + 0.5) / n)
    p1, p2 = 1 + draws.permutation(level), 2 * draws.permutation(level)
    gain = p1 - p2
    noisy = gain + draws.normal(0, gain.std(), n)
    assert voi.perfect_information(np.column_stack([np.zeros(n), gain])) == pytest.approx(0.4798107, abs=0.01)
    assert (gain > 0).mean() == pytest.approx(0.6726396, abs=0.01)
    for given in (gain, noisy):
        assert voi.information_about(given, {"p1": p1}).value == pytest.approx(0.0833155, abs=0.012)
        assert voi.information_about(given, {"p2": p2}).value == pytest.approx(0.3955931, abs=0.012)
        both = voi.information_about(given, {"p1": p1, "p2": p2})
        assert both.value == pytest.approx(0.4798107, abs=0.015)
    assert voi.normal_perfect_information(1, math.sqrt(5)) == pytest.approx(0.4798107063483925, abs=1e-9)
    assert voi.normal_perfect_information(1, 1) == pytest.approx(0.0833154705876864, abs=1e-9)
    assert voi.normal_perfect_information(1, 2) == pytest.approx(0.39559311480261217, abs=1e-9)
    assert ce.normal_acceptability(1, math.sqrt(5)) == pytest.approx(0.6726395769907115, abs=1e-9)


def test_no_parameters_no_information():
    assert voi.information_about([3.0, 3.0, 3.0], {"a": [1, 2, 3]})[:2] == (0, 0)
    assert "luck cannot be learned" in voi.in_words(1)
    with pytest.raises(ValueError, match="sample more"):
        voi.information_about([1.0, 2.0, 3.0], {"a": [1.0, 2.0, 3.0]})
    with pytest.raises(ValueError, match="at least 2"):
        voi.split_variance([[1.0, 2.0]])


def test_three_criteria_choose_three_rows():
    payoff = [[12, 1, 7], [6, 6, 6], [9, 5, 3]]
    assert regret.regret(payoff).tolist() == [[0, 5, 0], [6, 0, 1], [3, 1, 4]]
    assert regret.choose(payoff) == (2, 1, 0)
    assert regret.satisficing(payoff, 5) == pytest.approx([2 / 3, 1, 2 / 3])


INCOMES = (541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261)


def test_inequality_of_ten_incomes():
    assert inequality.gini(INCOMES) == pytest.approx(0.46209113026762383, abs=1e-9)
    assert inequality.gini(INCOMES, small_sample=True) == pytest.approx(0.5134345891862487, abs=1e-9)
    assert inequality.atkinson(INCOMES, 0.5) == pytest.approx(0.17965909804634195, abs=1e-9)
    assert inequality.atkinson(INCOMES, 1) == pytest.approx(0.35182505973507494, abs=1e-9)
    assert inequality.theil(INCOMES) == pytest.approx(0.362341242343895, abs=1e-9)
    assert inequality.mean_log_deviation(INCOMES) == pytest.approx(0.433594649520446, abs=1e-9)
    assert inequality.hoover(INCOMES) == pytest.approx(0.33780674616285705, abs=1e-9)
    doubled = inequality.gini(INCOMES, weights=[2] * 10), inequality.gini(np.repeat(INCOMES, 2))
    assert doubled == pytest.approx([inequality.gini(INCOMES)] * 2, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ((1, 3, 2, 1, 1, 1, 4), 0.3076923076923077),
        ((10,) * 9 + (100,), 0.4263157894736842),
        ((5, 5, 5, 5), 0.0),
        ((0, 0, 0, 1), 0.75),
    ],
)
def test_gini_of_small_lists(x, expected):
    assert inequality.gini(x) == pytest.approx(expected, abs=1e-9)


def test_concentration_of_child_deaths_in_india():
    births, deaths = (29939, 28776, 26528, 24689, 19739), (154.7, 152.9, 119.5, 86.9, 54.3)
    assert inequality.concentration(deaths, births) == pytest.approx(-0.16941677465052107, abs=1e-9)


def test_indices_of_the_world_health_organization():
    people, share = (78, 91, 162, 103, 105), (20, 30, 40, 50, 60)
    assert inequality.concentration(share, people) == pytest.approx(0.17776861174058034, abs=1e-9)
    assert inequality.absolute_concentration(share, people) == pytest.approx(7.328420320734129, abs=1e-9)
    assert inequality.erreygers(share, 0, 100, people) == pytest.approx(0.29313681282936516, abs=1e-9)
    assert inequality.wagstaff(share, 0, 100, people) == pytest.approx(0.3024535408086263, abs=1e-9)
    slope = inequality.slope_index(share, people)
    assert slope == pytest.approx((46.253810942430995, 3.555800272155406), abs=1e-9)


def test_slope_index_of_life_expectancy_in_england():
    people = (7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534)
    years = (
        75.9334590103081,
        78.3442382727843,
        83.8360631041654,
        83.6375399664931,
        80.4655031529559,
        81.1156759857022,
        81.6930835718562,
        84.1900062060987,
        80.5955641081472,
        86.2894349578624,
    )
    assert inequality.slope_index(years, people) == pytest.approx((6.934616473668795, 1.0888180804446213), abs=1e-9)


def test_theil_splits_exactly():
    found = inequality.theil_by_group([[1, 2, 3], [4, 6, 8]])
    assert found == pytest.approx((0.18093054806389267, 0.05011851212275571, 0.13081203594113694), abs=1e-12)
    assert found.within + found.between == pytest.approx(found.total, abs=1e-15)
