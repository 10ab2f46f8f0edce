"""The one way into a finished results folder: nothing in it is believed before its bytes are those that were written.

A folder may come from anybody. Only regular files inside it are read; the manifest proves itself, and names every file
with its checksum; what else lies there is none of the results, is said to be so, and is read by nobody. Checksums find
damage. They do not find somebody who forges files and manifest together: living runs again does (`redesign verify`).
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments import regular_files
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault, listed
from experiments.regular_files import shown
from experiments.results import signed

MANIFEST, PARTS, LOCK, PAGE, FIGURES, DESIGN = (
    "manifest.json", "parts", ".lock", "report.html", "figures/", "design.json",
)  # fmt: skip
OUTPUTS = "outputs"
READERS = 4
MOST_NAMED = 5
CHECKSUM = re.compile(r"[0-9a-f]{64}")
QUESTION = re.compile(r"[a-z][a-z0-9_]{0,40}")
UNPROVEN = "was made before results folders proved themselves, so a changed manifest.json would not be noticed"


@dataclass(frozen=True)
class Opened:
    """A results folder, once all that is in it has been looked at.

    Attributes:
        folder: where it is.
        manifest: how the results were made, without its proof.
        is_proven: whether the manifest is the one that was written.
        is_old: whether it is whole but from a time when manifests did not prove themselves.
        damaged: outputs that are missing, have other bytes or are no regular files.
        added: what lies there and is none of the results.
    """

    folder: Path
    manifest: Mapping[str, Any]
    is_proven: bool
    is_old: bool
    damaged: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def question(self) -> str:
        """The question that was asked."""
        named = str(self.manifest.get("question", ""))
        return named if QUESTION.fullmatch(named) else ""

    @property
    def names(self) -> list[str]:
        """The files of the results that have the bytes they were written with."""
        return [name for name in self.manifest.get(OUTPUTS) or {} if name not in self.damaged]

    @property
    def is_finished(self) -> bool:
        """Whether a run ended here."""
        return bool(self.manifest.get(OUTPUTS))

    @property
    def is_whole(self) -> bool:
        """Whether a run ended here and all it wrote is there as it was written."""
        return self.is_finished and not self.damaged

    @property
    def lost(self) -> list[str]:
        """What is damaged and no drawing."""
        return [name for name in self.damaged if not is_drawn(name)]

    def notes(self) -> list[str]:
        """What is worth saying of a whole folder."""
        others = f"{self.folder} holds what is none of its results and is not read: {some(self.added)}"
        return [f"{self.folder} {UNPROVEN}"] * self.is_old + [others] * bool(self.added)

    def command(self) -> str:
        """The command that makes these results again, as it was typed."""
        words = [self.question or "compare"]
        if DESIGN in self.names:
            kept = regular_files.read_json(self.folder / DESIGN)
            typed = kept.get("overrides") if isinstance(kept, dict) else None
            words += [shown(str(word)) for word in typed or () if not str(word).startswith("out=")]
        return shlex.join(["redesign", *words, f"out={self.folder}"])


def folder_of(named: str | Path) -> Path:
    """The folder that was named, or whose page or manifest was."""
    out = path_of(named, "report ")
    return out.parent if out.is_file() and out.name in (PAGE, MANIFEST) else out


def is_drawn(name: str) -> bool:
    """Whether an output is a figure or the page, which can be drawn from the others."""
    return name.startswith(FIGURES) or name == PAGE


def some(names: Any) -> str:
    """The first few names, for people."""
    first = [shown(name) for name in list(names)[:MOST_NAMED]]
    return listed([*first, f"and {len(names) - len(first)} more"] if len(names) > len(first) else first)


def look(folder: Path) -> Opened | None:
    """What a folder holds, every byte compared; nothing where it has no manifest that can be read.

    Raises:
        ConfigurationError: it cannot be looked through.
    """
    try:
        content = regular_files.read(folder / MANIFEST)
        manifest, is_proven, is_old = _manifest(content)
    except (OSError, ValueError):
        return None
    outputs = manifest.get(OUTPUTS) or {}
    if not outputs:
        return Opened(folder, manifest, is_proven, is_old, () if is_proven or is_old else (MANIFEST,), ())
    try:
        there = set(regular_files.walked(folder, (PARTS,))) - {MANIFEST, LOCK}
        _refuse_vast(folder, there.intersection(outputs))
    except (OSError, ValueError) as error:
        raise ConfigurationError(Fault(str(folder), f"cannot be looked through: {error}")) from error
    with ThreadPoolExecutor(READERS) as readers:
        same = list(readers.map(lambda name: name in there and _has(folder, name, outputs[name]), outputs))
    damaged = [name for name, is_same in zip(outputs, same, strict=True) if not is_same]
    if not (is_proven or is_old):
        damaged = [*([name for name in outputs if name in damaged or not _of_a_step(name, outputs)]), MANIFEST]
    return Opened(folder, manifest, is_proven, is_old, tuple(damaged), tuple(sorted(there - set(outputs))))


def open_results(folder: Path) -> Opened:
    """A finished folder, whole.

    Raises:
        ConfigurationError: nothing has finished there, or a piece of it is damaged; says which command heals it.
    """
    found = opened(folder)
    if found.damaged:
        raise ConfigurationError(refusal(found))
    return found


def opened(folder: Path) -> Opened:
    """A finished folder, whole or not.

    Raises:
        ConfigurationError: nothing has finished there.
    """
    if not folder.is_dir():
        raise ConfigurationError(Fault(str(folder), "is no folder", "name a results folder, as results/first"))
    found = look(folder)
    if found is None:
        raise ConfigurationError(_without_manifest(folder))
    if not found.is_finished:
        on = f"the command that began it goes on from there: redesign {found.question or 'compare'}"
        raise ConfigurationError(Fault(str(folder), "holds results that are not finished", on))
    return found


def refusal(found: Opened) -> Fault:
    """What is wrong with a damaged folder, and what heals it."""
    fix = f"redesign report {shlex.quote(str(found.folder))}" if not found.lost else found.command()
    return Fault(
        str(found.folder),
        f"is damaged: {some(found.damaged)} {'are' if len(found.damaged) > 1 else 'is'} not as it was written",
        f"{fix} makes again what is damaged, and nothing else",
    )


def _without_manifest(folder: Path) -> Fault:
    """Why a folder without a manifest that can be read is none of finished results."""
    if (folder / MANIFEST).exists() or (folder / MANIFEST).is_symlink():
        why = f"holds a {MANIFEST} that is damaged, so what it holds cannot be told from anything else"
        return Fault(str(folder), why, "run the command that made it again, into another folder")
    inside = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
    fix = f"name one of the folders in it, as {folder / inside[0]}" if inside else "name a results folder"
    return Fault(str(folder), f"holds no {MANIFEST}, so no finished results", fix)


def _manifest(content: bytes) -> tuple[dict[str, Any], bool, bool]:
    """What a manifest says, whether it is proven, and whether it is from before manifests could be.

    Raises:
        ValueError: it is no manifest, or names files that are in no results folder.
    """
    found = regular_files.parsed(content)
    if not isinstance(found, dict):
        raise ValueError("is no manifest")
    outputs = found.get(OUTPUTS) or {}
    if not isinstance(outputs, dict):
        raise ValueError("is no manifest")
    for name, sum_ in outputs.items():
        if not (regular_files.is_inside(name) and isinstance(sum_, str) and CHECKSUM.fullmatch(sum_)):
            raise ValueError(f"names {shown(name)}, which is in no results folder")
    try:
        return signed.proven(content), True, False
    except ValueError:
        # Checksums used to be the last that a manifest said: one in which a signature stands, however garbled, is not old.
        is_old = next(reversed(found), "") == OUTPUTS
        return {name: value for name, value in found.items() if name != signed.SIGNATURE}, False, is_old


def _refuse_vast(folder: Path, names: Iterable[str]) -> None:
    """Refuses files that are together larger than anybody's results, before any of them is read.

    Raises:
        ValueError: they are.
    """
    size = sum((folder / name).lstat().st_size for name in names)
    if size > regular_files.MOST_BYTES:
        raise ValueError(f"its files have {size:,} bytes; at most {regular_files.MOST_BYTES:,} are read")


def _of_a_step(name: str, outputs: Mapping[str, str]) -> bool:
    """Whether an output is in a folder of its own inside, whose manifest speaks for it."""
    inside = name.split("/")[:-1]
    return any(f"{'/'.join(inside[: k + 1])}/{MANIFEST}" in outputs for k in range(len(inside)))


def _has(folder: Path, name: str, sum_: str) -> bool:
    """Whether a file of a folder has the bytes that it was written with."""
    try:
        return regular_files.detour(folder, name) is None and regular_files.checksum(folder / name) == sum_
    except (OSError, ValueError):
        return False
