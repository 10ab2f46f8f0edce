"""Starts processes that read nothing of the user's folder, leave nothing behind, and whose last words are kept."""

import contextlib
import multiprocessing
import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir
from pathlib import Path
from types import ModuleType
from typing import Any

from experiments.errors import Stopped
from experiments.running.machine.signals import without

HOME = Path(__file__).resolve().parents[3]
"""The folder that all packages of this project lie in, side by side."""
PRELOADED = ("experiments.running.worker", "experiments.running.preload")
SHORT_PLACES = ("/tmp", "/var/tmp", "/dev/shm")
LONGEST = 85
"""Bytes of a folder's name that leave room for a socket's in it: the system takes 104 or 108, and it needs 18."""
SAID = re.compile(
    r"^(?:[\w.]*(?:Error|Exception|Exit|Interrupt)\b.*|Fatal Python error.*|terminate called.*|LLVM ERROR.*)$"
)
KILLED = "too little memory? try workers=1 or a smaller scale"


# -- what is told to processes that are started -----------------------------------------------------------------------


def clean_path() -> list[str]:
    """Where Python looks for modules, without the folder that the user stands in and the one that a script lies in."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    mine = {"", os.getcwd(), *([str(Path(script).absolute().parent)] if script else [])}
    users = {Path(each).resolve() for each in mine} - {HOME}
    return [each for each in sys.path if each and Path(each).resolve() not in users]


def clean_environment() -> dict[str, str]:
    """What makes a Python that is started import what this one would, and nothing from the folder that the user stands in."""
    return {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(clean_path())}


@lru_cache(maxsize=1)
def temporary_folder() -> str | None:
    """A folder that goes when this process ends, for all that its processes leave; None where none can be had.

    Its name is short enough for a socket in it, even where the usual folder's is not.
    """
    usual = tempfile.tempdir
    try:
        for place in _places():
            tempfile.tempdir = place
            with contextlib.suppress(OSError):
                folder = get_temp_dir()
                return folder if len(os.fsencode(folder)) <= LONGEST else None
    finally:
        tempfile.tempdir = usual
    return None


def _places() -> Sequence[str]:
    """Where the folder may be made: the usual place, or shorter ones."""
    try:
        usual = tempfile.gettempdir()
    except OSError:
        return SHORT_PLACES
    return [usual] if len(os.fsencode(usual)) <= LONGEST - len("/pymp-12345678") else SHORT_PLACES


@contextlib.contextmanager
def _clean_start() -> Iterator[None]:
    """Starts processes inside the block from a clean path, in a clean environment, with the script that started them left out."""
    folder = temporary_folder()
    changed = clean_environment() | (dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) if folder else {})
    before = {name: os.environ.get(name) for name in changed}
    main, path = sys.modules["__main__"], sys.path
    sys.path = clean_path()
    sys.modules["__main__"] = ModuleType("__main__")
    os.environ.update(changed)
    try:
        with _last_words_kept():
            yield
    finally:
        sys.modules["__main__"], sys.path = main, path
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


# -- what they say ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _words() -> Any:
    """A file without a name, for what processes say before they end; None where there cannot be one."""
    with contextlib.suppress(OSError):
        return tempfile.TemporaryFile(dir=temporary_folder())
    return None


@contextlib.contextmanager
def _last_words_kept() -> Iterator[None]:
    """Lets processes that are started inside the block say what goes wrong to a file and not on the user's screen."""
    screen = None
    if _words() is not None and "REDESIGN_DEBUG" not in os.environ:
        with contextlib.suppress(OSError):
            screen = os.dup(2)
            os.dup2(_words().fileno(), 2)
    try:
        yield
    finally:
        if screen is not None:
            os.dup2(screen, 2)
            os.close(screen)


class Deaths:
    """Why processes ended that should not have: what they said, or how they ended."""

    def __init__(self) -> None:
        self.processes: list[BaseProcess] = []
        self._heard = 0

    def listen(self) -> None:
        """What was said before this is of no account."""
        self._heard = os.fstat(_words().fileno()).st_size if _words() is not None else 0

    def why(self) -> str:
        """The reason in words."""
        said = os.pread(_words().fileno(), 1_000_000, self._heard) if hasattr(os, "pread") and _words() else b""
        lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
        if found := [line for line in lines if SAID.match(line)]:
            return f"the last said: {found[-1]}"
        codes = {process.exitcode or 0 for process in self.processes}
        known = {number.value: number.name for number in signal.Signals}
        fatal = [-code for code in codes if code < 0 and known.get(-code) not in ("SIGKILL", "SIGTERM")]
        return f"ended by {known.get(fatal[0], fatal[0])}" if fatal else KILLED


# -- processes --------------------------------------------------------------------------------------------------------


def _started(start: Any) -> None:
    """Starts a process.

    Raises:
        Stopped: the system lets no more be started.
        EOFError: the pool that it was to belong to is breaking.
    """
    try:
        with _clean_start():
            start()
    except ConnectionError:
        raise  # the process that others are forked from has died: there will be another
    except OSError as error:
        if error.errno is None:  # not the system's: what it was to be handed is closed, because the pool is breaking
            raise EOFError(str(error)) from error
        raise Stopped(
            f"no process to work in can be started ({error.strerror or error}); workers=1 needs none. "
            "What had finished is kept; the same command goes on from there."
        ) from error


class _SpawnedWorker(SpawnProcess):
    """A process that knows nothing of the user's script, nor of the folder it was started in."""

    def start(self) -> None:
        """Starts it."""
        _started(super().start)


class Spawning(SpawnContext):
    """Starts each process anew."""

    def __init__(self, deaths: Deaths | None = None):
        self.deaths = deaths or Deaths()
        self.deaths.listen()

    def Process(self, *what: Any, **more: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        """A process that can be started."""
        return _noted(self.deaths, _SpawnedWorker(*what, **more))


def _noted(deaths: Deaths, process: Any) -> Any:
    """A process, whose end will be looked at."""
    deaths.processes.append(process)
    return process


if "forkserver" in multiprocessing.get_all_start_methods():  # not there on Windows
    from multiprocessing import forkserver, resource_tracker
    from multiprocessing.context import ForkServerContext, ForkServerProcess

    class _ForkedWorker(ForkServerProcess):
        """A process forked from one that has the simulation loaded; it knows nothing of the user's script either."""

        def start(self) -> None:
            """Starts it."""
            _started(super().start)

    class _Forking(ForkServerContext):
        """Forks each process."""

        def __init__(self, deaths: Deaths):
            self.deaths = deaths

        def Process(self, *what: Any, **more: Any) -> ForkServerProcess:  # type: ignore[override]  # noqa: N802
            """A process that can be started."""
            return _noted(self.deaths, _ForkedWorker(*what, **more))

    def quickest(deaths: Deaths) -> Any:
        """Forks processes where that can be done, from one that is deaf to Ctrl-C from its first moment, as they are."""
        if temporary_folder() is None:
            return Spawning(deaths)
        deaths.listen()
        load_ahead()
        return _Forking(deaths)

    def load_ahead() -> None:
        """Starts the process that others are forked from, which loads the simulation while this one does something else."""
        if temporary_folder() is None:
            return
        forkserver.set_forkserver_preload(list(PRELOADED))
        track()
        with without(signal.SIGINT):
            _started(forkserver.ensure_running)

    def track() -> None:
        """Starts what tidies up after processes, deaf to a closing terminal too; first, as that lets Ctrl-C through again."""
        with without(signal.SIGHUP):
            _started(resource_tracker.ensure_running)

else:

    def quickest(deaths: Deaths) -> Any:
        """Starts each process anew: nothing can be forked here."""
        return Spawning(deaths)

    def load_ahead() -> None:
        """Nothing can be loaded ahead here."""

    def track() -> None:
        """Nothing is needed here that tidies up after processes."""
