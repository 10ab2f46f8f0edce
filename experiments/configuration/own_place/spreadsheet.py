"""Reads a table as spreadsheets save it, and says how it was understood.

Semicolons or tabs between columns, decimal commas, thousands separators, percent signs, a mark of the byte order, another
coding than UTF-8, titles above the headings, blank lines and columns, and a line of totals at the end are all taken for what
they are.
"""

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from experiments import regular_files
from experiments.errors import refused

MOST_BYTES = 20_000_000
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
TOTAL = re.compile(r"(grand |sub)?totals?|sum|all( areas)?|whole( area| place)?", re.I)
SPACES = re.compile(r"(?<=\d)[\s'\u2019\u00a0\u202f](?=\d{3})")
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
DOT_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")
DECIMAL_COMMA = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d+")
NOTHING = ("", "-", "..", "n/a", "na", "null", ":")


@dataclass
class Sheet:
    """A table as it was understood.

    Attributes:
        headings: of the columns, as they were written.
        rows: each line's number in the file and its cells, in the order of the headings.
        notes: what was understood of how it is written.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)

    def column(self, heading: str) -> list[str]:
        """The cells of a column."""
        place = self.headings.index(heading)
        return [cells[place] for _, cells in self.rows]


def read(path: Path) -> Sheet:
    """The table in a file.

    Raises:
        ConfigurationError: it cannot be read as a table.
    """
    try:
        content = regular_files.read(path, MOST_BYTES)
    except (OSError, ValueError) as error:
        why = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise refused(str(path), why, "the path of a CSV file") from error
    return parsed(content, str(path))


def parsed(content: bytes, path: str) -> Sheet:
    """The table that a file's bytes hold.

    Args:
        content: of the file.
        path: what a message calls it.

    Raises:
        ConfigurationError: it cannot be read as a table.
    """
    notes: list[str] = []
    text = _decoded(content, path, notes)
    separator = _separator(text, notes)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise refused(path, f"cannot be read: {error}", "close each text in quotes") from error
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if blank := len(lines) - len(filled):
        notes.append(f"{blank} blank line{'s' * (blank > 1)} left out")
    width = max((sum(map(bool, cells)) for _, cells in filled), default=0)
    above = next((n for n, (_, cells) in enumerate(filled) if sum(map(bool, cells)) > max(1, width // 2)), 0)
    if above:
        notes.append(f"{above} line{'s' * (above > 1)} above the headings left out")
    if len(filled) < above + 2:
        raise refused(path, "has no lines under its headings", "a first line of headings, and a line for each area")
    (_, headings), *rows = filled[above:]
    kept = [n for n, heading in enumerate(headings) if heading]
    sheet = Sheet([headings[n] for n in kept], [], notes)
    often = Counter(heading.lower() for heading in sheet.headings)
    if twice := sorted({heading for heading in sheet.headings if often[heading.lower()] > 1}):
        raise refused(path, f"has the heading '{twice[0]}' more than once", "keep one column of each name")
    for number, cells in rows:
        if any(cells[len(headings) :]):
            wrong = f"line {number} has {len(cells)} entries and the headings are {len(headings)}"
            raise refused(path, wrong, "put numbers that hold a comma in quotes, or save it with semicolons")
        sheet.rows.append((number, [cells[n] if n < len(cells) else "" for n in kept]))
    return sheet


def _decoded(content: bytes, path: str, notes: list[str]) -> str:
    """The text of a file in whatever coding it was saved."""
    if content.startswith(WORKBOOKS):
        raise refused(path, "is a workbook, not a table", "save the sheet as CSV and name that file")
    for coding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if coding != "utf-8-sig":
            notes.append(f"read as {coding}")
        break
    else:
        raise refused(path, "is no text", "save it as CSV in UTF-8")
    if "\0" in text:
        raise refused(path, "holds NUL characters, so it is no text", "save it as CSV in UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _separator(text: str, notes: list[str]) -> str:
    """What stands between columns: what divides the first lines into most columns."""
    lines = [line for line in text.splitlines() if line.strip()][:20]
    often = {each: sum(line.count(each) for line in lines) for each in SEPARATORS}
    often[","] = 0 if often[";"] or often["\t"] else often[","]  # beside these, commas are in numbers
    found = max(often, key=lambda each: often[each])
    if found != ",":
        notes.append(f"{SEPARATORS[found]} between columns")
    return found


def numbers(cells: list[str], whole: bool = False) -> tuple[list[float], str]:
    """A column's cells as numbers, and what was understood of how they are written; what is none is not a number.

    Whether a comma is a decimal comma is decided for the column: `0,85` and `12,5` can be nothing else, `1,234` is a thousand
    unless another number of the column says otherwise. A percent sign divides by 100. Empty cells and dashes are 0.

    Args:
        cells: the column.
        whole: it counts something, so that `1.234` is a thousand where every dot has three digits behind it.
    """
    bare = [SPACES.sub("", cell.strip().rstrip("%").strip().lstrip("£").strip()) for cell in cells]
    given = [cell for cell in bare if cell.lower() not in NOTHING]
    comma = any(
        DECIMAL_COMMA.fullmatch(cell) and (cell.startswith("0,") or not THOUSANDS.fullmatch(cell)) for cell in given
    )
    dotted = [cell for cell in given if "." in cell]
    if whole and dotted and all(DOT_THOUSANDS.fullmatch(cell) for cell in dotted):
        bare = [cell.replace(".", "") for cell in bare]
    understood = ["decimal commas"] if comma else []
    if whole and dotted and not any("." in cell for cell in bare):
        understood.append("dots between thousands")
    if not comma and any("," in cell for cell in given):
        understood.append("commas between thousands")
    if any("%" in cell for cell in cells):
        understood.append("percent")
    found = []
    for cell, typed in zip(bare, cells, strict=True):
        if cell.lower() in NOTHING:
            found.append(0.0)
            continue
        plain = cell.replace(".", "").replace(",", ".") if comma and "," in cell else cell.replace(",", "")
        try:
            value = float(plain) if re.fullmatch(r"-?\d+(\.\d*)?|-?\.\d+", plain) else math.nan
        except ValueError:
            value = math.nan
        found.append(value / 100 if "%" in typed else value)
    return found, ", ".join(understood)


def is_total(label: str) -> bool:
    """Whether a line is called as a line of totals is."""
    return bool(TOTAL.fullmatch(label.strip(" :*")))
