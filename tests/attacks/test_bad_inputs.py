"""Two thousand bad inputs over every key of every question and every field of every file: refused in plain words, or planned.

Set k of a test is the same whenever it is run. A new setting or a new field is attacked by itself.
"""

from functools import cache

import pytest
from hostile import (
    HOWEVER,
    JARGON,
    QUICK,
    Case,
    base_of,
    cases,
    command_of,
    complaints,
    is_never_right,
    models_of,
    outcome_of,
    takes_part,
)
from how_often import tried
from hypothesis import given, seed, settings

from experiments import cli, questions
from experiments.configuration.settings import Settings
from experiments.questions.base import Command, Question
from experiments.questions.patterns import plan as patterns

FEW, COMMANDS, ALL, SETS = 50, 150, 2_000, 10
SEED = 20_110_401


@pytest.fixture(autouse=True)
def _worlds_are_composed_once(monkeypatch):
    """Each plan of patterns composes their places; none of these cases changes how."""
    composed = cache(lambda name, words, folders: patterns_compose(name, list(words), list(folders)))
    patterns_compose = patterns.compose
    monkeypatch.setattr(patterns, "compose", lambda name, words, folders: composed(name, tuple(words), tuple(folders)))


def attack(number, of):
    """Asks cases in plain data, without a command line; each is refused or planned."""
    asked = []

    @seed(SEED + number)
    @given(case=cases())
    @settings(max_examples=of, **HOWEVER)
    def ask(case):
        refusal = outcome_of(case)
        asked.append(case)
        if refusal is not None:
            assert complaints(case, refusal) == [], refusal.message()
        else:
            assert not (is_never_right(case.value) and takes_part(case)), f"{case} was accepted"

    ask()
    return asked


@pytest.mark.unhurried
def test_fifty_bad_inputs_are_refused_or_planned():
    assert len(attack(-1, FEW)) >= FEW * 0.9


@pytest.mark.parametrize("number", tried(range(SETS), changes=0))
def test_two_thousand_bad_inputs_are_refused_or_planned(number):
    assert len(attack(number, ALL // SETS)) >= ALL // SETS * 0.9


@pytest.fixture
def nothing_runs(monkeypatch, tmp_path):
    """Commands plan all they are asked and begin nothing; the folder that they are typed in."""
    monkeypatch.setattr(Question, "fill", lambda self, asked, session: None)
    monkeypatch.setattr(Question, "show", lambda self, out, asked: None)
    for kind in (type(questions.question(name)) for name in QUICK):
        if issubclass(kind, Question):
            for method in ("fill", "show", "answer"):
                monkeypatch.setattr(kind, method, getattr(Question, method))
    monkeypatch.setattr(type(questions.question("compare")), "instead", Question.instead)
    monkeypatch.setattr(type(questions.question("lab")), "answer", lambda self, asked: 0)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def type_in(number, of, here, capsys, tmp_path):
    """Types cases as whole commands; each is refused or planned, and nothing is written."""
    statuses = []

    @seed(SEED + 1_000 + number)
    @given(case=cases())
    @settings(max_examples=of, **HOWEVER)
    def ask(case):
        folder = tmp_path / f"files{len(statuses)}"
        folder.mkdir()
        words = command_of(case, folder)
        if words is None:
            statuses.append(None)
            return
        status = cli.main(words)
        said = capsys.readouterr()
        statuses.append(status)
        assert status in (0, 2), f"{case}\n{words}\n{said.err}"
        assert not JARGON.search(said.err), f"{case}\n{said.err}"
        if status == 2:
            assert said.out == ""
            assert "to put right, nothing was run" in said.err
        assert list(here.iterdir()) == [], f"{case} left something behind"

    ask()
    return statuses


@pytest.mark.parametrize("number", tried(range(3), changes=1))
def test_bad_inputs_are_refused_or_planned_as_whole_commands(number, nothing_runs, capsys, tmp_path):
    statuses = type_in(number, COMMANDS // 3, nothing_runs, capsys, tmp_path)
    assert sum(status is not None for status in statuses) > COMMANDS // 3 * 0.7
    assert {0, 2} <= set(statuses)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("number", range(SETS, 2 * SETS))
def test_two_thousand_bad_inputs_are_refused_or_planned_as_whole_commands(number, nothing_runs, capsys, tmp_path):
    statuses = type_in(number, ALL // SETS, nothing_runs, capsys, tmp_path)
    assert sum(status is not None for status in statuses) > ALL // SETS * 0.7


@pytest.mark.unhurried
@pytest.mark.parametrize("name", QUICK)
def test_every_setting_and_every_group_is_attacked(name):
    """What is attacked is what is declared and what is read, and no list of this test's own."""
    assert set(QUICK) == set(questions.declared())
    assert issubclass(type(questions.question(name)), Command)
    attacked = models_of(name)
    assert set(questions.question(name).settings.model_fields) <= set(attacked)
    assert set(base_of(name).data) <= set(attacked)
    assert "arms" not in base_of(name).data or set(Settings.model_fields) <= set(attacked)


@pytest.mark.unhurried
def test_a_quick_question_is_planned_where_nothing_is_wrong_with_it():
    """Or every case would be refused for the same reason."""
    assert [name for name in QUICK if outcome_of(Case(name, ("seed",), 1)) is not None and name != "lab"] == []


WORDS = (
    "", "=", "x", "=1", "--", "-x", "[]", "years", "years=", "é=1", "a b=1", "~", "~x", "+", "++years=1=2", "\x00", "x" * 10_000
)  # fmt: skip
TO_HYDRA = (
    "years=1_0_",
    "out=" + "x" * 10_000,
    "policy=radical",
    "hydra=1",
    "a.b=1",
    "place=../x",
    "place=",
    "experiment=[]",
)


def mean_nothing(here, capsys, *typed):
    """Types what means nothing; it is refused in plain words, or it is harmless."""
    status = cli.main(list(typed))
    said = capsys.readouterr()
    assert status in (0, 2), said.err
    assert not JARGON.search(said.err), said.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("command", ["list", "show", "report", "replay"])
def test_words_that_mean_nothing_are_refused(command, word, nothing_runs, capsys):
    mean_nothing(nothing_runs, capsys, command, word)


@pytest.mark.slow
@pytest.mark.parametrize("word", [*WORDS, *TO_HYDRA])
@pytest.mark.parametrize("command", ["compare", "evidence", "sweep"])
def test_words_that_mean_nothing_are_refused_where_there_is_a_configuration(command, word, nothing_runs, capsys):
    mean_nothing(nothing_runs, capsys, command, *(["grade=A"] if command == "evidence" else []), word)
