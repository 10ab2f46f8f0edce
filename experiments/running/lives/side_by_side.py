"""Lives a place under several policies side by side, month by month, with the same people and the same draws."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.place import PlaceState, World
from simulation.policy.policy import Policy


def places_of(
    world: World, start: PlaceState, policies: Mapping[str, Policy], replication: int, threads: int
) -> tuple[PlaceModel, ...]:
    """The place at its start under each policy, with the same draws."""
    key = key_of(world.config.seed, replication, world.config.later_luck)
    return tuple(
        PlaceModel(world, start.copy(), policy, key, world.config.engine, threads) for policy in policies.values()
    )


def in_step(places: tuple[PlaceModel, ...], months: int) -> Iterator[int]:
    """Lives places month by month, side by side; gives each month once all have lived it, and lets them go in the end."""
    for month in range(months):
        for place in places:
            place.step()
        yield month
    for place in places:
        place.let_go()


def ages_at(start: PlaceState) -> NDArray[np.int64]:
    """Everybody's age in years at the policy date."""
    return np.asarray((start.month - start.people.birth_month) // 12, dtype=np.int64)
