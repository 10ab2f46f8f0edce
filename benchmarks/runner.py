"""What the runner costs beside the simulation itself, and what a second worker gains.

Run with `python benchmarks/runner.py` on a quiet machine. Writes benchmarks/runner.md. The same replications (both arms, one
thread each) are simulated in a bare loop, by the runner in one process, and by the runner in two: kept, checked and
reported one by one. Starting a process costs the same however much there is to do, so that is told apart: times a
replication come from the difference between many and few.
"""

import platform
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.results import results_folder, settled_place
from experiments.running import engine, worker
from experiments.running.executor import Run
from experiments.running.job import Job
from experiments.running.pool import cores, local
from experiments.running.session import ENGINE

FEW, MANY = 6, 36
ROUNDS = 3
ASKED = ["arms=[rationing,radical]", "years=10", "workers=1"]
ALLOWED, WANTED = 0.05, 1.8
OUT = Path(__file__).with_name("runner.md")
Jobs = Callable[[Path, bool], Job]


def seconds(what: Callable[[], object]) -> float:
    """How long something takes on the wall."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def a_replication(run: Callable[[int], object], few: int, many: int) -> tuple[float, float]:
    """Seconds a replication, and seconds whatever the number; the best of some rounds."""
    short, long = (min(seconds(lambda n=n: run(n)) for _ in range(ROUNDS)) for n in (few, many))  # type: ignore[misc]
    each = (long - short) / (many - few)
    return each, max(short - few * each, 0.0)


def by_runner(jobs: Jobs, processes: int, totals_only: bool) -> Callable[[int], None]:
    """Runs so many replications as `compare` (everything kept) or `sweep` (totals only) does, in a new folder."""

    def run(count: int) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            job = jobs(Path(temporary), totals_only)
            with Run([(job, r) for r in range(count)], local(processes), lambda report: None) as done:
                if processes > 1:
                    done.on_pools()
                else:
                    for each, number in done.left():
                        done.take(worker.simulate(each, number))
            if done.failures:
                raise SystemExit(done.failed())

    return run


def measured(title: str, asked: list[str], few: int, many: int) -> list[str]:
    """Settles a place once and times every way; the lines of its table."""
    plan = check(compose("compare", [*ASKED, *asked], []))
    settled = engine.settle(plan.world, None, cores())
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / settled_place.settled_name("benchmark")
        settled_place.write_settled(place, settled)
        key = results_folder.replication_key(plan, engine.model_version())

        def jobs(parts: Path, totals_only: bool) -> Job:
            years = plan.settings.years
            return Job(ENGINE, place, plan.policies, years, 1, parts, key, totals_only=totals_only)

        def bare(count: int, totals_only: bool) -> None:
            for replication in range(count):
                engine.run(settled, plan.policies, replication, plan.settings.years, 1, totals_only)

        bare(1, False)
        rows = []
        for what, totals_only in (("totals only, as in a sweep", True), ("everything, as in a comparison", False)):
            plain, _ = a_replication(partial(bare, totals_only=totals_only), few, many)
            rows.append(f"| bare loop, {what} | {1000 * plain:.0f} | 0.0 | |")
            alone, start = a_replication(by_runner(jobs, 1, totals_only), few, many)
            both, begin = a_replication(by_runner(jobs, 2, totals_only), few, many)
            rows += [
                f"| one process, {what} | {1000 * alone:.0f} | {start:.1f} | {alone / plain - 1:+.1%} of the bare loop |",
                f"| two processes, {what} | {1000 * both:.0f} | {begin:.1f} | {alone / both:.2f} times one |",
            ]
    return [
        f"{title}, two arms, ten years: a replication takes {1000 * plain:.0f} ms, a run {500 * plain:.0f} ms.",
        "",
        "| | ms a replication | seconds to start | |",
        "|:---|---:|---:|:---|",
        *rows,
        "",
    ]


def main() -> None:
    """Times a town whose runs are short and a borough at its usual scale; writes the tables."""
    about = f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}."
    lines = [
        "# What the runner costs",
        "",
        *measured("Teaching town", ["place=teaching_town"], FEW, MANY),
        *measured("Croydon at its usual scale", ["place=croydon"], FEW // 3, MANY // 3),
        f"Wanted: at most {ALLOWED:.0%} more than the bare loop, for runs of 200 ms and more; two processes at least {WANTED} "
        f"times one. {about}",
    ]
    OUT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
