"""The results folder: whose it is, and what is finished in it."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from experiments import regular_files
from experiments.configuration.declared import in_force, never_matters
from experiments.configuration.settings import Settings
from experiments.configuration.validate import GROUPS, Plan
from experiments.configuration.validation_errors import shown
from experiments.errors import ConfigurationError, Fault, listed
from experiments.results import open_results
from experiments.results.open_results import LOCK, MANIFEST, PARTS, Opened

CLAIM = "configuration.json"
MOST_DIFFERENCES = 6
NOT_SET = "not set"
NAME_ANOTHER = "name another folder, as out=results/first"
HALF_WRITTEN = (".*.tmp", ".*.part")
State = Literal["new", "begun", "damaged", "finished"]


@dataclass(frozen=True)
class Found:
    """What a folder holds already of what is wanted in it.

    Attributes:
        state: `new`: nothing; `begun`: some; `damaged`: it was all there, and some no longer is as it was; `finished`.
        opened: all that is known of a folder in which something had finished.
    """

    state: State
    opened: Opened | None = None


def configuration(plan: Plan) -> dict[str, Any]:
    """The resolved configuration of everything that takes part, as it is kept beside the results."""
    data = plan.composed.data
    kept: dict[str, Any] = {"place": plan.place}
    kept |= plan.settings.model_dump(mode="json", exclude={"profile", "large"})
    kept |= {"arms": list(plan.policies), "policy": {name: data["policy"][name] for name in plan.policies}}
    for group, names in (("challenge", plan.world.challenges), ("design", plan.world.designs)):
        kept[group] = {name: data[group][name] for name in names}
    kept["burn_in"] = plan.world.burn_in.model_dump(mode="json")
    kept |= {f"{group}_settings": data[group] for group in GROUPS if group not in ("policy", "challenge", "design")}
    return kept


def replication_key(plan: Plan, model: str) -> str:
    """What determines one replication, its number apart, as a hash."""
    policies = {arm: policy.model_dump(mode="json") for arm, policy in plan.policies.items()}
    inside = (*type(plan.world).model_fields, "arms")  # settings that choose what is in the world and the policies
    rest = {name: value for name, value in in_force(plan.settings, "replication").items() if name not in inside}
    return hashed([world_key(plan, model), list(policies.items()), rest])


def world_key(plan: Plan, model: str) -> str:
    """What determines the settled place, as a hash."""
    return hashed([model, plan.world.model_dump(mode="json")])


def results_key(plan: Plan, model: str) -> str:
    """What determines everything in the results folder, as a hash."""
    own = [replication_key(plan, model), in_force(plan.settings, "results"), plan.composed.data["valuation"]]
    return hashed(own)


def hashed(content: object) -> str:
    """SHA-256 of data as JSON; the order of keys counts, because the order of levers does."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def state_of(out: Path, key: str, asked: Mapping[str, Any]) -> Found:
    """What a folder holds already; every byte of what has finished is compared.

    Raises:
        ConfigurationError: something else lives there.
    """
    if not _is_there(out):
        return Found("new")
    parts = out / PARTS
    if parts.is_symlink() or (parts.exists() and not parts.is_dir()):
        raise ConfigurationError(Fault(f"out={out}", f"holds a {PARTS} that is no folder of its own", NAME_ANOTHER))
    opened = open_results.look(out)
    owner = opened.manifest if opened and "results_key" in opened.manifest else _read(parts / CLAIM)
    if "results_key" in owner:
        _same_or_refuse(out, owner, key, asked)
        if opened is None or not opened.is_finished:
            return Found("begun")
        return Found("finished" if opened.is_whole else "damaged", opened)
    if _names(out / MANIFEST, key) or _names(parts / CLAIM, key):
        return Found("begun")
    strangers = sorted(path.name for path in out.iterdir() if path.name != LOCK)
    if strangers and not _is_stillborn(out, strangers):
        what = f"holds something else ({listed(map(regular_files.shown, strangers[:5]))})"
        lost = f"; its {MANIFEST} is damaged or missing" if not _AS_OURS.isdisjoint(strangers) else ""
        raise ConfigurationError(Fault(f"out={out}", what + lost, "name a new or empty folder"))
    return Found("new")


_AS_OURS = {MANIFEST, "runs.parquet", "kept.parquet", "summary.csv", open_results.DESIGN}
"""Files by which a folder of results is known that has lost its manifest."""


def _is_there(out: Path) -> bool:
    """Whether there is such a folder.

    Raises:
        ConfigurationError: there is something else of its name.
    """
    try:
        out.stat()
    except FileNotFoundError:
        if not out.is_symlink():
            return False
        raise ConfigurationError(
            Fault(f"out={out}", f"is a link to {out.readlink()}, which is not there", NAME_ANOTHER)
        ) from None
    except OSError as error:
        raise unusable(out, error) from error
    if not out.is_dir():
        raise ConfigurationError(Fault(f"out={out}", "is a file, not a folder", NAME_ANOTHER))
    return True


def _names(damaged: Path, key: str) -> bool:
    """Whether a file that can no longer be read was that of a configuration: its key stands there and nowhere else."""
    with suppress(OSError, ValueError):
        return key.encode() in regular_files.read(damaged)
    return False


def _is_stillborn(out: Path, names: Sequence[str]) -> bool:
    """Whether all there is in a folder was left by a run that was killed before it could say whose the folder is."""
    return list(names) == [PARTS] and all(
        path.name in (CLAIM, LOCK) or any(path.match(pattern) for pattern in HALF_WRITTEN)
        for path in (out / PARTS).iterdir()
    )


def _same_or_refuse(out: Path, owner: Mapping[str, Any], key: str, asked: Mapping[str, Any]) -> None:
    """A folder belongs to one configuration."""
    if owner["results_key"] == key:
        return
    here = json.loads(json.dumps(asked))
    there = owner.get("configuration") or {}
    there = {name: owner[name] for name in here if name in owner} | there  # a manifest keeps a question's own beside it
    theirs, ours = _flat(_comparable(there, here)), _flat(_comparable(here, there))
    differing = [k for k in [*ours, *(k for k in theirs if k not in ours)] if theirs.get(k) != ours.get(k)]
    never = never_matters(Settings, here) & never_matters(Settings, there)
    differing = [k for k in differing if k.partition(".")[0] not in never]
    told = [
        f"{k} is {shown(theirs.get(k, NOT_SET))} there, {shown(ours.get(k, NOT_SET))} here"
        for k in differing[:MOST_DIFFERENCES]
    ]
    more = [f"and {len(differing) - len(told)} more"] if len(differing) > len(told) else []
    what = "; ".join([*told, *more]) or "another version of the model made it"
    raise ConfigurationError(
        Fault(
            f"out={out}",
            f"holds results of another configuration: {what}",
            "name another folder, or leave out= away to get one per configuration",
        )
    )


def _comparable(mine: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration without the insides of policies, challenges and designs that only one of the two has."""
    kept = dict(mine)
    for group in ("policy", "challenge", "design"):
        both = other.get(group) or {}
        kept[group] = {name: inside for name, inside in (mine.get(group) or {}).items() if name in both}
    return kept


def _flat(tree: Any, prefix: str = "") -> dict[str, Any]:
    """A tree of mappings as dotted keys."""
    if not isinstance(tree, Mapping):
        return {prefix: tree}
    branches = (_flat(value, f"{prefix}.{key}" if prefix else str(key)) for key, value in tree.items())
    return {key: value for branch in branches for key, value in branch.items()}


def read_manifest(out: Path) -> dict[str, Any]:
    """What the manifest of a folder says that has been opened, or is this run's own."""
    return _read(out / MANIFEST)


def _read(path: Path) -> dict[str, Any]:
    """What a JSON file says; nothing where there is none that can be read."""
    with suppress(OSError, ValueError):
        found = regular_files.read_json(path)
        return found if isinstance(found, dict) else {}
    return {}


def unusable(out: Path, error: OSError) -> ConfigurationError:
    """The refusal of a folder that cannot be had."""
    fix = "name a folder you may write to, as out=results/first"
    return ConfigurationError(Fault(f"out={shown(str(out))}", f"cannot be written: {error.strerror or error}", fix))


def sweep(out: Path) -> None:
    """Removes the half-written files of runs that were killed."""
    for leftover in [path for pattern in HALF_WRITTEN for path in out.rglob(pattern)]:
        discard(leftover)


def discard(leftover: Path) -> None:
    """Removes something half-written, under another name first so that nobody can finish it meanwhile."""
    with suppress(OSError):
        condemned = leftover.with_name(f".swept{leftover.name}")
        leftover.rename(condemned)
        if condemned.is_dir():
            shutil.rmtree(condemned, ignore_errors=True)
        else:
            condemned.unlink()


def tidy(out: Path) -> None:
    """Removes what a finished run needs no more; whatever cannot be removed stays."""
    shutil.rmtree(out / PARTS, ignore_errors=True)
