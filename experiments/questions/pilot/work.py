"""What workers do: the pilots of one design, drawn and evaluated one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.evaluation.lives import of_everybody
from experiments.analysis.evaluation.pilots import QUICK, Design, pilots
from experiments.questions.pilot.country import country
from experiments.questions.pilot.spill_over import runs_of
from experiments.results import signed, store
from experiments.running.machine.estimate import NOTHING, Size

ABOUT = ("outcome", "chosen", "zones", "starts", "year")
"""The columns that say which pilots are meant."""


@dataclass(frozen=True)
class Task:
    """Pilots of one design, judged by one outcome."""

    outcome: str
    design: Design

    @property
    def about(self) -> dict[str, Any]:
        """Which pilots these are, by column."""
        design = self.design
        starts = " ".join(map(str, design.starts))
        return dict(zip(ABOUT, (self.outcome, design.chosen, design.zones, starts, design.year), strict=True))


@dataclass(frozen=True)
class PilotWork:
    """Everything that is drawn from one country.

    Attributes:
        folder: of the country.
        outside: the arm that everybody else lives.
        inside: the arms of zones.
        tasks: by number.
        methods: of evaluation.
        drawn, by_library: how many pilots quick and slow methods evaluate.
        seed: of who is drawn.
        parts: folder that keeps what is done.
        key: names what determines it all.
        chosen_by: the outcome by whose last year zones are chosen, whatever they are judged by.
        share: of people who were simulated, where lives are to have the luck of everybody; else 1.
        lived: the file of pilots that were run; none where each is put together of both lives.
        size: of a piece; hardly anything beside a run.
        noun: what a piece is called.
    """

    folder: Path
    outside: str
    inside: tuple[str, ...]
    tasks: Sequence[Task]
    methods: Sequence[str]
    drawn: int
    by_library: int
    seed: int
    parts: Path
    key: str
    chosen_by: str
    share: float
    lived: Path | None = None
    size: Size = NOTHING
    noun: str = "pilot design"

    @cached_property
    def quick(self) -> list[str]:
        """The methods that evaluate every pilot."""
        return [name for name in self.methods if name in QUICK]

    @cached_property
    def slow(self) -> list[str]:
        """The methods that evaluate some of them."""
        return [name for name in self.methods if name not in QUICK]

    def file(self, number: int) -> Path:
        """Where a piece is kept."""
        return self.parts / f"pilots-{number:05d}-{self.key[:16]}.json"

    def is_done(self, number: int) -> bool:
        """Whether a piece has been kept."""
        return self.file(number).is_file()

    def set_damaged_aside(self, number: int) -> list[str]:
        """Sets a piece that has changed since aside, so that it is done again; returns its name."""
        path = self.file(number)
        if not (path.exists() or path.is_symlink()):
            return []
        try:
            signed.read(path)
        except (OSError, ValueError):
            store.set_aside(path)
            return [path.name]
        return []

    def carry_out(self, number: int) -> None:
        """Draws and evaluates the pilots of a design and keeps what was found."""
        task, there = self.tasks[number], country(str(self.folder))
        needed = dict.fromkeys([self.chosen_by, *(each.outcome for each in self.tasks)])
        lives, chosen_by = (
            there.lives(name, self.outside, self.inside, needed) for name in (task.outcome, self.chosen_by)
        )
        if self.share < 1:
            lives, chosen_by = of_everybody(lives, self.share), of_everybody(chosen_by, self.share)
        run = None
        if self.lived is not None:
            among = there.among(needed, (self.outside, *self.inside))
            run = runs_of(self.lived, there, task.design, task.outcome, lives, among, self.drawn)
        found = [
            pilots(lives, task.design, count, methods, self.seed, chosen_by, run)
            for count, methods in ((self.drawn, self.quick), (min(self.drawn, self.by_library), self.slow))
            if methods
        ]
        signed.write(self.file(number), {"pilots": pd.concat(found, ignore_index=True).to_dict("list")})

    def found(self) -> pd.DataFrame:
        """Every pilot that was drawn, with which design it was of."""
        tables = (pd.DataFrame(signed.read(self.file(k))["pilots"]) for k in range(len(self.tasks)))
        return pd.concat(
            [table.assign(**task.about) for task, table in zip(self.tasks, tables, strict=True)], ignore_index=True
        )
