"""Reads what every subset of a package's levers led to, and shares the difference among them, replication by replication."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.economics.valued_runs import SOCIAL_VALUE
from experiments.analysis.statistics.paired import difference_interval
from experiments.analysis.statistics.point_differences import POINT, with_social_value, words_of
from experiments.questions.attribute.shapley import Attribution, attribute, subsets

GIVEN_UP, TOTAL = "(without the other's levers)", "(whole difference)"
Floats = NDArray[np.float64]


def shares(
    out: Path,
    levers: Sequence[str],
    contrast: Sequence[str],
    years: int,
    values: Valuation,
    named: Sequence[str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Shares the paired difference of outcomes, cost and social value among levers.

    Args:
        out: a results folder with the other policy at point 0, every subset from point 1 on, then each lever borrowed.
        levers: of the package, in the order of the subsets.
        contrast: the package's arm and the other.
        years: at whose end outcomes are taken.
        values: the conventions that the social value is worked out by.
        named: outcomes; none for two headline ones.

    Returns:
        `attribution`: one row per measure and lever; `interactions`: one per measure and pair; `borrowed`: one per
        measure and lever added to the other policy. Replications that lack any subset are left out.
    """
    found_at = with_social_value(out, years, values, named, [POINT, "replication"])
    every = subsets(len(levers))
    tables: dict[str, list[dict[str, object]]] = {"attribution": [], "interactions": [], "borrowed": []}
    for measure, words in words_of(named, values).items():
        wide = found_at[measure].unstack(POINT)
        wide = wide.reindex(columns=range(1 + len(every) + len(levers))).dropna()
        if wide.empty:
            raise ValueError(f"no replication of {measure} has every subset of the levers")
        other = wide[0].to_numpy()
        worth = {subset: wide[1 + place].to_numpy() - other for place, subset in enumerate(every)}
        found = attribute(len(levers), worth)
        about = {"measure": measure, **words}
        tables["attribution"] += _share_rows(
            about, levers, found, worth[frozenset()], worth[frozenset(range(len(levers)))]
        )
        tables["interactions"] += [
            {**about, "lever": levers[i], "with": levers[j], **_mean(found.interaction[i, j])}
            for i in range(len(levers))
            for j in range(i + 1, len(levers))
        ]
        start = 1 + len(every)
        tables["borrowed"] += [
            {
                **about,
                "lever": name,
                "contrast": f"{contrast[1]} with {name} minus {contrast[1]}",
                **_mean(wide[start + place].to_numpy() - other),
            }
            for place, name in enumerate(levers)
        ]
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _share_rows(
    about: Mapping[str, str], levers: Sequence[str], found: Attribution, start: Floats, whole: Floats
) -> list[dict[str, object]]:
    """A row for each lever, one for the other policy's levers that the package goes without, and their sum."""
    rows = [
        {
            **about,
            "lever": name,
            **_mean(found.shapley[k]),
            **{f"first_in_{key}": value for key, value in _mean(found.first_in[k]).items()},
            **{f"last_in_{key}": value for key, value in _mean(found.last_in[k]).items()},
        }
        for k, name in enumerate(levers)
    ]
    return [*rows, {**about, "lever": GIVEN_UP, **_mean(start)}, {**about, "lever": TOTAL, **_mean(whole)}]


def _mean(values: Floats) -> dict[str, float]:
    """The mean over replications with its interval."""
    interval = difference_interval(values)
    return {"share": float(np.mean(values)), "ci_lo": interval.low, "ci_hi": interval.high, "n": len(values)}


def sentence(table: pd.DataFrame, contrast: Sequence[str]) -> str:
    """Says of the first measure and of the social value which lever has the largest share."""
    measures = dict.fromkeys([table["measure"].iloc[0], SOCIAL_VALUE])
    told = [_largest(table[table["measure"] == measure], contrast) for measure in measures]
    return " ".join([*told, "Shares and the other policy's own levers add up to the whole exactly."])


def _largest(rows: pd.DataFrame, contrast: Sequence[str]) -> str:
    """Says of one measure which lever has the largest share, if any has one at all."""
    levers = rows[~rows["lever"].str.startswith("(")]
    title, unit = rows["title"].iloc[0], rows["unit"].iloc[0]
    if not levers["share"].any():
        return f"{title}: none of these levers changed it."
    whole = float(rows.loc[rows["lever"] == TOTAL, "share"].iloc[0])
    top = levers.loc[levers["share"].abs().idxmax()]
    first, second = (arm.replace("_", " ") for arm in contrast)
    sure = math.isfinite(top["ci_lo"]) and (top["ci_lo"] > 0 or top["ci_hi"] < 0)
    doubt = "" if sure else ", though luck alone could have made that"
    return (
        f"{title}: of the difference of {whole:+.3g} {unit} between {first} and {second}, {top['lever']} has the largest "
        f"share ({top['share']:+.3g}){doubt}."
    )
