"""The command `redesign place new`: makes a place of one's own from whatever table there is, and says what it filled."""

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from experiments.cli.arguments import Parser
from experiments.cli.places import spreadsheet
from experiments.cli.places.areas import Areas, make, named
from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.configuration.files.place_tables import PEOPLE, locate, read_areas
from experiments.configuration.places.figures import figure, filled, own
from experiments.configuration.validate import check
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault, nearest
from experiments.storage import write_atomically, write_bytes
from experiments.text.terminal import console, table
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import BUDGET_HOLDERS, DOMAINS

Node = dict[str, Any]
QUESTION = "compare"
LOCALITY = 2_500
USUAL_PEOPLE = 30_000
USAGE = "redesign place new --areas my.csv --like leeds"
FAR = 0.02
"""By how much of itself the people that were counted may differ from those in the table."""


def place_command(words: Sequence[str]) -> int:
    """Makes a folder with a place of one's own; says what each column was taken for, what was filled and what was checked."""
    typed = _typed(words)
    areas_path, out = path_of(typed.areas, "--areas "), path_of(typed.out, "--out ")
    like = _like(typed.like)
    name, title = named(typed.name or Path(typed.areas).stem), typed.name or areas_path.stem
    file, beside = out / "place" / f"{name}.yaml", out / "place" / f"{name}.areas.csv"
    _check_free(name, (file, beside))
    like_rows = _rows_of(like)
    given = like.read()
    areas = make(spreadsheet.read(areas_path), like_rows, given["title"], areas_path.name)
    people = sum(sum(area.people) for area in areas.rows)
    _check_people(people, typed.people)
    data = _data(title, given, (like.name, sum(sum(a.people) for a in like_rows)), people, areas_path.name)
    data["areas_file"] = beside.name
    _own_budgets(data, typed.budget, areas)
    _write(file, beside, data, areas.rows)
    try:
        notes = check(compose(QUESTION, [f"place={name}"], (out,))).notes
    except ConfigurationError:
        file.unlink()
        beside.unlink()
        raise
    _told(areas, data, given["title"], people, notes)
    print(
        f"\n{file}\n{beside}\nredesign show place={name} --config-dir {out}\nredesign compare --config-dir {out} place={name}"
    )
    return 0


def _typed(words: Sequence[str]) -> argparse.Namespace:
    """What was typed."""
    about = (
        "A place of your own from a table of its small areas: people, in ages or not, and deprivation in any form. What the\n"
        "table lacks is filled from a place that is like it; each column, each filled figure and each check is said."
    )
    examples = (
        "--areas my.csv --like leeds",
        '--areas my.csv --like kent --out mine --name "New Town" --people 48200 --budget housing=2100000',
    )
    usage = "--areas FILE --like PLACE [--out FOLDER] [--name NAME] [--people N] [--budget AGENCY=POUNDS ...]"
    parser = Parser("place new", usage, about, examples, "new: the only thing to do with a place")
    parser.add_argument("--areas", metavar="FILE", help="a CSV file with a line for each small area")
    parser.add_argument(
        "--like", metavar="PLACE", help="the place that fills what is lacking: redesign list places WORD"
    )
    parser.add_argument("--out", metavar="FOLDER", default="my", help="the configuration folder to put it in (my)")
    parser.add_argument("--name", metavar="NAME", help="what it is called (the file's name)")
    parser.add_argument("--people", metavar="N", help="people that it is known to have, to check the table by")
    parser.add_argument(
        "--budget",
        metavar="AGENCY=POUNDS",
        action="append",
        default=[],
        help=f"a yearly budget: {', '.join(BUDGET_HOLDERS)}",
    )
    found = parser.parse_intermixed_args(list(words))
    if found.words != ["new"]:
        raise ConfigurationError(Fault(f"place {' '.join(found.words)}".strip(), "there is only: place new", USAGE))
    if missing := [f"--{key}" for key in ("areas", "like") if not getattr(found, key)]:
        raise ConfigurationError(Fault("place new", f"wants {' and '.join(missing)}", USAGE))
    return found


def _like(name: str) -> options.Option:
    """The place that fills what is lacking."""
    known = options.find(options.PLACE)
    if name not in known:
        close = nearest(name, known)
        wrong = f"there is no place '{name}'; there are: {options.in_words(options.PLACE)}"
        raise ConfigurationError(Fault(f"--like {name}", wrong, f"did you mean {close}?" if close else ""))
    return known[name]


def _rows_of(option: options.Option) -> tuple[AreaRow, ...]:
    """A shipped place's small areas."""
    file = option.read()["areas_file"]
    return read_areas(locate(file, "areas_file", option, ()), "areas_file", file)


def _check_free(name: str, files: Sequence[Path]) -> None:
    """Refuses a name that is taken."""
    if name in options.find(options.PLACE):
        wrong = f"place '{name}' ships with the program"
        raise ConfigurationError(Fault(f"--name {name}", wrong, f"another name, as --name my_{name}"))
    if there := next((each for each in files if each.exists()), None):
        raise ConfigurationError(
            Fault(str(there), "is there already", "another --name or --out, or take the file away")
        )


def _number(text: str, where: str) -> float:
    """A number as people type it.

    Raises:
        ConfigurationError: it is none, or not above 0.
    """
    (value,), _ = spreadsheet.numbers([text], whole=True)
    if not value > 0:
        raise ConfigurationError(Fault(where, f"is '{text}'; a number above 0 is wanted", "write it as 48200"))
    return value


def _check_people(people: int, counted: str | None) -> None:
    """Refuses a table whose people are not as many as the place is known to have."""
    if counted is None:
        return
    known = _number(counted, "--people")
    if abs(people - known) > FAR * known:
        wrong = f"is {known:,.0f}, and the table holds {people:,} people"
        fix = "see whether lines are missing or twice there, or leave --people out"
        raise ConfigurationError(Fault("--people", wrong, fix))


def _data(title: str, given: Node, like: tuple[str, int], people: int, table_name: str) -> Node:
    """The place's file: what the table says, and the like place's for the rest, a head of the people."""
    name, of_like = like
    share = people / of_like
    as_there = filled(f"{given['title']}'s a head")
    budgets = {
        agency: figure(
            round(budget["value"] * share),
            round(budget["low"] * share),
            round(budget["high"] * share),
            budget["unit"],
            budget["source"],
            "J" if budget["grade"] == "J" else "C",
            as_there,
        )
        for agency, budget in given["budgets"].items()
    }
    kept = [key for key in given.get("observed", {}) if key.startswith("cut_of_")]
    figures = {
        key: given[key] | {"note": filled(f"{given['title']}'s")}
        for key in ("life_satisfaction", "arrivals", "departures")
    }
    return {
        "defaults": [f"{name}@_here_", "_self_"],
        "title": title,
        "summary": f"{people:,} people, from {table_name}; what it lacks is as in {given['title']}",
        "source": f"Areas: {table_name}. All else as in {given['title']}, which is not this place",
        "population": own(people, "people", f"the table {table_name}", "B"),
        "localities": max(1, min(2000, round(people / LOCALITY))),
        "usual_scale": min(1.0, max(0.05, round(USUAL_PEOPLE / people, 2))),
        **figures,
        "budgets": budgets,
        "observed": {key: None for key in given.get("observed", {}) if key not in kept},
    }


def _own_budgets(data: Node, typed: Sequence[str], areas: Areas) -> None:
    """Puts budgets that are known in place of those that were filled."""
    for each in typed:
        agency, _, pounds = each.partition("=")
        if agency not in data["budgets"]:
            close = nearest(agency, BUDGET_HOLDERS)
            wrong = f"there is no agency '{agency}'; there are: {', '.join(BUDGET_HOLDERS)}"
            fix = f"--budget {close or 'housing'}={pounds or '2100000'}"
            raise ConfigurationError(Fault(f"--budget {each}", wrong, fix))
        value = round(_number(pounds, f"--budget {each}"))
        data["budgets"][agency] = own(value, "GBP a year", "the place's own figure, as typed", "B")
    left = [agency for agency in data["budgets"] if agency not in {each.partition("=")[0] for each in typed}]
    if left:
        areas.filled.append((f"budgets: {', '.join(left)}", "{like}'s pounds a head"))
    areas.filled.append(("cut, income of the council, arrivals, departures, life satisfaction", "{like}'s"))


def _write(file: Path, beside: Path, data: Node, rows: Sequence[AreaRow]) -> None:
    """Writes the file and the table beside it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["area", *PEOPLE, *DOMAINS])
    for area in rows:
        writer.writerow([area.area, *area.people, *(f"{share:.4f}" for share in area.deprivation)])
    file.parent.mkdir(parents=True, exist_ok=True)
    for path, content in (
        (beside, text.getvalue()),
        (file, yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=160, default_flow_style=None)),
    ):
        write_atomically(path, lambda where, content=content: write_bytes(where, content.encode("utf-8")))  # type: ignore[misc]


def _told(areas: Areas, data: Node, like: str, people: int, notes: Sequence[str]) -> None:
    """Prints what each column was taken for, what was filled, and what was checked."""
    page = console()
    page.print("What each column was taken for", style="bold")
    table(page, ("heading", "taken for"), areas.taken)
    for note in areas.notes:
        page.print(f"  {note}")
    page.print(f"\nFilled, from {like}", style="bold")
    table(page, ("what", "with"), [(what, how.replace("{like}", like)) for what, how in areas.filled])
    page.print("\nChecked", style="bold")
    mean = sum(a.deprivation[0] * sum(a.people) for a in areas.rows) / people
    page.print(
        f"  {people:,} people in {len(areas.rows)} areas; mean income deprivation {mean:.2f} (England 0.5, 1 = most)"
    )
    page.print("  budgets a head are within ten times of England's" if not notes else "  beware:")
    for note in notes:
        page.print(f"    {note}")
