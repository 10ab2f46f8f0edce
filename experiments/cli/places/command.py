"""The command `redesign place new`: makes a place of one's own from whatever table there is, and says what it filled."""

import argparse
from collections.abc import Sequence

from experiments.cli.arguments import Parser
from experiments.configuration.own_place import spreadsheet
from experiments.configuration.own_place.areas import named
from experiments.configuration.own_place.making import OwnPlace, check_free, files_of, keep, like_place, made
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.text.terminal import console, table
from simulation.parameters.quantity import BUDGET_HOLDERS

USAGE = "redesign place new --areas my.csv --like leeds"


def place_command(words: Sequence[str]) -> int:
    """Makes a folder with a place of one's own; says what each column was taken for, what was filled and what was checked."""
    typed = _typed(words)
    areas_path, out = path_of(typed.areas, "--areas "), path_of(typed.out, "--out ")
    like = like_place(typed.like)
    title = typed.name or areas_path.stem
    check_free(named(title), out)
    place = made(spreadsheet.read(areas_path), areas_path.name, like, title, typed.people, typed.budget)
    _told(place, keep(place, out))
    beside, file = (out / each for each in files_of(place.name))
    print(
        f"\n{file}\n{beside}\nredesign show place={place.name} --config-dir {out}\n"
        f"redesign compare --config-dir {out} place={place.name}"
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


def _told(place: OwnPlace, notes: Sequence[str]) -> None:
    """Prints what each column was taken for, what was filled, and what was checked."""
    page = console()
    page.print("What each column was taken for", style="bold")
    table(page, ("heading", "taken for"), place.areas.taken)
    for note in place.areas.notes:
        page.print(f"  {note}")
    page.print(f"\nFilled, from {place.like}", style="bold")
    table(page, ("what", "with"), place.filled())
    page.print("\nChecked", style="bold")
    for line in place.checked(notes):
        page.print(f"  {line}")
