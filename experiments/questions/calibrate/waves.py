"""Waves of history matching: simulate, learn what the outputs depend on, rule out, and simulate where nothing is ruled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.analysis.uncertainty import approximate_bayes as abc
from experiments.analysis.uncertainty import emulator
from experiments.analysis.uncertainty.emulator import Emulator
from experiments.analysis.uncertainty.history_matching import CUT, Facts, implausibilities, judged_by
from experiments.questions.calibrate.space import Space

Doubles = NDArray[np.float64]
BATCH = 20_000  # candidates judged at once
STEPS = 300  # of a walk inside what is left, when so little is left that drawing at random hardly ever hits it
REDRAWN = 5  # numbers of a set drawn anew at each step
EASING = 0.99  # a walk that starts outside goes where it is at least so much less implausible


@dataclass(frozen=True)
class Bank:
    """Runs: parameter sets (rows) with what they measured.

    Attributes:
        values: the numbers varied.
        outputs: what was measured; not-a-number where the place could not settle.
        wave: in which wave each was run.
    """

    values: Doubles
    outputs: Doubles
    wave: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Bank:
        """Some of the runs."""
        return Bank(self.values[rows], self.outputs[rows], self.wave[rows])

    def plus(self, other: Bank) -> Bank:
        """These runs and others."""
        return Bank(
            np.vstack([self.values, other.values]),
            np.vstack([self.outputs, other.outputs]),
            np.concatenate([self.wave, other.wave]),
        )

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Which runs came to rest."""
        return np.asarray(~np.isnan(self.outputs).any(axis=1))


@dataclass(frozen=True)
class Judge:
    """Decides what is ruled out without simulating: one emulator per output and wave; a set must pass every wave's.

    Attributes:
        space: the numbers varied.
        facts: what was observed.
        chance: variance of a single run's outputs.
        worst: which output decides: 1 the worst, 2 the second worst.
        cut: standard deviations beyond which a set is ruled out.
        waves: the emulators of each wave so far, one per output.
    """

    space: Space
    facts: Facts
    chance: Doubles
    worst: int = 1
    cut: float = CUT
    waves: tuple[tuple[Emulator, ...], ...] = ()

    def learn(self, bank: Bank) -> Judge:
        """The same judge with emulators of another wave."""
        runs = bank.of(bank.settled)
        places = self.space.places(runs.values)
        learned = tuple(emulator.fit(places, column) for column in runs.outputs.T)
        return replace(self, waves=(*self.waves, learned))

    def look(self, values: Doubles) -> tuple[Doubles, Doubles]:
        """The implausibility that decides, the highest of all waves, and the log likelihood by the last wave's emulators."""
        worst, logs = np.zeros(len(values)), np.zeros(len(values))
        for learned in self.waves:
            means, variances = self.foretold(values, learned)
            scores = implausibilities(self.facts, means, variances)
            worst = np.maximum(worst, judged_by(scores, self.worst))
            logs = abc.likelihood(scores, variances + self.facts.observation + self.facts.discrepancy)
        return worst, logs

    def foretold(self, values: Doubles, learned: Sequence[Emulator]) -> tuple[Doubles, Doubles]:
        """Means and variances of every output (columns) of parameter sets (rows), by one wave's emulators."""
        places = self.space.places(values)
        found = [one.predict(places, chance) for one, chance in zip(learned, self.chance, strict=True)]
        return np.column_stack([mean for mean, _ in found]), np.column_stack([variance for _, variance in found])

    def judge(self, values: Doubles) -> Doubles:
        """The implausibility that decides, the highest of all waves."""
        return self.look(values)[0]

    def keeps(self, values: Doubles) -> NDArray[np.bool_]:
        """Which parameter sets are not ruled out."""
        return np.asarray(self.judge(values) <= self.cut)

    def scores(self, outputs: Doubles) -> Doubles:
        """Implausibility of every output of single runs."""
        return implausibilities(self.facts, outputs, np.broadcast_to(self.chance, outputs.shape))


class Found(NamedTuple):
    """What drawing at random from the prior found.

    Attributes:
        share: of the prior that is not ruled out.
        left: sets that are not, the first of them.
        accepted: those of them that rejection keeps: draws from the posterior.
    """

    share: float
    left: Doubles
    accepted: Doubles


def search(judge: Judge, candidates: int, seed: int) -> Found:
    """Draws from the prior, rules out, and keeps each set that is left with the probability of its likelihood.

    The greatest likelihood is known only at the end, so each set's draw is remembered as the bound up to which it stays kept.
    """
    draws = np.random.default_rng(seed)
    left, kept, bounds = [], [], []
    done = inside = 0
    greatest = -np.inf
    while done < candidates:
        sets = judge.space.at_random(min(BATCH, candidates - done), draws)
        done += len(sets)
        worst, logs = judge.look(sets)
        bound = logs - np.log(draws.random(len(sets)))
        fits = worst <= judge.cut
        if inside < BATCH:
            left.append(sets[fits])
        inside += int(fits.sum())
        greatest = max(greatest, float(logs[fits].max(initial=-np.inf)))
        stays = fits & (bound > greatest)
        kept.append(sets[stays])
        bounds.append(bound[stays])
    return Found(inside / candidates, np.vstack(left), np.vstack(kept)[np.concatenate(bounds) > greatest])


def fill(judge: Judge, found: Doubles, count: int, seed: int) -> Doubles:
    """Parameter sets spread evenly over what is not ruled out: those found at random, or a walk from them.

    Each step of the walk draws a few numbers of every set anew from the prior and goes there unless that is ruled out.
    Where nothing was found at random it starts from the least implausible sets and is drawn in step by step.

    Raises:
        ValueError: everything is ruled out, as far as can be found.
    """
    if len(found) >= count:
        return found[:count]
    draws = np.random.default_rng(seed)
    if len(found):
        sets = found[draws.integers(len(found), size=count)].copy()
    else:
        sets = judge.space.at_random(BATCH, draws)
        sets = sets[np.argsort(judge.judge(sets), kind="stable")[:count]]
    now = judge.judge(sets)
    for _ in range(STEPS):
        tried = _redrawn(judge.space, sets, draws)
        then = judge.judge(tried)
        goes = (then <= judge.cut) | (then <= EASING * now)
        sets[goes], now[goes] = tried[goes], then[goes]
    inside = sets[now <= judge.cut]
    if not len(inside):
        raise ValueError(
            "every parameter set found is ruled out: the figures contradict one another in this model; "
            "widen their discrepancies, or judge by worst=3"
        )
    return inside[draws.integers(len(inside), size=count)] if len(inside) < count else inside


def _redrawn(space: Space, sets: Doubles, draws: np.random.Generator) -> Doubles:
    """The same sets with a few numbers of each drawn anew."""
    fresh = space.at_random(len(sets), draws)
    order = np.argsort(draws.random(sets.shape), axis=1)
    return np.where(order < REDRAWN, fresh, sets)


def try_emulators(judge: Judge, bank: Bank, names: Sequence[str]) -> list[dict[str, object]]:
    """How well each output is foretold on runs kept aside, and which numbers it depends on."""
    runs = bank.of(bank.settled)
    places = judge.space.places(runs.values)
    rows: list[dict[str, object]] = []
    for name, column, chance in zip(names, runs.outputs.T, judge.chance, strict=True):
        how = emulator.try_out(places, column, float(chance))
        leading = emulator.strongest(places, column, 3)
        rows.append({"output": name, "r2": how.r2, "attainable_r2": how.attainable, "bias": how.bias, "scale": how.scale,
                     "beyond_two": how.beyond_two, "parameters_used": how.active,
                     "depends_most_on": "; ".join(judge.space.keys[k] for k in leading)})  # fmt: skip
    return rows


def hypercube(space: Space, count: int, seed: int) -> Doubles:
    """Parameter sets spread evenly over the prior, by Latin hypercube."""
    return space.values(qmc.LatinHypercube(len(space.entries), rng=np.random.default_rng(seed)).random(count))
