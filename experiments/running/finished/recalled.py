"""Knows a finished folder again by what its plans were made of, so that the plans need not be made once more to open it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, overload

from experiments.configuration.declared import never_matters
from experiments.configuration.options import shipped_root
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.results import open_results, results_folder, signed
from experiments.results.open_results import MANIFEST
from experiments.running.finished.plain_lines import IDLE, SHORT, all_plain, folders_of, out_of, usual_of
from experiments.running.session import Resources, Session, model_version

INPUTS, WORDS = "inputs", "words"
"""Under which a manifest keeps what its plans were made of, and what was typed, as hashes."""
Each = TypeVar("Each")


class Later(Sequence[Each]):
    """A list that is made when somebody first looks into it.

    Args:
        make: gives it.
    """

    def __init__(self, make: Callable[[], Sequence[Each]]):
        self.make = cache(make)

    @overload
    def __getitem__(self, place: int) -> Each: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Each]: ...
    def __getitem__(self, place: int | slice) -> Each | Sequence[Each]:
        """One of the list, or a part of it."""
        return self.make()[place]

    def __len__(self) -> int:
        return len(self.make())


def inputs_of(question: str, base: Plan, own: Mapping[str, Any]) -> str:
    """What everything in a folder is made of, as a hash: configuration, model, shipped files, and the sources that read them.

    Where it is the same, the same plans would be made of it; where it is not, they may still be.
    """
    data = base.composed.data
    idle = never_matters(Settings, data)
    asked = {name: value for name, value in data.items() if name not in idle}
    key = results_folder.results_key(base, model_version())
    return results_folder.hashed([question, key, asked, base.settings.outcomes, dict(own), _sources()])


def words_of(question: str, words: Sequence[str]) -> str | None:
    """What a line asks for, as a hash of its words and of all that gives them their meaning; nothing where that is not all.

    Words that may stand for a file of the user's, or for other words, are such; folders, processes and threads change nothing.
    """
    if not all_plain(words):
        return None
    asked = [word for word in words if word.partition("=")[0] not in IDLE]
    packages = [f"{name} {version(name)}" for name in ("numpy", "numba", "pydantic", "hydra-core")]
    return results_folder.hashed([question, asked, packages, _sources()])


@cache
def _sources() -> str:
    """A hash of every shipped configuration file, and of all sources that read, plan and live."""
    digest, here = hashlib.sha256(), Path(__file__).parents[2]
    for root, files in ((Path(str(shipped_root())), "*.*"), (here, "*.py"), (here.with_name("simulation"), "*.py")):
        for path in sorted(each for each in root.rglob(files) if each.is_file() and each.suffix != ".pyc"):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def recalled(usual: str, out: str | None, made_of: Mapping[str, str]) -> tuple[Path, str] | None:
    """A finished folder that was made of the same and what determines everything in it, as a hash; nothing where there is none.

    Args:
        usual: how folders are called that were not given a name, but for the hash at the end; a `*` stands for anything.
        out: the folder that was named, if one was.
        made_of: what its manifest says, as `INPUTS` or `WORDS`.
    """
    for folder in folders_of(usual, out):
        with suppress(OSError, ValueError):
            said = signed.read(folder / MANIFEST)
            key = said.get("results_key")
            is_ours = isinstance(key, str) and (out or folder.name.endswith(f"-{key[:SHORT]}"))
            if is_ours and all(said.get(name) == value for name, value in made_of.items()):
                return folder, str(key)
    return None


def same_line(question: str, words: Sequence[str]) -> Session | None:
    """The finished folder, every byte as it was written, that the very same line made; nothing where there is none."""
    asked = words_of(question, words)
    found = recalled(usual_of(question), out_of(words), {WORDS: asked}) if asked else None
    if found is None or (opened := open_results.look(found[0])) is None or not opened.is_whole:
        return None
    session = Session(question, *found, {}, Resources(), model="")
    return session if session.is_finished() else None
