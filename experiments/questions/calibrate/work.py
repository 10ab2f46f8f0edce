"""A calibration under way: runs at the usual numbers, waves, the sample, and the search for known worlds."""

import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.uncertainty.history_matching import judged_by
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.questions.calibrate import outcome, recovery
from experiments.questions.calibrate.question import Plan
from experiments.questions.calibrate.runs import Wave
from experiments.questions.calibrate.targets import facts_of
from experiments.questions.calibrate.waves import Bank, Found, Judge, fill, hypercube, search, try_emulators
from experiments.running.session import Resources, Session, model_version
from experiments.text.terminal import Page

Doubles = NDArray[np.float64]
WAVE, ENSEMBLE = 1_000_000, 1_000_000_000  # first seeds of the runs: far apart, so that none is used twice
SAMPLE = 0  # what the last runs are marked with
FEWEST = 100  # sets that a posterior needs to carry the uncertainty on


def session_of(asked: Plan) -> Session:
    """The folder of a calibration."""
    model = model_version()
    key, settings = asked.key(model), asked.settings
    out = path_of(settings.out or f"results/calibrate-{asked.place}-{key[:8]}", "out=")
    return Session("calibrate", out, key, asked.asked, Resources(settings.workers, large=settings.large), model=model)


def analysed(asked: Plan, session: Session) -> dict[str, Any]:
    """Runs waves and sample, keeps the sets that agree, looks for known worlds, and writes the tables."""
    return outcome.write(session.out, _calibrated(Work(asked, session)), session.model)


@dataclass(frozen=True)
class Work:
    """A calibration under way.

    Attributes:
        plan: what was asked.
        session: where parameter sets are tried out and kept.
    """

    plan: Plan
    session: Session

    @cached_property
    def steered(self) -> NDArray[np.bool_]:
        """Which measures are calibrated to; the others are measured in every run and looked at only at the end."""
        return np.array([not target.held_out for target in self.plan.targets])

    def run(self, sets: Doubles, seed: int, what: str, wave: int) -> Bank:
        """Settles the place with every set, each with luck of its own."""
        plan, session = self.plan, self.session
        measures = tuple((target.name, target.measure) for target in plan.targets)
        first, keys = plan.settings.seed + seed, tuple(plan.space.keys)
        tried = Wave(plan.world, measures, keys, sets, first, session.parts, session.model)
        replace(session, title=what).run([(tried, number) for number in range(len(sets))])
        return Bank(sets, tried.outputs(), np.full(len(sets), wave))

    def steering(self, bank: Bank) -> Bank:
        """The same runs with only the measures that are calibrated to."""
        return Bank(bank.values, bank.outputs[:, self.steered], bank.wave)


def _calibrated(work: Work) -> outcome.Findings:
    """Everything that waves, sample and known worlds find."""
    plan = work.plan
    usual = _usual(work)
    judge = Judge(
        plan.space,
        facts_of(plan.targets).of(work.steered),
        usual.outputs[:, work.steered].var(axis=0, ddof=1),
        plan.settings.worst,
        plan.settings.cut,
    )
    bank, judge, found, told, tried = _waves(work, judge)
    sample = _sample(work, found)
    told.append({"wave": "sample", **_told(work, judge, sample)})
    kept = len(bank.values) + _kept(work, judge, sample)
    known = _recover(work, judge, bank)
    return outcome.Findings(plan, judge, usual, bank.plus(sample), kept, pd.DataFrame(told), tried, known)


def _working(what: str) -> AbstractContextManager[object]:
    """Says what is being worked out, where that takes a while and nothing is run."""
    return Page(stderr=True).status(what)


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
        sets = hypercube(space, count, seed) if wave == 1 else _fill(judge, left, count, seed)
        ran = work.run(sets, WAVE * wave, f"wave {wave}", wave)
        bank = bank.plus(ran)
        here = work.steering(bank.of(judge.keeps(bank.values)) if judge.waves else bank)
        tried += [{"wave": wave, **each} for each in try_emulators(judge, here, judge.facts.names)]
        judge = judge.learn(here)
        with _working(f"wave {wave}: ruling out"):
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


def _sample(work: Work, found: Found) -> Bank:
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
    with _working("known worlds"):
        return recovery.recover(judge, work.steering(bank.of(bank.wave == 1)), truths, work.plan.settings.seed)
