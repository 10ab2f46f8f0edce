"""Reads what every subset of levers or parts led to, and shares the difference among them, replication by replication."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.paired import SAME_TO_ROUNDING, difference_interval
from experiments.analysis.statistics.point_differences import POINT, with_social_value
from experiments.analysis.uncertainty.uncertainty_text import bare
from experiments.analysis.verdicts.responses import SOCIAL_VALUE, words_of
from experiments.analysis.verdicts.sentence import listed, signed
from experiments.questions.attribute.shapley import Attribution, Subset, attribute

GIVEN_UP, TOTAL = "(without the other's levers)", "(whole difference)"
BY_REPLICATION = "attribution_by_replication.parquet"
Floats = NDArray[np.float64]
Pair = tuple[int, int]
"""Two points: what the first led to, less what the second did."""


@dataclass(frozen=True)
class Shared:
    """Among what a difference is shared, and which runs tell what each set of them is worth.

    Attributes:
        kind: what they are, `lever` or `part`: a column of the tables.
        names: theirs, in the order of the subsets.
        worth: of every subset.
        borrowed: for levers, what each would do for the other policy alone.
    """

    kind: str
    names: Sequence[str]
    worth: Mapping[Subset, Pair]
    borrowed: Mapping[str, Pair]

    @property
    def whole(self) -> Pair:
        """The points of both policies as they are."""
        return self.worth[frozenset(range(len(self.names)))]


def shares(
    out: Path, among: Shared, contrast: Sequence[str], years: int, values: Valuation, named: Sequence[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Shares the paired difference of outcomes, cost and social value among levers or parts.

    Args:
        out: a results folder with the points that tell what every subset is worth.
        among: what it is shared among.
        contrast: the package's arm and the other.
        years: at whose end outcomes are taken.
        values: the conventions that the social value is worked out by.
        named: outcomes; none for two headline ones.

    Returns:
        `attribution`: one row per measure and lever or part; `interactions`: one per measure and pair; `borrowed`: one per
        measure and lever added to the other policy, if any; `by_replication`: the share of each in each replication, and the
        whole difference. Replications that lack any subset are left out.
    """
    found_at = with_social_value(out, years, values, named, [POINT, "replication"])
    points = sorted({point for pair in (*among.worth.values(), *among.borrowed.values()) for point in pair})
    tables: dict[str, list[dict[str, object]]] = {"attribution": [], "interactions": [], "borrowed": []}
    by_replication, names = [], list(among.names)
    for measure, words in words_of(named, values).items():
        wide = found_at[measure].unstack(POINT).reindex(columns=points).dropna()
        if wide.empty:
            raise ValueError(f"no replication of {measure} has every subset of the {among.kind}s")
        worth = {subset: _gap(wide, pair) for subset, pair in among.worth.items()}
        found = attribute(len(names), worth)
        about = {"measure": measure, **words}
        tables["attribution"] += _share_rows(about, among, found, worth)
        tables["interactions"] += [
            {**about, among.kind: names[i], "with": names[j], **_mean(found.interaction[i, j])}
            for i in range(len(names))
            for j in range(i + 1, len(names))
        ]
        tables["borrowed"] += [
            {
                **about,
                "lever": name,
                "contrast": f"{contrast[1]} with {name} minus {contrast[1]}",
                **_mean(_gap(wide, pair)),
            }
            for name, pair in among.borrowed.items()
        ]
        columns = {**dict(zip(names, found.shapley, strict=True)), GIVEN_UP: worth[frozenset()]}
        columns[TOTAL] = worth[frozenset(range(len(names)))]
        by_replication.append(pd.DataFrame({"measure": measure, "replication": wide.index, **columns}))
    made = {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    return {**made, "by_replication": pd.concat(by_replication, ignore_index=True)}


def _gap(wide: pd.DataFrame, pair: Pair) -> Floats:
    """What one point led to less what another did, in every replication."""
    return np.asarray(wide[pair[0]].to_numpy() - wide[pair[1]].to_numpy(), dtype=np.float64)


def _share_rows(
    about: Mapping[str, str], among: Shared, found: Attribution, worth: Mapping[Subset, Floats]
) -> list[dict[str, object]]:
    """A row for each lever or part, one for the other policy's levers that a package goes without, and their sum."""
    rows = [
        {
            **about,
            among.kind: name,
            **_mean(found.shapley[k]),
            **{f"first_in_{key}": value for key, value in _mean(found.first_in[k]).items()},
            **{f"last_in_{key}": value for key, value in _mean(found.last_in[k]).items()},
        }
        for k, name in enumerate(among.names)
    ]
    start, whole = worth[frozenset()], worth[frozenset(range(len(among.names)))]
    if among.borrowed:
        rows.append({**about, among.kind: GIVEN_UP, **_mean(start)})
    return [*rows, {**about, among.kind: TOTAL, **_mean(whole)}]


def _mean(values: Floats) -> dict[str, float]:
    """The mean over replications with its interval."""
    interval = difference_interval(values)
    return {"share": float(np.mean(values)), "ci_lo": interval.low, "ci_hi": interval.high, "n": len(values)}


def leaders(rows: pd.DataFrame, by_replication: pd.DataFrame, kind: str) -> list[str]:
    """What has the largest share of one measure's difference, and all that luck cannot tell from it."""
    each = rows[~rows[kind].str.startswith("(")].set_index(kind)["share"]
    runs = by_replication[by_replication["measure"] == rows["measure"].iloc[0]]
    sizes = {name: np.sign(share) * runs[name].to_numpy(dtype=np.float64) for name, share in each.items()}
    top = each.abs().idxmax()
    nothing = SAME_TO_ROUNDING * abs(each[top])
    return [
        str(name)
        for name, size in sizes.items()
        if abs(each[top]) - abs(each[name]) <= nothing or difference_interval(sizes[top] - size).low <= nothing
    ]


def sentence(table: pd.DataFrame, by_replication: pd.DataFrame, contrast: Sequence[str], kind: str) -> str:
    """Says of the first measure and of the social value what has the largest share, with its sign."""
    told = []
    for measure in dict.fromkeys([table["measure"].iloc[0], SOCIAL_VALUE]):
        rows = table[table["measure"] == measure]
        told.append(_largest(rows, leaders(rows, by_replication, kind), contrast, kind))
    sums = "Shares and the other policy's own levers" if kind == "lever" else "The parts"
    return " ".join([*told, f"{sums} add up to the whole exactly."])


def _largest(rows: pd.DataFrame, leading: Sequence[str], contrast: Sequence[str], kind: str) -> str:
    """Says of one measure what has the largest share, if anything has one at all, or which luck cannot tell apart."""
    each = rows[~rows[kind].str.startswith("(")].set_index(kind)
    title, unit = rows["title"].iloc[0], rows["unit"].iloc[0]
    if not each["share"].any():
        return f"{title}: none of these {kind}s changed it."
    whole = float(rows.loc[rows[kind] == TOTAL, "share"].iloc[0])
    first, second = (arm.replace("_", " ") for arm in contrast)
    of = f"{title}: of the difference of {signed(whole, unit)} between {first} and {second},"
    shares = {name: bare(float(each.at[name, "share"]), unit) for name in leading}
    if len(leading) > 1:
        if len(set(shares.values())) == 1:
            return f"{of} {listed(leading)} have the same share ({shares[leading[0]]} each)."
        told = [f"{name} ({share})" for name, share in shares.items()]
        return f"{of} luck cannot tell which of {listed(told)} has the largest share."
    top = each.loc[leading[0]]
    known = math.isfinite(top["ci_lo"])
    doubt = "" if known else ", of too few runs to say how surely"
    if known and top["ci_lo"] <= 0 <= top["ci_hi"]:
        doubt = ", though luck alone could have made that"
    against = "" if top["share"] * whole >= 0 else ", against the difference"
    return f"{of} {leading[0]} has the largest share ({shares[leading[0]]}{against}){doubt}."
