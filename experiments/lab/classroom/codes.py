"""The code by which pupils find their class, and how many wrong ones may be tried."""

import hmac
import math
import secrets
from collections import deque
from collections.abc import Callable

from experiments.errors import ConfigurationError, Fault

LETTERS = "CDFGHJKMNPQRTWXY34679"
"""No two of them look alike, and without vowels they make no words."""
LENGTH, HALF = 6, 3
LONGEST = 40
"""Letters of what somebody typed that are looked at: a code with spaces and dashes is shorter."""
WRONG_EACH, WRONG_ALL = 5, 120
"""Wrong codes in a minute after which one visitor, or everybody who wants to join, has to wait."""
MINUTE = 60.0
BYTES_OF_LUCK = 18
"""In what nobody is to guess: a teacher's key, a pupil's seat."""


def new_code() -> str:
    """A code that nobody can foresee."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def new_key() -> str:
    """A word that nobody can guess."""
    return secrets.token_urlsafe(BYTES_OF_LUCK)


def shown(code: str) -> str:
    """A code as it is read out: in two halves."""
    return f"{code[:HALF]} {code[HALF:]}"


def tidy(typed: str) -> str:
    """A code without the spaces, dashes and small letters of whoever typed it; nothing where it is far too long."""
    return "".join(typed.split()).replace("-", "").upper() if len(typed) <= LONGEST else ""


def alike(one: str, other: str) -> bool:
    """Whether two words are the same; how nearly they are takes no other time to find out."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


class Patience:
    """Who typed wrong codes in the last minute, so that codes cannot be found by trying.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._wrong: deque[tuple[float, str]] = deque()

    def check(self, visitor: str) -> None:
        """Lets a visitor try a code.

        Raises:
            ConfigurationError: there were too many wrong ones, by this visitor or by all; says how long to wait.
        """
        now = self._clock()
        while self._wrong and now - self._wrong[0][0] >= MINUTE:
            self._wrong.popleft()
        own = [when for when, who in self._wrong if who == visitor]
        if len(own) < WRONG_EACH and len(self._wrong) < WRONG_ALL:
            return
        wait = math.ceil(MINUTE - (now - (own[0] if len(own) >= WRONG_EACH else self._wrong[0][0])))
        raise ConfigurationError(
            Fault("", f"Too many wrong codes. Wait {wait} seconds, look at the screen in your class, and try again.")
        )

    def wrong(self, visitor: str) -> None:
        """Remembers for a minute that a visitor typed a wrong code."""
        self._wrong.append((self._clock(), visitor))
