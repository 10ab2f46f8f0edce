"""What the whole numbers in the columns mean: tiers, levels of need, cases, causes of failure demand.

Each meaning is declared once, as an enumeration. Compiled rules read the plain numbers below, which are taken from it.
"""

from enum import IntEnum


class Tier(IntEnum):
    """How far a service's help goes."""

    PREVENTION = 0
    CORE = 1
    ACUTE = 2


class Level(IntEnum):
    """How far a need has come."""

    NONE = 0
    EMERGING = 1
    ESTABLISHED = 2
    CRISIS = 3


class CaseState(IntEnum):
    """Where a citizen stands with a challenge's services."""

    NONE = 0
    WAITING = 1
    SERVED = 2
    READY = 3  # ready to leave acute care, kept for want of a core place


class Cause(IntEnum):
    """Why a further contact about the same need would be failure demand."""

    NOTHING = 0
    REFUSED = 1
    ABANDONED = 2
    UNRESOLVED = 3
    RELAPSED = 4


class Stage(IntEnum):
    """How far a service's redesign has come."""

    STANDARD = 0
    DISCOVER = 1
    PROTOTYPE = 2
    TEST = 3
    EMBED = 4
    EMBEDDED = 5


class Freeze(IntEnum):
    """How far an agency's spending is frozen."""

    NONE = 0
    RECRUITMENT = 1  # nobody is hired and no vacancy covered
    STATUTORY_ONLY = 2  # nothing is paid for but what the law asks


PREVENTION, CORE, ACUTE = (int(tier) for tier in Tier)
NO_NEED, EMERGING, ESTABLISHED, CRISIS = (int(level) for level in Level)
CASE_NONE, CASE_WAITING, CASE_SERVED, CASE_READY = (int(state) for state in CaseState)
NOTHING, REFUSED, ABANDONED, UNRESOLVED, RELAPSED = (int(cause) for cause in Cause)
