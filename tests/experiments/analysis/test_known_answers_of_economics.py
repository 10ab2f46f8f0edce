"""Economics and inequality against published or exact answers."""

import math

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.economics import cost_effectiveness as ce
from experiments.analysis.economics import discounting, valuation
from experiments.analysis.economics.cash_flow import break_even
from experiments.analysis.statistics import equity
from experiments.analysis.statistics.paired import Interval

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
    assert [schedule.factors(1, year)[0] for year in YEARS] == pytest.approx(FACTORS[schedule], abs=1e-9)
    assert schedule.factors(6)[[0, 1, 5]] == pytest.approx(FACTORS[schedule][:3], abs=1e-9)
    assert schedule.factors(2, first_year=30) == pytest.approx(FACTORS[schedule][5:7], abs=1e-9)


def test_a_year_beyond_the_known_rates_is_refused_and_not_guessed():
    with pytest.raises(ValueError, match="known up to year 125"):
        HEALTH.factors(1, 126)
    assert STANDARD.factors(1, 400)[0] > 0


def test_annuities():
    found = [STANDARD.factors(n, 1).sum() for n in (5, 10, 30)]
    assert found == pytest.approx([4.515052375470737, 8.316605322577937, 18.392045411362787], abs=1e-9)


def test_present_value_equal_years_and_payback_of_a_project():
    flows, factors = np.array([-100.0, 30, 30, 30, 30, 30]), STANDARD.factors(6)
    total = float(discounting.present_value(flows, factors))
    assert total == pytest.approx(35.451571264122464, abs=1e-9)
    assert discounting.equivalent_annual(total, factors[1:]) == pytest.approx(7.851862684190062, abs=1e-9)
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
    assert ce.benefit_cost_ratio(benefit, 0.0) == (None, "cost-saving: BCR not defined")
    assert ce.benefit_cost_ratio(0.0, 0.0) == (None, "not defined: nothing is spent and nothing gained")
    assert ce.benefit_cost_ratio(5.0, 1.0, Interval(-1, 3, "")).value is None


def test_welfare_weights_and_the_worth_of_wellbeing():
    weights = [valuation.welfare_weight(y, 50_000, 1.3) for y in (20_000, 25_000, 50_000, 80_000, 100_000)]
    expected = [3.2909555108355937, 2.4622888266898326, 1.0, 0.5428052288186521, 0.40612619817811774]
    assert weights == pytest.approx(expected, abs=1e-9)
    wellbys = np.full(5, 0.5 * 100)
    assert wellbys.sum() * 13_000 == 3_250_000
    worth = float(discounting.present_value(wellbys * 13_000, STANDARD.factors(5)))
    assert worth == pytest.approx(3_037_501.485597946, abs=1e-3)


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


def test_acceptability_of_cases_agrees_with_the_exact_curve():
    # 201 x 201 equally likely cases instead of draws: no luck, so no false alarms; the grid is off by < 0.01
    grid = stats.norm.ppf((np.arange(201) + 0.5) / 201)
    effect, cost = (part.ravel() for part in np.meshgrid(0.1 + 0.05 * grid, 1_000 + 800 * grid))
    found = ce.acceptability(effect, cost, [k for k, _, _ in ACCEPTABLE])
    assert found.probability == pytest.approx([chance for _, chance, _ in ACCEPTABLE], abs=0.01)
    losses = np.minimum(found.loss_first, found.loss_second)
    assert losses == pytest.approx([worth for _, _, worth in ACCEPTABLE], rel=0.03)


def test_the_option_most_often_best_need_not_be_the_one_to_choose():
    effect = np.repeat([1.0, -3.0], [6, 4])
    found = ce.acceptability(effect, np.zeros(10), [1.0])
    assert found.probability.item() == pytest.approx(0.6, abs=1e-12)
    assert effect.mean() == pytest.approx(-0.6, abs=1e-12)
    assert not found.first_is_best.item()
    assert found.frontier.item() == pytest.approx(0.4, abs=1e-12)
    assert min(found.loss_first.item(), found.loss_second.item()) == pytest.approx(0.6, abs=1e-12)


def test_quadrants_hold_every_case_once():
    shares = ce.quadrant_shares([1, 1, -1, -1, 0, 0, 0, 2], [1, -1, -1, 1, 1, -1, 0, 0])
    assert shares == {"NE": 1 / 8, "SE": 3 / 8, "SW": 1 / 8, "NW": 2 / 8, "same": 1 / 8}


INCOMES = (541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261)


def indices(values, people=None, unit="crises"):
    """The indices of one run by deprivation fifth, or however many groups there are."""
    y = np.array([values], dtype=float)
    weights = np.ones(y.shape[1]) if people is None else np.array(people, dtype=float)
    return {name: found.item() for name, found in equity.indices(y, weights, unit, "fifth").items()}


def test_inequality_of_ten_incomes():
    found = indices(INCOMES)
    assert found["gini"] == pytest.approx(0.46209113026762383, abs=1e-9)
    assert found["atkinson"] == pytest.approx(0.35182505973507494, abs=1e-9)
    assert found["theil"] == pytest.approx(0.362341242343895, abs=1e-9)
    doubled = indices(INCOMES, [2] * 10)["gini"], indices(np.repeat(INCOMES, 2))["gini"]
    assert doubled == pytest.approx([found["gini"]] * 2, abs=1e-12)
    assert indices(INCOMES[::-1])["gini"] == pytest.approx(found["gini"], abs=1e-12), "whoever comes first"


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
    assert indices(x)["gini"] == pytest.approx(expected, abs=1e-9)


def test_concentration_of_child_deaths_in_india():
    births, deaths = (29939, 28776, 26528, 24689, 19739), (154.7, 152.9, 119.5, 86.9, 54.3)
    assert indices(deaths, births)["concentration_index"] == pytest.approx(-0.16941677465052107, abs=1e-9)


def test_indices_of_the_world_health_organization():
    found = indices((20, 30, 40, 50, 60), (78, 91, 162, 103, 105), "%")
    assert found["concentration_index"] == pytest.approx(0.17776861174058034, abs=1e-9)
    assert found["erreygers"] == pytest.approx(0.29313681282936516, abs=1e-9)
    assert found["slope_index"] == pytest.approx(46.253810942430995, abs=1e-9)
    assert found["relative_slope"] == pytest.approx(3.555800272155406, abs=1e-9)
    assert found["gap"] == -40


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
    found = indices(years, people)
    assert found["slope_index"] == pytest.approx(6.934616473668795, abs=1e-9)
    assert found["relative_slope"] == pytest.approx(1.0888180804446213, abs=1e-9)
