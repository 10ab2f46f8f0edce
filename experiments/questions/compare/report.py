"""The report of a comparison: figures, their words and numbers, and one page that holds them all."""

from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.questions.compare.figures import ANSWERING, drawn_for
from experiments.questions.compare.findings import with_finding
from experiments.questions.compare.page import Exhibit, page
from experiments.report.drawing import NARROW, Drawing, is_saved, remove, save
from experiments.report.folder_contents import LeftOut, Results, read_results
from experiments.report.strangers import read_drawing
from experiments.report.style import house_style
from experiments.storage import write_whole


def write_report(out: Path, artists: Executor | None = None) -> None:
    """Draws every figure of a finished result folder into `figures/` and writes `report.html` beside it.

    A figure whose measures were not recorded is left out and the page says why.

    Args:
        out: folder with summary.csv and runs.parquet, and as far as recorded burn_in.parquet,
            services.parquet, network.json and manifest.json.
        artists: processes that draw some of the figures while others are drawn here; none to draw all here.

    Raises:
        FileNotFoundError: the folder holds no finished comparison.
    """
    out = Path(out)
    results = read_results(out)
    names = list(drawn_for(results))
    exhibits = _drawn_beside(names, results, out, artists) if artists else {}
    exhibits |= {name: _exhibit(name, results, out / "figures") for name in names if name not in exhibits}
    write_whole(out / "report.html", page(results, [exhibits[name] for name in names], out).encode())


def page_again(out: Path) -> str:
    """The page of a finished comparison from its files; figures that are there stay as they are."""
    results = read_results(out)
    names = list(drawn_for(results))
    return page(results, [_exhibit(name, results, out / "figures", keeps=True) for name in names], out)


def _drawn_beside(names: list[str], results: Results, out: Path, artists: Executor) -> dict[str, Exhibit]:
    """Draws here from the last figure on while others draw from the first on, until they meet.

    If those others are killed, what they left is drawn here afterwards.
    """
    found: dict[str, Exhibit] = {}
    names = sorted(
        names, key=lambda name: name not in ANSWERING
    )  # others load what specifies them, and not this process
    try:
        handed = {name: artists.submit(_draw_by_itself, name, out) for name in names}
        for name in reversed(names):
            if handed[name].cancel():
                found[name] = _exhibit(name, results, out / "figures")
        found |= {name: drawn.result() for name, drawn in handed.items() if not drawn.cancelled()}
    except BrokenProcessPool:
        pass
    return found


def _draw_by_itself(name: str, out: Path) -> Exhibit:
    """Draws one figure in a process that knows nothing but the folder; the picture itself stays there."""
    exhibit = _exhibit(name, _opened(out), out / "figures")
    return replace(exhibit, drawing=exhibit.drawing and replace(exhibit.drawing, figure=None))


@lru_cache(maxsize=1)
def _opened(out: Path) -> Results:
    """The results, read once a process."""
    return read_results(out)


def _exhibit(name: str, results: Results, folder: Path, keeps: bool = False) -> Exhibit:
    """Draws and saves one figure, or finds out why it cannot be drawn; may keep one that is there whole."""
    try:
        with house_style():
            drawing = with_finding(name, drawn_for(results)[name](results), results)
            kept = keeps and is_saved(folder, name)
            svg = read_drawing(folder / f"{name}.svg")[0] if kept else save(drawing, folder, name)
            narrow = read_drawing(folder / f"{name}{NARROW}")[0]
    except (LeftOut, KeyError, ValueError) as reason:
        if not keeps:
            remove(folder, name)
        words = str(reason.args[0]) if reason.args else type(reason).__name__
        return Exhibit(name, None, "", "", words)
    return Exhibit(name, drawing, svg, narrow, spec=_specified(name, drawing, results))


def _specified(name: str, drawing: Drawing, results: Results) -> dict[str, Any] | None:
    """Specifies the figure that answers in the place of a picture; None for one that is a picture only."""
    if name not in ANSWERING:
        return None
    from experiments.questions.compare import (
        interactive,  # here: Altair takes long to load, and most processes do without
    )

    return interactive.specify(name, drawing.data, drawing.alt, results)
