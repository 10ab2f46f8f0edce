"""The places that visitors of a lab made: kept in its folder, offered beside those that ship, taken home as files."""

import json
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from filelock import FileLock

from experiments import regular_files
from experiments.configuration import options
from experiments.configuration.files.in_hydra import laid_out, laid_over
from experiments.configuration.own_place import making, spreadsheet
from experiments.configuration.own_place.areas import named
from experiments.configuration.own_place.making import OwnPlace
from experiments.errors import ConfigurationError, Fault
from experiments.questions.lab.question import SETTINGS

FOLDER, LOCK = "places", ".places.lock"
MOST, MOST_MEGABYTES, MOST_AREAS, MOST_COLUMNS = 40, 2, 3_000, 200
"""How many places a lab keeps, and how large a table it takes; `redesign place new` takes larger ones."""
TITLE = re.compile(r"[^\W_](?:[^\W_]|[ .,'()&-]){0,59}")
"""What a place may be called: nothing that a page or a file could take for anything else."""
LARGER = "redesign place new takes larger tables"
_composing = threading.Lock()
"""Hydra puts one configuration together at a time."""


def home() -> Path | None:
    """The configuration folder that holds this lab's own places; nothing where no lab is served."""
    told = os.environ.get(SETTINGS)
    return Path(json.loads(told)["folder"]) / FOLDER if told else None


def own() -> dict[str, options.Option]:
    """This lab's own places by name; what is in their folder and cannot be one is passed over."""
    folder, shipped = home(), options.find(options.PLACE)
    if folder is None:
        return {}
    names = [file.stem for file in sorted((folder / "place").glob("*.yaml")) if not file.is_symlink()]
    fit = [name for name in names if options.NAME.fullmatch(name) and name not in shipped and _is_whole(folder, name)]
    return {name: options.Option(options.PLACE, name, folder / "place", False) for name in fit}


def _is_whole(folder: Path, name: str) -> bool:
    """Whether both files of a place are there."""
    return all((folder / each).is_file() and not (folder / each).is_symlink() for each in making.files_of(name))


def every() -> dict[str, options.Option]:
    """Every place that the lab offers, those of its own last."""
    return options.find(options.PLACE) | own()


def title_of(name: str) -> str:
    """What people call a place of this lab's own."""
    with suppress(ConfigurationError):
        return str(own()[name].read().get("title", name))
    return name


def data_of(name: str) -> Mapping[str, Any]:
    """What a place's file says; of one of this lab's own with what it begins from."""
    option = every()[name]
    if option.shipped:
        return option.read()
    data = option.read()
    like = str(data["defaults"][0]).removesuffix("@_here_")
    return laid_over(deepcopy(laid_out(options.PLACE, [like])[like]), data)


def files_of(name: str) -> dict[str, str]:
    """The files of a place of this lab's own, by their path in a configuration folder; none of one that ships."""
    option = own().get(name)
    if option is None:
        return {}
    folder = Path(str(option.folder)).parent
    return {each: regular_files.read(folder / each).decode() for each in making.files_of(name)}


def made(content: bytes, called: str, like: str, title: str, known: tuple[str, str]) -> tuple[OwnPlace, list[str]]:
    """Makes a place of a table and checks it, and keeps nothing; returns it, and what is odd about it.

    Args:
        content: of the table.
        called: the name of the table's file.
        like: the place that fills what is lacking.
        title: what the place is to be called.
        known: what is known of it, as typed: its people, and yearly budgets with commas between them; each may be empty.

    Raises:
        ConfigurationError: the table cannot be used, as `redesign place new` would say it.
    """
    called = re.sub(r"[^\w. -]", "", called)[-40:].strip() or "the table"
    title, (people, budgets) = " ".join(title.split()), known
    if not TITLE.fullmatch(title):
        wrong = "is wanted: 1 to 60 letters, digits, spaces and any of . , ' ( ) & -, a letter or digit first"
        raise ConfigurationError(Fault("a name", wrong, "for example: New Town"))
    if len(content) > MOST_MEGABYTES * 1_000_000:
        raise ConfigurationError(Fault(called, f"is larger than {MOST_MEGABYTES} megabytes", LARGER))
    option = making.like_place(like)
    making.check_free(named(title), home() or Path())
    sheet = spreadsheet.parsed(content, called)
    if len(sheet.rows) > MOST_AREAS or len(sheet.headings) > MOST_COLUMNS:
        wrong = f"has {len(sheet.rows):,} lines of {len(sheet.headings):,} columns"
        raise ConfigurationError(Fault(called, f"{wrong}; a lab takes {MOST_AREAS:,} of {MOST_COLUMNS}", LARGER))
    typed = [each.strip() for each in budgets.split(",") if each.strip()]
    place = making.made(sheet, called, option, title, people.strip() or None, typed)
    with _composing, tempfile.TemporaryDirectory() as folder:
        return place, making.keep(place, Path(folder))


def keep(place: OwnPlace) -> None:
    """Keeps a place in this lab; nothing that is there is overwritten.

    Raises:
        ConfigurationError: the name is taken, the lab is full, or nothing can be written.
    """
    folder = home()
    assert folder is not None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _composing, FileLock(folder / LOCK):
            if len(own()) >= MOST:
                raise ConfigurationError(
                    Fault("", f"this lab keeps {MOST} places already", "take some out of its folder")
                )
            making.keep(place, folder)
    except OSError as error:
        raise ConfigurationError(Fault("", f"the place cannot be kept: {error.strerror}", "download it")) from error
