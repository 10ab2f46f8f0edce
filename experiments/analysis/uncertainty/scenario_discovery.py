"""Says where each of two policies does worse: points of a design by who wins, and boxes of inputs in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.analysis.economics.valued_runs import SOCIAL_VALUE
from experiments.analysis.statistics.point_differences import POINT
from experiments.analysis.statistics.sentence import number
from experiments.analysis.uncertainty import prim, screening
from experiments.analysis.uncertainty.prim import Box, Found, How

OPEN = "too close to call"
LEAST_CASES = 5
MOST_CHANCE = 0.05
MIDDLE_95 = 0.975
PROMISE = "A share of the futures explored is no probability: it depends on the ranges."
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Input:
    """One thing that is varied.

    Attributes:
        name: its key, as the user gives it.
        title: in words.
        unit: in words.
        low: lower end of what is explored.
        high: upper end.
        used: value without any of this; NaN where there is none.
        log: whether equal shares are equal ratios.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    used: float
    log: bool = False

    def at(self, share: float) -> float:
        """The value at a share of the range."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))


def winners(
    found: pd.DataFrame, inputs: Sequence[Input], values: Sequence[Sequence[float]], words: Words, arms: Sequence[str]
) -> pd.DataFrame:
    """Says of each point and response which arm does better, or that luck leaves it open.

    Args:
        found: paired differences, a column per response, a row per point and replication.
        inputs: what is varied.
        values: of each input at each point, by the points' numbers.
        words: title, unit and direction by response.
        arms: the two that are compared.

    Returns:
        One row per response and point that has runs: the inputs, `diff`, its 95% interval, `n`, `winner`.
    """
    parts = []
    for name, about in words.items():
        if about["better"] == "neither":
            continue
        each = found[name].groupby(level=POINT).agg(["mean", "std", "count"])
        numbers = each.index.to_numpy()
        half = stdtrit(np.maximum(each["count"] - 1, 1), MIDDLE_95) * each["std"] / np.sqrt(each["count"])
        half = half.fillna(math.inf)  # one replication says nothing about luck
        table = pd.DataFrame({POINT: numbers, "response": name, **about})
        for k, one in enumerate(inputs):
            table[one.name] = [float(values[number][k]) for number in numbers]
        table["diff"] = each["mean"].to_numpy()
        table["ci_lo"], table["ci_hi"] = (each["mean"] - half).to_numpy(), (each["mean"] + half).to_numpy()
        table["n"] = each["count"].to_numpy()
        sign = -1.0 if about["better"] == "lower" else 1.0
        ends = np.sort(sign * table[["ci_lo", "ci_hi"]].to_numpy(), axis=1)
        table["winner"] = np.select([ends[:, 0] > 0, ends[:, 1] < 0], list(arms), default=OPEN)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def boxes(
    futures: pd.DataFrame, inputs: Sequence[Input], arms: Sequence[str], how: How, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Looks, for each response and each arm, for the box of inputs where that arm does worse for sure.

    Returns:
        What was found, a row per response and arm, with `words`; and a row per side of each box.
    """
    found, sides = [], []
    for response, rows in futures.groupby("response", sort=False):
        x = rows[[one.name for one in inputs]].to_numpy(dtype=float)
        for loser, other in ((arms[0], arms[1]), (arms[1], arms[0])):
            is_case = (rows["winner"] == other).to_numpy()
            box, outcome = _looked_for(x, is_case, how, seed)
            about = {"response": response, "title": rows["title"].iloc[0], "loser": loser, "winner": other}
            row = {
                **about,
                "futures": len(rows),
                "cases": int(is_case.sum()),
                "outcome": outcome,
                "open": int((rows["winner"] == OPEN).sum()),
                **_measured(box),
            }
            found.append({**row, "words": _in_words(row, box, inputs)})
            if box is not None and outcome == "box":
                sides += [{**about, **side} for side in _sides(box, inputs)]
    columns = ["response", "title", "loser", "winner", "input", "meaning", "unit", "above", "below", "as_used", "quasi_p",
               "frequency"]  # fmt: skip
    return pd.DataFrame(found), pd.DataFrame(sides, columns=columns)


def influence(futures: pd.DataFrame, inputs: Sequence[Input], seed: int) -> pd.DataFrame:
    """By which inputs each response varies most among the futures.

    Returns:
        A row per response and input, greatest share of the variance first: `S1`, and the half-width of its 95% interval.
    """
    parts = []
    names = [one.name for one in inputs]
    for response, rows in futures.groupby("response", sort=False):
        x, y = rows[names].to_numpy(dtype=float), rows["diff"].to_numpy(dtype=float)
        table = screening.own_shares(names, x, y, seed)
        meanings = {one.name: one.title for one in inputs}
        parts.append(
            table.assign(response=response, title=rows["title"].iloc[0], meaning=[meanings[n] for n in table["input"]])
        )
    columns = ["response", "title", "input", "meaning", "S1", "S1_ci"]
    return pd.concat(parts, ignore_index=True)[columns]


def most_influential(shares: pd.DataFrame) -> list[str]:
    """The two inputs by which the social value varies most."""
    return list(shares[shares["response"] == SOCIAL_VALUE]["input"].head(2))


def _looked_for(x: np.ndarray, is_case: np.ndarray, how: How, seed: int) -> tuple[Found | None, str]:
    """A box, if there is one, and what came of looking."""
    cases = int(is_case.sum())
    if cases == 0:
        return None, "never"
    if cases == len(x):
        return None, "always"
    if min(cases, len(x) - cases) < LEAST_CASES:
        return None, "too few" if cases < LEAST_CASES else "nearly always"
    box = prim.find(x, is_case, seed, how)
    if box is None:
        return None, "no box"
    return box, "box" if box.chance <= MOST_CHANCE else "luck"


def _measured(found: Found | None) -> dict[str, float]:
    """The measures of a box as columns."""
    if found is None:
        return dict.fromkeys(("coverage", "density", "mass", "chance"), math.nan)
    m = found.measures
    return {"coverage": m.coverage, "density": m.density, "mass": m.mass, "chance": found.chance}


def _sides(found: Found, inputs: Sequence[Input]) -> list[dict[str, Any]]:
    """One row per input that the box restricts."""
    return [
        {"input": inputs[k].name, "meaning": inputs[k].title, "unit": inputs[k].unit, "above": found.box.low[k],
         "below": found.box.high[k], "as_used": inputs[k].used, "quasi_p": found.quasi_p[k],
         "frequency": float(found.frequency[k])}
        for k in found.box.restricted
    ]  # fmt: skip


def _in_words(row: Mapping[str, Any], found: Found | None, inputs: Sequence[Input]) -> str:
    """What was found for one arm and one response, for a reader who knows none of the terms."""
    loser, winner = plain(row["loser"]), plain(row["winner"])
    what = f"{row['title']}: {loser} does worse than {winner}"
    of = f"{row['cases']} of {row['futures']} futures"
    if row["outcome"] == "never":
        close = f" ({row['open']} are {OPEN})" if row["open"] else ""
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
    return (
        f"{what} in {of}, mostly where {where}: of the {m.inside} futures like that it does worse in {m.density:.0%} "
        f"(density), and they hold {m.coverage:.0%} of all those in which it does (coverage)."
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


def value(given: float) -> str:
    """A number of either sign in three figures."""
    return f"{'−' if given < 0 else ''}{number(abs(given))}"


def plain(arm: str) -> str:
    """An arm's name in words."""
    return arm.replace("_", " ")


def tally(rows: pd.DataFrame, arms: Sequence[str]) -> str:
    """Counts who wins among the points of one response."""
    counts = rows["winner"].value_counts()
    told = [f"{plain(arm)} does better at {counts.get(arm, 0)}" for arm in arms]
    return f"of {len(rows)} points, {told[0]}, {told[1]}, and {counts.get(OPEN, 0)} are {OPEN}"


def break_points(rows: pd.DataFrame, on_map: Sequence[Input], arms: Sequence[str]) -> str:
    """Says where along each input of the map, the other near what is used, the two arms change places."""
    cells, told = rows[rows[POINT] > 0], []
    for one, other in ((on_map[0], on_map[1]), (on_map[1], on_map[0])):
        if not math.isfinite(other.used):
            continue
        away = (cells[other.name] - other.used).abs()
        line = cells[away == away.min()].sort_values(one.name)
        at, diff = line[one.name].to_numpy(dtype=float), line["diff"].to_numpy(dtype=float)
        turns = np.flatnonzero(diff[:-1] * diff[1:] < 0)
        flips = [at[k] + (at[k + 1] - at[k]) * diff[k] / (diff[k] - diff[k + 1]) for k in turns]
        used = f" ({value(one.used)} as used)" if math.isfinite(one.used) else ""
        told.append(
            f"where {one.title} passes {' and '.join(map(value, flips))}{used}"
            if flips
            else f"nowhere along {one.title} from {value(one.low)} to {value(one.high)}{used}"
        )
    names = " and ".join(plain(arm) for arm in arms)
    return (
        f"On average, with the other number near what is used, {names} change places {'; '.join(told)}." if told else ""
    )


def _why_these(shares: pd.DataFrame, on_map: Sequence[Input]) -> str:
    """How much of the social value's variance the two inputs of the map make, against the most that others do."""
    rows = shares[shares["response"] == SOCIAL_VALUE].set_index("input")
    told = [f"{one.title} {_percent(rows.at[one.name, 'S1'])}" for one in on_map]
    others = rows.drop(index=[one.name for one in on_map])["S1"]
    most = f"; no other more than {_percent(others.max())}" if len(others) else ""
    return f"Of how the social value varies among the futures, each by itself makes: {', '.join(told)}{most}."


def _percent(share: float) -> str:
    """A share of variance as a whole percentage; estimates a little below 0 are 0."""
    return f"{max(share, 0.0):.0%}"


def sentence(tables: Mapping[str, pd.DataFrame], on_map: Sequence[Input], arms: Sequence[str]) -> str:
    """The answer for the social value: the map's tally, where the arms change places, and both boxes."""
    told = []
    if "win_map" in tables:
        rows = tables["win_map"][tables["win_map"]["response"] == SOCIAL_VALUE]
        told.append(f"Social value on the map: {tally(rows[rows[POINT] > 0], arms)}.")
        told.append(break_points(rows, on_map, arms))
        if "influence" in tables:
            told.append(_why_these(tables["influence"], on_map))
    if "boxes" in tables:
        told += list(tables["boxes"][tables["boxes"]["response"] == SOCIAL_VALUE]["words"])
    return " ".join([*filter(None, told), PROMISE])
