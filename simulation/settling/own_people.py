"""People of a replication's own: other households, ties and characters, who lead such lives as people of their age there do.

A place settles once, because what it settles at is no chance: capacity, budgets, tables. Who lives there is chance. So each
replication draws its people anew, and gives each of them what somebody of the same age band in the same small area of the
settled place has behind them: needs, histories, cases and queues, trust and wellbeing. The last years before the policy date,
lived with draws of the replication's own, make these lives its own.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, many
from simulation.parameters.quantity import AGE_BANDS
from simulation.place import PlaceState, World
from simulation.state.columns import People
from simulation.state.people import settle_people
from simulation.state.ties import tie

Ints = NDArray[np.int64]
LED = (
    "trust",
    "trust_usual",
    "capability",
    "capability_usual",
    "wellbeing",
    "open",
    "level",
    "root",
    "luck",
    "state",
    "tier",
    "service",
    "months",
    "cause",
    "since",
    "unmet",
    "asked",
)
"""What of a life somebody else may have led: character and history, but not age, sex, household or ties."""


def with_own_people(world: World, settled: PlaceState, key: Key) -> PlaceState:
    """The settled place with other people: as many of every age in every area, none of them anybody's double but in needs.

    Args:
        world: the place.
        settled: as it has settled; it is not changed.
        key: of the replication's draws.
    """
    config = world.config
    people, _ = settle_people(
        config.place, config.demography, config.behaviour, len(world.challenges), config.scale, key
    )
    people.birth_month[:] += settled.month  # they are of the ages of 2010 when these years begin
    rows, like = resembled(people, settled.people, key)
    for name in LED:
        getattr(people, name)[rows] = getattr(settled.people, name)[like]
    at_once = world.ground.service[people.area[:, None], np.arange(len(world.challenges)), people.tier]
    people.service[:] = np.where(people.state > 0, at_once, people.service)
    state = settled.copy()
    state.people = people
    state.ties = tie(people, config.demography, config.behaviour, world.ground.deprivation, key)
    return state


def resembled(people: People, settled: People, key: Key) -> tuple[Ints, Ints]:
    """Rows of those who live in a place, and for each of them the row of somebody settled whose life theirs is like.

    Anybody of the same age band in the same area, drawn with replacement; where nobody of that age is left there, anybody
    of that age in the place, and where there is nobody at all, anybody.
    """
    rows, theirs = np.flatnonzero(people.alive == 1), np.flatnonzero(settled.alive == 1)
    u = many(rows, 0, int(Event.RESEMBLES), 0, *key)
    like = np.full(rows.size, -1, dtype=np.int64)
    for kind, their_kind in zip(_kinds(people, rows), _kinds(settled, theirs), strict=True):
        order = np.argsort(their_kind, kind="stable")
        size = np.bincount(their_kind, minlength=int(kind.max()) + 1)
        first = np.cumsum(size) - size
        left = np.flatnonzero((like < 0) & (size[kind] > 0))
        like[left] = theirs[order[first[kind[left]] + (u[left] * size[kind[left]]).astype(np.int64)]]
    return rows, like


def _kinds(people: People, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Those of some rows by age band and area, by age band, and all as one kind."""
    band = people.band[rows].astype(np.int64)
    return people.area[rows] * len(AGE_BANDS) + band, band, np.zeros_like(band)
