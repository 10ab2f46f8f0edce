"""Every replication has people of its own: as many of every age in every area, other households, ties, needs and draws."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import columns_differ, policy_of, toy, world_of

from simulation.draws import Now, key_of
from simulation.mechanism.citizens.vital import BAND_AT
from simulation.parameters.quantity import AGE_BANDS
from simulation.run import policy_date, run
from simulation.settling import own_people
from simulation.settling.settle import MOST_OVER, settle, settled_for
from simulation.settling.settled import Settled
from simulation.state.agencies import INDEX
from simulation.state.codes import CaseState
from simulation.state.people import SETTLING

LUCKS = 40
SURE = 4  # standard errors; by luck one in 16,000


@pytest.fixture(scope="module")
def begun(hamlet):
    """The toy place with people of their own, before any month of theirs, in two lucks."""
    return [own_people.with_own_people(hamlet.world, hamlet.state, key_of(hamlet.world.config.seed, r)) for r in (0, 1)]


def as_shared(settled: Settled) -> Settled:
    """The same settled place, to be lived in by the same people every time."""
    config = settled.world.config.model_copy(update={"population_luck": "shared"})
    return replace(settled, world=replace(settled.world, config=config))


def tied(ties):
    """Both ends of every tie."""
    ends = np.repeat(np.arange(ties.start.size - 1), np.diff(ties.start))
    return set(zip(ends.tolist(), ties.other.tolist(), strict=True))


def homes(people):
    """Who lives together: of each household its members' rows and months of birth."""
    living = np.flatnonzero(people.alive == 1)
    order = living[np.argsort(people.household[living], kind="stable")]
    edges = np.flatnonzero(np.diff(people.household[order])) + 1
    return {
        frozenset(zip(rows.tolist(), people.birth_month[rows].tolist(), strict=True)) for rows in np.split(order, edges)
    }


def test_every_area_has_as_many_people_of_every_age_as_in_2010(hamlet, begun):
    wanted = hamlet.world.newcomers.wanted
    for state in begun:
        people = state.people
        kind = people.area.astype(int) * len(AGE_BANDS) + people.band
        assert (np.bincount(kind[people.alive == 1], minlength=wanted.size) == wanted.ravel()).all()
        ages = (state.month - people.birth_month[people.alive == 1]) // 12
        assert (BAND_AT[ages] == people.band[people.alive == 1]).all()
    assert all((state.people.area == hamlet.state.people.area).all() for state in begun)


def test_two_replications_share_no_household_tie_or_character(hamlet, begun):
    """By chance some neighbours are neighbours again: in rings of a few hundred people about one tie in fifty."""
    one, two = begun
    for a, b in ((one, two), (one, hamlet.state), (two, hamlet.state)):
        again = homes(a.people) & homes(b.people)
        assert len(again) < 0.02 * len(homes(a.people))
        assert len(tied(a.ties) & tied(b.ties)) < 0.1 * len(tied(a.ties))
        alive = a.people.alive == 1
        for column in ("birth_month", "trust", "capability"):
            mine, theirs = getattr(a.people, column)[alive], getattr(b.people, column)[alive]
            assert (mine == theirs).mean() < 0.1, column


def test_a_life_is_that_of_somebody_of_the_same_age_and_area(hamlet, begun):
    settled = hamlet.state.people
    now = Now(hamlet.state.month, *key_of(hamlet.world.config.seed, 0))
    rows, like = own_people.resembled(begun[0].people, settled, now)
    people = begun[0].people
    assert (people.band[rows] == settled.band[like]).all()
    there = set(zip(settled.area[settled.alive == 1], settled.band[settled.alive == 1], strict=True))
    known = np.array([kind in there for kind in zip(people.area[rows], people.band[rows], strict=True)])
    assert known.mean() > 0.95
    assert (people.area[rows] == settled.area[like])[known].all()
    gap = np.abs(people.birth_month[rows] - settled.birth_month[like])[known] / 12
    assert gap.mean() < 3, "of about the same age, in bands of up to twenty years"
    for column in set(own_people.LED) - {"service"}:
        assert (getattr(people, column)[rows] == getattr(settled, column)[like]).all(), column
    assert 0.5 < np.unique(like).size / rows.size < 0.75, "drawn with replacement: 63% are drawn at all"


def test_whatever_is_under_way_is_under_way_at_a_service_of_the_area(hamlet, begun):
    people, table = begun[0].people, hamlet.world.ground.service
    row, c = np.nonzero(people.state == CaseState.SERVED)
    assert row.size > 10
    assert (people.service[row, c] == table[people.area[row], c, people.tier[row, c]]).all()


def test_the_settled_place_is_not_touched(hamlet):
    before = [column.copy() for column in hamlet.state.people]
    policy_date(hamlet, 3)
    assert all((a == b).all() for a, b in zip(before, hamlet.state.people, strict=True))


def test_years_before_the_policy_date_share_no_draw(hamlet, monkeypatch):
    """Whoever asks for a key is given that of the replication, never that of the settling or of another replication."""
    asked = []

    def noting(seed, replication, later=0):
        asked.append(replication)
        return key_of(seed, replication, later)

    monkeypatch.setattr("simulation.run.key_of", noting)
    run(hamlet, {"none": policy_of()}, replication=7, years=1)
    assert set(asked) == {7}
    assert SETTLING not in asked


def settling_alone(settled: Settled) -> Settled:
    """The same settled place, where each replication is to settle by itself."""
    config = settled.world.config.model_copy(update={"settling_luck": "own"})
    return replace(settled, world=replace(settled.world, config=config), begun={})


def test_a_replication_that_settles_by_itself_has_staff_for_what_its_own_people_asked(hamlet):
    alone = settling_alone(hamlet)
    own = [settled_for(alone, r) for r in (0, 1)]
    assert settled_for(own[0], 0) is own[0], "it settles once"
    assert settled_for(hamlet, 0) is hamlet, "as all do, unless it is to settle by itself"
    staffed = [place.state.services.baseline_funded for place in (*own, hamlet)]
    for k, one in enumerate(staffed):
        assert all((one != other).mean() > 0.5 for other in staffed[k + 1 :])
    homes_of = [homes(place.state.people) for place in (*own, hamlet)]
    assert len(homes_of[0] & homes_of[1]) < 0.02 * len(homes_of[0])
    burn = hamlet.world.config.burn_in
    assert own[0].months["crises"].size == hamlet.months["crises"].size - burn.searches * burn.search
    assert (own[0].state.month, hamlet.state.month) == (-burn.own, -burn.own)


@pytest.mark.unhurried
def test_a_few_dear_cases_more_end_no_replication():
    """Of 250 people: a service may by chance cost far more in one of many replications than its budget is."""
    settled = settle(world_of(scale=0.05, seed=1, settling_luck="own"))
    opening = [settled_for(settled, r).state.agencies.opening for r in range(4)]
    budgets, children = settled.world.config.place.budgets, INDEX["children"]
    least = budgets["children"].number * settled.world.config.scale
    assert max(each[children] for each in opening) > MOST_OVER * least, "none was dear, so nothing is tested"
    assert min(each[children] for each in opening) >= least


def test_every_arm_of_a_replication_that_settles_by_itself_begins_alike(hamlet):
    alone = settling_alone(hamlet)
    arms = {"one": policy_of(), "two": policy_of()}
    whole = run(alone, arms, 2, 1)
    assert set(alone.begun) == {2}, "further lives of it begin where these did"
    totals = run(alone, arms, 2, 1, totals_only=True)
    assert all((whole.months["one"][name] == column).all() for name, column in whole.months["two"].items())
    assert all((whole.months["one"][name] == column).all() for name, column in totals.months["one"].items())
    again = run(settled_for(alone, 2), arms, 2, 1)
    assert all((again.burn_in[name] == column).all() for name, column in whole.burn_in.items())
    shared = run(hamlet, arms, 2, 1)
    common = hamlet.world.config.burn_in.settling + hamlet.world.config.burn_in.planned
    crises = [record.burn_in["crises"][:common] for record in (whole, shared, run(hamlet, arms, 3, 1))]
    assert (crises[1] == crises[2]).all()
    assert (crises[0] != crises[1]).any(), "the years in which it settled are its own"


@pytest.mark.slow
def test_on_average_people_of_ones_own_live_as_those_who_settled(hamlet):
    """Over many lucks, the last year before the policy date: need, crises, admissions and refusals with both designs."""
    names = [name for name in hamlet.months if name.startswith("need.") and "@" not in name]
    names += ["crises", "admitted", "refused", "qalys"]
    found = {}
    for kind, settled in (("own", hamlet), ("shared", as_shared(hamlet))):
        rows = [policy_date(settled, r, groups=False)[1] for r in range(LUCKS)]
        found[kind] = {name: np.array([row[name][-12:].mean() for row in rows]) for name in names}
    for name in names:
        own, shared = found["own"][name], found["shared"][name]
        error = np.sqrt((own.var(ddof=1) + shared.var(ddof=1)) / LUCKS)
        assert abs(own.mean() - shared.mean()) <= SURE * error + 1e-9, name


def test_shared_people_are_the_same_every_time(hamlet):
    """But for those who have come and gone since."""
    settled, (one, two) = hamlet.state, (policy_date(as_shared(hamlet), r)[0] for r in (0, 1))
    assert tied(one.ties) == tied(two.ties) == tied(settled.ties)
    for begun in (one, two):
        stayed = (begun.people.generation == settled.people.generation) & (begun.people.alive == 1)
        assert stayed.sum() > 0.8 * settled.people.alive.sum()
        assert (settled.people.alive[stayed] == 1).all()
        assert (begun.people.birth_month == settled.people.birth_month)[stayed].all()


def test_those_who_move_in_resemble_the_replications_own_people(hamlet):
    start, _ = policy_date(hamlet, 1)
    assert start.elsewhere.people is start.people
    lived = run(hamlet, {"none": policy_of()}, replication=1, years=2)
    assert lived.months["none"]["arrivals"].sum() > 0
    again, _ = policy_date(hamlet, 1)
    assert columns_differ(again.people, start.people) == []


def test_places_with_networks_of_networkx_have_other_networks(hamlet):
    """A generator of NetworkX is given other luck too."""
    from worlds import with_behaviour

    from simulation.parameters.behaviour import NetworkxTies
    from simulation.settling.settle import settle

    wanted = NetworkxTies(generator="watts_strogatz_graph", arguments={"k": 6, "p": 0.1})
    settled = settle(with_behaviour(toy(), ties__networkx=wanted))
    one, two = (policy_date(settled, r)[0] for r in (0, 1))
    assert tied(one.ties) != tied(two.ties)
