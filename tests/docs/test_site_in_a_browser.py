"""The site as people open it: files in Debian's Chromium, on a laptop and a phone, by day and by night, without a network."""

import re
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from reading import DOCS

sys.path.insert(0, str(Path(__file__).parents[1]))

from real_browser import IN_A_BROWSER, PHONE, Visits, serious
from real_browser import chromium as chromium

pytestmark = IN_A_BROWSER
LAPTOP = {"width": 1280, "height": 800}
OURS = ("index.html", "sliders.html", "map.html", "documents/docs/how-to/teach.html", "watch/teaching_town.html")


@pytest.fixture(scope="module")
def built(scripts, tmp_path_factory):
    """The whole site, and what the build said."""
    sys.path.insert(0, str(DOCS / "site"))
    out = tmp_path_factory.mktemp("built") / "site"
    assert scripts("build_site").main([str(out)]) == 0
    yield out
    sys.path.remove(str(DOCS / "site"))


@pytest.fixture
def visitor(chromium, built):
    """Opens pages of the site; nothing but the site's own files is asked for, and no program stumbles."""
    with Visits(chromium) as visits:

        def come(name, viewport=LAPTOP, **more):
            page = visits.page(viewport, **more)
            page.goto((built / name).as_uri())
            return page

        yield come
    assert {urlparse(url).scheme for url in visits.asked} <= {"file", "data", "blob"}
    assert visits.page_errors + visits.console_errors == []


def test_every_page_of_the_site_has_a_policy_and_leads_nowhere_that_is_not_there(built):
    pages = list(built.rglob("*.html"))
    assert len(pages) > 60
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text, path
        for link in re.findall(r'<a [^>]*href="([^"#:]+)(?:#[^"]*)?"', text):
            assert (path.parent / unquote(link)).is_file(), (path, link)


def test_the_archive_holds_the_whole_site(built):
    inside = {name for name in zipfile.ZipFile(built.with_suffix(".zip")).namelist() if not name.endswith("/")}
    assert inside == {path.relative_to(built.parent).as_posix() for path in built.rglob("*") if path.is_file()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("name", OURS)
def test_nobody_is_kept_out(visitor, name, viewport, scheme):
    page = visitor(name, viewport, color_scheme=scheme)
    assert serious(page, ("wcag2a", "wcag2aa", "wcag21aa")) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_a_slider_moved_by_the_keyboard_changes_the_answer(visitor):
    page = visitor("sliders.html")
    before = page.locator("#says").inner_text(), page.locator("#diff-0").inner_text()
    slider = page.get_by_role("slider", name="How many new designs work")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "0%"
    fewest = page.locator("#says").inner_text(), page.locator("#diff-0").inner_text()
    page.keyboard.press("End")
    most = page.locator("#says").inner_text(), page.locator("#diff-0").inner_text()
    assert fewest != most, "designs that work make a difference"
    page.get_by_role("button", name="Back to the middle").click()
    assert (page.locator("#says").inner_text(), page.locator("#diff-0").inner_text()) == before


def test_every_lesson_and_report_opens_from_the_home_page(visitor, built):
    page = visitor("index.html")
    names = [link.get_attribute("href") for link in page.locator("a").all()]
    opened = [name for name in names if name.startswith(("lessons/", "reports/"))]
    there = {
        path.relative_to(built).as_posix() for folder in ("lessons", "reports") for path in (built / folder).iterdir()
    }
    assert set(opened) == there
    assert len(opened) >= 7
    for name in opened:
        found = visitor(name)
        assert found.locator("h1").count() == 1
