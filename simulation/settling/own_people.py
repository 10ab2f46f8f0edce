"""People of a replication's own: other households, ties and characters, who lead such lives as people of their age there do.

Tables and risks are no chance, and a place has them once. Who lives there is chance, and so is what services settle at where
they live: a replication draws its people anew, and either settles by itself, or gives each of them what somebody of the same
age band in the same small area of the settled place has behind them: needs, histories, cases and queues, trust and wellbeing.
The last years before the policy date, lived with draws of the replication's own, make these lives its own.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, Now, many
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
ABOUT = 0.25  # of all of an age band in an area, in order of age, those of whom somebody's life may be like


def with_own_people(world: World, settled: PlaceState, key: Key) -> PlaceState:
    """The settled place with other people: as many of every age in every area, none of them anybody's double but in needs.

    Args:
        world: the place.
        settled: as it has settled; it is not changed.
        key: of the replication's draws.
    """
    state = settled.copy()
    state.people = people_of_2010(world, settled, drawn_anew(world, key), key)
    state.ties = tie(state.people, world.config.demography, world.config.behaviour, world.ground.deprivation, key)
    return state


def drawn_anew(world: World, key: Key) -> People:
    """As many people of every age in every area as in 2010, in households, who have nothing behind them yet."""
    config = world.config
    return settle_people(config.place, config.demography, config.behaviour, len(world.challenges), config.scale, key)[0]


def people_of_2010(world: World, lived: PlaceState, drawn: People, key: Key) -> People:
    """People who have nothing behind them yet are given the lives that were led so far.

    Args:
        world: the place.
        lived: as it is now; it is not changed.
        drawn: the people, of the ages of 2010; they are not changed.
        key: of the draws.
    """
    people = drawn.copy()
    people.birth_month[:] += lived.month
    rows, like = resembled(people, lived.people, Now(lived.month, *key))
    for name in LED:
        getattr(people, name)[rows] = getattr(lived.people, name)[like]
    theirs = world.ground.service[people.area[:, None], np.arange(len(world.challenges)), people.tier]
    people.service[:] = np.where(people.state > 0, theirs, people.service)
    return people


def resembled(people: People, settled: People, now: Now) -> tuple[Ints, Ints]:
    """Rows of those who live in a place, and for each of them the row of somebody settled whose life theirs is like.

    Somebody of the same age band in the same area and of about the same place among them by age, drawn with replacement;
    where nobody of that band is left there, of that band in the place, and where there is nobody at all, anybody.
    """
    rows, theirs = np.flatnonzero(people.alive == 1), np.flatnonzero(settled.alive == 1)
    u = many(rows, now.month, int(Event.RESEMBLES), 0, now.k0, now.k1)
    like = np.full(rows.size, -1, dtype=np.int64)
    for kind, their_kind in zip(_kinds(people, rows), _kinds(settled, theirs), strict=True):
        kinds = 1 + int(max(kind.max(), their_kind.max()))
        order, first, size = _by_age(their_kind, settled.birth_month[theirs], kinds)
        mine, my_first, my_size = _by_age(kind, people.birth_month[rows], kinds)
        rank = np.empty(rows.size, dtype=np.int64)
        rank[mine] = np.arange(rows.size) - my_first[kind[mine]]
        near = (rank + 0.5) / my_size[kind] + ABOUT * (u - 0.5)
        near = np.where(near < 0, -near, np.where(near >= 1, 2 - near, near))
        left = np.flatnonzero((like < 0) & (size[kind] > 0))
        which = np.minimum((near[left] * size[kind[left]]).astype(np.int64), size[kind[left]] - 1)
        like[left] = theirs[order[first[kind[left]] + which]]
    return rows, like


def _by_age(kind: Ints, birth_month: NDArray[np.int32], kinds: int) -> tuple[Ints, Ints, Ints]:
    """People in order of kind and, within it, of age; where each kind begins in that order, and how many it has."""
    size = np.bincount(kind, minlength=kinds)
    return np.lexsort((birth_month, kind)), np.cumsum(size) - size, size


def _kinds(people: People, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Those of some rows by age band and area, by age band, and all as one kind."""
    band = people.band[rows].astype(np.int64)
    return people.area[rows] * len(AGE_BANDS) + band, band, np.zeros_like(band)
