"""Makes sure that this project's own packages and Python's are read, and not what a user's folder holds under their names.

Whatever this module needs is part of every Python that has started, so that nothing can stand in for it.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

PACKAGES = ("experiments", "simulation", "configs")
LIBRARIES = (
    "mesa",
    "hydra",
    "omegaconf",
    "numpy",
    "numba",
    "llvmlite",
    "scipy",
    "sklearn",
    "networkx",
    "pandas",
    "pyarrow",
    "pydantic",
    "pydantic_core",
    "matplotlib",
    "SALib",
    "yaml",
    "rich",
    "filelock",
    "platformdirs",
    "jinja2",
    "altair",
    "streamlit",
    "distributed",
    "dask",
)
"""What the libraries that are needed are imported as."""
MISTAKE = 2
HOME = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
"""The folder that all packages of this project lie in, side by side."""
PYTHONS = os.path.dirname(os.path.realpath(os.__file__))
"""The folder of Python's own modules."""
ENDINGS = (".py", ".pyc", ".so", ".pyd")
INSTALLED = (".dist-info", ".egg-info")


def leave_users_folder() -> None:
    """Lets nothing be imported from the folder that the user stands in, where `python -m redesign` would look there first."""
    started_as_module = sys.argv[:1] == ["-m"] and getattr(sys, "orig_argv", sys.argv)[1:2] != ["-c"]
    if started_as_module and not sys.flags.safe_path and sys.path and os.path.realpath(sys.path[0]) != HOME:
        del sys.path[0]


def _is_pythons(entry: str) -> bool:
    """Whether a folder, or the archive beside it, holds modules of Python itself; what was installed there is not meant."""
    path = os.path.realpath(entry)
    return bool(entry) and (path in (PYTHONS, os.path.join(PYTHONS, "lib-dynload")) or _is_archive(path))


def _is_archive(path: str) -> bool:
    """Whether this is the archive that may hold all of Python's modules."""
    return path == os.path.join(os.path.dirname(PYTHONS), f"python{sys.version_info[0]}{sys.version_info[1]}.zip")


def _found(name: str, entry: str) -> str:
    """The package or module of a name in a folder; empty if there is none."""
    folder = os.path.join(entry, name)
    files = [f"{folder}/__init__{ending}" for ending in ENDINGS] + [f"{folder}{ending}" for ending in ENDINGS]
    file = next(filter(os.path.isfile, files), "")
    return folder if file.startswith(f"{folder}/") else file


def stranger() -> str:
    """Says which folder or file is found in place of a package of this project, and what to do; empty if none is."""
    for name in PACKAGES:
        file = getattr(sys.modules.get(name), "__file__", None)
        loaded = os.path.dirname(file) if file and os.path.basename(file).startswith("__init__.") else file
        where = loaded or next(filter(None, (_found(name, entry) for entry in sys.path)), "")
        if where and os.path.realpath(where) != os.path.join(HOME, name):
            path = os.path.realpath(where)
            return (
                f"redesign: {path} is found in place of redesign's own package '{name}'\n"
                f"      fix: work in another folder, rename {os.path.basename(path)}, or keep Python from looking there: "
                "python -P -m redesign (or python -P your_script.py), and take its folder out of PYTHONPATH"
            )
    return ""


def stand_ins() -> dict[str, list[str]]:
    """What folders hold, by folder, under names of Python's own modules or of libraries, other than where those are installed."""
    found = {}
    for entry in sys.path:
        names = _names_in(entry or os.curdir)
        if _is_pythons(entry) or os.path.realpath(entry) == HOME or any(name.endswith(INSTALLED) for name in names):
            continue
        known = {name.partition(".")[0] for name in names} & {*sys.stdlib_module_names, *LIBRARIES}
        if paths := sorted(filter(None, (_found(name, os.path.realpath(entry)) for name in known))):
            found[entry] = paths
    return found


def _names_in(folder: str) -> list[str]:
    """What a folder holds; nothing where it is none."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def load(module: str) -> "ModuleType":
    """A module of this project.

    Raises:
        ImportError: another package would be read in its place.
    """
    if said := stranger():
        raise ImportError(said)
    __import__(module)
    return sys.modules[module]


def load_or_leave(module: str) -> "ModuleType":
    """A module of this project; where another package would be read in its place, says so and leaves the program.

    Folders with stand-ins for other modules are looked into last.
    """
    if hiding := stand_ins():
        paths = ", ".join(path for found in hiding.values() for path in found)
        print(f"note: {paths}: named like what redesign needs, and passed over", file=sys.stderr)
        sys.path.sort(key=lambda entry: entry in hiding)
    if said := stranger():
        print(said, file=sys.stderr)
        sys.exit(MISTAKE)
    __import__(module)
    return sys.modules[module]
