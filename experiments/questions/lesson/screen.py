"""One screen: the lessons there are, or what is on a page that was made."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from experiments.configuration import options
from experiments.text import terminal
from experiments.text.purpose import CHANCE_ONLY, PURPOSE

BYTES = 1024


def show_all(found: Mapping[str, options.Option]) -> None:
    """Lists the lessons by name, with what each asks."""
    console = terminal.console()
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("lesson", no_wrap=True, style="bold")
    table.add_column("")
    for name, option in found.items():
        about = option.read().get("lesson") or {}
        table.add_row(
            name, f"{about.get('title', '')}\n  {str(about.get('question', '')).replace('After {years} years, w', 'W')}"
        )
    console.print(table)
    console.print(
        "\nredesign lesson NAME writes one page that opens without a network; the lesson plans are in docs/lessons/"
    )


def show(told: Mapping[str, Any], page: Path) -> None:
    """Prints what the model says at the policies as they are, and over all positions of the sliders."""
    console = terminal.console()
    first, second = (arm["title"] for arm in told["arms"])
    console.print(PURPOSE, style="italic")
    console.print(f"\n{told['lesson']['title']}", style="bold")
    console.print(
        f"{told['place']}, {told['years']} years, {told['replications']} pairs of runs with the same luck at each "
        f"of {len(told['positions'])} settings. {second} compared with {first}, in the last year:"
    )
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("", "as they are", "lower at", "cannot be told, or too small, at", "higher at"):
        table.add_column(heading, justify="left" if not heading else "right")
    for outcome in told["outcomes"].values():
        sides = Counter(cell["side"] for cell in outcome["cells"])
        at = [f"{sides[side]} settings" for side in ("lower", "same", "higher")]
        table.add_row(f"{outcome['title']}, {outcome['unit']}", outcome["cells"][told["base"]]["side"], *at)
    console.print(table)
    console.print(CHANCE_ONLY)
    console.print(f"The page: {page}  ({page.stat().st_size / BYTES:,.0f} kB, opens in any browser)", soft_wrap=True)
