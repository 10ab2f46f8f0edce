"""Whether calibration finds what is known: runs of which the numbers are known take the place of England, one at a time."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.uncertainty import approximate_bayes as abc
from experiments.analysis.uncertainty.history_matching import Facts, implausibilities, judged_by
from experiments.questions.calibrate.waves import BATCH, Bank, Judge

Doubles = NDArray[np.float64]
CANDIDATES = 2 * BATCH


def pretend(facts: Facts, outputs: Doubles, chance: Doubles, draws: np.random.Generator) -> Facts:
    """What would have been observed had one run of the model been the world, with errors like those of the real figures."""
    spread = np.sqrt(facts.observation + facts.discrepancy)
    errors = spread * draws.standard_normal(outputs.shape)
    return Facts(facts.names, outputs + errors, facts.observation + chance, facts.discrepancy)


def recover(judge: Judge, bank: Bank, truths: int, seed: int) -> pd.DataFrame:
    """Calibrates to known truths by the emulators of the other runs, and says what was found of each parameter.

    Args:
        judge: with the chance of single runs; its figures and emulators are replaced.
        bank: the runs of the first wave, drawn from the prior; the truths are taken out of it for good.
        truths: how many known worlds to look for.
        seed: of which runs, of the errors and of the sets drawn.
    """
    draws = np.random.default_rng(seed)
    able = draws.permutation(np.flatnonzero(bank.settled))
    chosen, others = able[:truths], able[truths:]
    ours = replace(judge, waves=()).learn(bank.of(others))
    sets = judge.space.at_random(CANDIDATES, draws)
    means, variances = ours.foretold(sets, ours.waves[0])
    tables = []
    for number, truth in enumerate(chosen):
        facts = pretend(judge.facts, bank.outputs[truth], judge.chance, draws)
        scores = implausibilities(facts, means, variances)
        logs = abc.likelihood(scores, variances + facts.observation + facts.discrepancy)
        logs[judged_by(scores, judge.worst) > judge.cut] = -np.inf
        if np.isfinite(logs).any():
            table = _found(judge.space.keys, sets, abc.weights(logs), bank.values[truth])
            tables.append(table.assign(truth=number))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _found(keys: Sequence[str], sets: Doubles, weight: Doubles, truth: Doubles) -> pd.DataFrame:
    """What one known world's calibration says of every parameter."""
    before, some = sets.std(axis=0), weight > 0
    sets, weight = sets[some], weight[some]
    low, middle, high = (
        np.array([abc.weighted(column, weight, share) for column in sets.T])
        for share in (abc.INTERVAL[0], 0.5, abc.INTERVAL[1])
    )
    mean = weight @ sets
    return pd.DataFrame({
        "key": list(keys), "true": truth, "low": low, "median": middle, "high": high, "mean": mean, "prior_sd": before,
        "contraction": 1 - (weight @ (sets - mean) ** 2) / before**2, "covered": (low <= truth) & (truth <= high),
        "sets_worth": 1 / np.sum(weight**2),
    })  # fmt: skip


def in_brief(found: pd.DataFrame, best: Sequence[str]) -> dict[str, float]:
    """How often the 90% intervals held the truth, for all parameters and for those that the real figures narrowed most.

    Args:
        found: what `recover` found.
        best: keys of the parameters narrowed most, chosen elsewhere: chosen here, luck would choose too.
    """
    pinned = found[found["key"].isin(best)]
    alike = [float(np.corrcoef(part["true"], part["mean"])[0, 1]) for _, part in pinned.groupby("key") if len(part) > 2]
    return {
        "truths": int(found["truth"].nunique()),
        "intervals": len(found),
        "covered": float(found["covered"].mean()),
        "best": len(best),
        "covered_of_best": float(pinned["covered"].mean()),
        "contraction_of_best": float(pinned["contraction"].mean()),
        "correlation_of_best": float(np.mean(alike)) if alike else float("nan"),
        "least_sets_worth": float(found["sets_worth"].min()),
    }
