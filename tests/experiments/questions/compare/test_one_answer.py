"""The screen, the page, the lab and Python take what was found from one place."""

import html
import io
import re
import shlex

import pandas as pd
import pytest
from rich.console import Console

import redesign
from experiments.configuration.compose import compose
from experiments.errors import ConfigurationError
from experiments.questions.compare.page import page
from experiments.questions.compare.report import page_again
from experiments.questions.compare.screen import show
from experiments.report.folder_contents import read_results
from experiments.results import manifest
from experiments.results.open_results import open_results

LOSS = "9.9 more crises begin"


@pytest.fixture
def finished(answered, tmp_path):
    """A comparison of the stand-in, as the lab makes it: radical minus rationing."""
    answered(years=2, replicates=8, out="here", components=0, arms=["rationing", "radical"])
    return tmp_path / "here"


def on_screen(out):
    console = Console(file=io.StringIO(), width=120)
    show(out, None, console)
    return console.file.getvalue()


def in_the_lab(out):
    from experiments.lab import results
    from experiments.lab.benches.comparison_run import Run
    from experiments.lab.session import Kept
    from experiments.lab.state import State

    results._answer.clear()
    return results.brief(Kept(State(), Run(1, {}, 8, what="finished", out=out))).words


def all_four(out):
    """What each says, its lines joined."""
    told = {
        "screen": on_screen(out),
        "page": page_again(out),
        "lab": in_the_lab(out),
        "python": redesign.open(out).sentence,
    }
    return {name: " ".join(re.sub("<[^>]+>", "", words).split()) for name, words in told.items()}


@pytest.mark.unhurried
@pytest.mark.filterwarnings("ignore:.*is not read")
def test_one_loss_more_is_told_by_all_four(finished):
    before = all_four(finished)
    assert not [name for name, words in before.items() if LOSS in words]
    opened, table = open_results(finished), pd.read_csv(finished / "summary.csv")
    row = (table["outcome"] == "crises") & (table["horizon"] == 2)
    table.loc[row, ["diff", "ci_lo", "ci_hi"]] = [9.87, 9.5, 10.5]
    table.to_csv(finished / "summary.csv", index=False)
    manifest.write_again(opened, ["summary.csv"])
    for name, words in all_four(finished).items():
        assert f"What people feel{':' if name in ('lab', 'python') else '.'} Of 1,000 people under" in words, name
        assert words.count(LOSS) == 2, name  # what people feel, and what got worse
    assert redesign.open(finished).answer.says("crises") == "worse"
    assert redesign.open(finished).answer.last["crises"]["diff"] == 9.87


@pytest.mark.unhurried
@pytest.mark.parametrize("uncertainty", ["chance", "evidence"])
def test_the_command_on_the_page_makes_the_same_configuration(redesign, tmp_path, uncertainty):
    typed = [
        "place=teaching_town",
        "years=1",
        "replicates=2",
        "parameter_sets=3",
        "components=0",
        "arms=[rationing,radical]",
    ]
    typed += [f"uncertainty={uncertainty}", "policy.radical.levers.pooling.strength=0.5"]
    assert redesign("compare", *typed, "workers=1", "out=here")[0] == 0
    told = page(read_results(tmp_path / "here"), [], tmp_path / "here")
    line = html.unescape(re.search(r"redesign compare [^<]*", told)[0])
    first, again = (compose("compare", words, []).data for words in (typed, shlex.split(line)[2:]))
    assert again == first
    assert again["policy"]["radical"]["levers"]["pooling"]["strength"] == 0.5


@pytest.mark.unhurried
def test_other_questions_have_no_such_answer(put, tmp_path):
    from experiments.questions.sweep.question import QUESTION

    put(
        QUESTION,
        "stand_in",
        {
            "grid": {"seed": [1]},
            "replicates": 3,
            "years": 1,
            "workers": 1,
            "out": "swept",
            "arms": ["rationing", "radical"],
        },
    )
    with pytest.raises(ConfigurationError, match="this is a sweep"):
        _ = redesign.open(tmp_path / "swept").answer
