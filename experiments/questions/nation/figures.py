"""Draws a country: a map for each outcome that is told of, and who gains and who loses by group."""

from pathlib import Path

from experiments import storage
from experiments.questions.nation import groups_figure, map_figure
from experiments.questions.nation.facts import facts
from experiments.questions.nation.tables import AUTHORITIES, last_year, read_groups, shown
from experiments.report.drawing import save
from experiments.report.style import house_style


def write_figures(out: Path) -> None:
    """Draws each outcome on the map and by group, and saves it in `figures/`."""
    every, together, known = storage.read_csv(out / AUTHORITIES), read_groups(out), facts()
    with house_style():
        for name in shown(every):
            save(map_figure.draw(last_year(every, name), known), out / "figures", f"map_{name}")
            save(groups_figure.draw(last_year(together, name)), out / "figures", f"groups_{name}")
