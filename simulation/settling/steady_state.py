"""The steady state of needs: what a place's people are likely to need before time begins."""

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, many
from simulation.parameters.quantity import AGE_BAND_YEARS, AGE_BANDS
from simulation.place import World
from simulation.state.codes import ACUTE, CaseState, Cause, Level
from simulation.state.columns import People
from simulation.state.tables import ABLE, Rates

Doubles = NDArray[np.float64]


def stationary(world: World, served: Doubles | None = None, rounds: int = 12) -> Doubles:
    """Where each need's chain comes to rest in the mean: (areas, age bands, challenges, 5 states).

    States are no need, a root cause without need, emerging, established, crisis. Ties, other needs and services act
    through their averages, found by going round until they agree; chance and queues are left to the burn-in.

    Args:
        world: the place.
        served: (challenges, 2 levels, 3 tiers) share of people with emerging and established need in each tier's
            care, where it has been seen; a rough guess otherwise.
        rounds: times to go round.
    """
    r, risk = world.rates, world.ground.risk
    shape = (risk.shape[0], len(AGE_BANDS), risk.shape[1])
    people = np.zeros((risk.shape[0], len(AGE_BANDS)))
    for area, row in enumerate(world.config.place.areas):
        people[area] = row.people
    people /= people.sum()
    if served is None:
        served = _guess_served(r, world.config.behaviour.citizens.asking_burden.number)
    rest: Doubles = np.zeros((*shape, 5))
    for _ in range(rounds):
        established = np.einsum("abc,ab->c", rest[..., 3] + rest[..., 4], people)
        by_area = np.einsum("abc,ab->ac", rest[..., 3] + rest[..., 4], people) / people.sum(axis=1)[:, None]
        others = np.minimum(2, established.sum() - established)
        step = _mean_steps(r, risk, shape, by_area, others, served)
        rest = _steady(step, r.need.relative_risk)
    return rest


def _steady(step: Doubles, relative_risk: Doubles) -> Doubles:
    """Where the chains of each age band come to rest when people keep entering it from the band below.

    Args:
        step: (areas, bands, challenges, 5, 5) monthly chances.
        relative_risk: (challenges, bands); where it is 0 nobody of that age has the need.
    """
    rest: Doubles = np.zeros(step.shape[:-1])
    entering = np.zeros((step.shape[0], step.shape[2], 5))
    entering[..., 0] = 1.0
    for band, years in enumerate(AGE_BAND_YEARS):
        pace = 1 / (12 * years)
        back = np.swapaxes(np.eye(5) - (1 - pace) * step[:, band], -1, -2)
        here: Doubles = np.asarray(np.linalg.solve(back, pace * entering[..., None])[..., 0], dtype=np.float64)
        here[:, relative_risk[:, band] == 0] = np.eye(5)[0]
        rest[:, band] = here
        entering = here
    return rest


def _guess_served(r: Rates, burden: float) -> Doubles:
    """A first guess at who is in service: emerging need in prevention, established in core."""
    served = np.zeros((r.need.onset.size, 2, 3))
    for level in (0, 1):
        asks = r.seek.seek[:, level] * (1 - burden) * (1 - r.seek.core_first if level == 0 else 1)
        leaves = (
            r.care.resolve[:, level]
            + r.need.recovery[:, level]
            + r.need.escalation[:, level]
            + 1 / np.maximum(r.care.longest[:, level], 1)
        )
        served[:, level, level] = asks / (asks + leaves)
    return served


def seen_served(world: World, people: People) -> Doubles:
    """The share of people with emerging and established need in each tier's care: (challenges, 2, 3)."""
    served = np.zeros((len(world.challenges), 2, 3))
    for c in range(len(world.challenges)):
        for level in (0, 1):
            here = people.level[:, c] == level + 1
            care = people.tier[here & (people.state[:, c] == CaseState.SERVED), c]
            served[c, level] = np.bincount(care, minlength=3)[:3] / max(1, here.sum())
    return served


def _mean_steps(
    r: Rates, risk: Doubles, shape: tuple[int, ...], by_area: Doubles, others: Doubles, served: Doubles
) -> Doubles:
    """Monthly chances of moving between the five states, in the mean: (..., from, to)."""
    more = 1 + r.need.co_need * others / 2
    begin = (r.need.onset[:, None] * r.need.relative_risk).T[None] * (risk * (1 + r.need.contagion * by_area) * more)[
        :, None, :
    ]
    step = np.zeros((*shape, 5, 5))
    step[..., 0, 2] = np.minimum(0.5, begin)
    step[..., 1, 2] = np.minimum(0.5, r.need.relapse * risk)[:, None, :]
    step[..., 1, 0] = r.need.latent_fade
    able = np.prod(1 - by_area, axis=1)[:, None]
    mends = np.maximum(0, 1 + r.need.support * (able - ABLE))
    for level in (0, 1):
        here = 2 + level
        held = 1 - (served[:, level] * r.need.holding).sum(axis=1)
        step[..., here, here + 1] = np.minimum(0.5, r.need.escalation[:, level] * held * more * risk)[:, None, :]
        for tier in (0, 1):
            cured = served[:, level, tier] * r.care.resolve[:, tier]
            step[..., here, 0] += cured * r.care.root_removed[:, tier]
            step[..., here, 1] += cured * (1 - r.care.root_removed[:, tier])
        step[..., here, here - 1 - (level == 0)] += (r.need.recovery[:, level] * mends)[:, None, :]
    step[..., 4, 2] = r.care.leave * r.care.relief
    step[..., 4, 3] = r.care.leave * (1 - r.care.relief)
    own = np.arange(5)
    step[..., own, own] = 1 - step.sum(axis=-1)
    return step


def draw_needs(world: World, people: People, key: Key, served: Doubles | None = None) -> None:
    """Give everybody the needs that someone of their age in their area is likely to have."""
    rest = np.cumsum(stationary(world, served), axis=-1)
    rows = np.arange(people.alive.size)
    for c in range(len(world.challenges)):
        u = many(rows, 0, int(Event.START), 2 * c, *key)
        state = (u[:, None] > rest[people.area, people.band, c, :4]).sum(axis=1)
        state = np.where((people.alive == 1) & (world.rates.need.relative_risk[c, people.band] > 0), state, 0)
        level = np.maximum(state - 1, 0)
        for column in (people.state, people.months, people.cause, people.since, people.unmet):
            column[:, c] = 0
        people.level[:, c] = level
        people.root[:, c] = state > 0
        people.cause[state == 1, c] = Cause.RELAPSED
        people.luck[:, c] = many(rows, 0, int(Event.START), 2 * c + 1, *key)
        crisis = level == Level.CRISIS
        people.state[crisis, c] = CaseState.SERVED
        people.tier[crisis, c] = ACUTE
        people.service[crisis, c] = world.ground.service[people.area[crisis], c, ACUTE]
    people.wellbeing[:] = world.ground.contentment[people.area]
