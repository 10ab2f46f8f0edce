"""The answer as people take it in: a headline and four lines, from the tables and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from experiments.analysis.economics.agencies import EVERYBODY, PUBLIC
from experiments.analysis.economics.ledgers import HOUSEHOLDS
from experiments.analysis.verdicts.against_base import CUT_ALONE, NO_CHANGE
from experiments.analysis.verdicts.headline import headline
from experiments.analysis.verdicts.lever_words import CALLED
from experiments.analysis.verdicts.reading import CARE, DEFICIT, HARDEST, LIVES_DIFFER, SPENT, Reading, are_too_few
from experiments.analysis.verdicts.sentence import listed
from experiments.text.numerals import HALF_A_PENNY, pounds, two

FEEL, WORSE, COST, SURE = "What people feel", "What got worse", "What it costs, and whom", "How sure"
OF_A_THOUSAND = {
    "crises": (1.0, "{size} {fewer} crises begin in a year"),
    "need_share": (10.0, "{size} {fewer} have an established need"),
    "unmet_asks": (1.0, "{size} {fewer} requests in a year are refused or given up"),
}
"""Outcomes that are told of 1,000 people: what turns their unit into that, and in which words."""
NAMED = 4
"""Things named in one breath; the others are counted."""
GAINED = "life_satisfaction"
"""What society's sum prices first of all."""
SMALLEST = 0.05
"""Of 1,000 people; less than this is told of 100,000."""
TOO_FEW = "too few runs to say"
TO_SAY = "other plausible numbers could turn this round. That was never tried here"


class Line(NamedTuple):
    """One of the four lines: the question it answers, and the answer."""

    label: str
    text: str


class Brief(NamedTuple):
    """A headline of at most 14 words, and four lines."""

    headline: str
    lines: Sequence[Line]

    @property
    def words(self) -> str:
        """All of it as plain text, a line each."""
        return "\n".join([f"{self.headline}.", *(f"{line.label}: {line.text}" for line in self.lines)])


def brief(reading: Reading) -> Brief:
    """The brief of a comparison; every number in at most two figures."""
    told = ((FEEL, _feel(reading)), (WORSE, _worse(reading)), (COST, _cost(reading)), (SURE, _sure(reading)))
    return Brief(headline(reading), [Line(label, " ".join(said for said in text if said)) for label, text in told])


def _of_people(name: str, row: Mapping[str, Any]) -> str:
    """So many more or fewer of 1,000 people."""
    factor, words = OF_A_THOUSAND[name]
    size, fewer = factor * float(row["diff"]), "fewer" if float(row["diff"]) < 0 else "more"
    if abs(size) < SMALLEST:
        return f"{words.format(size=two(100 * size), fewer=fewer)} (of 100,000)"
    return words.format(size=two(size), fewer=fewer)


def _of(reading: Reading, name: str, row: Mapping[str, Any]) -> str:
    """By how much an outcome is apart, in its own unit."""
    if name in OF_A_THOUSAND:
        return _of_people(name, row)
    outcome = reading.answer.outcomes[name]
    unit = outcome.unit.replace("%", "points").replace("out of", "of")
    if outcome.unit.startswith("£"):
        size = pounds(float(row["diff"])) + outcome.unit[1:].replace("per", "a").replace(
            "a head a year", "a head and year"
        )
    else:
        size = f"{two(float(row['diff']))} {unit.replace('per 1,000 people a year', 'a year of 1,000 people')}"
    return f"{outcome.words} ({size} {'lower' if float(row['diff']) < 0 else 'higher'})"


def _some(names: Sequence[str]) -> str:
    """The first few, and how many others there are."""
    others = len(names) - NAMED
    return listed([*names[:NAMED], f"{others} others"] if others > 1 else list(names))


def _feel(reading: Reading) -> list[str]:
    """So many more or fewer of 1,000 people, against the second arm, no change and the cut alone."""
    first, second = map(reading.name, reading.answer.contrast)
    last, said = reading.answer.last, reading.verdicts
    told = [_of_people(name, last[name]) for name in OF_A_THOUSAND if said.get(name) in LIVES_DIFFER]
    spoken = [name for name in said if reading.answer.outcomes[name].spoken]
    luck = [reading.answer.outcomes[name].words for name in spoken if said[name] == "unclear"]
    small = [reading.answer.outcomes[name].words for name in spoken if said[name] == "small"]
    alike = [reading.answer.outcomes[name].words for name in spoken if said[name] == "same"]
    others = [
        reading.answer.outcomes[name].words for name in said if said[name] == "better" and name not in OF_A_THOUSAND
    ]
    also = "Better too" if told else f"Better under {first}"
    return [
        f"Of 1,000 people under {first}, against {second}: {'. '.join(told)}." if told else "",
        f"{also}: {_some(others)}." if others else "",
        f"Too few runs to tell {first} from {second}." if reading.too_few else "",
        f"Too small to matter: {listed(small)}." if small else "",
        f"Could be luck: {listed(luck)}." if luck else "",
        f"Just the same: {listed(alike)}." if alike else "",
        *(_held(reading, base) for base in reading.references()),
    ]


def _held(reading: Reading, base: str) -> str:
    """The first arm against no change or the cut alone in what is hardest, with what the second one comes to."""
    first, second = reading.answer.contrast
    against = {NO_CHANGE: "no change", CUT_ALONE: "the cut alone"}[base]
    rows, said = reading.against(first, base), reading.held(first, base)
    told = [_of_people(name, rows[name]) for name in said if said[name] in LIVES_DIFFER]
    other = reading.held(second, base).values()
    ways = [word for word in LIVES_DIFFER if word in other]
    none = TOO_FEW if are_too_few(other) else "no clear gap"
    beside = {0: none, 1: ways[0] if ways else "", 2: "better in one of these, worse in the other"}[len(ways)]
    nothing = TOO_FEW if are_too_few(said.values()) else "no clear gap in crises or need"
    who = reading.name(first)
    said_first = f"{who[:1].upper()}{who[1:]} against {against}: {'. '.join(told) or nothing}."
    return said_first if second == base else f"{said_first} And {reading.name(second)}: {beside}."


def _worse(reading: Reading) -> list[str]:
    """What is clearly worse under the first arm than under the second, and than with no change."""
    first, second = map(reading.name, reading.answer.contrast)
    last, said = reading.answer.last, reading.verdicts
    names = [name for name, word in said.items() if word == "worse"]
    names += [name for name in (CARE, DEFICIT) if reading.money(name) == "higher"]
    told = [_of(reading, name, last[name]) for name in names]
    hidden = [reading.answer.outcomes[name].words for name, word in said.items() if word == "unclear"]
    against = []
    for base in reading.references():
        held = reading.held(reading.answer.contrast[0], base, list(said))
        hurt = [reading.answer.outcomes[name].words for name in held if held[name] == "worse"]
        told_as = {NO_CHANGE: "no change", CUT_ALONE: "the cut alone"}[base]
        nothing = TOO_FEW if are_too_few(held.values()) else "nothing clearly"
        against.append(f"Against {told_as}: {_some(hurt) if hurt else nothing}.")
    few = f"{TOO_FEW[:1].upper()}{TOO_FEW[1:]}."
    nothing = few if reading.too_few else f"Nothing that is counted got clearly worse than under {second}."
    return [
        f"Under {first}, against {second}: {_some(told)}." if told else nothing,
        f"Luck hides what became of {_some(hidden)}." if hidden else "",
        *against,
    ]


def _cost(reading: Reading) -> list[str]:
    """What public bodies, services outside the model and households pay, and what society is left with."""
    first, second = map(reading.name, reading.answer.contrast)
    purse = reading.account("public_cost")
    if purse is None:
        row = reading.answer.last.get(SPENT)
        spent = f"{_gap(row['diff'])} is spent a head" if row is not None and reading.money(SPENT) != "unknown" else ""
        return [f"Under {first}, {spent} than under {second}." if spent else "", "Who else pays was not worked out."]
    years = f"{reading.answer.year} years" if reading.answer.year > 1 else "one year"
    return [
        f"This is for each resident, over {years}, under {first} against {second}.",
        f"Public bodies spend {_gap(purse['value'])}{_chance(purse)}.{_kept(reading)}",
        _sum(reading, "account_outside", "Services outside the model get"),
        _sum(reading, "households_cost", "Households bear"),
        _purses(reading),
        _society(reading),
    ]


def _gap(value: float) -> str:
    """So much less or more; no less or more than where there is no difference."""
    return f"{pounds(value)} {'less' if value < 0 else 'more'}" if abs(value) >= HALF_A_PENNY else "no more and no less"


def _chance(row: Mapping[str, Any]) -> str:
    """Whether chance alone could have made it."""
    low, high = float(row["lo"]), float(row["hi"])
    if math.isnan(low) or math.isnan(high):
        return " (too few runs to be sure)"
    return " (could be luck)" if low <= 0 <= high and low < high else ""


def _kept(reading: Reading) -> str:
    """Cash that the first arm kept beyond the second's, or used up, which it has not saved."""
    row = reading.account("cash_kept")
    if row is None or abs(float(row["value"])) < HALF_A_PENNY:
        return ""
    word = "more stays in hand as cash, which is not saved" if float(row["value"]) > 0 else "of cash in hand is used up"
    return f" {pounds(row['value'])} {word}{_chance(row)}."


def _sum(reading: Reading, measure: str, words: str) -> str:
    """What one of those who pay has less or more."""
    row = reading.account(measure)
    return "" if row is None else f"{words} {_gap(row['value'])}{_chance(row)}."


def _purses(reading: Reading) -> str:
    """Which public bodies spend less and more cash of their own, before pooled money moves between them."""
    table = reading.answer.facts.pockets
    if table is None:
        return ""
    public = table[~table["agency"].isin([HOUSEHOLDS, PUBLIC, EVERYBODY]) & (table["silo"].abs() >= HALF_A_PENNY)]
    told = []
    for accepts, words in (("yes", "less"), ("no", "more")):
        part = public[public["accepts"] == accepts].sort_values("silo", key=lambda each: -each.abs())
        names = [CALLED.get(str(name), str(name).replace("_", " ")) for name in part["agency"]]
        told += [f"{_some(names)} spend{'s' if len(names) == 1 else ''} {words}"] if names else []
    return f"Before pooled money moves between them {'; '.join(told)}." if told else ""


def _society(reading: Reading) -> str:
    """What it comes to for everybody, at the valuation's prices."""
    row = reading.account("social_value")
    if row is None:
        return ""
    value = float(row["value"])
    if abs(value) < HALF_A_PENNY:
        return "Society is left the same."
    off = "better off" if value > 0 else "worse off"
    hardest = next((reading.verdicts[name] for name in HARDEST if name in reading.verdicts), "")
    against = hardest == ("worse" if value > 0 else "better")
    chance = _chance(row)
    small = not chance and reading.verdicts.get(GAINED) == "small" and reading.money(SPENT) in ("small", "same")
    bridge = " That sum prices how people live and what is spent, not crises." if against else ""
    bridge += " It adds up gaps that are each too small to matter." if small else ""
    return f"All in all society is {pounds(value)} {off}{chance}.{bridge}"


def _sure(reading: Reading) -> list[str]:
    """How often luck left the first arm better, and whether other plausible numbers were tried."""
    first = reading.name(reading.answer.contrast[0])
    name = next((each for each in HARDEST if each in reading.answer.last), None)
    chance = ""
    if name is not None and (row := reading.answer.last[name]).get("n"):
        words, pairs = reading.answer.outcomes[name].words, int(row["n"])
        won = row.get("wins")
        if won is not None and won == won:
            alike = int(row.get("ties") or 0)
            same = f", and just the same in {alike}" if alike else ""
            chance = (
                f"Luck: {words} came out lower under {first} in {int(won)} of {pairs} pairs with the same luck{same}."
            )
    return [
        chance,
        _where_only_effort(reading),
        _evidence(reading, name),
        "The rules of the model are judgements too. This is not a forecast.",
    ]


def _where_only_effort(reading: Reading) -> str:
    """What would be left where freer management, which is a judgement, only cost effort; nothing where that was not lived."""
    if reading.only_effort is None:
        return ""
    name, row, said = reading.only_effort
    words, (first, second) = reading.answer.outcomes[name].words, map(reading.name, reading.answer.contrast)
    if said == reading.verdicts[name]:
        left = f"{words} would still be {'lower' if row['diff'] < 0 else 'higher'} under {first}"
    elif said in LIVES_DIFFER:
        left = f"{_of(reading, name, row)} under {first} than under {second}"
        left = f"of 1,000 people {left}" if name in OF_A_THOUSAND else left
    else:
        left = {
            "unknown": "more runs are needed to say what is left",
            "small": f"the gap in {words} would be too small to matter",
        }.get(said, f"no clear gap in {words} is left")
    return f"Freer management is a judgement. If it only costs effort, {left}{_worth_then(reading)}."


def _worth_then(reading: Reading) -> str:
    """What society would be left with there."""
    row = reading.worth_only_effort
    if row is None:
        return ""
    off = "better off" if float(row["diff"]) > 0 else "worse off"
    chance = _chance({"lo": row["ci_lo"], "hi": row["ci_hi"]})
    return f", and society would be {pounds(float(row['diff']))} {off}{chance}"


def _evidence(reading: Reading, name: str | None) -> str:
    """In how many sets of plausible numbers the first arm is better, or that none was tried."""
    table = reading.answer.facts.evidence
    rows = None if table is None else table[(table["outcome"] == name) & (table["horizon"] == reading.answer.year)]
    if rows is None or name is None or rows["winrate"].isna().all():
        return f"Evidence: {TO_SAY}."
    row, first, words = rows.iloc[0], reading.name(reading.answer.contrast[0]), reading.answer.outcomes[name].words
    fewer, sets = int(row["wins"]), int(row["n"])
    return f"Evidence: {words} are lower under {first} in {fewer} of {sets} sets of plausible numbers."
