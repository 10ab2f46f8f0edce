"""The question `redesign calibrate`: which numbers agree with the years before the policy date?

History matching in waves rules out what cannot agree, and rejection keeps of what is left. Neither this nor
any module it is made of knows a policy or a lever: what redesign and rationing do later steers nothing here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.uncertainty.history_matching import judged_by
from experiments.configuration.compose import Question
from experiments.errors import ConfigurationError, Fault
from experiments.questions.calibrate import outcome, recovery, runs, screen
from experiments.questions.calibrate.plan import Plan, Settings, check
from experiments.questions.calibrate.runs import Bench
from experiments.questions.calibrate.targets import facts_of
from experiments.questions.calibrate.waves import Bank, Found, Judge, fill, search, try_emulators
from experiments.results import results_folder
from experiments.running import engine

Doubles = NDArray[np.float64]
WAVE, ENSEMBLE = 1_000_000, 1_000_000_000  # first seeds of the runs: far apart, so that none is used twice
SAMPLE = 0  # what the last runs are marked with
FEWEST = 100  # sets that a posterior needs to carry the uncertainty on


@dataclass
class Work:
    """A calibration under way.

    Attributes:
        plan: what was asked.
        bench: where parameter sets are tried out.
        tell: told what is being done, and after each run.
        steered: which of the measures are calibrated to; the others are held out.
    """

    plan: Plan
    bench: Bench
    tell: Callable[..., None]
    steered: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Held-out figures are measured in every run and looked at only at the end."""
        self.steered = np.array([not target.held_out for target in self.plan.targets])

    def run(self, sets: Doubles, seed: int, what: str, wave: int) -> Bank:
        """Settles the place with every set, each with luck of its own."""
        self.tell(what, len(sets))
        first = self.plan.settings.seed + seed
        seeds = list(range(first, first + len(sets)))
        outputs = runs.run_all(self.bench, self.plan.space, sets, seeds, self.tell)
        return Bank(sets, outputs, np.full(len(sets), wave))

    def steering(self, bank: Bank) -> Bank:
        """The same runs with only the measures that are calibrated to."""
        return Bank(bank.values, bank.outputs[:, self.steered], bank.wave)


def answer(plan: Plan) -> int:
    """Runs what has not been run, keeps the sets that agree, writes the results and shows one screen."""
    version = engine.model_version()
    key = plan.key(version)
    out = plan.folder(key)
    if results_folder.state_of(out, key, plan.asked) == "finished":
        print(f"{out} holds this calibration already, finished; here it is again.\n", file=sys.stderr)
    else:
        with results_folder.claimed(out, key, plan.asked):
            _calibrate(plan, version, key, out)
        results_folder.tidy(out)
    screen.show(out)
    return 0


ask = Question(check, answer, Settings)


def _calibrate(plan: Plan, version: str, key: str, out: Path) -> None:
    """Waves, sample, posterior, recovery; then everything is written, the manifest last."""
    began = time.perf_counter()
    measures = tuple((target.name, target.measure) for target in plan.targets)
    parts = out / results_folder.PARTS
    with _shown() as tell:
        work = Work(plan, Bench(plan.world, measures, parts, version, plan.workers), tell)
        usual = _usual(work)
        judge = Judge(
            plan.space,
            facts_of(plan.targets).of(work.steered),
            usual.outputs[:, work.steered].var(axis=0, ddof=1),
            plan.settings.worst,
            plan.settings.cut,
        )
        bank, judge, found, told, tried = _waves(work, judge)
        sample = _sample(work, judge, found)
        told.append({"wave": "sample", **_told(work, judge, sample)})
        kept = len(bank.values) + _kept(work, judge, sample)
        known = _recover(work, judge, bank)
    tell_all = outcome.Findings(
        plan, judge, usual, bank.plus(sample), kept, pd.DataFrame(told), tried, known, time.perf_counter() - began
    )
    outcome.write(out, tell_all, version, key)


def _usual(work: Work) -> Bank:
    """Runs at the usual numbers, to see how much chance alone moves."""
    count = work.plan.settings.replicates
    usual = work.run(np.tile(work.plan.space.usual(), (count, 1)), ENSEMBLE, "chance", 0)
    if usual.settled.sum() < 2:
        raise ConfigurationError(
            Fault("", "the place does not settle at its usual numbers: a budget is far too small for its needs")
        )
    return usual.of(usual.settled)


def _waves(work: Work, judge: Judge) -> tuple[Bank, Judge, Found, list[dict[str, object]], pd.DataFrame]:
    """Each wave simulates where nothing has been ruled out so far, learns, and rules out."""
    settings, space = work.plan.settings, work.plan.space
    bank, left = _empty(work), np.zeros((0, len(space.keys)))
    told: list[dict[str, object]] = []
    tried: list[dict[str, object]] = []
    for wave, count in enumerate(settings.waves, 1):
        seed = settings.seed + wave
        sets = space.hypercube(count, seed) if wave == 1 else _fill(judge, left, count, seed)
        ran = work.run(sets, WAVE * wave, f"wave {wave}", wave)
        bank = bank.plus(ran)
        here = work.steering(bank.of(judge.keeps(bank.values)) if judge.waves else bank)
        tried += [{"wave": wave, **each} for each in try_emulators(judge, here, judge.facts.names)]
        judge = judge.learn(here)
        work.tell(f"wave {wave}: ruling out", 0)
        found = search(judge, settings.candidates, seed)
        left = found.left
        told.append(
            {
                "wave": str(wave),
                **_told(work, judge, ran),
                "share_of_prior_left": found.share,
                "candidates": settings.candidates,
            }
        )
    return bank, judge, found, told, pd.DataFrame(tried)


def _told(work: Work, judge: Judge, ran: Bank) -> dict[str, object]:
    """How a wave's runs went."""
    scores = judge.scores(work.steering(ran).outputs)
    fits = judged_by(scores, judge.worst) <= judge.cut
    return {
        "runs": len(ran.values),
        "did_not_settle": int((~ran.settled).sum()),
        "agree_by_own_run": float(fits.mean()),
    }


def _sample(work: Work, judge: Judge, found: Found) -> Bank:
    """Runs sets that rejection kept; where it kept few, a note says so."""
    wanted = work.plan.settings.sample
    if not len(found.accepted):
        raise ConfigurationError(
            Fault(
                "calibration",
                "every parameter set is ruled out or next to impossible",
                "widen discrepancies, judge by worst=2, or more candidates=",
            )
        )
    if len(found.accepted) < wanted:
        print(
            f"note: rejection kept {len(found.accepted)} sets, not sample={wanted}; more candidates= find more",
            file=sys.stderr,
        )
    return work.run(found.accepted[:wanted], WAVE * (len(work.plan.settings.waves) + 1), "sample", SAMPLE)


def _kept(work: Work, judge: Judge, sample: Bank) -> NDArray[np.int64]:
    """The sets that stay: those that are not ruled out by their own run either."""
    scores = judge.scores(work.steering(sample).outputs)
    fits = np.flatnonzero(judged_by(scores, judge.worst) <= judge.cut)[: work.plan.settings.keep]
    if not len(fits):
        raise ConfigurationError(
            Fault("calibration", "no run agrees with the figures", "widen discrepancies, or a larger sample=")
        )
    if len(fits) < min(FEWEST, work.plan.settings.keep):
        print(f"note: only {len(fits)} sets agree; a larger sample= would find more", file=sys.stderr)
    return fits


def _fill(judge: Judge, left: Doubles, count: int, seed: int) -> Doubles:
    """Sets of what is left; where nothing is left, the figures are the configuration's fault."""
    try:
        return fill(judge, left, count, seed)
    except ValueError as error:
        raise ConfigurationError(Fault("calibration", str(error))) from error


def _empty(work: Work) -> Bank:
    """No runs yet."""
    return Bank(
        np.zeros((0, len(work.plan.space.keys))), np.zeros((0, len(work.plan.targets))), np.zeros(0, dtype=np.int64)
    )


def _recover(work: Work, judge: Judge, bank: Bank) -> pd.DataFrame:
    """Known worlds are looked for with the first wave's runs, which were drawn without looking at any figure."""
    truths = work.plan.settings.recovery_truths
    if not truths:
        return pd.DataFrame()
    work.tell("known worlds", 0)
    return recovery.recover(judge, work.steering(bank.of(bank.wave == 1)), truths, work.plan.settings.seed)


@contextmanager
def _shown() -> Iterator[Callable[..., None]]:
    """Shows a bar for what is being run; told a name and a number of runs, then nothing after each run."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task("settling", total=1)

        def tell(what: str = "", count: int = 0) -> None:
            if what:
                bar.reset(task, description=what, total=count)
            else:
                bar.advance(task)

        yield tell
