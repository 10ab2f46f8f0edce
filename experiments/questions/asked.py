"""What a results folder says was asked, so that its lives can be led again.

A folder may come from anybody. Of the configuration it keeps, only names and numbers are taken, through the same checks
as everything typed; no file that it names is read but tables of the package or of folders named on this command line,
and what it says of workers, clusters and places to write to is not heard.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import BaseModel, ValidationError

from experiments import regular_files
from experiments.configuration import options
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, listed
from experiments.questions import declared, question
from experiments.questions.base import Question
from experiments.results import results_folder, store
from experiments.results.open_results import MANIFEST
from experiments.results.run_index import COLUMNS, DESIGN, KEPT
from experiments.running.pool import cores

MOST_ROWS = 10_000_000
FILE_KEY = "_file"
WITH_TABLES = ("place", "demography")
HERE = {"runner": "local", "scheduler": None, "insecure": False, "large": False, "workers": None, "out": None}
"""Settings of a run on this machine, whatever a folder says."""
UNFIT = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What data raise that are of no configuration at all."""


class PointKept(BaseModel):
    """A point of a design as it is kept."""

    point: int
    where: str
    values: dict[str, Any]
    arms: list[str]


class Design(BaseModel):
    """The configuration that is kept beside results, so that any of its runs can be lived again."""

    question: str
    data: dict[str, Any]
    choices: dict[str, str]
    overrides: list[str]
    points: list[PointKept]


@dataclass(frozen=True)
class Kept:
    """A run that a results folder lists.

    Attributes:
        source: the folder.
        point, replication: which it is.
        run: its name: the hash of all that determines it, and its number.
        sha256: of the months that came of it.
    """

    source: Path
    point: int
    replication: int
    run: str
    sha256: str

    @property
    def proven_by(self) -> Path:
        """The results folder whose manifest names the list: this one, or the one that these lives were led beside."""
        return self.source if (self.source / MANIFEST).is_file() else self.source.parent


def kept_in(source: Path) -> list[Kept]:
    """The runs of a results folder that did not fail.

    Raises:
        ConfigurationError: it has no list of them that can be read, or all failed.
    """
    try:
        with regular_files.opened(source / KEPT) as file:
            listing = pq.ParquetFile(file)
            if listing.metadata.num_rows > MOST_ROWS or not listing.schema_arrow.remove_metadata().equals(COLUMNS):
                raise ValueError("it is no list of runs")
            rows = listing.read().to_pylist()
    except (OSError, ValueError) as error:
        raise ConfigurationError(Fault(str(source / KEPT), f"cannot be read: {error}")) from error
    found = [
        Kept(source, row["point"], row["replication"], row["run"], row["sha256"]) for row in rows if not row["error"]
    ]
    if not found:
        raise ConfigurationError(Fault(str(source), "holds no run that did not fail"))
    return found


def same_or_refuse(run: Kept, key: str, model: str) -> None:
    """A replication can only be repeated by the model and the configuration that made it."""
    if store.run_name(key, run.replication) == run.run:
        return
    theirs = regular_files.shown(str(results_folder.read_manifest(run.proven_by).get("model_version", "unknown")))
    if theirs != model:
        raise ConfigurationError(
            Fault(
                str(run.source),
                f"was made by another version of the model: {theirs}; here it is {model}",
                "install the versions that manifest.json names",
            )
        )
    raise ConfigurationError(
        Fault(
            str(run.source),
            "was made from tables or files that have changed since, or is not what it says it is",
            "put back the tables beside its place and demography files",
        )
    )


@dataclass(frozen=True)
class Asked:
    """What a results folder says was asked.

    Attributes:
        source: the folder.
        question: that was asked.
        composed: its configuration, as plain data.
        points: what each point sets in it.
    """

    source: Path
    question: Question[Any]
    composed: Composed
    points: Mapping[int, Point]

    def plan(self, number: int) -> Plan:
        """The plan of one point, checked as if it had been typed, to be carried out on this machine alone.

        Raises:
            ConfigurationError: there is none, or it cannot be carried out.
        """
        points = [self.points[number]] if number in self.points else []
        if self.points and not points:
            raise ConfigurationError(Fault(str(self.source / DESIGN), f"says nothing of point {number}"))
        return self._checked(lambda: self.question.plans_at(self.composed, points))[0]

    def plans(self) -> list[Plan]:
        """The plans of all points, checked likewise."""
        return self._checked(lambda: self.question.plans_at(self.composed, list(self.points.values())))

    def base(self) -> Plan:
        """The plan without any point, checked likewise."""
        return self._checked(lambda: [self.question.base_at(self.composed)])[0]

    def _checked(self, plans: Callable[[], Sequence[Plan]]) -> list[Plan]:
        """Plans that nobody's cluster hears of; data that make none are refused."""
        try:
            found = plans()
        except UNFIT as error:
            why = f"holds no configuration of this question: {type(error).__name__} {regular_files.shown(str(error))[:80]}"
            raise ConfigurationError(Fault(str(self.source / DESIGN), why)) from error
        mine = {"threads": cores()}
        return [replace(each, settings=each.settings.model_copy(update=mine)) for each in found]


def asked_in(source: Path, folders: Sequence[Path] = ()) -> Asked:
    """What a results folder says was asked.

    Args:
        source: the results folder.
        folders: with configuration of the user's own, as named on this command line.

    Raises:
        ConfigurationError: it does not say so, or what it says reads files that it may not name.
    """
    where = str(source / DESIGN)
    try:
        design = Design.model_validate(regular_files.read_json(source / DESIGN))
    except (OSError, ValueError, RecursionError) as error:
        said = (
            f"{error.error_count()} entries are missing or wrong" if isinstance(error, ValidationError) else str(error)
        )
        raise ConfigurationError(Fault(where, f"cannot be read: {said}")) from error
    if design.question not in declared():
        raise ConfigurationError(Fault(where, f"was made by a question that is not here: {design.question[:40]!r}"))
    named = [*_named_files(design.data), *(each for point in design.points for each in _named_files(point.values))]
    if outside := [f"{key}={name}" for key, name in named if not _is_plain(name)]:
        why = f"names files outside the configuration, which are not read for it: {listed(outside[:3])}"
        raise ConfigurationError(Fault(where, why, "only tables beside a place's or a nation's file are read"))
    for group in WITH_TABLES:
        known = options.find(group, folders)
        if (chosen := design.choices.get(group, "")) not in known:
            fix = "--config-dir=FOLDER names the folder that its file is in, if you trust that folder"
            raise ConfigurationError(
                Fault(where, f"is about {group}={chosen[:60]!r}, which is not in this package", fix)
            )
    data = {**design.data, **{key: value for key, value in HERE.items() if key in design.data}}
    composed = Composed(data, design.choices, tuple(folders), tuple(design.overrides))
    points = {p.point: Point(p.point, p.where, p.values, tuple(p.arms)) for p in design.points}
    return Asked(source, question(design.question), composed, points)


def _named_files(data: Any, key: str = "") -> Iterator[tuple[str, object]]:
    """Every entry of a configuration that names a file."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _named_files(value, f"{key}.{name}" if key else str(name))
    elif key.endswith(FILE_KEY) and data is not None:
        yield key, data


def _is_plain(name: object) -> bool:
    """Whether a name is that of a file, without any folder."""
    return isinstance(name, str) and "/" not in name and not name.startswith("~") and regular_files.is_inside(name)
