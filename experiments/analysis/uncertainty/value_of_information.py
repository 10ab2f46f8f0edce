"""Says what it would be worth to know plausible numbers better before choosing, with the luck of the runs taken out.

Two policies are chosen between by one number, the gain from taking the first. Sets of numbers in which the second should
have been taken are what knowing more could save. Luck left in the sets' averages looks like something worth knowing: for
everything together the averages are drawn in until they vary as an analysis of variance says numbers make them vary; for one
number a smooth curve is laid through them, drawn in until it explains no more than would be expected of it anew (adjusted R
squared), and held against the best curve of all numbers after shuffling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.uncertainty.common_luck import anova_split
from experiments.analysis.uncertainty.perfect_information import basis_of, chosen_best
from experiments.text.titles import called

Floats = NDArray[np.float64]

EVERYTHING = "(everything)"
SHUFFLES, SHUFFLING_SEED = 199, 20_110_401
TOLD_APART = 0.05
"""A number's worth is told from luck where fewer shuffles than this share do as well with any number."""
LUCK_EXPLAINS = "sets differ by no more than luck makes them: nothing is shown to be worth knowing"
TOO_FEW = "too few sets for a curve"


@dataclass(frozen=True)
class Worth:
    """What knowing everything is worth.

    Attributes:
        value: expected gain from always choosing rightly, over choosing once; luck taken out.
        with_luck: the same sum over the sets' plain averages, too high by what luck adds.
        note: why it is 0 where luck explains everything.
    """

    value: float
    with_luck: float
    note: str


def everything(gain: ArrayLike) -> Worth:
    """Works out the worth of knowing everything (EVPI) from gains laid out as sets by replications."""
    split = anova_split(gain)
    with_luck = chosen_best(split.means)
    if split.truncated or split.evidence == 0.0:
        return Worth(0.0, with_luck, LUCK_EXPLAINS if with_luck > 0 else "")
    return Worth(chosen_best(split.without_luck), with_luck, "")


def one_by_one(gain: Floats, inputs: Mapping[str, ArrayLike], most: float) -> pd.DataFrame:
    """Works out the worth of knowing each number alone (EVPPI), most first.

    Args:
        gain: average over replications, one per set.
        inputs: values of each number in the same sets; those that never vary are left out.
        most: what knowing everything is worth, which no number can exceed.

    Returns:
        Columns input, worth, explained (adjusted share of the gains' variance), chance (share of shuffles in which any
        number would look worth as much), told_from_luck, note.
    """
    y = np.asarray(gain, dtype=np.float64)
    bases = {name: basis for name, values in inputs.items() if (basis := basis_of({name: values})).shape[1] > 1}
    if not bases or not np.ptp(y):
        return pd.DataFrame([_row(name, 0.0, 0.0, 1.0) for name in bases], columns=list(_row("", 0, 0, 1)))
    usable = {name: basis for name, basis in bases.items() if basis.shape[1] < y.size - 1}
    solvers = {name: _upright(basis) for name, basis in usable.items()}
    draws = np.random.default_rng(SHUFFLING_SEED)
    mixed = np.column_stack([y, *(draws.permutation(y) for _ in range(SHUFFLES))])
    found, best = {}, np.zeros(SHUFFLES)
    for name, q in solvers.items():
        curves, shares = _curves(mixed, q)
        worths = np.maximum(curves, 0).mean(axis=0) - np.maximum(curves.mean(axis=0), 0)
        found[name] = float(worths[0]), float(shares[0])
        best = np.maximum(best, worths[1:])
    rows = []
    for name in bases:
        if name not in found:
            rows.append(_row(name, 0.0, 0.0, 1.0, TOO_FEW))
            continue
        worth, explained = found[name]
        chance = (1 + int((best >= worth).sum())) / (1 + SHUFFLES) if worth > 0 else 1.0
        rows.append(_row(name, min(worth, most), explained, chance))
    return pd.DataFrame(rows).sort_values(["worth", "explained"], ascending=False, kind="stable")


def _upright(basis: Floats) -> Floats:
    """Columns at right angles that span the same curves; columns that others make up already are left out."""
    u, size, _ = np.linalg.svd(basis, full_matrices=False)
    return np.asarray(u[:, size > size[0] * max(basis.shape) * np.finfo(float).eps])


def _curves(y: Floats, q: Floats) -> tuple[Floats, Floats]:
    """Curves through columns of gains, each drawn in to what it would explain anew, and the shares of variance that is."""
    fitted = q @ (q.T @ y)
    inside = fitted.var(axis=0) / y.var(axis=0)
    explained = np.maximum(0.0, 1 - (1 - inside) * (len(y) - 1) / (len(y) - q.shape[1]))
    drawn_in = np.sqrt(np.divide(explained, inside, out=np.zeros_like(inside), where=inside > 0))
    return y.mean(axis=0) + (fitted - fitted.mean(axis=0)) * drawn_in, explained


def together(gain: Floats, inputs: Mapping[str, ArrayLike]) -> Worth:
    """Works out the worth of knowing some numbers together: one curve through all, with their products where sets allow."""
    y = np.asarray(gain, dtype=np.float64)
    with_luck = chosen_best(y)
    for products in (True, False):
        basis = basis_of(inputs, products)
        if basis.shape[1] < y.size / 2:
            return Worth(chosen_best(_curves(y[:, None], _upright(basis))[0][:, 0]), with_luck, "")
    return Worth(float("nan"), with_luck, TOO_FEW)


def _row(name: str, worth: float, explained: float, chance: float, note: str = "") -> dict[str, object]:
    """One number's row."""
    return {
        "input": name,
        "worth": worth,
        "explained": explained,
        "chance": chance,
        "told_from_luck": chance <= TOLD_APART,
        "note": note,
    }


def table(whole: Worth, each: pd.DataFrame, **about: object) -> pd.DataFrame:
    """Everything together first, then number by number, with what the rows are about in front."""
    first = {"input": EVERYTHING, "worth": whole.value, "explained": np.nan, "chance": np.nan,
             "told_from_luck": whole.value > 0, "note": whole.note, "with_luck": whole.with_luck}  # fmt: skip
    rows = pd.DataFrame([first, *each.to_dict("records")])
    for place, (name, value) in enumerate(about.items()):
        rows.insert(place, name, value)
    return rows


def in_words(rows: pd.DataFrame, sets: str, most: int = 3) -> str:
    """Says what knowing everything is worth and what to find out first.

    Args:
        rows: of one decision, as `table` gives them.
        sets: what was drawn, as "50 sets of plausible numbers".
        most: numbers named.
    """
    whole = rows[rows["input"] == EVERYTHING].iloc[0]
    each = rows[(rows["input"] != EVERYTHING) & rows["told_from_luck"] & (rows["worth"] > 0)].head(most)
    if not float(whole["worth"]) > 0:
        why = str(whole["note"]) or "the same policy is the better one in all of them"
        return f"Worth of knowing more before choosing, over {sets}: £0 per resident ({why})."
    named: Sequence[str] = [f"{called(str(row.input))} (£{row.worth:,.2f})" for row in each.itertuples()]
    first = (
        f"Find out first: {', '.join(named)}" if named else "No single number can be told from luck with so few sets"
    )
    return (
        f"Worth of knowing everything before choosing, over {sets}: £{whole['worth']:,.2f} per resident, luck taken out "
        f"(£{whole['with_luck']:,.2f} with it). {first}."
    )
