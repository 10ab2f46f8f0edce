"""The results folder: whose it is, what is finished in it, and that nobody else writes to it."""

import errno
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from experiments import storage
from experiments.configuration.declared import in_force, never_matters
from experiments.configuration.settings import Settings
from experiments.configuration.validate import GROUPS, Plan
from experiments.configuration.validation_errors import shown
from experiments.errors import ConfigurationError, Fault, Stopped, listed
from experiments.text.terminal import tell

MANIFEST, CLAIM, PARTS, LOCK = "manifest.json", "configuration.json", "parts", ".lock"
MOST_DIFFERENCES = 6
NOT_SET = "not set"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""The errors of a disk, a quota or a limit that is used up."""
NAME_ANOTHER = "name another folder, as out=results/first"
HALF_WRITTEN = (".*.tmp", ".*.part")
TABLE = ".parquet"
State = Literal["new", "begun", "finished"]


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


def state_of(out: Path, key: str, asked: Mapping[str, Any]) -> State:
    """What a folder holds already.

    Raises:
        ConfigurationError: something else lives there.
    """
    try:
        out.stat()
    except FileNotFoundError:
        if not out.is_symlink():
            return "new"
        raise ConfigurationError(
            Fault(f"out={out}", f"is a link to {out.readlink()}, which is not there", NAME_ANOTHER)
        ) from None
    except OSError as error:
        raise _unusable(out, error) from error
    if not out.is_dir():
        raise ConfigurationError(Fault(f"out={out}", "is a file, not a folder", NAME_ANOTHER))
    for name in (MANIFEST, f"{PARTS}/{CLAIM}"):
        owner = _read(out / name)
        if owner and "results_key" in owner:
            _same_or_refuse(out, owner, key, asked)
            return "finished" if name == MANIFEST and _is_whole(out, owner) else "begun"
    strangers = sorted(path.name for path in out.iterdir())
    if strangers and not _is_stillborn(out, strangers):
        raise ConfigurationError(
            Fault(f"out={out}", f"holds something else ({listed(strangers[:5])})", "name a new or empty folder")
        )
    return "new"


def _is_stillborn(out: Path, names: Sequence[str]) -> bool:
    """Whether all there is in a folder was left by a run that was killed before it could say whose the folder is."""
    parts = out / PARTS
    return list(names) == [PARTS] and all(
        path.name == LOCK or any(path.match(pattern) for pattern in HALF_WRITTEN) for path in parts.iterdir()
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


def _is_whole(out: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a run ended and all it wrote is still there, its tables with the bytes they were written with."""
    written = manifest.get("outputs") or {}
    if not all((out / name).is_file() for name in written):
        return False
    spoiled = [name for name, sum_ in written.items() if name.endswith(TABLE) and storage.checksum(out / name) != sum_]
    if spoiled:
        tell(f"note: {listed(spoiled)} in {out} is damaged; what is needed is run again")
    return bool(written) and not spoiled


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON file's mapping, or nothing where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a finished run."""
    return _read(out / MANIFEST) or {}


def _unusable(out: Path, error: OSError) -> ConfigurationError:
    """The refusal of a folder that cannot be had."""
    fix = "name a folder you may write to, as out=results/first"
    return ConfigurationError(Fault(f"out={shown(str(out))}", f"cannot be written: {error.strerror or error}", fix))


@contextmanager
def claimed(out: Path, key: str, asked: Mapping[str, Any]) -> Iterator[None]:
    """Makes the folder this run's own for as long as the block lasts.

    Raises:
        ConfigurationError: it cannot be written.
        OSError: the disk is full.
        Stopped: another run is writing to it.
    """
    parts = out / PARTS
    try:
        parts.mkdir(parents=True, exist_ok=True)
        lock = FileLock(parts / LOCK).acquire(blocking=False)
        storage.write_json(parts / CLAIM, {"results_key": key, "configuration": asked})
    except Timeout:
        raise Stopped(f"another run is writing to {out}; wait for it, or name another folder with out=") from None
    except OSError as error:
        _leave_no_empty(out)
        if error.errno in FULL:
            raise
        raise _unusable(out, error) from error
    with lock:
        try:
            sweep(out)
            yield
        finally:
            _leave_no_empty(out)


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


def _leave_no_empty(out: Path) -> None:
    """Removes the folder of a run that left nothing behind."""
    with suppress(OSError):
        if {path.name for path in out.iterdir()} > {PARTS}:
            return  # the steps of a question keep what they finished beside the claim, which says whose it is
        if {path.name for path in (out / PARTS).iterdir()} <= {CLAIM, LOCK}:
            shutil.rmtree(out / PARTS)
        out.rmdir()
