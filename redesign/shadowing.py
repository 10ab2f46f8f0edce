"""Makes sure that this project's own packages are read, and not what a user's folder holds under the same names."""

import sys
import sysconfig
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGES = ("experiments", "simulation", "configs")
MISTAKE = 2
HOME = Path(__file__).resolve().parents[1]
"""The folder that all packages of this project lie in, side by side."""


def stranger() -> str:
    """Says which folder or file is found in place of a package of this project, and what to do; empty if none is."""
    for name in PACKAGES:
        spec = find_spec(name)
        where = (
            Path(next(iter(spec.submodule_search_locations or [spec.origin or ""]))).resolve() if spec else HOME / name
        )
        if where != HOME / name:
            return (
                f"redesign: {where} is found in place of redesign's own package '{name}'\n"
                f"      fix: work in another folder, rename {where.name}, or keep Python from looking there: "
                "python -P -m redesign (or python -P your_script.py)"
            )
    return ""


def stand_ins() -> list[str]:
    """The modules of Python itself that a file of the user's hides, if any: libraries that need them may fail."""
    own = {Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    before: list[Path] = []
    for entry in map(Path, sys.path):
        if entry.resolve() in own:
            break
        before += [path for path in entry.glob("*.py") if path.stem in sys.stdlib_module_names]
    return [str(path.resolve()) for path in before]


def load(module: str) -> ModuleType:
    """A module of this project.

    Raises:
        ImportError: another package would be read in its place.
    """
    if said := stranger():
        raise ImportError(said)
    return import_module(module)


def load_or_leave(module: str) -> ModuleType:
    """A module of this project; where another package would be read in its place, says so and leaves the program."""
    if said := stranger():
        print(said, file=sys.stderr)
        sys.exit(MISTAKE)
    for path in stand_ins():
        print(f"note: {path} hides a module of Python itself, which redesign may need", file=sys.stderr)
    return import_module(module)
