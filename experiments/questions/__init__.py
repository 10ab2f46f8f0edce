"""The questions a user can ask, a folder each: found like levers, by being there. None imports from another.

A folder's own words say what is asked (`TITLE`) and what for (`SUMMARY`); its module `question` holds `QUESTION`.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from experiments.questions.base import Question

FIRST = "compare"
"""The question that is told of before all others."""


class Declared(NamedTuple):
    """What a question's folder says of itself: the question, and what it is for."""

    title: str
    summary: str


def declared() -> dict[str, Declared]:
    """Every question there is, by name; nothing of any is loaded but its own words."""
    names = sorted((each.name for each in pkgutil.iter_modules(__path__) if each.ispkg), key=lambda n: (n != FIRST, n))
    folders = {name: import_module(f"{__name__}.{name}") for name in names}
    return {name: Declared(folder.TITLE, folder.SUMMARY) for name, folder in folders.items()}


@cache
def question(name: str) -> Question[Any]:
    """A question, ready to be asked."""
    found: Question[Any] = import_module(f"{__name__}.{name}.question").QUESTION
    return found
