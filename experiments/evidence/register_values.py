"""Worlds and policies with some numbers of the register set to others, checked like any configuration."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from experiments.evidence import lever_ranges
from simulation.parameters import Quantity, WorldConfig

MANY = {"challenge": "challenges", "design": "designs"}
"""Groups of which several options take part, and what a world calls them."""
LEVER, SHARES = "lever", "outcome_shares"
WINS = 2  # the first outcomes of a design: clear win and modest gain
Row = tuple[float, ...]
Changes = Mapping[int | None, float]
"""New values of one quantity: by row, or under None the number itself or a long table's place in its range."""


def with_values(world: WorldConfig, values: Mapping[str, float]) -> WorldConfig:
    """The same world with some numbers set to others; levers' numbers are not the world's and are passed over.

    Raises:
        ValueError: a key is no number of this world, or a value lies outside its number's range.
    """
    tree: dict[Any, Any] = {}
    for key, value in values.items():
        head, *rest = key.split(".")
        if head == LEVER:
            continue
        path = [MANY.get(head, head), *rest]
        path[-1], _, row = path[-1].partition("[")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        node[_row_number(row)] = float(value)
    return _rebuilt(world, tree, "") if tree else world


def _row_number(row: str) -> int | None:
    """The row that a key such as `...escalation[1]` names."""
    return int(row.rstrip("]")) if row else None


def _rebuilt(node: Any, changes: Mapping[Any, Any], at: str) -> Any:
    """A part of a world with changes made somewhere inside it, checked again on the way up."""
    if isinstance(node, Quantity):
        try:
            return moved(node, changes, is_share=at.endswith(SHARES))
        except ValueError as error:
            why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise ValueError(f"{at.lstrip('.')}: {why}") from error
    if isinstance(node, Mapping):
        parts = dict(node)
    else:
        parts = {name: getattr(node, name) for name in getattr(node, "model_fields_set", ())}
    for name, inner in changes.items():
        if name is None or parts.get(name) is None:
            raise ValueError(f"{f'{at}.{name}' if name else at} is no number of this world".lstrip("."))
        parts[name] = _rebuilt(parts[name], inner, f"{at}.{name}")
    return parts if isinstance(node, Mapping) else type(node).model_validate(parts)


def moved(quantity: Quantity, changes: Changes, is_share: bool = False) -> Quantity:
    """A quantity with another value (or place in its range: key None), or with other rows (by number)."""
    given = {name: getattr(quantity, name) for name in quantity.model_fields_set}
    value: float | Row
    if not isinstance(quantity.value, tuple):
        value = changes[None]
    elif None in changes:
        value = rows_at(quantity, changes[None], is_share)
    else:
        value = tuple(changes.get(k, own) for k, own in enumerate(quantity.row))
    if is_share and isinstance(value, tuple) and not math.isclose(sum(value), 1.0, abs_tol=1e-12):
        value = tuple(share / sum(value) for share in value)
        low, high = (tuple(map(end, given[name], value)) for name, end in (("low", min), ("high", max)))
        given |= {"low": low, "high": high}
    return Quantity.model_validate(given | {"value": value})


def rows_at(quantity: Quantity, place: float, is_share: bool = False) -> Row:
    """The rows of a table at a place in their ranges: -1 all low, 0 as used, +1 all high.

    Shares of outcomes trade wins (the first two) for the rest: at -1 wins are low and the rest high, at +1 the reverse.
    """
    if not -1 <= place <= 1:
        raise ValueError(f"{place:g} is no place in a range: -1 is all low, 1 is all high")
    low, high = quantity.low, quantity.high
    assert isinstance(low, tuple), "only tables have rows"
    assert isinstance(high, tuple), "only tables have rows"
    ends = high if place > 0 else low
    if is_share:
        ends = (*high[:WINS], *low[WINS:]) if place > 0 else (*low[:WINS], *high[WINS:])
    return tuple(_between(value, end, abs(place)) for value, end in zip(quantity.row, ends, strict=True))


def _between(value: float, end: float, share: float) -> float:
    """A number so far on the way from one to another; rounding does not carry it past either."""
    return min(max((1 - share) * value + share * end, min(value, end)), max(value, end))


def policies_with_values(
    policies: Mapping[str, Any], values: Mapping[str, float], ranges: lever_ranges.Ranges | None = None
) -> dict[str, Any]:
    """The same policies with levers working otherwise: each policy's own setting, moved in proportion.

    A setting of twice the evidence's own value stays twice of what is drawn, within the range that is plausible.

    Args:
        policies: by arm.
        values: of the register; those of no lever are passed over.
        ranges: that the values are of; without them those for these policies.
    """
    changes: dict[str, dict[str, dict[int | None, float]]] = {}
    for key, value in values.items():
        if key.startswith(f"{LEVER}."):
            _, lever, setting = key.split(".", 2)
            setting, _, row = setting.partition("[")
            changes.setdefault(lever, {}).setdefault(setting, {})[int(row.rstrip("]")) if row else None] = value
    if not changes:
        return dict(policies)
    ranges = ranges or lever_ranges.for_policies(policies)
    return {
        arm: policy.model_copy(update={"levers": _moved_levers(policy.levers, changes, ranges)})
        for arm, policy in policies.items()
    }


def _moved_levers(levers: Mapping[str, Any], changes: Mapping[str, Any], ranges: lever_ranges.Ranges) -> dict[str, Any]:
    """A policy's levers, those inside its zones too, with changed settings."""
    found = {}
    for name, lever in levers.items():
        given = {field_name: getattr(lever, field_name) for field_name in lever.model_fields_set}
        for setting, change in changes.get(name, {}).items():
            head, _, part = setting.partition(".")
            quantity, own = ranges[name][setting], getattr(lever, head)
            drawn = moved(quantity, change).value
            if not part:
                given[head] = _in_proportion(own, quantity, drawn)
            elif part in own:
                given[head] = {**given.get(head, own), part: _in_proportion(own[part], quantity, drawn)}
        if "levers" in given:
            given["levers"] = _moved_levers(given["levers"], changes, ranges)
        found[name] = type(lever).model_validate(given)
    return found


def _in_proportion(own: Any, quantity: Quantity, drawn: float | Sequence[float]) -> Any:
    """A policy's own setting, moved as far as the drawn value lies from the evidence's; a row of yearly ones in each year."""
    if isinstance(own, tuple) and not isinstance(quantity.value, tuple):
        assert isinstance(drawn, float), "the rows move together"
        return own if drawn == quantity.number else tuple(each * drawn / quantity.number for each in own)
    if isinstance(own, tuple):
        rows = zip(own, quantity.row, quantity.low, quantity.high, drawn, strict=True)  # type: ignore[arg-type]
        return tuple(_scaled(*row) for row in rows)
    found = _scaled(own, quantity.number, quantity.low, quantity.high, drawn)
    return round(found) if isinstance(own, int) else found


def _scaled(own: float, value: float, low: Any, high: Any, drawn: Any) -> float:
    """One number moved in proportion (or by as much, from 0), kept in its plausible range if it was inside."""
    if drawn == value:
        return own
    found = own * drawn / value if value else own + drawn
    return min(max(found, low), high) if low <= own <= high else found
