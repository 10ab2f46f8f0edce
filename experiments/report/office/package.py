"""What a document and slides have in common: whose they are, and that the same words make the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from experiments.text.streams import readable

LONGEST = 255
"""Letters that a title in a file's properties may have."""
WRITTEN = datetime(1980, 1, 1)
"""When every file was written, as far as it says: the first day that a zip knows."""
BRITISH = "en-GB"


class Saved(Protocol):
    """A document or slides."""

    @property
    def core_properties(self) -> Any:
        """What it says of itself."""

    def save(self, stream: io.BytesIO, /) -> None:
        """Writes it."""


def packed(file: Saved, told: Mapping[str, Any]) -> bytes:
    """A document's or slides' bytes, which say what they are about and not when or by whom they were made."""
    about = file.core_properties
    about.title, about.subject = readable(told["title"])[:LONGEST], readable(told["purpose"])[:LONGEST]
    about.author, about.last_modified_by, about.comments, about.keywords = "Redesign", "", "", ""
    about.language, about.revision = BRITISH, 1
    about.created = about.modified = WRITTEN
    first, then = io.BytesIO(), io.BytesIO()
    file.save(first)
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(then, "w", zipfile.ZIP_DEFLATED) as same:
        for name in made.namelist():
            same.writestr(zipfile.ZipInfo(name, WRITTEN.timetuple()[:6]), made.read(name), zipfile.ZIP_DEFLATED)
    return then.getvalue()
