"""Whatever names and words come from results, policies, places or figures, none of them becomes markup or a program."""

import json
import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pandas as pd
import pytest
from jinja2 import UndefinedError
from matplotlib.figure import Figure
from test_report import SVG, Page

from experiments.questions.compare.report import write_report
from experiments.questions.lesson.page import page_of
from experiments.questions.patterns import page as patterns
from experiments.report import generic_page
from experiments.report.drawing import Drawing, save
from experiments.report.layout import as_address
from experiments.report.templating import render

BAD = """</script><script>alert('1')</script> "A" & <b>B</b>"""
SPEC = re.compile(r'<script type="application/json" id="([^"]+)">(.*?)</script>', re.DOTALL)


def pictures(page):
    """The pictures of a page as a browser decodes them."""
    sources = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    return [ET.fromstring(unquote(source.partition(",")[2])) for source in sources]


def harmless(text, scripts):
    """The page, once it is certain that nothing bad has become a tag of its own."""
    page = Page(text)
    assert sum(tag == "script" for tag, _ in page.tags) == scripts
    assert not [tag for tag, _ in page.tags if tag == "b"]
    assert page.crossed == page.open == []
    return page


def test_any_folder_with_bad_words_everywhere(tmp_path):
    data = pd.DataFrame({BAD: [BAD, "x"], "arm": [BAD, "y"]})
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2], [3, 4])
    save(Drawing(BAD, BAD, figure, BAD, data), tmp_path / "figures", 'tolls"><b>')
    data.to_csv(tmp_path / "loose<b>.csv", index=False)
    words = dict.fromkeys(("question", "place_title", "sentence", "caution", "purpose", "python"), BAD)
    manifest = {**words, "contrast": [BAD, BAD], "told": [BAD], "vintage": {BAD: BAD}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    page = harmless(generic_page.page(tmp_path), scripts=1)
    assert "".join(page.text).count(BAD) >= 12
    assert [attributes["alt"] for tag, attributes in page.tags if tag == "img"] == [BAD]
    assert [picture.find(f"{SVG}title").text for picture in pictures(page)] == [BAD]


@pytest.mark.slow
def test_a_comparison_of_policies_with_bad_names(tmp_path, make_folder):
    arms = ("status_quo", "<b>it's</b>", 'x" && </script>')
    out = make_folder(tmp_path / "out", arms, years=1, replications=2, place=BAD)
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"who_pays": [BAD], "valued_by": BAD, "purpose": BAD}))
    write_report(out)
    text = (out / "report.html").read_text(encoding="utf-8")
    specs = {name: json.loads(content) for name, content in SPEC.findall(text)}
    page = harmless(text, scripts=len(specs) + 1)
    assert "".join(page.text).count(BAD) >= 3
    over_time = specs["spec_outcomes_over_time"]
    assert over_time["params"][1]["bind"]["name"] == "Show <b>it's</b> "
    kept = over_time["concat"][0]["transform"][1]["filter"]
    assert """datum.arm === "<b>it's</b>")""" in kept
    assert """datum.arm === 'X" && </script>')""" in kept
    assert len(pictures(page)) == 12


def test_a_lesson_with_bad_words_everywhere():
    arm = {"name": BAD, "title": BAD, "summary": BAD}
    slider = {"title": BAD, "about": BAD, "source": BAD}
    lesson = {"title": BAD, "story": [BAD], "question": f"{BAD} in {{years}}?", "explain": [BAD], "cannot": [BAD]}
    claim = {"words": BAD, "source": BAD}
    told = {
        "lesson": {**lesson, "claim": claim, "sliders": [slider]},
        **dict.fromkeys(("name", "place", "seed", "model", "command"), BAD),
        "arms": [arm, arm],
        "people": 5000,
        "years": 2,
        "replications": 3,
        "labels": [["0", BAD]],
        "used": [1],
        "base": 0,
        "positions": [[0], [1]],
        "sides": [BAD],
        "runs_of": [[0, 1], [0, 2]],
        "outcomes": {BAD: {"title": BAD, "unit": BAD, "about": BAD}},
    }
    text = page_of(told)
    page = harmless(text, scripts=2)
    assert "".join(page.text).count(BAD) >= 25
    assert f"{BAD} in 2?" in "".join(page.text)
    inside = json.loads(SPEC.search(text)[2])
    assert inside["arms"] == [arm, arm]


def test_a_pattern_with_bad_words_stays_one_row_of_its_table():
    row = {"number": 1, "pattern": "rain", "title": "A | B <script>", "use": BAD, "pattern_verdict": "met"}
    row |= {"measure_title": "<b>Depth</b> | width", "unit": "%", "observed": None, "observed_words": "some | more"}
    row |= {"model": 1.0, "ci_low": 1.0, "ci_high": 1.0, "met_low": 0.0, "met_high": 2.0, "partly_low": 0.0}
    row |= {"partly_high": 3.0, "verdict": "met", "certain": False, "beside": float("nan"), "source": "S", "grade": "A"}
    row |= {
        "met_by": "behaviour",
        "indicts": "",
        "place": "here",
        "place_title": "Here",
        "scale": 1.0,
        "years": 2,
        "replications": 4,
    }
    facts = {"purpose": "p", "commit": "c", "dirty": True, "day": "d", "sizes": "s", "seed": 1}
    about = {"rain": {"summary": BAD, "fed_in": BAD, "why": "asked", "note": "it rained.\n"}}
    text = patterns.page(pd.DataFrame([row]), facts, about)
    assert "<script" not in text
    assert "<b>" not in text
    assert (
        "| &lt;b&gt;Depth&lt;/b&gt; \\| width | some \\| more [A] | +1.0% | 0 to +2% | 0 to +3% | behaviour | **met** ? |"
        in text
    )
    assert "`c` and changes not committed: s; seed 1." in text
    assert "\n\nPut in: asked.\n\nNote: it rained.\n" in text
    assert "Misses" not in text


def test_a_picture_is_the_same_in_a_page():
    svg = """<?xml version="1.0"?>\n<svg a="1%" b='2#'>\n<title>&lt;it&apos;s&gt; "A" &amp; b</title></svg>"""
    page = Page(render("base.html.j2", title="t", style="")[:-8] + f'<img src="{as_address(svg)}"></html>')
    (shown,) = pictures(page)
    assert shown.attrib == {"a": "1%", "b": "2#"}
    assert shown.findtext("title") == """<it's> "A" & b"""


def test_a_page_that_lacks_a_fact_is_not_written():
    with pytest.raises(UndefinedError, match="'style' is undefined"):
        render("base.html.j2", title="t")
