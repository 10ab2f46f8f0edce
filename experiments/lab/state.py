"""What a visitor has chosen: two policies, a place and luck; written as the address of the page and read back from it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from experiments.configuration import options
from experiments.configuration.words import place_cut
from experiments.errors import ConfigurationError, Fault, listed, unknown
from experiments.evidence import lever_ranges
from experiments.lab.own_places import kept as own_places

ALL = "all"
"""Every challenge that the question `compare` usually takes."""
OFF, ON = "off", "on"
ARMS = ("a", "b")
AS_JUDGED, NO_MANAGEMENT = "as_judged", "none"
"""Whether inspection, targets, freedom and support change anything by themselves, as in configs/structures.yaml."""
MOST_YEARS, MOST_REPLICATES, LARGEST_SEED = 20, 30, 9999
"""Limits of what one visitor may ask of the machine; `redesign compare` has none of them."""
MOST_SETTINGS, MOST_LETTERS, SHOWN = 200, 120, 40
"""Of an address: how many settings it may hold, how long each may be, and how much of a longer one is shown."""
WHOLE = re.compile(r"[0-9]{1,9}")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?")
COMMON = {"strength": (0.0, 1.0), "start": (0.0, 120.0), "ramp": (0.0, 120.0)}
"""What every lever has, with its range: how strong it is, and the months in which it begins and grows."""
WHOLE_LEVER = ("freedom", "pooling", "portfolio")
"""Levers whose evidence is not a number."""
ONLY = "portfolio.only"
"""The one change that is neither a number nor a lever: the single design that may be tried."""
CUT = "envelope.cut"
Change = float | str


@dataclass(frozen=True)
class Choice:
    """One of the two policies: a policy that there is, and what is changed of it.

    Attributes:
        base: a policy of `redesign list policies`.
        changes: by `lever` (`off`, `on`) or `lever.setting` (a number); `portfolio.only` names one design.
    """

    base: str
    changes: Mapping[str, Change] = field(default_factory=dict)

    def but(self, key: str, value: Change | None) -> Choice:
        """The same policy with one more change, or with one change fewer where there is no value."""
        left = {name: old for name, old in self.changes.items() if name != key}
        return replace(self, changes=left if value is None else left | {key: value})


@dataclass(frozen=True)
class State:
    """All that decides a comparison.

    Attributes:
        place: where.
        challenge: one challenge, or `all`.
        a: the first policy.
        b: the second; every difference is the second minus the first.
        years: how long.
        replicates: how often, each time with other luck.
        seed: of all luck.
        management: what freer or tighter management does by itself: what was judged, or nothing.
    """

    place: str = "teaching_town"
    challenge: str = ALL
    a: Choice = Choice("rationing")
    b: Choice = Choice("radical")
    years: int = 10
    replicates: int = 8
    seed: int = 1
    management: str = AS_JUDGED

    def address(self) -> dict[str, str]:
        """What the page's address says after the question mark: only what is not as usual, and both policies."""
        usual = State()
        found: dict[str, str] = {"a": self.a.base, "b": self.b.base}
        for arm in ARMS:
            changes = getattr(self, arm).changes
            found |= {f"{arm}.{key}": written(value) for key, value in sorted(changes.items())}
        plain = [f.name for f in fields(self) if f.name not in ARMS]
        return found | {n: str(getattr(self, n)) for n in plain if getattr(self, n) != getattr(usual, n)}


def written(value: Change) -> str:
    """A change as text: numbers without needless noughts."""
    if isinstance(value, str):
        return value
    short = f"{value:.6g}"
    return short if float(short) == value else repr(float(value))


def read_state(address: Mapping[str, str]) -> State:
    """Reads the address of a page.

    Raises:
        ConfigurationError: with everything in it that cannot be.
    """
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    changes: dict[str, dict[str, Change]] = {arm: {} for arm in ARMS}
    known = [f.name for f in fields(State)]
    if len(address) > MOST_SETTINGS:
        raise ConfigurationError(Fault("the address", f"holds {len(address)} settings; {MOST_SETTINGS} are the most"))
    for key, text in address.items():
        if len(key) + len(str(text)) > MOST_LETTERS:
            faults.append(
                Fault(f"{key[:SHOWN]}...", f"is longer than any setting: {MOST_LETTERS} letters are the most")
            )
            continue
        arm, _, lever = key.partition(".")
        if lever and arm in ARMS:
            value = _change(key, lever, str(text), faults)
            if value is not None:
                changes[arm][lever] = value
        elif key in known:
            found[key] = _plain(key, str(text), faults)
        else:
            faults.append(unknown(f"{key}={text}", "setting", key, known))
    if faults:
        raise ConfigurationError(*faults)
    usual = State()
    for arm in ARMS:
        found[arm] = Choice(found.get(arm, getattr(usual, arm).base), changes[arm])
    return State(**found)


def challenges() -> list[str]:
    """The challenges there are, `all` first."""
    return [ALL, *options.find("challenge")]


def _plain(key: str, text: str, faults: list[Fault]) -> Any:
    """One setting that is not a change of a policy."""
    ranges = {"years": (1, MOST_YEARS), "replicates": (2, MOST_REPLICATES), "seed": (0, LARGEST_SEED)}
    if key in ranges:
        low, high = ranges[key]
        if WHOLE.fullmatch(text) and low <= int(text) <= high:
            return int(text)
        faults.append(Fault(f"{key}={text}", f"a whole number from {low} to {high} is wanted"))
        return low
    known = {
        "place": list(own_places.every()),
        "challenge": challenges(),
        "management": [AS_JUDGED, NO_MANAGEMENT],
    }.get(key, list(options.find("policy")))
    if text not in known:
        faults.append(unknown(f"{key}={text}", "policy" if key in ARMS else key, text, known))
    return text


def _change(where: str, key: str, text: str, faults: list[Fault]) -> Change | None:
    """One change of a policy."""
    if "." not in key:
        known = [*lever_ranges.of_levers(), *WHOLE_LEVER]
        if key not in known:
            faults.append(unknown(f"{where}={text}", "lever", key, known))
        elif text not in (ON, OFF):
            faults.append(Fault(f"{where}={text}", f"{listed([ON, OFF])} is wanted"))
        return text
    if key == ONLY:
        if text not in options.find("design"):
            faults.append(unknown(f"{where}={text}", "design", text, list(options.find("design"))))
        return text
    span = range_of(key, anywhere=True)
    if span is None:
        faults.append(Fault(f"{where}={text}", "is no number that the lab can change"))
        return None
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if not span[0] <= value <= span[1]:
        faults.append(Fault(f"{where}={text}", f"a number from {span[0]:g} to {span[1]:g} is wanted"))
        return None
    return value


def range_of(key: str, anywhere: bool = False) -> tuple[float, float] | None:
    """The range a lever's number may be moved in: that of its evidence; none where it is no single number.

    Args:
        key: the number's.
        anywhere: as far as any place's own may be, England's authorities included.
    """
    lever, _, setting = key.partition(".")
    known = lever_ranges.of_levers().get(lever)
    if known is None and lever not in WHOLE_LEVER:
        return None
    if setting in COMMON:
        return COMMON[setting]
    quantity = (known or {}).get(setting)
    if quantity is None or isinstance(quantity.low, tuple) or isinstance(quantity.high, tuple):
        return None
    low, high = float(quantity.low), float(quantity.high)
    return (min(low, *_cuts_of_places(anywhere)), high) if key == CUT else (low, high)


@lru_cache(maxsize=2)
def _cuts_of_places(anywhere: bool) -> tuple[float, ...]:
    """How deep the cut of each place that ships was in the end: a slider that starts there may be moved from there."""
    places = options.find("place") if anywhere else options.in_full("place")
    return tuple(place_cut.depth(place_cut.PLACE, place.read()) for place in places.values())
