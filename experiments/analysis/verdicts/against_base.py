"""Holds every arm against one of them, the base, so that more than two policies can be compared at a glance."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.statistics import paired
from experiments.analysis.statistics.outcomes import ByArm, Outcome
from experiments.analysis.verdicts.multiplicity import allowed_for, holm
from experiments.analysis.verdicts.sentence import verdict

TABLE, REFERENCES = "against_base.csv", "against_references.csv"
NO_CHANGE, CUT_ALONE = "status_quo", "null"
COLUMNS = (
    "horizon", "outcome", "title", "unit", "better", "arm", "base", "mean", "base_mean", "diff", "ci_lo", "ci_hi",
    "ci_method", "p_value", "p_holm", "looked_at", "asked", "verdict", "n",
)  # fmt: skip
OPEN = ("unclear", "unknown")
"""Verdicts that leave it open whether an arm differs from the base."""
SAME = "same"


def against_base(
    known: ByArm, outcomes: Mapping[str, Outcome], base: str, horizons: Sequence[int], contrast: Sequence[str] = ()
) -> pd.DataFrame:
    """Compares every arm with the base on every headline outcome, in pairs that share people and luck.

    Verdicts of one horizon are corrected together (Holm): over all arms and outcomes, so that in a world in which no arm
    differs from the base, 19 in 20 of such tables show nothing at all. Intervals are those of one difference by itself.
    Where the base is one of the two arms that the comparison was made for, their difference is the question asked: it stands
    by itself, as it does everywhere else.

    Args:
        known: every outcome of the record.
        outcomes: the catalogue.
        base: the arm that the others are held against.
        horizons: years.
        contrast: the two arms that the comparison was made for.

    Returns:
        A row for each horizon, outcome and arm, with columns `COLUMNS`; differences are the arm minus the base.
    """
    headline = [(place, name) for place, name in enumerate(known.names) if name in outcomes and outcomes[name].headline]
    rows = []
    for horizon in horizons:
        for place, name in headline:
            outcome, held = outcomes[name], known.arms[base][place, horizon - 1]
            for arm, values in known.arms.items():
                if arm == base:
                    continue
                a, b = paired.finite_pairs(values[place, horizon - 1], held)
                interval = paired.difference_interval(a - b)
                rows.append(
                    {
                        "horizon": horizon, "outcome": name, "title": outcome.title, "unit": outcome.unit,
                        "better": outcome.better, "arm": arm, "base": base,
                        "mean": float(a.mean()) if a.size else math.nan, "base_mean": float(b.mean()) if b.size else math.nan,
                        "diff": float((a - b).mean()) if a.size else math.nan,
                        "ci_lo": interval.low, "ci_hi": interval.high, "ci_method": interval.method,
                        "p_value": paired.p_value(a - b) if np.any(a != b) else math.nan, "n": int(a.size),
                    }
                )  # fmt: skip
    table = pd.DataFrame(rows)
    table["asked"] = table["arm"].isin(contrast) & (base in contrast)
    by_horizon = table["p_value"].mask(table["asked"]).groupby(table["horizon"])
    table["p_holm"] = by_horizon.transform(holm)
    table["looked_at"] = by_horizon.transform("count")
    table["verdict"] = [_verdict(row, outcomes[row["outcome"]]) for row in table.to_dict("records")]
    return table[list(COLUMNS)]


def against_references(
    known: ByArm, outcomes: Mapping[str, Outcome], horizon: int, contrast: Sequence[str] = ()
) -> pd.DataFrame:
    """Compares every arm with no change and with the cut alone, as far as those were run; columns as of `against_base`."""
    run = [base for base in (NO_CHANGE, CUT_ALONE) if base in known.arms]
    found = [against_base(known, outcomes, base, [horizon], contrast) for base in run if len(known.arms) > 1]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _verdict(row: Mapping[str, Any], outcome: Outcome) -> str:
    """Says what can be said of a difference, as one of the keys of `sentence.CLAUSES`; unclear where luck could have made it."""
    return allowed_for(verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"]), row["p_holm"])


def in_words(base: str) -> str:
    """The arm that the others are held against."""
    return "the cut alone" if base == CUT_ALONE else base.replace("_", " ")


def sentence(table: pd.DataFrame) -> str:
    """Says against what the arms are held, and how many comparisons the verdicts allow for."""
    row = table.iloc[-1]
    asked = table.loc[table["asked"], "arm"].unique() if "asked" in table else []
    alone = "".join(f" The question asked is about {in_words(arm)}, which stands by itself." for arm in asked)
    if not row["looked_at"]:
        return f"Every arm against {in_words(row['base'])}.{alone}"
    return (
        f"Every arm against {in_words(row['base'])}: {row['looked_at']} comparisons are looked at together, so a difference is "
        "called better or worse only where luck would hardly show one as large in any of them (Holm's correction); the others "
        f"could be luck.{alone}"
    )
