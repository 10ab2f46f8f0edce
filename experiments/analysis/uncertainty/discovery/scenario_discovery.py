"""Says where each of two policies does worse: points of a design by who wins, and by which inputs they differ."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.statistics import paired
from experiments.analysis.statistics.point_differences import POINT, verdicts
from experiments.analysis.uncertainty import screening
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.verdicts.responses import SOCIAL_VALUE
from experiments.analysis.verdicts.sentence import number

OPEN, UNKNOWN = "too close to call", "too few runs to say"
UNDECIDED = (OPEN, UNKNOWN)
"""What is said of a point instead of a winner: luck leaves it open, or there is no interval to go by."""
MAP_AXES = 2
Words = Mapping[str, Mapping[str, str]]


def winners(
    found: pd.DataFrame, inputs: Sequence[Input], values: Sequence[Sequence[float]], words: Words, arms: Sequence[str]
) -> pd.DataFrame:
    """Says of each point and response which arm does better, that luck leaves it open, or that runs are too few to say.

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
        each = found[name].dropna().groupby(level=POINT)
        numbers = np.array(list(each.groups), dtype=int)
        table = pd.DataFrame({POINT: numbers, "response": name, **about})
        for k, one in enumerate(inputs):
            table[one.name] = [float(values[number][k]) for number in numbers]
        intervals = [paired.difference_interval(differences) for _, differences in each]
        table["diff"] = each.mean().to_numpy()
        table["ci_lo"], table["ci_hi"] = [one.low for one in intervals], [one.high for one in intervals]
        table["n"] = each.size().to_numpy()
        who = {"better": arms[0], "worse": arms[1], "toss-up": OPEN, "unknown": UNKNOWN}
        table["winner"] = verdicts(table).map(who)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def influence(futures: pd.DataFrame, inputs: Sequence[Input], seed: int) -> pd.DataFrame:
    """By which inputs each response varies most among the futures, and from what share on that is no noise.

    Returns:
        A row per response and input, greatest share of the variance first: `S1`, the half-width of its 95% interval, and
        `floor`, which the share must exceed.
    """
    parts = []
    names, meanings = [one.name for one in inputs], {one.name: one.title for one in inputs}
    for response, rows in futures.groupby("response", sort=False):
        x, y = rows[names].to_numpy(dtype=float), rows["diff"].to_numpy(dtype=float)
        table = screening.own_shares(names, x, y, seed)
        about = {"response": response, "title": rows["title"].iloc[0], "floor": screening.noise_floor(x, y, seed)}
        parts.append(table.assign(**about, meaning=[meanings[n] for n in table["input"]]))
    columns = ["response", "title", "input", "meaning", "S1", "S1_ci", "floor"]
    return pd.concat(parts, ignore_index=True)[columns]


def most_influential(shares: pd.DataFrame) -> list[str]:
    """The two inputs by which the social value varies most; none where fewer than two do more than noise."""
    rows = _of_social_value(shares)
    above = rows[rows["S1"] > rows["floor"]]
    return list(above["input"].head(MAP_AXES)) if len(above) >= MAP_AXES else []


def _of_social_value(shares: pd.DataFrame) -> pd.DataFrame:
    """The rows by which the axes of the map are chosen."""
    return shares[shares["response"] == SOCIAL_VALUE]


def value(given: float) -> str:
    """A number of either sign in three figures."""
    return f"{'−' if given < 0 else ''}{number(abs(given))}"


def plain(arm: str) -> str:
    """An arm's name in words."""
    return arm.replace("_", " ")


def is_cost(row: Mapping[str, Any] | pd.Series) -> bool:
    """Whether a response is money of which less is better."""
    return str(row.get("unit")).startswith("£") and row.get("better") == "lower"


def outcome_of(winner: str, cost: bool = False) -> str:
    """What is said of one point: who does better, or costs less, or why nobody is known to."""
    return winner if winner in UNDECIDED else f"{plain(winner)} {'costs less' if cost else 'does better'}"


def tally(rows: pd.DataFrame, arms: Sequence[str]) -> str:
    """Counts who wins among the points of one response."""
    counts, cost = rows["winner"].value_counts(), len(rows) > 0 and is_cost(rows.iloc[0])
    told = [f"{outcome_of(arm, cost)} at {counts.get(arm, 0)}" for arm in arms]
    told += [f"at {counts[UNKNOWN]} there are {UNKNOWN}"] if UNKNOWN in counts else []
    return f"of {len(rows)} points, {', '.join(told)}, and {counts.get(OPEN, 0)} are {OPEN}"


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
        beyond = "" if one.low <= one.used <= one.high else ", which lies outside"
        used = f" ({value(one.used)} as used{beyond})" if math.isfinite(one.used) else ""
        told.append(
            f"where {one.title} passes {' and '.join(map(value, flips))}{used}"
            if flips
            else f"nowhere along {one.title} from {value(one.low)} to {value(one.high)}{used}"
        )
    names = " and ".join(plain(arm) for arm in arms)
    return (
        f"On average, with the other number near what is used, {names} change places {'; '.join(told)}." if told else ""
    )


def why_these(shares: pd.DataFrame, on_map: Sequence[Input], wanted: bool) -> str:
    """How much of the social value's variance the inputs of the map make, against what others do and what noise does.

    Args:
        shares: as `influence` gives them.
        on_map: the two inputs of the map, none where there is none.
        wanted: whether there was to be a map of the two inputs that matter most.
    """
    rows = _of_social_value(shares).set_index("input")
    names, floor = [one.name for one in on_map], float(rows["floor"].iloc[0])
    if floor == 0:
        return "No map was drawn: the social value is the same in all futures." if wanted else ""
    above = rows[rows["S1"] > floor]
    below = [name for name in names if name not in above.index]
    told = [f"{rows.at[name, 'meaning']} {_percent(rows.at[name, 'S1'])}" for name in names or above.index]
    if names:
        most = f"; no other more than {_percent(rows['S1'].drop(names).max())}" if len(rows) > len(names) else ""
        said = f"Of how the social value varies among the futures, each by itself makes: {', '.join(told)}{most}."
    elif wanted:
        who = f"only {told[0]} by itself" if told else "none by itself"
        said = (
            f"No map was drawn: of {len(rows)} inputs {who} makes more of how the social value varies than noise does. "
            "More points or replicates lower the noise; map=[one,another] draws a map of any two."
        )
    else:
        return ""
    noise = (
        f"Noise makes shares up to {_percent(floor)}: with the futures shuffled, 95 in 100 times no input makes more."
    )
    return " ".join([said, noise, *_of_noise(below, rows)])


def _of_noise(below: Sequence[str], rows: pd.DataFrame) -> list[str]:
    """Says which inputs of a map that was asked for are not told from noise."""
    named = " and ".join(str(rows.at[name, "meaning"]) for name in below)
    return [f"So {named} cannot be told from noise: the map was asked for and is drawn all the same."] if below else []


def _percent(share: float) -> str:
    """A share of variance as a whole percentage; estimates a little below 0 are 0."""
    return f"{max(share, 0.0):.0%}"


def of_the_map(rows: pd.DataFrame, on_map: Sequence[Input], arms: Sequence[str]) -> str:
    """What the map says of the social value: its tally, and where the arms change places."""
    own = rows[rows["response"] == SOCIAL_VALUE]
    told = [f"Social value on the map: {tally(own[own[POINT] > 0], arms)}.", break_points(own, on_map, arms)]
    return " ".join(filter(None, told))
