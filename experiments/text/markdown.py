"""Writes texts into Markdown so that they are read as they stand: no name begins a link, a picture, a table or a heading."""

import re
from typing import Any

from markupsafe import Markup

MEANING = re.compile(r"[\\`*_\[\]{}|~$]")
"""What means something wherever it stands."""
AT_FIRST = re.compile(r"^(?=[#=:%(])|^(?=[+\-](?!\d))|^(\d+)(?=[.)])")
"""What means something where a line begins."""
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def in_markdown(value: Any) -> Markup:
    """A text of anybody's as it is to stand in one line of Markdown; what is our own markup stays as it is."""
    if isinstance(value, Markup):
        return value
    line = MEANING.sub(r"\\\g<0>", " ".join(str(value).split()))
    begun = AT_FIRST.sub(lambda found: f"{found[0]}\\", line)
    return Markup(begun.translate(ENTITIES))


def as_code(value: Any) -> Markup:
    """A text of anybody's between backticks, inside of which nothing else means anything but those and a table's bar."""
    return Markup(f"`{' '.join(re.sub(r'[`|]', ' ', str(value)).split())}`")
