"""What a class is shown: how it predicted beside what came out, what offers come to, who paid, and where pupils go."""

import pandas as pd
import pytest

from experiments import storage
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.lab import configuration
from experiments.lab.benches import worker
from experiments.lab.charts.charts import PAPER
from experiments.lab.classroom import bargaining, figures, gains
from experiments.lab.classroom.bargaining import Offers
from experiments.lab.classroom.join_address import join_address
from experiments.lab.classroom.pages import board
from experiments.lab.classroom.phases import LIMIT
from experiments.lab.classroom.predictions import bars, how_near, in_words, per_cent, revealed
from experiments.lab.classroom.roles import DEMANDS, OTHERS, PAYERS, budgets
from experiments.lab.state import ALL, AS_JUDGED, NO_MANAGEMENT, State, read_state
from simulation.policy.levers.money.pooling import Pooling
from simulation.policy.regime import Regime

CRISES = load_outcomes()["crises"]


def row(diff, low, high, level=50.0):
    return {"rationing": level, "diff": diff, "ci_lo": low, "ci_hi": high}


# -- predictions ---------------------------------------------------------------------------------------------------------


def test_every_prediction_is_in_one_bar_and_the_middle_bar_is_about_no_difference():
    every = list(range(-LIMIT, LIMIT + 1))
    found = bars(every)
    assert int(found["count"].sum()) == len(every)
    assert list(found["end"][:-1]) == list(found["start"][1:])
    assert found["start"].min() <= -LIMIT < LIMIT <= found["end"].max()
    for value in every:
        (bar,) = bars([value]).query("count > 0").to_dict("records")
        assert bar["start"] <= value < bar["end"]
    (middle,) = bars([0]).query("count > 0").to_dict("records")
    assert (middle["start"], middle["end"], middle["label"]) == (-5, 5, "1")


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "no difference"), (-12, "12% lower"), (7, "7% higher"), (-0.4, "0.4% lower"), (0.04, "no difference"),
     (-0.0, "no difference"), (12.6, "13% higher"), (9.96, "10% higher"), (1.0, "1% higher")],
)  # fmt: skip
def test_a_difference_is_said_as_people_say_it(value, words):
    assert per_cent(value) == words


def test_what_came_out_is_in_per_cent_of_the_first_policy_and_its_band_is_never_narrower_than_it_was():
    found = revealed(CRISES, row(-6.0, -8.1, -4.2), "rationing")
    assert (found.value, found.low, found.high, found.side) == (-12.0, -17, -8, "lower")


@pytest.mark.parametrize(
    ("diff", "low", "high", "side"),
    [(-1.0, -3.0, 1.0, "same"), (0.5, 0.3, 0.7, "same"), (0.0, 0.0, 0.0, "same"), (9.0, 8.0, 10.0, "higher")],
)
def test_what_luck_could_do_or_does_not_matter_is_on_no_side(diff, low, high, side):
    assert revealed(CRISES, row(diff, low, high), "rationing").side == side


@pytest.mark.parametrize(
    "given", [{}, row(1, 0, 2, level=0.0), row(1, float("nan"), float("nan")), row(float("nan"), 0, 1)]
)
def test_what_cannot_be_told_in_per_cent_is_not_told(given):
    assert revealed(CRISES, given, "rationing") is None


def test_how_near_a_class_was_is_counted_by_hand():
    truth = revealed(CRISES, row(-6.0, -8.1, -4.2), "rationing")  # -12, from -17 to -8
    words = how_near([-30, -17, -12, -8, -7, 0, 20], truth)
    assert words == (
        "Inside the band: 3 of 7 predictions. Within 5 points of the line: 4. The nearest was less than a point off. "
        "On the right side: 5."
    )
    assert how_near([], truth) == in_words([]) == "Nobody has predicted."
    assert in_words([-10, -10, 0, 20]) == (
        "The middle prediction is 5% lower. Half of the class lies from 10% lower to 5% higher. Lower: 2. Higher: 1. "
        "No difference: 1."
    )


def test_the_picture_says_in_words_what_it_shows_and_shows_the_answer_only_when_told():
    truth = revealed(CRISES, row(-6.0, -8.1, -4.2), "rationing")
    before, after = (figures.predicted([-20, 5], each, "per cent").to_dict() for each in (None, truth))
    assert "It came out" not in before["description"]
    assert "It came out 12% lower; the band goes from 17% lower to 8% lower." in after["description"]
    assert len(after["layer"]) == len(before["layer"]) + 2
    assert after["background"] == PAPER, "dark letters would stand on a dark page"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (row(-6.0, -8.1, -4.2), "Yes. Crises begun: −6 per 1,000 people a year."),
        (row(6.04, 4.2, 8.1), "No, it got worse. Crises begun: +6 per 1,000 people a year."),
        (row(-0.00096, -0.0011, -0.0008), "Hardly: too little changed to matter."),
        (row(0.0, 0.0, 0.0), "No, nothing changed."),
    ],
)
def test_what_came_of_a_wish_has_two_figures_and_none_where_it_does_not_matter(found, told):
    assert board.what_came(CRISES, found) == told


# -- the bargain ---------------------------------------------------------------------------------------------------------

OFFERS = Offers({"nhs": (10, 20, 90), "council": (40, 60), "police": ()}, {"crises": 2})


def test_offers_come_to_medians_and_the_lowest_of_them_is_what_all_agree_to():
    found = bargaining.spreads(OFFERS)
    assert {role: each.middle for role, each in found.items()} == {"nhs": 20, "council": 50}
    assert (found["nhs"].lowest, found["nhs"].highest, found["nhs"].count) == (10, 90, 3)
    assert bargaining.agreed_share(OFFERS) == 0.2
    assert bargaining.agreed_share(Offers()) is None
    assert bargaining.pooled(OFFERS, {"nhs": 1000.0, "council": 200.0, "police": 5.0}) == {
        "nhs": 200.0,
        "council": 100.0,
    }


def test_one_offer_is_a_spread_of_its_own():
    assert bargaining.spread((30,)) == bargaining.Spread(1, 30, 30, 30, 30, 30)


@pytest.mark.parametrize("share", [0.005, 0.3, 0.995, 1.0])
def test_a_bargain_is_run_as_the_pools_strength_and_nothing_else_differs(share, tmp_path):
    usual = State(place="teaching_town", challenge="obesity", years=3, replicates=9, seed=7, management=NO_MANAGEMENT)
    state = bargaining.comparison(usual, share)
    assert read_state(state.address()) == state
    assert (state.place, state.challenge, state.years, state.replicates, state.seed) == ("teaching_town", ALL, 3, 9, 7)
    assert state.management != AS_JUDGED
    configuration.write(state, tmp_path)
    plan = worker.plan_of(tmp_path)
    without, with_it = (plan.policies[arm] for arm in configuration.arms_of(state))
    levers = dict(with_it.levers)
    assert levers.pop("pooling").strength == share
    assert levers == without.levers


def test_the_strength_is_the_share_of_others_savings_that_the_model_counts():
    """What the page says of it, asked of the lever itself."""
    acted = Pooling(strength=0.4).act(Regime(), 0.4, 120)
    assert acted.pool_share == 0.4
    assert not acted.whole_place
    assert set(acted.pools) >= {"nhs", "police", "adult_care", "children", "public_health", "housing", *OTHERS.agencies}


def test_budgets_are_those_of_the_place():
    found = budgets("teaching_town")
    assert found == {
        "nhs": 7_530_000,
        "council": 1_393_000 + 607_000 + 220_000 + 236_000 + 1_870_000,
        "police": 1_135_000,
    }
    assert set(budgets("croydon")) == set(budgets("leeds")) == set(PAYERS)


def test_every_picture_of_offers_says_its_medians():
    told = figures.offered(OFFERS).to_dict()["description"]
    assert told == "NHS: 3 offered 10% to 90%, the middle is 20%; Council: 2 offered 40% to 60%, the middle is 50%."


def test_who_pays_and_who_gains_is_the_sum_of_the_years_of_the_tables(tmp_path):
    names = ("investment", "running", "outside", "transfers", "received")
    lines = [
        ("b minus a", "nhs", 1, -100, 5_100, 20_000, -15_000, 0),
        ("b minus a", "nhs", 2, 0, 5_000, 0, -15_000, 0),
        ("b minus a", "council", 1, -2_000, -18_000, 300, 30_000, 0),
        ("b minus a", "police", 1, 0, 0, -900, 0, 0),
        ("b minus a", "households", 1, 0, 40_000, 0, 0, -7_000),
        ("b minus a", "schools", 1, 0, 0, 0, -600, 0),
        ("b minus a", "dwp", 1, 0, 0, 0, -600, 0),
        ("b minus c", "nhs", 1, 9e9, 9e9, 9e9, 9e9, 9e9),
    ]
    table = pd.DataFrame(lines, columns=["comparison", "agency", "year", *names])
    (tmp_path / "economics").mkdir()
    (tmp_path / gains.BY_YEAR).write_text(storage.csv_of(table))
    told = {title: " ".join(gains.told(title, books)) for title, books in gains.read(tmp_path).items()}
    assert told == {
        "NHS": "Pays £30,000 into the pool. Spends £10,000 less on services. Has £20,000 less for all else.",
        "Council": "Gets £30,000 out of the pool. Spends £20,000 more on services. Has as much for all else.",
        "Police": "Pays nothing into the pool. Spends as much as before on services. Has £900 more for all else.",
        "Household": "Families care for their own less: that is worth £40,000. They get £7,000 less in benefits and pay.",
        "Other members": "Pays £1,200 into the pool. Spends as much as before on services. Has as much for all else.",
    }


def test_what_households_may_ask_for_are_outcomes_that_are_better_or_worse():
    known = load_outcomes()
    assert all(known[name].better in ("lower", "higher") and known[name].family != "money" for name in DEMANDS)


# -- where pupils go -----------------------------------------------------------------------------------------------------


def where(address, token="secret", found="192.168.1.5"):
    return join_address({"address": address, "port": 8501, "token": token}, lambda: found)


def test_pupils_are_never_given_the_labs_own_token():
    for address in ("127.0.0.1", "0.0.0.0", "192.168.1.2"):
        there = where(address)
        assert "secret" not in there.typed + there.link("CDFGHJ") + there.base


@pytest.mark.parametrize(
    ("address", "here", "base"),
    [
        ("127.0.0.1", True, "http://localhost:8501/"),
        ("localhost", True, "http://localhost:8501/"),
        ("::1", True, "http://localhost:8501/"),
        ("0.0.0.0", False, "http://192.168.1.5:8501/"),
        ("::", False, "http://192.168.1.5:8501/"),
        ("192.168.1.2", False, "http://192.168.1.2:8501/"),
        ("teacher.example", False, "http://teacher.example:8501/"),
    ],
)
def test_where_pupils_go_and_whether_they_can(address, here, base):
    there = where(address)
    assert (there.base, there.is_here_only) == (base, here)
    assert there.link("CDFGHJ") == f"{base}?class=CDFGHJ"


def test_a_lab_without_a_token_needs_a_word_in_the_address_to_show_the_door():
    assert where("0.0.0.0", token="").typed == "http://192.168.1.5:8501/?class="


def test_a_computer_in_no_network_has_no_address_to_give():
    there = where("0.0.0.0", found="")
    assert (there.base, there.is_here_only) == ("", False)
