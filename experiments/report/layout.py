"""What pages show, as plain data: figures with their words and numbers, and tables, for the templates to lay out."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from experiments.report.templating import own

INSTEAD = {"%": "%25", "#": "%23", '"': "%22", "'": "%27", "&": "%26", "\n": " "}
NOT_IN_DATA_URL = re.compile("[" + "".join(INSTEAD) + "]")


class Cell(NamedTuple):
    """What stands in one cell of a table.

    Attributes:
        text: the cell's own words.
        above: what they belong to, small, on a line before.
        below: what more there is to say, small, on a line after.
        interval: of the number in the text, on a line after.
        strong: whether the text is what the table is about.
        wraps: whether the text is a sentence that may take several lines.
    """

    text: str
    above: str = ""
    below: str = ""
    interval: str = ""
    strong: bool = False
    wraps: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption; without columns only its notes are shown.

    Attributes:
        title: its caption.
        head: names of its columns.
        rows: cells, row by row; the first of each row names it.
        notes: what is said below it.
    """

    title: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Cell | str]] = ()
    notes: Sequence[str] = ()


class Folded(NamedTuple):
    """A table that is folded away under the words that open it."""

    words: str
    table: Table


@dataclass(frozen=True)
class Shown:
    """One figure on a page.

    Attributes:
        name: of its files, and of its place on the page.
        heading: above it.
        title: the thing measured.
        address: the picture itself, as an address.
        alt: the picture in words.
        numbers: what is drawn.
        caption: how to read it.
        spec: what a reader with a program sees in its place: a figure that answers; None where there is none.
        left_out: why there is no picture, if there is none.
        narrow: the picture for a phone, as an address; None where there is none of its own.
        source: what the numbers are of, and where they lie.
    """

    name: str
    heading: str
    title: str = ""
    address: Markup | None = None
    alt: str = ""
    numbers: Table | None = None
    caption: str = ""
    spec: Mapping[str, Any] | None = None
    left_out: str = ""
    source: str = ""
    narrow: Markup | None = None


class Accounts(NamedTuple):
    """What a section tells of who pays and who gains.

    Attributes:
        tables: shown whole.
        folded: tables that are folded away.
        said: the lines of the screen.
        valued_by: which file put a price on things; empty where the section does not say how it counts.
        left_out: why there is nothing to tell, if so.
    """

    tables: Sequence[Table] = ()
    folded: Sequence[Folded] = ()
    said: Sequence[str] = ()
    valued_by: str = ""
    left_out: str = ""


class Section(NamedTuple):
    """One question of the reader.

    Attributes:
        name: of its place on the page.
        heading: the question.
        figures: those that answer it.
        elsewhere: where an answer is found if no figure gives it.
        accounts: who pays and who gains, as far as that belongs here.
    """

    name: str
    heading: str
    figures: Sequence[Shown]
    elsewhere: str = ""
    accounts: Accounts | None = None


def as_address(svg: str) -> Markup:
    """Writes a drawing as an address that holds it, ready to stand in a page; a third smaller than in base 64."""
    return Markup("data:image/svg+xml," + NOT_IN_DATA_URL.sub(lambda hit: INSTEAD[hit[0]], svg[svg.index("<svg") :]))


def as_source(svg: str) -> Markup:
    """Writes a drawing as an address among other sources of a picture, where a space would end it: in base 64."""
    return Markup("data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode())


def program(answers: bool = False) -> Markup:
    """What runs on a page: buttons that save figures, and where figures answer to the reader, what draws those."""
    return Markup("\n").join(map(part_of_page, ("vega.js", "page.js", "save.js") if answers else ("save.js",)))


def part_of_page(name: str) -> Markup:
    """Reads a style or program of the report."""
    return own(Path(__file__).with_name(name))
