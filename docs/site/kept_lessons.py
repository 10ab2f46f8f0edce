"""The pages of lessons: numbers as they were kept, words as they stand in the lesson's file now."""

from typing import Any

import kept_folders
from kept_tables import MAKES, Kept

from experiments.configuration import options
from experiments.questions.lesson.page import Watched, page_of
from experiments.questions.lesson.plan import LessonSettings
from experiments.questions.watch.question import record_of


class Moved(Exception):  # noqa: N818 - it is a verdict on what is kept
    """A lesson asks something else than what was run."""


WATCHED = "teaching_town.html"
"""The page of the site, in `watch/`, on which the town of its kept folder is watched."""


def pages(kept: Kept) -> dict[str, str]:
    """The page of every lesson that is kept, by the name of its file; it leads to where its town is watched, if it is.

    Raises:
        Moved: its sliders or outcomes are not those that were run.
    """
    found = options.find("lesson")
    towns = _watched(kept)
    return {
        f"{name}.html": page_of(with_words(name, told, found[name]), towns.get(told["place"]))
        for name, told in kept.lessons().items()
        if name in found
    }


def _watched(kept: Kept) -> dict[str, Watched]:
    """Where the kept town can be watched, by its title; nothing where none is kept."""
    if not kept.watched.is_file():
        return {}
    with kept_folders.opened(kept.watched) as folder:
        town = record_of(folder)["town"]
    return {town["place"]: Watched(f"../watch/{WATCHED}", [each["title"] for each in town["arms"]])}


def with_words(name: str, told: dict[str, Any], file: options.Option) -> dict[str, Any]:
    """What was found in a lesson, with its words as they stand now."""
    words = LessonSettings.model_validate(file.read()["lesson"]).model_dump(mode="json")
    if _asked(words) != _asked(told["lesson"]):
        raise Moved(f"lesson {name}: its sliders or outcomes are not those that were run; to run it anew: {MAKES}")
    return {**told, "lesson": words}


def _asked(words: dict[str, Any]) -> tuple[Any, ...]:
    """What of a lesson's words its numbers hang on."""
    return words["outcomes"], [(each["keys"], each["values"], each["shown"]) for each in words["sliders"]]
