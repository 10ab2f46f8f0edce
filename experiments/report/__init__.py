"""Shows what stored results say: figures, their words and numbers, and one page that holds them all.

Reads files only; nothing here knows how a world is simulated.
"""

from __future__ import annotations

from pathlib import Path

from experiments.report.drawing import remove, save, write_whole
from experiments.report.figures import ACROSS_EVIDENCE, FIGURES
from experiments.report.page import Exhibit, page
from experiments.report.results import LeftOut, Results, open_results
from experiments.report.style import house_style

__all__ = ["write_report"]


def write_report(out: Path) -> None:
    """Draws every figure of a finished result folder into `figures/` and writes `report.html` beside it.

    A figure whose measures were not recorded is left out and the page says why.

    Args:
        out: folder with summary.csv and runs.parquet, and as far as recorded burn_in.parquet,
            services.parquet, network.json and manifest.json.

    Raises:
        FileNotFoundError: the folder holds no finished comparison.
    """
    out = Path(out)
    results = open_results(out)
    names = [*(ACROSS_EVIDENCE if results.evidence else ()), *FIGURES]
    exhibits = [_exhibit(name, results, out / "figures") for name in names]
    write_whole(out / "report.html", page(results, exhibits).encode())


def _exhibit(name: str, results: Results, folder: Path) -> Exhibit:
    """Draws and saves one figure, or finds out why it cannot be drawn."""
    try:
        with house_style():
            drawing = (ACROSS_EVIDENCE | FIGURES)[name](results)
            return Exhibit(name, drawing, save(drawing, folder, name))
    except (LeftOut, KeyError, ValueError) as reason:
        remove(folder, name)
        words = str(reason.args[0]) if reason.args else type(reason).__name__
        return Exhibit(name, None, "", words)
