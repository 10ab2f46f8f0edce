"""The contract of levers: every lever passes through all of it, a new one too."""

import copy
import inspect
import json
import sys
from dataclasses import fields
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from worlds import EVERY_LEVER, SHIPPED, policy_of, shipped

from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime

BUSY = policy_of({name: settings for name, settings in EVERY_LEVER.items() if name != "zones"}).regime_at(20)
REGIMES = {"as in 2010": Regime(), "with much in force": BUSY}


def lever_of(name, **settings):
    """A lever of the full policy from its first month, or with some settings of its own."""
    given = {k: v for k, v in EVERY_LEVER[name].items() if k not in ("start", "ramp", "strength", "end")}
    return policy_of({name: {**given, **settings}}).levers[name]


def test_every_lever_there_is_has_settings_to_be_tried_with():
    assert set(LEVERS) == set(EVERY_LEVER)


@pytest.mark.parametrize("name", LEVERS)
class TestContract:
    """What every lever promises."""

    @pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
    @pytest.mark.parametrize("month", [0, 11, 12, 119])
    def test_applying_is_pure(self, name, regime, month):
        lever, before = lever_of(name), copy.deepcopy(regime)
        once, twice = lever.apply(regime, month), lever.apply(regime, month)
        assert once == twice
        assert regime == before

    @pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
    def test_strength_0_gives_back_the_very_same_regime(self, name, regime):
        lever = lever_of(name, strength=0.0)
        assert all(lever.apply(regime, month) is regime for month in range(0, 130, 7))

    @pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
    def test_it_does_nothing_before_its_start_or_from_its_end(self, name, regime):
        lever = lever_of(name, start=5, end=17)
        assert all(lever.apply(regime, month) is regime for month in (-24, -1, 0, 4, 17, 18, 500))

    def test_it_does_something_at_full_strength(self, name):
        lever = lever_of(name, start=5, end=17)
        assert all(lever.apply(Regime(), month) != Regime() for month in (5, 16))

    def test_an_end_before_the_start_is_refused_by_name(self, name):
        with pytest.raises(
            ValidationError, match=rf"{name}\.end.*end=11 is before start=12; end must be 12 or later, or left out"
        ):
            lever_of(name, start=12, end=11)

    def test_a_lever_that_ends_as_it_starts_is_never_in_force(self, name):
        lever = lever_of(name, start=12, end=12)
        assert all(lever.apply(Regime(), month) == Regime() for month in range(30))

    def test_the_ramp_never_falls_and_ends_at_the_strength(self, name):
        lever = lever_of(name, start=6, ramp=24, strength=0.8)
        force = [lever.force(month) for month in range(60)]
        assert force[:6] == [0.0] * 6
        assert force == sorted(force)
        assert 0 < force[6] < force[18] < 0.8
        assert force[29:] == [0.8] * 31

    def test_more_strength_moves_the_regime_further(self, name):
        """Distances from 2010 grow with strength, number by number."""
        distance = [_distance(Regime(), lever_of(name, strength=s).apply(Regime(), 12)) for s in (0.0, 0.3, 0.7, 1.0)]
        assert distance == sorted(distance)
        assert distance[0] == 0 < distance[1] < distance[-1]

    def test_it_survives_being_written_down_and_read_again(self, name):
        lever = lever_of(name, start=3, ramp=4, strength=0.5, note="why")
        policy = policy_of({name: lever})
        assert Policy.model_validate(policy.model_dump()) == policy
        assert Policy.model_validate(json.loads(policy.model_dump_json())) == policy
        assert policy.levers[name] == lever
        assert policy.model_dump()["levers"][name]["start"] == 3

    def test_it_has_a_name_a_summary_and_a_file_of_its_own(self, name):
        kind = LEVERS[name]
        assert kind.name == name
        assert 10 < len(kind.summary) < 100
        assert kind.__module__.startswith("simulation.policy.levers.")
        assert kind.__module__.rpartition(".")[2] == name
        assert sys.modules[kind.__module__].__doc__

    def test_it_is_documented(self, name):
        kind = LEVERS[name]
        text = inspect.getdoc(kind)
        assert kind.__dict__.get("__doc__"), "the class has no docstring of its own"
        for setting in set(kind.model_fields) - set(Lever.model_fields):
            assert f"\n    {setting}: " in text, f"{name}.{setting} is not documented"
        assert inspect.getdoc(kind.act)

    def test_it_refuses_what_it_does_not_know(self, name):
        for wrong in (
            {"no_such_setting": 1},
            {"strength": 1.1},
            {"strength": -0.1},
            {"strength": float("nan")},
            {"start": -1},
            {"ramp": -1},
            {"start": 1.5},
        ):
            with pytest.raises((ValidationError, ValueError)):
                lever_of(name, **wrong)

    def test_it_cannot_be_changed_once_made(self, name):
        with pytest.raises(ValidationError):
            lever_of(name).strength = 0.5


def _distance(one, other):
    """How many numbers apart two regimes are."""
    total = 0.0
    for field in fields(Regime):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, dict):
            keys = [k for k in {**a, **b} if not isinstance(b.get(k, a.get(k)), str)]
            default = 1.0 if field.name == "envelope" else 0.0
            total += sum(abs(a.get(k, default) - b.get(k, default)) for k in keys)
        elif isinstance(a, tuple):  # designs that are begun, each at a share of services, or kept
            total += abs(
                sum(getattr(each, "share", 1.0) for each in a) - sum(getattr(each, "share", 1.0) for each in b)
            )
        elif not isinstance(a, str) and None not in (a, b):
            total += abs(a - b)
    return total


months = st.integers(-40, 400)


@given(
    strength=st.floats(0, 1),
    start=months.map(abs),
    ramp=months.map(abs),
    lasts=st.none() | months.map(abs),
    month=months,
)
@settings(max_examples=300, deadline=None)
def test_the_force_of_a_lever_is_never_below_0_or_above_its_strength(strength, start, ramp, lasts, month):
    end = None if lasts is None else start + lasts
    lever = LEVERS["freedom"](strength=strength, start=start, ramp=ramp, end=end)
    assert 0.0 <= lever.force(month) <= strength
    if month >= start and (end is None or month < end):
        assert lever.force(month) > 0 or strength < 1e-300
    if month >= start + ramp and (end is None or month < end):
        assert lever.force(month) == strength


@given(st.lists(st.sampled_from(sorted(LEVERS.keys() - {"zones"})), unique=True), st.integers(0, 120))
@settings(max_examples=100, deadline=None)
def test_a_policy_is_its_levers_one_after_another(names, month):
    policy = policy_of({name: EVERY_LEVER[name] for name in names})
    regime = Regime()
    for name in names:
        regime = policy.levers[name].apply(regime, month)
    assert policy.regime_at(month) == regime


def test_a_cut_by_year_is_followed_by_the_council_and_its_last_year_holds():
    """Up and down as it went, at full strength or less; other agencies follow the path."""
    cut = {"cut": [0.1, 0.0, -0.2, 0.3], "path": [0.5, 1.0], "others": {"police": 0.2}}
    for strength in (1.0, 0.5):
        policy = policy_of({"envelope": {**cut, "strength": strength}})
        budgets = [policy.regime_at(month).envelope for month in (0, 11, 12, 24, 36, 48, 400)]
        council = [1 - strength * share for share in (0.1, 0.1, 0.0, -0.2, 0.3, 0.3, 0.3)]
        for agency in ("adult_care", "council_other"):
            assert [each[agency] for each in budgets] == pytest.approx(council)
        assert [each["police"] for each in budgets] == pytest.approx([1 - strength * s for s in (0.1, 0.1, *5 * [0.2])])
        assert {each["nhs"] for each in budgets} == {1.0}


def test_a_lever_set_to_null_is_absent():
    assert policy_of({"freedom": None, "targets": {}}).levers.keys() == {"targets"}
    assert policy_of({"freedom": None}).regime_at(30) == Regime()


def test_an_unknown_lever_is_refused_by_name():
    with pytest.raises(ValidationError, match=r"no lever 'freedoom'.*freedom"):
        policy_of({"freedoom": {}})


@pytest.mark.parametrize("name", SHIPPED)
def test_a_regime_never_names_a_policy(name):
    """What the dynamics see holds numbers, agencies and designs; no word in it is a policy's name or title."""
    policy = shipped(name)[name]
    for month in (0, 12, 60, 119):
        for inside in (False, True):
            words = _words(policy.regime_at(month, in_zone=inside))
            assert not words & ({*SHIPPED} | {p.title for p in shipped().values()})


def _words(regime):
    found = set()
    for field in fields(regime):
        value = getattr(regime, field.name)
        if isinstance(value, dict):
            found |= set(value) | {v for v in value.values() if isinstance(v, str)}
        elif isinstance(value, str):
            found.add(value)
    return found


def test_a_regime_does_not_depend_on_the_policys_name():
    radical = shipped("radical")["radical"]
    renamed = radical.model_copy(update={"title": "Rationing", "summary": "x", "source": "y"})
    assert all(radical.regime_at(m) == renamed.regime_at(m) for m in range(0, 120, 5))


def test_a_regime_stays_the_very_same_while_nothing_changes_and_only_then():
    policy = policy_of({"freedom": {"start": 6, "ramp": 3}})
    months = [policy.regime_at(month) for month in range(20)]
    same = [one is other for one, other in pairwise(months)]
    assert same == [not 6 <= month < 9 for month in range(1, 20)]


def test_nothing_is_in_force_before_the_policy_date():
    for policy in shipped().values():
        assert all(policy.regime_at(month) == Regime() for month in (-24, -1))


class TestZones:
    """Zones: where other levers are in force."""

    policy = policy_of(
        {
            "targets": {"pressure": 0.5},
            "eligibility": {"fit": 1.0},
            "zones": {
                "count": 3,
                "start": 12,
                "without": ["targets"],
                "levers": {"freedom": {"start": 6}, "support": {}},
            },
        }
    )

    def test_outside_nothing_of_the_zone_is_in_force(self):
        without = Policy(
            title="t", summary="s", source="n", levers={k: v for k, v in self.policy.levers.items() if k != "zones"}
        )
        assert all(self.policy.regime_at(m) == without.regime_at(m) for m in range(0, 60, 3))

    def test_inside_the_zones_own_levers_begin_when_it_does(self):
        inside = [self.policy.regime_at(m, in_zone=True) for m in (11, 12, 17, 18)]
        assert [r.support for r in inside] == [0, 1, 1, 1]
        assert [r.freedom for r in inside] == [0, 0, 0, 1]
        assert [r.pressure for r in inside] == [0.5, 0, 0, 0]
        assert all(r.threshold_fit == 1.0 for r in inside)

    def test_zones_are_never_more_than_half_of_the_localities(self):
        for localities in range(1, 30):
            places = [k / 30 for k in range(localities)]
            for count in (1, 4, 16):
                for select in ("most_deprived", "spread"):
                    zones = LEVERS["zones"](count=count, select=select, levers={})
                    chosen = zones.chosen(places)
                    assert 1 <= len(chosen) == len(set(chosen)) <= max(1, localities // 2)
                    assert len(chosen) == min(count, max(1, localities // 2))

    def test_the_most_deprived_are_chosen_first(self):
        assert LEVERS["zones"](count=2, select="most_deprived", levers={}).chosen([0.1, 0.9, 0.5, 0.8, 0.2]) == [1, 3]
