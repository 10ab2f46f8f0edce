"""Says in lay words what each policy does, from its levers: what changes, by how much, from when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from experiments.analysis.verdicts import lever_words
from experiments.analysis.verdicts.lever_words import FIRST_YEAR, Settings, date, in_part, named, share, when
from experiments.analysis.verdicts.sentence import listed
from experiments.text.numerals import two

COUNCIL = ("adult_care", "children", "public_health", "housing", "council_other")
ENGLAND = 0.286
"""England's cut, which a policy takes where neither it nor the place says another."""
PATH = (0.2, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0)
DESIGNS_NAMED = 3
FROM = "All of it begins in April 2011 and stays, where no other date is given."


class Does(NamedTuple):
    """One thing that a policy does, under a word for it."""

    label: str
    text: str


class Described(NamedTuple):
    """A policy in lay words.

    Attributes:
        arm: its name.
        title: what people call it.
        summary: what it stands for.
        does: what it does, a line a lever, in the order of `LEVERS`; from April 2011 and for good where a line has no date.
    """

    arm: str
    title: str
    summary: str
    does: Sequence[Does]


def described(configuration: Settings, arms: Sequence[str]) -> list[Described]:
    """Every arm that the configuration knows, in lay words; none where it was not kept.

    Args:
        configuration: composed data, with `policy`, `place` and `design`.
        arms: which policies.

    Raises:
        ValueError: what was kept are no policies.
    """
    try:
        known = configuration.get("policy") or {}
        world = _World(configuration.get("place") or {}, configuration.get("design") or {})
        asked = [(arm, known[arm]) for arm in arms if arm in known]
        return [
            Described(arm, str(each["title"]), str(each["summary"]), world.told(each.get("levers") or {}))
            for arm, each in asked
        ]
    except (AttributeError, LookupError, TypeError) as fault:
        raise ValueError(f"the policies that were kept cannot be read: {fault}") from fault


@dataclass(frozen=True)
class _World:
    """The place and the designs that levers speak of."""

    place: Settings
    designs: Settings

    def told(self, levers: Settings) -> list[Does]:
        """A line for every lever that is there and not off."""
        on = {name: each for name, each in levers.items() if each is not None and each.get("strength", 1.0) > 0}
        if not on:
            return [
                Does("Money and rules", "Services go on with the money, the rules and the ways of working of 2010.")
            ]
        named = ((label, tell(self, on[name]), on[name]) for name, (label, tell) in LEVERS.items() if name in on)
        lines = ((label, f"{when(lever)}{in_part(lever)}{text}") for label, text, lever in named)
        return [Does(label, line[:1].upper() + line[1:]) for label, line in lines]

    def envelope(self, lever: Settings) -> str:
        """How much less the council has in the end, in shares and pounds a head, and the others."""
        cut, year = self._cut(lever)
        reached = (lever.get("path") or PATH)[-1]
        less = f"{share(abs(cut))} {'less' if cut >= 0 else 'more'}"
        text = f"the council has {less} to spend by {year} than in 2010-11, after inflation{self._a_head(cut)}."
        others = {name: reached * float(each) for name, each in (lever.get("others") or {}).items() if each}
        told = [f"{named(name)} {share(abs(each))} {'less' if each > 0 else 'more'}" for name, each in others.items()]
        kept = [named(name) for name, each in (lever.get("others") or {}).items() if not each]
        text += f" Also {listed(told)}." if told else ""
        text += f" Not cut: {listed(kept)}." if kept else ""
        follows = lever.get("per", "head") == "head"
        return text + (" Money follows the number of people." if follows else " Money stays if people come or go.")

    def _cut(self, lever: Settings) -> tuple[float, str]:
        """The cut once it is whole, and the financial year of that."""
        given, path = lever.get("cut", ENGLAND), lever.get("path") or PATH
        began = int(lever.get("start", 0)) // 12
        if isinstance(given, str) and given.startswith("place"):
            own = _row(self.place.get("cut"))
            more = _row((self.place.get("income") or {}).get("more_tax")) if given != "place" else [0.0] * len(own)
            given = [fell + made for fell, made in zip(own, more, strict=False)] or ENGLAND
        if isinstance(given, list | tuple):
            return float(given[-1]), _year(began + len(given) - 1)
        return float(ENGLAND if isinstance(given, str) else given) * path[-1], _year(began + len(path) - 1)

    def _a_head(self, cut: float) -> str:
        """What a cut comes to for each resident in a year; nothing where the place's budgets are not known."""
        budgets, people = self.place.get("budgets") or {}, _number(self.place.get("population"))
        whole = sum(_number(budgets.get(name)) for name in COUNCIL)
        return f": £{two(cut * whole / people)} a head and year" if whole and people and cut > 0 else ""

    def portfolio(self, lever: Settings) -> str:
        """Which designs may be tried, and which are begun on a date."""
        names = list(lever.get("designs") or ())
        titles = [str((self.designs.get(name) or {}).get("title", name.replace("_", " "))) for name in names]
        more = len(titles) - DESIGNS_NAMED
        shown = listed(titles[:DESIGNS_NAMED] if more > 0 else titles)
        count = f"{len(titles)} new ways of working" if len(titles) != 1 else "one new way of working"
        text = f"services may try {count}{', such as ' if more > 0 else ': '}{shown}."
        for name, each in (lever.get("begin") or {}).items():
            title = str((self.designs.get(name) or {}).get("title", name.replace("_", " ")))
            where = listed([str(one).replace("_", " ").replace(".", ", ") for one in each.get("services") or ()])
            part = each.get("share", 1.0)
            who = f"{share(part)} of services" if part < 1 else "services"
            begun = date(int(lever.get("start", 0)) + int(each.get("month", 0)))
            kept = "kept if its test shows enough" if each.get("judged", True) else "kept whatever its test shows"
            text += f" {title}: begun in {begun} by {who}{f' ({where})' if where else ''}, and {kept}."
        return text

    def zones(self, lever: Settings) -> str:
        """Where other rules hold, and which."""
        where = "the most deprived" if lever.get("select") == "most_deprived" else "spread from most to least deprived"
        inside = " ".join(f"{each.label}: {each.text}" for each in self.told(lever.get("levers") or {}))
        without = [LEVERS[name][0].lower() for name in lever.get("without") or () if name in LEVERS]
        out = f" Not there: {listed(without)}." if without else ""
        return (
            f"up to {lever.get('count', 16)} neighbourhoods ({where}) live by rules of their own.{out} There: {inside}"
        )


def _alone(tell: Callable[[Settings], str]) -> Callable[[_World, Settings], str]:
    """A lever that can be told without knowing the place."""
    return lambda _, lever: tell(lever)


LEVERS: Mapping[str, tuple[str, Callable[[_World, Settings], str]]] = {
    "envelope": ("The cut", _World.envelope),
    "protection": ("Protected money", _alone(lever_words.protection)),
    "eligibility": ("Rationing", _alone(lever_words.eligibility)),
    "efficiency": ("Efficiency", _alone(lever_words.efficiency)),
    "targets": ("Targets", _alone(lever_words.targets)),
    "pay": ("Pay", _alone(lever_words.pay)),
    "charges": ("Charges", _alone(lever_words.charges)),
    "reserves": ("Reserves", _alone(lever_words.reserves)),
    "freedom": ("Freedom", _alone(lever_words.freedom)),
    "indicators": ("Local figures", _alone(lever_words.indicators)),
    "pooling": ("Pooled money", _alone(lever_words.pooling)),
    "support": ("Support", _alone(lever_words.support)),
    "portfolio": ("New ways of working", _World.portfolio),
    "transition": ("Paying for change", _alone(lever_words.transition)),
    "zones": ("Zones", _World.zones),
}
"""What each lever is called, and how it is told, in the order in which they are told."""


def _year(place: int) -> str:
    """A financial year, the first being 2011-12."""
    return f"{FIRST_YEAR + place}-{(FIRST_YEAR + place + 1) % 100:02d}"


def _row(quantity: Any) -> list[float]:
    """The numbers of each year that a quantity holds; none where it holds none."""
    value = quantity.get("value") if isinstance(quantity, Mapping) else quantity
    return [float(each) for each in value] if isinstance(value, list | tuple) else []


def _number(quantity: Any) -> float:
    """The number that a quantity holds; 0 where there is none."""
    value = quantity.get("value") if isinstance(quantity, Mapping) else quantity
    return float(value) if isinstance(value, int | float) else 0.0
