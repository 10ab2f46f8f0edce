"""Writes a lesson's page: one file with its words, its numbers, its style and its program, which asks nothing of any network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.questions.lesson import search
from experiments.questions.lesson.grid import CODES
from experiments.report.templating import own, render
from experiments.text.purpose import PURPOSE


def page_of(told: Mapping[str, Any]) -> str:
    """Writes the page of a lesson as HTML.

    Args:
        told: what was found and the words around it, by the names that the template and the program use.
    """
    first, second = told["arms"]
    lesson = told["lesson"]
    return render(
        "lesson.html.j2",
        **told,
        wins=told.get("sides") or search.in_words(told, search.each_side(told)),
        title=lesson["title"],
        purpose=PURPOSE,
        first=first,
        second=second,
        question=lesson["question"].replace("{years}", str(told["years"])),
        asked=next(iter(told["outcomes"].values())),
        style=own(Path(__file__).with_name("page.css")),
        program=own(Path(__file__).with_name("page.js")),
        numbers={**told, "codes_to": CODES},
    )
