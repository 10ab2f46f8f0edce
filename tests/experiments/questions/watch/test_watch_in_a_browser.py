"""Two towns as they are watched: a file in Debian's Chromium, by pointer and keyboard, on phone and projector."""

import re

import pandas as pd
import pytest
from real_browser import IN_A_BROWSER, PHONE, PROJECTOR, Visits, serious
from real_browser import chromium as chromium

from experiments import cli
from simulation.parameters.quantity import TIERS

pytestmark = IN_A_BROWSER
SMALL = ["place=teaching_town", "scale=0.08", "years=3"]
MONTHS = 36
DESK = {"width": 1280, "height": 800}
MOST_BYTES = 6_000_000
WAVES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Every rule of the checker, whoever it hinders."""
MEASURES = ("asked", "refused", "waiting", *TIERS, "crises")
COUNT_DOTS = """() => {
  const pen = document.querySelectorAll('#board-0 canvas')[2].getContext('2d'), { width, height } = pen.canvas;
  const found = {}, pixels = new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);
  for (const pixel of pixels) if (pixel) found[pixel] = (found[pixel] || 0) + 1;
  const style = getComputedStyle(document.documentElement), colours = {};
  for (const name of ['well', 'need', 'early', 'main', 'waits', 'refused', 'crisis', 'others']) {
    const [r, g, b] = [1, 3, 5].map((k) => parseInt(style.getPropertyValue('--' + name).trim().slice(k, k + 2), 16));
    colours[name] = found[((255 << 24) | (b << 16) | (g << 8) | r) >>> 0] || 0;
  }
  return [colours, Object.values(found).reduce((a, b) => a + b, 0)];
}"""
"""Pixels of each colour of dot in town A, and all there are."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A town that was lived by the command."""
    out = tmp_path_factory.mktemp("watch") / "town"
    assert cli.main(["watch", *SMALL, f"out={out}"]) == 0
    return out


@pytest.fixture(scope="module")
def file(folder):
    return folder / "report.html"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What a comparison with the same seed records of the same lives, by arm, month after month."""
    out = tmp_path_factory.mktemp("compare") / "kept"
    assert cli.main(["compare", *SMALL, "arms=[rationing,radical]", "replicates=2", "workers=1", f"out={out}"]) == 0
    table = pd.read_parquet(out / "runs.parquet")
    first = table[table["replication"] == 0].sort_values("month")
    return {str(arm): rows.reset_index(drop=True) for arm, rows in first.groupby("arm", observed=True)}


@pytest.fixture
def visitor(chromium, file):
    """Opens the page; nothing may be asked of anybody, and the program may not stumble."""
    with Visits(chromium) as visits:

        def come(viewport=DESK, **more):
            page = visits.page(viewport, **more)
            page.goto(file.as_uri())
            page.locator("#date", has_text="April 2011").wait_for()
            return page

        yield come
    assert set(visits.asked) == {file.as_uri()}
    assert visits.page_errors + visits.console_errors == []


def goes_to(page, month):
    """Moves the slider of months."""
    page.locator("#month").evaluate("(it, month) => { it.value = month; it.dispatchEvent(new Event('input')); }", month)


def numbers(page, rows):
    """The numbers in the rows of a table."""
    texts = page.locator(rows).evaluate_all("rows => rows.map(r => [...r.cells].slice(1).map(c => c.textContent))")
    return [[int(text.replace(",", "")) for text in row] for row in texts]


def names_of(measure, challenge):
    """What a measure on the page is called in a comparison's record."""
    return f"in_service.{challenge}.{measure}" if measure in TIERS else f"{measure}.{challenge}"


def test_the_page_is_small(file):
    assert file.stat().st_size < MOST_BYTES


def test_counts_are_those_of_a_comparison_challenge_by_challenge(visitor, runs):
    page = visitor()
    page.locator("#every summary").click()
    heads = page.locator("#every tbody th").all_inner_texts()
    titles = {"Child poverty": "child_poverty", "Later life": "later_life"}
    for month in (0, 7, 20, MONTHS - 1):
        goes_to(page, month)
        for head, counts in zip(heads, numbers(page, "#every tbody tr"), strict=True):
            title, letter = head.rsplit(", town ", 1)
            challenge = titles.get(title, title.lower())
            record = runs["rationing" if letter == "A" else "radical"].loc[month]
            for measure, count in zip(MEASURES, counts, strict=True):
                if measure == "asked":
                    contacts = record[f"contacts.{challenge}.value"] + record[f"contacts.{challenge}.failure"]
                    assert count == contacts - record[f"crises.{challenge}"]
                else:
                    assert count == record[names_of(measure, challenge)], (month, head, measure)
        for measure, counts in zip(MEASURES, numbers(page, "#counts tbody tr"), strict=True):
            if measure in ("refused", "waiting", "crises"):
                assert counts == [runs[arm].loc[month, measure] for arm in ("rationing", "radical")]


def test_every_dot_is_a_citizen(visitor, runs):
    """Squares of each colour, counted on the canvas, are people whom the comparison counted."""
    page = visitor()
    page.locator("#about").select_option("Later life")
    for month in (3, 30):
        goes_to(page, month)
        record, (colours, all_pixels) = runs["rationing"].loc[month], page.evaluate(COUNT_DOTS)
        assert all_pixels % record["citizens"] == 0
        dot = all_pixels // record["citizens"]
        assert colours["crisis"] == dot * record["in_service.later_life.acute"]
        assert colours["refused"] == dot * record["refused.later_life"]
        assert sum(colours.values()) == all_pixels


def test_play_lives_on_and_ends_where_the_slider_would(visitor):
    page = visitor()
    page.locator("#speed").select_option("8")
    goes_to(page, MONTHS - 8)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert page.locator("#date").inner_text() == "March 2014"
    played, counts = page.evaluate(COUNT_DOTS), numbers(page, "#counts tbody tr")
    goes_to(page, 0)
    goes_to(page, MONTHS - 1)
    assert (page.evaluate(COUNT_DOTS), numbers(page, "#counts tbody tr")) == (played, counts)


def test_filters_let_through_what_they_say(visitor):
    page = visitor()
    goes_to(page, 20)
    everyone = numbers(page, "#counts tbody tr")
    parts = []
    for ages in ("under 18", "18 to 64", "65 and over"):
        page.locator("#ages").select_option(ages)
        parts.append(numbers(page, "#counts tbody tr"))
    assert [[sum(pair) for pair in zip(*rows, strict=True)] for rows in zip(*parts, strict=True)] == everyone
    page.locator("#ages").select_option("everyone")
    sums = []
    for title in page.locator("#about option").all_inner_texts()[1:]:
        page.locator("#about").select_option(title)
        sums.append(numbers(page, "#counts tbody tr"))
    assert [[sum(pair) for pair in zip(*rows, strict=True)] for rows in zip(*sums, strict=True)] == everyone


def test_a_life_chosen_by_keyboard_is_the_biography_s(visitor, tmp_path):
    page = visitor()
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    row = page.locator("#citizen").input_value()
    assert f"(citizen {row})" in page.locator("#who").inner_text()
    said = page.locator("#parts").inner_text()
    assert cli.main(["biography", *SMALL, f"citizen={row}", f"out={tmp_path / 'life'}"]) == 0
    told = pd.read_csv(tmp_path / "life" / "diary.csv")
    facts = pd.read_json(tmp_path / "life" / "biography.json", typ="series")
    assert f"the same until {facts['parting']['date']}." in said
    for place, arm in enumerate(("rationing", "radical")):
        rows = told[told["arm"] == arm]
        expected = [f"{date}: {what}" for date, what in zip(rows["date"], rows["what"], strict=True)]
        assert page.locator(f"#life-{place} li").all_inner_texts() == expected
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "citizen"
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert re.search(r"\(citizen 3\)|Home 3 ", page.locator("#who").inner_text())
    page.locator("#month").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#date").inner_text() == "May 2011"
    assert page.locator("#said").inner_text().startswith("May 2011. Town A: ")


def test_a_dot_that_is_clicked_is_told_of(visitor):
    page = visitor()
    assert not page.locator("#life").is_visible()
    page.locator("#board-1").click(position={"x": 12, "y": 24})
    page.locator("#who").wait_for()
    assert "area T01" in page.locator("#who").inner_text()


def test_nothing_glides_where_less_motion_is_asked_for(visitor):
    page = visitor(reduced_motion="reduce")
    assert page.locator("#motion").is_visible()
    page.get_by_role("button", name="Play").click()
    page.locator("#date", has_text="May 2011").wait_for()
    moving = """() => { const pen = document.querySelectorAll('#board-0 canvas')[3].getContext('2d');
      return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height).data.some(Boolean); }"""
    assert not any(page.evaluate(moving) for _ in range(5))
    assert not visitor().locator("#motion").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK, PROJECTOR], ids=["phone", "desk", "projector"])
def test_a_checker_of_access_finds_nothing(visitor, viewport, scheme):
    page = visitor(viewport, color_scheme=scheme)
    page.locator("#next").click()
    page.locator("#every summary").click()
    assert serious(page, WAVES) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
