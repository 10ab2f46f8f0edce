"""What is known of the numbers that levers are set to: unit, range, source and grade, from `configs/levers.yaml`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from experiments.configuration import options
from experiments.configuration.words import place_cut
from simulation.parameters import Quantity

LEVERS_FILE = "levers"
Ranges = Mapping[str, Mapping[str, Quantity]]
"""What is known of every lever's settings."""
CUT = "cut"
AS_DEEP_AS = "as deep as these policies' own cut by year in its last, moved by the same factors as England's average"


@cache
def of_levers() -> dict[str, dict[str, Quantity]]:
    """The evidence by lever and setting; settings inside a mapping are named with a full stop, as `others.police`."""
    file = options.Option("", LEVERS_FILE, options.shipped_root(), True).read()
    return {
        lever: {setting: Quantity.model_validate(data) for setting, data in settings.items()}
        for lever, settings in file.items()
    }


def for_policies(policies: Mapping[str, Any], place: Any = None) -> Ranges:
    """The evidence for some policies: where all take one cut by year, as a place's own, the cut's range is as deep as that one.

    Args:
        policies: as read, or as plain data.
        place: its plain data, for policies that take the cut of the place.
    """
    known, own = of_levers(), _depth(policies, place)
    if own is None:
        return known
    cut = known[place_cut.LEVER][CUT]
    ends = {name: own * end / cut.number for name, end in (("low", cut.low), ("high", cut.high))}  # type: ignore[operator]
    given = {name: getattr(cut, name) for name in cut.model_fields_set} | {"value": own, "note": AS_DEEP_AS, **ends}
    return {**known, place_cut.LEVER: {**known[place_cut.LEVER], CUT: Quantity.model_validate(given)}}


def _depth(policies: Mapping[str, Any], place: Any) -> float | None:
    """How deep the one cut by year is in the end that all policies with an envelope take; none where there is no such cut."""
    rows = set()
    for policy in policies.values():
        levers = policy.get("levers") or {} if isinstance(policy, Mapping) else policy.levers
        if (envelope := levers.get(place_cut.LEVER)) is None:
            continue
        given = envelope if isinstance(envelope, Mapping) else {CUT: envelope.cut}
        cut = place_cut.in_numbers(given, place).get(CUT, place_cut.AVERAGE)
        rows.add(tuple(cut) if isinstance(cut, list | tuple) else None)
    (row,) = rows if len(rows) == 1 else (None,)
    return float(row[-1]) if row and row[-1] > 0 else None


def sources(lever: str) -> str:
    """Where a lever's numbers come from, each source once; empty where it has no numbers of its own."""
    found = of_levers().get(lever, {}).values()
    return "; ".join(dict.fromkeys(quantity.source for quantity in found))
