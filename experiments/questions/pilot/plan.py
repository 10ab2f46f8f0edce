"""Makes a plan of pilots from a country that has lived; refuses everything that is wrong before anything is drawn."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from experiments.analysis.evaluation.choosing import most_zones
from experiments.analysis.evaluation.pilots import Design
from experiments.configuration.declared import in_force
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.questions.pilot.arms import arms_of, starts_of
from experiments.questions.pilot.country import Country, country
from experiments.questions.pilot.settings import HOW, PilotSettings
from experiments.questions.pilot.spill_over import INSTEAD, LIVED, ToRun, plans_in
from experiments.questions.pilot.work import PilotWork, Task
from experiments.results import open_results
from experiments.results.open_results import Opened

NATION = "nation"
WITHIN = "within"
"""From whom services must have learnt of designs: in a pilot no zone changes what others see."""
FEWEST = 4
"""Authorities, so that there are two zones and two others, whichever way they are chosen."""
FORM = "pilots with their replications and what they change for others"
"""What is kept of pilots; pieces that were kept in another form are another answer's."""
USUAL = ("crises", "life_satisfaction_in_need")


@dataclass(frozen=True)
class Pilots:
    """What will be drawn: everything is known to fit.

    Attributes:
        settings: of the question.
        folder: of the country.
        lived: what is said of how the country was lived.
        outside: the arm that everybody else lives.
        inside: the arms of zones.
        starts: the first years of being a zone.
        tasks: the designs, outcome by outcome.
        left_out: what was asked for and cannot be, in words.
        to_run: the countries that are to be run, where what zones use is seen by others.
    """

    settings: PilotSettings
    folder: Path
    lived: dict[str, Any]
    outside: str
    inside: tuple[str, ...]
    starts: tuple[int, ...]
    tasks: tuple[Task, ...]
    left_out: tuple[str, ...]
    to_run: ToRun | None = None

    @property
    def share(self) -> float:
        """Which share of everybody's luck the lives have, as far as it is to be put right; 1 where nothing is."""
        return float(self.lived["scale"]) if self.settings.luck == "of_everybody" else 1.0

    def asked(self) -> dict[str, Any]:
        """What was asked, in full, as it is kept beside the results."""
        return {
            "settings": self.settings.model_dump(mode="json", exclude={"out", "workers", "large"}),
            NATION: self.lived,
        }

    def key(self) -> str:
        """What determines the results: the country's own proof, and what was asked of it."""
        content = [FORM, self.lived, in_force(self.settings, "results"), [task.about for task in self.tasks]]
        return hashlib.sha256(json.dumps(content, default=list).encode()).hexdigest()

    def work(self, parts: Path, key: str) -> PilotWork:
        """The pieces of work."""
        own = self.settings
        where = self.folder, self.outside, self.inside, self.tasks
        drawn = (own.run, own.run) if own.spill_over else (own.drawn, own.by_library)
        lived = parts.parent / LIVED if own.spill_over else None
        return PilotWork(*where, own.methods, *drawn, own.seed, parts, key, own.chosen_by, self.share, lived)


def check(own: PilotSettings) -> Pilots:
    """Makes the plan.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    faults: list[Fault] = []
    assert own.nation is not None
    opened = _opened(own.nation)
    there = country(str(opened.folder))
    outside, inside = arms_of(own, there, opened, faults)
    outcomes = own.outcomes or tuple(name for name in USUAL if name in there.outcomes) or tuple(there.outcomes)[:1]
    for name in outcomes:
        if name not in there.outcomes:
            faults.append(unknown(f"outcomes: {name}", "outcome of a year in that country", name, there.outcomes))
    if own.chosen_by not in there.outcomes:
        faults.append(
            unknown(f"chosen_by={own.chosen_by}", "outcome of a year in that country", own.chosen_by, there.outcomes)
        )
    if own.spill_over and own.luck != "as_lived":
        why = "cannot be had where pilots are run: it is worked out from lives that were led apart"
        faults.append(Fault(f"luck={own.luck}", why, f"luck=as_lived, or {INSTEAD}"))
    if faults:
        raise ConfigurationError(*faults)
    needed, arms = tuple(dict.fromkeys((*outcomes, own.chosen_by))), (outside, *inside)
    count = int(there.known(needed, arms).sum())
    _fits(own, there, count, faults)
    if faults:
        raise ConfigurationError(*faults)
    starts = starts_of(own, there, outside, inside)
    if few := [zones for zones in own.zones if zones < 2 * len(starts)]:
        why = f"is fewer than two zones at each of {len(starts)} starts"
        raise ConfigurationError(Fault(f"zones={few[0]}", why, f"zones=[{2 * len(starts)}]"))
    tasks, left_out = _tasks(own, outcomes, starts, count)
    left_out = (*_missing(there, needed, arms), *left_out)
    if not tasks and max(own.judged) > starts[0]:
        why = f"none can be used here: {'; '.join(left_out)}"
        raise ConfigurationError(Fault(f"methods={list(own.methods)}", why, "methods=[randomisation]"))
    if not tasks:
        raise ConfigurationError(Fault(f"judged={list(own.judged)}", *_too_early(starts)))
    lived = {
        name: opened.manifest.get(name) for name in ("results_key", "model_version", "place_title", "years", "scale")
    } | {"spread": spread_in(opened)}
    asked = Pilots(own, opened.folder, lived, outside, inside, starts, tasks, left_out)
    return replace(asked, to_run=_to_run(asked, there, needed)) if own.spill_over else asked


def _to_run(asked: Pilots, there: Country, needed: tuple[str, ...]) -> ToRun:
    """The countries that are run for these pilots."""
    own, arms = asked.settings, (asked.outside, *asked.inside)
    begins = {there.begins(asked.outside, arm): arm for arm in asked.inside}
    inside = {first: arm for first, arm in begins.items() if first is not None}
    designs = dict.fromkeys(replace(task.design, year=there.years - 1) for task in asked.tasks)
    return ToRun(
        plans_in(asked.folder),
        there,
        there.lives(own.chosen_by, asked.outside, asked.inside, needed),
        there.among(needed, arms),
        asked.outside,
        inside,
        list(designs),
        own.run,
        own.seed,
        needed,
    )


def _opened(named: str) -> Opened:
    """The country's folder, whole."""
    folder = path_of(named, "nation=")
    opened = open_results.open_results(folder)
    if opened.question != NATION:
        why = f"holds the answer to `redesign {opened.question or 'compare'}`, in which not every authority lives"
        raise ConfigurationError(Fault(f"nation={named}", why, HOW))
    if (spread := spread_in(opened)) != WITHIN:
        why = (
            f"was lived with spread={spread}: its zones saw every council as a zone and all others saw none, and in a pilot "
            f"a few are zones among many; allowed: a country lived with spread={WITHIN}"
        )
        raise ConfigurationError(Fault(f"nation={named}", why, f"{HOW} spread={WITHIN}"))
    return opened


def spread_in(opened: Opened) -> str:
    """From whom services of that country learnt of designs."""
    return str((opened.manifest.get(NATION) or {}).get("spread", WITHIN))


def _missing(there: Country, needed: Iterable[str], arms: tuple[str, ...]) -> list[str]:
    """How many authorities are in no pilot, and why."""
    lost = len(there.names) - int(there.lived.sum())
    said = [f"{_so_many(lost)} without every replication of every arm, in no pilot"] if lost else []
    for name in needed:
        if few := int((~there.known((name,), arms)).sum()):
            said.append(f"{_so_many(few)} without a value of {name} in some year of some life, in no pilot")
    return said


def _so_many(authorities: int) -> str:
    """A number of authorities in words."""
    return "1 authority" if authorities == 1 else f"{authorities} authorities"


def _fits(own: PilotSettings, there: Country, count: int, faults: list[Fault]) -> None:
    """Whether the country has authorities and years enough."""
    if count < FEWEST:
        why = (
            f"has {count} authorities that lived every arm and have every outcome, too few to choose zones from and "
            f"compare with: {FEWEST} or more"
        )
        faults.append(Fault(f"nation={own.nation}", why, HOW))
        return
    for zones, way in product(own.zones, own.chosen):
        if zones > (most := most_zones(way, count)):
            why = f"is more than {count} authorities allow that are chosen by {way}, with others to compare with: 2 to {most}"
            faults.append(Fault(f"zones={zones}", why, f"zones=[{max(2, min(18, most))}]"))
    if own.luck == "of_everybody" and there.replications < 2:
        why = "needs two replications or more, to tell luck from what authorities are; this country has one"
        faults.append(Fault(f"luck={own.luck}", why, "luck=as_lived"))
    years = there.years
    faults += [
        Fault(f"judged={year}", f"is later than the {years} years that were lived", f"judged=[{years}]")
        for year in own.judged
        if year > years
    ]


def _tasks(
    own: PilotSettings, outcomes: Iterable[str], starts: tuple[int, ...], authorities: int
) -> tuple[tuple[Task, ...], tuple[str, ...]]:
    """Every design that is judged once a zone has begun, by some method that can be used; and what was left out."""
    tasks = [
        Task(outcome, Design(way, zones, starts, year - 1))
        for outcome, way, zones, year in product(outcomes, own.chosen, own.zones, own.judged)
        if year > starts[0] and not all(Design(way, zones, starts, 0).unfit(name, authorities) for name in own.methods)
    ]
    early = [year for year in own.judged if year <= starts[0]]
    said = [f"judged={year}: {_too_early(starts)[0]}" for year in early]
    unfit = {
        method: [Design("random", zones, starts, 0).unfit(method, authorities) for zones in own.zones]
        for method in own.methods
    }
    said += [f"{method}: {why}" for method, whys in unfit.items() for why in dict.fromkeys(whys) if why]
    return tuple(tasks), tuple(said)


def _too_early(starts: Iterable[int]) -> tuple[str, str]:
    """What is wrong with a judgement before anything has begun, and the fix."""
    first = min(starts) + 1
    return f"is before the first zone has been one for a year (year {first})", f"judged=[{first}]"
