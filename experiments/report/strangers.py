"""What may be taken into a page from a folder that somebody else may have made: plain files, plain names, plain drawings."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

NAME = re.compile(r"[a-z0-9_.-]+")
NOT_IN_A_NAME = re.compile(r"[^a-z0-9_.-]")
LARGEST_DRAWING = 20_000_000
"""Bytes; the largest of our own drawings has a tenth of it."""
ACTIVE = {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "set", "animate",
          "animatemotion", "animatetransform"}  # fmt: skip
"""Parts of a drawing that do something or hold something other than a drawing."""
INSIDE = re.compile(r"\s*(#|data:image/(png|jpeg);base64,)")
ELSEWHERE = re.compile(r"@import|javascript:|url\(\s*['\"]?\s*(?!['\"#])", re.IGNORECASE)
DECLARES = ("<!ENTITY", "<?xml-stylesheet")


def plain_name(name: str) -> str:
    """A name that files may have on every system and that means nothing to a page or a shell."""
    return NOT_IN_A_NAME.sub("_", name.lower())


def plain_files(files: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The files of a folder that may be shown, and a line about the others if there are any."""
    found = sorted(files)
    shown = [path for path in found if NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()]
    if not (left := len(found) - len(shown)):
        return shown, []
    which = (
        f"{left} {'file' if left == 1 else 'files'} in {found[0].parent.name} {'is' if left == 1 else 'are'} left out"
    )
    return shown, [f"{which}: a name may hold a to z, 0 to 9, _ . and - only, and a link is no file of this folder."]


def read_drawing(path: Path) -> tuple[str, ET.Element]:
    """The text of a drawing and what is in it.

    Raises:
        ValueError: it is no drawing, or more than a drawing.
    """
    if path.stat().st_size > LARGEST_DRAWING:
        raise ValueError(f"{path.name} is larger than any drawing")
    text = path.read_text(encoding="utf-8")
    if any(word in text for word in DECLARES):
        raise ValueError(f"{path.name} is more than a drawing")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise ValueError(f"{path.name} is no drawing: {error}") from error
    if not re.search(r"<svg\b", text) or any(map(_does_more, root.iter())):
        raise ValueError(f"{path.name} holds more than a drawing: a program, or something from elsewhere")
    return text, root


def _does_more(part: ET.Element) -> bool:
    """Whether a part of a drawing runs, changes or fetches anything."""
    given = {name.rpartition("}")[2].lower(): value for name, value in part.attrib.items()}
    fetched = [value for name, value in given.items() if name in ("href", "src")]
    return (
        part.tag.rpartition("}")[2].lower() in ACTIVE
        or any(name.startswith("on") for name in given)
        or not all(INSIDE.match(value) for value in fetched)
        or any(ELSEWHERE.search(value) for value in (part.text or "", *given.values()))
    )
