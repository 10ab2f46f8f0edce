"""A class as it is held: a teacher, a projector and two pupils, each in a browser of their own."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from real_browser import IN_A_BROWSER, PATIENCE, PHONE, PROJECTOR, Visits, playwright, serious
from real_browser import chromium as chromium
from served_lab import quiet, served

pytest.importorskip("streamlit", reason="the lab needs Streamlit: pip install 'redesign[lab]'")

pytestmark = IN_A_BROWSER
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Where a lab of this test's own is served, with its token and its folder."""
    folder = tmp_path_factory.mktemp("lab")
    with served(folder) as (where, token):
        yield f"{where}/", token, folder


@pytest.fixture
def visits(chromium):
    with Visits(chromium) as found:
        yield found
    assert {urlparse(url).hostname for url in found.asked if urlparse(url).scheme != "data"} <= {"127.0.0.1"}


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def comes_in(visits, where, viewport=PHONE, **more):
    page = visits.page(viewport, **more)
    page.goto(where)
    page.get_by_text("Not a forecast").wait_for()
    quiet(page)
    return page


def opened(visits, lab, address="page=class&years=1&replicates=8"):
    """A teacher who has opened a class, and its code."""
    where, token, _ = lab
    teacher = comes_in(visits, f"{where}?token={token}&{address}", DESK)
    button(teacher, "Open a class").click()
    teacher.get_by_text("Open the page for the projector").wait_for()
    quiet(teacher)
    return teacher, teacher.locator(".class-code").inner_text().replace(" ", "")


def joins(pupil, code):
    """A pupil who types the code, by keyboard alone."""
    pupil.get_by_label("Code on the screen").focus()
    pupil.keyboard.press("Control+A")
    pupil.keyboard.type(code.lower())
    pupil.keyboard.press("Enter")
    pupil.get_by_text("Join your class").wait_for(state="detached")
    quiet(pupil)


def sends(pupil, steps):
    """A slider that is moved by the keyboard, and sent by it."""
    slider = pupil.get_by_role("slider")
    slider.wait_for()
    slider.focus()
    for _ in range(abs(steps)):
        pupil.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
    pupil.keyboard.press("Tab")
    pupil.keyboard.press("Enter")


def all_can_use(page, viewport):
    quiet(page)
    assert serious(page, tags=("wcag2a", "wcag2aa")) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_class_predicts_sees_and_bargains(visits, lab):
    where, token, folder = lab
    teacher, code = opened(visits, lab)
    assert "Only this computer can join" in teacher.inner_text("body")
    all_can_use(teacher, DESK)
    with teacher.context.expect_page() as waiting:
        teacher.get_by_role("link", name="Open the page for the projector").click()
    address = waiting.value.url
    assert token not in address
    assert parse_qs(urlparse(address).query).keys() == {"screen"}
    screen = comes_in(visits, address, PROJECTOR, color_scheme="dark")
    assert screen.get_by_role("button").count() == 0
    assert screen.get_by_text("0 joined · 0 predicted").count() == 1
    all_can_use(screen, PROJECTOR)

    one, two = comes_in(visits, where), comes_in(visits, f"{where}?class={code}", color_scheme="dark")
    all_can_use(one, PHONE)
    for pupil in (one, two):
        joins(pupil, code)
        assert token not in pupil.url
        assert pupil.get_by_role("button", name=re.compile("Close|Reveal|End")).count() == 0
        all_can_use(pupil, PHONE)
    screen.get_by_text("2 joined · 0 predicted").wait_for()

    sends(one, -12)
    one.get_by_text("You sent: 12% lower.").wait_for()
    sends(one, 2)  # the last one counts
    one.get_by_text("You sent: 10% lower.").wait_for()
    sends(two, 30)
    two.get_by_text("You sent: 30% higher.").wait_for()
    screen.get_by_text("2 joined · 2 predicted").wait_for()
    assert screen.locator("[data-testid=stVegaLiteChart]").count() == 0

    two.reload()  # a phone that was put away: the same seat, and no third pupil
    two.get_by_text("You sent: 30% higher.").wait_for()
    screen.get_by_text("2 joined · 2 predicted").wait_for()
    teacher.reload()
    button(teacher, "Close predictions").click()
    two.get_by_text("Predictions are closed. You predicted: 30% higher.").wait_for()
    picture = screen.locator("[data-testid=stVegaLiteChart]")
    picture.wait_for()
    quiet(screen)
    said = "How the class predicted. The middle prediction is 10% higher. Half of the class lies from "
    assert picture.get_attribute("aria-label").startswith(f"{said}no difference to 20% higher.")
    assert "came out" not in screen.inner_text("body")
    all_can_use(screen, PROJECTOR)

    playwright.expect(button(teacher, "Reveal what came out")).to_be_enabled(timeout=PATIENCE)
    button(teacher, "Reveal what came out").click()
    screen.get_by_text("It came out:").wait_for()
    screen.get_by_text("of 2 predictions").wait_for()
    playwright.expect(picture).to_have_attribute("aria-label", re.compile("the band goes from"), timeout=PATIENCE)
    one.get_by_text("You predicted: 10% lower.").wait_for()
    for page, size in ((screen, PROJECTOR), (teacher, DESK), (one, PHONE), (two, PHONE)):
        all_can_use(page, size)

    button(teacher, "Bargain over one budget").click()
    roles = {}
    for pupil in (one, two):
        pupil.get_by_role("heading", name="You are: ").wait_for()
        quiet(pupil)
        roles[pupil.get_by_role("heading", name="You are: ").inner_text().removeprefix("You are: ")] = pupil
        pupil.get_by_text("If all budgets were in one pool").wait_for()
        all_can_use(pupil, PHONE)
    assert len(roles) == 2
    payers = [role for role in roles if role != "Household"]
    for role, pupil in roles.items():
        if role == "Household":
            pupil.get_by_text("Shorter waits", exact=True).click()
            button(pupil, "Send").click()
        else:
            sends(pupil, 40)
        pupil.get_by_text("You sent: ").wait_for()
    screen.get_by_text(f"{payers[0]}: 1 of 1").wait_for()
    assert "40%" not in screen.inner_text("body")
    button(teacher, "Close offers").click()
    screen.get_by_text("What all can agree to:").wait_for()
    quiet(screen)
    assert "all join with 40%" in screen.inner_text("body")
    all_can_use(screen, PROJECTOR)
    button(teacher, "Run this bargain").click()
    screen.get_by_text("With this pool against no pool, over 1 year").wait_for()
    quiet(screen)
    for role in ("NHS.", "Council.", "Police.", "Household."):
        assert screen.get_by_text(role, exact=True).count() == 1
    one.get_by_role("heading", name="what the bargain did").wait_for()
    for page, size in ((screen, PROJECTOR), (teacher, DESK), (one, PHONE)):
        all_can_use(page, size)

    teacher.get_by_text("End the class").click()
    button(teacher, "End it now").click()
    teacher.get_by_text("Your class has ended. Nothing of it was kept.").wait_for()
    for page in (screen, one, two):
        page.get_by_text("This class has ended.").wait_for()
    seats = [parse_qs(urlparse(pupil.url).query)["seat"][0] for pupil in (one, two)]
    for file in (path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert not [word for word in (code, *seats) if word.encode() in content], file
    assert visits.page_errors == []
    assert "Traceback" not in (folder / "said").read_text()
    assert not list(folder.rglob("faults.log"))


def test_a_pupil_gets_in_only_with_the_code_and_sees_nothing_else_of_the_lab(visits, lab):
    where, _, _ = lab
    closed = comes_in_without(visits, where)
    closed.get_by_text("This page opens only with its whole address").wait_for()
    teacher, code = opened(visits, lab)
    for path in ("", "?page=class", "?page=play&class=CCCCCC", f"?page=class&class={code}&host=x&seat=y"):
        page = comes_in(visits, where + path)
        page.get_by_text("Join your class").wait_for()
        assert page.get_by_role("radio").count() == 0
        assert page.get_by_role("button", name="Open a class").count() == 0
    for typed in ("CCCCCC", "<b>CCCCCC</b>", "C" * 40, "CCCCCD", "CCCCCF"):
        page.get_by_label("Code on the screen").fill(typed)
        button(page, "Join").click()
        page.get_by_text("No class has this code.").wait_for()
        quiet(page)
    page.get_by_label("Code on the screen").fill(code)
    button(page, "Join").click()
    page.get_by_text("Too many wrong codes. Wait ").wait_for()
    screen = comes_in(visits, f"{where}?screen=CCCCCC", PROJECTOR)
    screen.get_by_text("No class has this code.").wait_for()
    teacher.get_by_text("End the class").click()
    button(teacher, "End it now").click()
    teacher.get_by_text("Your class has ended.").wait_for()


def comes_in_without(visits, where):
    """Somebody who opens the lab without anything, while no class is open."""
    page = visits.page(PHONE)
    page.goto(where)
    quiet(page)
    return page


@pytest.mark.parametrize("viewport", [PHONE, DESK, PROJECTOR], ids=["phone", "desk", "projector"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_teachers_page_fits_every_screen_and_keeps_nobody_out(visits, lab, viewport, scheme):
    where, token, _ = lab
    page = comes_in(visits, f"{where}?token={token}&page=class", viewport, color_scheme=scheme)
    all_can_use(page, viewport)
