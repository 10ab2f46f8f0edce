"""The first sheet of a report: the answer, what policies do, words explained on a press; alone, and on paper."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from test_report import Page

from experiments.analysis.verdicts.policies import described
from experiments.cli import main
from experiments.cli import report as command
from experiments.configuration.compose import compose
from experiments.questions.compare.sheet import Policies, sheet
from experiments.questions.compare.who_pays_section import _ends
from experiments.report.folder_contents import read_results
from experiments.report.glossary import SPELT, Glossary
from experiments.report.style import figures, sum_of_money
from experiments.report.templating import render
from experiments.results import manifest
from experiments.text.terms import TERMS

CHROMIUM = next(filter(None, map(shutil.which, command.BROWSERS)), None)


@pytest.fixture(scope="module")
def results(reported):
    """The made-up comparison."""
    return read_results(reported)


def test_the_answer_stands_before_everything_else(reported, results):
    text = (reported / "report.html").read_text(encoding="utf-8")
    assert re.search(r'<h1 id="happened">(.*?)</h1>', text)[1] == results.answer.brief.headline
    for line in results.answer.brief.lines:
        assert text.index(f"{line.label}.</strong>") < text.index('<h2 id="differences">')


def test_every_word_that_is_explained_is_explained_once_and_is_there(reported):
    page = Page((reported / "report.html").read_text(encoding="utf-8"))
    pressed = [attributes["popovertarget"] for _, attributes in page.tags if "popovertarget" in attributes]
    meant = [attributes["id"] for _, attributes in page.tags if "popover" in attributes]
    assert pressed == list(dict.fromkeys(pressed))
    assert sorted(pressed) == sorted(meant)
    assert {"Crisis", "Established need", "Society"} <= {
        list(SPELT)[int(name.removeprefix("term_"))] for name in pressed
    }


def test_every_term_has_a_spelling_and_a_meaning():
    assert set(SPELT) == set(TERMS)
    for term in ("Arm", "Crisis", "Established need", "Quality-adjusted life", "VRF", "WELLBY"):
        assert term in TERMS


def test_a_word_is_marked_where_it_first_stands_and_nothing_becomes_markup():
    explain = Glossary()
    first, then = explain("<b>A crisis</b> & luck"), explain("another crisis, and an arm")
    assert str(first).startswith('&lt;b&gt;A <button type="button" class="term"')
    assert "<b>" not in first
    assert "crisis," in then
    assert ">arm</button>" in then
    assert str(Glossary()("alarm, armed, charms")) == "alarm, armed, charms"


def test_cells_know_their_columns_where_tables_are_stacked(reported):
    page = Page((reported / "report.html").read_text(encoding="utf-8"))
    assert all(attributes.get("data-head") is not None for tag, attributes in page.tags if tag == "td")


@pytest.mark.parametrize(
    ("low", "high", "write", "words"),
    [(-1021.4, -1018.2, sum_of_money, "−£1,021 to −£1,018"), (-57.74, -57.66, figures, "−57.74 to −57.66"),
     (3.0, 3.0, figures, "3.00 to 3.00"), (1.0, 2.0, sum_of_money, "£1.00 to £2.00")],
)  # fmt: skip
def test_the_ends_of_an_interval_can_be_told_apart(low, high, write, words):
    assert _ends(low, high, write) == words


@pytest.fixture
def own(reported, tmp_path):
    """The made-up comparison as a finished folder."""
    out = tmp_path / "made"
    shutil.copytree(reported, out)
    said = read_results(out).manifest
    manifest.write(out, {**said, "question": "compare"}, finished=True)
    return out


def test_without_a_browser_the_sheet_is_a_page_and_that_is_said(own, monkeypatch, capsys):
    monkeypatch.setattr(command.shutil, "which", lambda name: None)
    assert main(["report", str(own), "--brief"]) == 0
    said = capsys.readouterr()
    page = own.with_name("made-brief.html")
    assert said.out.split()[0] == str(page)
    assert "brief.pdf" not in said.out
    assert "print it, one sheet of A4" in said.err
    text = page.read_text(encoding="utf-8")
    assert "<h1>" in text
    assert "script-src" not in text
    assert Page(text).open == []


def test_other_questions_have_no_brief(tmp_path, capsys):
    pd.DataFrame({"a": [1]}).to_csv(tmp_path / "table.csv", index=False)
    manifest.write(tmp_path, {"question": "sweep"}, finished=True)
    assert main(["report", str(tmp_path), "--brief"]) == 2
    assert "is for a comparison; this is a sweep" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no browser here: apt-get install chromium")
@pytest.mark.parametrize(
    "pair", [("radical", "rationing"), ("ration_then_redesign", "radical"), ("zones_pilot", "wigan_deal")]
)
def test_the_longest_policies_fit_on_one_sheet(results, tmp_path, pair):
    """Whatever two policies are compared, the brief prints on one side of A4."""
    data = compose("compare", ["place=croydon"], []).data
    known = described(data, pair)
    shared = [line for line in known[0].does if line in known[1].does]
    apart = [each._replace(does=[line for line in each.does if line not in shared]) for each in known]
    told = sheet(results) | {"policies": Policies(shared, apart, [])}
    page = tmp_path / "brief.html"
    page.write_text(render("brief.html.j2", **told), encoding="utf-8")
    assert command._print(page, Path(tmp_path / "brief.pdf"))
    assert len(re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "brief.pdf").read_bytes())) == 1
