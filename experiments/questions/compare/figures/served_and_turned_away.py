"""Draws who is served, who is refused and who waits, by deprivation and by age."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import bands, group_values
from experiments.analysis.verdicts.sentence import listed
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.style import INK, QUIET, WIDTH, figures, key, looks

TITLE = "Who is served, refused and waiting, per 1,000 people in each group"
SERVED = Outcome(
    name="served", title="Started being served", unit="per 1,000 people a year", better="neither",
    family="services", numerator=("admitted",), denominator=("citizens",), factor=12_000, window="year",
    description="Times somebody was admitted to a service in the year.",
)  # fmt: skip
FROM_CATALOGUE = ("refused", "waiting")
KINDS = {"fifth": "By deprivation of the neighbourhood", "age": "By age"}
ROW_INCHES = 3.0
GROUP_WIDTH = 0.82


def draw(results: Results) -> Drawing:
    """Draws one row of panels per outcome, one column per kind of group, in the last year."""
    outcomes = {SERVED.name: SERVED, **{name: results.outcomes[name] for name in FROM_CATALOGUE}}
    data = pd.concat([_by_group(results, outcomes, kind) for kind in KINDS], ignore_index=True)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(outcomes) + 1.0), layout="constrained")
    grid = figure.subplots(len(outcomes), len(KINDS), squeeze=False, sharey="row")
    for row, (name, outcome) in zip(grid, outcomes.items(), strict=True):
        for axes, kind in zip(row, KINDS, strict=True):
            _panel(axes, outcome, kind, data[(data["name"] == name) & (data["by"] == KINDS[kind])], results)
        top = float(data.loc[data["name"] == name, "high"].max())
        row[0].set_ylim(0, top * 1.08 if top > 0 else 1.0)
    figure.legend(handles=key(results.arms, filled=True), loc="outside lower left", ncols=3)
    shown = data.drop(columns="name")
    return Drawing(f"{TITLE}, year {results.years}", _caption(results), figure, _alt(results, outcomes, data), shown)


def _by_group(results: Results, outcomes: dict[str, Outcome], kind: str) -> pd.DataFrame:
    """Works out the outcomes within each group of a kind: mean and band over replications."""
    values = group_values(results.runs, outcomes, [results.years], kind)
    parts = []
    for name, part in values.groupby("outcome", sort=False):
        table = bands(part.drop(columns=["outcome", "horizon"]))
        outcome = outcomes[str(name)]
        words = {"name": name, "outcome": outcome.title, "unit": outcome.unit, "by": KINDS[kind]}
        parts.append(table.assign(**words, group=table["group"].map(group_words)))
    return pd.concat(parts, ignore_index=True)[["name", "outcome", "unit", "by", "group", "arm", "mean", "low", "high"]]


def group_words(group: str) -> str:
    """Writes a group's name in words: fifth_1 is the most deprived fifth, age_75plus those of 75 and over."""
    kind, _, rest = group.partition("_")
    if kind == "fifth":
        return {"1": "1 (most deprived)", "5": "5 (least deprived)"}.get(rest, rest)
    return rest.replace("plus", "+").replace("_", "–")


def _panel(axes: Axes, outcome: Outcome, kind: str, data: pd.DataFrame, results: Results) -> None:
    """Draws bars by group, one per arm, always in the arms' order from left to right."""
    names = list(dict.fromkeys(data["group"]))
    arms = looks(results.arms)
    step = GROUP_WIDTH / len(arms)
    for place, (arm, look) in enumerate(arms.items()):
        line = data[data["arm"] == arm].set_index("group").loc[names]
        x = np.arange(len(names)) + (place - (len(arms) - 1) / 2) * step
        axes.bar(x, line["mean"], width=step * 0.88, color=look.colour)
        if results.replications > 1:
            axes.vlines(x, line["low"], line["high"], color=INK, lw=1.2)
    axes.set_title(f"{outcome.title}\n")
    axes.text(0, 1.02, outcome.unit, transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names])
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("Fifth of the place by deprivation" if kind == "fifth" else "Age")


def _caption(results: Results) -> str:
    """Says how to read the bars."""
    order = f" Bars in each group run from left to right: {listed([plain(arm) for arm in results.arms])}."
    spread = f" The thin dark lines hold the middle 95% of {results.replications} replications."
    return (
        "Each bar counts cases per 1,000 people of that group, so groups of different size can be compared; "
        "one person can count more than once."
        + order * (len(results.arms) > 1)
        + spread * (results.replications > 1)
        + " People who never asked are in none of the bars."
    )


def _alt(results: Results, outcomes: dict[str, Outcome], data: pd.DataFrame) -> str:
    """Tells the bars of the first and the last group of every panel."""
    parts = [
        f"Bar charts for year {results.years}, by group and arm; the first and the last group of each are told here."
    ]
    for name, outcome in outcomes.items():
        for by, rows in data[data["name"] == name].groupby("by", sort=False):
            ends = list(dict.fromkeys(rows["group"]))
            told = []
            for group in dict.fromkeys((ends[0], ends[-1])):
                values = rows[rows["group"] == group].set_index("arm")["mean"]
                by_arm = [f"{plain(arm)} {figures(float(values[arm]))}" for arm in results.arms]
                told.append(f"{group}: {listed(by_arm)}")
            parts.append(f"{outcome.title} ({outcome.unit}), {str(by).lower()}: {'; '.join(told)}.")
    return " ".join(parts)
