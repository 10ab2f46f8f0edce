"""States the finding in a headline of a few words, chosen by rules from the numbers and nothing else."""

from __future__ import annotations

from itertools import product

from experiments.analysis.verdicts.against_base import CUT_ALONE, NO_CHANGE
from experiments.analysis.verdicts.reading import DEFICIT, HARDEST, LIVES_DIFFER, Reading, are_too_few

MOST_WORDS = 14
LITTLE, MUCH = 0.10, 0.30
"""Shares of the second arm's level below which a difference is called a little, and from which it is called a lot."""
NAME_WORDS = 3
CARRYING_ON = "carrying on"
"""What no change is called where it does something: that no change is better could be misread."""


def headline(reading: Reading) -> str:
    """The finding in at most 14 words: who does better for people, for whose money, and whether that undoes the cut.

    What is left out for want of room is a clause that says less than what stays: that the finding rests on a judgement stays
    longest, then a warning about money.
    """
    names = [_subject(reading, arm) for arm in reading.answer.contrast]
    money, warns = _money(reading)
    rest = _rest(reading)
    order = [(money, rest), (money, "") if warns else ("", rest), ("", rest) if warns else (money, ""), ("", "")]
    shorter = [_short(name) for name in names]
    for held, shown, (paid, then) in product(dict.fromkeys((_if(reading), "")), (names, shorter), order):
        for core, aside in _cores(reading, *shown):
            ends = f"{aside}{paid}" if paid.startswith(";") else f"{paid}{aside}"
            said = f"{core}{held}{ends}{then}"
            if len(said.split()) <= MOST_WORDS:
                return said[:1].upper() + said[1:]
    return "The two policies differ as the table below says"


def _subject(reading: Reading, arm: str) -> str:
    """What an arm is called where it does something."""
    return CARRYING_ON if arm == NO_CHANGE and arm not in reading.called else reading.name(arm)


def _if(reading: Reading) -> str:
    """On which judgement it rests that one arm does better: if that does harm, little, nothing or less would be left."""
    said, left = set(reading.verdicts.values()) & {"better", "worse"}, reading.only_effort
    rests = len(said) == 1 and left is not None and left[2] not in (*said, "unknown")
    return " unless freer management backfires" if rests else ""


def _short(name: str) -> str:
    """A long name's first words."""
    words = name.split()
    return name if len(words) <= NAME_WORDS else " ".join(words[:NAME_WORDS]) + "…"


def _cores(reading: Reading, first: str, second: str) -> tuple[tuple[str, str], ...]:
    """Who does better for people, in full and in brief; each with what is added after it about crises and need."""
    word = next((each for each in LIVES_DIFFER if each in reading.verdicts.values()), "")
    told, brief = _of_people(reading, first, second), {"better": "beats", "worse": "trails"}.get(word, "")
    if told is not None:
        return tuple((each, "") for each in told)
    if not any(reading.verdicts.get(name) == word for name in HARDEST):
        return (
            (f"{first} does {word} than {second}", ", but not in crises or need"),
            (f"{first} {brief} {second}", ", not in crises or need"),
        )
    much = _size(reading)
    briefly = {"a little ": f"{first} slightly {brief} {second}", "a lot ": f"{first} {brief} {second} by far"}
    return (f"{first} does {much}{word} than {second}", ""), (briefly.get(much, f"{first} {brief} {second}"), "")


def _of_people(reading: Reading, first: str, second: str) -> tuple[str, ...] | None:
    """What is said where neither does better for people than the other, in full and in brief; None where one does."""
    said = set(reading.verdicts.values())
    if not said or reading.too_few:
        return (
            f"too few runs to say whether {first} or {second} does better",
            f"too few runs to judge {first} against {second}",
        )
    if said == {"same"}:
        return f"{first} and {second} came out exactly the same for people", f"{first} and {second} came out the same"
    if {"better", "worse"} <= said:
        return (
            f"{first} is better than {second} in some ways, worse in others",
            f"{first} against {second}: some things better, some worse",
        )
    if said <= {"same", "small"}:
        return f"{first} and {second} differ too little to matter for people", f"{first} and {second} hardly differ"
    if not said & {"better", "worse"}:
        return (
            f"no clear difference for people between {first} and {second}",
            f"no clear winner between {first} and {second}",
        )
    return None


def _size(reading: Reading) -> str:
    """How large the largest difference in crises and need is beside what they are under the second arm."""
    last, second = reading.answer.last, reading.answer.contrast[1]
    told = [last[name] for name in HARDEST if reading.verdicts.get(name) in LIVES_DIFFER]
    shares = [abs(float(row["diff"])) / abs(float(row[second])) for row in told if float(row[second])]
    largest = max(shares, default=LITTLE)
    return "a little " if largest < LITTLE else "a lot " if largest >= MUCH else ""


def _money(reading: Reading) -> tuple[str, bool]:
    """For whose money, and whether that is a warning."""
    if reading.money(DEFICIT) == "higher":
        return " on borrowed money", True
    if reading.received == "more":
        return " for more money", True
    if outside := reading.clearly("account_outside"):
        return "; other services pay" if outside < 0 else "; other services gain", True
    return {"less": (" for less money", False), "equal": (" for equal money", False)}.get(reading.received, ("", False))


def _rest(reading: Reading) -> str:
    """What can be said of both against no change, or else against the cut alone."""
    first, second = reading.answer.contrast
    known = reading.references()
    if NO_CHANGE in known and reading.is_cut(first) and reading.is_cut(second):
        hurt = ["worse" in reading.held(arm, NO_CHANGE).values() for arm in (first, second)]
        if all(hurt):
            return "; it does not undo the cut" if CUT_ALONE in (first, second) else "; neither undoes the cut"
        return ""
    if CUT_ALONE in known:
        won = [set(reading.held(arm, CUT_ALONE).values()) for arm in (first, second)]
        if any(map(are_too_few, won)):
            return ""
        if all("better" in said and "worse" not in said for said in won):
            return "; both beat the cut alone"
        if all(said and "better" not in said for said in won):
            return "; neither clearly beats the cut alone"
    return ""
