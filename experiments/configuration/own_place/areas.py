"""Makes small areas of somebody's table: people in nine ages and deprivation in seven domains, filled from a like place."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.configuration.own_place.cells import Doubles, column_of
from experiments.configuration.own_place.columns import OLDEST, Column, columns
from experiments.configuration.own_place.spreadsheet import Sheet, is_total, numbers
from experiments.errors import ConfigurationError, Fault, first_few
from experiments.storage import LIKE_A_FORMULA
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import AGE_BAND_STARTS, AGE_BANDS, DOMAINS

MOST_LETTERS = 100
"""Of the name of an area."""
NEAR = 0.01
"""By how much of itself a sum may differ from its parts: areas' figures are rounded."""


class Filled(NamedTuple):
    """Something that a table lacked.

    Attributes:
        what: it is.
        how: it was filled.
        agencies: whose it is, where that is to be told.
    """

    what: str
    how: str
    agencies: tuple[str, ...] = ()


@dataclass
class Areas:
    """Small areas, and how they were understood.

    Attributes:
        rows: the areas.
        taken: each column's heading and what it was taken for.
        filled: what was filled, and with what.
        notes: what else was understood.
    """

    rows: list[AreaRow]
    taken: list[tuple[str, str]]
    filled: list[Filled] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def make(sheet: Sheet, like: Sequence[AreaRow], like_title: str, where: str) -> Areas:
    """Small areas of a table.

    Args:
        sheet: the table.
        like: small areas of the place that is like it.
        like_title: what that place is called.
        where: what a message calls the table.

    Raises:
        ConfigurationError: with the first few cells that cannot be used, or what the table lacks.
    """
    known = columns(sheet.headings)
    label = next((each for each in known if each.what == "area"), None)
    if label and is_total(sheet.column(label.heading)[-1]) and len(sheet.rows) > 1:
        _check_totals(sheet, known, where)
        sheet.notes.append(f"line {sheet.rows[-1][0]}, a line of totals, is the sum of the others and left out")
        del sheet.rows[-1]
    given = {each.heading: column_of(sheet, each, where) for each in known if each.what not in ("area", "nothing")}
    names = sheet.column(label.heading) if label else [f"area {n + 1}" for n in range(len(sheet.rows))]
    found = Areas([], [(each.heading, each.told) for each in known], notes=sheet.notes)
    _check_names(sheet, names, where)
    people = _people(sheet, known, given, (like, like_title), found, where)
    _check_peopled(sheet, people, where)
    deprived = _deprivation(known, given, (like, like_title), found)
    found.rows = [
        AreaRow(
            area=name or f"area {n + 1}",
            people=tuple(int(p) for p in people[n]),
            deprivation=tuple(deprived[n].tolist()),
        )
        for n, name in enumerate(names)
    ]
    return found


def _check_names(sheet: Sheet, names: list[str], where: str) -> None:
    """Refuses two areas of one name."""
    seen: dict[str, int] = {}
    for (line, _), name in zip(sheet.rows, names, strict=True):
        if name in seen:
            why = f"'{name}' is there already, on line {seen[name]}"
            raise ConfigurationError(Fault(f"{where}, line {line}", why, "give each area a name of its own"))
        if len(name) > MOST_LETTERS or LIKE_A_FORMULA.match(name) or not name.isprintable():
            why = "has a name that is long, begins as a formula does, or holds letters that cannot be shown"
            raise ConfigurationError(
                Fault(f"{where}, line {line}", why, f"a plain name of up to {MOST_LETTERS} letters")
            )
        seen[name] = line


def _check_peopled(sheet: Sheet, people: NDArray[np.int64], where: str) -> None:
    """Refuses areas without anybody."""
    empty = [line for (line, _), own in zip(sheet.rows, people, strict=True) if own.sum() == 0]
    if empty:
        raise first_few([Fault(f"{where}, line {line}", "has no people", "leave the line out") for line in empty])


def _check_totals(sheet: Sheet, known: Sequence[Column], where: str) -> None:
    """Refuses a line of totals that is not the sum of the lines above it."""
    for each in known:
        if each.what in ("age", "people"):
            *parts, whole = numbers(sheet.column(each.heading), whole=True)[0]
            if math.isfinite(whole + sum(parts)) and abs(whole - sum(parts)) > NEAR * max(whole, 1):
                why = f"says {whole:,.0f} and the lines above it add up to {sum(parts):,.0f}"
                fix = "correct it, or leave the line of totals out"
                raise ConfigurationError(Fault(f"{where}, line {sheet.rows[-1][0]}, {each.heading}", why, fix))


Like = tuple[Sequence[AreaRow], str]


def _people(
    sheet: Sheet, known: Sequence[Column], given: dict[str, Doubles], like: Like, found: Areas, where: str
) -> NDArray[np.int64]:
    """People of each area in nine ages."""
    ages = [each for each in known if each.what == "age"]
    total = next((given[each.heading] for each in known if each.what == "people"), None)
    elsewhere = np.array([area.people for area in like[0]], float).sum(axis=0)
    if not ages and total is None:
        why = "has no column of people: neither of ages (0-4, 5-15, ... 85+, or broader) nor of all people"
        raise ConfigurationError(Fault(where, why, "a column 'population', or one for each age"))
    if not ages and total is not None:
        found.filled.append(Filled("ages", f"{like[1]}'s, alike in every area"))
        return _whole(np.outer(total, elsewhere / elsewhere.sum()))
    _check_ages(ages, where)
    by_year = _by_year(elsewhere)
    bands = np.zeros((len(sheet.rows), len(AGE_BANDS)))
    ends = (*AGE_BAND_STARTS[1:], OLDEST)
    for each in ages:
        inside = by_year[each.start : each.end]
        share = [
            by_year[max(a, each.start) : max(min(b, each.end), a)].sum()
            for a, b in zip(AGE_BAND_STARTS, ends, strict=True)
        ]
        bands += np.outer(given[each.heading], np.array(share) / inside.sum())
    if [(each.start, each.end) for each in sorted(ages, key=lambda a: a.start)] != list(
        zip(AGE_BAND_STARTS, ends, strict=True)
    ):
        found.filled.append(Filled("ages within the columns'", f"{like[1]}'s"))
    if any("percent" in note and f"'{ages[0].heading}'" in note for note in sheet.notes):
        if total is None:
            raise ConfigurationError(
                Fault(where, "has ages in percent and no column of all people", "add one: population")
            )
        bands *= total[:, None]
    _check_sums(sheet, bands.sum(axis=1), total, where)
    return _whole(bands)


def _check_ages(ages: Sequence[Column], where: str) -> None:
    """Refuses columns of ages that leave an age out or count one twice."""
    at = 0
    for each in sorted(ages, key=lambda column: column.start):
        if each.start != at:
            what = "count people twice" if each.start < at else "leave people out"
            why = f"{what}: '{each.heading}' begins at {each.start}, and {at} is wanted"
            raise ConfigurationError(
                Fault(f"{where}, columns of ages", why, "one column for each age, from 0 to the oldest")
            )
        at = each.end
    if at != OLDEST:
        raise ConfigurationError(
            Fault(f"{where}, columns of ages", f"end at {at - 1}", f"a last column of people of {at}+")
        )


def _check_sums(sheet: Sheet, people: Doubles, total: Doubles | None, where: str) -> None:
    """Refuses lines whose ages are not all of their people."""
    if total is None:
        return
    faults = [
        Fault(f"{where}, line {line}", f"has {own:,.0f} people by age and {all_:,.0f} in all", "correct one of them")
        for (line, _), own, all_ in zip(sheet.rows, people, total, strict=True)
        if abs(own - all_) > max(NEAR * all_, 2)
    ]
    if faults:
        raise first_few(faults)


def _by_year(bands: Doubles) -> Doubles:
    """A place's people by single year of age, alike within a band; a few of every age, so that each column has some."""
    years = np.diff([*AGE_BAND_STARTS, OLDEST])
    return np.repeat(np.maximum(bands, 1) / years, years)


def _whole(people: Doubles) -> NDArray[np.int64]:
    """Whole people of each area, who add up: the largest remainders are rounded up."""
    down = np.floor(people)
    for row, exact in zip(down, people, strict=True):
        left = round(exact.sum()) - int(row.sum())
        row[np.argsort(-(exact - row), kind="stable")[:left]] += 1
    return down.astype(np.int64)


def _deprivation(known: Sequence[Column], given: dict[str, Doubles], like: Like, found: Areas) -> Doubles:
    """Deprivation of each area by domain: its own, else as the area's whole, else the like place's mean."""
    own = {each.domain: given[each.heading] for each in known if each.what == "domain"}
    whole = next((given[each.heading] for each in known if each.what == "overall"), None)
    size = len(next(iter(given.values())))
    people = np.array([sum(area.people) for area in like[0]], float)
    elsewhere = people @ np.array([area.deprivation for area in like[0]]) / people.sum()
    missing = [domain for domain in DOMAINS if domain not in own]
    if missing and (whole is not None or own):
        told = "the area's deprivation as a whole" if whole is not None else "the mean of the domains that are given"
        found.filled.append(Filled(f"deprivation: {', '.join(missing)}", told))
    elif missing:
        found.filled.append(
            Filled("deprivation", f"{like[1]}'s mean in every area: no area is then more deprived than another")
        )
    rest: Doubles = np.tile(elsewhere, (size, 1))
    if whole is not None or own:
        rest[:] = (np.mean(list(own.values()), axis=0) if whole is None else whole)[:, None]
    return np.column_stack([own.get(domain, rest[:, n]) for n, domain in enumerate(DOMAINS)]).round(4)


def named(text: str) -> str:
    """A name that can be typed after `place=`, made of a title or a file's name."""
    return re.sub(r"^(?=\d)", "place_", re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")) or "my_place"
