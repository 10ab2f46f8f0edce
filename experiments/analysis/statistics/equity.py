"""Says who gains and who loses as groups, by deprivation fifth and age, and how unequal outcomes are."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome, resolve, select
from experiments.analysis.statistics.outcomes import INDEX, Panel, group_values, groups, window_months
from experiments.analysis.statistics.paired import difference_interval, p_value, wilson_interval
from experiments.analysis.verdicts.multiplicity import allowed_for, holm
from experiments.analysis.verdicts.sentence import verdict

LOOKED_AT = ("life_satisfaction", "need_share", "crises", "refused", "deaths", "qalys")
"""Outcomes of the catalogue that are told by group, as far as they were recorded so."""
BOUNDS: Mapping[str, tuple[float, float]] = {"%": (0.0, 100.0), "points out of 10": (0.0, 10.0)}
"""Units that can only lie between two bounds, so that Erreygers' index is the one to use."""
KINDS = {"fifth": "deprivation fifth", "age": "age"}
SMALL_CELL = 10
"""Fewer simulated events than this in a group's window of a replication are flagged: mostly luck."""
HEAD = ("by", "outcome", "title", "unit", "measure", "group", "comparison", "value", "lo", "hi", "n")
COLUMNS = (*HEAD, "p_holm", "verdict", "small_cell")
VERDICTS = {
    "better": "gains",
    "worse": "loses",
    "higher": "higher",
    "lower": "lower",
    "small": "too small to matter",
    "unclear": "cannot tell",
    "same": "the same",
    "unknown": "too few runs to say",
}
"""What a group is said to do, by what can be said of its difference."""
INDICES = {
    "concentration_index": "concentration index (below 0: more falls on the most deprived)",
    "erreygers": "Erreygers' index, for what lies between two bounds",
    "slope_index": "slope index of inequality, most to least deprived (linear WLS)",
    "relative_slope": "relative index of inequality",
    "gap": "most deprived fifth less least deprived",
    "gini": "Gini of group means",
    "atkinson": "Atkinson of group means, aversion 1",
    "theil": "Theil of group means",
}


@dataclass(frozen=True)
class Grouped:
    """One outcome by group: values (arm -> replications x groups), people likewise, and which cells are small."""

    outcome: Outcome
    by: str
    groups: tuple[str, ...]
    values: dict[str, np.ndarray]
    people: np.ndarray
    small: dict[str, bool]


def columns_needed(outcomes: Mapping[str, Outcome], columns: Sequence[str]) -> list[str]:
    """Names the columns of the record that equity is worked out from."""
    bases = {"citizens"}
    names = [name for name in columns if "@" not in name and name not in INDEX]
    for outcome in _looked_at(outcomes).values():
        for key in ("numerator", "minus", "denominator"):
            try:
                bases |= set(resolve(outcome, key, names))
            except KeyError:
                continue
    return [column for column in columns if column.split("@", 1)[0] in bases]


def _looked_at(outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """The outcomes told by group, out of a catalogue."""
    return select(outcomes, [name for name in LOOKED_AT if name in outcomes])


def by_group(record: pd.DataFrame, outcomes: Mapping[str, Outcome], horizon: int) -> list[Grouped]:
    """Works out every outcome by deprivation fifth and by age, over the replications that all arms have."""
    found = []
    panel = Panel.of(record)
    everyone = list(panel.measures())
    able = {name: outcome for name, outcome in _looked_at(outcomes).items() if _known(outcome, everyone)}
    for by in KINDS:
        names = groups(record, by)
        if not names or not able:
            continue
        values = group_values(record, able, [horizon], by)
        people = _people(panel, names, horizon)
        for name, outcome in able.items():
            part = values[values["outcome"] == name]
            if part.empty:
                continue
            wide = part.pivot(index=["replication"], columns=["arm", "group"], values="value").dropna(how="all")
            arms = {arm: wide[arm][names].to_numpy() for arm in wide.columns.get_level_values(0).unique()}
            small = {group: _is_small(panel, outcome, group, horizon) for group in names}
            found.append(Grouped(outcome, by, tuple(names), arms, people, small))
    return found


def _known(outcome: Outcome, everyone: list[str]) -> bool:
    """Whether the measures of an outcome were recorded at all."""
    try:
        return all(resolve(outcome, key, everyone) is not None for key in ("numerator", "minus", "denominator"))
    except KeyError:
        return False


def _people(panel: Panel, names: Sequence[str], horizon: int) -> np.ndarray:
    """How many live in each group, on average over runs; the weights of every index."""
    months = window_months("year", horizon)
    return np.array(
        [
            panel.total([f"citizens@{group}"])[:, months].mean() if f"citizens@{group}" in panel.table else 1.0
            for group in names
        ]
    )


def _is_small(panel: Panel, outcome: Outcome, group: str, horizon: int) -> bool:
    """Whether a group has so few events that its value is mostly luck."""
    upper, _ = panel.sides(outcome, group)
    return bool(upper[:, window_months(outcome.window, horizon)].sum(axis=1).mean() < SMALL_CELL)


def indices(values: np.ndarray, people: np.ndarray, unit: str, by: str) -> dict[str, np.ndarray]:
    """Measures how unequal the group values of each run are, all runs at once.

    By age only what needs no order of groups. Where an index has no meaning it is NaN.

    Args:
        values: runs by groups.
        people: of each group.
        unit: of the values; those with bounds have Erreygers' index.
        by: kind of groups.
    """
    share = people / people.sum()
    known = np.isfinite(values).all(axis=1) & values.any(axis=1)
    y = np.where(known[:, None], values, math.nan)
    mean = (share * y).sum(axis=1)
    order = np.argsort(y, axis=1, kind="stable")
    found = {"gini": _concentration(np.take_along_axis(y, order, axis=1), share[order])}
    part = np.where((y > 0).all(axis=1, keepdims=True), y, math.nan) / mean[:, None]
    found["atkinson"] = 1 - np.exp((share * np.log(part)).sum(axis=1))
    found["theil"] = (share * part * np.log(part)).sum(axis=1)
    if by != "fifth":
        return found
    found["concentration_index"] = _concentration(y, np.broadcast_to(share, y.shape))
    even = share / share.sum()  # rounding apart the same; the digits of published tables hang on it
    rank = np.cumsum(even) - even / 2
    apart = rank - (share * rank).sum()
    slope = (share * apart * (y - mean[:, None])).sum(axis=1) / (share * apart**2).sum()
    bottom = mean - slope * (share * rank).sum()
    found |= {"slope_index": slope, "gap": y[:, 0] - y[:, -1],
              "relative_slope": np.where(bottom != 0, (bottom + slope) / np.where(bottom != 0, bottom, 1), math.nan)}  # fmt: skip
    if unit in BOUNDS:
        low, high = BOUNDS[unit]
        found["erreygers"] = 4 * found["concentration_index"] * mean / (high - low)
    return found


def _concentration(y: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The concentration index of each row of values in its order; `share` are the people, row by row."""
    middle = np.cumsum(share, axis=1) - share / 2
    mean = (share * y).sum(axis=1)
    return 2 * (share * y * middle).sum(axis=1) / np.where(mean != 0, mean, math.nan) - 1


def tell(found: Sequence[Grouped], first: str, second: str) -> pd.DataFrame:
    """Lists levels by group and arm, differences by group with who gains and who loses, and inequality of every arm.

    Returns:
        Columns by, outcome, title, unit, measure, group, comparison, value, lo, hi, n, p_holm, verdict, small_cell.
        `measure` is `level`, `difference`, an index (`INDICES`), `nobody_worse` or `nobody_much_worse` (probabilities).
        Verdicts (`VERDICTS`) allow for there being several groups of a kind, by Holm's correction (`p_holm`); intervals are
        those of each group by itself.
    """
    rows: list[dict[str, object]] = []
    for each in found:
        head = {"by": KINDS[each.by], "outcome": each.outcome.name, "title": each.outcome.title,
                "unit": each.outcome.unit}  # fmt: skip
        for arm, values in each.values.items():
            for n, group in enumerate(each.groups):
                rows.append({**head, "measure": "level", "group": group, "comparison": arm,
                             "value": _mean(values[:, n]), "n": len(values), "small_cell": each.small[group]})  # fmt: skip
        rows += [{**head, **row} for row in _differences(each, first, second)]
        rows += [{**head, **row} for row in _inequality(each, first, second)]
        rows += [{**head, **row} for row in _nobody_worse(each, first, second)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _mean(values: np.ndarray) -> float:
    """The average of what is defined."""
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if kept.size else math.nan


def _differences(each: Grouped, first: str, second: str) -> list[dict[str, object]]:
    """First minus second in every group, and whether the group gains or loses, all groups looked at together."""
    gap = each.values[first] - each.values[second]
    differs = [column[np.isfinite(column)].any() for column in gap.T]
    corrected = holm([p_value(column) if some else math.nan for column, some in zip(gap.T, differs, strict=True)])
    rows: list[dict[str, object]] = []
    for n, group in enumerate(each.groups):
        interval, mean = difference_interval(gap[:, n]), _mean(gap[:, n])
        said = allowed_for(verdict(each.outcome, mean, interval.low, interval.high), corrected[n])
        rows.append({
            "measure": "difference", "group": group, "comparison": f"{first} minus {second}",
            "value": mean, "lo": interval.low, "hi": interval.high,
            "n": int(np.isfinite(gap[:, n]).sum()), "small_cell": each.small[group], "p_holm": corrected[n],
            "verdict": VERDICTS[said],
        })  # fmt: skip
    return rows


def _inequality(each: Grouped, first: str, second: str) -> list[dict[str, object]]:
    """Every index in every arm, and its paired difference."""
    runs = {arm: indices(values, each.people, each.outcome.unit, each.by) for arm, values in each.values.items()}
    rows: list[dict[str, object]] = []
    for name in INDICES:
        by_arm = {arm: found[name] for arm, found in runs.items() if name in found}
        if not any(np.isfinite(values).any() for values in by_arm.values()):
            continue
        for arm, values in by_arm.items():
            rows.append({"measure": name, "comparison": arm, "value": _mean(values), "n": len(values)})
        gap = by_arm[first] - by_arm[second]
        interval = difference_interval(gap)
        rows.append({"measure": name, "comparison": f"{first} minus {second}", "value": _mean(gap),
                     "lo": interval.low, "hi": interval.high, "n": int(np.isfinite(gap).sum())})  # fmt: skip
    return rows


def _nobody_worse(each: Grouped, first: str, second: str) -> list[dict[str, object]]:
    """In how many same-luck pairs no group is worse off, at all and by more than would matter."""
    if each.outcome.better == "neither":
        return []
    gap = (each.values[first] - each.values[second]) * (1 if each.outcome.better == "higher" else -1)
    gap = gap[np.isfinite(gap).all(axis=1)]
    rows: list[dict[str, object]] = []
    for measure, tolerated in (("nobody_worse", 0.0), ("nobody_much_worse", each.outcome.matters)):
        if tolerated is None:
            continue
        pairs = int((gap >= -tolerated).all(axis=1).sum())
        low, high = wilson_interval(pairs, len(gap))
        rows.append({"measure": measure, "comparison": f"{first} minus {second}", "n": len(gap), "lo": low,
                     "hi": high, "value": pairs / len(gap) if len(gap) else math.nan})  # fmt: skip
    return rows
