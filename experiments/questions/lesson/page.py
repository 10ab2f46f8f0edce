"""Writes a lesson's page: one file with its words, its numbers, its style and its program, which asks nothing of any network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from experiments.questions.lesson import search
from experiments.questions.lesson.grid import CODES
from experiments.report.templating import own, render
from experiments.text.purpose import PURPOSE


class Watched(NamedTuple):
    """A page beside a lesson's on which its town can be watched.

    Attributes:
        address: where it is, from the lesson's page.
        arms: what the two policies are called under which the town is watched there.
    """

    address: str
    arms: Sequence[str]


def page_of(told: Mapping[str, Any], watched: Watched | None = None) -> str:
    """Writes the page of a lesson as HTML.

    Args:
        told: what was found and the words around it, by the names that the template and the program use.
        watched: where its town can be watched, if a page for that stands beside it.
    """
    first, second = told["arms"]
    lesson = told["lesson"]
    return render(
        "lesson.html.j2",
        **{name: value for name, value in told.items() if name != "watch"},
        wins=told.get("sides") or search.in_words(told, search.each_side(told)),
        title=lesson["title"],
        purpose=PURPOSE,
        watched=watched,
        watch=told.get("watch") or f"redesign watch lesson={told['name']}",
        first=first,
        second=second,
        question=lesson["question"].replace("{years}", str(told["years"])),
        asked=next(iter(told["outcomes"].values())),
        style=own(Path(__file__).with_name("page.css")),
        program=own(Path(__file__).with_name("page.js")),
        numbers={**told, "codes_to": CODES},
    )
