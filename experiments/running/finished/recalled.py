"""Knows a finished folder again by what its plans were made of, so that the plans need not be made once more to open it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

from experiments.configuration.declared import never_matters
from experiments.configuration.options import shipped_root
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.results import results_folder, signed
from experiments.results.open_results import MANIFEST
from experiments.running.session import model_version

INPUTS = "inputs"
"""Under which a manifest keeps what its plans were made of, as a hash."""
SHORT = 8
"""Letters of a results key in the name of a folder."""
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


@cache
def _sources() -> str:
    """A hash of every shipped configuration file, and of all that reads and plans."""
    digest = hashlib.sha256()
    for root, files in ((Path(str(shipped_root())), "*.*"), (Path(__file__).parents[2], "*.py")):
        for path in sorted(each for each in root.rglob(files) if each.is_file() and each.suffix != ".pyc"):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def recalled(usual: Path, out: str | None, inputs: str) -> str | None:
    """What determines everything in the finished folder that was made of the same, as a hash; nothing where there is none.

    Args:
        usual: how folders are called that were not given a name, but for the hash at the end.
        out: the folder that was named, if one was.
        inputs: of `inputs_of`.
    """
    named = [Path(out).expanduser()] if out else sorted(usual.parent.glob(f"{usual.name}-{'?' * SHORT}"))
    for folder in named:
        with suppress(OSError, ValueError):
            said = signed.read(folder / MANIFEST)
            key = said.get("results_key")
            if said.get(INPUTS) == inputs and isinstance(key, str) and (out or folder.name.endswith(f"-{key[:SHORT]}")):
                return key
    return None
