"""Says how results were made: configuration, versions, machine, speed, checksums."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Collection, Mapping
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration.validate import Plan
from experiments.results import results_folder, signed, store
from experiments.results.open_results import MANIFEST, OUTPUTS, Opened
from experiments.text.purpose import CHANCE_ONLY, PURPOSE, TWO_UNCERTAINTIES

PACKAGES = (
    "redesign", "mesa", "numpy", "numba", "llvmlite", "scipy", "networkx", "pandas", "pyarrow", "pydantic", "hydra-core",
    "omegaconf", "matplotlib",
)  # fmt: skip
GIT_SECONDS = 10
UNKNOWN = "unknown"


def describe(plan: Plan, model: str, findings: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about a run but the checksums of its files."""
    settings, configuration = plan.settings, results_folder.configuration(plan)
    return {
        **made_with(model),
        "uncertainty": CHANCE_ONLY if settings.uncertainty == "chance" else TWO_UNCERTAINTIES,
        "question": "compare",
        "place": plan.place,
        "place_title": plan.world.place.title,
        "small_areas": len(plan.world.place.areas),
        "arms": list(plan.policies),
        "contrast": list(settings.contrast),
        "scale": settings.scale,
        "years": settings.years,
        "replicates": settings.replicates,
        "seed": settings.seed,
        "engine": settings.engine,
        **findings,
        "configuration_hash": _hash(configuration),
        "vintage": _vintage(plan),
        "lock_hash": _lock_hash(),
        "configuration": configuration,
    }


def made_with(model: str) -> dict[str, Any]:
    """What results of any question were made with: the purpose, the model, versions, machine and commit."""
    return {
        "purpose": PURPOSE,
        "uncertainty": CHANCE_ONLY,
        "model_version": model,
        "versions": {name: version_of(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "git": commit(),
    }


def _vintage(plan: Plan) -> dict[str, str]:
    """Which numbers were in force: the files of costs and demography, where from, and the year of all prices."""
    world, choices = plan.world, plan.composed.choices
    return {
        "price_year": world.costs.price_year,
        "costs": f"{choices.get('costs', UNKNOWN)}: {world.costs.source}",
        "demography": f"{choices.get('demography', UNKNOWN)}: {world.demography.source}",
    }


def _lock_hash() -> str:
    """The SHA-256 of every installed package's name and version, in order: the same where all of them are the same."""
    return _hash(sorted({f"{each.name.lower().replace('_', '-')}=={each.version}" for each in distributions()}))


def _hash(content: object) -> str:
    """The SHA-256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def version_of(package: str) -> str:
    """An installed package's version."""
    try:
        return version(package)
    except PackageNotFoundError:
        return UNKNOWN


def commit() -> dict[str, Any]:
    """The commit this code was checked out at, and whether it has been edited since."""
    here = Path(__file__).resolve().parents[2]
    if not (here / ".git").exists() or shutil.which("git") is None:
        return {"commit": UNKNOWN, "dirty": UNKNOWN}
    at, changes = _git(here, "rev-parse", "HEAD"), _git(here, "status", "--porcelain")
    return {"commit": at or UNKNOWN, "dirty": UNKNOWN if changes is None else bool(changes)}


def _git(here: Path, *words: str) -> str | None:
    """What git answers, or nothing where it does not."""
    try:
        found = subprocess.run(
            ["git", "-C", str(here), *words], capture_output=True, text=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() if found.returncode == 0 else None


def write(out: Path, content: Mapping[str, Any], finished: bool, besides: Collection[str] = ()) -> None:
    """Writes the manifest; with the checksums of all files it says that the run has finished.

    Args:
        out: the results folder.
        content: what it says.
        finished: whether the run has.
        besides: files in the folder that are none of the results.
    """
    said = {name: value for name, value in content.items() if name != OUTPUTS}
    signed.write(out / MANIFEST, said | ({OUTPUTS: store.outputs(out, besides)} if finished else {}))


def write_again(found: Opened, drawn: Collection[str]) -> None:
    """Writes the manifest of a whole folder anew, once files in it were made again from the others.

    Args:
        found: the folder as it was before.
        drawn: the files that were made; of all others the checksums stay.
    """
    kept = {name: sum_ for name, sum_ in found.manifest[OUTPUTS].items() if name not in drawn}
    sums = store.checksums(found.folder, [name for name in drawn if (found.folder / name).is_file()])
    said = {name: value for name, value in found.manifest.items() if name != OUTPUTS}
    outputs = dict(sorted({**kept, **sums}.items()))
    if outputs != found.manifest[OUTPUTS]:
        write = storage.write_json if found.is_old else signed.write  # what did not prove itself is not proven by this
        write(found.folder / MANIFEST, {**said, OUTPUTS: outputs})
