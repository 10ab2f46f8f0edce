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
    rows, like = resembled(people, settled.people, key)
    for name in LED:
        getattr(people, name)[rows] = getattr(settled.people, name)[like]
    state = settled.copy()
    state.people = people
    state.ties = tie(people, config.demography, config.behaviour, world.ground.deprivation, key)
    return state


def resembled(people: People, settled: People, key: Key) -> tuple[Ints, Ints]:
    """Rows of those who live in a place, and for each of them the row of somebody settled whose life theirs is like.

    Anybody of the same age band in the same area, drawn with replacement; the settled place has as many of each.
    """
    rows, theirs = np.flatnonzero(people.alive == 1), np.flatnonzero(settled.alive == 1)
    kind, their_kind = (who.area[at].astype(np.int64) * len(AGE_BANDS) + who.band[at] for who, at in
                        ((people, rows), (settled, theirs)))  # fmt: skip
    order = np.argsort(their_kind, kind="stable")
    size = np.bincount(their_kind, minlength=int(their_kind.max()) + 1)
    first = np.cumsum(size) - size
    u = many(rows, 0, int(Event.RESEMBLES), 0, *key)
    return rows, theirs[order[first[kind] + (u * size[kind]).astype(np.int64)]]
