"""A place's own cut: which policies take it, what else a cut can be, and what happens where a place has none."""

import copy

import pytest

from experiments.configuration import options, validate
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point, plans_of
from experiments.configuration.words.place_cut import AVERAGE, ENGLAND, NONE_OF_ITS_OWN, PLACE, TAX_FROZEN
from experiments.errors import ConfigurationError
from experiments.evidence import lever_ranges

ENDS = {"croydon": 0.149, "westminster": 0.31, "east_lothian": 0.11, "teaching_town": 0.151, "average_england": 0.151}
"""What was gone of each place's service spending by 2017-18, as its file says."""
EVERY_CUT = "policy.*.levers.envelope.cut"


@pytest.fixture
def plan_of(composed):
    """The plan of a comparison in a place with some changes of its data."""

    def make(place="teaching_town", change=lambda data: None):
        data = {**copy.deepcopy(composed.data), "place": options.find("place")[place].read()}
        change(data)
        return validate.check(Composed(data, {**composed.choices, "place": place}))

    return make


def cut_to(value):
    """Sets the cut of radical."""
    return lambda data: data["policy"]["radical"]["levers"]["envelope"].update(cut=value)


def cuts(plan):
    return {arm: policy.levers["envelope"].cut for arm, policy in plan.policies.items() if "envelope" in policy.levers}


def refusal_of(plan_of, change):
    with pytest.raises(ConfigurationError) as refused:
        plan_of(change=change)
    return refused.value.message()


def test_every_shipped_place_has_a_cut_and_an_end_of_its_own():
    assert {name: option.read()["cut"]["value"][-1] for name, option in options.in_full("place").items()} == ENDS


@pytest.mark.parametrize("place", ENDS)
def test_arms_take_the_cut_of_the_place_year_by_year(plan_of, place):
    plan = plan_of(place)
    assert set(cuts(plan).values()) == {plan.world.place.cut.row}
    for arm in ("rationing", "radical"):
        left = [plan.policies[arm].regime_at(12 * year).envelope["adult_care"] for year in range(12)]
        own = plan.world.place.cut.row
        assert left == pytest.approx([1 - share for share in own] + 5 * [1 - ENDS[place]])


def test_police_keep_their_own_path_in_a_place_with_another(plan_of):
    for place in ("croydon", "westminster"):
        radical = plan_of(place).policies["radical"]
        assert radical.regime_at(36).envelope["police"] == pytest.approx(1 - 0.7 * 0.2)


def test_england_s_average_is_the_same_in_every_place_and_has_evidence(plan_of):
    known = lever_ranges.of_levers()["envelope"]["cut"].number
    assert known == AVERAGE == 0.286
    for place in ("croydon", "east_lothian"):
        plan = plan_of(place, cut_to(ENGLAND))
        assert cuts(plan)["radical"] == known
        assert plan.policies["radical"].regime_at(36).envelope["housing"] == pytest.approx(1 - 0.7 * 0.286)


@pytest.mark.parametrize("cut", [0.2, 0, -0.1, [0.1, 0.2]])
def test_a_number_is_taken_as_it_is(plan_of, cut):
    found = cuts(plan_of("croydon", cut_to(cut)))
    assert found["radical"] == (tuple(cut) if isinstance(cut, list) else cut)
    assert found["rationing"][-1] == ENDS["croydon"]


def test_without_more_council_tax_a_place_s_cut_had_been_what_fell_on_grant(plan_of):
    plan = plan_of("croydon", cut_to(TAX_FROZEN))
    place, frozen = plan.world.place, cuts(plan)["radical"]
    assert frozen == pytest.approx([a + b for a, b in zip(place.cut.row, place.income.more_tax.row, strict=True)])
    assert frozen[-1] > ENDS["croydon"] + 0.05
    assert cuts(plan)["rationing"] == place.cut.row


def test_care_takes_what_was_observed_there_where_that_is_asked_for(plan_of):
    plan = plan_of("croydon", lambda data: data["policy"]["radical"]["levers"]["envelope"].update(care=PLACE))
    seen = plan.world.place.observed["cut_of_care"].row
    assert plan.policies["radical"].levers["envelope"].care == seen
    assert [plan.policies["radical"].regime_at(12 * year).care for year in (0, 2, 9)] == pytest.approx(
        [1 - seen[0], 1 - seen[2], 1 - seen[-1]]
    )
    assert plan.policies["rationing"].regime_at(24).care is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"cut": TAX_FROZEN}, ["envelope.cut=place_tax_frozen", "place.income.more_tax", "cut=place"]),
        ({"care": PLACE}, ["envelope.care=place", "cut_of_care", "care=planned"]),
        ({"care": "seen"}, ["envelope.care=seen", "must be planned, place, or a list", "care=planned"]),
        ({"care": [2]}, ["envelope.care", "0.95"]),
    ],
    ids=str,
)
def test_what_a_place_does_not_know_of_itself_is_refused(plan_of, settings, words):
    with pytest.raises(ConfigurationError) as refused:
        plan_of("east_lothian", lambda data: data["policy"]["radical"]["levers"]["envelope"].update(settings))
    assert all(word in refused.value.message() for word in words), refused.value.message()


def test_zones_take_the_cut_of_the_place_too(plan_of):
    zones = {"count": 1, "levers": {"envelope": {"cut": PLACE}}}
    plan = plan_of("croydon", lambda data: data["policy"]["radical"]["levers"].update(zones=zones))
    assert plan.policies["radical"].zones.levers["envelope"].cut == plan.world.place.cut.row


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ("plase", ["envelope.cut=plase", "from -1 to 0.95", "place_tax_frozen", "fix: ", "cut=place"]),
        ("average", ["envelope.cut=average", "cut=average_england"]),
        (2, ["envelope.cut=2", "must be a number from -1 to 0.95"]),
        (True, ["envelope.cut=true", "must be a number from -1 to 0.95"]),
        ([0.1, 2], ["envelope.cut.1=2", "0.95"]),
        ([], ["envelope.cut=[]", "at least 1"]),
    ],
    ids=str,
)
def test_a_cut_that_is_none_is_refused_once_by_its_key(plan_of, cut, words):
    message = refusal_of(plan_of, cut_to(cut))
    assert all(word in message for word in ["one thing to put right", *words]), message


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ({"value": 0.2, "low": 0.1, "high": 0.3}, ["place.cut", "list of 7 numbers"]),
        ({"value": 7 * [0.96], "low": 7 * [0.1], "high": 7 * [0.97]}, ["place.cut", "0.96", "between -1 and 0.95"]),
    ],
    ids=str,
)
def test_a_place_s_cut_that_is_none_is_refused_once(plan_of, cut, words):
    message = refusal_of(plan_of, lambda data: data["place"]["cut"].update(cut))
    assert all(word in message for word in ["one thing to put right", *words]), message


def test_a_place_without_a_cut_takes_england_s_and_says_so(plan_of):
    plan = plan_of(change=lambda data: data["place"].pop("cut"))
    assert set(cuts(plan).values()) == {AVERAGE}
    assert plan.notes == [NONE_OF_ITS_OWN]


def test_nothing_is_said_where_no_arm_takes_the_place_s_cut(plan_of):
    def change(data):
        del data["place"]["cut"]
        for arm in ("rationing", "radical"):
            data["policy"][arm]["levers"]["envelope"]["cut"] = ENGLAND

    assert plan_of(change=change).notes == []


def test_a_point_may_be_of_a_place_without_a_cut(composed):
    assert set(
        cuts(plans_of("compare", composed, [Point(0, "a", {"place.cut": None})], validate.check)[0]).values()
    ) == {AVERAGE}


@pytest.mark.slow
def test_a_point_of_another_place_takes_the_cut_of_that_place(composed):
    points = [Point(0, "a", {"place": "croydon"}), Point(1, "b", {"place": "croydon", EVERY_CUT: ENGLAND})]
    own, england = plans_of("compare", composed, points, validate.check)
    assert cuts(own)["radical"][-1] == ENDS["croydon"]
    assert cuts(england)["radical"] == AVERAGE
