"""The page of sliders: what the model says at every setting, worked out beforehand from the kept runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import slider_answers
from kept_tables import Kept
from site_pages import Frame, address_of, documents, page
from slider_points import SLIDERS

from experiments.analysis.verdicts.sentence import IN_WORDS
from experiments.report.glossary import Glossary
from experiments.text.numerals import two

HOW = "docs/how-to/sweep.md"
WORDS = {**IN_WORDS, "lower": "less", "higher": "more", "small": "too small to matter", "unclear": "too close to call"}
"""What the table says of a difference, by the verdict on it."""


def page_of(kept: Kept, frame: Frame) -> str:
    """Writes the page from the kept table."""
    table, facts = pd.read_csv(kept.sliders), kept.facts()
    told = shown(slider_answers.answers(table, places_of(table)))
    at = told["first"]
    first = {
        "headline": told["headlines"][told["says"][at]],
        "feel": told["feels"][told["feel"][at]],
        "rows": [
            {**outcome, "diff": outcome["shown"][outcome["at"][at]][0], "word": outcome["shown"][outcome["at"][at]][1]}
            for outcome in told["outcomes"]
        ],
    }
    return page(
        "sliders.html.j2",
        frame,
        "sliders.html",
        "sliders.js",
        title="What if? Move a slider, see the answer",
        explain=Glossary(),
        sliders=told["sliders"],
        first=first,
        points=table["point"].nunique(),
        pairs=facts["pairs"],
        sweep=next(address_of(each) for each in documents() if each.as_posix() == HOW),
        told=told,
    )


def places_of(table: pd.DataFrame) -> slider_answers.Doubles:
    """The points of a kept table as places in the sliders' ranges, 0 to 1: a row a point, a column a slider."""
    by_point = table.drop_duplicates("point").sort_values("point")
    low, high = (np.array([end(slider.stops) for slider in SLIDERS]) for end in (min, max))
    return (by_point[[slider.name for slider in SLIDERS]].to_numpy(dtype=float) - low) / (high - low)


def shown(found: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in the words of the page, each said once and found by its place."""
    feels = sorted(set(found["feel"]))
    stops = [slider.stops.index(slider.used) for slider in SLIDERS]
    return {
        "headlines": found["headlines"],
        "says": found["says"],
        "feels": feels,
        "feel": [feels.index(each) for each in found["feel"]],
        "first": slider_answers.settings().index(tuple(stops)),
        "sliders": [
            {
                "title": each.title,
                "about": each.about,
                "labels": [f"{100 * stop:.0f}%" for stop in each.stops],
                "at": at,
            }
            for each, at in zip(SLIDERS, stops, strict=True)
        ],
        "outcomes": [_outcome(each) for each in found["outcomes"]],
    }


def _outcome(each: Mapping[str, Any]) -> dict[str, Any]:
    """An outcome's differences in words, and which of them is said where."""
    said = [
        (_size(value, each["unit"], signed=True), WORDS[verdict])
        for value, verdict in zip(each["diff"], each["verdict"], strict=True)
    ]
    distinct = sorted(set(said))
    unit = each["unit"].replace("%", "points of 100")
    return {
        "title": each["title"],
        "unit": unit,
        "error": f"{_size(each['error'], unit)}{unit[1:] if unit.startswith('£') else f' {unit}'}",
        "shown": distinct,
        "at": [distinct.index(one) for one in said],
    }


def _size(value: float, unit: str, signed: bool = False) -> str:
    """A size in two figures, with its sign where that is asked for."""
    sign = ("−" if value < 0 else "+") * signed
    return f"{sign}{'£' * unit.startswith('£')}{two(value)}"
