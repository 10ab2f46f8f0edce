"""The report as people open it: a file in Debian's Chromium, on a phone, on a projector, on paper and without any program."""

import shutil
from urllib.parse import urlparse

import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="the page is opened by Playwright: pip install playwright"
)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no browser here: apt-get install chromium"),
]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE = 180_000  # milliseconds: the machine may be busy with other tests
PHONE, PROJECTOR = {"width": 390, "height": 844}, {"width": 1920, "height": 1080}
HEAVIEST = 5_000_000


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, reported):
    """Opens the report as somebody would; nothing may be asked of any network, and nothing may go wrong."""
    contexts, asked, wrong = [], [], []

    def come(viewport=PROJECTOR, **more):
        context = chromium.new_context(viewport=viewport, **more)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((reported / "report.html").as_uri())
        return page

    yield come
    for context in contexts:
        context.close()
    assert {urlparse(url).scheme for url in asked} <= {"file", "data", "blob"}
    assert sum(urlparse(url).scheme == "file" for url in asked) == len(contexts)
    assert wrong == []


def drawn(page, count=5):
    """Brings every figure that answers near the screen and waits until it is drawn."""
    for box in range(count):
        page.locator("figure:has(.live)").nth(box).scroll_into_view_if_needed()
        page.locator(".live").nth(box).locator("xpath=self::*[@data-drawn='yes']").wait_for(state="attached")


def serious(page):
    """What a checker of accessibility finds against WCAG A and AA, and whatever keeps somebody out."""
    found = axe.Axe().run(page).response["violations"]
    return [
        (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in ("serious", "critical") or {"wcag2a", "wcag2aa", "wcag21aa"} & set(each["tags"])
    ]


@pytest.mark.parametrize("viewport", [PHONE, PROJECTOR], ids=["phone", "projector"])
def test_nobody_is_kept_out(opened, viewport):
    page = opened(viewport)
    drawn(page)
    for folded in page.locator("details").all()[:4]:
        folded.locator("summary").click()
    assert serious(page) == []
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
        "n => document.querySelectorAll('figure .live g.mark-line path').length < n", arg=before
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
