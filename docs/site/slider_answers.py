"""What the page of sliders says at every setting: an emulator of each difference, its stated error, and the headline.

The emulator is fitted on the runs that were kept. Its error is found on runs that it has not seen: the runs are left out in
turn, a fifth at a time, and the stated error is what nine in ten of those misses stay within (split-conformal; Vovk and
others 2005). A headline takes a difference for real only where it is larger than what 19 in 20 of the misses stay within.
"""

import itertools
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from slider_points import SLIDERS

from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.statistics.point_differences import POINT, chosen, values_at_points
from experiments.analysis.uncertainty import emulator
from experiments.analysis.uncertainty.emulator import Emulator
from experiments.analysis.verdicts.against_base import NO_CHANGE
from experiments.analysis.verdicts.answer import Answer
from experiments.analysis.verdicts.brief import FEEL
from experiments.analysis.verdicts.facts import Facts
from experiments.analysis.verdicts.reading import HARDEST
from experiments.analysis.verdicts.sentence import verdict

Doubles = NDArray[np.float64]
FIRST, SECOND, DIFFERENCE = "radical", "rationing", "diff"
PAIRS = {DIFFERENCE: (FIRST, SECOND), FIRST: (FIRST, NO_CHANGE), SECOND: (SECOND, NO_CHANGE)}
"""Each difference that is kept, first minus second."""
YEARS, FOLDS, ORDER = 10, 5, 0
NINE_IN_TEN, NINETEEN_IN_TWENTY = 0.9, 0.95
SHOWN = ("crises", "need_share", "unmet_asks", "wait_mean", "life_satisfaction_in_need", "public_spend_total")
"""Differences that the page shows as numbers."""


class Emulated(NamedTuple):
    """One difference as a function of the sliders.

    Attributes:
        emulator: of the mean over the pairs of runs at a point.
        error: what nine in ten misses stay within.
        wide: what 19 in 20 misses stay within.
    """

    emulator: Emulator
    error: float
    wide: float


def kept_of(out: Path) -> pd.DataFrame:
    """What is kept of a finished sweep: a row per point and outcome, with the mean of every difference over its pairs.

    Returns:
        Columns point, outcome, pairs, level (of the second arm), and those of `PAIRS`.
    """
    values = values_at_points(out, chosen(None), [YEARS]).drop(columns="horizon")
    wide = values.pivot(index=[POINT, "outcome", "replication"], columns="arm", values="value")
    every = pd.DataFrame({name: wide[first] - wide[second] for name, (first, second) in PAIRS.items()})
    by_point = every.assign(level=wide[SECOND]).groupby([POINT, "outcome"])
    return by_point.mean().assign(pairs=by_point[DIFFERENCE].count()).reset_index()


def emulated(places: Doubles, output: Doubles) -> Emulated:
    """Fits a difference over the points, and finds its error on points left out.

    Args:
        places: points (rows) by sliders (columns), 0 to 1.
        output: the difference at each.
    """
    misses = np.abs(misses_of(places, output))
    return Emulated(fit(places, output), bound(misses, NINE_IN_TEN), bound(misses, NINETEEN_IN_TWENTY))


def fit(places: Doubles, output: Doubles) -> Emulator:
    """Fits an output over the points; that a penalty nobody chooses ended a hair from its best is no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return emulator.fit(places, output)


def misses_of(places: Doubles, output: Doubles) -> Doubles:
    """By how much each point is missed by an emulator that has not seen it nor the others of its fifth."""
    folds = np.random.default_rng(ORDER).permutation(len(output)) % FOLDS
    found = np.empty(len(output))
    for fold in range(FOLDS):
        aside = folds == fold
        found[aside] = output[aside] - foretold(fit(places[~aside], output[~aside]), places[aside])
    return found


def foretold(curve: Emulator, places: Doubles) -> Doubles:
    """What an emulator expects at each point; its own ends reach a little less far than the sliders, which is let pass."""
    low, high = np.zeros(places.shape[1]), np.ones(places.shape[1])
    low[curve.active], high[curve.active] = curve.low, curve.high
    return curve.predict(np.clip(places, low, high))[0]


def bound(misses: Doubles, share: float) -> float:
    """What a new miss stays within at least this often, whatever misses are distributed like."""
    place = math.ceil((len(misses) + 1) * share)
    return float(np.sort(misses)[min(place, len(misses)) - 1])


def settings() -> list[tuple[int, ...]]:
    """Every setting of the sliders, as the places of their stops, the last slider moving first."""
    return list(itertools.product(*(range(len(slider.stops)) for slider in SLIDERS)))


def places_of(settings: Sequence[Sequence[int]]) -> Doubles:
    """Settings as places in the sliders' ranges, 0 to 1."""
    told = [[slider.stops[stop] for slider, stop in zip(SLIDERS, each, strict=True)] for each in settings]
    low, high = (np.array([end(slider.stops) for slider in SLIDERS]) for end in (min, max))
    return (np.array(told) - low) / (high - low)


def answers(kept: pd.DataFrame, places: Doubles) -> dict[str, Any]:
    """Everything that the page shows at every setting of the sliders.

    Args:
        kept: columns of `kept_of`.
        places: of the points, 0 to 1.
    """
    outcomes, at = chosen(None), places_of(settings())
    tables = {name: rows.sort_values(POINT) for name, rows in kept.groupby("outcome") if name in outcomes}
    found = {
        (name, column): emulated(places, tables[name][column].to_numpy())
        for name in tables
        for column in (PAIRS if name in HARDEST else (DIFFERENCE,))
    }
    expected = {key: foretold(each.emulator, at) for key, each in found.items()}
    levels = {name: foretold(fit(places, tables[name]["level"].to_numpy()), at) for name in HARDEST}
    said = list(_said(found, expected, levels))
    headlines = sorted({headline for headline, _ in said})
    return {
        "headlines": headlines,
        "says": [headlines.index(headline) for headline, _ in said],
        "feel": [feel for _, feel in said],
        "outcomes": [
            {
                "title": outcomes[name].title,
                "unit": outcomes[name].unit,
                "verdict": [
                    _verdict(outcomes[name], found[name, DIFFERENCE], value) for value in expected[name, DIFFERENCE]
                ],
                "error": _short(found[name, DIFFERENCE].error),
                "diff": [_short(value) for value in expected[name, DIFFERENCE]],
            }
            for name in SHOWN
        ],
    }


def _said(
    found: Mapping[tuple[str, str], Emulated],
    expected: Mapping[tuple[str, str], Doubles],
    levels: Mapping[str, Doubles],
) -> Iterator[tuple[str, str]]:
    """The headline at each setting, and what people feel, by the rules that every comparison is told by.

    Args:
        found: how far each difference may be off, by outcome and column of `PAIRS`.
        expected: the differences themselves, at every setting.
        levels: what the hardest outcomes are under the second policy.
    """
    catalogue = load_outcomes()
    for number, setting in enumerate(settings()):
        rows, against = [], []
        for (name, column), values in expected.items():
            told = {"outcome": name, **_interval(found[name, column], values[number])}
            if column == DIFFERENCE:
                level = levels[name][number] if name in levels else math.nan
                arms = {SECOND: level, FIRST: level + told["diff"]}
                rows.append({**told, **arms, "horizon": YEARS, "contrast": f"{FIRST} minus {SECOND}", "n": 0})
            else:
                word = _verdict(catalogue[name], found[name, column], values[number])
                against.append({**told, "arm": column, "base": NO_CHANGE, "verdict": word})
        cut = SLIDERS[0].stops[setting[0]]
        policy = {arm: {"levers": {"envelope": {"cut": cut}}} for arm in (FIRST, SECOND)}
        facts = Facts(references=pd.DataFrame(against), configuration={"policy": policy})
        brief = Answer(pd.DataFrame(rows), catalogue, facts).brief
        yield brief.headline, next(line.text for line in brief.lines if line.label == FEEL)


def _verdict(outcome: Outcome, of: Emulated, value: float) -> str:
    """What can be said of a difference, as far as it may be off."""
    return verdict(outcome, *_interval(of, value).values())


def _interval(of: Emulated, value: float) -> dict[str, Any]:
    """A difference, and how far it may be off."""
    return {"diff": float(value), "ci_lo": float(value) - of.wide, "ci_hi": float(value) + of.wide}


def _short(value: float) -> float:
    """A number with as many figures as the page can use."""
    return float(f"{value:.3g}")
