"""A plain place: one need, no ties, no differences between people, so that the theory of its parts is known exactly.

Everything here is a setting of the shipped model. Nothing of a rule is repeated: the tests run `PlaceModel` and
compare it with what textbooks and linear algebra say of the same numbers.
"""

from functools import cache

import numpy as np
from worlds import moved, with_behaviour, with_numbers, world_of

from simulation.draws import key_of
from simulation.mechanism.citizens.newcomers import as_here
from simulation.model import PlaceModel
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import BUDGET_HOLDERS
from simulation.parameters.world import BurnInConfig, WorldConfig
from simulation.settling.settle import settle
from simulation.settling.settled import NO_POLICY
from simulation.state.codes import CaseState

SHORT = BurnInConfig(searches=0, search=12, elastic=36, settling=12, planned=0, own=12)
ADULTS = 4  # the age band everybody starts in
A_FORTUNE = 1e12  # pounds: no budget ever binds
SURE_TO_FIT = 1e6  # months of admissions that a queue holds: nobody is turned away
PREVENTION, CORE, ACUTE = 0, 1, 2

NOTHING_BEHAVES = {
    "citizens__trust_spread": 0.0,
    "citizens__trust_refused": 0.0,
    "citizens__trust_resolved": 0.0,
    "citizens__word_of_mouth": 0.0,
    "citizens__asking_burden": 0.0,
    "citizens__capability_gap": 0.0,
    "citizens__capability_spread": 0.0,
    "citizens__severity_alone": 0.0,
    "citizens__severity_old": 0.0,
    "citizens__severity_co_need": 0.0,
    "citizens__wellbeing_gap": 0.0,
    "ties__neighbours": 0,
    "ties__associates": 0,
    "capacity__admin_share": 0.0,
    "capacity__inspection_share": 0.0,
    "capacity__productivity_morale": 0.0,
    "capacity__queue_months": SURE_TO_FIT,
    "capacity__smallest_catchment": 1.0,
    "capacity__slack": 0.0,
    "workforce__turnover": 0.0,
    "accountability__effort": 0.0,
    "accountability__root_neglect": 0.0,
    "accountability__quality_spread": 0.0,
    "accountability__weak_decline": 0.0,
    "accountability__quality_deprivation": 0.0,
    "structure__package": "alike",
    "structure__panels": "never",
}
"""Trust, ties, morale, management, panels and paperwork act on nothing; an hour of staff is an hour of help, cases are alike."""

ALL_THE_SAME = {
    "need.relative_risk": (1.0,) * 9,
    "need.deprivation": 0.0,
    "need.vulnerability": 0.0,
    "need.contagion": 0.0,
    "need.co_need": 0.0,
    "need.support": 0.0,
    "need.unmet_harm": 0.0,
}
"""Neither age, area, capability, ties, other needs nor waiting change anybody's chances."""


@cache
def plain(people: int, areas: int = 1, behaviour: tuple = (), need: tuple = (), base: str = "obesity") -> WorldConfig:
    """A place of equal people living alone in equal areas, each area with services of its own.

    Nobody is born, dies or moves.

    Args:
        people: in each area.
        areas: how many.
        behaviour: further numbers of behaviour, as pairs.
        need: further numbers of the one challenge, as pairs.
        base: the shipped challenge whose numbers are kept where nothing else is said.
    """
    config = world_of()
    rows = tuple(
        AreaRow(area=f"A{k}", people=(0, 0, 0, 0, people, 0, 0, 0, 0), deprivation=(0.5,) * 7) for k in range(areas)
    )
    place = config.place.model_copy(
        update={
            "title": "Plain",
            "areas": rows,
            "localities": areas,
            "arrivals": moved(config.place.arrivals, 0.0),
            "departures": moved(config.place.departures, 0.0),
            "budgets": {a: moved(config.place.budgets[a], A_FORTUNE) for a in BUDGET_HOLDERS},
        }
    )
    alone = with_numbers(
        config.demography, {"lone_share": (1.0,) * 9, "couple_share": (0.0,) * 9, "births_per_1000_women_15_44": 0.0}
    )
    alone = alone.model_copy(update={"life_table": ((0.0, 0.0),) * len(alone.life_table)})
    challenge = with_numbers(config.challenges[base], {**ALL_THE_SAME, **dict(need)})
    config = config.model_copy(
        update={
            "place": place,
            "demography": alone,
            "challenges": {base: challenge},
            "designs": {},
            "burn_in": SHORT,
            "scale": 1.0,
        }
    )
    return with_behaviour(config, **{**NOTHING_BEHAVES, **dict(behaviour)})


@cache
def settled(config_of: tuple):
    """A plain place, settled: given as the arguments of `plain`."""
    return settle(plain(*config_of))


def begin(place, replication: int = 0, level: int = 0, elastic: bool = False, policy=NO_POLICY) -> PlaceModel:
    """A plain place in which everybody is at one level of need and nobody knows any service yet.

    It is the policy date; nobody comes or goes from now on (see `plain`), and no April plan comes.
    """
    state = place.state.copy()
    state.month = 0
    state.elsewhere = as_here(state.people.copy(), place.world.newcomers.moves)
    people = state.people
    for column in (
        people.root,
        people.state,
        people.tier,
        people.service,
        people.months,
        people.cause,
        people.since,
        people.unmet,
        people.asked,
    ):
        column[:] = 0
    people.level[people.alive == 1] = level
    people.root[people.alive == 1] = level > 0
    state.services.admissions[:] = 1.0
    key = key_of(place.world.config.seed, replication)
    return PlaceModel(place.world, state, policy, key, budgets="open_ended" if elastic else "standing")


def give_slots(model: PlaceModel, tier: int, slots: float) -> None:
    """Staff every service of a tier for so many cases at once, no more and no fewer."""
    services = model.state.services
    here = services.tier == tier
    hours = (slots + 1e-9) * services.hours_per_case[here]
    services.staff[here] = services.funded[here] = hours / services.contracted[here]


def at_levels(model: PlaceModel, challenge: int = 0) -> np.ndarray:
    """How many people are at each of the four levels."""
    people = model.state.people
    return np.bincount(people.level[people.alive == 1, challenge], minlength=4)


def by_area(model: PlaceModel, state: CaseState, challenge: int = 0) -> np.ndarray:
    """How many people of each area are waiting, served or ready."""
    people = model.state.people
    here = (people.alive == 1) & (people.state[:, challenge] == state)
    return np.bincount(people.area[here], minlength=len(model.world.config.place.areas))
