"""People renew: births, deaths and moves before the policy date as after it, with the ages of 2010 kept until then."""

import numpy as np
import pytest
from worlds import policy_of

from simulation.draws import key_of
from simulation.mechanism.citizens.vital import BANDS
from simulation.model import PlaceModel
from simulation.run import policy_date, run
from simulation.settling.settled import NO_POLICY
from simulation.state.codes import CaseState, Level
from simulation.state.people import SETTLING

SURE = 4  # standard errors; by luck one in 16,000
CARRIED = ("level", "root", "luck", "state", "tier", "months", "cause", "since", "unmet")
OLD = 6  # first age band from 65 on
CHILDREN = 3  # age bands under 18


def living_on(settled, replication=SETTLING):
    """The settled place, to live on as it is, with ages kept."""
    return PlaceModel(settled.world, settled.state.copy(), NO_POLICY, key_of(settled.world.config.seed, replication))


def of_each_band(people):
    """How many people there are of each age band."""
    return np.bincount(people.band[people.alive == 1], minlength=BANDS)


@pytest.fixture(scope="module")
def watched(town):
    """Ten years of the town from the policy date on: its start, its end, and everybody who left or came, by age band."""
    start, _ = policy_date(town, 0)
    model = PlaceModel(town.world, start.copy(), NO_POLICY, key_of(town.world.config.seed, 0))
    people, exposed, left, came = model.state.people, np.zeros(BANDS), np.zeros(BANDS), []
    for _ in range(120):
        exposed += of_each_band(people)
        before, generation = people.copy(), people.generation.copy()
        model.step()
        gone = (before.alive == 1) & ((people.alive == 0) | (people.generation != generation))
        left += np.bincount(before.band[gone], minlength=BANDS)
        new = np.flatnonzero((people.generation != generation) & (model.month - 1 > people.birth_month))
        came.append((new, people.band[new].copy(), people.level[new].copy(), people.state[new].copy()))
    return start, model, exposed, left, came


def test_ages_of_2010_stay_until_the_policy_date(town):
    wanted = town.world.newcomers.wanted
    for state in (town.state, policy_date(town, 0)[0]):
        people = state.people
        there = of_each_band(people)
        assert (np.abs(there - wanted.sum(axis=0)) < 5 + 0.05 * wanted.sum(axis=0) + 2 * np.sqrt(there)).all()
        assert abs(there.sum() / wanted.sum() - 1) < 0.005
        in_areas = np.bincount(people.area[people.alive == 1])
        assert np.abs(in_areas - wanted.sum(axis=1)).max() <= 5


def test_the_last_year_before_the_policy_date_is_a_year_like_any_other(town):
    before = policy_date(town, 0)[1]
    after = run(town, {"none": policy_of()}, replication=0, years=1).months["none"]
    for name in ("births", "deaths", "arrivals", "departures"):
        one, other = before[name][-12:].sum(), after[name].sum()
        assert min(one, other) > 20
        assert abs(one - other) < SURE * np.sqrt(one + other), name


def test_a_case_goes_on_over_a_birthday_as_over_any_other_month(town):
    """Of open cases before the policy date, those of people who grow into the next age band last as others do."""
    model, at_risk = living_on(town), town.world.rates.need.relative_risk > 0
    people = model.state.people
    cases, lasted = np.zeros(2), np.zeros(2)  # of others, of those who grow into the next band
    for _ in range(60):
        before = people.copy()
        model.step()
        row, c = np.nonzero(before.state > CaseState.NONE)
        here = (before.alive[row] == 1) & (people.alive[row] == 1) & (people.generation[row] == before.generation[row])
        here &= at_risk[c, people.band[row]]
        row, c = row[here], c[here]
        grown = (people.band[row] > before.band[row]).astype(int)
        cases += np.bincount(grown, minlength=2)
        lasted += np.bincount(grown[people.state[row, c] > CaseState.NONE], minlength=2)
    share = lasted / cases
    assert cases[1] > 30
    assert share[1] > 0.5
    assert abs(share[1] - share[0]) < SURE * np.sqrt(share[0] * (1 - share[0]) / cases[1])


def test_who_moves_in_brings_the_life_of_somebody_of_the_same_age_and_area(hamlet):
    """Whole: needs, cases and queues, histories. Where a place keeps its ages, of those who live there now."""
    for elsewhere in (False, True):
        model = living_on(hamlet, 0)
        if elsewhere:
            model.state, _ = policy_date(hamlet, 0)
            model.state = model.state.copy()
        people, found = model.state.people, 0
        for step in range(24):
            them, since = (model.state.elsewhere.people, 0) if elsewhere else (people, model.month)
            seen = []
            model.observers.append(_AfterWelcome(lambda: seen.append((people.copy(), them.copy()))))  # noqa: B023
            generation = people.generation.copy()
            model.step()
            model.observers.pop()
            now, them = seen[0]
            new = np.flatnonzero((now.generation != generation) & (now.birth_month < model.month - 1))
            shift = model.month - 1 if elsewhere else 0
            for i in new:
                like = (them.area == now.area[i]) & (them.birth_month + shift == now.birth_month[i])
                like &= (them.female == now.female[i]) & (them.alive == 1)
                for column in CARRIED:
                    like &= (getattr(them, column) == getattr(now, column)[i]).all(axis=1)
                like[i] &= elsewhere
                assert like.any(), (step, since, i)
                found += 1
        assert found > 30


class _AfterWelcome:
    """Tells when newcomers have come."""

    def __init__(self, tell):
        self.tell = tell

    def after_step(self, phase, step, model):
        if step.name == "welcome":
            self.tell()

    def after(self, phase, model):
        pass


def test_arrivals_are_in_need_in_care_and_in_crisis_as_people_of_their_age_are(watched):
    start, _, _, _, came = watched
    people = start.elsewhere.people
    band, level, state = (np.concatenate([month[k] for month in came]) for k in (1, 2, 3))
    assert band.size > 2000
    for what, theirs, mine in (
        ("need", people.level > Level.NONE, level > Level.NONE),
        ("care", people.state > CaseState.NONE, state > CaseState.NONE),
    ):
        share = np.array([theirs[(people.alive == 1) & (people.band == b)].any(axis=1).mean() for b in range(BANDS)])
        expected = share[band].sum()
        error = np.sqrt((share * (1 - share))[band].sum())
        # a month has passed since they came
        assert abs(mine.any(axis=1).sum() - expected) < SURE * error + 0.05 * expected, what
    assert (level == Level.CRISIS).any()


def test_people_move_by_age_as_published(watched, town):
    """Leaving, deaths apart, and arriving: each band as readily as the row of numbers says, in ten years of the town."""
    start, model, exposed, left, came = watched
    moves, vital = np.array(town.world.config.demography.moves.row), town.world.vital
    opening = of_each_band(start.people)
    assert np.average(vital.departure, weights=town.world.newcomers.wanted.sum(axis=0)) * 12_000 == pytest.approx(46.0)
    young = slice(0, OLD - 1)  # in whom deaths are few
    expected = vital.departure[young] * exposed[young]
    assert (np.abs(left[young] - expected) < SURE * np.sqrt(expected) + 0.004 * exposed[young] / 12 + 3).all()
    arrived = np.bincount(np.concatenate([month[1] for month in came]), minlength=BANDS)
    expected = arrived.sum() * opening * moves / (opening * moves).sum()
    assert (np.abs(arrived - expected) < SURE * np.sqrt(expected) + 3).all()
    people, mine = model.state.people, start.people
    stayed = (people.alive == 1) & (people.generation == mine.generation) & (mine.alive == 1)
    old = (people.alive == 1) & (people.band >= OLD)
    assert stayed[old].mean() > 0.75, "most of the old have lived here for ten years"


def test_nobody_moves_where_nobody_of_any_age_does(hamlet_2011):
    """Arrivals need somebody to be like."""
    from worlds import live, moved, toy, with_number_at

    from simulation.settling.settle import settle

    quantity = moved(toy().demography.moves, (0.0,) * BANDS)
    settled = settle(with_number_at(toy(), "demography.moves", quantity))
    start, _ = policy_date(settled, 0)
    months = live(PlaceModel(settled.world, start.copy(), NO_POLICY, key_of(1, 0)), 24).recorder.table()
    assert not months["arrivals"].any()
    assert not months["departures"].any()
    assert months["deaths"].any()


@pytest.mark.slow
def test_both_engines_settle_in_the_same_bits(hamlet):
    """Births, deaths and moves of the years before the policy date, agent by agent and row by row."""
    one, other = living_on(hamlet), living_on(hamlet)
    other.engine = "agents"
    for _ in range(24):
        one.step()
        other.step()
    assert one.recorder.table().keys() == other.recorder.table().keys()
    for name, column in one.recorder.table().items():
        assert column.tobytes() == other.recorder.table()[name].tobytes(), name
    assert one.recorder.table()["arrivals"].sum() > 20
