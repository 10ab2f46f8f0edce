"""Reads the tables that lie beside a place's or a nation's file, and says everything that is wrong with them."""

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path

from experiments.configuration.files.csv_rows import number, read_rows
from experiments.configuration.options import Option
from experiments.errors import ConfigurationError, Fault, first_few
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import AGE_BANDS, DOMAINS

PEOPLE = tuple("p" + band.replace("-", "_").replace("+", "p") for band in AGE_BANDS)
PART, PLACE = "#", "place"
"""`table.csv#leeds` are those lines of a table of several places whose column `place` says leeds."""
MOST_PEOPLE = 10_000_000
"""Of one age in one small area; more is a slip of the keyboard."""


def locate(name: str, key: str, option: Option, others: Sequence[Option]) -> Traversable:
    """Finds a table: beside the file that was chosen, beside another file of its group, or as a path of its own."""
    name, _, _ = name.partition(PART)
    folders = list(dict.fromkeys([option.folder, *(other.folder for other in others)]))
    for folder in folders:
        candidate = folder.joinpath(name)
        if candidate.is_file():
            _check_inside(Path(str(candidate)), Path(str(folder)).parent, f"{key}={name}")
            return candidate
    if Path(name).expanduser().is_file():
        return Path(name).expanduser()
    raise ConfigurationError(
        Fault(
            f"{key}={name}",
            f"there is no such file beside {option.name}.yaml ({option.folder})",
            "put the table next to the yaml file, or give its full path",
        )
    )


def _check_inside(table: Path, root: Path, where: str) -> None:
    """Refuses a link that lies in a configuration folder and leads out of it."""
    is_inside = not table.is_symlink() or table.resolve().is_relative_to(root.resolve())
    if not is_inside:
        raise ConfigurationError(Fault(where, f"is a link that leads out of {root}", "put the table itself there"))


def read_areas(source: Traversable, key: str, name: str = "") -> tuple[AreaRow, ...]:
    """Reads small areas: people by age band, deprivation by domain.

    Args:
        source: the table.
        key: what a message calls it.
        name: as it was given; what follows a # is the place whose lines are read, of a table that has a column `place`.

    Raises:
        ConfigurationError: naming line, column, value and what is allowed, of the first few faults.
    """
    columns, (_, _, place) = ("area", *PEOPLE, *DOMAINS), name.partition(PART)
    rows = _of_place(source, key, columns, place) if place else _rows(source, key, columns)
    if not rows:
        raise ConfigurationError(Fault(f"{key}={name}", f"{source.name} has no line whose {PLACE} is '{place}'"))
    faults: list[Fault] = []
    found: list[AreaRow] = []
    seen: set[str] = set()
    for line, row in rows:
        where = f"{key}: {source.name}, line {line}"
        people = [_number(row[c], c, where, faults, MOST_PEOPLE, whole=True) for c in PEOPLE]
        deprivation = [_number(row[c], c, where, faults, highest=1.0) for c in DOMAINS]
        if row["area"] in seen or not row["area"]:
            faults.append(Fault(f"{where}, area", f"'{row['area']}' is empty or there already; names differ"))
        seen.add(row["area"])
        if not faults:
            if sum(people) == 0:
                faults.append(Fault(where, f"area {row['area']} has no people", "leave the line out"))
            found.append(
                AreaRow(area=row["area"], people=tuple(int(n) for n in people), deprivation=tuple(deprivation))
            )
    return _unless(faults, found)


def read_life_table(source: Traversable, key: str, name: str = "") -> tuple[tuple[float, float], ...]:
    """Reads the yearly chance of death by single year of age, male and female; all of it, whatever its name."""
    rows = _rows(source, key, ("age", "male", "female"))
    faults: list[Fault] = []
    found: list[tuple[float, float]] = []
    for line, row in rows:
        where = f"{key}: {source.name}, line {line}"
        age = _number(row["age"], "age", where, faults, whole=True)
        if age != len(found):
            faults.append(
                Fault(f"{where}, age", f"is {row['age']}; ages go up by one from 0, so {len(found)} is wanted")
            )
        male, female = (_number(row[sex], sex, where, faults, highest=1.0) for sex in ("male", "female"))
        found.append((male, female))
    return _unless(faults, found)


def _of_place(source: Traversable, key: str, columns: tuple[str, ...], place: str) -> list[tuple[int, dict[str, str]]]:
    """The lines of one place, with their numbers, of a table of several; none where it has no such place."""
    path = Path(str(source))
    return _by_place(path, path.stat().st_mtime_ns, key, (PLACE, *columns)).get(place, [])


@lru_cache(maxsize=2)
def _by_place(
    path: Path, changed: int, key: str, columns: tuple[str, ...]
) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """The lines of a table of several places by place; the table is read again once it has changed."""
    found: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for line, row in _rows(path, key, columns):
        found.setdefault(row[PLACE], []).append((line, row))
    return found


def _rows(source: Traversable, key: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The lines of a table with their numbers, once all columns are known to be there."""
    headings, rows = read_rows(source, f"{key}: {source.name}", columns)
    return [(line, {n: v for n, v in zip(headings, cells, strict=True) if n in columns}) for line, cells in rows]


def _number(
    text: str, column: str, where: str, faults: list[Fault], highest: float = math.inf, whole: bool = False
) -> float:
    """One cell as a number; anything wrong is added to the faults."""
    kind = "a whole number" if whole else "a number"
    wanted = f"{kind} from 0 to {highest:,.10g}" if math.isfinite(highest) else f"{kind} of at least 0"
    value = number(text, whole)
    fits = 0 <= value <= highest
    if not fits:
        faults.append(Fault(f"{where}, {column}", f"is '{text}'; {wanted} is wanted", "correct that line"))
    return value if fits else 0.0


def _unless(faults: list[Fault], found: list) -> tuple:
    """The rows, unless something was wrong with any of them."""
    if faults:
        raise first_few(faults)
    return tuple(found)
