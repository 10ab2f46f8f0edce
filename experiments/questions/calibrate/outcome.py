"""What a calibration leaves behind: the posterior, what it changed, how well it agrees, in files."""

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import storage
from experiments.analysis.uncertainty import approximate_bayes as abc
from experiments.questions.calibrate import recovery
from experiments.questions.calibrate.question import Plan
from experiments.questions.calibrate.targets import facts_of
from experiments.questions.calibrate.waves import Bank, Judge
from experiments.results import manifest

DIGITS = 5
SHOWN = 12  # parameters on the screen, of which known worlds are told apart
PRIOR_DRAWS = 20_000
POSTERIOR, PARAMETERS, FIGURES = "posterior.csv", "parameters.csv", "targets.csv"
WAVES, EMULATORS, RECOVERED, RUNS = "waves.csv", "emulators.csv", "recovery.csv", "runs.parquet"


@dataclass(frozen=True)
class Findings:
    """Everything a calibration found.

    Attributes:
        plan: what was asked.
        judge: figures, chance and emulators.
        usual: runs at the usual numbers.
        bank: all runs of waves and sample.
        kept: rows of the bank that are the posterior.
        waves: what each wave ruled out.
        emulators: how well each output is foretold.
        recovered: known worlds looked for.
    """

    plan: Plan
    judge: Judge
    usual: Bank
    bank: Bank
    kept: NDArray[np.int64]
    waves: pd.DataFrame
    emulators: pd.DataFrame
    recovered: pd.DataFrame


def write(out: Path, found: Findings, version: str) -> dict[str, Any]:
    """Writes every table; returns what the manifest is to say."""
    space = found.plan.space
    about = _about(found, version)
    posterior = _posterior(found)
    table = _header(about) + posterior.to_csv(index_label="parameter_set", lineterminator="\n")
    storage.write_whole(out / POSTERIOR, table.encode())
    prior = space.at_random(PRIOR_DRAWS, np.random.default_rng(found.plan.settings.seed))
    parameters = abc.prior_and_posterior(pd.DataFrame(prior, columns=space.keys), posterior)
    parameters.insert(1, "used", space.usual())
    agreement = _agreement(found)
    tables = {PARAMETERS: parameters, FIGURES: agreement, WAVES: found.waves, EMULATORS: found.emulators}
    if len(found.recovered):
        tables[RECOVERED] = found.recovered
    for name, table in tables.items():
        storage.write_whole(out / name, storage.csv_of(table, float_format="%.6g").encode())
    _keep_runs(out / RUNS, found)
    best = parameters.sort_values("contraction", ascending=False)["key"].head(SHOWN).tolist()
    brief = recovery.in_brief(found.recovered, best) if len(found.recovered) else {}
    return {**about, "recovery": brief, "configuration": found.plan.asked}


def _about(found: Findings, version: str) -> dict[str, Any]:
    """Where the posterior comes from."""
    settings = found.plan.settings
    left = found.waves["share_of_prior_left"].dropna()
    return {
        "question": "calibrate",
        "sentence": answer(found.plan.world.place.title, len(found.kept)),
        "uncertainty": "Ranges of the evidence as far as they agree with England before April 2011; no policy was looked at.",
        "place": found.plan.place,
        "place_title": found.plan.world.place.title,
        "figures": found.plan.figures,
        "scale": settings.scale,
        "seed": settings.seed,
        "runs": len(found.bank.values),
        "kept": len(found.kept),
        "share_of_prior_left": float(left.iloc[-1]),
        "command": " ".join(["redesign", "calibrate", *found.plan.composed.overrides]),
        "git": manifest.commit(),
        "model_version": version,
        "versions": {name: manifest.version_of(name) for name in manifest.PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def answer(place: str, kept: int) -> str:
    """What came of it, in a sentence."""
    return f"{place}: {kept} parameter sets agree with the years before April 2011."


def _header(about: dict[str, Any]) -> str:
    """The comment at the head of a posterior: whose it is and how it was made."""
    git = about["git"]
    lines = [
        "Parameter sets that agree with England before April 2011, equally likely; no policy was looked at.",
        f"place={about['place']} scale={about['scale']:g} seed={about['seed']} figures={about['figures']}",
        f"runs={about['runs']} kept={about['kept']} share_of_prior_not_ruled_out={about['share_of_prior_left']:.3g}",
        f"commit={git.get('commit')} edited={git.get('dirty')} model={about['model_version']}",
        f"command: {about['command']}",
    ]
    return "".join(f"# {line}\n" for line in lines)


def _posterior(found: Findings) -> pd.DataFrame:
    """The sets kept, written with few digits and never beyond a number's range."""
    space = found.plan.space
    values = found.bank.values[found.kept]
    short = np.array([[float(f"{number:.{DIGITS}g}") for number in row] for row in values])
    low, high = (np.array([getattr(entry, end) for entry in space.entries]) for end in ("low", "high"))
    return pd.DataFrame(np.clip(short, low, high), columns=space.keys)


def _agreement(found: Findings) -> pd.DataFrame:
    """Every figure beside the model: with the usual numbers, over the prior, and with the sets kept."""
    facts = facts_of(found.plan.targets)
    chance = found.usual.outputs.var(axis=0, ddof=1)
    before = found.bank.of((found.bank.wave == 1) & found.bank.settled).outputs
    after = found.bank.outputs[found.kept]
    rows = []
    for k, target in enumerate(found.plan.targets):
        allowed = np.sqrt(facts.observation[k] + facts.discrepancy[k])
        away = abs(after[:, k].mean() - facts.observed[k]) / allowed
        rows.append({
            "figure": target.name, "measure": target.measure, "unit": target.figure.unit, "grade": target.figure.grade,
            "role": "held out" if target.held_out else "calibrated to", "observed": facts.observed[k],
            "sd_observed": np.sqrt(facts.observation[k]), "sd_discrepancy": np.sqrt(facts.discrepancy[k]),
            "sd_chance": np.sqrt(chance[k]), "usual_mean": found.usual.outputs[:, k].mean(),
            "usual_away": abs(found.usual.outputs[:, k].mean() - facts.observed[k]) / allowed,
            "prior_low": abc.interval(before[:, k])[0], "prior_median": np.median(before[:, k]),
            "prior_high": abc.interval(before[:, k])[1], "posterior_low": abc.interval(after[:, k])[0],
            "posterior_mean": after[:, k].mean(), "posterior_high": abc.interval(after[:, k])[1], "posterior_away": away,
            "source": target.figure.source,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _keep_runs(path: Path, found: Findings) -> None:
    """Writes all runs: the numbers varied, what was measured, and which were kept."""
    table = pd.DataFrame(found.bank.values, columns=found.plan.space.keys)
    measured = pd.DataFrame(found.bank.outputs, columns=[f"measured.{target.name}" for target in found.plan.targets])
    table = pd.concat([pd.DataFrame({"wave": found.bank.wave}), table, measured], axis=1)
    table["kept"] = np.isin(np.arange(len(table)), found.kept)
    storage.write_frame(path, table)
