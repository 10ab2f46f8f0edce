"""What a country takes: the settling and living of authorities of different size, and what follows for all of them.

Run with `python benchmarks/nation.py` on a quiet machine. Writes benchmarks/nation.md. A few authorities settle and are lived
once (two arms, ten years), one thread each, in seconds of the processor; a straight line through them says what an authority
takes whatever its size, and what each simulated person adds. All else is worked out from that line and called a projection.
"""

import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.configuration.compose import compose
from experiments.configuration.places.authorities import authorities
from experiments.configuration.validate import Plan
from experiments.questions.nation.question import QUESTION
from experiments.running import engine
from experiments.running.job import Reduce

CHOSEN = ("rutland", "darlington", "gateshead", "sunderland", "county_durham", "kent")
WARM = "darlington"
SCALES = (0.01, 0.03, 0.1, 0.3, 1.0)
WORKERS = (2, 8, 100)
WANTED_MINUTES = 6.0
OUT = Path(__file__).with_name("nation.md")
SEEN = """**Seen** on two cores of an AMD EPYC, CPython 3.11.7, rules compiled, nothing kept, all 151
authorities, two arms, one replication:

| people simulated | on | took | memory, all processes |
|:---|:---|---:|---:|
| 10%, 5.3 million | 30 November 2026 | 4 minutes 43 seconds | |
| **100%, 52.6 million: person by person** | 30 November 2026 | **44 minutes 2 seconds** | **2.5 GiB** |

A tenth ran while the machine was faster; the whole country (`redesign nation scale=1 years=10 replicates=1`) shared its cores
with other work for some minutes, and everything was killed once (`kill -9`) after 40 minutes and asked for again. Its log:

| minutes | authorities done, largest first | memory, all processes, GiB | largest process, GiB |
|---:|---:|---:|---:|
| 5 | 2 | 2.33 | 1.00 |
| 10 | 8 | 2.07 | 0.87 |
| 15 | 16 | 2.11 | 0.87 |
| 20 | 24 | 2.09 | 0.87 |
| 25 | 36 | 2.09 | 0.87 |
| 30 | 56 | 2.09 | 0.87 |
| 35 | 82 | 2.09 | 0.87 |
| 40 | killed with 114 done | | |
| 41 | went on from 114 | 1.20 | 0.36 |
| 43 | 138 | 1.21 | 0.36 |
| 44 | 151, tables, maps and the page's figures drawn | 0.66 | 0.43 |

Memory was highest after 3 minutes, with the largest counties: 2.5 GiB in all, 1.0 in one process (8 were allowed). The folder
takes 15 MB. What came out, radical less rationing, year 10: crises begun −1.7 per 1,000 people (46.5 and 44.8), established need
−0.63 points, public spending −£27 a head. One life each says nothing of chance."""
"""The whole country, timed as a user would run it; not repeated by this script."""


class Taken(NamedTuple):
    """Seconds of the processor that an authority takes."""

    title: str
    people: float
    settling: float
    living: float


class Line(NamedTuple):
    """Seconds of an authority whatever its size, and of each simulated person."""

    fixed: float
    person: float

    def over(self, people: float, count: int) -> float:
        """Seconds of so many authorities with so many simulated people."""
        return count * self.fixed + people * self.person


def taken(plan: Plan, reduce: Reduce) -> Taken:
    """Settles an authority and lives it once."""
    began = time.process_time()
    settled = engine.settle(plan.world, None, 1)
    between = time.process_time()
    lived = engine.run(settled, plan.policies, 0, plan.settings.years, 1, True)
    for months in lived.months.values():
        reduce(months)
    place = plan.world.place
    people = place.population.number * plan.settings.scale
    return Taken(place.title, people, between - began, time.process_time() - between)


def fitted(found: Sequence[Taken], part: str) -> Line:
    """The straight line through what some authorities took."""
    slope, fixed = np.polyfit([each.people for each in found], [getattr(each, part) for each in found], 1)
    return Line(float(fixed), float(slope))


def largest(scale: float) -> float:
    """Simulated people of the largest authority, which nobody can share."""
    return max(each.population for each in authorities().values()) * scale


def minutes(settling: Line, living: Line, scale: float, workers: int) -> float:
    """Of all authorities, one replication, on so many processors; never less than the largest by itself."""
    every = authorities().values()
    people = sum(each.population for each in every) * scale
    work = sum(line.over(people, len(every)) for line in (settling, living)) / workers
    alone = sum(line.over(largest(scale), 1) for line in (settling, living))
    return max(work, alone) / 60


def main() -> None:
    """Measures, and writes the page."""
    words = [f"authorities=[{','.join(CHOSEN)}]", "replicates=1", "workers=1"]
    asked = QUESTION.plans(compose("nation", words, []))
    plans = {plan.place: plan for plan in asked.plans}
    assert asked.reduce is not None
    taken(plans[WARM], asked.reduce)  # loads what is compiled
    found = [taken(plan, asked.reduce) for plan in plans.values()]
    settling, living = fitted(found, "settling"), fitted(found, "living")
    people = sum(each.population for each in authorities().values())
    two = minutes(settling, living, 0.1, 2)
    lines = [
        "# What a country takes",
        "",
        f"Two arms, ten years, one replication, one thread; seconds of the processor. {platform.machine()}, CPython "
        f"{platform.python_version()}.",
        "",
        "| authority at a tenth | simulated people | settling, s | living, s |",
        "|:---|---:|---:|---:|",
        *(f"| {each.title} | {each.people:,.0f} | {each.settling:.2f} | {each.living:.2f} |" for each in found),
        "",
        f"An authority takes {settling.fixed:.2f} s to settle and {living.fixed:.2f} s a replication whatever its size, and each "
        f"simulated person {settling.person * 1e6:.0f} and {living.person * 1e6:.0f} millionths of a second more.",
        "",
        f"**Projected** from that line: all {len(authorities())} authorities, {people / 1e6:.1f} million people, in minutes.",
        "",
        "| people simulated | " + " | ".join(f"{count} processors" for count in WORKERS) + " |",
        "|:---|" + "---:|" * len(WORKERS),
        *(
            f"| {scale:.0%} | "
            + " | ".join(f"{minutes(settling, living, scale, count):,.1f}" for count in WORKERS)
            + " |"
            for scale in SCALES
        ),
        "",
        f"Wanted: a tenth on two processors within {WANTED_MINUTES:g} minutes; projected {two:.1f}. "
        "One process lives the largest authority, so that there is a limit to what more processors gain.",
        "",
        SEEN,
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
