"""Makes a place of one's own of a table of its small areas, fills the rest from a like place, and keeps it where it is free."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.configuration.files.place_tables import PEOPLE, locate, read_areas
from experiments.configuration.own_place import spreadsheet
from experiments.configuration.own_place.areas import Areas, Filled, make, named
from experiments.configuration.own_place.spreadsheet import Sheet
from experiments.configuration.places.figures import figure, filled, own
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError, Fault, nearest
from experiments.storage import write_whole
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import BUDGET_HOLDERS, DOMAINS

Node = dict[str, Any]
QUESTION = "compare"
LOCALITY = 2_500
USUAL_PEOPLE = 30_000
LONGEST = 60
"""Letters of a name."""
FAR = 0.02
"""By how much of itself the people that were counted may differ from those in the table."""


@dataclass(frozen=True)
class OwnPlace:
    """A place of one's own, and how it was made.

    Attributes:
        name: the word after `place=`.
        data: of its file.
        areas: its small areas, and how their table was understood.
        like: the title of the place that the rest was filled from.
        people: of all areas.
    """

    name: str
    data: Node
    areas: Areas
    like: str
    people: int

    def filled(self, called: Callable[[str], str] = str) -> list[tuple[str, str]]:
        """What was filled, and with what; agencies by their keys, or as they are called otherwise."""
        return [
            (f"{what}: {', '.join(map(called, agencies))}" if agencies else what, how.replace("{like}", self.like))
            for what, how, agencies in self.areas.filled
        ]

    @property
    def files(self) -> dict[str, str]:
        """The place as files, by their path in a configuration folder: its small areas, then what else it is."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["area", *PEOPLE, *DOMAINS])
        for area in self.areas.rows:
            writer.writerow([area.area, *area.people, *(f"{share:.4f}" for share in area.deprivation)])
        data = yaml.safe_dump(self.data, sort_keys=False, allow_unicode=True, width=160, default_flow_style=None)
        table, file = files_of(self.name)
        return {table: text.getvalue(), file: data}

    def checked(self, notes: Sequence[str]) -> list[str]:
        """What was checked, in lines; notes are those of `keep`."""
        mean = sum(a.deprivation[0] * sum(a.people) for a in self.areas.rows) / self.people
        counts = f"{self.people:,} people in {len(self.areas.rows)} areas"
        return [
            f"{counts}; mean income deprivation {mean:.2f} (England 0.5, 1 = most)",
            "beware:" if notes else "budgets a head are within ten times of England's",
            *(f"  {note}" for note in notes),
        ]


def files_of(name: str) -> tuple[str, str]:
    """The paths of a place's two files in a configuration folder: its small areas, and what else it is."""
    return f"place/{name}.areas.csv", f"place/{name}.yaml"


def made(
    sheet: Sheet, called: str, like: options.Option, title: str, people: str | None, budgets: Sequence[str]
) -> OwnPlace:
    """Makes a place of a table.

    Args:
        sheet: the table.
        called: what messages and the place's own file call it.
        like: the place that fills what is lacking.
        title: what people call the place.
        people: that it is known to have, as typed, to check the table by.
        budgets: that are known, each as `housing=2100000`.

    Raises:
        ConfigurationError: with the first few things that cannot be used.
    """
    like_rows, given = _rows_of(like), like.read()
    areas = make(sheet, like_rows, given["title"], called)
    counted = sum(sum(area.people) for area in areas.rows)
    _check_people(counted, people)
    name = named(title)
    data = _data(title, given, (like.name, sum(sum(a.people) for a in like_rows)), counted, called)
    data["areas_file"] = Path(files_of(name)[0]).name
    _own_budgets(data, budgets, areas)
    return OwnPlace(name, data, areas, given["title"], counted)


def keep(place: OwnPlace, folder: Path) -> list[str]:
    """Keeps a place in a configuration folder and checks it in full, as a comparison would; returns what is odd about it.

    Raises:
        ConfigurationError: its name is taken, or no comparison could be made there; nothing is left behind then.
    """
    check_free(place.name, folder)
    for name, content in place.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, content.encode())
    try:
        return check(compose(QUESTION, [f"place={place.name}"], (folder,))).notes
    except ConfigurationError:
        for name in place.files:
            (folder / name).unlink()
        raise


def like_place(name: str) -> options.Option:
    """The place that fills what is lacking."""
    known = options.find(options.PLACE)
    if name not in known:
        close = nearest(name, known)
        wrong = f"there is no place '{name}'; there are: {options.in_words(options.PLACE)}"
        fix = f"did you mean {close}?" if close else "redesign list places WORD searches them"
        raise ConfigurationError(Fault(f"--like {name}", wrong, fix))
    return known[name]


def _rows_of(option: options.Option) -> tuple[AreaRow, ...]:
    """A shipped place's small areas."""
    file = option.read()["areas_file"]
    return read_areas(locate(file, "areas_file", option, ()), "areas_file", file)


def check_free(name: str, folder: Path) -> None:
    """Refuses a name that is taken, or that is longer than any."""
    if len(name) > LONGEST:
        wrong = f"has {len(name)} letters; {LONGEST} are the most"
        raise ConfigurationError(Fault(f"--name {name[:LONGEST]}...", wrong, "a shorter one"))
    if name in options.find(options.PLACE):
        wrong = f"place '{name}' ships with the program"
        raise ConfigurationError(Fault(f"--name {name}", wrong, f"another name, as --name my_{name}"))
    if there := next((each for each in files_of(name)[::-1] if (folder / each).exists()), None):
        fix = "another --name or --out, or take the file away"
        raise ConfigurationError(Fault(str(folder / there), "is there already", fix))


def _number(text: str, where: str) -> float:
    """A number as people type it.

    Raises:
        ConfigurationError: it is none, or not above 0.
    """
    (value,), _ = spreadsheet.numbers([text], whole=True)
    if not 0 < value < math.inf:
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
        areas.filled.append(Filled("budgets", "{like}'s pounds a head", tuple(left)))
    areas.filled.append(Filled("cut, income of the council, arrivals, departures, life satisfaction", "{like}'s"))
