"""Diffusion in closed form: how redesigns spread when copies lose nothing on the way.

In the model the time of an attempt is a service's own (a monthly chance), and which design it tries leans towards
what its peers have embedded. With one design that always works, adoption is geometric. With one that works among
others that do not, failed tries come back and try again, and adoption is Bass's: the chance that a try is of the good
design grows with the share of adopters, which with no try of one's own accord would be the logistic curve.
"""

from collections import defaultdict
from math import comb

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def geometric(chance: float, lag: int, months: int) -> Doubles:
    """The share that has embedded the one design by each month's end, from the first month on."""
    tried = np.maximum(0, np.arange(1, months + 1) - lag)
    return 1 - (1 - chance) ** tried


def good_choice(adopters: float, decoys: int, copying: float) -> float:
    """The chance that a try is of the good design, where a share of peers has it embedded."""
    return (1 + copying * adopters) / (1 + copying * adopters + decoys)


def group_curve(size: int, chance: float, decoys: int, copying: float, pipeline: int, months: int) -> Doubles:
    """Mean share of adopters by each month's end in a group in which everybody is everybody's peer, exactly.

    The group's state is how many are idle, how many have been at the good or at another design for 1, 2, ...
    months, and how many have the good design embedded. It is a Markov chain, followed state by state.
    """
    now = {(size, (0,) * pipeline, (0,) * pipeline, 0): 1.0}
    curve = []
    for _ in range(months):
        after: dict[tuple, float] = defaultdict(float)
        for (idle, good, other, done), share in now.items():
            pick = good_choice(done / (size - 1), decoys, copying) if idle else 0.0
            # whoever ends a try this month is embedded, or idle again from the next month on
            for tries in range(idle + 1):
                tried = comb(idle, tries) * chance**tries * (1 - chance) ** (idle - tries)
                for hits in range(tries + 1):
                    hit = comb(tries, hits) * pick**hits * (1 - pick) ** (tries - hits)
                    state = (idle - tries + other[-1], (hits, *good[:-1]), (tries - hits, *other[:-1]), done + good[-1])
                    after[state] += share * tried * hit
        now = after
        curve.append(sum(done * share for (_, _, _, done), share in now.items()) / size)
    return np.array(curve)


def mean_field_curve(chance: float, decoys: int, copying: float, pipeline: int, months: int) -> Doubles:
    """The same in a boundless group, where shares move as their means."""
    idle, done = 1.0, 0.0
    good, other = np.zeros(pipeline), np.zeros(pipeline)
    curve = []
    for _ in range(months):
        pick = good_choice(done, decoys, copying)
        tries = idle * chance
        idle += other[-1] - tries
        done += good[-1]
        good, other = np.roll(good, 1), np.roll(other, 1)
        good[0], other[0] = tries * pick, tries * (1 - pick)
        curve.append(done)
    return np.array(curve)


def bass(innovation: float, imitation: float, times: Doubles) -> Doubles:
    """Bass's curve (1969): adopters innovate at one rate and imitate at another."""
    fall = np.exp(-(innovation + imitation) * times)
    return (1 - fall) / (1 + imitation / innovation * fall)


def logistic(rate: float, start: float, times: Doubles) -> Doubles:
    """Verhulst's curve: imitation alone, from a share of adopters that is already there."""
    return 1 / (1 + (1 - start) / start * np.exp(-rate * times))
