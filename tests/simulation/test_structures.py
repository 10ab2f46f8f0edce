"""Structural alternatives: each disputed mechanism can be otherwise, does something then, and breaks nothing."""

from functools import cache
from hashlib import sha256
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError
from worlds import (
    EAGER_REDESIGN,
    EVERY_LEVER,
    columns_differ,
    differences,
    live,
    policy_of,
    start_of,
    toy,
    under,
    with_behaviour,
    with_numbers,
    world_of,
)

from simulation.build import build
from simulation.mechanism.citizens import case, chances, month_draws, seek
from simulation.mechanism.services import cuts, designs, hours, purses, quality, thresholds, workforce
from simulation.mechanism.services.cuts import Lines, Sides
from simulation.parameters.quantity import BUDGET_HOLDERS
from simulation.parameters.structure import StructureConfig
from simulation.settling.settle import settle
from simulation.state.codes import ACUTE, CORE, CaseState, Stage
from simulation.state.tally import FINE, AtService

CHOICES = {name: get_args(field.annotation) for name, field in StructureConfig.model_fields.items()}
ALTERNATIVES = [(name, choice) for name, choices in CHOICES.items() for choice in choices[1:]]
MONTHS = 60
AS_SHIPPED = "3695ce787de0e633"
"""What is counted in the toy place over three years of everything: to be changed only with the model's own results."""
BEFORE_PACKAGES = "7965d1ea59c99056"
"""The same, where every core case takes the same hours and no panel sits: as it was before there were either."""
EVERYTHING = policy_of(
    {
        **EVERY_LEVER,
        "envelope": {"cut": 0.3, "path": [0.3, 0.7, 1.0], "others": {"police": 0.5, "nhs": 0.1, "schools": 0.1}},
        "transition": {"fund": 0.2, "double_running": 0.2, "decommission": 0.4, "redundancy": 1.5},
    }
)


def otherwise(config, **choices):
    """A world with some mechanisms otherwise, and redesign eager and quick enough to matter within a few years."""
    behaviour = with_behaviour(config, **EAGER_REDESIGN).behaviour
    return config.model_copy(
        update={"behaviour": behaviour.model_copy(update={"structure": StructureConfig(**choices)})}
    )


def access(name="cut", choice="weighted"):
    """The rules of access where one structure is other than usual."""
    return thresholds.access_rules(start(name, choice).world.config.behaviour)


@cache
def start(name="cut", choice="weighted"):
    """The toy place at the policy date with one mechanism otherwise."""
    return start_of(settle(otherwise(toy(), **{name: choice})))


@cache
def lived(name="cut", choice="weighted", engine="fast"):
    """Some years of everything from there."""
    return live(under(start(name, choice), EVERYTHING, engine=engine), MONTHS if engine == "fast" else 3)


def test_the_first_choices_are_the_model():
    """A configuration that names no structure, one that names every first choice, and the defaults are the same."""
    assert {name: choices[0] for name, choices in CHOICES.items()} == StructureConfig().model_dump()
    assert toy().behaviour.structure == StructureConfig()
    with pytest.raises(ValidationError, match="weighted"):
        StructureConfig(cut="salami")
    with pytest.raises(ValidationError, match="extra"):
        StructureConfig(cats="many")


CUT = policy_of({"envelope": {"cut": 0.3, "path": [1.0]}})


def core_care(model):
    """Users of core services in years three and four, and what each of them gets of an ordinary case of 2010."""
    services, found = model.state.services, []
    core = services.tier == CORE
    for _ in range(48):
        model.step()
        found.append(
            (services.caseload[core].sum(), (services.caseload * services.intensity * services.package)[core].sum())
        )
    users, given = np.sum(found[24:], axis=0)
    return np.array([users, given / users])


def counted(place):
    """Counts of people and pence over three years of everything there was then, as one short name."""
    levers = {name: how for name, how in EVERY_LEVER.items() if name not in ("pay", "charges", "reserves")}
    months = live(under(place, policy_of(levers)), 36).recorder.table()
    new, whole = [name for name in months if name.endswith((".charges", ".pay_forgone"))], sha256()
    assert not any(months.pop(name).any() for name in new)
    for name in sorted(n for n, column in months.items() if np.issubdtype(column.dtype, np.integer)):
        whole.update(name.encode() + months[name].astype(np.int64).tobytes())
    return whole.hexdigest()[:16]


def test_the_defaults_give_the_results_they_gave_before_there_was_a_choice(hamlet_2011):
    """From before structural alternatives were built in, or since the model's own choice last changed."""
    assert counted(hamlet_2011) == AS_SHIPPED


def test_cases_alike_and_no_panels_are_the_rule_as_it_was():
    """With what care held off before, and neither visits to emergency departments nor their bill."""
    behaviour = toy().behaviour.model_copy(update={"structure": StructureConfig(package="alike", panels="never")})
    changes = {"later_life.visits": None, "later_life.services.core.holding": 0.5}
    challenges = with_numbers(toy().challenges, changes)
    assert (
        counted(start_of(settle(toy().model_copy(update={"behaviour": behaviour, "challenges": challenges}))))
        == BEFORE_PACKAGES
    )


@pytest.mark.unhurried
@pytest.mark.parametrize(("name", "choice"), ALTERNATIVES)
def test_an_alternative_changes_something_that_is_recorded(name, choice):
    one, other = lived().recorder.table(), lived(name, choice).recorder.table()
    assert len(differences(one, other)) > 10, "it changes nothing to speak of"


@pytest.mark.parametrize(("name", "choice"), ALTERNATIVES)
def test_an_alternative_loses_no_person_no_case_and_no_penny(name, choice):
    """The ledger also checks itself every month, and stops at a penny that is unexplained."""
    before, after = start(name, choice).state, lived(name, choice)
    months = after.recorder.table()
    came = months["births"] + months["arrivals"] - months["deaths"] - months["departures"]
    assert months["citizens"][0] == int(before.people.alive.sum()) + came[0]
    assert (np.diff(months["citizens"]) == came[1:]).all()
    for c in after.world.challenges:
        cases = months[f"waiting.{c}"] + sum(months[f"in_service.{c}.{t}"] for t in ("prevention", "core", "acute"))
        assert (np.diff(cases) == (months[f"cases_opened.{c}"] - months[f"cases_closed.{c}"])[1:]).all(), c
        assert (months[f"need.{c}.3"] == months[f"in_service.{c}.acute"]).all(), c
    for a in BUDGET_HOLDERS:
        spent = sum(column for line, column in months.items() if line.startswith(f"spend.{a}."))
        assert (np.diff(months[f"reserves.{a}"]) == (months[f"envelope.{a}"] - spent)[1:]).all(), a
    services = after.state.services
    assert (services.staff <= services.funded + 1e-9).all()
    assert all(np.isfinite(column).all() for column in months.values())


@pytest.mark.parametrize(("name", "choice"), ALTERNATIVES)
def test_an_alternative_gives_no_staff_hour_twice(name, choice, monkeypatch):
    """Hours given to cases in hand are no more than there are, and what citizens meet stays what it can be."""
    seen, original = [], hours.open_hours

    def watched(services, *rest):
        capacity = original(services, *rest)
        kept = services.caseload - capacity.discharged
        given = kept * capacity.per_case * services.intensity
        assert (given <= capacity.direct + 1e-6)[services.tier != ACUTE].all()
        assert (kept >= 0).all()
        assert not capacity.discharged[services.tier == ACUTE].any()
        seen.append(services.caseload.sum())
        return capacity

    model = under(lived(name, choice), EVERYTHING)
    monkeypatch.setattr(hours, "open_hours", watched)
    for _ in range(12):
        model.step()
        for column in ("intensity", "burden", "morale"):
            values = getattr(model.state.services, column)
            assert ((values >= 0) & (values <= 1)).all(), column
    assert len(seen) == 12
    assert min(seen) > 0


@pytest.mark.slow
@pytest.mark.parametrize(("name", "choice"), ALTERNATIVES)
def test_both_engines_agree_under_an_alternative(name, choice):
    fast = live(under(start(name, choice), EVERYTHING), 3)
    plain = lived(name, choice, "agents")
    assert differences(fast.recorder.table(), plain.recorder.table()) == []
    assert columns_differ(fast.state.people, plain.state.people) == []
    assert columns_differ(fast.state.services, plain.state.services) == []


class TestRules:
    """What each alternative says, rule by rule; the first choice is the rule as it was."""

    def test_equal_shares_take_the_same_share_of_every_line(self):
        claim, floor = np.array([100.0, 50.0, 10.0]), np.array([60.0, 10.0, 0.0])
        how, sides = (
            world_of().behaviour.planning,
            Sides(
                np.array([True, False, False]),
                np.array([True, False, True]),
                (7.0, 5.0),
                np.zeros(1, dtype=bool),
                np.ones(3),
            ),
        )
        weight = cuts.weights("equal_shares", claim, floor, sides, how)
        kept, left = cuts.share_cut(Lines(claim, floor, weight, claim), 16.0)
        assert kept == pytest.approx(0.9 * claim)
        assert left == 0
        assert cuts.weights("equal_shares", claim, claim, sides, how) == pytest.approx(np.ones(3))

    def test_services_wait_their_turn_while_others_are_cut(self):
        claim, floor = np.array([100.0, 100.0]), np.array([20.0, 60.0])
        turn = np.array([cuts.turn_of("others_first", is_service) for is_service in (True, False)])
        budget = Lines(claim, floor, np.ones(2), claim, turn)
        assert cuts.share_cut(budget, 30.0)[0] == pytest.approx([100, 70])
        assert cuts.share_cut(budget, 50.0)[0] == pytest.approx([90, 60])
        assert cuts.share_cut(budget, 200.0)[1] == pytest.approx(80)
        assert {cuts.turn_of(cut, True) for cut in ("weighted", "equal_shares")} == {0.0}

    def test_a_shortage_is_met_by_fewer_people_or_by_thinner_help(self):
        shares = [hours.least_share(how, 0.7) for how in CHOICES["shortage"]]
        assert shares[:2] == [0.7, 1.0]
        assert 0 < shares[2] < 0.01

    def test_a_design_is_copied_chosen_alone_or_mandated(self):
        eager, users, everywhere = np.array([0.0, 0.8, 0.5]), np.array([1, 2, 0]), np.array([9, 2, 3])

        def drawn(spread):
            return designs.pull(spread, eager, users, 4, 3.0, everywhere).tolist()

        assert drawn("neighbours") == pytest.approx([0.0, 0.8 * (1 + 3 * 2 / 4), 0.5])
        assert drawn("alone") == [0.0, 0.8, 0.5]
        assert drawn("mandate") == [0.0, 0.0, 0.5]
        assert [designs.is_copied(s, by_a_peer=True) for s in CHOICES["spread"]] == [True, False, True]
        assert [designs.is_copied(s, by_a_peer=False) for s in CHOICES["spread"]] == [False, False, True]

    def test_a_mandate_is_for_what_most_services_use(self):
        model = under(start(), policy_of())
        services, catalogue = model.state.services, model.world.catalogue
        s = int(np.argmax(catalogue.applies.sum(axis=0)))
        one, two = np.flatnonzero(catalogue.applies[:, s])[:2]
        eager = designs.eagerness(catalogue, {catalogue.names[d]: 1.0 for d in (one, two)})

        def chosen(u, spread="mandate"):
            return designs.choose(s, eager, services, catalogue, 3.0, u, spread)

        services.design[:], services.stage[:] = -1, 0
        assert {chosen(u) for u in (0.01, 0.99)} == {one}, "the first of the catalogue, while nobody uses any"
        away = np.flatnonzero((np.arange(services.design.size) != s) & ~catalogue.peers[s])[:2]
        services.design[away], services.stage[away] = two, Stage.EMBEDDED
        assert {chosen(u) for u in (0.01, 0.99)} == {two}
        assert {chosen(u, "alone") for u in (0.01, 0.99)} == {one, two}

    def test_room_draws_people_until_nobody_is_put_off(self):
        services = build(toy()).services
        services.baseline_funded[:] = 1.0
        burden, usual = np.full(services.burden.size, 0.25), 0.95
        for workload, expected in ((1.2, 0.25), (0.95, 0.25), (0.9, 1 - 0.75 * 0.95 / 0.9), (0.3, 0.0), (0.0, 0.0)):
            services.workload[:] = workload
            assert quality.put_off(burden, services, usual) == pytest.approx(expected), workload
        services.baseline_funded[:] = 0.0
        assert (quality.put_off(burden, services, usual) == burden).all(), "before capacity is set"

    def test_steady_staff_feel_neither_cuts_nor_workload(self):
        model = under(start("morale", "steady"), policy_of())
        services, conditions = model.state.services, model.in_force()[2]
        steady, moved = (workforce.staff_rules(each.config.behaviour) for each in (model.world, start().world))

        def heading(rules):
            return [workforce.settled_morale.py_func(s, services, conditions, rules) for s in range(services.tier.size)]

        as_it_was = np.array(heading(steady))
        services.cut_shock[:], services.workload[:] = 0.4, 1.5
        assert (heading(steady) == as_it_was).all()
        assert (heading(moved) < as_it_was).all()

    def test_who_gives_up_does_not_ask_again(self):
        assert [seek.asks_again(failed, 0.3) for failed in CHOICES["failed"]] == [0.3, 0.0]
        assert not start("failed", "give_up").world.rates.seek.ask_again.any()

    def test_gains_last_or_follow_capability(self):
        better = {}
        for gains in CHOICES["gains"]:
            model = under(start("gains", gains), policy_of())
            services, rules = model.state.services, model.world.rules
            services.true_outcome[:], services.embedded[:], services.capability[:] = 0.2, 1.0, 0.25
            quality.refresh(services, model.in_force()[2], rules.weights, rules.meet)
            better[gains] = services.resolve[0]
        assert better["last"] / 1.2 == pytest.approx(better["need_capability"] / 1.05)

    def test_discretion_goes_either_way_alike_or_nowhere(self):
        """Round a service's ordinary slack of 5%: a step up beyond the hours, a step down beyond as much room again."""
        shorts, how = (0.3, 0.01, 0.0, -0.05, -0.1, -0.11, -0.4), access()._replace(slack=0.05)
        ways = [thresholds.chosen_direction.py_func(short, how) for short in shorts]
        assert ways == [1, 1, 0, 0, 0, -1, -1]
        assert not any(thresholds.chosen_direction.py_func(short, access("discretion", "unused")) for short in shorts)

    @pytest.mark.parametrize(("posts", "way"), [(0.7, 1), (1.0, 0), (1.4, -1)])
    def test_free_services_move_their_thresholds_as_far_up_as_down(self, hamlet_2011, posts, way):
        """A year with fewer posts than the work takes, the ordinary number, or more."""
        model = under(hamlet_2011, policy_of({"freedom": {}}))
        services, behaviour = model.state.services, model.world.config.behaviour
        usable = services.contracted * (1 - behaviour.capacity.admin_share.number)
        services.funded[:] = posts * (1 + behaviour.capacity.slack.number) * services.load / usable
        for _ in range(12):
            thresholds.set_thresholds(services, model.in_force()[2], model.world.rules.access)
        moved = services.local[services.tier == CORE]
        assert moved == pytest.approx(np.full(moved.size, way * behaviour.planning.local_range.number))

    def test_other_services_hold_needs_back_or_do_not(self):
        """With a fifth held back and half of the services left, what begins is 0.9 of 1.25 of what began."""
        model = under(start(), policy_of())
        agencies = model.state.agencies
        assert purses.left_of_others(
            agencies._replace(other=agencies.other_opening / 2, care=agencies.care_opening / 2)
        ) == pytest.approx(0.5)
        assert chances.more_needs("harmless", 0.2, 0.5) == 1.0
        assert chances.more_needs("prevents", 0.2, 0.5) == pytest.approx(0.9 * 1.25)
        assert chances.more_needs("prevents", 0.2, 1.0) == 1.0

    def test_what_holds_needs_back_does_so_for_everybody_and_the_glance_knows(self):
        model = under(start(), policy_of())
        rates, risk = model.world.rates.need, model.state.ground.risk
        assert month_draws.with_onset(rates, risk, 1.0) is rates
        more = month_draws.with_onset(rates, risk, 2.0)
        assert (more.onset == 2 * rates.onset).all()
        assert (more.unmoved.least >= rates.unmoved.least).all()
        assert (more.unmoved.least > rates.unmoved.least).any()

    @pytest.mark.slow
    def test_the_deeper_the_cut_of_other_services_the_more_needs_begin(self):
        """Half the council's money gone; the same people and luck under each choice, and without any cut."""
        begun = {}
        for choice in CHOICES["elsewhere"]:
            for cut in (0.0, 0.5):
                here = start_of(
                    settle(otherwise(with_numbers(toy(), {"behaviour.planning.held_back": 0.15}), elsewhere=choice))
                )
                model = live(under(here, policy_of({"envelope": {"cut": cut, "path": [1.0]}})), MONTHS)
                begun[choice, cut] = model.recorder.table()["new_needs"].sum()
        more = {choice: begun[choice, 0.5] / begun[choice, 0.0] for choice in CHOICES["elsewhere"]}
        assert more["prevents"] > more["harmless"] + 0.02

    def test_the_worse_a_case_the_more_hours_and_those_of_2010_add_up(self):
        """Two services of one challenge: the mild and the grave share 2010's mean; all grave later, all take more."""
        services = build(toy()).services
        first, second = np.flatnonzero((services.tier == CORE) & (services.challenge == 0))[:2]
        counts = np.zeros((services.tier.size, len(AtService)), dtype=np.int64)
        services.caseload[:] = 10
        services.queue[:] = 0
        for s, weight in ((first, 1.0), (second, 3.0)):
            counts[s, AtService.PACKAGES] = round(10 * weight * FINE)
        others = np.flatnonzero((services.tier == CORE) & (services.challenge == 0))[2:]
        counts[others, AtService.PACKAGES] = round(20 * FINE)
        for _ in range(3):
            hours.size_packages(services, counts, known=False)
        assert services.package[[first, second]] == pytest.approx([0.5, 1.5])
        alike = services.challenge[services.tier == CORE] == 0
        assert services.package[services.tier == CORE][alike].mean() == pytest.approx(1.0)
        assert (services.package[services.tier != CORE] == 1).all()
        assert (services.next_package == 1).all(), "nobody waits"
        counts[first, AtService.PACKAGES] *= 3
        hours.size_packages(services, counts, known=True)
        assert services.package[[first, second]] == pytest.approx([1.5, 1.5])
        per_point = case.package(2.9, 3.0) / case.package(1.9, 3.0)
        assert per_point == pytest.approx(3.0)
        assert case.package(2.9, 1.0) == case.package(1.1, 1.0) == 1.0

    def test_panels_ask_for_more_while_hours_fall_short_and_never_for_less_than_2010(self):
        short, panel = (0.2, 0.9, 0.0, -0.1, -0.3, -0.3), (0.0, 0.3, 0.3, 0.3, 0.3, 0.01)
        how = access()._replace(slack=0.05, panel_speed=0.2)
        after = [thresholds.sat_on.py_func(*each, how) for each in zip(panel, short, strict=True)]
        assert after == pytest.approx([0.04, 0.4, 0.3, 0.3, 0.26, 0.0])
        never = access("panels", "never")
        assert not any(thresholds.sat_on.py_func(*each, never) for each in zip(panel, short, strict=True))

    def test_whoever_is_milder_than_panels_ask_goes_at_the_yearly_review(self, town_2011):
        """Of cases in hand only those whose year is up, and only the mild ones."""
        model = under(town_2011, policy_of())
        p, w = model.state.people, model.world
        rows = np.argwhere((p.state == CaseState.SERVED) & (p.tier == CORE))[:200]
        bad = np.array([case.severity(i, c, p, w.conduct) for i, c in rows.tolist()])
        least = float(np.median(bad))
        for months, up in ((12, True), (13, False), (24, True)):
            p.months[rows[:, 0], rows[:, 1]] = months
            let_go = [case.fails_review(i, c, least, p, w.conduct) for i, c in rows.tolist()]
            assert let_go == ((bad < least) & up).tolist()
            assert not any(case.fails_review(i, c, 0.0, p, w.conduct) for i, c in rows.tolist())

    @pytest.mark.slow
    def test_under_a_cut_panels_and_packages_leave_fewer_users_and_more_for_each(self):
        """The teaching town with and without 30% of its money, years three and four, against the rule without either."""
        left = {}
        for choices in ({}, {"package": "alike", "panels": "never"}):
            behaviour = world_of().behaviour.model_copy(update={"structure": StructureConfig(**choices)})
            start = start_of(settle(world_of().model_copy(update={"behaviour": behaviour})))
            cut, kept = (core_care(under(start, policy)) for policy in (CUT, policy_of()))
            left[len(choices)] = cut / kept
        assert left[0][0] < left[2][0] - 0.02, "users"
        assert left[0][1] > left[2][1] + 0.005, "hours for each, against 2010's"


TARGETS_OR_FREEDOM = {
    "targets": {"targets": {"pressure": 1.0, "inspection": 1.0}},
    "freedom": {"freedom": {"strength": 1.0}},
}


@pytest.mark.parametrize("lever", TARGETS_OR_FREEDOM.values(), ids=TARGETS_OR_FREEDOM)
@pytest.mark.parametrize(("management", "differ"), [("none", False), ("only_effort", True), ("as_judged", True)])
def test_where_management_does_nothing_targets_and_freedom_change_nobody(lever, management, differ):
    """Neither the hours that they cost nor the effort that they press for, nor weak services that nobody watches."""
    before = start_of(settle(otherwise(toy(), management=management, discretion="unused")))
    lives = [live(under(before, policy_of(levers)), 24).state.people for levers in ({}, lever)]
    assert bool(columns_differ(*lives)) is differ
