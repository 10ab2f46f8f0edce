"""A world of a few numbers with the simulation's interface, so that experiments can be tested without simulating.

It is imported by worker processes by name. What goes wrong is steered through files in a folder named by `TROUBLE`.
"""

import os
import signal
import time
import types
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulation.settling.settle_cache import (
    manages_otherwise,
    tries_redesigns,
    what_settles,  # noqa: F401
)

TROUBLE = "STAND_IN_TROUBLE"
AGENCIES = ("adult_care", "children", "public_health", "housing", "council_other", "schools", "nhs", "police", "dwp")


@dataclass(frozen=True)
class Place:
    """What this world is made of."""

    seed: int
    challenges: tuple[str, ...]
    trouble: str
    citizens: int = 1000
    help: float = 0.0
    gladness: float = 0.0
    works: tuple[bool, int] = (True, 1)
    later: int = 0
    designs: tuple[str, ...] = ()


def settled_type():
    return Place


def model_version():
    return "stand-in 1"


def is_compiled():
    return True


def settle(world, progress=None, threads=1):
    if progress is not None:
        progress(1, 1)
    trouble = os.environ.get(TROUBLE, "")
    _note(trouble, "settled")
    trust = world.behaviour.citizens.trust_start.number
    if trust > _asked(trouble, "settles_up_to", trust):
        raise ValueError("too much trust to settle with")
    help_ = _asked(trouble, "trust_helps", 0.0) * (trust - 0.55)
    if world.behaviour.structure.cut == "equal_shares":
        help_ = _asked(trouble, "equal_shares_help", help_)
    gladness = _asked(trouble, "trust_gladdens", 0.0) * (trust - 0.55)
    here = Place(world.seed, tuple(world.challenges), trouble, help=help_, gladness=gladness)
    if share := _asked(trouble, "people_of_place", 0.0):  # as many as the world's own place has, not as many everywhere
        here = replace(here, citizens=max(1, int(share * world.place.population.number)))
    return in_world(replace(here, designs=tuple(world.designs)), world)


def in_world(settled, world):
    structure = world.behaviour.structure
    works = (structure.designs != "idle", {"as_judged": 1, "none": 0, "only_effort": -1}[structure.management])
    return replace(settled, works=works, later=world.later_luck)


def unsound(settled, worlds):
    return "" if settled.seed in [world.seed for world in worlds] else "seed"


def baseline_report(settled):
    return [
        types.SimpleNamespace(
            section="All",
            label="Crises begun",
            model=41.2,
            unit="per 1,000 a year",
            observed=None,
            low=None,
            high=None,
            source="",
            note="",
        )
    ]


def run(settled, policies, replication, years, threads=1, totals_only=False):
    _note(settled.trouble, f"ran-{replication}")
    _trouble(settled.trouble, replication)
    for policy in policies.values():
        pooling = policy.levers.get("pooling")
        if pooling and settled.trouble and (Path(settled.trouble) / f"fail-pooling-{pooling.strength:g}").exists():
            raise ValueError("made to fail with this pooling")
    months = {arm: _columns(settled, policy, replication, 12 * years) for arm, policy in policies.items()}
    services = {
        arm: [
            {"service": "a", "month": 12 * y + 11, "design": "standard", "staff": 1.5, "queue": 3} for y in range(years)
        ]
        for arm in policies
    }
    before = _columns(settled, None, replication, 24)
    return types.SimpleNamespace(months=months, burn_in=before, services=services, network={"nodes": [], "edges": []})


class YearlyLife:
    """A life that has one more crisis a month for each council it is told of, and one for each that uses the first design.

    Whatever it is told, a third of its own services use the first design from the second year on.
    """

    people = 1000

    def __init__(self, settled, policy, replication, threads=1):
        self.settled, self.policy, self.replication, self.told = settled, policy, replication, []

    @property
    def year(self):
        return len(self.told)

    def live_to(self, year, councils, in_use):
        for each in range(self.year, year):
            _note(self.settled.trouble, f"lived-{self.settled.seed}-{self.replication}-{each + 1}")
            _trouble(self.settled.trouble, self.replication)
            self.told.append(councils + (in_use["a.core"][each - 1][0] if each and in_use else 0))

    def months(self):
        found = _columns(self.settled, self.policy, self.replication, 12 * self.year)
        found["crises"] = found["crises"] * 0 + np.repeat(np.round(self.told).astype(np.int64), 12)
        return found

    def designs_in_use(self):
        years = np.arange(self.year)
        found = {f"a.core.{name}": np.zeros(self.year) for name in self.settled.designs}
        return {"month": 12 * years + 11, **found, f"a.core.{self.settled.designs[0]}": (years >= 1) / 3}

    def let_go(self):
        _note(self.settled.trouble, f"gone-{self.settled.seed}-{self.replication}")


def _columns(settled, policy, replication, length):
    luck = np.random.default_rng([settled.seed, replication])
    strength = sum(lever.strength for lever in policy.levers.values()) if policy else 0.0
    found = {"citizens": np.full(length, settled.citizens, dtype=np.int64)}
    for name in COUNTS:
        found[name] = luck.poisson(50, length).astype(np.int64) + int(strength * (1 + settled.help))
    if policy is not None and _asked(settled.trouble, "has_parts", 0.0):
        found["refused"] -= _avoided(policy, settled.works, replication)
    if policy is not None and _asked(settled.trouble, "has_lives", 0.0):
        found["crises"] += int(strength) * (3 * replication + settled.later)
    for challenge in settled.challenges:
        for name in PER_CHALLENGE:
            found[name.format(challenge=challenge)] = luck.poisson(20, length).astype(np.int64)
        for tier in ("prevention", "core", "acute"):
            found[f"spend.nhs.{challenge}.{tier}.staff"] = np.full(length, 1_000_000, dtype=np.int64)
    for agency in AGENCIES:
        found[f"spend.{agency}.other_services"] = luck.integers(1000, 2000, length)
        for kind in ("deficit", "reserves", "fund", "frozen", "envelope"):
            found[f"{kind}.{agency}"] = np.zeros(length, dtype=np.int64)
    found["spend.adult_care.transfer"] = -found["spend.nhs.transfer"]
    for name in FLOATS:
        found[name] = 0.5 + luck.random(length) + 0.01 * strength
    found["life_satisfaction_total"] += settled.gladness * strength
    return found


DESIGNS, MANAGEMENT, TOGETHER = 5, 7, 2
"""Refusals a month that redesigns, management and both together avoid, where each does anything; one more where it costs."""


def _avoided(policy, works, replication):
    """Refusals that a policy avoids, a month; what management avoids depends on the replication."""
    designs = works[0] and tries_redesigns(policy, 1)
    management = works[1] * manages_otherwise(policy, 1)
    gains = management > 0
    return (
        DESIGNS * designs + (MANAGEMENT + replication % 3) * gains + TOGETHER * (designs and gains) - (management < 0)
    )


COUNTS = [
    "births",
    "deaths",
    "arrivals",
    "departures",
    "in_need",
    "crises",
    "refused",
    "turned_away",
    "abandoned",
    "waiting",
    "admitted",
    "waited_months",
    "delayed_days",
    "delayed_days_assessment",
    "delayed_days_nhs",
    "emergency_visits",
    "acute_stays",
    "resolved",
    "root_removed",
    "satisfaction_users",
    "jobs_lost",
    "services.total",
    "contacts.value",
    "contacts.refused",
    "contacts.abandoned",
    "contacts.unresolved",
    "contacts.relapsed",
    "spend.households.informal_care",
    "redesigns.begun",
    "redesigns.embedded",
    "redesigns.adapted",
    "redesigns.stopped",
    "redesigns.decommissioned",
    "services.standard",
    "services.patient_hotel",
    "users.prevention",
    "users.core",
    "users.acute",
    "informal_care_hours",
    "spend.nhs.redesign",
    "spend.nhs.transfer",
    "spend.adult_care.support",
    "spend.children.redundancy",
]
PER_CHALLENGE = [
    "need.{challenge}.1",
    "need.{challenge}.2",
    "need.{challenge}.3",
    "crises.{challenge}",
    "contacts.{challenge}.value",
    "contacts.{challenge}.failure",
    "refused.{challenge}",
    "waiting.{challenge}",
    "resolved.{challenge}",
    "delayed_days.{challenge}",
]
FLOATS = [
    "life_satisfaction_total",
    "life_satisfaction_in_need_total",
    "trust_total",
    "capability_total",
    "satisfaction_total",
    "qalys",
    "carbon_tonnes",
    "staff",
    "staff_funded",
    "vacancies",
    "morale",
    "reported_performance",
    "served_performance",
    "helped",
    "waiting_p90",
]


def _note(folder, what):
    """Leaves a file that says that something was done, once for every time."""
    if folder:
        (Path(folder) / f"{what}-{time.time_ns()}-{os.getpid()}").touch()


def _asked(folder, name, otherwise):
    """A number that a test has left for the stand-in."""
    file = Path(folder or ".") / name
    return float(file.read_text()) if folder and file.exists() else otherwise


def _trouble(folder, replication):
    """Does the harm that a test has asked for."""
    if not folder:
        return
    once = Path(folder) / f"kill-{replication}"
    if once.exists():
        once.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    if (Path(folder) / f"always-kill-{replication}").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if (Path(folder) / f"fail-{replication}").exists():
        raise ValueError("made to fail")
    if (Path(folder) / f"full-{replication}").exists():
        raise OSError(28, "No space left on device", "runs.parquet")
    while (Path(folder) / f"slow-{replication}").exists():
        time.sleep(0.02)


def kept(folder):
    """The replications that a run has kept in a folder."""
    return sorted(path.name for path in Path(folder).glob("replication-*"))
