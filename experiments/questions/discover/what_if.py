"""Writes the page on which a reader moves beliefs and sees the verdict change: from the futures of a finished run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.economics.ledgers import Book
from experiments.analysis.economics.social_value import Ledgers
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.outcomes import load_outcomes, outcome_values
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.statistics.point_differences import POINT, read_runs, some_at_once
from experiments.analysis.uncertainty import beliefs
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.verdicts.responses import responses_of
from experiments.questions.discover.settings import RANGES
from experiments.report.folder_contents import counted, plain
from experiments.report.layout import part_of_page
from experiments.report.templating import render
from experiments.results.results_folder import read_manifest
from experiments.text.purpose import PURPOSE

RATES: Mapping[Literal["standard", "reduced", "none"], str] = {
    "standard": "a little less each year, as the Treasury counts",
    "reduced": "less each year, but by less",
    "none": "as much as today",
}
"""How much a pound or a year of life counts the later it comes."""
LIVES, FUTURES = "crises", "futures.csv"
GAIN, COST, OUTSIDE = "gain", "cost", "outside"
MOST_WORTH = 1.5


def page(out: Path) -> str:
    """The page of a finished folder of futures.

    Raises:
        ValueError: it holds no futures, or too few to tell how far a stand-in for them is off.
    """
    facts = read_manifest(out)
    if not facts.get(RANGES) or not (out / FUTURES).is_file():
        raise ValueError("it holds no futures with their ranges: run redesign discover again, with points=100 or more")
    inputs = [Input(**each) for each in facts[RANGES]]
    values = Valuation.model_validate(facts["discover"]["valuation"])
    parts = parts_of(out / "boxes", int(facts["years"]), values, facts["contrast"])
    kept = storage.read_csv(out / FUTURES).drop_duplicates(POINT).set_index(POINT)
    parts = parts.loc[parts.index.intersection(kept.index)]
    kept = kept.loc[parts.index]
    at = np.column_stack([_places(each, kept[each.name].to_numpy(dtype=float)) for each in inputs])
    found = beliefs.fitted(at, {str(name): parts[name].to_numpy() for name in parts})
    first, second = map(plain, facts["contrast"])
    return render(
        "what_if.html.j2",
        title=f"What would have to be true for {first.lower()} to be worth it?",
        style=part_of_page("page.css"),
        program=part_of_page("what_if.js"),
        purpose=PURPOSE,
        place=facts.get("place_title") or facts["place"],
        years=counted(int(facts["years"]), "year"),
        points=len(parts),
        runs=counted(int(facts["replicates"]), "pair"),
        first=first,
        second=second,
        beliefs=[_belief(place, each) for place, each in enumerate(inputs)],
        rates=RATES,
        worth={"low": 0, "high": MOST_WORTH, "used": values.outside_services.value},
        gain=_gain(values),
        tried=_tried(found, values),
        numbers={
            **beliefs.as_data(found),
            "first": first,
            "second": second,
            "within": beliefs.WITHIN,
            "few": int(facts["replicates"]) < FEWEST_FOR_INTERVAL,
            "beliefs": [_belief(place, each) for place, each in enumerate(inputs)],
        },
    )


def parts_of(out: Path, years: int, values: Valuation, contrast: Sequence[str]) -> pd.DataFrame:
    """What the first policy gives more than the second at every point, part by part, in the mean of the runs there.

    Returns:
        A row a point: crises in the last year, and for each rate the gain, its cost, and what is spent outside the model,
        present values per resident.
    """
    outcomes = {LIVES: load_outcomes()[LIVES]}
    runs = read_runs(out, responses_of([LIVES]), valued=True)
    most, found = int(runs["replication"].max()) + 1, []
    for record in some_at_once(runs, most):
        book = Book.of(record, 1.0)
        first, second = (book.arms.index(arm) for arm in contrast)
        table = {POINT: np.array(book.replications) // most}
        for rate in RATES:
            ledgers = Ledgers(book, values.model_copy(update={"discount": rate, "lives_discount": rate}), years)
            sums = {
                GAIN: ledgers.effect,
                COST: ledgers.resource_cost + ledgers.carbon,
                OUTSIDE: ledgers.account("outside"),
            }
            table |= {f"{name} {rate}": each[first] - each[second] for name, each in sums.items()}
        lives = outcome_values(record, outcomes, [years]).pivot(index="replication", columns="arm", values="value")
        lives = lives.loc[list(book.replications)]
        found.append(pd.DataFrame({**table, LIVES: (lives[contrast[0]] - lives[contrast[1]]).to_numpy()}))
    return pd.concat(found).groupby(POINT).mean().dropna()


def _places(each: Input, values: np.ndarray) -> np.ndarray:
    """Where values lie within the range of a belief, 0 to 1."""
    low, high = (np.log([each.low, each.high]) if each.log else np.array([each.low, each.high])).tolist()
    return np.asarray(((np.log(values) if each.log else values) - low) / (high - low))


def _belief(place: int, each: Input) -> dict[str, Any]:
    """A belief as the page shows it: where the numbers as used lie, or the middle where nothing is used."""
    known = np.isfinite(each.used) and each.low <= each.used <= each.high
    start = float(_places(each, np.array([each.used]))[0]) if known else 0.5
    title = each.title[:1].upper() + each.title[1:]
    about = {"id": f"belief_{place}", "title": title, "unit": each.unit, "low": each.low, "high": each.high}
    return {**about, "log": each.log, "start": round(start, 3)}


def _gain(values: Valuation) -> dict[str, Any]:
    """What a unit of the gain may be worth."""
    kind = values.effect
    what = {"wellby": "one point of life satisfaction for a year", "qaly": "a year in full health"}[kind]
    low, high = (values.worth(kind, level) for level in ("low", "high"))
    return {"what": what, "low": round(low), "high": round(high), "used": round(values.per_effect)}


def _tried(found: beliefs.Fitted, values: Valuation) -> dict[str, Any]:
    """On how many runs that decided nothing the stated error held, at the worths in use."""
    weights = weights_of(values.per_effect, values.outside_services.value)
    size = beliefs.error(found.measured, weights)
    off = np.abs(beliefs.total(found.tried, weights))
    return {"held": int((off <= size).sum()), "of": len(off), "error": f"{size:,.0f}"}


def weights_of(gain: float, worth: float, rate: str = "standard") -> dict[str, float]:
    """By what the parts count in the social value."""
    return {f"{GAIN} {rate}": gain, f"{COST} {rate}": -1.0, f"{OUTSIDE} {rate}": worth}
