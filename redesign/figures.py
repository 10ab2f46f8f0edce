"""Figures of results as Matplotlib has them."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib.image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import expand
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.questions.compare.figures.timeline import by_year
from experiments.report.folder_contents import Results, is_recorded, read_results
from experiments.report.style import BAND, QUIET, fit_axis, house_style, looks

INCHES = (8.0, 4.5)
DOTS = 150


class Shown(Figure):
    """A figure that a notebook shows as the value of a cell, once, whether or not it draws with pyplot."""

    def _repr_png_(self) -> bytes:
        """The picture."""
        stream = io.BytesIO()
        FigureCanvasAgg(self).print_png(stream)  # type: ignore[no-untyped-call]
        return stream.getvalue()


def kept(picture: Path) -> Figure:
    """A figure that was drawn when the results were made."""
    pixels = matplotlib.image.imread(picture)
    height, width = pixels.shape[:2]
    figure = Shown(figsize=(width / DOTS, height / DOTS), dpi=DOTS)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(pixels)
    axes.set_axis_off()
    return figure


def over_time(folder: Path, name: str, known: Sequence[str]) -> Figure:
    """An outcome year by year: a line for every arm, with the middle 95% of its replications.

    Args:
        folder: of the results.
        name: of an outcome.
        known: figures that could be named instead.

    Raises:
        ConfigurationError: these results have no such outcome over the years.
    """
    if not (folder / "summary.csv").is_file():
        raise ConfigurationError(unknown(f"{folder}: {name}", "figure", name, known))
    results = read_results(folder)
    outcome = _outcome(results, name, known)
    with house_style():
        return _drawn(results, outcome)


def _outcome(results: Results, name: str, known: Sequence[str]) -> Outcome:
    """An outcome of the catalogue that the runs recorded."""
    there = expand(
        {key: each for key, each in results.outcomes.items() if each.per_kind or key == name}, results.measures
    )
    if name not in there:
        every = [*results.outcomes, *known]
        raise ConfigurationError(unknown(name, "outcome or figure", name, every))
    if not is_recorded(there[name], results.measures):
        raise ConfigurationError(Fault(name, "cannot be worked out: what it is made of was not recorded"))
    return there[name]


def _drawn(results: Results, outcome: Outcome) -> Figure:
    """Draws the lines and bands."""
    table = by_year(results, outcome)
    figure = Shown(figsize=INCHES, layout="constrained")
    axes = figure.subplots()
    for arm, look in looks(results.arms).items():
        line = table[table["arm"] == arm]
        if results.replications > 1:
            axes.fill_between(line["year"], line["low"], line["high"], color=look.colour, alpha=BAND, lw=0)
        axes.plot(line["year"], line["mean"], color=look.colour, linestyle=look.dash, marker=look.marker, label=arm)
    axes.set_title(f"{outcome.title}\n")
    axes.text(0, 1.02, outcome.unit, transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xlabel("Years since the policy date")
    axes.set_xticks(range(int(table["year"].min()), results.years + 1))
    fit_axis(axes, float(table["low"].min()), float(table["high"].max()))
    axes.legend()
    return figure
