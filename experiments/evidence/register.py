"""The register of evidence: every uncertain number, how far it may lie from what is used, and draws of all at once.

How sure each part of a range is follows one rule, from the range alone, unless the number's own `distribution` says
otherwise:

- `fixed`: low and high are the same, so nothing is drawn;
- `lognormal`: both ends are above 0 and the high end is ten times the low end or more, so only the order of magnitude
  is known; low to high is the middle 95% around the value as median, and what lies outside is cut off;
- `triangular`: the value lies at an end of its range, and a curve that flattens there would hardly leave it;
- `pert` (beta-PERT): everything else; the value is the likeliest, the ends hardly ever happen.

A table of two rows is two numbers, `...escalation[0]` and `...escalation[1]`. Any longer table (by age, by level, by year,
by outcome of a design) is one number, its place in its range: -1 with all rows at their low end, 0 as used, +1 with all
rows at their high end. Rows of a table then move together and keep their order. The shares of a design's four outcomes
go from -1, few wins and much that is useless or worse, to +1, many wins and little else, and always add up to 1.

What is not known of designs is mostly how well redesigns do in general: their ranges come from one judgement of published
cases, not from one each. So outcome shares are drawn together for all designs, and so are the sizes of their effects;
drawn apart, good and bad would cancel out over a catalogue and the range would come out too narrow. The luck of a
design of its own is no evidence: the simulation draws it in every replication.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.evidence import lever_ranges
from experiments.evidence.register_values import LEVER, MANY, policies_with_values, with_values
from simulation.parameters import Quantity, WorldConfig

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Entry", "draw", "entries", "policies_with_values", "uncertain", "with_values"]

GROUPS = ("place", "demography", "costs", "behaviour", "challenge", "design")
OBSERVED = "observed"  # real figures that a place or a challenge is held against
REAL_MONEY = ("place.cut", "place.income.")  # real figures too: what policies may take for theirs, and what paid for it
SEPARATE_ROWS = 2
MAGNITUDE = 10.0  # from this ratio of high to low only the order of magnitude is known
PERT_WEIGHT = 4.0  # of the likeliest value against each end, as in the original PERT
MIDDLE_95 = 1.959963984540054  # standard deviations on each side that hold the middle 95% of a normal


@dataclass(frozen=True)
class Entry:
    """One number that could be otherwise.

    Attributes:
        key: where it is set, as `challenge.obesity.need.onset`, `lever.transition.decommission`.
        value: what is used.
        low: lower end of what is plausible.
        high: upper end.
        distribution: fixed, pert, triangular, uniform or lognormal.
        unit: in words.
        source: publisher and year, or `assumption`.
        grade: A seen in the source, B derived from A, C recalled and unverified, J judgement.
        note: what a reader should know.
        used_by: challenges, designs, levers and policies that it bears on, as `challenge obesity`.
        table: the rows of a table of which this is the place in its range.
        common: numbers with the same words here are drawn together; empty for a number drawn by itself.
    """

    key: str
    value: float
    low: float
    high: float
    distribution: str
    unit: str
    source: str
    grade: str
    note: str = ""
    used_by: tuple[str, ...] = field(default=(), compare=False)
    table: Quantity | None = None
    common: str = ""

    @property
    def is_uncertain(self) -> bool:
        """Whether there is anything to draw."""
        return self.distribution != "fixed" and self.low < self.high

    def at(self, u: Any) -> np.ndarray:
        """The values below which shares `u` of the distribution lie, never outside low to high."""
        from scipy import stats

        u = np.asarray(u, dtype=np.float64)
        low, value, high = self.low, self.value, self.high
        if not self.is_uncertain:
            return np.full(u.shape, value)
        if self.distribution == "uniform":
            found = low + (high - low) * u
        elif self.distribution == "triangular":
            found = stats.triang.ppf(u, (value - low) / (high - low), low, high - low)
        elif self.distribution == "lognormal":
            middle, spread = math.log(value), math.log(high / low) / (2 * MIDDLE_95)
            ends = ((math.log(low) - middle) / spread, (math.log(high) - middle) / spread)
            found = np.exp(stats.truncnorm.ppf(u, *ends, middle, spread))
        else:
            rise, fall = (PERT_WEIGHT * d / (high - low) for d in (value - low, high - value))
            found = stats.beta.ppf(u, 1 + rise, 1 + fall, low, high - low)
        return np.clip(found, low, high)


def entries(source: Mapping[str, Any] | WorldConfig, policies: Mapping[str, Any] | None = None) -> list[Entry]:
    """Lists every number of a place, of what happens there and of the levers that its policies pull, in an order of its own.

    Real figures, which the model is held against or policies take, are never drawn and so not listed.

    Args:
        source: a composed configuration as plain data, or a world.
        policies: by arm, as read or as plain data; without them those of the plain data. Levers are listed if there are any.
    """
    from experiments.evidence import number_users

    world = _as_data(source)
    if policies is None:
        policies = source.get("policy", {}) if isinstance(source, Mapping) else {}
    who = number_users.Uses(world, policies)
    found = []
    for key, quantity in _quantities(world):
        if OBSERVED not in key.split(".") and not key.startswith(REAL_MONEY):
            found += _entries_of(key, quantity, who.of(key))
    for lever, settings in lever_ranges.for_policies(policies, world.get("place")).items() if policies else ():
        for setting, quantity in settings.items():
            key = f"{LEVER}.{lever}.{setting}"
            found += _entries_of(key, quantity, who.of(key))
    return sorted(found, key=lambda entry: ((*GROUPS, LEVER).index(entry.key.partition(".")[0]), entry.key))


def uncertain(found: Iterable[Entry]) -> list[Entry]:
    """Those of which there is something to draw."""
    return [entry for entry in found if entry.is_uncertain]


def draw(found: Iterable[Entry], n: int, seed: int) -> pd.DataFrame:
    """Draws whole sets of numbers by Latin hypercube: one column per uncertain entry, one row per set."""
    import pandas as pd
    from scipy.stats import qmc

    drawn = uncertain(found)
    names = list(dict.fromkeys(entry.common or entry.key for entry in drawn))
    cube = qmc.LatinHypercube(max(1, len(names)), rng=np.random.default_rng(seed)).random(n)
    shares = dict(zip(names, cube.T, strict=False))
    columns = {entry.key: entry.at(shares[entry.common or entry.key]) for entry in drawn}
    return pd.DataFrame(columns, index=pd.RangeIndex(n, name="parameter_set"))


def _as_data(source: Mapping[str, Any] | WorldConfig) -> dict[str, Any]:
    """The groups of a configuration, of challenges and designs those that take part."""
    if isinstance(source, WorldConfig):
        return {group: getattr(source, MANY.get(group, group)) for group in GROUPS}
    data = {group: source[group] for group in GROUPS if source.get(group)}
    for group, chosen in MANY.items():
        names = source.get(chosen)
        if group in data and isinstance(names, list | tuple):
            data[group] = {name: part for name, part in data[group].items() if name in names}
    return data


def _quantities(node: Any, at: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every number with its key."""
    if isinstance(node, Mapping) and {"value", "grade"} <= set(node):
        known = {name: part for name, part in node.items() if name in Quantity.model_fields}
        node = Quantity.model_validate(known)  # real figures also say what they are held against
    if isinstance(node, Quantity):
        yield at, node
        return
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(node, Mapping):
        parts = node.items()
    elif hasattr(type(node), "model_fields"):
        parts = ((name, getattr(node, name)) for name in type(node).model_fields)
    for name, inner in parts:
        yield from _quantities(inner, f"{at}.{name}" if at else str(name))


def _entries_of(key: str, quantity: Quantity, used_by: tuple[str, ...]) -> list[Entry]:
    """The entries of one quantity: one of a number, one per row of a short table, one of a long table."""
    about: dict[str, Any] = {
        "source": quantity.source,
        "grade": quantity.grade,
        "note": quantity.note,
        "used_by": used_by,
    }
    low, value, high = (v if isinstance(v, tuple) else (v,) for v in (quantity.low, quantity.value, quantity.high))
    if len(value) > SEPARATE_ROWS:
        about["common"] = _common(key)
        shape = quantity.distribution or ("pert" if low != high else "fixed")
        return [Entry(key, 0.0, -1.0, 1.0, shape, f"place in its range, {quantity.unit}", table=quantity, **about)]
    is_table = isinstance(quantity.value, tuple)
    return [
        Entry(
            f"{key}[{k}]" if is_table else key,
            v,
            lo,
            hi,
            quantity.distribution or _shape(v, lo, hi),
            quantity.unit,
            **about,
        )
        for k, (v, lo, hi) in enumerate(zip(value, low, high, strict=True))
    ]


def _common(key: str) -> str:
    """What a design's number is drawn together with."""
    group, _, last = key.partition(".")[0], *key.rpartition(".")[1:]
    return f"every design's {last.replace('_', ' ')}" if group == "design" else ""


def _shape(value: float, low: float, high: float) -> str:
    """How sure each part of a range is, by the rule above."""
    if low == high:
        return "fixed"
    if low > 0 and high >= MAGNITUDE * low:
        return "lognormal"
    return "triangular" if value in (low, high) else "pert"
