"""The page of beliefs as people use it: the browser works out what Python does, by keyboard, asking nothing of any network."""

import json
import re

import numpy as np
import pytest
from real_browser import IN_A_BROWSER, PHONE, Visits, serious
from real_browser import chromium as chromium

from experiments.analysis.uncertainty import beliefs, emulator
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.questions.discover.what_if import RATES, _belief, weights_of
from experiments.report.layout import part_of_page
from experiments.report.templating import render

pytestmark = IN_A_BROWSER
GAIN, WORTH = 12_000, 1.0
INPUTS = [
    Input("a", "how often designs work", "", 0.0, 1.0, 0.5),
    Input("b", "how soon services close", "a year", 0.1, 0.7, 0.4),
]


@pytest.fixture(scope="module")
def found():
    """Made-up futures: society gains where designs work."""
    luck = np.random.default_rng(3)
    at = luck.random((120, 2))
    parts = {"crises": -at[:, 0] + luck.normal(0, 0.1, 120)}
    for rate in RATES:
        parts[f"gain {rate}"] = 0.02 * at[:, 0] * at[:, 1] + luck.normal(0, 0.001, 120)
        parts[f"cost {rate}"] = 100 - 60 * at[:, 1] + luck.normal(0, 5, 120)
        parts[f"outside {rate}"] = -50 * at[:, 0] + luck.normal(0, 5, 120)
    return beliefs.fitted(at, parts)


@pytest.fixture
def page(found, tmp_path):
    """The page as a file."""
    about = [_belief(k, each) for k, each in enumerate(INPUTS)]
    file = tmp_path / "page.html"
    facts = {"title": "What would have to be true?", "purpose": "Not a forecast.", "place": "Here", "years": "1 year"}
    numbers = {
        **beliefs.as_data(found),
        "first": "Radical",
        "second": "Rationing",
        "within": 0.9,
        "few": False,
        "beliefs": about,
    }
    file.write_text(
        render(
            "what_if.html.j2", **facts, points=120, runs="2 pairs", first="Radical", second="Rationing", beliefs=about,
            rates=RATES, worth={"low": 0, "high": 1.5, "used": WORTH}, tried={"held": 27, "of": 30, "error": "9"},
            gain={"what": "a year", "low": 10_000, "high": 16_000, "used": GAIN}, numbers=numbers,
            style=part_of_page("page.css"), program=part_of_page("what_if.js"),
        )
    )  # fmt: skip
    return file


def foretold(found, at, worth):
    """The sum and its error, in pounds of two figures."""
    by = weights_of(GAIN, worth)
    parts = {name: emulator.terms(np.array([at]), found.models[name].pairs) @ found.models[name].weights for name in by}
    sums = float(beliefs.total(parts, by)[0])
    return tuple(f"{float(f'{abs(each):.2g}'):,.15g}" for each in (sums, beliefs.error(found.measured, by)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_verdict_follows_the_sliders_by_keyboard(chromium, found, page, scheme):
    with Visits(chromium) as visits:
        opened = visits.page(PHONE, color_scheme=scheme)
        opened.goto(page.as_uri())
        begun = foretold(found, (0.5, 0.5), WORTH)
        assert re.findall(r"£([\d.,]*\d)", opened.locator("#sum").inner_text()) == list(begun)
        opened.get_by_label("How often designs work").focus()
        opened.keyboard.press("End")
        opened.get_by_label("A pound spent on services").focus()
        opened.keyboard.press("Home")
        moved = foretold(found, (1.0, 0.5), 0.0)
        assert moved != begun
        assert re.findall(r"£([\d.,]*\d)", opened.locator("#sum").inner_text()) == list(moved)
        assert "Radical leaves society better off" in opened.locator("#verdict").inner_text()
        assert "nowhere" not in opened.locator("#belief_0_turns").inner_text()
        opened.get_by_role("button", name="Back to where it began").press("Enter")
        assert re.findall(r"£([\d.,]*\d)", opened.locator("#sum").inner_text()) == list(begun)
        assert serious(opened, ("wcag2a", "wcag2aa", "wcag21aa")) == []
        assert not opened.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert visits.asked == [page.as_uri()]
        assert visits.page_errors == visits.console_errors == []


def test_too_few_runs_give_no_verdict_and_nothing_is_not_more(chromium, page):
    """With fewer than eight pairs, and with no difference in crises at all."""
    head, told, rest = re.split('(?<=id="numbers">)(.*?)(?=</script>)', page.read_text(encoding="utf-8"), maxsplit=1)
    numbers = json.loads(told) | {"few": True}
    numbers["models"]["crises"]["weights"] = [0] * len(numbers["models"]["crises"]["weights"])
    page.write_text(f"{head}{json.dumps(numbers)}{rest}", encoding="utf-8")
    with Visits(chromium) as visits:
        opened = visits.page(PHONE)
        opened.goto(page.as_uri())
        assert opened.locator("#verdict").inner_text() == "Too few runs to tell Radical from Rationing"
        assert opened.locator("#lives").inner_text().startswith("Of 1,000 people, as many start a crisis")
