"""What a visitor predicts before anything is run: a line drawn over the years, or a side chosen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from experiments.analysis.statistics.catalogue import Outcome
from experiments.lab import configuration
from experiments.lab.classroom.phases import LIMIT
from experiments.lab.session import Visit
from experiments.text.numerals import counted

SIDES = {"lower": "lower", "same": "about the same", "higher": "higher"}
WAYS = {"draw": "Draw it over the years", "side": "Choose a side"}
POINTS = 5
"""A longer time than this many years is drawn with this many points, and one for the first year."""
ABOUT_NOTHING = 1.0
"""A line that ends within so many per cent of nothing says that there is about no difference."""
HOME = '<div class="drawing"></div>'
LOOKS = """
.drawing { width: 100%; background: #fff; border-radius: 4px; touch-action: none; cursor: crosshair; }
.drawing text { font: 15px sans-serif; fill: #1f1f1f; user-select: none; }
.drawing circle:focus-visible { outline: none; stroke: #f46a25; stroke-width: 5; }
"""


@dataclass(frozen=True)
class Prediction:
    """What somebody thinks the second policy does, compared with the first.

    Attributes:
        side: on which side the last year will be: lower, same, higher.
        line: year and difference in per cent at each point drawn; empty where only a side was chosen.
    """

    side: str
    line: tuple[tuple[int, float], ...] = ()

    @property
    def words(self) -> str:
        """The prediction as people say it."""
        if not self.line:
            return SIDES[self.side]
        return ", ".join(f"{signed(value)} in year {year}" for year, value in self.line)

    def at(self, year: float) -> float:
        """The difference in per cent that the line has in a year; it begins at nothing."""
        points = pd.Series({0: 0.0} | dict(self.line))
        return float(points.reindex(sorted({*points.index, year})).interpolate(method="index")[year])


def signed(per_cent: float) -> str:
    """A share of a hundred with its sign."""
    return f"{per_cent:+.0f}%".replace("-", "−") if round(per_cent) else "no difference"


def drawn(years: list[int], values: list[float]) -> Prediction:
    """The prediction that a line makes."""
    end = values[-1]
    side = "same" if abs(end) <= ABOUT_NOTHING else "lower" if end < 0 else "higher"
    return Prediction(side, tuple(zip(years, map(float, values), strict=True)))


def points(years: int) -> list[int]:
    """The years in which a line has a point: each of a few, else the first and then evenly spread ones."""
    if years <= POINTS + 1:
        return list(range(1, years + 1))
    return sorted({1, *(round(years * k / POINTS) for k in range(1, POINTS + 1))})


def per_cent(values: pd.DataFrame, arms: tuple[str, str]) -> pd.DataFrame:
    """The second policy compared with the first, in per cent, run by run and year by year; the average is of averages."""
    wide = values.pivot(index=["replication", "year"], columns="arm", values="value")
    wide = wide[wide[arms[0]] != 0]
    runs = (100 * (wide[arms[1]] / wide[arms[0]] - 1)).rename("difference").reset_index()
    means = wide.groupby("year")[list(arms)].mean()
    return runs.merge((100 * (means[arms[1]] / means[arms[0]] - 1)).rename("average").reset_index(), on="year")


def key_of(of: Visit, name: str) -> str:
    """Under which name a visitor's prediction about an outcome is kept."""
    return f"predict.{configuration.name_of(of.state)}.{name}"


def made(of: Visit, name: str) -> Prediction | None:
    """What was predicted about an outcome of the comparison that is chosen, if anything was."""
    found: Prediction | None = of.notes.get(key_of(of, name))
    return found


def ask(of: Visit, outcome: Outcome, name: str) -> Prediction | None:
    """Lets a visitor predict; nobody does it for them, and once results are there it stays as it was."""
    first, second = configuration.titles(of.state).values()
    found, kept = made(of, name), of.of(of.state)
    if found and kept and kept.run.pictured:
        st.write(f"You predicted: **{found.words}** under {second}.")
        return found
    st.write(f"**{outcome.title}** ({outcome.unit}), under *{second}* compared with *{first}*:")
    way = st.radio("How do you want to predict?", list(WAYS), format_func=WAYS.get, horizontal=True, key="predict.way")
    key = key_of(of, name)
    found = _draw(of, key) if way == "draw" else _choose(of, key, outcome)
    if found:
        of.notes[key] = found
    else:
        of.notes.pop(key, None)
    return found


def _choose(of: Visit, key: str, outcome: Outcome) -> Prediction | None:
    """A side, for the last year."""
    side = st.radio(
        f"After {counted(of.state.years, 'year')} {outcome.title.lower()} will be",
        list(SIDES),
        None,
        lambda each: SIDES[each],
        key=f"{key}.side",
    )
    return Prediction(side) if side else None


def _draw(of: Visit, key: str) -> Prediction | None:
    """A line over the years."""
    years = points(of.state.years)
    st.write(
        "Draw with the mouse or a finger, or move to a point with Tab and lift it with the arrow keys. *same* means: as much as "
        "under the first policy."
    )
    data: dict[str, Any] = {
        "years": years,
        "last": of.state.years,
        "limit": LIMIT,
        "values": of.notes.get(f"{key}.line"),
        "label": f"Difference in per cent, from year 1 to year {of.state.years}",
    }
    found: Any = _component()(data=data, key=f"{key}.line", on_line_change=lambda: None, height="content")
    values = found.line or data["values"]
    if not values or len(values) != len(years):
        return None
    of.notes[f"{key}.line"] = values
    prediction = drawn(years, values)
    st.html(f'<p class="lab-say" role="status" aria-live="polite">Your line: {prediction.words}.</p>')
    return prediction if st.checkbox("This is my prediction", key=f"{key}.sure.{values}") else None


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """The drawing itself, which needs no other machine."""
    script = Path(__file__).with_name("drawing.js").read_text(encoding="utf-8")
    return st.components.v2.component("redesign_drawing", html=HOME, css=LOOKS, js=script)
