"""The brief as a Word document: one sheet of A4 with real headings, paragraphs, lists and a table, to go on writing in."""

from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.document import Document as Sheet
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from experiments.report.office.package import BRITISH, packed
from experiments.report.style import DARK_BLUE, INK, QUIET
from experiments.text.streams import readable

PAGE, MARGIN = (Mm(210), Mm(297)), Mm(15)
LOOKS = {
    "Normal": (10.5, INK, 4),
    "Subtitle": (10, QUIET, 0),
    "Heading 1": (18, DARK_BLUE, 6),
    "Heading 2": (13, DARK_BLUE, 3),
    "Heading 3": (11, DARK_BLUE, 1),
    "List Bullet": (9.5, INK, 2),
    "Body Text": (9.5, INK, 3),
    "Caption": (9, QUIET, 0),
}
"""Of each kind of paragraph: its size, its colour, and the points below it. What policies do is smaller, as on the page."""


def written(told: Mapping[str, Any]) -> bytes:
    """The bytes of the document that says what the page of the brief says."""
    sheet = _empty()
    brief, policies = told["told"], told["policies"]
    _say(sheet, told["title"], "Subtitle")
    _say(sheet, brief.headline, "Heading 1")
    for line in brief.lines:
        _say(sheet, line.text, "Normal", line.label)
    if policies:
        _say(sheet, policies.heading, "Heading 2")
        _say(sheet, policies.begins, "Body Text")
        for each in policies.shared:
            _say(sheet, each.text, "Body Text", f"{policies.both}. {each.label}")
        _compare(sheet, policies.compared)
    _say(sheet, f"{told['purpose']} {told['made']}", "Caption")
    return packed(sheet, told)


def _empty() -> Sheet:
    """A sheet of A4 without a word, in British English."""
    sheet = Document()
    part = sheet.sections[0]
    part.page_width, part.page_height = PAGE
    part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = MARGIN
    for name, (size, colour, below) in LOOKS.items():
        style: Any = sheet.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour[1:])
        style.font.bold, style.font.italic = name.startswith("Heading"), False
        room = style.paragraph_format
        room.space_before, room.space_after, room.line_spacing = Pt(0), Pt(below), 1.0
    for language in sheet.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), BRITISH)
    return sheet


def _say(where: Sheet | _Cell, text: str, style: str, label: str = "") -> None:
    """Puts a paragraph at the end, under a word for it if there is one."""
    paragraph = where.add_paragraph(style=style)
    if label:
        paragraph.add_run(readable(f"{label}. ")).bold = True
    paragraph.add_run(readable(text))


def _compare(sheet: Sheet, compared: Any) -> None:
    """Puts policies beside each other in a table: a row of their names, and one of what they do."""
    table = sheet.add_table(rows=2, cols=len(compared))
    _name_first_row(table)
    for column, each in enumerate(compared):
        name, does = (row.cells[column] for row in table.rows)
        _say(name, each.title, "Heading 3")
        _say(does, f"{each.summary}.", "Body Text")
        for line in each.does:
            _say(does, line.text, "List Bullet", line.label)
        for cell in (name, does):  # a new cell holds one empty paragraph
            cell._element.remove(cell.paragraphs[0]._element)


def _name_first_row(table: Table) -> None:
    """Says of a table's first row that it names the columns, for readers by ear and where the page breaks."""
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
