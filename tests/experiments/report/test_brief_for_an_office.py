"""The brief as a Word document and as slides: the words of its page, whatever they are, and the same bytes each time."""

import html
import io
import re
import shutil

import pytest

from experiments.analysis.verdicts.policies import described
from experiments.cli import main
from experiments.cli import report as command
from experiments.configuration.compose import compose
from experiments.questions.compare.sheet import Policies, brief_files, sheet
from experiments.report import office
from experiments.report.folder_contents import read_results
from experiments.report.templating import render
from experiments.results import manifest

docx = pytest.importorskip("docx", reason="the brief for an office: pip install 'redesign[office]'")
pptx = pytest.importorskip("pptx", reason="the brief for an office: pip install 'redesign[office]'")


@pytest.fixture
def own(reported, tmp_path, monkeypatch):
    """The made-up comparison as a finished folder, where there is no browser."""
    monkeypatch.setattr(command.shutil, "which", lambda name: None)
    out = tmp_path / "made"
    shutil.copytree(reported, out)
    manifest.write(out, {**read_results(out).manifest, "question": "compare"}, finished=True)
    return out


@pytest.fixture(scope="module")
def told(reported):
    """What the first page of the made-up comparison tells, and what its policies do."""
    shared, *own = described(compose("compare", ["place=croydon"], []).data, ("status_quo", "radical", "rationing"))
    return sheet(read_results(reported)) | {"policies": Policies(shared.does, own, [])}


def in_document(content):
    """All paragraphs of a document, in order, each with its style."""
    document = docx.Document(io.BytesIO(content))
    for part in document.iter_inner_content():
        cells = [cell for row in part.rows for cell in row.cells] if hasattr(part, "rows") else [part]
        for cell in cells:
            yield from ((each.style.name, each.text) for each in getattr(cell, "paragraphs", [cell]))


def on_slides(content):
    """Of every slide its title, its texts and its notes."""
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape != slide.shapes.title]
        yield slide.shapes.title.text_frame.text, texts, slide.notes_slide.notes_text_frame.text


def sentences(told):
    """Every word that the page of a brief is told to say."""
    yield told["title"]
    yield told["purpose"]
    yield told["made"]
    yield told["told"].headline
    yield from (part for line in told["told"].lines for part in line)
    policies = told["policies"]
    yield policies.begins
    for does in (policies.shared, *(each.does for each in policies.compared)):
        yield from (part for line in does for part in line)
    yield from (part for each in policies.compared for part in (each.title, each.summary))


def test_every_sentence_of_the_page_stands_in_the_document_and_on_slides_or_in_their_notes(told):
    files = office.office_files(told)
    written = "\n".join(text for _, text in in_document(files[".docx"]))
    spoken = "\n".join("\n".join([title, *texts, notes]) for title, texts, notes in on_slides(files[".pptx"]))
    for sentence in sentences(told):
        assert sentence in written
        assert sentence in spoken


def test_the_document_says_nothing_that_the_page_does_not(told):
    page = re.sub(r"<aside.*", "", render("brief.html.j2", **told).partition("<body")[2], flags=re.DOTALL)
    page = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
    assert [text for _, text in in_document(office.office_files(told)[".docx"]) if text not in page] == []


def test_the_document_has_real_headings_and_a_table_and_the_slides_their_titles(told):
    files = office.office_files(told)
    styles = {text: style for style, text in in_document(files[".docx"])}
    assert styles[told["told"].headline] == "Heading 1"
    assert styles["What the policies do"] == "Heading 2"
    assert all(styles[each.title] == "Heading 3" for each in told["policies"].compared)
    assert len(docx.Document(io.BytesIO(files[".docx"])).tables) == 1
    titles = [title for title, _, _ in on_slides(files[".pptx"])]
    assert titles[0] == told["told"].headline
    assert len(titles) == len(set(titles)) in range(2, 5)


def test_the_same_words_make_the_same_bytes(told, monkeypatch):
    first = office.office_files(told)
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert office.office_files(told) == first


@pytest.mark.parametrize(
    "name", ["<b>bold</b> & co", "x" * 3000, "word " * 900, "bell\x07 \x00 \x1b[31m \ud800 \uffff", ""]
)
def test_whatever_a_title_is_it_becomes_words_and_no_slide_runs_over(told, name):
    policies = told["policies"]
    compared = [each._replace(title=name, summary=name) for each in policies.compared]
    hostile = told | {
        "title": name,
        "purpose": name,
        "policies": policies._replace(compared=compared),
        "told": told["told"]._replace(headline=name, lines=[line._replace(text=name) for line in told["told"].lines]),
    }
    files = office.office_files(hostile)
    kept = "".join(letter for letter in name if letter not in "\x07\x00\x1b\ud800\uffff")
    assert kept.strip() in "\n".join(text for _, text in in_document(files[".docx"]))
    for slide in pptx.Presentation(io.BytesIO(files[".pptx"])).slides:
        for shape in slide.shapes:
            runs = [run for each in shape.text_frame.paragraphs for run in each.runs]
            assert all(run.font.size.pt >= 16 for run in runs)
            size = max(run.font.size.pt for run in runs)
            letters = shape.width.pt / (0.4 * size)
            lines = sum(max(1, len(each.text) / letters) for each in shape.text_frame.paragraphs)
            assert lines * 1.15 * size <= shape.height.pt
            assert shape.left >= 0 <= shape.top
            assert shape.left.inches + shape.width.inches <= 13.334
            assert shape.top.inches + shape.height.inches <= 7.5


def test_they_are_written_beside_the_folder_over_those_of_before_and_nothing_in_it_changes(own, capsys):
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    beside = [own.with_name(f"made-brief{ending}") for ending in (".html", ".docx", ".pptx")]
    for path in beside:
        path.write_text("of before", encoding="utf-8")
    assert main(["report", str(own), "--brief"]) == 0
    assert capsys.readouterr().out.split() == [str(path) for path in beside]
    assert [path.read_bytes() for path in beside] == list(brief_files(own).values())
    assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == before


def test_where_one_cannot_be_written_that_is_said_in_one_message(own, capsys):
    own.with_name("made-brief.docx").mkdir()
    assert main(["report", str(own), "--brief"]) == 2
    assert "made-brief.docx cannot be written" in re.sub(r"\s+", " ", capsys.readouterr().err)


def test_without_the_extra_the_page_is_written_and_how_to_get_the_others_is_said(own, monkeypatch, capsys):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(office, "import_module", missing)
    assert main(["report", str(own), "--brief"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(own.with_name("made-brief.html"))
    assert [line for line in said.err.splitlines() if "slides" in line] == [
        "note: the same brief as a Word document and as slides: pip install 'redesign[office]'"
    ]
    assert not own.with_name("made-brief.docx").exists()
