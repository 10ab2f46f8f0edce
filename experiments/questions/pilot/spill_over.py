"""Pilots in which services see what zones have in use: no two lives can be put together for them, so each pilot is run.

Under every pilot the whole country lives as it would have, zones under theirs and everybody else under the policy outside,
year by year beside each other; and once nobody is a zone, which says what the zones changed, and for whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd

from experiments import storage
from experiments.analysis.evaluation.lives import Lives, Run
from experiments.analysis.evaluation.pilots import Design, drawn
from experiments.analysis.statistics.point_differences import POINT
from experiments.analysis.statistics.sides import Sides, by_year
from experiments.configuration.places.authorities import EnglishAuthority, authorities
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError
from experiments.questions.asked import asked_in, kept_in, same_or_refuse
from experiments.questions.pilot.country import Country, values_of
from experiments.results.consolidate import record_of
from experiments.results.results_folder import hashed, replication_key
from experiments.results.store import whole_folders
from experiments.running.rounds.together import Together, faults_of, looked_to, people_kept
from experiments.running.session import Session, model_version

NOBODY, LIVED = "nobody", "lived.parquet"
"""The country in which nobody is a zone; the yearly sums of every country that was run."""
SETTING, INSTEAD = "spill_over=true", "spill_over=false"


def plans_in(folder: Path) -> tuple[Plan, ...]:
    """The plan of every authority of a country, so that it can be lived once more.

    Raises:
        ConfigurationError: another model lived it, or it cannot be lived in rounds.
    """
    asked = asked_in(folder)
    plans = asked.plans()
    if faults := faults_of(plans[0], SETTING, INSTEAD):
        raise ConfigurationError(*faults)
    model, of_point = model_version(), dict(zip(asked.points, plans, strict=True))
    keys = {point: replication_key(plan, model) for point, plan in of_point.items()}
    for run in kept_in(folder):
        same_or_refuse(run, keys[run.point], model)
    return tuple(plans)


def arm_of(design: Design, number: int, replications: int) -> str:
    """What a pilot is called among all that are lived with the luck of one replication."""
    return f"{design.chosen} {design.zones} {number // replications}"


@dataclass(frozen=True)
class ToRun:
    """Countries that are to be run.

    Attributes:
        plans: of every authority.
        there: the country whose lives zones are chosen by.
        chosen_by: these lives, in the outcome by which they are, of those authorities that are in pilots.
        outside, inside: the arms of everybody else, and of zones by the year in which they begin.
        designs: of pilots, each once, with the last year that is judged.
        count: pilots of each.
        seed: of who is drawn.
        outcomes: that are kept of every year.
    """

    plans: Sequence[Plan]
    there: Country
    chosen_by: Sequence[Lives]
    among: Sequence[int]
    outside: str
    inside: Mapping[int, str]
    designs: Sequence[Design]
    count: int
    seed: int
    outcomes: tuple[str, ...]

    def zones(self) -> dict[str, dict[int, dict[int, str]]]:
        """Of every country, by its name and replication, which authorities are zones and the arm that each lives."""
        numbers = [int(number) for number in self.there.sides.replications]
        found: dict[str, dict[int, dict[int, str]]] = {NOBODY: {number: {} for number in numbers}}
        for design in self.designs:
            for pilot in drawn(self.chosen_by, design, self.count, self.seed):
                arm = arm_of(design, pilot.number, len(numbers))
                began = zip(self.among, pilot.first.tolist(), strict=True)
                zones = {place: self.inside[first] for place, first in began if first in self.inside}
                found.setdefault(arm, {})[numbers[pilot.replication]] = zones
        return found

    def live(self, session: Session) -> None:
        """Lives every country, so many at once as fit into memory, and keeps a row a year of every authority in it."""
        zones = self.zones()
        people = sum(plan.world.place.population.number * plan.settings.scale for plan in self.plans)
        at_once = max(1, int(people_kept() / people / len(zones[NOBODY])))
        names, tables = list(zones), []
        for start in range(0, len(names), at_once):
            now = names[start : start + at_once]
            which = f"{start + 1} to {start + len(now)} of {len(names)} countries"
            titled = replace(session, title=f"{session.title}, {which}")
            tables.append(self._lived(titled, {name: zones[name] for name in now}))
        every = pd.concat(tables).sort_values(["arm", "replication", POINT, "month"])
        storage.write_frame(session.out / LIVED, every.reset_index(drop=True))

    def _lived(self, session: Session, zones: Mapping[str, Mapping[int, Mapping[int, str]]]) -> pd.DataFrame:
        """Lives some countries beside each other that have nothing in common but luck."""
        key, first = hashed([session.key, sorted(zones)]), self.plans[0]
        runs: dict[int, list[str]] = {}
        for arm, replications in zones.items():
            for number in replications:
                runs.setdefault(number, []).append(arm)
        plans = [replace(plan, policies=dict.fromkeys(zones, plan.policies[self.outside])) for plan in self.plans]
        reduce = partial(by_year, self.outcomes)
        jobs = session.jobs_of(plans, [hashed([key, place]) for place in range(len(plans))], True, reduce)
        as_zone = [
            {
                (number, arm): plan.policies[at[place]]
                for arm, replications in zones.items()
                for number, at in replications.items()
                if place in at
            }
            for place, plan in enumerate(self.plans)
        ]
        years, designs = first.settings.years, list(first.world.designs)
        looks_to = looked_to(councils_of(self.there.names))
        together = Together(jobs, looks_to, runs, years, designs, key, session.settings.workers, as_zone)
        together.lived(
            session.out,
            lambda now, when: replace(session, title=f"{session.title}, {when}").run(
                [(job, number) for job in now for number in runs]
            ),
        )
        tables = [
            record_of(whole_folders(session.out, [(job.key, number) for number in runs])).assign(**{POINT: place})
            for place, job in enumerate(jobs)
        ]
        return pd.concat(tables, ignore_index=True).astype({"arm": str})


def councils_of(names: Iterable[str]) -> list[EnglishAuthority]:
    """The authorities of a country, in its order."""
    by_place = {each.place: each for each in authorities().values()}
    return [by_place[name] for name in names]


@lru_cache(maxsize=1)
def _sides(path: str, written: int, places: int) -> Sides:
    """The sums of every country that was run, read once per process and as long as nobody writes them anew."""
    return Sides.of(pd.read_parquet(path), range(places))


def runs_of(
    lived: Path, there: Country, design: Design, outcome: str, of: Sequence[Lives], among: Sequence[int], count: int
) -> dict[int, Run]:
    """The pilots of one design as they were run, in one outcome.

    Args:
        lived: the file that keeps them.
        there: the country whose lives zones were chosen by.
        design: of these pilots.
        outcome: that is evaluated.
        of: lives of the same authorities in the same outcome, of which everything but the values is taken.
        among: where these authorities stand in the country.
        count: pilots of each design.

    Returns:
        By number.
    """
    sides = _sides(str(lived.resolve()), lived.stat().st_mtime_ns, len(there.names))
    nobody = values_of(sides, NOBODY, outcome)[:, among]
    found = {}
    for number in range(min(count, len(of)) if design.is_settled else count):
        replication = number % len(of)
        here, known = values_of(sides, arm_of(design, number, len(of)), outcome)[replication, among], of[replication]
        inside = dict.fromkeys(known.inside, here)
        found[number] = Run(nobody[replication], inside, known.deprivation, known.better)
    return found
