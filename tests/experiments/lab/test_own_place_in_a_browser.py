"""A place of one's own in the lab and England's map, as people use them: with mouse and keyboard, on a phone, light and dark."""

import io
import zipfile

import pytest
from real_browser import IN_A_BROWSER, PHONE, Visits, serious
from real_browser import chromium as chromium
from served_lab import quiet, served

import redesign

pytest.importorskip("streamlit", reason="the lab needs Streamlit: pip install 'redesign[lab]'")

pytestmark = IN_A_BROWSER
DESK = {"width": 1280, "height": 800}
TABLE = (
    "Ward;Population;0-15;16-64;65+;IMD decile;Colour\nNorth <b>;1.200;200;800;200;1;red\nSouth;2.300;500;1.500;300;6;blue\n"
    "Total;3.500;700;2300;500;;\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder that a lab is served in; its own is inside."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def address(folder):
    """Where a lab of this test's own is served, and what opens it."""
    with served(folder) as (where, token):
        yield where, f"?token={token}"


@pytest.fixture
def visitor(chromium, address):
    """Opens a page of the lab as somebody new."""
    with Visits(chromium) as visits:

        def come(page_name, viewport=DESK, **more):
            page = visits.page(viewport, accept_downloads=True, **more)
            page.goto(f"{address[0]}/{address[1]}&page={page_name}&years=1&replicates=2")
            page.get_by_text("Not a forecast").wait_for()
            quiet(page)
            return page

        yield come


def made(page, title, table=TABLE):
    """Gives a table and a name, and has the place made."""
    page.locator("input[type=file]").set_input_files(
        {"name": "my areas.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    quiet(page)
    page.get_by_label("What is it called?").fill(title)
    page.get_by_label("What is it called?").press("Tab")
    quiet(page)
    page.get_by_role("button", name="Make the place").click()
    quiet(page)


def no_wider(page):
    """Whether nothing has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_place_is_made_of_a_table_kept_lived_in_and_taken_home(visitor):
    page = visitor("place")
    assert page.get_by_role("button", name="Make the place").is_disabled()
    made(page, "New Town")
    page.get_by_role("heading", name="New Town: 3,500 people in 2 areas").wait_for()
    for told in ("dots between thousands in 'Population'", "nothing: left out", "North <b>"):
        assert page.get_by_text(told).count() == 1
    assert serious(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download it").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as packed:
        assert packed.namelist() == ["my/README.txt", "my/place/new_town.areas.csv", "my/place/new_town.yaml"]
    page.get_by_role("button", name="Keep it in this lab").click()
    page.get_by_text("Kept. The page Play offers it").wait_for()
    quiet(page)
    page.get_by_role("radio", name="Play").check(force=True)
    quiet(page)
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Results of 2 runs are shown.").wait_for(state="attached")
    page.get_by_role("heading", name="After").wait_for()
    assert page.get_by_role("combobox", name="Place").input_value() == "New Town"
    assert "place=new_town" in page.url


@pytest.mark.parametrize(
    ("title", "table", "words"),
    [
        ("Croydon", TABLE, "place 'croydon' ships with the program"),
        ("Newer", "Ward,Colour\nN,red\n", "has no column of people"),
        ("../up", TABLE, "1 to 60 letters"),
    ],
)
def test_what_cannot_be_used_is_refused_in_the_commands_words(visitor, folder, title, table, words):
    page = visitor("place", PHONE, color_scheme="dark")
    made(page, title, table)
    page.get_by_text(words).wait_for()
    assert page.get_by_text("Traceback").count() == 0
    assert page.get_by_role("button", name="Keep it in this lab").count() == 0
    assert serious(page) == []
    assert no_wider(page)
    assert not list(folder.rglob("faults.log"))


def test_england_is_shown_once_it_was_lived(visitor, folder):
    page = visitor("england")
    page.get_by_text("redesign nation scale=0.01").wait_for()
    assert serious(page) == []
    redesign.nation(
        authorities=["york", "rutland"], scale=0.02, years=1, replicates=2, progress=False, out=str(folder / "two")
    )
    for viewport, scheme in ((DESK, "light"), (PHONE, "dark")):
        page = visitor("england", viewport, color_scheme=scheme)
        page.get_by_role("heading", name="Regions: crises begun").wait_for()
        shown = [image for image in page.get_by_role("img").all() if image.is_visible() and image.get_attribute("alt")]
        assert [image.get_attribute("alt")[:13] for image in shown] == ["2 authorities"]
        assert page.get_by_role("region", name="Regions").get_by_text("East Midlands").count() == 1
        page.get_by_label("Outcome").click()
        page.get_by_role("option", name="Public spending").click()
        page.get_by_role("heading", name="Regions: public spending").wait_for()
        quiet(page)
        assert serious(page) == []
        assert no_wider(page)
