"""The question `redesign calibrate`: which numbers agree with the years before the policy date?

History matching in waves rules out what cannot agree, and rejection keeps the nearest of what is left. Neither this nor
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

from experiments import engine, folder
from experiments.analysis import approximate_bayes as abc
from experiments.analysis.history_matching import judged_by
from experiments.calibration import outcome, recovery, runs, screen
from experiments.calibration.plan import Plan, check
from experiments.calibration.runs import Bench
from experiments.calibration.targets import facts_of
from experiments.calibration.waves import Bank, Judge, fill, share_left, try_emulators
from experiments.compose import Question
from experiments.faults import Fault, Refusal

Doubles = NDArray[np.float64]
WAVE, ENSEMBLE, RECOVERY = (
    1_000_000,
    1_000_000_000,
    2_000_000_000,
)  # first seeds: far apart, so that none is used twice
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
    if folder.state_of(out, key, plan.asked) == "finished":
        print(f"{out} holds this calibration already, finished; here it is again.\n", file=sys.stderr)
    else:
        with folder.claimed(out, key, plan.asked):
            _calibrate(plan, version, key, out)
        folder.tidy(out)
    screen.show(out)
    return 0


ask = Question(check, answer)


def _calibrate(plan: Plan, version: str, key: str, out: Path) -> None:
    """Waves, sample, posterior, recovery; then everything is written, the manifest last."""
    began = time.perf_counter()
    measures = tuple((target.name, target.measure) for target in plan.targets)
    parts = out / folder.PARTS
    with _shown() as tell:
        work = Work(plan, Bench(plan.world, measures, parts, version, plan.workers), tell)
        usual = _usual(work)
        judge = Judge(
            plan.space, facts_of(plan.targets).of(work.steered), usual.outputs[:, work.steered].var(axis=0, ddof=1),
            plan.settings.worst, plan.settings.cut,
        )  # fmt: skip
        bank, judge, waves, tried = _waves(work, judge)
        kept = _nearest(work, judge, bank)
        known = _recover(work, judge, bank)
    tell_all = outcome.Findings(
        plan, judge, usual, bank, kept, waves, tried, known, time.perf_counter() - began
    )
    outcome.write(out, tell_all, version, key)


def _usual(work: Work) -> Bank:
    """Runs at the usual numbers, to see how much chance alone moves."""
    count = work.plan.settings.replicates
    usual = work.run(np.tile(work.plan.space.usual(), (count, 1)), ENSEMBLE, "chance", 0)
    if usual.settled.sum() < 2:
        raise Refusal(
            Fault(
                "", "the place does not settle at its usual numbers: a budget is far too small for its needs"
            )
        )
    return usual.of(usual.settled)


def _waves(work: Work, judge: Judge) -> tuple[Bank, Judge, pd.DataFrame, pd.DataFrame]:
    """Each wave simulates where nothing has been ruled out so far, learns, and rules out; then comes the sample."""
    settings, space = work.plan.settings, work.plan.space
    names = judge.facts.names
    bank, left, told, tried = _empty(work), np.zeros((0, len(space.keys))), [], []
    for wave, count in enumerate((*settings.waves, settings.sample), 1):
        last = wave > len(settings.waves)
        seed = settings.seed + wave
        sets = space.hypercube(count, seed) if wave == 1 else _fill(judge, left, count, seed)
        ran = work.run(sets, WAVE * wave, "sample" if last else f"wave {wave}", wave)
        bank = bank.plus(ran)
        row = {
            "wave": "sample" if last else str(wave),
            "runs": count,
            "did_not_settle": int((~ran.settled).sum()),
        }
        scores = judge.scores(work.steering(ran).outputs)
        row["not_ruled_out_by_own_run"] = float(np.mean(judged_by(scores, settings.worst) <= settings.cut))
        if not last:
            here = work.steering(bank.of(judge.keeps(bank.values)) if judge.waves else bank)
            tried += [{"wave": wave, **each} for each in try_emulators(judge, here, names)]
            judge = judge.learn(here)
            share, left = share_left(judge, settings.candidates, seed)
            row |= {"share_of_prior_left": share, "candidates": settings.candidates}
        told.append(row)
    return bank, judge, pd.DataFrame(told), pd.DataFrame(tried)


def _fill(judge: Judge, left: Doubles, count: int, seed: int) -> Doubles:
    """Sets of what is left; where nothing is left, the figures are the configuration's fault."""
    try:
        return fill(judge, left, count, seed)
    except ValueError as error:
        raise Refusal(Fault("calibration", str(error))) from error


def _empty(work: Work) -> Bank:
    """No runs yet."""
    return Bank(
        np.zeros((0, len(work.plan.space.keys))),
        np.zeros((0, len(work.plan.targets))),
        np.zeros(0, dtype=np.int64),
    )


def _nearest(work: Work, judge: Judge, bank: Bank) -> NDArray[np.int64]:
    """The runs kept: not ruled out by any wave's emulators nor by themselves, and nearest to what was observed."""
    scores = judge.scores(work.steering(bank).outputs)
    distances = abc.distance(scores)
    out = ~judge.keeps(bank.values) | (judged_by(scores, judge.worst) > judge.cut)
    kept = abc.nearest(np.where(out, np.inf, distances), work.plan.settings.keep)
    if not len(kept):
        raise Refusal(
            Fault(
                "calibration",
                "no run agrees with the figures",
                "widen discrepancies, or worst=3, or a larger sample=",
            )
        )
    if len(kept) < min(FEWEST, work.plan.settings.keep):
        print(f"note: only {len(kept)} sets agree; a larger sample= would find more", file=sys.stderr)
    return kept


def _recover(work: Work, judge: Judge, bank: Bank) -> pd.DataFrame:
    """Known worlds are looked for with the first wave's runs, which were drawn without looking at any figure."""
    settings = work.plan.settings
    if not settings.recovery_truths:
        return pd.DataFrame()

    def simulate(sets: Doubles, truth: int) -> Bank:
        seed = RECOVERY + WAVE * truth
        return work.steering(work.run(sets, seed, f"known world {truth + 1}", -1))

    first = work.steering(bank.of(bank.wave == 1))
    return recovery.recover(
        judge, first, settings.recovery_truths, settings.recovery_runs, settings.seed, simulate
    )


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
