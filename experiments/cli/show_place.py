"""Prints a place: its people and money, and the baseline it settles at beside what was observed."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.cli.show_option import QUESTION, heading
from experiments.configuration.compose import compose
from experiments.configuration.places.figures import FILLED
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError, Fault
from experiments.text.numerals import figure, plain
from experiments.text.terminal import table
from simulation.parameters import PlaceConfig, Quantity
from simulation.parameters.place import IncomeConfig
from simulation.parameters.quantity import AGE_BANDS, DOMAINS


def place(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A place: its people and budgets, and the baseline it settles at beside what was observed."""
    world = check(compose(QUESTION, [f"place={name}", *overrides], folders)).world
    heading(page, world.place)
    _facts(page, world.place)
    _own_and_filled(page, world.place)
    from experiments.running import engine

    with page.status("letting the place settle under the status quo ..."):
        try:
            rows = engine.baseline_report(engine.settle(world))
        except ValueError as error:
            raise ConfigurationError(Fault("", str(error))) from error
    _baseline(page, rows, world.scale)


def _baseline(page: Console, rows: Sequence[Any], scale: float) -> None:
    """The settled place beside the real figures, section by section; sources and cautions follow as numbered notes."""
    page.print(
        f"\nWhere the model settles under the status quo (scale {scale:g}), beside what was seen around 2010",
        style="bold",
    )
    page.print(
        "The model side is one run, not a forecast. A real figure that measures something else says so in its note.\n"
    )
    notes: dict[str, int] = {}
    shown = [(row.section, _baseline_cells(row, notes)) for row in rows]
    widths = [max(len(cells[column]) for _, cells in shown) for column in range(1, 4)]
    for section, found in groupby(shown, key=lambda each: each[0]):
        grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
        grid.add_column(section, ratio=3)
        for title, width in zip(("model", "real", "low to high"), widths, strict=True):
            grid.add_column(title, justify="right", no_wrap=True, width=max(width, len(title)))
        grid.add_column("", ratio=2)
        grid.add_column("note", justify="right", no_wrap=True, width=4)
        for _, cells in found:
            grid.add_row(*cells)
        page.print(grid)
        page.print("")
    page.print("Notes: source (A seen, B worked out, C recalled, J judgement), and what to beware of", style="bold")
    listing = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
    listing.add_column(justify="right", no_wrap=True)
    listing.add_column()
    for words, place in notes.items():
        listing.add_row(str(place), Text(words))
    page.print(listing)


def _baseline_cells(row: Any, notes: dict[str, int]) -> tuple[str, ...]:
    """A row's label, model, real figure, range, unit, and the number of its note, which is added to the notes."""
    words = ". ".join(part for part in (row.source, row.note[:1].upper() + row.note[1:]) if part)
    place = str(notes.setdefault(words, len(notes) + 1)) if words else ""
    published = row.observed is not None
    real = figure(row.observed) if published else "none" if row.note.startswith("no published") else ""
    span = "" if row.low is None or row.low == row.high else f"{figure(row.low)} to {figure(row.high)}"
    model = "" if row.model is None else row.model if isinstance(row.model, str) else plain(row.model)
    return row.label, model, real, span, row.unit, place


def _facts(page: Console, place: PlaceConfig) -> None:
    """Who lives there, how deprived, and the money."""
    people = [sum(area.people[band] for area in place.areas) for band in range(len(AGE_BANDS))]
    total = sum(people)
    page.print(
        f"{total:,} people in {len(place.areas)} small areas and {place.localities} localities, {place.nation}\n"
    )
    table(page, ("age", *AGE_BANDS), [("people", *(f"{count:,}" for count in people))], right=range(1, 10))
    weighted = [sum(a.deprivation[d] * sum(a.people) for a in place.areas) / max(total, 1) for d in range(len(DOMAINS))]
    page.print("\nAverage deprivation, national percentile (1 = most deprived)")
    table(page, DOMAINS, [tuple(f"{value:.2f}" for value in weighted)], right=range(len(DOMAINS)))
    page.print("\nBudgets 2010-11")
    rows = [
        (agency, f"{q.number:,.0f}", f"{q.number / max(total, 1):,.0f}", f"{q.source} [{q.grade}]")
        for agency, q in place.budgets.items()
    ]
    table(page, ("agency", "pounds", "a head", "source [grade]"), rows, right=(1, 2))
    if place.cut is not None:
        page.print("\nWhat the council's service spending really fell by since 2010-11, year by year from 2011-12")
        page.print(f"{'  '.join(f'{share:.1%}' for share in place.cut.row)}  {place.cut.source} [{place.cut.grade}]")
        for seen in place.observed.values():
            if seen.label and isinstance(seen.value, tuple):
                page.print(f"{seen.label}: {'  '.join(f'{share:.1%}' for share in seen.row)}  [{seen.grade}]")
    if place.cut is not None and place.income is not None:
        _income(page, place.cut, place.income)


def _own_and_filled(page: Console, place: PlaceConfig) -> None:
    """Which figures are the place's own, and which were filled with those of elsewhere; nothing where none was."""
    figures = {"life satisfaction": place.life_satisfaction, "arrivals": place.arrivals, "departures": place.departures}
    figures |= {agency.replace("_", " "): budget for agency, budget in place.budgets.items()}
    figures |= {"cut": place.cut} if place.cut else {}
    figures |= {"income": place.income.from_reserves} if place.income else {}
    figures |= {f"observed {seen.label or name.replace('_', ' ')}": seen for name, seen in place.observed.items()}
    filled = {name: each for name, each in figures.items() if each.note.startswith(FILLED)}
    if not filled:
        return
    page.print(f"\nIts own: {', '.join(name for name in figures if name not in filled)}")
    page.print("\nFilled, because it is not published for this place")
    rows = [(name, each.grade, each.note.removeprefix(FILLED)) for name, each in filled.items()]
    table(page, ("figure", "grade", "with"), rows)


def _income(page: Console, cut: Quantity, income: IncomeConfig) -> None:
    """What paid for the council's services, and what of their cut fell on grant, was made good by tax or came from reserves."""
    share = income.council_tax
    page.print(
        f"\nIn 2010-11 council tax paid for {share.number:.1%} of them, grants, business rates and fees for "
        f"{1 - share.number:.1%}. Since then, of 2010-11's spending:"
    )
    lost = [sum(parts) for parts in zip(cut.row, income.more_tax.row, income.from_reserves.row, strict=True)]
    rows = {
        "lost in grants, business rates and fees": lost,
        "made good by council tax": income.more_tax.row,
        "drawn from reserves that year": income.from_reserves.row,
        "cut": cut.row,
    }
    years = [f"20{first}-{first + 1}" for first in range(11, 18)]
    table(page, ("", *years), [(name, *(f"{x:.1%}" for x in row)) for name, row in rows.items()], right=range(1, 8))
    page.print(f"{income.more_tax.source} [{income.more_tax.grade}]: {income.more_tax.note}")
