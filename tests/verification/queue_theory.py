"""Queues in closed form: Erlang's formulas, and the same queues in monthly steps, solved by linear algebra.

The model's month is: those who are idle may ask; free slots are filled; then each case in a slot may end and each
person still waiting may give up. With n people waiting or served after the asking, `slots` places, and all chances
independent of how long anything has lasted, n is a Markov chain:

    cases that end    ~ Binomial(min(n, slots), leave)
    people who go     ~ Binomial(n - min(n, slots), give_up)
    people who ask    ~ Binomial(sources - those left, ask)

With a finite number of sources this is the repairman's problem in discrete time; with many sources and short steps
it tends to Erlang's C (nobody gives up) and A (some do).
"""

from typing import NamedTuple

import numpy as np
from need_chain import stationary
from numpy.typing import NDArray
from scipy import stats

Doubles = NDArray[np.float64]


class Queue(NamedTuple):
    """One service in monthly steps: its sources, its slots, and four chances a month."""

    sources: float
    ask: float
    slots: int
    leave: float
    give_up: float = 0.0


class Rest(NamedTuple):
    """A queue at rest: means per month."""

    asked: float  # people who ask
    served: float  # cases in service
    waiting: float  # people still waiting at the month's end
    gave_up: float  # people who give up
    wait: float  # months waited per person who asks, in the mean (Little's law)
    all_taken: float  # share of months in which no slot is free after the asking


def step(queue: Queue, most: int) -> Doubles:
    """The chance that n people after this month's asking become m after next month's."""
    n = np.arange(most + 1)
    to = np.zeros((most + 1, most + 1))
    for here in n:
        served = min(here, queue.slots)
        ends = stats.binom.pmf(np.arange(served + 1), served, queue.leave)
        goes = stats.binom.pmf(np.arange(here - served + 1), here - served, queue.give_up)
        to[here, here - np.arange(here + 1)] = np.convolve(ends, goes)
    more = np.zeros_like(to)
    for left in n:
        arriving = stats.binom.pmf(n[: most + 1 - left], round(queue.sources) - left, queue.ask)
        more[left, left:] = arriving
        more[left, most] += 1 - arriving.sum()
    return to @ more


def at_rest(queue: Queue, most: int = 150) -> Rest:
    """The means of a queue that has forgotten how it began."""
    n = np.arange(most + 1)
    share = stationary(step(queue, most))
    assert share[-1] < 1e-9, "the queue is longer than foreseen"
    served = share @ np.minimum(n, queue.slots)
    line = share @ np.maximum(0, n - queue.slots)
    asked = served * queue.leave + line * queue.give_up  # at rest, as many come as go
    return Rest(
        asked=asked,
        served=served,
        waiting=line * (1 - queue.give_up),
        gave_up=line * queue.give_up,
        wait=line / asked,
        all_taken=share[n >= queue.slots].sum(),
    )


def erlang_c(load: float, slots: int) -> float:
    """The share of arrivals that must wait where nobody gives up; load = arrivals x mean time in service."""
    terms = [1.0]
    for k in range(1, slots + 1):
        terms.append(terms[-1] * load / k)
    last = terms[-1] * slots / (slots - load)
    return last / (sum(terms[:-1]) + last)


def erlang_a(arrivals: float, slots: int, leave: float, give_up: float, most: int = 2000) -> tuple[float, float]:
    """Where people give up at a rate while they wait: the shares of arrivals that must wait and that give up."""
    chance = [1.0]
    for n in range(1, most):
        out = min(n, slots) * leave + max(0, n - slots) * give_up
        chance.append(chance[-1] * arrivals / out)
    share = np.array(chance) / sum(chance)
    n = np.arange(most)
    lost = share @ (np.maximum(0, n - slots) * give_up)
    return float(share[n >= slots].sum()), float(lost / arrivals)
