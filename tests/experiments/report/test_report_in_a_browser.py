"""The report as people open it: a file in Debian's Chromium, on a phone, on a projector, on paper and without any program."""

import csv
from urllib.parse import urlparse

import pytest
from real_browser import IN_A_BROWSER, PHONE, PROJECTOR, Visits, serious
from real_browser import chromium as chromium

pytestmark = IN_A_BROWSER
HEAVIEST = 6_000_000
WCAG = ("wcag2a", "wcag2aa", "wcag21aa")


@pytest.fixture
def opened(chromium, reported):
    """Opens the report as somebody would; nothing may be asked of any network, and nothing may go wrong."""
    with Visits(chromium) as visits:

        def come(viewport=PROJECTOR, **more):
            page = visits.page(viewport, **more)
            page.goto((reported / "report.html").as_uri())
            return page

        yield come
    assert {urlparse(url).scheme for url in visits.asked} <= {"file", "data", "blob"}
    assert sum(urlparse(url).scheme == "file" for url in visits.asked) == len(visits.contexts)
    assert visits.page_errors == visits.console_errors == []  # the page's own policy refuses nothing that the page does


def drawn(page, count=5):
    """Brings every figure that answers near the screen and waits until it is drawn."""
    for box in range(count):
        page.locator("figure:has(.live)").nth(box).scroll_into_view_if_needed()
        page.locator(".live").nth(box).locator("xpath=self::*[@data-drawn='yes']").wait_for(state="attached")


@pytest.mark.parametrize("viewport", [PHONE, PROJECTOR], ids=["phone", "projector"])
def test_nobody_is_kept_out(opened, viewport):
    page = opened(viewport)
    drawn(page)
    for folded in page.locator("details").all()[:4]:
        folded.locator("summary").click()
    assert serious(page, WCAG) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_arms_are_switched_off_by_the_keyboard(opened):
    page = opened()
    drawn(page, 1)
    figure = page.locator("figure:has(.live)").first
    lines = figure.locator("g.mark-line path")
    before = lines.count()
    box = figure.get_by_label("Show Radical")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_function(
        "n => document.querySelector('figure:has(.live)').querySelectorAll('g.mark-line path').length < n", arg=before
    )
    assert not box.is_checked()
    assert figure.get_by_text("Status quo", exact=False).count() > 0


def test_the_year_slider_changes_the_bars_and_marks_say_their_values(opened):
    page = opened()
    drawn(page, 3)
    figure = page.locator("figure:has([data-spec=spec_agency_by_year])")
    bars = figure.locator("g.mark-rect path")
    before = [bar.get_attribute("aria-label") for bar in bars.all()]
    figure.get_by_role("slider", name="Year").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(500)
    after = [bar.get_attribute("aria-label") for bar in bars.all()]
    assert len(after) == len(before) > 5
    assert after != before
    widest = max(bars.all(), key=lambda bar: bar.bounding_box()["width"])
    widest.hover()
    page.locator("#vg-tooltip-element.visible").wait_for()
    assert "£ per resident saved" in page.locator("#vg-tooltip-element").inner_text()


def test_pictures_stand_there_without_a_program_and_on_paper(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".still img").count() == 12
    assert page.locator(".still img").first.is_visible()
    assert page.locator(".live").first.is_hidden()
    paper = opened()
    drawn(paper)
    assert paper.locator(".still").first.is_hidden()
    paper.emulate_media(media="print")
    assert paper.locator(".still").first.is_visible()
    assert paper.locator(".live").first.is_hidden()
    assert paper.locator("nav").is_hidden()


def test_the_page_is_light_enough_to_send(reported):
    assert (reported / "report.html").stat().st_size <= HEAVIEST


def test_on_a_phone_nothing_is_off_the_screen_until_it_is_touched(opened):
    page = opened(PHONE)
    drawn(page)
    beyond = "all => all.filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 2).length"
    assert page.locator("main .wide").evaluate_all(beyond) == 0
    assert (
        page.locator(".still:visible img").evaluate_all("all => all.filter(each => each.clientWidth < 250).length") == 0
    )


def test_a_word_says_what_it_means_when_it_is_pressed(opened):
    page = opened()
    meaning = page.locator(".meaning").first
    assert not meaning.is_visible()
    page.locator(f"button[popovertarget={meaning.get_attribute('id')}]").press("Enter")
    assert meaning.is_visible()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()


@pytest.mark.parametrize("viewport", [PHONE, PROJECTOR], ids=["phone", "projector"])
def test_a_figure_is_saved_as_picture_drawing_and_numbers(opened, viewport):
    page = opened(viewport)
    bar = page.locator(".saves[data-of=ladder_to_cash]")
    saved = {}
    for kind in ("png", "svg", "csv"):
        with page.expect_download() as coming:
            bar.locator(f"[data-kind={kind}]").press("Enter")
        assert coming.value.suggested_filename == f"ladder_to_cash.{kind}"
        saved[kind] = coming.value.path().read_bytes()
    assert saved["png"].startswith(b"\x89PNG")
    assert len(saved["png"]) > 10_000
    assert saved["svg"].startswith(b"<svg")
    assert b"</svg>" in saved["svg"]
    rows = saved["csv"].decode().strip().split("\n")
    shown = page.locator("#numbers_ladder_to_cash table tr")
    assert len(rows) == shown.count()
    first = shown.nth(1).locator("th, td").all_text_contents()
    told = next(csv.reader([rows[1]]))
    assert [each.replace("−", "-").replace(",", "").replace("–", "") for each in map(str.strip, first)] == [
        each.replace(",", "") for each in told
    ]


def test_a_phone_is_shown_the_narrow_drawing(opened):
    phone, wide = opened(PHONE), opened()
    for page, least, most in ((phone, 300, 330), (wide, 700, 740)):
        image = page.locator("#figure_ladder_to_cash img")
        image.scroll_into_view_if_needed()
        assert least <= image.evaluate("i => i.naturalWidth * 0.75") <= most
