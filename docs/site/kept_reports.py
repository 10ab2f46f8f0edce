"""The pages of reports: figures are drawn from the kept tables, and nothing is run."""

from pathlib import Path
from typing import Any, NamedTuple

import kept_folders
from kept_tables import Kept
from site_pages import write

from experiments import storage
from experiments.questions import question
from experiments.questions.nation.figures import write_figures
from experiments.questions.nation.tables import AUTHORITIES, shown
from experiments.report.drawing import ALT, CAPTION, NARROW
from experiments.report.layout import as_address, as_source

WORDS = {
    "town": (
        "A made-up town: three policies side by side",
        "Every figure, month by month, with who pays and who waits.",
    ),
    "life": (
        "Two lives of one citizen",
        "The same person with the same luck under two policies, and where the lives part.",
    ),
    "nation": ("England, council by council", "Each council area under its own cut, added up to the country."),
}
"""What each report is called on the site, and what is in it."""


class Report(NamedTuple):
    """A report of the site: where it is, what it is called, what is in it."""

    address: str
    title: str
    words: str


def write_pages(kept: Kept, into: Path) -> list[Report]:
    """Draws and writes every report that is kept."""
    found = []
    for name, (title, words) in WORDS.items():
        archive = kept.report(name)
        if archive.is_file():
            asked = question(str(kept_folders.manifest_of(archive)["question"]))
            with kept_folders.opened(archive) as folder:
                asked.figures(folder)
                write(into / f"{name}.html", asked.page(folder))
            found.append(Report(f"reports/{name}.html", title, words))
    return found


def map_of(kept: Kept) -> dict[str, Any]:
    """What the page of England's map tells: every map with its words, and what was found."""
    manifest = kept_folders.manifest_of(kept.nation)
    with kept_folders.opened(kept.nation) as folder:
        write_figures(folder)
        names = [f"map_{name}" for name in shown(storage.read_csv(folder / AUTHORITIES))]
        figures = [_figure(folder / "figures", name) for name in names]
    part = round(1 / float(manifest["scale"]))
    return {
        "title": "England, council by council",
        "words": "Who gains and who loses depends on where you live. Here one in "
        f"{part} people of every council area is simulated, for {manifest['years']} years, {manifest['replicates']} times over.",
        "told": [manifest["sentence"], *manifest["told"]],
        "figures": figures,
        "report": "reports/nation.html",
    }


def _figure(folder: Path, name: str) -> dict[str, Any]:
    """One drawing with its words."""
    words = {suffix: (folder / f"{name}{suffix}").read_text(encoding="utf-8").strip() for suffix in (ALT, CAPTION)}
    wide, narrow = ((folder / f"{name}{suffix}").read_text(encoding="utf-8") for suffix in (".svg", NARROW))
    title = wide.partition("<title>")[2].partition("</title>")[0]
    addresses = {"address": as_address(wide), "narrow": as_source(narrow)}
    return {"title": title, **addresses, "alt": words[ALT], "caption": words[CAPTION]}
