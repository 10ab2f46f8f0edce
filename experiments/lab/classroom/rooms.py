"""All classes of one lab: opened by teachers, found by code, forgotten when they end."""

import threading
import time
from collections.abc import Callable

from experiments.errors import ConfigurationError, Fault
from experiments.lab.classroom.codes import LONGEST, Patience, alike, tidy
from experiments.lab.classroom.phases import Question
from experiments.lab.classroom.session import ClassSession

MOST_CLASSES = 8


class Rooms:
    """The classes of a lab.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._patience = clock, Patience(clock)
        self._lock, self._open = threading.RLock(), list[ClassSession]()

    def open(self, question: Question) -> ClassSession:
        """Opens a class.

        Raises:
            ConfigurationError: as many are open as there may be.
        """
        with self._lock:
            there = self._there()
            if len(there) >= MOST_CLASSES:
                raise ConfigurationError(Fault("", f"{MOST_CLASSES} classes are open in this lab; end one first."))
            found = ClassSession(question, self._clock)
            while any(found.code == other.code for other in there):
                found = ClassSession(question, self._clock)
            self._open.append(found)
            return found

    @property
    def any(self) -> bool:
        """Whether a class is open."""
        with self._lock:
            return bool(self._there())

    def find(self, typed: str, visitor: str) -> ClassSession:
        """The class with a code.

        Raises:
            ConfigurationError: there is none, or this visitor tried too many.
        """
        with self._lock:
            self._patience.check(visitor)
            code = tidy(typed)
            found = [each for each in self._there() if alike(code, each.code)]
            if not found:
                self._patience.wrong(visitor)
                raise ConfigurationError(Fault("", "No class has this code. Look at the screen and type it again."))
            return found[0]

    def hosted(self, key: str) -> ClassSession | None:
        """The class of which this is the teacher's key."""
        with self._lock:
            return next((each for each in self._there() if each.opens(key)), None)

    def seated(self, token: str) -> ClassSession | None:
        """The class in which somebody sits with this token."""
        with self._lock:
            return next((each for each in self._there() if len(token) <= LONGEST and each.holds(token)), None)

    def _there(self) -> list[ClassSession]:
        """Those that have not ended; the others are forgotten."""
        self._open = [each for each in self._open if not each.is_over]
        return self._open
