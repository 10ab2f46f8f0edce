"""Says in plain words what happens to one citizen from one phase of a month to the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from experiments.running.lives.moments import Seen
from experiments.text.numerals import counted
from simulation.parameters import ChallengeConfig
from simulation.parameters.quantity import TIERS
from simulation.state.codes import ACUTE, CRISIS, CaseState, Cause

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
START_YEAR, START_MONTH = 2011, 3  # the policy date is 1 April 2011


def date_of(month: int) -> str:
    """A month since the policy date as people write it."""
    year, place = divmod(START_MONTH + month, 12)
    return f"{MONTHS[place]} {START_YEAR + year}"


@dataclass(frozen=True)
class Names:
    """What challenges, their levels and their services are called."""

    challenges: Sequence[ChallengeConfig]

    def challenge(self, c: int) -> str:
        """A challenge's title, as short as it will go."""
        return self.challenges[c].title.partition(":")[0]

    def level(self, c: int, level: int) -> str:
        """What a level means for this challenge."""
        return self.challenges[c].levels[level]

    def service(self, c: int, tier: int) -> str:
        """What the service is called."""
        return str(getattr(self.challenges[c].services, TIERS[tier]).title)


def diary(moments: Sequence[Seen], names: Names) -> Iterator[tuple[int, str]]:
    """Everything that happens in a life: the month and the words."""
    for before, after in pairwise(moments):
        if before.ending:
            return
        for line in events(before, after, names):
            yield after.month, line


def events(before: Seen, after: Seen, names: Names) -> list[str]:
    """What has happened between two moments, in words, challenge by challenge."""
    if after.ending:
        return [] if before.ending else [after.ending]
    tell = {"need": _need, "triage": _triage, "serve": _serve, "outcome": _outcome}.get(after.phase)
    if tell is None:
        return []
    told = [(c, tell(c, before, after, names)) for c in range(len(names.challenges))]
    return [f"{names.challenge(c)}: {words}" for c, words in told if words]


def _need(c: int, before: Seen, after: Seen, names: Names) -> str:
    """A need begins, worsens, mends."""
    was, now = int(before.person["level"][c]), int(after.person["level"][c])
    if now == was:
        return ""
    words = names.level(c, now)
    if now == CRISIS:
        return f"crisis ({words}); taken in at once by {names.service(c, ACUTE)}"
    if now > was:
        again = before.person["root"][c] and was == 0
        return f"{'comes back' if again else 'begins' if was == 0 else 'worsens'}: {words}"
    return f"over by itself: {words}" if now == 0 else f"eases by itself: {words}"


def _triage(c: int, before: Seen, after: Seen, names: Names) -> str:
    """Somebody who asked is put on a list, or refused."""
    asked = int(before.person["asked"][c])
    if not asked or before.person["state"][c] != CaseState.NONE:
        return ""
    wanted, tier = names.service(c, asked - 1), int(after.person["tier"][c])
    waits = after.person["state"][c] == CaseState.WAITING
    if waits and tier == asked - 1:
        return f"asks {wanted} for help and is put on the list"
    sent_on = f", and sent on to the list of {names.service(c, tier)}" if waits else ""
    return f"asks {wanted} for help and is refused{sent_on}"


def _serve(c: int, before: Seen, after: Seen, names: Names) -> str:
    """Places are filled, queues overflow, cases are let go."""
    was, now = int(before.person["state"][c]), int(after.person["state"][c])
    if was == now:
        return ""
    service = names.service(c, int(after.person["tier"][c]))
    if now == CaseState.SERVED:
        if was == CaseState.READY:
            return f"leaves acute care for a place at {service}"
        waited = int(before.person["months"][c])
        return f"gets a place at {service} after waiting {'under a month' if not waited else counted(waited, 'month')}"
    if was == CaseState.WAITING:
        return f"turned away: the queue of {service} is full"
    return f"let go by {service}: it has too few staff"


def _outcome(c: int, before: Seen, after: Seen, names: Names) -> str:
    """Help works or does not; people leave, wait on, or give up."""
    was, now = int(before.person["state"][c]), int(after.person["state"][c])
    if was == now:
        return ""
    service, level = names.service(c, int(before.person["tier"][c])), int(after.person["level"][c])
    if was == CaseState.WAITING:
        return f"gives up waiting for {service}"
    if now == CaseState.READY:
        return f"ready to leave {service}, kept there for want of a place to go to"
    if was == CaseState.READY:
        return f"leaves {service} without a place to go to: {names.level(c, level)}"
    if level == 0:
        cause = "its cause remains" if after.person["root"][c] else "its cause is gone too"
        return f"helped by {service}: {names.level(c, 0)}; {cause}"
    if before.person["tier"][c] == ACUTE:
        return f"leaves {service}: {names.level(c, level)}"
    if after.person["cause"][c] == Cause.UNRESOLVED:
        return f"case closed by {service} without success"
    return f"leaves {service}"
