"""How a run is told to stop: Ctrl-C, a batch system or a shutdown that ends it, a terminal that is closed.

All are one and the same: what had finished is kept, what was half-written goes, and the message says so. The exit status
of the command is 128 and the number of the signal, as shells and batch systems expect: 130, 143 or 129.
"""

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""The signals that mean stop; which there are depends on the system."""
PATIENCE = 3
"""How often a run is told before it gives up on good order."""
BASE = 128


class Stop:
    """What to do when told to stop: stop in good order once, hear nothing more meanwhile, and end at once the third time.

    Attributes:
        number: of the signal that came first; 0 as long as none came.
        times: how many came.
    """

    def __init__(self) -> None:
        self.number = self.times = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Hears a signal."""
        self.times += 1
        if self.times == 1:
            self.number = number
            raise KeyboardInterrupt
        if self.times == PATIENCE:
            _leave_nothing()
        if self.times >= PATIENCE:
            os._exit(self.status)

    @property
    def status(self) -> int:
        """The exit status of a command that was told to stop."""
        return BASE + self.number


def _leave_nothing() -> None:
    """Ends what this process has started and removes its temporary folders, before it ends without any order."""
    for process in multiprocessing.active_children():
        process.kill()
    atexit._run_exitfuncs()


@contextmanager
def one_stop() -> Iterator[Stop]:
    """Lets a command stop in good order; afterwards nothing is left to stop, so it is deaf, and Python can end quietly.

    What whoever started the command has it ignore stays ignored, as nohup does with a terminal that is closed.
    """
    stop = Stop()
    heard = [each for each in STOPS if each == signal.SIGINT or signal.getsignal(each) != signal.SIG_IGN]
    for each in heard:
        signal.signal(each, stop)
    try:
        yield stop
    finally:
        for each in heard:
            signal.signal(each, signal.SIG_IGN)


@contextmanager
def stops_as_ctrl_c() -> Iterator[None]:
    """Lets a script of the user's be interrupted, inside the block, by what would otherwise end it without a word."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    mine = [each for each in STOPS if each != signal.SIGINT and signal.getsignal(each) == signal.SIG_DFL]
    with _handled(mine, Stop()):
        yield


@contextmanager
def stop_waits() -> Iterator[None]:
    """Holds back being told to stop while processes are started: one that is only half known could not be ended with the rest."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []
    try:
        with _handled(STOPS, lambda number, frame: told.append(number)):
            yield
    finally:
        for each in told[:1]:
            signal.raise_signal(each)


@contextmanager
def _handled(signals: Sequence[signal.Signals], handler: object) -> Iterator[None]:
    """Lets some signals be handled differently inside the block."""
    before = {each: signal.signal(each, handler) for each in signals}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for each, handled in before.items():
            signal.signal(each, signal.SIG_DFL if handled is None else handled)


@contextmanager
def without(*blocked: int) -> Iterator[None]:
    """Blocks signals in this thread, and for good in processes that are started inside the block: they are ended by this one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
