"""Writes down what happens to every citizen, service and purse of a town, month by month."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.questions.watch.packing import Words
from experiments.running.lives.events import Names, events
from experiments.running.lives.moments import COMPARED, DIED, LEFT, STAYED, Noting, Seen, ending_of
from simulation.model import PlaceModel
from simulation.month import Phase
from simulation.state.agencies import by_agency, purse_of
from simulation.state.codes import ACUTE, CRISIS, CaseState, Freeze

BORN, CAME = "is born here", "moves in"
FIRST_WORDS = (DIED, LEFT, BORN, CAME)
"""What begins and ends a life in a town: these have the first numbers of what is said, in this order."""
TOLD = ("level", "state", "tier", "asked", "root", "months", "cause")
"""Columns of a citizen by which it can be said what happens."""
STATE, TIER, ASKED, REFUSED, CRISIS_BEGUN = 2, 4, 6, 8, 9
"""Where a citizen's month with one challenge is kept in one number: the need in the lowest two bits, and from these bits on
the case at the month's end, its tier, whom they asked this month (0 nobody, else the tier and 1), whether they were refused
then, and whether a crisis began."""
EMPTY, THERE_FROM_THE_START, NEWCOMERS = 0, 1, 2
"""Who lives in a row: nobody, who lived there on the policy date, or one of those who came later, counted from here."""
PENCE, PERCENT, MOST = 100, 100, 255
Column = NDArray[Any]


class TownRecorder(Noting):
    """Writes down everybody.

    Attributes:
        snapshots: of this month, after each phase that touches citizens: its name and everybody's columns.
        cells: of each month, everybody's number for each challenge: (rows, challenges).
        homes: of each month, who lives in each row.
        newcomers: month of birth, and sex, of each who came.
        diary: what happens: row, month and the number of what is said.
        services: of each month, of each service: how full, how far redesigned, whether it is broken: (3, services).
        purses: of each month, cash of each agency in pounds.
        frozen: of each month, how far each agency's spending is frozen.
    """

    def __init__(self, place: PlaceModel, names: Names, words: Words) -> None:
        self.names, self.words = names, words
        self.snapshots: list[tuple[str, dict[str, Column]]] = []
        self.now = columns_of(place)
        self.lives_in = np.where(self.now["alive"] == 1, THERE_FROM_THE_START, EMPTY).astype(np.int64)
        self.asked = np.zeros_like(self.now["asked"])
        self.refused = np.zeros(self.asked.shape, dtype=bool)
        self.in_crisis = self.refused.copy()
        self.cells: list[NDArray[np.uint16]] = []
        self.homes: list[NDArray[np.int64]] = []
        self.newcomers: list[tuple[int, int]] = []
        self.diary: list[tuple[int, int, int]] = []
        self.services: list[NDArray[np.uint8]] = []
        self.purses: list[Column] = []
        self.frozen: list[Column] = []

    def note(self, phase: str, model: PlaceModel) -> None:
        """Writes down what has happened to everybody since they were last looked at."""
        before, now = self.now, columns_of(model)
        self.now = now
        self.snapshots.append((phase, now))
        stays = (before["alive"] == 1) & (now["alive"] == 1)
        for row in np.flatnonzero((before["alive"] == 1) & ~stays).tolist():
            ending = ending_of(model, row, int(before["generation"][row]), before["level"][row])
            self._say(row, model.month, ending)
            self.lives_in[row] = EMPTY
        for row in np.flatnonzero((now["alive"] == 1) & ~stays).tolist():
            self._welcome(row, model)
        self._tell(phase, model.month, before, stays)
        if phase == "need":
            self.in_crisis |= stays[:, None] & (now["level"] == CRISIS) & (before["level"] != CRISIS)
        elif phase == "triage":
            waits = (now["state"] == CaseState.WAITING) & (now["tier"] + 1 == now["asked"])
            self.asked, self.refused = now["asked"], (now["asked"] > 0) & ~waits  # forgotten where help works at once

    def _welcome(self, row: int, model: PlaceModel) -> None:
        """Somebody was born or has moved in."""
        people = model.state.people
        born = int(people.birth_month[row])
        self.lives_in[row] = NEWCOMERS + len(self.newcomers)
        self.newcomers.append((born, int(people.female[row])))
        self._say(row, model.month, BORN if born == model.month else CAME)

    def _tell(self, phase: str, month: int, before: dict[str, Column], stays: Column) -> None:
        """Says what happened to those whose need or case has changed, or who asked."""
        now = self.now
        moved = (now["level"] != before["level"]) | (now["state"] != before["state"])
        if phase == "triage":
            moved = moved | (before["asked"] > 0)
        for row in np.flatnonzero(moved.any(axis=1) & stays).tolist():
            was, became = ({name: columns[name][row] for name in TOLD} for columns in (before, now))
            for line in events(Seen(month, phase, was, STAYED), Seen(month, phase, became, STAYED), self.names):
                self._say(row, month, line)

    def _say(self, row: int, month: int, what: str) -> None:
        self.diary.append((row, month, self.words.number(what)))

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Writes down the month's end once the books are closed."""
        super().after(phase, model)
        if phase.name == "plan":
            self.snapshots.clear()
            self.refused[:] = self.in_crisis[:] = False
        if phase.name == "account":
            self.cells.append(self._cells())
            self.homes.append(self.lives_in.copy())
            self.services.append(services_of(model))
            self.purses.append(by_agency(model.state.ledger.cash) // PENCE)
            self.frozen.append(
                model.state.agencies.frozen.reshape(-1, by_agency(model.state.ledger.cash).size).max(axis=0)
            )

    def _cells(self) -> NDArray[np.uint16]:
        """Everybody's month with each challenge, in one number each."""
        level, state, asked = (each.astype(np.uint16) for each in (self.now["level"], self.now["state"], self.asked))
        tier = np.where(state > 0, self.now["tier"], 0).astype(np.uint16)
        flags = (self.refused.astype(np.uint16) << REFUSED) | (self.in_crisis.astype(np.uint16) << CRISIS_BEGUN)
        there = (self.now["alive"] == 1)[:, None]
        return np.where(there, level | state << STATE | tier << TIER | asked << ASKED | flags, 0).astype(np.uint16)


def columns_of(place: PlaceModel) -> dict[str, Column]:
    """Everybody's columns in which two lives can differ, as they are now."""
    return {name: getattr(place.state.people, name).copy() for name in COMPARED}


def services_of(model: PlaceModel) -> NDArray[np.uint8]:
    """How full each service is, in percent of its hours; the stage of its redesign; and 1 where it is broken, 0 where not.

    A service is broken in a month in which it lets people go for want of hours, or in which its agency pays for nothing but
    what the law asks.
    """
    services, hours = model.state.services, model.work.capacity
    there = hours.direct + hours.assessment
    full = np.clip(PERCENT * hours.wanted / np.maximum(there, 1e-9), 0, MOST)
    halted = (model.state.agencies.frozen[purse_of(services)] == Freeze.STATUTORY_ONLY) & (services.tier != ACUTE)
    return np.stack([full, services.stage, (hours.discharged > 0) | halted]).astype(np.uint8)


class Parted:
    """When the two lives of each citizen part who lived there on the policy date.

    Attributes:
        month: the first in which anything about them differs; -1 where nothing ever does.
        phase: of that month, after which it does, by number in `phases`.
        phases: names of phases.
    """

    def __init__(self, recorders: Sequence[TownRecorder]) -> None:
        self.recorders, start = recorders, recorders[0].now
        self.lived = start["generation"]
        self.open = start["alive"] == 1
        self.month = np.full(self.open.size, -1, dtype=np.int64)
        self.phase = np.zeros(self.open.size, dtype=np.int64)
        self.phases: list[str] = []

    def look(self, month: int) -> None:
        """Looks through a month that both towns have lived."""
        first, second = (each.snapshots for each in self.recorders)
        for (phase, one), (_, other) in zip(first, second, strict=True):
            rows = np.flatnonzero(self.open)
            apart = np.zeros(rows.size, dtype=bool)
            for name in COMPARED:
                differs = one[name][rows] != other[name][rows]
                apart |= differs.any(axis=1) if differs.ndim > 1 else differs
            if phase not in self.phases:
                self.phases.append(phase)
            self.month[rows[apart]], self.phase[rows[apart]] = month, self.phases.index(phase)
            gone = (one["alive"][rows] == 0) | (one["generation"][rows] != self.lived[rows])
            self.open[rows[apart | gone]] = False
