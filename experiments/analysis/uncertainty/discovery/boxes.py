"""Finds the boxes of inputs in which each of two policies does worse, corrects them for how many were looked for, words them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.uncertainty.discovery import prim
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.prim import Box, Found
from experiments.analysis.uncertainty.discovery.prim_settings import How
from experiments.analysis.uncertainty.discovery.scenario_discovery import OPEN, UNKNOWN, is_cost, plain, value
from experiments.analysis.verdicts.multiplicity import holm
from experiments.analysis.verdicts.responses import SOCIAL_VALUE

LEAST_CASES = 5
MOST_CHANCE = 0.05
SHUFFLES_PER_TEST = 40
"""Shuffles for each box that is looked for: twice as many as let the best box of all be told from luck once corrected."""
PROMISE = "A share of the futures explored is no probability: it depends on the ranges."


def boxes(
    futures: pd.DataFrame, inputs: Sequence[Input], arms: Sequence[str], how: How, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Looks, for each response and each arm, for the box of inputs where that arm does worse for sure.

    All boxes are tested together: where nothing matters, luck makes a box, any box, in at most `MOST_CHANCE` of all cases.

    Returns:
        What was found, a row per response and arm: its measures, `chance` of as good a box under luck alone, the same
        `corrected` for as many `tests`, and `words`; and a row per side of each box.
    """
    x = {r: rows[[one.name for one in inputs]].to_numpy(float) for r, rows in futures.groupby("response", sort=False)}
    costs = {response for response, rows in futures.groupby("response", sort=False) if is_cost(rows.iloc[0])}
    found, cases = [], []
    for response, rows in futures.groupby("response", sort=False):
        for loser, other in ((arms[0], arms[1]), (arms[1], arms[0])):
            is_case, said = (rows["winner"] == other).to_numpy(), rows["winner"].value_counts()
            cases.append(is_case)
            row = {"response": response, "title": rows["title"].iloc[0], "loser": loser, "winner": other}
            counts = {"futures": len(rows), "cases": int(is_case.sum()), "open": int(said.get(OPEN, 0))}
            unknown = int(said.get(UNKNOWN, 0))
            found.append({**row, **counts, "unknown": unknown, "outcome": _plain_case(counts, unknown)})
    looked_for = [k for k, row in enumerate(found) if row["outcome"] == ""]
    shuffles = max(prim.SHUFFLES, SHUFFLES_PER_TEST * len(looked_for) - 1)
    best = {k: prim.find(x[found[k]["response"]], cases[k], seed, how, shuffles) for k in looked_for}
    chances = holm([one.chance if one else 1.0 for one in best.values()])
    corrected = dict(zip(looked_for, chances.tolist(), strict=True))
    sides = []
    for k, row in enumerate(found):
        box = best.get(k)
        if k in best:
            row["outcome"] = "no box" if box is None else "box" if corrected[k] <= MOST_CHANCE else "luck"
        row |= {**_measured(box), "corrected": corrected.get(k, math.nan), "tests": len(looked_for)}
        rarest = box is not None and box.chance * (1 + shuffles) <= 1
        row["words"] = _in_words(row, box, inputs, row["response"] in costs, rarest)
        if box is not None and row["outcome"] == "box":
            often = prim.picked_again(x[row["response"]], cases[k], seed, how)
            about = {key: row[key] for key in ("response", "title", "loser", "winner")}
            sides += [{**about, **side} for side in _sides(box, inputs, often)]
    columns = ["response", "title", "loser", "winner", "input", "meaning", "unit", "above", "below", "as_used", "quasi_p",
               "frequency"]  # fmt: skip
    return pd.DataFrame(found), pd.DataFrame(sides, columns=columns)


def corrections(found: pd.DataFrame) -> str:
    """Says for how many tests the boxes were corrected; nothing where none was tested."""
    tests = int(found["tests"].iloc[0]) if len(found) else 0
    if tests == 0:
        return ""
    reported = int((found["outcome"] == "box").sum())
    times = "once, over" if tests == 1 else f"{tests} times, over"
    many = "one test" if tests == 1 else "that many tests"
    return (
        f"Boxes were looked for {times} outcomes and policies, and are corrected for {many} (Holm): "
        f"{reported} reported. Where nothing matters luck makes any box at all in at most {MOST_CHANCE:.0%} of such questions."
    )


def of_social_value(found: pd.DataFrame) -> list[str]:
    """Both boxes of the social value in words, and for what all boxes are corrected."""
    return [*found[found["response"] == SOCIAL_VALUE]["words"], corrections(found)]


def _plain_case(counts: Mapping[str, int], unknown: int) -> str:
    """What can be said without looking for a box; nothing where one is to be looked for."""
    cases, futures = counts["cases"], counts["futures"]
    if unknown == futures:
        return "unknown"
    if cases in (0, futures):
        return "never" if cases == 0 else "always"
    if min(cases, futures - cases) < LEAST_CASES:
        return "too few" if cases < LEAST_CASES else "nearly always"
    return ""


def _measured(found: Found | None) -> dict[str, float]:
    """The measures of a box as columns."""
    if found is None:
        return dict.fromkeys(("coverage", "density", "mass", "chance"), math.nan)
    m = found.measures
    return {"coverage": m.coverage, "density": m.density, "mass": m.mass, "chance": found.chance}


def _sides(found: Found, inputs: Sequence[Input], often: NDArray[np.float64]) -> list[dict[str, Any]]:
    """One row per input that the box restricts; `often` says in which share of resamples each input is restricted again."""
    return [
        {"input": inputs[k].name, "meaning": inputs[k].title, "unit": inputs[k].unit, "above": found.box.low[k],
         "below": found.box.high[k], "as_used": inputs[k].used, "quasi_p": found.quasi_p[k],
         "frequency": float(often[k])}
        for k in found.box.restricted
    ]  # fmt: skip


def _in_words(row: Mapping[str, Any], found: Found | None, inputs: Sequence[Input], cost: bool, rarest: bool) -> str:
    """What was found for one arm and one response, for a reader who knows none of the terms.

    Args:
        row: what is known but for the words.
        found: the box, if any.
        inputs: what was varied.
        cost: whether the response is money.
        rarest: whether luck made as good a box in none of the shuffles, so that its chance is at most what is known of it.
    """
    loser, winner, worse = plain(row["loser"]), plain(row["winner"]), "costs more" if cost else "does worse"
    what = f"{row['title']}: {loser} {worse} than {winner}"
    of = f"{row['cases']} of {row['futures']} futures"
    if row["outcome"] == "unknown":
        return (
            f"{row['title']}: where {loser} {worse} than {winner} is not known, {UNKNOWN} in all {row['futures']} futures "
            f"explored; give replicates={FEWEST_FOR_INTERVAL} or more."
        )
    if row["outcome"] == "never":
        aside = [f"{row['open']} are {OPEN}"] if row["open"] else []
        aside += [f"{row['unknown']} have {UNKNOWN}"] if row["unknown"] else []
        close = f" ({', '.join(aside)})" if aside else ""
        return f"{what} in none of the {row['futures']} futures explored{close}."
    if row["outcome"] == "always":
        return f"{what} in all {row['futures']} futures explored."
    if row["outcome"] in ("too few", "nearly always"):
        rest = "too few" if row["outcome"] == "too few" else "and too few others"
        return f"{what} in {of}, {rest} to say where."
    if found is None or row["outcome"] != "box":
        return f"{what} in {of}, but not in any corner of these inputs that luck alone could not have drawn."
    where = " and ".join(_side_in_words(found.box, k, inputs[k]) for k in found.box.restricted)
    m = found.measures
    how = (
        f"mostly where {where}: of the {m.inside} futures like that it {worse} in {m.density:.0%} (density), and they hold "
        f"{m.coverage:.0%} of all those in which it does (coverage)"
    )
    if m.density == m.coverage == 1:
        how = f"only and always where {where}, density and coverage both 100%"
    return (
        f"{what} in {of}, {how}; luck alone makes as good a corner {'at most ' if rarest else ''}"
        f"{100 * row['corrected']:.2g} times in 100, corrected for {row['tests']} tests."
    )


def _side_in_words(box: Box, column: int, one: Input) -> str:
    """One restriction, with the value that is used."""
    low, high = box.low[column], box.high[column]
    if math.isfinite(low) and math.isfinite(high):
        told = f"between {value(low)} and {value(high)}"
    else:
        told = f"above {value(low)}" if math.isfinite(low) else f"below {value(high)}"
    used = f"; {value(one.used)} as used" if math.isfinite(one.used) else ""
    return f"{one.title} is {told} ({one.unit}{used})" if one.unit or used else f"{one.title} is {told}"
