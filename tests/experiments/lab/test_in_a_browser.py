"""The lab as people use it: real pages in Debian's Chromium, with mouse and keyboard, on a phone and on a projector."""

import io
import re
import zipfile
from urllib.parse import parse_qs, urlparse

import pandas as pd
import pytest
from real_browser import IN_A_BROWSER, PATIENCE, PHONE, PROJECTOR, Visits, playwright, serious
from real_browser import chromium as chromium
from served_lab import quiet, served

pytest.importorskip("streamlit", reason="the lab needs Streamlit: pip install 'redesign[lab]'")

pytestmark = IN_A_BROWSER
MOST_TABS = 80


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where a lab of this test's own is served, and what opens it."""
    with served(tmp_path_factory.mktemp("lab")) as (where, token):
        yield where, f"?token={token}"


@pytest.fixture
def visitor(chromium, address):
    """Opens a page as somebody new; every request of every visitor must have stayed on this machine."""
    with Visits(chromium) as visits:

        def come(path="/", viewport=PROJECTOR, **more):
            page = visits.page(viewport, accept_downloads=True, **more)
            where, token = address
            if "token=" not in path:  # an address that was shared holds it
                path = path.replace("?", f"{token}&") if "?" in path else path + token
            page.goto(where + path)
            page.get_by_text("Not a forecast").wait_for()  # the last line of every page
            quiet(page)
            return page

        yield come
    parsed = [urlparse(url) for url in visits.asked]
    assert len(parsed) > 1
    assert {url.hostname for url in parsed if url.scheme in ("http", "https", "ws", "wss")} == {"127.0.0.1"}


def run_button(page):
    return page.get_by_role("button", name="Run", exact=True)


def finished(page, runs):
    page.get_by_text(f"Results of {runs} runs are shown.").wait_for(state="attached")
    page.get_by_role("heading", name="After").wait_for()
    quiet(page)


def falsely_precise(page):
    """Numbers that the page shows, or tells a screen reader, with more than three significant figures."""
    told = page.locator("td, strong, [role=status]").all_inner_texts()
    charts = page.locator("[data-testid=stVegaLiteChart]")
    told += [charts.nth(k).get_attribute("aria-label") for k in range(charts.count())]
    numbers = [n for text in told for n in re.findall(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", text)]
    assert len(numbers) > 50
    return [n for n in numbers if "e" in n or len(n.replace(",", "").replace(".", "").strip("0")) > 3]


def test_a_comparison_is_run_and_its_results_are_taken_home(visitor):
    page = visitor("/?years=2&replicates=3")
    run_button(page).click()
    finished(page, 3)
    assert page.locator("[data-testid=stVegaLiteChart]").count() == 7
    for closed in page.get_by_text("Numbers: ").all():
        closed.click()
    quiet(page)
    assert falsely_precise(page) == []
    assert serious(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the results as CSV").click()
    table = pd.read_csv(waiting.value.path())
    assert set(table["horizon"]) == {1, 2}
    assert {"rationing", "radical", "diff"} <= set(table.columns)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the configuration").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as packed:
        assert "lab-config/experiment/from_the_lab.yaml" in packed.namelist()
    page.get_by_role("radio", name="Averages and the difference").check(force=True)
    quiet(page)
    assert page.get_by_text("Traceback").count() == 0

    shown = next(text for text in page.locator("code").all_inner_texts() if "?" in text and "http" in text)
    other = visitor("/?" + shown.partition("?")[2])
    assert other.get_by_label("Years", exact=True).input_value() == "2"
    finished(other, 3)  # a link opens the results: nobody presses Run
    assert other.get_by_text(page.locator("strong").first.inner_text()).count() > 0


SMALL_SCREEN = {"width": 1280, "height": 800}


def test_the_answer_stands_above_the_fold_beside_run_and_the_last_one_stays_until_there_is_a_new_one(visitor):
    page = visitor("/?years=2&replicates=8", SMALL_SCREEN)
    assert run_button(page).bounding_box()["y"] < SMALL_SCREEN["height"] / 2
    run_button(page).click()
    finished(page, 8)
    answer = page.get_by_text("What it costs, and whom.")
    box = answer.bounding_box()
    assert 0 < box["y"] < box["y"] + box["height"] < SMALL_SCREEN["height"]
    first = page.url
    page.get_by_role("button", name="Re-roll luck").click()
    quiet(page)
    page.get_by_text("Until it is, this is the one before").wait_for()
    assert answer.count() == 1
    run_button(page).click()
    page.get_by_text("Until it is, this is the one before").wait_for(state="detached")
    finished(page, 8)
    page.get_by_text("Beside the one before").click()
    page.get_by_role("region", name="This comparison beside the one before").wait_for()
    second = page.url
    page.get_by_role("button", name="Back to: ").click()
    page.wait_for_url(first)
    page.go_back()  # the browser's own way back leads to what was shown before
    page.wait_for_url(second)
    quiet(page)
    page.get_by_text("Luck number 2.").wait_for()
    assert answer.count() == 1


@pytest.mark.nightly
def test_what_is_put_on_the_shelf_is_opened_by_somebody_else_and_put_side_by_side(visitor):
    page = visitor("/?years=1&replicates=2")
    run_button(page).click()
    finished(page, 2)
    page.get_by_label("Name on the shelf").fill("Our <b>plan</b> [x] *y*")
    page.get_by_role("button", name="Put on the shelf").click()
    link = page.get_by_role("link", name="Our <b>plan</b> [x] *y*")
    link.wait_for()
    other = visitor("/?years=1&replicates=2&a=status_quo&b=wigan_deal")
    run_button(other).click()
    finished(other, 2)
    table = other.get_by_role("region", name="Policies side by side")
    table.wait_for()
    heads = " ".join(table.locator("th").all_inner_texts())
    for title in ("Rationing and efficiency", "Radical redesign", "Status quo", "Wigan Deal"):
        assert title in heads
    assert serious(other) == []
    other.get_by_role("link", name="Our <b>plan</b> [x] *y*").click()
    other.get_by_role("heading", name="Rationing and efficiency and Radical redesign").wait_for()
    finished(other, 2)
    other.get_by_text("Take off the shelf").click()
    other.get_by_role("button", name="Take it off").click()
    link.wait_for(state="attached")
    other.get_by_role("link", name="Our <b>plan</b> [x] *y*").wait_for(state="detached")


@pytest.mark.parametrize("name", ["play", "predict"])
def test_a_dark_page_can_be_read(visitor, name):
    page = visitor(f"/?page={name}&years=1&replicates=2", color_scheme="dark")
    colour = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert max(map(int, re.findall(r"\d+", colour)[:3])) < 80
    assert serious(page) == []


def test_a_slider_moved_by_the_keyboard_is_shared_by_the_address(visitor):
    page = visitor("/?years=2&replicates=2")
    page.get_by_text("Change it").last.click()
    slider = page.get_by_role("slider", name="How deep the council's cut is")
    slider.wait_for()
    before = float(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**b.envelope.cut**")
    after = float(page.url.split("b.envelope.cut=")[1].split("&")[0])
    assert 100 * after > before
    quiet(page)
    shown = slider.get_attribute("aria-valuetext")
    assert shown.endswith("%")
    assert float(slider.input_value()) == float(shown.rstrip("%")) == pytest.approx(100 * after)
    assert serious(page) == []

    page.get_by_text("Show every lever").last.click()
    page.get_by_role("slider", name="Paying for change: months until it is in full force").wait_for()
    quiet(page)
    assert page.get_by_text("went wrong").count() == 0
    assert serious(page) == []

    other = visitor("/?" + page.url.partition("?")[2])
    other.get_by_text("Change it").last.click()
    again = other.get_by_role("slider", name="How deep the council's cut is")
    again.wait_for()
    assert float(again.input_value()) == pytest.approx(100 * after)


def test_run_is_locked_until_something_is_predicted(visitor):
    page = visitor("/?page=predict&years=2&replicates=2")
    run_button(page).wait_for()
    quiet(page)
    assert run_button(page).is_disabled()
    assert serious(page) == []
    page.get_by_text("Choose a side", exact=True).click()
    page.get_by_text("about the same", exact=True).click()
    page.get_by_text("Run is unlocked.").wait_for()
    quiet(page)
    playwright.expect(run_button(page)).to_be_enabled(timeout=PATIENCE)
    run_button(page).click()
    page.get_by_text("It came out").wait_for()
    assert "You predicted: about the same" in page.inner_text("body")
    quiet(page)
    assert serious(page) == []
    page.get_by_role("radio", name="Radical redesign").check(force=True)
    page.get_by_text("Change it").wait_for()


def focused(page, words):
    """Goes on with the Tab key until what has the focus is called so."""
    name = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || ''"
    inside = name.replace("document.activeElement", "document.activeElement.shadowRoot.activeElement")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(f"document.activeElement.shadowRoot?.activeElement ? ({inside}) : ({name})")
        if found.strip() == words:
            return
    pytest.fail(f"{words} cannot be reached with the Tab key")


def test_a_prediction_is_drawn_by_hand_and_the_result_is_laid_over_it(visitor):
    page = visitor("/?page=predict&years=2&replicates=2&seed=11", PHONE)
    paper = page.locator("svg[aria-label^='Difference in per cent']")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.98 * box["width"], box["y"] + 0.2 * box["height"], steps=12)
    page.mouse.up()
    page.get_by_text("Your line: ").wait_for()
    quiet(page)
    first, last = (int(page.get_by_role("slider").nth(k).get_attribute("aria-valuenow")) for k in (0, 1))
    assert 0 < first < last
    assert run_button(page).is_disabled()
    page.get_by_text("This is my prediction").click()
    page.get_by_text("Run is unlocked.").wait_for()
    quiet(page)
    playwright.expect(run_button(page)).to_be_enabled(timeout=PATIENCE)
    run_button(page).click()
    page.get_by_text("It came out").wait_for()
    assert f"You drew +{last}%" in page.inner_text("body")
    picture = page.locator("[data-testid=stVegaLiteChart]").first
    drawn = re.compile(re.escape(f"Drawn for the last year: +{last}"))
    playwright.expect(picture).to_have_attribute("aria-label", drawn, timeout=PATIENCE)
    quiet(page)
    assert serious(page) == []


def test_a_prediction_is_drawn_run_and_revealed_with_the_keyboard_alone(visitor):
    page = visitor("/?page=predict&years=2&replicates=2&seed=12")
    paper = page.locator("svg[aria-label^='Difference in per cent']")
    paper.wait_for()
    assert serious(page) == []
    focused(page, "Year 1, per cent")
    page.keyboard.press("PageDown")
    page.keyboard.press("Tab")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowUp")
    last = page.get_by_role("slider", name="Year 2, per cent")
    assert last.get_attribute("aria-valuetext") == "−9% in year 2"
    page.get_by_text("Your line: −10% in year 1, −9% in year 2.").wait_for()
    quiet(page)
    focused(page, "This is my prediction")
    page.keyboard.press("Space")
    playwright.expect(run_button(page)).to_be_enabled(timeout=PATIENCE)
    quiet(page)
    focused(page, "Run")
    page.keyboard.press("Enter")
    page.get_by_text("You drew −9%").wait_for()


def test_everything_needed_for_a_run_is_done_with_the_keyboard_alone(visitor):
    page = visitor("/?years=1&replicates=2")
    run_button(page).wait_for()
    quiet(page)
    focused(page, "Run")
    page.keyboard.press("Enter")
    finished(page, 2)


@pytest.mark.nightly
def test_a_long_run_is_cancelled_and_the_next_one_starts(visitor):
    page = visitor("/?place=croydon&years=20&replicates=30")
    run_button(page).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped").wait_for()
    here, _, asked = page.url.partition("?")
    (token,) = parse_qs(asked)["token"]
    page.goto(f"{here}?token={token}&years=1&replicates=2&seed=5")
    run_button(page).click()
    finished(page, 2)


def test_an_address_that_cannot_be_gets_a_kind_message(visitor):
    page = visitor("/?place=atlantis&b.envelope.cut=much")
    page.get_by_text("cannot be read, so the usual choices are shown").wait_for()
    page.get_by_text("there is no place 'atlantis'").wait_for()
    assert page.get_by_text("Traceback").count() == 0
    run_button(page).wait_for()


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=x", "/?page=inside&token=x&a=radical"])
def test_nothing_is_shown_without_the_token(chromium, address, path):
    with Visits(chromium) as visits:
        page = visits.page()
        page.goto(address[0] + path)
        page.get_by_text("This page opens only with its whole address").wait_for()
        quiet(page)
        assert page.get_by_role("button", name="Run", exact=True).count() == 0
        assert page.get_by_text("Not a forecast").count() == 0
        assert page.locator("input, [data-testid=stVegaLiteChart]").count() == 0


@pytest.mark.nightly
def test_two_visitors_do_not_mix(visitor):
    one, two = (
        visitor("/?a=status_quo&b=rationing&years=1&replicates=2"),
        visitor("/?a=null&b=wigan_deal&years=1&replicates=2"),
    )
    for page in (one, two):
        run_button(page).click()
    for page, title in ((one, "Status quo and Rationing and efficiency"), (two, "The cut alone and Wigan Deal")):
        page.get_by_role("heading", name=title).wait_for()
        finished(page, 2)
    assert "Wigan Deal:" not in one.inner_text("body")


@pytest.mark.parametrize("viewport", [PHONE, PROJECTOR], ids=["phone", "projector"])
def test_one_run_is_looked_into(visitor, viewport):
    page = visitor("/?page=inside&years=2", viewport, reduced_motion="reduce")
    page.get_by_role("button", name="Look inside").click()
    page.get_by_text("services try or run a new design").first.wait_for()
    heard = page.locator("[data-testid=stVegaLiteChart][aria-label*='Lines, £ this month: pays for its own service']")
    heard.first.wait_for(state="attached")
    page.get_by_role("slider", name="Month after April 2011").focus()
    before = heard.first.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    quiet(page)
    assert heard.first.get_attribute("aria-label") != before
    for view in ("People sent on", "Small areas", "One person"):
        page.get_by_text(view, exact=True).click()
        quiet(page)
        assert serious(page) == [], view
        page_width = page.evaluate("document.documentElement.scrollWidth")
        assert page_width <= viewport["width"], f"{view} is wider than the screen"


@pytest.mark.parametrize("viewport", [PHONE, PROJECTOR], ids=["phone", "projector"])
@pytest.mark.parametrize("name", ["play", "predict", "inside"])
def test_every_page_opens_fits_the_screen_and_keeps_nobody_out(visitor, name, viewport):
    page = visitor(f"/?page={name}", viewport)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_ready_made_comparison_of_one_design_fills_in_the_controls(visitor):
    page = visitor("/")
    page.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name="Patient hotels (Sweden)").click()
    page.wait_for_url("**b.portfolio.only=patient_hotel**")
    quiet(page)
    assert "Changed: only Patient hotel (Sweden)" in page.inner_text("body")
    assert serious(page) == []
