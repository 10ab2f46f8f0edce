"""The results of a question, from the files of its folder: tables, figures, the page."""

from __future__ import annotations

import fnmatch
import html
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq

from experiments import storage
from experiments.analysis.uncertainty.two_uncertainties import SET
from experiments.analysis.verdicts.answer import Answer
from experiments.analysis.verdicts.policies import Described
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.results import open_results
from experiments.results.open_results import OUTPUTS, PAGE, Opened
from experiments.text.purpose import PURPOSE
from redesign import shadowing
from redesign.notebook import table, title

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

RUNS, PAIRED, SUMMARY = "runs", "paired", "summary"
INDEX = ("point", SET, "arm", "replication", "month")
EVERYBODY = "everybody"


@dataclass(frozen=True, repr=False)
class Result:
    """What a question found.

    Attributes:
        folder: that holds it all.
    """

    folder: Path

    @cached_property
    def _opened(self) -> Opened:
        """The folder, once every byte in it was found to be as it was written."""
        return open_results.open_results(self.folder)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """How the results were made, as manifest.json says."""
        return self._opened.manifest

    @property
    def question(self) -> str:
        """The question that was asked, such as `compare`."""
        return str(self.facts["question"])

    @property
    def sentence(self) -> str:
        """The answer in a sentence, of a comparison its headline and four lines; empty where the question gives none."""
        if self.question == "compare":
            return self.answer.brief.words
        return str(self.facts.get("sentence") or "")

    # -- tables --------------------------------------------------------------------------------------------------

    @cached_property
    def tables(self) -> list[str]:
        """The names of all tables; `table(name)` reads one."""
        ours = [name for name in self.facts[OUTPUTS] if not open_results.is_drawn(name)]
        return sorted({name.rpartition(".")[0] for name in ours if name.endswith((".csv", ".parquet"))})

    def table(self, name: str) -> pd.DataFrame:
        """One table, as one of `tables`.

        Raises:
            ConfigurationError: there is none of this name.
        """
        if name not in self.tables:
            raise ConfigurationError(unknown(f"{self.folder}: {name}", "table", name, self.tables))
        if (file := self.folder / f"{name}.parquet").is_file():
            return pd.read_parquet(file)
        return storage.read_csv(self.folder / f"{name}.csv")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The answer as a table: one row for every outcome and horizon of a comparison; else the question's first table."""
        names = [name for name in (SUMMARY, self.question) if name in self.tables]
        loose = [name for name in self.tables if (self.folder / f"{name}.csv").is_file() and "/" not in name]
        return self.table([*names, *loose, SUMMARY][0])

    @cached_property
    def answer(self) -> Answer:
        """What a comparison found: `answer.brief`, `answer.last`, `answer.sentence`, `answer.says("crises")`.

        Raises:
            ConfigurationError: another question was asked.
        """
        if self.question != "compare":
            raise ConfigurationError(
                Fault(f"{self.folder}: answer", f"this is a {self.question}", "use summary, or table(...)")
            )
        _ = self._opened
        return Answer.read(self.folder)

    @property
    def policies(self) -> list[Described]:
        """What every policy of a comparison does, in lay words from its levers, with dates and amounts."""
        return self.answer.policies

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Everything that was recorded: one row for every month of every replication of every arm, a column a measure."""
        return self.table(RUNS)

    @cached_property
    def paired(self) -> pd.DataFrame:
        """One row for every outcome, year and replication: both arms, and their difference under the same luck."""
        return self.table(PAIRED)

    def tidy(self, *measures: str) -> pd.DataFrame:
        """The runs with one row for every measure of every group of people in every month.

        Args:
            measures: names, with stars for several, as `crises*`; none for all.

        Returns:
            Columns arm, replication, month (and point or set), measure, group, value; the group of all is `everybody`.
        """
        index, names = self._columns(measures)
        long = self._recorded([*index, *names]).melt(index, names, "measure", "value")
        parts = long["measure"].str.partition("@")
        group = parts[2].where(parts[2] != "", EVERYBODY)
        return long.assign(measure=parts[0])[[*index, "measure"]].assign(group=group, value=long["value"])

    def to_xarray(self, *measures: str) -> xarray.Dataset:
        """The months of everybody as arrays over arm, replication and month (and point or set).

        Args:
            measures: names, with stars for several; none for all.

        Raises:
            ImportError: xarray is not installed.
        """
        try:
            import xarray
        except ImportError as error:
            raise ImportError("to_xarray needs xarray: pip install 'redesign[notebook]'") from error
        index, names = self._columns(measures)
        kept = [name for name in names if "@" not in name]
        frame = self._recorded([*index, *kept])
        dataset = xarray.Dataset.from_dataframe(frame.set_index(index)).sel(arm=frame["arm"].unique().tolist())
        return dataset.assign_attrs(question=self.question, purpose=PURPOSE)

    def _columns(self, measures: Sequence[str]) -> tuple[list[str], list[str]]:
        """The columns that say which row it is, and the measures that some names stand for."""
        if RUNS not in self.tables:
            self.table(RUNS)
        every = [str(name) for name in pq.read_schema(self.folder / f"{RUNS}.parquet").names]
        index, recorded = [name for name in INDEX if name in every], [name for name in every if name not in INDEX]
        hits = [fnmatch.filter(recorded, pattern) for pattern in measures]
        faults = [
            unknown(pattern, "measure", pattern, [name for name in recorded if "." not in name and "@" not in name])
            for pattern, found in zip(measures, hits, strict=True)
            if not found
        ]
        if faults:
            raise ConfigurationError(*faults)
        return index, list(dict.fromkeys(name for found in hits for name in found)) if measures else recorded

    def _recorded(self, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of the runs."""
        return pd.read_parquet(self.folder / f"{RUNS}.parquet", columns=list(columns))

    # -- what is looked at -----------------------------------------------------------------------------------------

    @property
    def figures(self) -> list[str]:
        """The names of the figures that were drawn; `plot(name)` shows one."""
        drawn = [Path(name) for name in self.facts[OUTPUTS] if open_results.is_drawn(name)]
        return sorted(path.stem for path in drawn if path.suffix == ".png")

    def plot(self, name: str) -> Figure:
        """An outcome of a comparison over the years, every arm with the range of its replications; or a figure by name.

        Raises:
            ConfigurationError: it is neither an outcome nor a figure.
        """
        if name in self.figures:
            return shadowing.load("redesign.figures").kept(self.folder / "figures" / f"{name}.png")
        return shadowing.load("redesign.figures").over_time(self.folder, name, self.figures)

    def report(self) -> Path:
        """The page of these results; writes it where it was not written yet."""
        page = self.folder / PAGE
        return page if page.is_file() else shadowing.load("experiments.cli.report").write_page(self._opened)

    def __repr__(self) -> str:
        return f"<redesign {title(self.facts)}; {self.folder}>"

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it."""
        shown = table(self.facts, self.summary)
        told = "".join(f"<p>{html.escape(words)}</p>" for words in self.sentence.splitlines())
        return (
            f"<h4>{html.escape(title(self.facts))}</h4>{told}{shown.to_html(index=False)}<p>{html.escape(PURPOSE)}</p>"
        )


def open(folder: str | Path) -> Result:
    """The results that a folder holds.

    Raises:
        ConfigurationError: it holds no finished results, or some of them are damaged; says what heals them.
    """
    found = Result(open_results.folder_of(folder))
    for note in found._opened.notes():
        warnings.warn(note, stacklevel=2)
    return found
