"""Whether calibration finds what is known: parameter sets of which the truth is known take the place of England."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis import approximate_bayes as abc
from experiments.analysis.history_matching import Facts
from experiments.calibration.waves import Bank, Judge, fill, share_left

Doubles = NDArray[np.float64]
CANDIDATES = 40_000
SHARE_KEPT = 0.1  # of the runs not ruled out


def pretend(facts: Facts, outputs: Doubles, draws: np.random.Generator) -> Facts:
    """What would have been observed had the world been one run of the model: with errors like those of the real figures."""
    spread = np.sqrt(facts.observation + facts.discrepancy)
    return facts.instead(outputs + spread * draws.standard_normal(outputs.shape))


def recover(
    judge: Judge, bank: Bank, truths: int, runs: int, seed: int, simulate: Callable[[Doubles, int], Bank]
) -> pd.DataFrame:
    """Calibrates to known truths, with one wave and a sample of its own each, and says what was found of each parameter.

    Args:
        judge: with the chance of single runs; its figures and emulators are replaced.
        bank: the runs of the first wave, drawn from the prior; the truths are taken out of it, one at a time.
        truths: how many known worlds to look for.
        runs: simulated anew for each.
        seed: of the errors and of the sets drawn.
        simulate: runs parameter sets; told which truth they are for.
    """
    draws = np.random.default_rng(seed)
    able = np.flatnonzero(bank.settled)
    chosen = able[np.linspace(0, len(able) - 1, truths).astype(int)]
    rows = []
    for number, truth in enumerate(chosen):
        others = bank.of(np.arange(len(bank.values)) != truth)
        ours = replace(judge, facts=pretend(judge.facts, bank.outputs[truth], draws), waves=()).learn(others)
        left, found = share_left(ours, CANDIDATES, seed + number)
        tried = others.of(ours.keeps(others.values)).plus(
            simulate(fill(ours, found, runs, seed + number), number)
        )
        tried = tried.of(tried.settled)
        keep = max(2, round(SHARE_KEPT * len(tried.values)))
        kept = tried.values[abc.nearest(abc.distance(ours.scores(tried.outputs)), keep)]
        low, high = abc.interval(kept)
        held = abc.covered(kept, bank.values[truth])
        narrowed = 1 - kept.var(axis=0) / bank.values.var(axis=0)
        for k, key in enumerate(judge.space.keys):
            rows.append({"truth": number, "key": key, "true": bank.values[truth, k], "low": low[k], "high": high[k],
                         "median": np.median(kept[:, k]), "prior_sd": bank.values[:, k].std(), "contraction": narrowed[k],
                         "covered": bool(held[k]), "share_left": left, "kept": keep})  # fmt: skip
    return pd.DataFrame(rows)


def in_brief(found: pd.DataFrame, best: Sequence[str]) -> dict[str, float]:
    """How often the 90% intervals held the truth, for all parameters and for those that the real figures narrowed most.

    Args:
        found: what `recover` found.
        best: keys of the parameters narrowed most, chosen elsewhere: chosen here, luck would choose too.
    """
    pinned = found[found["key"].isin(best)]
    error = ((found["median"] - found["true"]) / found["prior_sd"]).to_numpy()
    off = ((pinned["median"] - pinned["true"]) / pinned["prior_sd"]).to_numpy()
    return {
        "truths": int(found["truth"].nunique()),
        "intervals": len(found),
        "covered": float(found["covered"].mean()),
        "best": len(best),
        "covered_of_best": float(pinned["covered"].mean()),
        "contraction_of_best": float(pinned["contraction"].mean()),
        "error_in_prior_sd": float(np.sqrt(np.mean(error**2))),
        "error_in_prior_sd_of_best": float(np.sqrt(np.mean(off**2))),
    }
