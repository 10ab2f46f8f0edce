"""One class: who sits in it, what they predict and offer, and what the teacher lets happen; all in memory, nobody by name."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from experiments.errors import ConfigurationError, Fault, listed
from experiments.lab.classroom.bargaining import Offers, agreed_share
from experiments.lab.classroom.codes import alike, new_code, new_key
from experiments.lab.classroom.phases import LIMIT, NEXT, WHOLE_BUDGET, Phase, Question, Seat, Sight
from experiments.lab.classroom.roles import DEMANDS, HOUSEHOLD, PAYERS, ROLES

MOST_PUPILS, HOURS = 60, 4.0
SECONDS_AN_HOUR, SECONDS_A_MINUTE = 3600.0, 60.0


class ClassSession:
    """A class that a teacher has opened.

    Args:
        question: what is predicted first.
        clock: seconds that only go forward.
    """

    def __init__(self, question: Question, clock: Callable[[], float] = time.monotonic):
        self.code, self.doors_open = new_code(), True
        self._key, self._clock, self._until = new_key(), clock, clock() + HOURS * SECONDS_AN_HOUR
        self._lock, self._seats = threading.RLock(), dict[str, Seat]()
        self._phase, self._question, self._round = Phase.PREDICT, question, 1
        self._agreed: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether its time has run out, or the teacher has ended it."""
        return self._clock() >= self._until

    @property
    def minutes_left(self) -> int:
        """Until it ends by itself."""
        return max(0, int((self._until - self._clock()) // SECONDS_A_MINUTE))

    def opens(self, key: str) -> bool:
        """Whether a word is the teacher's key."""
        return alike(key, self._key)

    def key_for_the_teacher(self) -> str:
        """The key, for the page on which the class was opened."""
        return self._key

    def join(self) -> str:
        """Gives a newcomer a seat, and deals the role of which there are fewest; returns the token of the seat.

        Raises:
            ConfigurationError: the class is full, or lets nobody in any more.
        """
        with self._lock:
            self._refuse_when_over()
            if not self.doors_open:
                raise _refused("This class lets nobody else in. Ask your teacher.")
            if len(self._seats) >= MOST_PUPILS:
                raise _refused(f"This class is full: {MOST_PUPILS} have joined.")
            counts = self._count(lambda seat: True)
            fewest = [role for role in ROLES if counts[role] == min(counts.values())]
            token = new_key()
            self._seats[token] = Seat(secrets.choice(fewest))
            return token

    def holds(self, token: str) -> bool:
        """Whether somebody sits here with this token."""
        with self._lock:
            return token in self._seats

    def seat(self, token: str) -> Seat:
        """A copy of what is known of a seat.

        Raises:
            ConfigurationError: nobody sits here with this token.
        """
        with self._lock:
            return replace(self._own(token))

    def predict(self, token: str, per_cent: int) -> None:
        """Takes a pupil's prediction; the last one counts.

        Raises:
            ConfigurationError: predictions are closed, or this is none.
        """
        with self._lock:
            own = self._own(token)
            self._refuse_unless(Phase.PREDICT, "Predictions are closed.")
            own.prediction = _whole(per_cent, -LIMIT, LIMIT)

    def offer(self, token: str, per_cent: int) -> None:
        """Takes how much of its budget a role would put into the pool.

        Raises:
            ConfigurationError: offers are closed, this is none, or the role has no budget.
        """
        with self._lock:
            own = self._own(token)
            self._refuse_unless(Phase.BARGAIN, "Offers are closed.")
            if own.role not in PAYERS:
                raise _refused("Households put in no money: say what you ask for.")
            own.offer = _whole(per_cent, 0, WHOLE_BUDGET)

    def demand(self, token: str, wanted: str) -> None:
        """Takes what a household asks for in return.

        Raises:
            ConfigurationError: offers are closed, this cannot be asked for, or the role is another.
        """
        with self._lock:
            own = self._own(token)
            self._refuse_unless(Phase.BARGAIN, "Offers are closed.")
            if own.role != HOUSEHOLD:
                raise _refused("Only households ask for something in return: say what you put in.")
            if wanted not in DEMANDS:
                raise _refused(f"That cannot be asked for; choose one of: {listed(list(DEMANDS.values()))}.")
            own.demand = wanted

    def sight(self) -> Sight:
        """What everybody may see now."""
        with self._lock:
            phase, seats = self._phase, list(self._seats.values())
            made = sorted(seat.prediction for seat in seats if seat.prediction is not None)
            answered = self._count(lambda seat: seat.offer is not None or seat.demand is not None)
            seen = Sight(
                phase, self._question, self._round, len(seats), len(made), answered, self._count(lambda seat: True)
            )
            if phase in (Phase.CLOSED, Phase.REVEALED):
                return replace(seen, predictions=tuple(made))
            if phase in (Phase.OFFERED, Phase.AGREED):
                return replace(seen, offers=self._offers(), agreed=self._agreed)
            return seen

    def go(self, key: str, phase: Phase) -> None:
        """Lets the class go on to what comes next; offers of the round before stay until they are changed.

        Raises:
            ConfigurationError: this is not the teacher, or that does not come next.
        """
        with self._lock:
            self._refuse_others(key)
            if phase not in NEXT[self._phase] or phase is Phase.PREDICT:
                raise _refused(f"A class goes from '{self._phase}' to: {listed(list(NEXT[self._phase]))}.")
            share = agreed_share(self._offers()) if phase is Phase.AGREED else None
            if phase is Phase.AGREED and share is None:
                raise _refused("Nobody with a budget has made an offer yet.")
            self._agreed, self._phase = share, phase
            self._round += phase is Phase.BARGAIN

    def ask(self, key: str, question: Question) -> None:
        """Asks another question: what was predicted about the one before is forgotten.

        Raises:
            ConfigurationError: this is not the teacher, or the question before is still open.
        """
        with self._lock:
            self._refuse_others(key)
            if Phase.PREDICT not in NEXT[self._phase]:
                raise _refused("The question before is still open.")
            self._phase, self._question, self._agreed = Phase.PREDICT, question, None
            self._round += 1
            for seat in self._seats.values():
                seat.prediction = None

    def let_in(self, key: str, more: bool) -> None:
        """Opens the doors, or shuts them.

        Raises:
            ConfigurationError: this is not the teacher.
        """
        with self._lock:
            self._refuse_others(key)
            self.doors_open = more

    def end(self, key: str) -> None:
        """Ends the class and forgets everything.

        Raises:
            ConfigurationError: this is not the teacher.
        """
        with self._lock:
            self._refuse_others(key)
            self._until = self._clock()
            self._seats.clear()

    def _count(self, which: Callable[[Seat], bool]) -> dict[str, int]:
        return {role: sum(seat.role == role and which(seat) for seat in self._seats.values()) for role in ROLES}

    def _offers(self) -> Offers:
        """What was offered and asked for, in the order of size: whose it is cannot be seen."""
        seats = list(self._seats.values())
        offers = {
            role: tuple(sorted(s.offer for s in seats if s.role == role and s.offer is not None)) for role in PAYERS
        }
        demands = {key: sum(seat.demand == key for seat in seats) for key in DEMANDS}
        return Offers(offers, demands)

    def _own(self, token: str) -> Seat:
        self._refuse_when_over()
        if token not in self._seats:
            raise _refused("You have no seat in this class: join it with its code.")
        return self._seats[token]

    def _refuse_when_over(self) -> None:
        if self.is_over:
            raise _refused("This class has ended.")

    def _refuse_unless(self, phase: Phase, words: str) -> None:
        if self._phase is not phase:
            raise _refused(words)

    def _refuse_others(self, key: str) -> None:
        self._refuse_when_over()
        if not self.opens(key):
            raise _refused("Only the teacher can do that.")


def _whole(given: int, low: int, high: int) -> int:
    """A whole number in its range."""
    if type(given) is not int or not low <= given <= high:
        raise _refused(f"A whole number from {low} to {high} is wanted.")
    return given


def _refused(words: str) -> ConfigurationError:
    return ConfigurationError(Fault("", words))
