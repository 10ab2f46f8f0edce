"""What work takes: memory, disk and time, reckoned before anything is begun, and whether this machine has it.

The constants were measured on x86_64 with two cores (benchmarks/speed.md, benchmarks/compare.md) and are rounded up: an
estimate tells hours from months, and gigabytes from terabytes, no more.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import ConfigurationError, Fault
from experiments.text.numerals import counted
from experiments.text.telling import tell
from simulation.parameters import WorldConfig

PARENT_BYTES, PROCESS_BYTES = 300e6, 160e6
"""Of the process that is asked and of each that simulates, whatever it is that they simulate: libraries and compiled rules."""
CITIZEN_BYTES = 860
"""Of each citizen, in each process, while the place is built and settles: four times what a citizen takes afterwards."""
CITIZEN_MONTHS_A_SECOND = 5e6
"""Of one core; `compare` as a whole manages 4.4 million, the kernels alone 5.5."""
AGENTS_TIMES_SLOWER = 133
"""The engine `agents` against the compiled one."""
SETTLING_SECONDS = 6e-5
"""Of one core, for each citizen, to build a place and let it settle."""
ALONE_SHARE = 0.7
"""Of that, where a replication settles by itself: no start is searched for."""
OWN_PEOPLE_SECONDS = 6e-6
"""Of one core, for each citizen, to draw the people and ties of a replication's own."""
ARM_MONTH_BYTES, TOTALS_SHARE, REPLICATION_BYTES = 6_000, 0.25, 700_000
"""Kept of each month of an arm, the share of it that is of everybody, and what is kept of a replication beside its months."""
KEPT_TWICE = 2
"""What is kept of each run is there once more, joined, before it goes."""
LONG, TOO_LONG = 3600.0, 30 * 86_400.0
"""Seconds from which on it is said how long it will be, and from which on it is refused."""
CGROUP, UNLIMITED = Path("/sys/fs/cgroup"), 1 << 60
UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"))
SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"))


@dataclass(frozen=True)
class Size:
    """What a piece of work takes.

    Attributes:
        people: simulated at a time.
        seconds: of one core.
        kept: bytes of the disk.
    """

    people: float = 0.0
    seconds: float = 0.0
    kept: float = 0.0

    def times(self, count: int) -> "Size":
        """What so many take, one after another."""
        return Size(self.people, self.seconds * count, self.kept * count)


NOTHING = Size()


def people_of(world: WorldConfig) -> float:
    """How many people are simulated."""
    return world.place.population.number * world.scale


def of_settling(world: WorldConfig) -> Size:
    """What it takes to build a place and let it settle."""
    people = people_of(world)
    return Size(people, people * SETTLING_SECONDS * _slower(world))


def of_beginning(world: WorldConfig) -> Size:
    """What it takes until a replication is at the policy date, from a place that has settled for all."""
    people = people_of(world)
    seconds = people * world.burn_in.own / CITIZEN_MONTHS_A_SECOND * _slower(world)
    seconds += people * OWN_PEOPLE_SECONDS * (world.population_luck == "own")
    seconds += of_settling(world).seconds * ALONE_SHARE * (world.settling_luck == "own")
    return Size(people, seconds)


def of_replication(
    world: WorldConfig, arms: int, years: int, totals_only: bool = False, has_begun: bool = False
) -> Size:
    """What one replication of every arm takes, from a place that has settled, or from the policy date where it has begun."""
    people, months = people_of(world), arms * years * 12
    seconds = people * months / CITIZEN_MONTHS_A_SECOND * _slower(world)
    seconds += 0.0 if has_begun else of_beginning(world).seconds
    by_month = ARM_MONTH_BYTES * (TOTALS_SHARE if totals_only else 1)
    return Size(people, seconds, months * by_month + (0 if totals_only else REPLICATION_BYTES))


def _slower(world: WorldConfig) -> float:
    """How many times as long it takes as with the compiled engine."""
    return AGENTS_TIMES_SLOWER if world.engine == "agents" else 1


def afford(sizes: Sequence[Size], processes: int, out: Path, large: bool, afar: bool = False) -> None:
    """Says how long work takes that takes long; refuses what this machine has no memory, disk or lifetime for.

    Args:
        sizes: of every piece that is to be done.
        processes: how many do it.
        out: where results are kept.
        large: whether it is done all the same.
        afar: whether other machines do it, whose memory and number are theirs.

    Raises:
        ConfigurationError: it is beyond this machine.
    """
    people = max((size.people for size in sizes), default=0.0)
    memory = 0.0 if afar else PARENT_BYTES + processes * (PROCESS_BYTES + people * CITIZEN_BYTES)
    disk = KEPT_TWICE * sum(size.kept for size in sizes)
    seconds = 0.0 if afar else sum(size.seconds for size in sizes) / max(1, processes)
    had, free = memory_of_machine(), free_disk(out)
    beyond = [
        (f"{in_bytes(memory)} of memory, of {in_bytes(had)} there are", memory > had),
        (f"{in_bytes(disk)} of disk, of {in_bytes(free)} free at {out}", disk > free),
        (f"{in_time(seconds)} of work", seconds > TOO_LONG),
    ]
    why = " and ".join(words for words, is_beyond in beyond if is_beyond)
    if why and not large:
        what = f"{people:,.0f} people at a time, {len(sizes):,} pieces of work"
        fix = "a smaller scale=, fewer years= or replicates=, fewer workers=; large=true runs it all the same"
        raise ConfigurationError(Fault(what, f"would take about {why}", fix))
    if seconds > LONG:
        tell(
            f"note: this takes about {in_time(seconds)} on {processes} process{'es' * (processes > 1)}; what finishes is kept"
        )


def in_time(seconds: float) -> str:
    """A span of time, roughly."""
    unit, name = next(((unit, name) for unit, name in UNITS if seconds >= unit), UNITS[-1])
    return counted(round(seconds / unit), name)


def in_bytes(number: float) -> str:
    """A size, roughly."""
    unit, name = next(((unit, name) for unit, name in SIZES if number >= unit), SIZES[-1])
    return f"{number / unit:,.3g} {name}" if number / unit < 1000 else f"{number / unit:,.0f} {name}"


def memory_of_machine() -> float:
    """Bytes of memory that this process may use at most: the machine's, or those of the group of processes it is put into."""
    found = [float("inf")]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    return min([*found, *_limits()])


def _limits() -> list[float]:
    """The limits on memory that a batch system or a container has set, as Linux tells them."""
    try:
        own = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in own:
        _, kinds, path = line.split(":", 2)
        name = "memory.limit_in_bytes" if kinds else "memory.max"
        here = CGROUP / kinds / path.lstrip("/")
        for folder in [each for each in (here, *here.parents) if each.is_relative_to(CGROUP)]:
            text = _first_line(folder / name)
            found += [float(text)] if text.isdigit() and int(text) < UNLIMITED else []
    return found


def _first_line(file: Path) -> str:
    """What a file of the system says; nothing where there is none."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def free_disk(out: Path) -> float:
    """Bytes that are free where a folder is or will be."""
    here = next((each for each in (out, *out.absolute().parents) if each.exists()), Path("/"))
    try:
        return float(shutil.disk_usage(here).free)
    except OSError:
        return float("inf")
