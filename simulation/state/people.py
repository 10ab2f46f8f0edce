"""The synthetic population: real small areas filled with people who live in households.

Each small area gets its real number of people by age, scaled; every household, tie and character is a keyed draw,
so the same seed always makes the same place.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, many
from simulation.parameters import BehaviourConfig, DemographyConfig, PlaceConfig
from simulation.parameters.quantity import AGE_BAND_STARTS, AGE_BAND_YEARS, AGE_BANDS
from simulation.state.columns import People, empty

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]

SETTLING = -1  # the replication number of everything that is common to all replications
SPARE_ROWS = 0.15  # vacant dwellings for a place that grows, share of its people
OLDEST = 100
ADULT = 3  # first age band of adults
YOUNG = 4  # first age band of adults who rarely live with their parents


class Town(NamedTuple):
    """A place's people before anything has happened to them."""

    people: People
    first_row: Ints  # (areas + 1)


def scaled_counts(place: PlaceConfig, scale: float) -> Ints:
    """How many people of each age band live in each simulated area: (areas, bands).

    Running totals are rounded, so no band drifts from its real size by more than half a person.

    Raises:
        ValueError: if some area would have nobody.
    """
    real = np.array([a.people for a in place.areas], dtype=np.float64)
    if nobody := [each.area for each in place.areas if not any(each.people)]:
        raise ValueError(
            f"area '{nobody[0]}' of {place.title} has nobody; leave it out, or give it at least one person"
        )
    running = np.floor(np.cumsum(real, axis=0) * scale + 0.5)
    counts = np.diff(running, axis=0, prepend=0).astype(np.int64)
    without = [place.areas[k].area for k in np.flatnonzero(counts.sum(axis=1) == 0)]
    if without:
        enough = scale
        while (np.diff(np.floor(np.cumsum(real, axis=0) * enough + 0.5), axis=0, prepend=0).sum(axis=1) == 0).any():
            enough = round(enough + 0.001, 3)
        raise ValueError(
            f"scale={scale:g} leaves {len(without)} of {len(place.areas)} small areas of {place.title} without a citizen "
            f"(first: {without[0]}); use scale={enough:g} or more"
        )
    return counts


def _slopes(by_band: Ints) -> Doubles:
    """How much more people are of the highest ages of each band than of the lowest, against their sum: -1 to 1.

    A place has about as many of one age as of the next, so those on either side of a border between bands are taken to be
    as many as the mean of both bands.
    """
    a_year = by_band / np.array(AGE_BAND_YEARS)
    border = (a_year[:-1] + a_year[1:]) / 2
    low, high = np.concatenate([a_year[:1], border]), np.concatenate([border, a_year[-1:]])
    return np.divide(high - low, high + low, out=np.zeros_like(low), where=high + low > 0)


def _ages(bands: Ints, chance: Doubles, slopes: Doubles) -> Ints:
    """Ages in months: within a band as many more of its highest ages as the slope says; the oldest band thins out."""
    starts = np.array(AGE_BAND_STARTS)
    ends = np.array([*AGE_BAND_STARTS[1:], OLDEST])
    slope = slopes[bands]
    rising = 2 * chance / (1 - slope + np.sqrt((1 - slope) ** 2 + 4 * slope * chance))
    within = np.where(bands == len(AGE_BANDS) - 1, chance**2, np.minimum(rising, np.nextafter(1, 0)))
    return np.floor(12 * (starts[bands] + within * (ends[bands] - starts[bands]))).astype(np.int64)


def _female_share(demography: DemographyConfig) -> Doubles:
    """Share of women by age band, from how many of each sex live to that age."""
    chance = np.array(demography.life_table)
    alive = np.vstack([np.ones(2), np.cumprod(1 - chance, axis=0)])[: OLDEST + 1]
    born = np.array([1 - demography.share_female_at_birth.number, demography.share_female_at_birth.number])
    lived = alive * born
    middles = [(a + b) // 2 for a, b in zip(AGE_BAND_STARTS, [*AGE_BAND_STARTS[1:], 92], strict=True)]
    return np.array([lived[m, 1] / lived[m].sum() for m in middles])


def _share_homes(bands: Ints, chance: Doubles, demography: DemographyConfig) -> tuple[Ints, Ints]:
    """Who lives with whom in one area: a household number for each person, and how many there are.

    Adults live alone, as couples or otherwise as often as people of their age do; children live with couples or
    lone parents; young adults who are neither stay with a family; the rest share in twos.
    """
    lone, couple = np.array(demography.lone_share.row), np.array(demography.couple_share.row)
    parents = np.array(demography.parent_share.row)
    home = np.full(bands.size, -1, dtype=np.int64)
    adult = bands >= ADULT
    alone = adult & (chance[0] < lone[bands])
    paired = np.flatnonzero(adult & ~alone & (chance[0] < lone[bands] + couple[bands]))
    paired = paired[np.lexsort((chance[1][paired], bands[paired]))]
    pairs = paired.size // 2
    home[paired[: 2 * pairs]] = np.repeat(np.arange(pairs), 2)
    solo = np.flatnonzero(alone)
    home[solo] = pairs + np.arange(solo.size)
    count = pairs + solo.size
    rest = np.flatnonzero(adult & (home < 0))
    # families
    children = np.flatnonzero(~adult)
    families = int(np.ceil(children.size / demography.children_per_parent_household.number)) if children.size else 0
    willing = np.maximum(parents[bands], 1e-9)
    by_lone = rest[np.argsort(chance[2][rest] / willing[rest], kind="stable")]
    by_lone = by_lone[: min(by_lone.size, round(families * demography.lone_parent_share.number))]
    home[by_lone] = count + np.arange(by_lone.size)
    count += by_lone.size
    elders = paired[1 : 2 * pairs : 2]
    by_pair = np.argsort(chance[2][elders] / willing[elders], kind="stable")[: max(0, families - by_lone.size)]
    hosts = np.concatenate([home[by_lone], by_pair])
    if hosts.size == 0 and children.size:
        hosts, count = np.array([0]), max(count, 1)
    dealt = children[np.argsort(chance[1][children], kind="stable")]
    home[dealt] = hosts[np.arange(dealt.size) % max(1, hosts.size)]
    # others
    rest = np.flatnonzero(adult & (home < 0))
    stay = rest[(bands[rest] < YOUNG)] if pairs else rest[:0]
    home[stay] = np.floor(chance[3][stay] * pairs).astype(np.int64)
    share = rest[~np.isin(rest, stay)]
    home[share] = count + np.arange(share.size) // 2
    return home, np.array(count + (share.size + 1) // 2)


def settle_people(
    place: PlaceConfig,
    demography: DemographyConfig,
    behaviour: BehaviourConfig,
    challenges: int,
    scale: float,
    key: Key,
) -> Town:
    """Fill the place's small areas with people in households.

    Args:
        place: real areas with people by age band.
        demography: who lives with whom.
        behaviour: trust and capability.
        challenges: how many challenges each citizen may meet.
        scale: simulated people per real person.
        key: which of the equally likely populations.
    """
    counts = scaled_counts(place, scale)
    sizes = counts.sum(axis=1)
    spare = np.ceil(sizes * SPARE_ROWS).astype(np.int64)
    first_row = np.concatenate([[0], np.cumsum(sizes + spare)])
    rows = int(first_row[-1])
    people = empty(People, rows, challenges)
    chance = np.stack([many(np.arange(rows), 0, int(Event.HOUSEHOLD), k, *key) for k in range(4)])
    made = np.stack([many(np.arange(rows), 0, int(Event.PEOPLE), k, *key) for k in range(4)])
    female_share, slopes = _female_share(demography), _slopes(counts.sum(axis=0))
    starts = {
        name: getattr(behaviour.citizens, name).number
        for name in ("trust_start", "trust_spread", "capability_start", "capability_gap", "capability_spread")
    }
    homes = 0
    for k, area in enumerate(place.areas):
        here = slice(int(first_row[k]), int(first_row[k] + sizes[k]))
        everyone = slice(int(first_row[k]), int(first_row[k + 1]))
        bands = np.repeat(np.arange(len(AGE_BANDS)), counts[k])
        home, count = _share_homes(bands, chance[:, here], demography)
        order = np.lexsort((chance[1, here], -bands, home))
        bands, home = bands[order], home[order]
        people.alive[here] = 1
        people.band[here] = bands
        people.birth_month[here] = -_ages(bands, made[0, here], slopes)
        people.female[here] = made[1, here] < female_share[bands]
        people.area[everyone] = k
        _, starts_at, members = np.unique(home, return_index=True, return_counts=True)
        which = np.repeat(np.arange(members.size), members)
        people.household[here] = homes + which
        rows_here = np.arange(here.start, here.stop)
        last = rows_here - here.start == starts_at[which] + members[which] - 1
        people.housemate[here] = np.where(last, here.start + starts_at[which], rows_here + 1)
        vacant = slice(here.stop, everyone.stop)
        people.household[vacant] = homes + int(count) + np.arange(vacant.stop - vacant.start)
        people.housemate[vacant] = np.arange(vacant.start, vacant.stop)
        homes += int(count) + vacant.stop - vacant.start
        deprivation = float(np.mean(area.deprivation))
        middling = starts["capability_start"] + starts["capability_gap"] * (0.5 - deprivation)
        people.trust_usual[everyone] = starts["trust_start"] + starts["trust_spread"] * (2 * made[2, everyone] - 1)
        people.capability_usual[everyone] = middling + starts["capability_spread"] * (2 * made[3, everyone] - 1)
    np.clip(people.trust_usual, 0.01, 0.99, out=people.trust_usual)
    np.clip(people.capability_usual, 0.01, 0.99, out=people.capability_usual)
    people.trust[:] = people.trust_usual
    people.capability[:] = people.capability_usual
    return Town(people, first_row)
