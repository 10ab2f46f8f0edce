"""Finds which inputs matter to a difference: Morris screening, Sobol indices with bootstrap intervals, tornado, noise."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as morris_method
from SALib.analyze import rbd_fast
from SALib.analyze import sobol as sobol_method
from SALib.sample import morris as morris_design
from SALib.sample import sobol as sobol_design

LUCK = "(luck: another seed)"
"""An input that changes nothing but the luck of a point: what matters less than this is not told from noise. Under the same
luck an input of nothing would get exactly 0."""
LEVELS = 4
RESAMPLES, FEW_RESAMPLES = 1_000, 200
HARMONICS = 4
FLOOR_SHUFFLES = 400
CONFIDENCE = 0.95

Floats = NDArray[np.float64]


def problem(names: Sequence[str]) -> dict[str, object]:
    """Inputs as SALib wants them, each a share of its distribution, from 0 to 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def own_shares(
    names: Sequence[str], points: Floats, response: Floats, seed: int, resamples: int = FEW_RESAMPLES
) -> pd.DataFrame:
    """The share of the variance of a response that each input makes by itself, from points that were drawn for something else.

    Random balance designs (Tarantola, Gatelli and Mara 2006): the points are taken in the order of one input, and waves
    that the response then shows are that input's doing. The bias of few points is taken away (Plischke 2010).

    Args:
        names: of the inputs.
        points: value of each input at every point, spread evenly; shape (points, inputs).
        response: one value per point.
        seed: of the resamples.
        resamples: for the interval.

    Returns:
        One row per input, greatest share first: `S1` and the half-width `S1_ci` of its 95% bootstrap interval.
    """
    shares, half = np.zeros(len(names)), np.zeros(len(names))
    if np.ptp(response) > 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = rbd_fast.analyze(problem(names), points, response, M=HARMONICS, num_resamples=resamples, seed=seed)
        shares, half = (np.asarray(found[name], dtype=np.float64) for name in ("S1", "S1_conf"))
    table = pd.DataFrame({"input": list(names), "S1": shares, "S1_ci": half})
    return table.sort_values("S1", ascending=False, kind="stable", ignore_index=True)


def noise_floor(points: Floats, response: Floats, seed: int) -> float:
    """The share of variance that `own_shares` gives to some input although the response hangs on none.

    The response is shuffled among the points, which leaves its values and takes away what the inputs do to them.

    Returns:
        What the largest share of all inputs stays below in 95 of 100 shuffles; 0 where the response never varies.
    """
    if np.ptp(response) == 0:
        return 0.0
    luck, count = np.random.default_rng(seed), len(response)
    orders = np.column_stack([rbd_fast.permute_outputs(column, np.arange(count)) for column in points.T])
    waves = np.exp(-2j * np.pi * np.outer(np.arange(1, HARMONICS + 1), np.arange(count)) / count)
    whole = count * float(((response - response.mean()) ** 2).sum()) / 2
    largest = np.empty(FLOOR_SHUFFLES)
    for k in range(FLOOR_SHUFFLES):
        power = np.abs(waves @ luck.permutation(response)[orders]) ** 2
        largest[k] = power.sum(axis=0).max() / whole
    return float(rbd_fast.unskew_S1(np.quantile(largest, CONFIDENCE), HARMONICS, count))


def morris_shares(names: Sequence[str], trajectories: int, seed: int) -> Floats:
    """The points of so many one-at-a-time walks; shape (trajectories x (inputs + 1), inputs)."""
    return np.asarray(
        morris_design.sample(problem(names), trajectories, num_levels=LEVELS, seed=seed), dtype=np.float64
    )


def morris_effects(names: Sequence[str], shares: Floats, response: Floats, seed: int) -> pd.DataFrame:
    """Elementary effects of each input.

    Returns:
        One row per input: `mu` (mean effect), `mu_star` (mean size), `mu_star_ci` (half-width, bootstrap), `sigma`, and
        whether sigma exceeds mu_star: its effect depends on the others or bends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = morris_method.analyze(
            problem(names), shares, response, num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed
        )
    table = pd.DataFrame(
        {
            "input": names,
            "mu": np.asarray(found["mu"], dtype=float),
            "mu_star": np.asarray(found["mu_star"], dtype=float),
            "mu_star_ci": np.asarray(found["mu_star_conf"], dtype=float),
            "sigma": np.asarray(found["sigma"], dtype=float),
        }
    )
    return table.assign(bends=table["sigma"] > table["mu_star"]).sort_values("mu_star", ascending=False, kind="stable")


def survivors(effects: pd.DataFrame, most: int) -> list[str]:
    """The inputs that go on: the largest, as long as they do more than other luck does."""
    floor = float(effects.loc[effects["input"] == LUCK, "mu_star"].max()) if (effects["input"] == LUCK).any() else 0.0
    ranked = effects[(effects["input"] != LUCK) & (effects["mu_star"] > floor)]
    return [str(name) for name in ranked["input"][:most]]


def sobol_shares(names: Sequence[str], base: int, seed: int) -> Floats:
    """The points of Saltelli's design; shape (base x (inputs + 2), inputs). `base` is a power of 2."""
    return np.asarray(sobol_design.sample(problem(names), base, calc_second_order=False, seed=seed), dtype=np.float64)


def drawn_apart(points: int, inputs: int) -> NDArray[np.bool_]:
    """Marks the points of Saltelli's design that were drawn by themselves, two of each block of inputs + 2.

    Those between them mix the two, input by input, so that every value comes back in other points of its block. What takes
    points to be independent, as shuffling does, must leave them out.
    """
    return np.isin(np.arange(points) % (inputs + 2), [0, inputs + 1])


def sobol_indices(names: Sequence[str], response: Floats, seed: int) -> pd.DataFrame:
    """First-order and total shares of the variance of a response over a Saltelli design.

    Returns:
        One row per input: `S1`, `S1_lo`, `S1_hi`, `ST`, `ST_lo`, `ST_hi`; intervals by bootstrap over the base points.
        All NaN where the response never varies.
    """
    if np.ptp(response) == 0:
        nothing = dict.fromkeys(("S1", "S1_lo", "S1_hi", "ST", "ST_lo", "ST_hi"), math.nan)
        return pd.DataFrame([{"input": name, **nothing} for name in names])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sobol_method.analyze(
            problem(names), response, calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=seed
        )
    columns: dict[str, object] = {"input": list(names)}
    for index in ("S1", "ST"):
        value, half = (np.asarray(found[key], dtype=float) for key in (index, f"{index}_conf"))
        columns |= {index: value, f"{index}_lo": value - half, f"{index}_hi": value + half}
    return pd.DataFrame(columns).sort_values("ST", ascending=False, kind="stable")


@dataclass(frozen=True)
class Noise:
    """How much of what a response varies by is luck that more replications would remove.

    Attributes:
        share: variance of a point's mean through luck, over the variance between points; from 0 to 1.
        within: variance between replications of a point.
        between: variance of the points' means.
        replications: of every point.
    """

    share: float
    within: float
    between: float
    replications: int


def noise(values: Floats) -> Noise:
    """The noise share of responses; `values` has shape (points, replications)."""
    replications = values.shape[1]
    within = float(values.var(axis=1, ddof=1).mean()) if replications > 1 else math.nan
    between = float(values.mean(axis=1).var(ddof=1))
    share = min(1.0, within / replications / between) if between > 0 else math.nan
    return Noise(share, within, between, replications)


def switching_share(shares: Sequence[float], values: Sequence[float], used: float) -> float:
    """Where a response changes sign between the points of one input, nearest to the share used, by straight lines.

    Returns:
        A share; NaN where the sign stays the same.
    """
    u, y = np.asarray(shares, dtype=np.float64), np.asarray(values, dtype=np.float64)
    between = np.flatnonzero(y[:-1] * y[1:] < 0)
    crossed = u[between] + np.diff(u)[between] * y[between] / (y[between] - y[between + 1])
    found = np.concatenate([u[y == 0], crossed])
    return float(found[np.abs(found - used).argmin()]) if found.size else math.nan
