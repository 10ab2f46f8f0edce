"""One screen: which two towns can be watched, what differs in their counts, and where the page is."""

from pathlib import Path

from rich.table import Table

from experiments import storage
from experiments.questions.watch.question import COUNTS, ILLUSTRATION, record_of
from experiments.results.open_results import PAGE
from experiments.text import terminal
from experiments.text.purpose import PURPOSE

SHOWN = {"asked": "asked for help", "refused": "turned away", "crises": "crises that began"}
BYTES = 1024


def show(out: Path) -> None:
    """Prints how often people asked, were turned away and fell into crisis in each town, and where the page is."""
    console = terminal.console()
    told, counted = record_of(out), storage.read_csv(out / COUNTS)
    town, page = told["town"], out / PAGE
    console.print(PURPOSE, style="italic")
    console.print(
        f"\n{town['place']}, {told['people']:,} people simulated, {town['years']} years from April 2011, lived twice with the "
        "same luck",
        style="bold",
    )
    console.print(ILLUSTRATION, style="italic")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Over all months")
    for letter, arm in zip("AB", town["arms"], strict=True):
        table.add_column(f"town {letter}: {arm['title']}", justify="right")
    sums = counted.groupby("arm")[list(SHOWN)].sum()
    for name, words in SHOWN.items():
        table.add_row(words, *(f"{sums.loc[arm['name'], name]:,}" for arm in town["arms"]))
    console.print(table)
    if page.is_file():
        size = page.stat().st_size / BYTES
        console.print(f"The page: {page}  ({size:,.0f} kB, opens in any browser, no network)", soft_wrap=True)
