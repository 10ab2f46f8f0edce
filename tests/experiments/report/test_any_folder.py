"""`redesign report` of any results folder: from its files alone, one clear message where there is nothing to report."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from test_report import Page

from experiments.cli import main
from experiments.questions.compare.report import write_report
from experiments.report.drawing import Drawing, save
from experiments.report.generic_page import command, page
from experiments.report.sections import PARTS, ordered, part_of
from experiments.report.style import figures
from experiments.results import manifest, open_results, signed
from experiments.text.terms import TERMS


@pytest.fixture
def invented(tmp_path):
    """The folder of a question that nobody has asked yet, with a figure and a table of its own."""
    out = tmp_path / "invented"
    (out / "figures").mkdir(parents=True)
    data = pd.DataFrame({"bridge": ["old", "new"], "tolls": [0.123456, float("nan")]})
    figure = Figure(figsize=(3, 2), layout="constrained")
    figure.subplots().plot([1, 2], [3, 4])
    save(
        Drawing("Tolls <by> bridge", "Read it <left> to right.", figure, "Two bridges: old 0.123.", data),
        out / "figures",
        "tolls",
    )
    data.to_csv(out / "bridges_seen.csv", index=False)
    said = {
        "question": "tolling",
        "contrast": ["new_bridge", "old_bridge"],
        "place": "nowhere",
        "place_title": "No & where",
        "sentence": "New < old.",
        "years": 3,
        "replicates": 2,
        "seed": 7,
        "tolling": {"depth": [1, 2], "none": None},
        "vintage": {"price_year": "2010-11"},
    }
    manifest.write(out, said, finished=True)
    return out


def test_a_question_never_heard_of_is_reported(invented, capsys):
    assert main(["report", str(invented)]) == 0
    assert capsys.readouterr().out.strip() == str(invented / "report.html")
    page = Page((invented / "report.html").read_text(encoding="utf-8"))
    text = " ".join(page.text)
    for words in (
        "New < old.",
        "New bridge and Old bridge in No & where",
        "Tolls <by> bridge",
        "0.123",
        "Bridges seen",
        "Read it <left> to right.",
        "2010-11",
        "redesign tolling place=nowhere years=3 replicates=2 seed=7",
        "'depth=[1,2]'",
        "Not a forecast",
    ):
        assert words in text, words
    assert [a["alt"] for tag, a in page.tags if tag == "img"] == ["Two bridges: old 0.123."]
    assert page.crossed == []
    assert page.open == []


def test_a_page_explains_its_terms_calls_numbers_by_their_titles_and_says_of_which_runs_it_is(invented):
    table = pd.DataFrame({"policy.*.levers.envelope.cut": [0.1], "chance_can_tell": [True], "tolls": [-1e-9]})
    table.to_csv(invented / "cuts.csv", index=False)
    said = signed.read(invented / "manifest.json")
    told = {"sentence": "Net present social value: more.", "drawn_from": "8 replications with other luck"}
    manifest.write(invented, said | told, finished=True)
    text = " ".join(Page(page(invented)).text)
    assert TERMS["Net present social value"] in text
    assert "Cut in the council's budget More than luck Tolls" in " ".join(text.split())
    assert "No & where, 3 years, 8 replications with other luck. Numbers: figures/tolls.csv." in text


@pytest.mark.parametrize(("value", "words"), [(-4e-8, "0"), (4e-8, "0"), (-0.0123, "−0.0123"), (0.0, "0")])
def test_rounding_in_a_computer_is_nothing(value, words):
    assert figures(value) == words


@pytest.mark.parametrize(
    ("title", "ended"), [("Does it hold?", "Does it hold?"), ("It holds.", "It holds."), ("It holds", "It holds.")]
)
def test_what_is_measured_ends_in_one_mark(title, ended):
    below = Drawing(title, "Read it.", None, "", pd.DataFrame(), finding="Yes").below
    assert below == f"Measured: {ended} Read it."


def test_what_was_typed_is_told_again(invented):
    typed = {"overrides": ["place=elsewhere", "out=secret/place", "workers=1", "arms=[a,b]"]}
    (invented / "design.json").write_text(json.dumps(typed))
    manifest.write(invented, signed.read(invented / "manifest.json"), finished=True)
    main(["report", str(invented)])
    text = (invented / "report.html").read_text(encoding="utf-8")
    assert "redesign tolling place=elsewhere &#39;arms=[a,b]&#39;" in text
    assert "secret" not in text


def test_every_figure_that_exists_answers_a_question():
    named = [name for part in PARTS for name in part.figures]
    assert len(named) == len(set(named))
    assert part_of("win_map_crises") == part_of("stress_boxes") == part_of("frontier") == "flips"
    assert part_of("tolls") == "found"
    assert ordered(["money_back", "failure_demand", "outcomes_over_time"])["lives"] == [
        "outcomes_over_time",
        "failure_demand",
    ]


@pytest.mark.slow
def test_only_the_page_and_missing_figures_are_written(reported, tmp_path, capsys):
    out = shutil.copytree(reported, tmp_path / "again")
    found = json.loads((out / "manifest.json").read_text())
    page = (out / "report.html").read_bytes()
    (out / "report.html").unlink()
    missing = [out / "figures" / f"money_back{end}" for end in (".svg", ".png")]
    (out / "figures" / "burn_in.csv").write_text("kept as it is\n")
    manifest.write(out, found, finished=True)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    for path in missing:
        path.unlink()
    assert main(["report", str(out)]) == 0
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    assert (out / "report.html").read_bytes() == page
    written = {path for path in after if after[path] != before.get(path)}
    assert written <= {out / "report.html", out / "manifest.json", *(out / "figures").glob("money_back.*")}
    assert open_results.look(out).is_whole
    for path in missing:
        assert path.read_bytes() == before[path][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "takes one results folder, not 0"),
        (["one", "two"], "takes one results folder, not 2"),
        (["--hlep", "one"], "unrecognized arguments: --hlep"),
        (["nowhere"], "is no folder"),
        (["."], "holds no manifest.json"),
        (["begun"], "not finished"),
        (["damaged"], "cannot be read as results"),
    ],
)
def test_a_folder_without_results_is_refused_in_one_message(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("begun", "damaged"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "win_map.csv").write_text('a,b\n1,2,3\n4,"5')
        manifest.write(tmp_path / name, {"question": "discover"}, finished=name == "damaged")
    before = sorted(tmp_path.rglob("*"))
    assert main(["report", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "fix:" in told.err
    assert "Traceback" not in told.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.unhurried
@pytest.mark.parametrize("compared", ["", "radical", "radical minus radical", "radical minus nobody"])
def test_a_comparison_of_no_two_arms_is_refused_in_one_message(reported, tmp_path, capsys, compared):
    out = shutil.copytree(reported, tmp_path / "again")
    pd.read_csv(out / "summary.csv").assign(contrast=compared).to_csv(out / "summary.csv", index=False)
    manifest.write(out, json.loads((out / "manifest.json").read_text()), finished=True)
    assert main(["report", str(out)]) == 2
    told = capsys.readouterr().err
    assert "which are no two of the arms" in told
    assert "fix:" in told
    assert "Traceback" not in told


def test_the_command_says_what_it_does(capsys):
    assert main(["report", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("usage: redesign report FOLDER")
    assert "nothing is simulated" in said


def test_a_folder_is_named_by_its_page_too(invented, capsys):
    for name in ("manifest.json", "report.html"):
        assert main(["report", str(invented / name)]) == 0
        assert capsys.readouterr().out.strip() == str(invented / "report.html")


def test_a_folder_that_cannot_be_written_is_refused(invented, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert main(["report", str(invented)]) == 2
    told = capsys.readouterr().err
    assert "cannot be written: No space left on device" in told
    assert "fix:" in told


@pytest.mark.unhurried
def test_nothing_is_simulated(invented):
    code = (
        "import sys; from experiments.cli import main; status = main(['report', sys.argv[1]]); "
        "sys.exit(status or any(m in sys.modules for m in ('numba', 'mesa', 'simulation.run')))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(invented)], env=os.environ, check=False)
    assert done.returncode == 0


class Willing(Executor):
    """Does the first two things it is given and no more; then it may be told to break."""

    def __init__(self, breaks=False):
        self.breaks, self.done = breaks, []

    def submit(self, work, /, *what):
        future = Future()
        if len(self.done) < 2:
            self.done.append(what[0])
            if self.breaks:
                future.set_running_or_notify_cancel()
                future.set_exception(BrokenProcessPool("killed"))
            else:
                future.set_running_or_notify_cancel()
                future.set_result(work(*what))
        return future


@pytest.mark.slow
@pytest.mark.parametrize("breaks", [False, True])
def test_others_draw_the_same_and_may_be_killed(breaks, reported, tmp_path, make_folder):
    out = make_folder(tmp_path / "again", years=4, replications=5)
    artists = Willing(breaks)
    write_report(out, artists)
    assert len(artists.done) == 2
    for path in [reported / "report.html", *(reported / "figures").iterdir()]:
        assert (out / path.relative_to(reported)).read_bytes() == path.read_bytes(), path.name


def test_a_file_that_was_chosen_is_told_by_its_name():
    chosen = {
        "title": "HM Treasury conventions",
        "source": "words " * 200,
        "discount": "reduced",
        "wellby": {"value": 1},
    }
    told = command({"question": "tolling", "tolling": {"valuation": chosen, "depth": {"a": 1}}}, Path("nowhere"))
    set_to = "valuation=hmt_2026 valuation.wellby.value=1 'valuation.discount=\"reduced\"'"
    assert told == f"redesign tolling {set_to} 'depth={{\"a\":1}}'"
