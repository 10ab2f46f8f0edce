"""Opens a finished result folder and holds what the figures and the page draw on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import parquet

from experiments import storage
from experiments.analysis.statistics.catalogue import ACRONYMS, Outcome, load_outcomes, resolve
from experiments.analysis.statistics.components import COMPONENTS
from experiments.analysis.statistics.outcomes import INDEX, years_of
from experiments.analysis.statistics.summary import by_chance
from experiments.analysis.uncertainty.two_uncertainties import AS_USED, EVIDENCE, SET, WHOSE_LUCK
from experiments.analysis.verdicts import against_base
from experiments.analysis.verdicts.answer import CONTRAST_WORD, Answer
from experiments.analysis.verdicts.facts import Facts
from experiments.results.consolidate import RECORD
from experiments.results.open_results import MANIFEST
from experiments.text.numerals import counted as counted

WORDS = {
    **ACRONYMS,
    "adult_care": "Adult social care",
    "children": "Children's services",
    "council_other": "Other council services",
    "police": "Police and justice",
    "centre": "Central government",
    "chance_can_tell": "More than luck",
}
"""Names that read badly as they are written in configurations; all others are written out as they stand."""
BY_GROUP = ("citizens", "admitted", "refused", "waiting")
"""Measures that figures draw by deprivation and age; of all others only everybody's are read, which is quicker."""
BEFORE_ARMS, AFTER_ARMS = "horizon", "contrast"


class LeftOut(Exception):  # noqa: N818 - it is no error: the page tells the reader
    """A figure cannot be drawn from what was recorded; the message says why, in a sentence for the reader."""


@dataclass(frozen=True)
class Evidence:
    """A comparison across sets of plausible numbers; everything else in the results is about the numbers as used.

    Attributes:
        summary: one row per horizon and outcome, with the range of the evidence.
        sets: where each set lies in lives and money at the last horizon.
        shares: in which share of sets the first arm is better on what.
    """

    summary: pd.DataFrame
    sets: pd.DataFrame
    shares: pd.DataFrame


@dataclass(frozen=True)
class Results:
    """A finished comparison: its tables, and which arms it compared.

    Attributes:
        arms: every arm, in the order the user gave.
        contrast: the two arms whose difference is reported, first minus second.
        summary: one row per horizon and outcome.
        runs: one row per arm, replication and month.
        burn_in: the same for the months before the policy date.
        services: one row per arm, replication, year's end and service.
        network: the graph of services and agencies in node-link form.
        manifest: how the results were made.
        outcomes: the catalogue, by name.
        economics: the tables of who pays and who gains, by the name of their file; empty where none were made.
        evidence: what plausible numbers do, or None where only luck was asked about.
        components: what the difference is made of, a row per contrast, outcome and part; None where nothing was split.
        against_base: every arm held against one, a row per horizon, outcome and arm; None where there is no such table.
        whose_luck: how much of each difference's variance is people and later luck; None where no people led several lives.
        facts: what the answer is read off beside the summary.
    """

    arms: tuple[str, ...]
    contrast: tuple[str, str]
    summary: pd.DataFrame
    runs: pd.DataFrame
    burn_in: pd.DataFrame
    services: pd.DataFrame
    network: Mapping[str, Any]
    manifest: Mapping[str, Any]
    outcomes: Mapping[str, Outcome]
    economics: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    evidence: Evidence | None = None
    components: pd.DataFrame | None = None
    against_base: pd.DataFrame | None = None
    whose_luck: pd.DataFrame | None = None
    facts: Facts = field(default_factory=Facts)

    @cached_property
    def answer(self) -> Answer:
        """What was found of the two arms that are compared."""
        return Answer(self.summary, self.outcomes, self.facts)

    @property
    def years(self) -> int:
        """How many whole years the runs lasted."""
        return years_of(self.runs)

    @property
    def replications(self) -> int:
        """How many replications every arm has."""
        return int(self.runs["replication"].nunique())

    def told(self, name: str) -> pd.DataFrame:
        """A table of who pays and who gains.

        Raises:
            LeftOut: it was not made.
        """
        if name not in self.economics or self.economics[name].empty:
            what = "this part of the economics could not be" if self.economics else "the economics of this run were not"
            raise LeftOut(f"{what} worked out")
        return self.economics[name]

    def fact(self, name: str) -> Any:
        """Looks a fact up in the manifest or in the configuration it holds; None if it is not there."""
        places = [self.manifest, self.manifest.get("configuration")]
        found = next((place[name] for place in places if isinstance(place, Mapping) and name in place), None)
        return found.get("name", found) if isinstance(found, Mapping) else found

    @property
    def measures(self) -> list[str]:
        """Which measures of everybody the runs recorded."""
        return [str(column) for column in self.runs.columns if column not in INDEX and "@" not in str(column)]

    def measurable(self, names: tuple[str, ...]) -> list[Outcome]:
        """Picks the catalogue's outcomes that the runs recorded, in the order of the names."""
        found = [self.outcomes[name] for name in names if name in self.outcomes]
        return [outcome for outcome in found if is_recorded(outcome, self.measures)]


def is_recorded(outcome: Outcome, measures: list[str]) -> bool:
    """Tells whether everything an outcome is worked out from was recorded."""
    if outcome.per_kind is not None:
        return False
    try:
        return all(resolve(outcome, key, measures) for key in ("numerator", "denominator") if getattr(outcome, key))
    except KeyError:
        return False


def read_results(out: Path) -> Results:
    """Reads a result folder.

    Raises:
        FileNotFoundError: the folder lacks a file of every comparison, so none has finished there.
        ValueError: what is there compares no two arms.
    """
    for name in ("summary.csv", *RECORD, MANIFEST):
        if not (out / name).is_file():
            raise FileNotFoundError(f"{out} holds no {name}: a comparison must have finished there first")
    whole = storage.read_csv(out / "summary.csv")
    summary = by_chance(whole)
    runs = _as_used(out / "runs.parquet")
    arms = _arms(summary, runs)
    manifest = _record(out / MANIFEST)
    named = manifest.get("outputs")  # of a finished folder; what else lies in it is none of its results
    return Results(
        arms=arms,
        contrast=_contrast(summary, arms),
        summary=summary,
        runs=runs,
        burn_in=_as_used(out / "burn_in.parquet"),
        services=_as_used(out / "services.parquet"),
        network=_record(out / "network.json"),
        manifest=manifest,
        outcomes=load_outcomes(),
        economics={
            path.stem: storage.read_csv(path)
            for path in sorted((out / "economics").glob("*.csv"))
            if not named or path.relative_to(out).as_posix() in named
        },
        evidence=_evidence(out, whole),
        components=_csv(out / COMPONENTS),
        against_base=_csv(out / against_base.TABLE),
        whose_luck=_csv(out / WHOSE_LUCK),
        facts=Facts.read(out, whole),
    )


def _evidence(out: Path, whole: pd.DataFrame) -> Evidence | None:
    """Reads what plausible numbers do, if that was asked."""
    files = [out / name for name in ("sets.csv", "shares.csv")]
    if not all(file.is_file() for file in files):
        return None
    return Evidence(whole[whole["uncertainty_type"] == EVIDENCE], *map(storage.read_csv, files))


def _as_used(path: Path) -> pd.DataFrame:
    """Reads a table; of several parameter sets the one as used, without saying so in every row."""
    names = [str(name) for name in parquet.read_schema(path).names]
    kept = [name for name in names if "@" not in name or name.partition("@")[0] in BY_GROUP]
    table = pd.read_parquet(path, columns=kept, filters=[(SET, "==", AS_USED)] if SET in names else None)
    return table.drop(columns=SET, errors="ignore").astype({"arm": str})


def _arms(summary: pd.DataFrame, runs: pd.DataFrame) -> tuple[str, ...]:
    """Lists the arms that were run in the order of the summary's columns, which is the user's."""
    run = list(dict.fromkeys(runs["arm"]))
    columns = [str(column) for column in summary.columns]
    named = columns[columns.index(BEFORE_ARMS) + 1 : columns.index(AFTER_ARMS)]
    return tuple([arm for arm in named if arm in run] + [arm for arm in run if arm not in named])


def _contrast(summary: pd.DataFrame, arms: tuple[str, ...]) -> tuple[str, str]:
    """Reads which two arms the summary compares.

    Raises:
        ValueError: it names no two of them.
    """
    words = next(iter(summary[AFTER_ARMS].dropna()), "")
    first, _, second = str(words).partition(CONTRAST_WORD)
    if first == second or not {first, second} <= set(arms):
        raise ValueError(f"summary.csv compares {str(words)!r}, which are no two of the arms {', '.join(arms)}")
    return first, second


def _csv(path: Path) -> pd.DataFrame | None:
    """Reads a table that a spreadsheet opens, if it is there."""
    return storage.read_csv(path) if path.is_file() else None


def _record(path: Path) -> dict[str, Any]:
    """Reads a JSON object."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def plain(name: str) -> str:
    """Writes a name of the configuration as words: `later_life` becomes Later life, `nhs` NHS."""
    if name in WORDS:
        return WORDS[name]
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
