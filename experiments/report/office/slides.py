"""The brief as slides that can be read from the back of a room; what has no room on one stands in its notes."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.presentation import Presentation as Slides
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Inches, Pt

from experiments.analysis.verdicts.sentence import listed
from experiments.report.office.package import BRITISH, packed
from experiments.report.style import DARK_BLUE, INK, QUIET
from experiments.text.streams import readable


class Box(NamedTuple):
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


class Look(NamedTuple):
    """How words look: the largest and the smallest size that they may have, in points, and their colour."""

    largest: int
    smallest: int
    colour: str = INK


class Said(NamedTuple):
    """A paragraph: a word for it, its text, or both."""

    label: str
    text: str = ""

    def cut(self, most: int) -> list[str]:
        """The word and the text, of at most so many letters together."""
        label, text = readable(self.label), readable(self.text)
        label = f"{label}. " if label and text else label
        whole = len(label) + len(text) <= most
        return [label, text] if whole else [label[:most], f"{text[: max(0, most - len(label))]}…"]


WIDE, HIGH = 13.333, 7.5
ACROSS, GAP = WIDE - 1.2, 0.5
HEADLINE, COMPARED = Box(0.6, 0.9, ACROSS, 2.6), Box(0.6, 3.6, ACROSS, 1.3)
SMALL_PRINT = Box(0.6, 5.2, ACROSS, 1.8)
TITLE, SHARED = Box(0.6, 0.35, ACROSS, 0.9), Box(0.6, 1.3, ACROSS, 1.2)
BELOW_TITLE, BELOW_SHARED, BOTTOM = 1.35, 2.6, 7.2
"""Inches."""
LARGE, OVER, BODY, SMALL = Look(44, 24, DARK_BLUE), Look(36, 20, DARK_BLUE), Look(26, 18), Look(18, 16, QUIET)
LETTERS = "Arial"
"""Letters that every office has, or others as wide; a theme's own are replaced by wider ones where it has not."""
OF_A_LETTER, OF_A_LINE, OF_A_GAP = 0.52, 1.2, 0.25
"""How wide a letter is, how high a line, and the room below a paragraph, as shares of the letters' size; generous."""
POINTS, INSET = 72, 0.1
TITLE_ONLY = 5
SENTENCE = re.compile(r"(?<=[.!?]) (?=\S)")


def written(told: Mapping[str, Any]) -> bytes:
    """The bytes of slides that say what the page of the brief says: the headline, its lines two by two, the policies."""
    slides: Slides = Presentation()
    slides.slide_width, slides.slide_height = Inches(WIDE), Inches(HIGH)
    _place(slides.slide_layouts[TITLE_ONLY].placeholders[0], TITLE)
    lines = list(told["told"].lines)
    _first(slides, told)
    for pair in filter(None, (lines[:2], lines[2:])):
        notes = [Said(*line) for line in pair]
        slide = _slide(slides, "; ".join([pair[0].label, *map(_inside, (line.label for line in pair[1:]))]), notes)
        columns = [[Said(line.label), *(Said("", each) for each in SENTENCE.split(line.text))] for line in pair]
        _beside(slide, columns, BELOW_TITLE)
    if told["policies"]:
        _policies(slides, told["policies"])
    return packed(slides, told)


def _first(slides: Slides, told: Mapping[str, Any]) -> None:
    """A slide with the headline, what was compared, what that is for and what it is made of."""
    headline = told["told"].headline
    about = [Said("", told["title"])]
    small = [Said("", told["purpose"]), Said("", told["made"])]
    slide = _slide(slides, headline, [Said("", headline), *about, *small])
    title: Any = slide.shapes.title
    _place(title, HEADLINE)
    _write(title.text_frame, [Said(headline)], HEADLINE, LARGE)
    _put(slide, about, COMPARED, BODY)
    _put(slide, small, SMALL_PRINT, SMALL)


def _policies(slides: Slides, policies: Any) -> None:
    """A slide with what policies do: all of it where that can be read, else what each changes; all of it in the notes."""
    both = [Said(f"{policies.both}. {each.label}", each.text) for each in policies.shared]
    known = [
        [Said(each.title), Said("", f"{each.summary}."), *(Said(*line) for line in each.does)]
        for each in policies.compared
    ]
    above = [Said("", policies.begins), *both]
    slide = _slide(slides, policies.heading, above + [said for policy in known for said in policy])
    if not _fits(above, SHARED, BODY.smallest):
        above = [above[0], Said(policies.both, listed([each.label for each in policies.shared]))]
    _put(slide, above, SHARED, BODY)
    if not all(_fits(does, _column(k, len(known), BELOW_SHARED), BODY.smallest) for k, does in enumerate(known)):
        known = [[*does[:2], Said("", listed([each.label for each in does[2:]]))] for does in known]
    _beside(slide, known, BELOW_SHARED)


def _slide(slides: Slides, title: str, notes: Sequence[Said]) -> Slide:
    """A new slide with its title; all that is said on it stands in its notes, in full."""
    slide = slides.slides.add_slide(slides.slide_layouts[TITLE_ONLY])
    shape: Any = slide.shapes.title
    _write(shape.text_frame, [Said(title)], TITLE, OVER)
    beside: Any = slide.notes_slide.notes_text_frame
    beside.text = "\n".join("".join(each.cut(sum(map(len, each)) + 2)) for each in notes)
    return slide


def _beside(slide: Slide, columns: Sequence[Sequence[Said]], top: float) -> None:
    """Puts texts beside each other, all in letters of one size."""
    boxes = [_column(k, len(columns), top) for k in range(len(columns))]
    size = min(_size(said, box, BODY) for said, box in zip(columns, boxes, strict=True))
    for said, box in zip(columns, boxes, strict=True):
        _put(slide, said, box, Look(size, BODY.smallest))


def _column(place: int, of: int, top: float) -> Box:
    """Where one of so many columns stands."""
    width = (ACROSS - GAP * (of - 1)) / of
    return Box(0.6 + place * (width + GAP), top, width, BOTTOM - top)


def _put(slide: Slide, said: Sequence[Said], box: Box, look: Look) -> None:
    """Writes paragraphs into a box of their own."""
    if said:
        _write(slide.shapes.add_textbox(*map(Inches, box)).text_frame, said, box, look)


def _write(frame: TextFrame, said: Sequence[Said], box: Box, look: Look) -> None:
    """Writes paragraphs as large as has room; what has none even in the smallest letters is cut short."""
    size = _size(said, box, look)
    most = max(sum(map(len, each)) + 2 for each in said)
    while not _fits([Said(*each.cut(most)) for each in said], box, size) and most > 1:
        most = most * 9 // 10
    frame.clear()
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.TOP
    for k, each in enumerate(said):
        paragraph = frame.add_paragraph() if k else frame.paragraphs[0]
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(OF_A_GAP * size)
        for words, bold in zip(each.cut(most), (True, False), strict=True):
            run = paragraph.add_run()
            run.text, run.font.name, run.font.size, run.font.bold = words, LETTERS, Pt(size), bold
            run.font.color.rgb = RGBColor.from_string((DARK_BLUE if bold else look.colour)[1:])
            run._r.get_or_add_rPr().set("lang", BRITISH)


def _size(said: Sequence[Said], box: Box, look: Look) -> int:
    """The largest size in which all of it has room; the smallest one where it has in none."""
    return next((size for size in range(look.largest, look.smallest, -1) if _fits(said, box, size)), look.smallest)


def _fits(said: Sequence[Said], box: Box, size: int) -> bool:
    """Whether paragraphs in letters of that size have room in a box."""
    letters = max(1, int((box.width - 2 * INSET) * POINTS / (OF_A_LETTER * size)))
    lines = sum(max(1, len(textwrap.wrap(" ".join(each), letters))) for each in said)
    return (lines * OF_A_LINE + len(said) * OF_A_GAP) * size <= (box.height - INSET) * POINTS


def _place(shape: Any, box: Box) -> None:
    """Moves a shape into its place."""
    shape.left, shape.top, shape.width, shape.height = map(Inches, box)


def _inside(label: str) -> str:
    """A word for a line as it stands inside a sentence."""
    return label[:1].lower() + label[1:]
