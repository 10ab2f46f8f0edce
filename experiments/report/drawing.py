"""Says what a figure is on paper, and puts one into a folder: picture, drawing, words and numbers."""

import html
import io
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from experiments import storage
from experiments.report.narrow import narrow
from experiments.report.strangers import plain_name
from experiments.report.style import QUIET, SETTINGS, figures, lay_out
from experiments.text.streams import readable

ALT, CAPTION, NARROW = ".alt.txt", ".caption.txt", ".narrow.svg"
SUFFIXES = (".png", ".svg", ALT, ".csv", CAPTION, NARROW)
MOST_WORDS = 10
OF_A_LINE, OF_A_NARROW_LINE = 92, 38
"""Letters of a heading that fit over a figure."""
MEASURED = "measured"
"""By which the line that says what is measured is found again."""
AS_LETTERS: Any = {"svg.fonttype": "none"}
"""A phone has letters of its own, so the narrow drawing need not bring any and is a third as large."""
SVG_ROOT = re.compile(r"<svg\b")
COORDINATES, DECIMALS, INDENT = re.compile(r' (d|x|y)="[^"]*"'), re.compile(r"-?\d+\.\d{3,}"), re.compile(r"\n +")


@dataclass(frozen=True)
class Drawing:
    """A finished figure.

    Attributes:
        title: the thing measured, with its unit; never what was found.
        finding: what it shows, in at most ten words, by rules from the numbers; empty where there is nothing to say.
        caption: one or two sentences on how to read it.
        figure: the picture; None where another process drew it.
        alt: the text alternative, its numbers taken from the data drawn.
        data: the data drawn, one row per mark.
        table: what the page shows under the figure; the data unless another table is easier to read.
        on_phone: another picture of the same for a phone, where panels below each other do not do.
    """

    title: str
    caption: str
    figure: Figure | None
    alt: str
    data: pd.DataFrame
    table: pd.DataFrame | None = None
    finding: str = ""
    on_phone: Figure | None = None

    @property
    def heading(self) -> str:
        """What stands over it: what was found, or what was measured."""
        return self.finding or self.title

    @property
    def below(self) -> str:
        """What stands below it: what was measured, where that is not above, and how to read it."""
        return f"Measured: {ended(self.title)} {self.caption}" if self.finding else self.caption


def ended(words: str) -> str:
    """Words with a stop at their end, where there is no mark."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


def in_ten_words(*said: str) -> str:
    """The first of several ways to say the same that has at most ten words; nothing where all are longer."""
    short = next((words for words in said if words and len(words.split()) <= MOST_WORDS), "")
    return short[:1].upper() + short[1:]


def save(drawing: Drawing, folder: Path, name: str) -> str:
    """Writes a figure's files under a plain name, each appearing only when complete; returns the drawing as SVG text."""
    name = plain_name(name)
    if drawing.figure is None:
        raise ValueError(f"{name}: the picture is in another process")
    _head(drawing, OF_A_LINE)
    svg = _svg(drawing, drawing.figure)
    files = {
        ".png": _png(drawing.figure),
        ".svg": svg.encode(),
        ALT: (drawing.alt + "\n").encode(),
        ".csv": storage.csv_of(drawing.data).encode(),
        CAPTION: (drawing.below + "\n").encode(),
    }
    slim = replace(drawing, figure=drawing.on_phone or drawing.figure)
    assert slim.figure is not None
    if slim.figure.get_layout_engine() is None:  # laid out by hand: a phone shows it whole, to be made larger
        (folder / f"{name}{NARROW}").unlink(missing_ok=True)
    else:
        narrow(slim.figure)
        _head(slim, OF_A_NARROW_LINE)
        with mpl.rc_context(AS_LETTERS):
            files[NARROW] = _svg(slim, slim.figure).encode()
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in files.items():
        storage.write_whole(folder / f"{name}{suffix}", content)
    return svg


def _head(drawing: Drawing, letters: int) -> None:
    """Writes over a figure what it shows, and smaller below that what is measured; then nothing in it moves any more."""
    figure = drawing.figure
    assert figure is not None
    if figure.get_layout_engine() is None:
        return
    for former in figure.findobj(lambda part: part.get_gid() == MEASURED):
        former.remove()
    found, measured = (textwrap.wrap(words, letters) for words in (drawing.finding, drawing.title))
    head = figure.suptitle("\n".join([*found, *(" " if found else line for line in measured)]), x=0.01, ha="left")
    head.set_fontweight("bold")
    lay_out(figure)
    if found:
        low = head.get_window_extent().y0 / figure.bbox.height
        figure.text(0.01, low, "\n".join(measured), va="bottom", color=QUIET, gid=MEASURED)
    figure.set_layout_engine("none")


def is_saved(folder: Path, name: str) -> bool:
    """Whether all files of a figure are there."""
    return all((folder / f"{name}{suffix}").is_file() for suffix in SUFFIXES)


def remove(folder: Path, name: str) -> None:
    """Takes away the files of a figure that is left out this time, so that none is shown from before."""
    for suffix in SUFFIXES:
        (folder / f"{name}{suffix}").unlink(missing_ok=True)


# Both formats are printed by their own canvas, each from one drawing of the figure, always to the same bytes:
# Matplotlib's savefig would lay the figure out and draw it once more for each.


def _svg(drawing: Drawing, figure: Figure) -> str:
    """Renders a figure as SVG that carries its own title and text alternative and no date."""
    stream = io.StringIO()
    FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    text = readable(stream.getvalue())
    words = f"<title>{html.escape(readable(drawing.heading))}</title><desc>{html.escape(readable(drawing.alt))}</desc>"
    start = SVG_ROOT.search(text)
    if start is None:
        raise ValueError("the drawing holds no svg element")
    close = text.index(">", start.end()) + 1
    head = f'<svg role="img"{text[start.end() : close]}\n {words}'
    return _slim(head + text[close:])


def _slim(svg: str) -> str:
    """A drawing without indents, its coordinates in hundredths of a point: nobody sees more, and a page holds many."""
    return INDENT.sub(
        "\n", COORDINATES.sub(lambda hit: DECIMALS.sub(lambda number: f"{float(number[0]):.2f}", hit[0]), svg)
    )


def _png(figure: Figure) -> bytes:
    """Renders a figure as PNG."""
    stream = io.BytesIO()
    figure.set_dpi(SETTINGS["savefig.dpi"])
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()


def by_outcome(title: str, data: pd.DataFrame, tell: Callable[[Mapping[str, Any]], str]) -> str:
    """Tells in words what a figure shows: its title, then outcome by outcome each of its rows."""
    parts = [ended(title)]
    for _, rows in data.groupby("outcome", sort=False):
        told = "; ".join(tell(row) for row in rows.to_dict("records"))
        parts.append(f"{rows['title'].iloc[0]} ({rows['unit'].iloc[0]}): {told}.")
    return " ".join(parts)


def with_interval(row: Mapping[str, Any]) -> str:
    """A difference and its interval, for words beside a figure."""
    return f"{figures(row['diff'])} ({figures(row['ci_lo'])} to {figures(row['ci_hi'])})"
