"""A lesson's page as pupils use it: a file in Debian's Chromium, with keyboard and pointer, on phone and projector."""

import json
import re

import pytest
from real_browser import IN_A_BROWSER, PHONE, PROJECTOR, Visits, playwright, serious
from real_browser import chromium as chromium

from experiments.configuration.compose import compose
from experiments.questions.lesson import question as lesson

pytestmark = IN_A_BROWSER
MOST_BYTES = 1_000_000
MOST_TABS = 30
LIVED, YEARS = 3, 3


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A real lesson, with fewer runs and years than the shipped one."""
    out = tmp_path_factory.mktemp("lesson") / "kept"
    words = ["lesson=climate", f"replicates={LIVED}", f"years={YEARS}", f"out={out}", "workers=1"]
    assert lesson.QUESTION.answer(lesson.QUESTION.plans(compose("lesson", words, []))) == 0
    return out / "climate.html"


@pytest.fixture(scope="module")
def told(file):
    """The numbers that the page holds."""
    inside = re.search(r'id="told">(.*?)</script>', file.read_text(encoding="utf-8"), flags=re.DOTALL)[1]
    return json.loads(inside)


@pytest.fixture
def pupil(chromium, file):
    """Opens the page; nothing may be asked of anybody, and the program may not stumble."""
    with Visits(chromium) as visits:

        def come(viewport=PROJECTOR, **more):
            page = visits.page(viewport, **more)
            page.goto(file.as_uri())
            page.locator("#sketch svg").wait_for()
            return page

        yield come
    assert set(visits.asked) == {file.as_uri()}
    assert visits.page_errors + visits.console_errors == []


def towns_of(cell):
    """In how many towns it came out which way, as somebody would say it."""
    counts = {"lower": cell["lower_in"], "higher": cell["higher_in"]}
    counts["the same"] = cell["pairs"] - sum(counts.values())
    ways = [(many, way) for way, many in counts.items() if many]
    if len(ways) == 1 and ways[0][1] != "the same":
        return f"It is {ways[0][1]} in all {cell['pairs']} towns."
    said = [f"{way} in {many}{'' if k else f' of the {LIVED} towns'}" for k, (many, way) in enumerate(ways)]
    return f"It is {' and '.join(filter(None, [', '.join(said[:-1]), said[-1]]))}."


def reveal(page):
    return page.get_by_role("button", name="Show what the model says")


def test_the_page_is_small(file):
    assert file.stat().st_size < MOST_BYTES


def test_the_result_is_locked_until_something_is_predicted(pupil, told):
    page = pupil()
    assert reveal(page).is_disabled()
    assert not page.locator("#result").is_visible()
    assert not page.locator("#lose").is_visible()
    page.get_by_label("about the same").check()
    assert reveal(page).is_enabled()
    page.get_by_role("button", name="Clear my prediction").click()
    assert reveal(page).is_disabled()
    page.get_by_label("about the same").check()
    reveal(page).click()
    cell = next(iter(told["outcomes"].values()))["cells"][told["base"]]
    words = {"lower": ": lower under", "same": ": about the same under", "higher": ": higher under"}
    said = page.locator("#verdict").inner_text()
    assert words[cell["side"]] in said
    assert towns_of(cell) in said
    assert f"With only {LIVED} towns, luck cannot be ruled out." in said
    right = "That is what you predicted." if cell["side"] == "same" else "You predicted about the same."
    assert said.endswith(right)
    assert page.evaluate("document.activeElement.id") == "result-head"
    assert page.locator("#heard").inner_text() == said
    assert page.get_by_label("lower", exact=True).is_disabled()
    assert page.locator("#towns circle").count() == LIVED


def test_a_prediction_is_drawn_with_the_keyboard_and_laid_under_the_result(pupil):
    page = pupil()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label') || ''").startswith(
            f"Your drawing for year {YEARS}"
        ):
            break
    else:
        pytest.fail("the drawing cannot be reached with the Tab key")
    before = float(page.evaluate("document.activeElement.getAttribute('aria-valuenow')"))
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    after = float(page.evaluate("document.activeElement.getAttribute('aria-valuenow')"))
    assert after > before
    assert page.get_by_label("higher", exact=True).is_checked()
    while page.evaluate("document.activeElement.id") != "reveal":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#lines svg").wait_for()
    assert page.locator("#lines path[stroke='var(--mine)']").count() == 1
    assert page.locator("#drawn-key").is_visible()


def test_a_prediction_is_drawn_with_the_pointer(pupil):
    page = pupil()
    page.locator("#sketch").scroll_into_view_if_needed()
    box = page.locator("g.handle circle").last.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=4)
    page.mouse.up()
    assert page.get_by_label("lower", exact=True).is_checked()
    page.mouse.move(x, y - 60)
    assert page.get_by_label("lower", exact=True).is_checked(), "it was let go of"


def test_a_slider_moved_by_the_keyboard_shows_the_runs_of_its_setting(pupil, told):
    page = pupil()
    page.get_by_label("lower", exact=True).check()
    reveal(page).click()
    page.get_by_label("B: Radical redesign").check()
    asked = list(told["outcomes"])[-1]
    page.get_by_label("Judge by").select_option(asked)
    slider = page.get_by_role("slider", name=told["lesson"]["sliders"][0]["title"])
    slider.focus()
    page.keyboard.press("End")
    last = len(told["labels"][0]) - 1
    assert slider.get_attribute("aria-valuetext") == told["labels"][0][last]
    place = told["positions"].index([last, *told["used"][1:]])
    cell = told["outcomes"][asked]["cells"][place]
    said = page.locator("#now").inner_text()
    assert towns_of(cell) in said
    verdicts = {
        "lower": "Radical redesign wins here",
        "same": "neither wins nor loses",
        "higher": "Radical redesign loses here",
    }
    assert verdicts[cell["side"]] in said, "of money, spending less wins"
    shown = page.locator("#numbers-now tbody tr").last.locator("td").all_text_contents()
    page.locator("#numbers-now").evaluate("box => box.closest('details').open = true")
    assert float(shown[0].replace(",", "")) == pytest.approx(cell["first"], rel=0.006)
    assert float(shown[2].replace(",", "")) == pytest.approx(cell["second"], rel=0.006)
    page.get_by_role("button", name="Write this setting down").click()
    assert told["labels"][0][last] in page.locator("#noted tbody").inner_text()
    page.get_by_text("All settings at once").click()
    playwright.expect(page.locator("#all-table tbody tr")).to_have_count(len(told["positions"]))
    counted = page.locator("#all-words").inner_text()
    sides = [each["side"] for each in told["outcomes"][asked]["cells"]]
    assert f"lower at {sides.count('lower')}, higher at {sides.count('higher')}" in counted


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "dark"), (PROJECTOR, "light"), (PROJECTOR, "dark")],
    ids=["dark phone", "light projector", "dark projector"],
)
def test_nobody_is_kept_out_and_nothing_overflows(pupil, viewport, scheme):
    page = pupil(viewport, reduced_motion="reduce", color_scheme=scheme)
    assert serious(page) == []
    page.get_by_label("higher", exact=True).check()
    reveal(page).click()
    for summary in page.locator("details").all():
        summary.evaluate("each => each.open = true")
    page.get_by_role("button", name="Write this setting down").click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_towns_axis_holds_what_luck_could_do(chromium, file, told, tmp_path):
    """The interval of the average can reach further than any single town, and is drawn to its ends."""
    for outcome in told["outcomes"].values():
        outcome["cells"] = [{**cell, "low": -90.0, "high": 90.0} for cell in outcome["cells"]]
    text = file.read_text(encoding="utf-8")
    start = text.index('id="told">') + len('id="told">')
    other = tmp_path / "wide.html"
    other.write_text(text[:start] + json.dumps(told) + text[text.index("</script>", start) :], encoding="utf-8")
    with Visits(chromium) as visits:
        page = visits.page(PHONE)
        page.goto(other.as_uri())
        page.get_by_label("about the same").check()
        reveal(page).click()
        drawn = page.locator("#towns svg")
        ends = drawn.locator("line").evaluate_all(
            "all => all.flatMap((one) => ['x1', 'x2'].map((x) => +one.getAttribute(x)))"
        )
        assert max(ends) - min(ends) > 100
        assert 0 <= min(ends) <= max(ends) <= drawn.evaluate("one => one.getBoundingClientRect().width")


def test_the_page_prints_what_was_found(pupil):
    page = pupil()
    page.get_by_label("higher", exact=True).check()
    reveal(page).click()
    page.emulate_media(media="print")
    assert page.locator("#lines svg").is_visible()
    assert not page.get_by_role("button", name="Print this page").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
