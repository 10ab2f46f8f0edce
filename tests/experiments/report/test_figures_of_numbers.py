"""No number that a reader sees has more figures than anybody can know."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from experiments.questions.compare.figures import FIGURES
from experiments.report.drawing import CAPTION
from experiments.text.numerals import decimals

pytestmark = pytest.mark.unhurried

MOST = 3
NUMBER = re.compile(r"(?<![\w.,])\d(?:,?\d)*(?:\.\d+)?(?![\w%]*\.\d)")
VERBATIM = {"script", "style", "pre", "title"}
GIVEN = {"1,000", "2010", "2011", "2026", "11,120"}
"""Numbers that were set and not found: a size to count by, years of the calendar, and what the valuation file says a unit is
worth."""
CHECKED_TO_THE_POUND = "The same money?"
"""Two sums of a ledger that are told to be the same within half a percent: three figures could not show that."""


class Read(HTMLParser):
    """Collects what can be read on a page, paragraph by paragraph, up to how to make it again."""

    def __init__(self, text):
        super().__init__()
        self.skipped, self.told, self.over = 0, [""], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.over = self.over or found.get("id") == "making"
        self.skipped += tag in VERBATIM
        if tag in ("p", "li", "td", "th", "tr", "dd", "dt", "caption", "figcaption", "h1", "h2", "h3", "summary"):
            self.told.append("")
        if tag == "img":
            self.told += [found.get("alt", ""), ""]

    def handle_endtag(self, tag):
        self.skipped -= tag in VERBATIM

    def handle_data(self, data):
        if not (self.skipped or self.over):
            self.told[-1] += data


def known_too_well(text):
    """Numbers of more than three significant figures that nobody set."""
    found = []
    for paragraph in Read(text).told:
        if paragraph.startswith(CHECKED_TO_THE_POUND):
            continue
        for number in NUMBER.findall(paragraph):
            digits = number.replace(",", "")
            figures = digits.replace(".", "").lstrip("0")
            if "." not in digits:
                figures = figures.rstrip("0")
            if len(figures) > MOST and number not in GIVEN:
                found.append((number, paragraph[:80]))
    return found


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("about £4,160 and 0.00452", []),
        ("£4,163 a head", ["4,163"]),
        ("−12.34 (0.001234)", ["12.34", "0.001234"]),
        ("12,300,000 and 1,000 people in 2011", []),
    ],
)
def test_too_many_figures_are_noticed(words, wrong):
    assert [number for number, _ in known_too_well(f"<p>{words}</p>")] == wrong
    assert [number for number, _ in known_too_well(f'<img alt="{words}">')] == wrong


def test_no_number_of_the_page_is_known_too_well(reported):
    text = (reported / "report.html").read_text(encoding="utf-8")
    assert len(NUMBER.findall(" ".join(Read(text).told))) > 1_000
    assert known_too_well(text) == []


@pytest.mark.parametrize("name", FIGURES)
def test_no_number_beside_a_figure_is_known_too_well(reported, name):
    for suffix in (".alt.txt", CAPTION):
        words = (reported / "figures" / f"{name}{suffix}").read_text(encoding="utf-8")
        assert known_too_well(f"<p>{words}</p>") == [], suffix


def test_the_tables_beside_the_page_keep_every_figure(reported):
    exact = pd.read_csv(reported / "figures" / "outcomes_over_time.csv")["mean"]
    assert (exact.map(decimals) < exact.map(lambda each: len(str(each).partition(".")[2]))).mean() > 0.5
