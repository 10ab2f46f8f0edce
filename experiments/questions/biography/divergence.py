"""Finds where two lives with the same draws part, and says which rule did it and what differed, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.questions.biography.trajectories import Moment, TwoLives
from experiments.running.lives.events import Names, date_of, events
from experiments.running.lives.moments import COMPARED
from experiments.text.titles import words
from simulation.month import phase_named
from simulation.state.codes import CORE, CaseState

TELLING = ("level", "state", "asked", "cause", "root")
"""Columns by which a reader recognises a challenge's part in it first."""


@dataclass(frozen=True)
class Parting:
    """The first difference between two lives.

    Attributes:
        month: since the policy date.
        phase: of that month, after which they differ: the rule that wrote the difference.
        columns: names of the columns that differ then.
        challenge: the challenge it is about; -1 where it is about none.
        before: the last moment in common, as it was in the first arm.
        after: the first moment that differs, by arm.
    """

    month: int
    phase: str
    columns: tuple[str, ...]
    challenge: int
    before: Moment
    after: tuple[Moment, Moment]


def find(lives: TwoLives) -> Parting | None:
    """The first moment at which anything about the citizen differs; none if nothing does before both lives have ended."""
    first, second = (lives.moments[arm] for arm in lives.arms)
    before = first[0]
    for one, other in zip(first, second, strict=True):
        columns = differing(one, other)
        if one.ending and other.ending and not columns:
            return None  # whoever lives in the row from now on is somebody else
        if columns:
            return Parting(one.month, one.phase, columns, _challenge(one, other, columns), before, (one, other))
        before = one
    return None


def differing(one: Moment, other: Moment) -> tuple[str, ...]:
    """The columns in which a citizen differs between two moments."""
    return tuple(name for name in COMPARED if not np.array_equal(one.person[name], other.person[name]))


def _challenge(one: Moment, other: Moment, columns: Sequence[str]) -> int:
    """The first challenge in which the most telling of the differing columns differs."""
    for name in sorted(columns, key=lambda name: TELLING.index(name) if name in TELLING else len(TELLING)):
        a, b = one.person[name], other.person[name]
        if np.ndim(a):
            return int(np.flatnonzero(a != b)[0])
    return -1


def told(parting: Parting | None, arms: Sequence[str], names: Names) -> list[str]:
    """Where, by which rule and why two lives part, in sentences."""
    if parting is None:
        return ["The two lives are the same, from the first month to the last."]
    what = ", ".join(COMPARED[name] for name in parting.columns)
    about = phase_named(parting.phase).settles
    head = f"The two lives part in {date_of(parting.month)}, at the rule '{parting.phase}' ({about}). What differs first: {what}."
    happens = []
    for arm, after in zip(arms, parting.after, strict=True):
        own = events(parting.before, after, names)
        c = parting.challenge
        mine = [line for line in own if c < 0 or line.startswith(f"{names.challenge(c)}: ")] or own
        happens.append(f"Under {words(arm)}: {'; '.join(mine) or _quiet(parting)}.")
    return [head, *happens, why(parting, arms, names)]


def _quiet(parting: Parting) -> str:
    """What to say of an arm in which nothing happens that a diary would tell."""
    return {"seek": "does not ask", "need": "no change"}.get(parting.phase, "nothing to be told")


def why(parting: Parting, arms: Sequence[str], names: Names) -> str:
    """What was different about the world around the citizen when the rule was applied."""
    reasons = {"need": _need, "seek": _seek, "triage": _triage, "serve": _serve, "outcome": _outcome}
    found = reasons[parting.phase](parting, [words(arm) for arm in arms], names) if parting.phase in reasons else ""
    return (
        found
        or "Why: more than one thing differed around this person; none of those that are told apart here did alone."
    )


def _pair(parting: Parting, name: str, tier: int) -> tuple[float, float]:
    """What the two arms' services of the citizen offer."""
    one, other = (float(after.offers[name][parting.challenge, tier]) for after in parting.after)
    return one, other


def _need(parting: Parting, arms: Sequence[str], names: Names) -> str:
    """Everything about the person was the same: a service that held on to the need, or the people around them."""
    c, before = parting.challenge, parting.before
    if c < 0:
        return ""
    was, (one, other) = int(before.person["level"][c]), (int(m.person["level"][c]) for m in parting.after)
    if was > 0 and max(one, other) > was and before.person["state"][c] == CaseState.SERVED:
        tier = int(before.person["tier"][c])
        holding, hours = _pair(parting, "holding", tier), _pair(parting, "intensity", tier)
        return (
            f"Why: {names.service(c, tier)} gave each case {hours[0]:.0%} of its hours under {arms[0]} and "
            f"{hours[1]:.0%} under {arms[1]}, and held needs back at {holding[0]:.2f} and {holding[1]:.2f} times its "
            "standard rate."
        )
    a, b = (after.around for after in parting.after)
    if was == 0:
        return (
            f"Why: of the people they know, {a.in_need[c]} of {a.met} had this need under {arms[0]} and {b.in_need[c]} of "
            f"{b.met} under {arms[1]}: needs spread a little from one to another."
        )
    return (
        f"Why: of the people they know, {a.able} of {a.met} needed nothing and could help under {arms[0]}, "
        f"{b.able} of {b.met} under {arms[1]}."
    )


def _seek(parting: Parting, arms: Sequence[str], names: Names) -> str:
    """Asking was harder, or less was heard in favour of it."""
    asked = max(int(after.person["asked"][parting.challenge]) for after in parting.after) - 1
    burden, (a, b) = _pair(parting, "burden", max(asked, 0)), (after.around for after in parting.after)
    reasons = []
    if burden[0] != burden[1]:
        reasons.append(
            f"the effort of asking {names.service(parting.challenge, asked)} put off {burden[0]:.0%} of would-be "
            f"askers under {arms[0]} and {burden[1]:.0%} under {arms[1]}"
        )
    if a.trust != b.trust:
        reasons.append(
            f"the people they know trusted services {a.trust:.2f} of 1 under {arms[0]} and {b.trust:.2f} under "
            f"{arms[1]}, and told them so"
        )
    return f"Why: {'; '.join(reasons)}." if reasons else ""


def _triage(parting: Parting, arms: Sequence[str], names: Names) -> str:
    """The bar was higher, or the case was judged otherwise."""
    c = parting.challenge
    tier = max(int(parting.before.person["asked"][c]) - 1, 0)
    bar, bad = _pair(parting, "threshold", tier), [float(after.severity[c]) for after in parting.after]
    if bad[0] == bad[1]:
        return (
            f"Why: {names.service(c, tier)} takes people from severity {bar[0]:.2f} under {arms[0]} and from {bar[1]:.2f} "
            f"under {arms[1]}; this person's was {bad[0]:.2f}."
        )
    return (
        f"Why: the same need was judged {bad[0]:.2f} under {arms[0]} and {bad[1]:.2f} under {arms[1]} (somebody they live "
        f"with is there in one and not in the other); the bar was {bar[0]:.2f} and {bar[1]:.2f}."
    )


def _serve(parting: Parting, arms: Sequence[str], names: Names) -> str:
    """There were more places, or fewer who waited for them."""
    c, before = parting.challenge, parting.before
    tier = CORE if before.person["state"][c] == CaseState.READY else int(before.person["tier"][c])
    places, queue = _pair(parting, "places", tier), _pair(parting, "queue", tier)
    return (
        f"Why: {names.service(c, tier)} had room for {places[0]:.0f} new cases with {queue[0]:.0f} waiting under {arms[0]}, "
        f"for {places[1]:.0f} with {queue[1]:.0f} waiting under {arms[1]}."
    )


def _outcome(parting: Parting, arms: Sequence[str], names: Names) -> str:
    """The same help had more hours, or worked better."""
    before = parting.before.person
    served = [c for c in range(before["state"].size) if before["state"][c] == CaseState.SERVED]
    c = parting.challenge if parting.challenge >= 0 else next(iter(served), -1)
    if c < 0:
        return ""
    tier, reasons = int(before["tier"][c]), []
    about = Parting(parting.month, parting.phase, parting.columns, c, parting.before, parting.after)
    hours = _pair(about, "intensity", tier)
    if hours[0] != hours[1]:
        reasons.append(f"gave each case {hours[0]:.0%} of its hours under {arms[0]} and {hours[1]:.0%} under {arms[1]}")
    for name, does in (
        ("resolve", "solved needs"),
        ("root", "removed causes"),
        ("gain", "made people able"),
        ("leave", "let people go home"),
    ):
        one, other = _pair(about, name, tier)
        if one != other:
            reasons.append(
                f"{does} at {one:.2f} times its standard rate under {arms[0]} and {other:.2f} under {arms[1]}"
            )
    return f"Why: {names.service(c, tier)} {'; it '.join(reasons)}." if reasons else ""
