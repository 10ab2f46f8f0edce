"""Searches all settings of a lesson for those at which each side wins, by more than luck and by enough to matter."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

FIRST, SECOND = "first", "second"


class Win(NamedTuple):
    """A setting at which one side wins.

    Attributes:
        outcome: that it is judged by.
        cell: number of the setting.
    """

    outcome: str
    cell: int


def winner(outcome: Mapping[str, Any], cell: int) -> str:
    """Who wins at a setting, as the page judges it: the first policy, the second, or nobody; of money, less wins."""
    side = outcome["cells"][cell]["side"]
    if side == "same" or (outcome["better"] == "neither" and not outcome["money"]):
        return ""
    lower_wins = outcome["money"] or outcome["better"] == "lower"
    return SECOND if (side == "lower") == lower_wins else FIRST


def wins(told: Mapping[str, Any], side: str) -> Iterator[Win]:
    """Where a side wins, what is asked for first, and of each outcome the clearest win first."""
    for name, outcome in told["outcomes"].items():
        found = [cell for cell in range(len(outcome["cells"])) if winner(outcome, cell) == side]
        for cell in sorted(found, key=lambda each: -_clearness(outcome["cells"][each])):
            yield Win(name, cell)


def _clearness(cell: Mapping[str, Any]) -> float:
    """How large a difference is beside what luck could do to it."""
    return float(abs(cell["diff"]) / max(cell["high"] - cell["low"], 1e-12))


def each_side(told: Mapping[str, Any]) -> dict[str, Win | None]:
    """The setting at which each side wins most clearly, by what is asked for where there is one; none where it never wins."""
    return {side: next(wins(told, side), None) for side in (FIRST, SECOND)}


def in_words(told: Mapping[str, Any], found: Mapping[str, Win | None], checked: bool = False) -> list[str]:
    """Where each side wins, a sentence or two for each; where one never does, that is said, and why is asked.

    Args:
        told: everything the page holds.
        found: a setting for each side, or none.
        checked: whether each was lived again with other luck and won again.
    """
    return [_side(told, arm, found[side], checked) for side, arm in zip((FIRST, SECOND), told["arms"], strict=True)]


def _side(told: Mapping[str, Any], arm: Mapping[str, str], win: Win | None, checked: bool) -> str:
    """Where one side wins."""
    asked, outcome = next(iter(told["outcomes"].items()))
    many, title = len(told["positions"]), arm["title"]
    why = "Why might that be: is it the town, the model, or the idea?"
    if win is None:
        still = " that still stands with other luck" if checked else ""
        return f"{title} has no win{still} at any of the {many} settings, whatever you judge by. {why}"
    again = " It won again when the towns were lived with other luck." if checked else ""
    if win.outcome == asked:
        return f"{title} wins here: {setting(told, win.cell)}.{again}"
    by = told["outcomes"][win.outcome]["title"]
    nowhere = f"Judged by “{outcome['title']}”, {title} has no win at any of the {many} settings. {why}"
    return f"{nowhere} Judged by “{by}” it wins here: {setting(told, win.cell)}.{again}"


def setting(told: Mapping[str, Any], cell: int) -> str:
    """The sliders of a setting, in words."""
    sliders, labels, positions = told["lesson"]["sliders"], told["labels"], told["positions"][cell]
    return ", ".join(
        f"“{slider['title']}” at {each[at]}" for slider, each, at in zip(sliders, labels, positions, strict=True)
    )
