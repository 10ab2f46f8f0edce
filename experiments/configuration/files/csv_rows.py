"""Reads tables as people save them: headings once, commas between cells, and nothing taken for what it may not mean."""

import csv
import io
import math
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from experiments.configuration.files.strict_yaml import NUMBER, WHOLE
from experiments.configuration.files.texts import read_text
from experiments.errors import listed, refused

MOST_BYTES = 20_000_000
SEPARATORS = {";": "semicolons (;)", "\t": "tabs"}
Row = tuple[int, list[str]]


def read_rows(source: Path | Traversable, where: str, needed: Sequence[str] = ()) -> tuple[list[str], list[Row]]:
    """The headings of a table and its lines, each with its number in the file; lines without any entry are left out.

    So are lines above the headings that begin with #.

    Args:
        source: the file.
        where: what a message calls it.
        needed: headings that must be there.

    Raises:
        ConfigurationError: it cannot be read, a heading is there twice or lacking, a line has too few or too many
            entries, or there is no line.
    """
    text = read_text(source, where, MOST_BYTES).replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise refused(
            f"{where}, line {reader.line_num}", f"cannot be read: {error}", "close each text in quotes"
        ) from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    while lines and lines[0][1][0].startswith("#"):
        del lines[0]
    if not lines:
        raise refused(where, "is empty", "a first line of headings, and lines under it")
    (_, headings), *rows = lines
    _check_headings(headings, where)
    if missing := [name for name in needed if name not in headings]:
        wrong = f"lacks the column{'s' * (len(missing) > 1)} {listed(missing)}"
        raise refused(where, wrong, f"the first line names all of {listed(needed)}")
    for number, cells in rows:
        if len(cells) != len(headings):
            raise refused(
                f"{where}, line {number}",
                f"has {len(cells)} entries and the first line {len(headings)}",
                "put a text that holds a comma in quotes, and write numbers without commas",
            )
        if astray := [cell for heading, cell in zip(headings, cells, strict=True) if cell and not heading]:
            raise refused(
                f"{where}, line {number}", f"has '{astray[0]}' in a column without a heading", "name the column"
            )
    if not rows:
        raise refused(where, "has no lines under its heading", "at least one line")
    return headings, rows


def _check_headings(headings: Sequence[str], where: str) -> None:
    """Refuses headings that are one text for all columns, or the same for two."""
    if len(headings) == 1:
        for separator, name in SEPARATORS.items():
            if separator in headings[0]:
                raise refused(where, f"has {name} between its columns", "save it as CSV with commas")
    names = [heading.lower() for heading in headings if heading]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise refused(where, f"has the heading {listed(twice)} more than once", "keep one column of each name")


def number(text: str, whole: bool = False) -> float:
    """A cell as a number; what is none, or not written as a plain decimal number, is not a number."""
    if not (WHOLE.fullmatch(text) or NUMBER.fullmatch(text)):
        return math.nan
    value = float(text)
    return value if math.isfinite(value) and (not whole or value.is_integer()) else math.nan
