"""Keys that have gone, and what is asked for in their place."""

from fnmatch import fnmatchcase

FORMER = {
    "behaviour.redesign.residual_cost*": "behaviour.redesign.months_double (how long old and new run side by side), and "
    "policy.*.levers.transition.double_running (what that costs a year)",
    "behaviour.planning.invest_response*": "behaviour.planning.prevention_saves (what a pound of prevention saves)",
    "behaviour.planning.cashable*": "behaviour.planning.prevention_saves (what a pound of prevention saves in cash)",
}
"""By what the key was (with stars), the key of today."""


def in_its_place(key: str) -> str:
    """What to ask for in place of a key that has gone; empty where there never was such a key."""
    return next((f"use {new}" for old, new in FORMER.items() if fnmatchcase(key, old)), "")
