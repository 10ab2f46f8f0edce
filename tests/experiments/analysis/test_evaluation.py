"""Pilots: who is chosen, what methods of evaluation find, and what is known about what they must find."""

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.evaluation import by_library, choosing, estimators
from experiments.analysis.evaluation import pilots as pilots_module
from experiments.analysis.evaluation.lives import NEVER, Lives, luck_of, of_everybody
from experiments.analysis.evaluation.pilots import Design, judged, pilots
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL, difference_interval

EFFECT = -0.10
BEGINS = 3
"""The first year as a zone, where all begin together."""


def made(seed, effect=EFFECT, authorities=150, years=8, noise=0.1, apart=1.0, trend=1.0):
    """Made-up lives in which being a zone changes the outcome by the same amount everywhere, from the first year on."""
    rng = np.random.default_rng(seed)
    outside = 10 + apart * rng.normal(size=authorities)[:, None] + np.linspace(0, trend, years)
    outside = outside + rng.normal(0, noise, (authorities, years))
    later = np.arange(years)
    inside = {first: outside + effect * (later >= first) for first in (BEGINS, BEGINS + 2)}
    return Lives(outside, inside, rng.normal(size=authorities))


def drawn(lives, chosen="random", zones=18, starts=(BEGINS,), seed=0):
    """The first years as zones, and what is seen."""
    rng = np.random.default_rng(seed)
    first = choosing.starting(choosing.CHOICES[chosen](lives, zones, rng), len(lives.outside), starts, rng)
    return first, lives.seen(first)


@pytest.mark.parametrize("starts", [(BEGINS,), (BEGINS, BEGINS + 2)])
@pytest.mark.parametrize(
    "method",
    [
        estimators.matched_difference,
        estimators.randomisation,
        by_library.two_way_fixed_effects,
        by_library.callaway_santanna,
        pytest.param(by_library.synthetic_control, marks=pytest.mark.slow),
    ],
)
def test_what_is_there_is_found(method, starts):
    lives = made(1, noise=0.01)
    first, seen = drawn(lives, starts=starts)
    found = method(seen)
    assert lives.true_effect(first) == pytest.approx(EFFECT)
    assert found.effect == pytest.approx(EFFECT, abs=0.005)
    assert found.low < found.effect < found.high < 0
    # ... and of zones that change nothing, nothing.
    assert method(lives.sham().seen(first)).effect == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize(
    "method",
    [
        estimators.before_after,
        estimators.matched_difference,
        estimators.randomisation,
        by_library.callaway_santanna,
        by_library.synthetic_control,
    ],
)
def test_where_starts_and_effects_differ_every_year_as_a_zone_counts_alike(method):
    """Two-way fixed effects is not here: with effects that differ, its weights are its own."""
    lives, later = made(1, noise=0.01, trend=0.0), np.arange(8)
    inside = {
        first: lives.outside + effect * (later >= first)
        for first, effect in ((BEGINS, EFFECT), (BEGINS + 3, 5 * EFFECT))
    }
    lives = Lives(lives.outside, inside, lives.deprivation)
    first, seen = drawn(lives, starts=(BEGINS, BEGINS + 3))
    of_zone_years, of_zones = EFFECT * (5 + 2 * 5) / 7, EFFECT * (1 + 5) / 2
    assert lives.true_effect(first) == pytest.approx(of_zone_years)
    assert abs(of_zones - of_zone_years) > 0.08
    assert method(seen).effect == pytest.approx(of_zone_years, abs=0.005)


def test_zones_that_were_as_long_zones_have_student_s_interval():
    effects = np.random.default_rng(0).normal(size=12)
    found = estimators.of_sample(effects, np.full(12, 3.0))
    low, high = stats.t.interval(0.95, 11, effects.mean(), stats.sem(effects))
    assert (found.effect, found.low, found.high) == pytest.approx((effects.mean(), low, high))


def test_a_true_effect_counts_every_zone_and_year_once():
    outside = np.zeros((4, 3))
    lives = Lives(outside, {1: outside + np.arange(4.0)[:, None], 2: outside + 10}, np.arange(4.0))
    assert lives.true_effect(np.array([NEVER, 1, NEVER, 2])) == pytest.approx((1 + 1 + 10) / 3)


def test_before_and_after_takes_what_happens_to_everybody_for_an_effect():
    lives = made(2, effect=0.0, noise=0.001)
    _, seen = drawn(lives)
    everybody = lives.outside[:, BEGINS:].mean() - lives.outside[:, :BEGINS].mean()
    assert everybody > 0.4
    assert estimators.before_after(seen).effect == pytest.approx(everybody, abs=0.01)


def test_choosing_the_worst_of_last_year_fabricates_a_gain_by_before_and_after():
    """What was worst by bad luck alone comes back: with nothing but luck, all of it."""
    lives = made(3, effect=0.0, noise=1.0, apart=0.0, authorities=2000)
    first, seen = drawn(lives, "worst_last_year", zones=200)
    gain = estimators.before_after(seen)
    worst = seen.values[seen.zones, BEGINS - 1].mean()
    trend = lives.outside[:, BEGINS:].mean() - lives.outside[:, :BEGINS].mean()
    # Of the years before, one in three is the year by which they were chosen.
    expected = trend - (worst - lives.outside[:, BEGINS - 1].mean()) / BEGINS
    assert lives.true_effect(first) == 0
    assert gain.effect == pytest.approx(expected, abs=0.15)
    assert gain.effect < trend - 0.4


def test_the_luck_that_zones_were_chosen_for_is_told_from_what_their_places_are():
    """Places differ and go their own ways; only what other lives of the same place do not share is luck."""
    base, years = np.random.default_rng(0), 6
    place = base.normal(0, 5, (300, 1)) + base.normal(0, 1, (300, 1)) * np.arange(years)
    lives = []
    for _ in range(12):
        outside = place + base.normal(0, 2, (300, years))
        lives.append(Lives(outside, {1: outside}, base.normal(size=300)))
    found = pilots(lives, Design("worst_last_year", 30, (1,), years - 1), 12, ["before_after"])
    luck = np.mean([(one.outside - place)[np.argsort(-one.outside[:, 0])[:30]] for one in lives], axis=(0, 1))
    assert found["luck_before"].mean() == pytest.approx(luck[0], abs=0.35)
    assert found["luck_after"].mean() == pytest.approx(luck[1:].mean(), abs=0.2)
    assert luck[0] > 1
    lot = pilots(lives, Design("random", 30, (1,), years - 1), 240, ["before_after"])
    assert abs(lot["luck_before"].mean()) < 0.1
    assert pilots(lives[:1], Design("random", 30, (1,), 5), 1, ["before_after"])["luck_before"].isna().all()


@pytest.mark.parametrize("scale", [0.02, 0.2])
def test_with_the_luck_of_everybody_authorities_differ_by_their_own_course_and_that_much_luck(scale):
    """Their own course is the same in all lives and stays; luck is left as the square root of the people says."""
    rng, years, luck, course = np.random.default_rng(0), 9, 2.0, 0.3
    own = rng.normal(0, 5, (600, 1)) + rng.normal(0, course, (600, 1)) * np.arange(years) + np.arange(years)
    lives = []
    for _ in range(4):
        outside = own + rng.normal(0, luck, own.shape)
        effect = -1.0 * (np.arange(years) >= 1)
        lives.append(Lives(outside, {1: outside + effect}, rng.normal(size=600)))
    changed = of_everybody(lives, scale)
    for one in changed:
        assert one.inside[1] - one.outside == pytest.approx(np.tile(effect, (600, 1)))
    both = np.stack([one.outside for one in changed])
    assert both.mean(axis=(0, 1)) == pytest.approx(np.stack([one.outside for one in lives]).mean(axis=(0, 1)))
    change = both[..., 1:].mean(axis=-1) - both[..., 0]
    expected = (course * 4.5) ** 2 + scale * luck**2 * (1 + 1 / 8)
    assert change.var(axis=1).mean() == pytest.approx(expected, rel=0.15)
    before = np.stack([one.outside for one in lives])
    assert (before[..., 1:].mean(axis=-1) - before[..., 0]).var(axis=1).mean() > 1.5 * expected
    # Of the luck of a year, as far as other lives show it, the share of the people stays.
    assert luck_of(changed).var() / luck_of(lives).var() == pytest.approx(scale * 4 / 3, rel=1e-6)


def test_findings_are_spread_as_pilots_are_and_coverage_has_wilson_s_interval():
    found = pilots([made(9), made(10)], Design("random", 18, (BEGINS,), 7), 40, ["randomisation"])
    worth = judged(found, -1).iloc[0]
    assert worth[["found_low", "found_high"]].tolist() == pytest.approx(
        found["effect"].quantile([0.025, 0.975]).tolist()
    )
    held = int(((found["low"] <= found["true"]) & (found["true"] <= found["high"])).sum())
    share, z = held / 40, stats.norm.ppf(0.975)
    middle, half = share + z**2 / 80, z * np.sqrt(share * (1 - share) / 40 + z**2 / 6400)
    assert worth["coverage_low"] == pytest.approx((middle - half) / (1 + z**2 / 40))
    assert worth["coverage_high"] == pytest.approx((middle + half) / (1 + z**2 / 40))


def test_a_regression_with_one_start_is_the_difference_in_differences():
    _, seen = drawn(made(4))
    by_hand = estimators.randomisation(seen).effect
    assert by_library.two_way_fixed_effects(seen).effect == pytest.approx(by_hand, abs=1e-9)
    # Callaway and Sant'Anna compare with the last year before alone.
    last = seen.values[:, BEGINS:].mean(axis=1) - seen.values[:, BEGINS - 1]
    expected = last[seen.zones].mean() - last[seen.others].mean()
    assert by_library.callaway_santanna(seen).effect == pytest.approx(expected, abs=1e-9)


def test_intervals_of_randomisation_are_those_of_trying_every_effect():
    lives = made(5, authorities=12)
    _, seen = drawn(lives, zones=5)
    found = estimators.randomisation(seen)
    rng, together = np.random.default_rng(0), np.where(np.arange(12) < 5, BEGINS, NEVER)
    deals = [seen.first, *(rng.permutation(together) for _ in range(estimators.SHUFFLES))]

    def unlikely(effect):
        without = seen.values - effect * seen.treated
        change = without[:, BEGINS:].mean(axis=1) - without[:, :BEGINS].mean(axis=1)
        apart = [abs(change[deal != NEVER].mean() - change[deal == NEVER].mean()) for deal in deals]
        return np.mean([one >= apart[0] - 1e-12 for one in apart]) <= 1 - estimators.LEVEL

    step = 1e-6
    assert unlikely(found.low - step)
    assert not unlikely(found.low + step)
    assert unlikely(found.high + step)
    assert not unlikely(found.high - step)


@pytest.mark.slow
def test_randomisation_covers_the_truth_in_93_to_97_of_100_randomised_pilots():
    found = pilots([made(seed) for seed in range(100)], Design("random", 18, (BEGINS,), 7), 2000, ["randomisation"])
    worth = judged(found, -1).iloc[0]
    assert 0.93 <= worth["coverage"] <= 0.97
    assert worth["sham_alarm"] == pytest.approx(0.05, abs=0.02)
    assert worth["bias_low"] < 0 < worth["bias_high"] or abs(worth["bias"]) < 0.002


def tiny(seed, twins=0.0, unequal=0.0, authorities=24, years=5):
    """A tiny country whose authorities change by luck, of which neighbours in deprivation may change alike."""
    rng = np.random.default_rng(seed)
    place = np.arange(authorities) // 2
    change = twins * rng.normal(size=place.max() + 1)[place] + rng.normal(0, 0.3, authorities)
    later = np.arange(years)
    outside = (rng.normal(0, 0.01, (authorities, years)) + change[:, None]) * (later >= 2)
    effect = 0.5 + unequal * rng.normal(size=authorities)
    inside = {first: outside + effect[:, None] * (later >= first) for first in (2, 3)}
    return Lives(outside, inside, 10.0 * place)


DRAWS = {
    "by lot": ("random", 8, (2,), {}),
    "half of all pairs": ("matched_pairs", 6, (2,), {"twins": 1.0}),
    "every pair": ("matched_pairs", 12, (2,), {"twins": 1.0}),
    "starting apart": ("random", 8, (2, 3), {}),
    "pairs that start apart": ("matched_pairs", 12, (2, 3), {"twins": 1.0}),
    "unequal effects": ("random", 8, (2,), {"unequal": 0.2}),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", DRAWS)
def test_randomisation_covers_the_truth_however_zones_were_drawn(how):
    """2,000 pilots of 20 tiny countries: of pairs one each, starting apart, and where zones gain unequally."""
    chosen, zones, starts, more = DRAWS[how]
    lives = [tiny(seed, **more) for seed in range(20)]
    worth = judged(pilots(lives, Design(chosen, zones, starts, 4), 2000, ["randomisation"]), 1).iloc[0]
    # Effects that differ widen what is seen of zones and not how far the mean effect of these zones is missed.
    most = 0.995 if how == "unequal effects" else 0.97
    assert 0.93 <= worth["coverage"] <= most
    assert worth["sham_alarm"] == pytest.approx(0.05, abs=0.02)


def test_a_synthetic_control_s_interval_holds_all_of_its_39_placebos(monkeypatch):
    """One more among 39 like it lies outside all of them in 2 of 40: where nothing happens that is a false alarm in 20."""
    rng, found = np.random.default_rng(0), []
    monkeypatch.setattr(by_library, "_gap", lambda *_: found.append(rng.normal()) or found[-1])
    _, seen = drawn(made(12))
    by_library.synthetic_control(seen)
    assert len(found) == 1 + by_library.PLACEBOS
    alarms = 0
    for _ in range(2000):
        found.clear()
        estimate = by_library.synthetic_control(seen)
        alarms += not estimate.low <= 0 <= estimate.high
    assert alarms / 2000 == pytest.approx(0.05, abs=0.015)


def test_every_way_of_choosing_chooses_so_many_and_nobody_twice():
    lives = made(6)
    for chosen, choice in choosing.CHOICES.items():
        for zones in (2, 15, choosing.most_zones(chosen, 150)):
            rows = choice(lives, zones, np.random.default_rng(0))
            assert len(set(rows.tolist())) == zones, chosen


def test_the_ways_of_choosing_choose_whom_they_say():
    lives = made(7)
    rng = np.random.default_rng(0)
    last = choosing.last_year(lives)
    assert lives.deprivation[choosing.most_deprived(lives, 18, rng)].min() >= np.sort(lives.deprivation)[-18]
    assert last[choosing.worst_last_year(lives, 18, rng)].min() >= np.sort(last)[-18]  # less is better
    keen = np.mean([last[choosing.volunteers(lives, 18, np.random.default_rng(i))].mean() for i in range(200)])
    lot = np.mean([last[choosing.random(lives, 18, np.random.default_rng(i))].mean() for i in range(200)])
    assert keen < lot - 0.3 * last.std()
    pairs = {tuple(sorted(pair)) for pair in choosing.paired(lives).tolist()}
    taken = set(choosing.matched_pairs(lives, 18, rng).tolist())
    assert all(len(taken.intersection(pair)) <= 1 for pair in pairs)


def test_more_of_a_good_thing_turns_who_is_worst_round():
    lives = made(8)
    good = Lives(
        -lives.outside, {first: -inside for first, inside in lives.inside.items()}, lives.deprivation, better=1
    )
    for chosen in ("volunteers", "worst_last_year", "matched_pairs"):
        ours, theirs = (choosing.CHOICES[chosen](of, 18, np.random.default_rng(1)) for of in (lives, good))
        assert set(ours.tolist()) == set(theirs.tolist()), chosen


def test_zones_that_start_apart_are_dealt_out_evenly():
    first = choosing.starting(np.arange(19), 150, (3, 5, 6), np.random.default_rng(0))
    assert [int((first == start).sum()) for start in (3, 5, 6)] == [7, 6, 6]
    assert (first[19:] == NEVER).all()


def test_a_pilot_that_is_judged_early_is_the_one_that_is_judged_late():
    """Who begins later is not a zone yet; nobody begins sooner because the pilot is judged sooner."""
    lives = made(13, noise=0.01)
    by_then = {}

    def keeping(seen):
        by_then[seen.values.shape[1]] = seen.first
        return estimators.randomisation(seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pilots_module, "ESTIMATORS", {"randomisation": keeping})
        for year in (BEGINS, 7):
            pilots([lives], Design("random", 18, (BEGINS, BEGINS + 2), year), 1, ["randomisation"])
    early, late = by_then[BEGINS + 1], by_then[8]
    assert ((early == BEGINS).sum(), (late == BEGINS).sum(), (late == BEGINS + 2).sum()) == (9, 9, 9)
    assert np.array_equal(early == BEGINS, late == BEGINS)
    assert set(early[late == BEGINS + 2]) == {NEVER}


def test_judging_counts_what_it_says():
    found = pilots([made(9), made(10)], Design("random", 18, (BEGINS,), 7), 40, ["before_after", "randomisation"])
    worth = judged(found, -1).set_index("estimator")
    assert list(worth.index) == ["before_after", "randomisation"]
    assert (worth["pilots"] == 40).all()
    assert worth.loc["before_after", "wrong_side"] == 1  # everything rose meanwhile, and zones a little less
    assert worth.loc["before_after", "clear_worse"] == 1
    assert worth.loc["before_after", "sham_alarm"] == 1
    assert worth.loc["randomisation", "clear_better"] > 0.9
    assert worth.loc["randomisation", "clear_better"] + worth.loc["randomisation", "clear_worse"] <= 1
    own = found[found["estimator"] == "randomisation"]
    assert worth.loc["randomisation", "bias"] == pytest.approx((own["effect"] - own["true"]).mean())
    # The same pilots again, whoever else is asked.
    again = pilots([made(9), made(10)], Design("random", 18, (BEGINS,), 7), 40, ["randomisation"])
    assert again["effect"].tolist() == own["effect"].tolist()


def test_what_leaves_nothing_to_chance_is_drawn_once_in_each_replication():
    replications = [made(seed) for seed in range(10)]
    for chosen, count in (("most_deprived", 10), ("worst_last_year", 10), ("random", 40)):
        found = pilots(replications, Design(chosen, 18, (BEGINS,), 7), 40, ["before_after"])
        worth = judged(found, -1).iloc[0]
        assert (worth["pilots"], worth["distinct_pilots"], worth["replications"]) == (count, count, 10), chosen
    apart = Design("most_deprived", 18, (BEGINS, BEGINS + 2), 7)
    assert len(pilots(replications, apart, 40, ["before_after"])) == 40  # who starts when is by lot
    # Where only few zones are possible, the lot falls on the same ones again, and that is said.
    few = judged(pilots([made(1, authorities=4)], Design("matched_pairs", 2, (BEGINS,), 7), 40, ["before_after"]), -1)
    assert (few.loc[0, "pilots"], few.loc[0, "distinct_pilots"]) == (40, 4)


def test_the_interval_of_bias_is_over_replications_that_share_their_lives():
    def of(count):
        found = pilots(
            [made(seed) for seed in range(count)], Design("random", 18, (BEGINS,), 7), 40 * count, ["before_after"]
        )
        return found, judged(found, -1).iloc[0]

    found, worth = of(10)
    means = (found["effect"] - found["true"]).groupby(found["replication"]).mean()
    expected = difference_interval(means)
    assert (worth["bias_low"], worth["bias_high"]) == (expected.low, expected.high)
    assert worth["bias"] == pytest.approx(means.mean())
    _, few = of(FEWEST_FOR_INTERVAL - 1)
    assert np.isnan(few["bias_low"])
    assert np.isnan(few["bias_high"])


def test_intervals_of_bias_are_as_wide_as_replications_differ():
    """Nothing is there, so whatever is found is luck of the lives: intervals hold 0 about as often as they say."""
    held = 0
    for country in range(40):
        lives = [made(1000 * country + seed, effect=0.0, authorities=30) for seed in range(10)]
        worth = judged(pilots(lives, Design("most_deprived", 8, (BEGINS,), 7), 200, ["matched_difference"]), -1).iloc[0]
        held += worth["bias_low"] <= 0 <= worth["bias_high"]
    assert held >= 34


def test_an_earlier_judgement_sees_fewer_years():
    lives = made(11)
    assert lives.until(4).outside.shape == (150, 5)
    assert set(lives.until(4).inside) == {BEGINS}
    assert "three years" in Design("random", 18, (1,), 4).unfit("synthetic_control", 150)
    assert not Design("random", 18, (1,), 4).unfit("before_after", 150)


def test_methods_that_need_more_others_are_left_out_where_there_are_few():
    few = [made(1, authorities=8 + 4)]
    found = pilots(few, Design("random", 8, (BEGINS,), 7), 2, ["randomisation", "callaway_santanna"])
    assert set(found["estimator"]) == {"randomisation"}
    enough = [made(1, authorities=8 + 5)]
    found = pilots(enough, Design("random", 8, (BEGINS,), 7), 2, ["randomisation", "callaway_santanna"])
    assert set(found["estimator"]) == {"randomisation", "callaway_santanna"}
    assert "8 zones leave 4" in Design("random", 8, (BEGINS,), 7).unfit("synthetic_control", 12)
