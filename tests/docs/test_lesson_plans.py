"""Lesson plans are whole, and the numbers of the teacher's keys are those of real runs."""

import json
import re

import pytest
from reading import DOCS

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.questions.lesson.question import lesson_of

PLANS = {"20-minutes.md", "50-minutes.md", "100-minutes.md"}
PARTS = ("Objectives", "Starter", "The lesson", "Worksheet", "Misconceptions", "Exit questions", "Teacher's key")
SHEET = ("Objectives", "Starter", "Worksheet", "For the teacher", "Teacher's key")
WRONG = ("Savings are cash", "The average is everyone", "A model is a forecast", "Efficiency is always cheaper")
LESSONS = list(options.find("lesson"))
OF_ALL_SETTINGS = ("sides", "swept")


@pytest.fixture
def lessons(scripts):
    """The script that writes the keys."""
    return scripts("lessons")


def test_the_keys_agree_with_the_stored_numbers(lessons):
    assert [page.name for page in lessons.stale()] == []


def test_a_key_that_was_tampered_with_is_noticed(lessons, tmp_path, monkeypatch):
    page = tmp_path / "climate.md"
    text = (DOCS / "lessons" / page.name).read_text(encoding="utf-8")
    monkeypatch.setattr(lessons, "DOCS", tmp_path)
    page.write_text(text, encoding="utf-8")
    assert lessons.stale() == []
    page.write_text(re.sub(r"(\| Crises begun: climate.*?\| )(\d)", r"\g<1>9\2", text), encoding="utf-8")
    assert lessons.stale() == [page]


def test_a_stored_number_that_was_tampered_with_is_noticed(lessons, monkeypatch):
    found = json.loads(lessons.NUMBERS.read_text(encoding="utf-8"))
    cell = found["lessons"]["obesity"]["outcomes"]["need_share_obesity"]["cells"][0]
    cell["diff"] = cell["diff"] + 1.0
    monkeypatch.setattr(lessons, "stored", lambda: found)
    assert "obesity.md" in [page.name for page in lessons.stale()]


@pytest.mark.parametrize("name", sorted(PLANS))
def test_a_plan_has_all_its_parts_in_order(name):
    text = (DOCS / "lessons" / name).read_text(encoding="utf-8")
    heads = [head.partition(" (")[0] for head in re.findall(r"^## (.+)$", text, flags=re.MULTILINE)]
    assert [head for head in heads if head in PARTS] == list(PARTS)
    assert all(f"| {said} |" in text for said in WRONG)
    minutes = [int(last) for last in re.findall(r"^\| \d+ to (\d+) \|", text, flags=re.MULTILINE)]
    assert minutes == sorted(minutes)
    assert minutes[-1] == int(name.partition("-")[0])


def test_every_lesson_has_a_sheet_with_its_key():
    sheets = {
        path: path.read_text(encoding="utf-8") for path in (DOCS / "lessons").glob("*.md") if path.name not in PLANS
    }
    keyed = {re.search(r"<!-- generated: key (\w+) -->", text)[1] for text in sheets.values()}
    assert keyed == set(LESSONS)
    for text in sheets.values():
        heads = [head.partition(" (")[0] for head in re.findall(r"^## (.+)$", text, flags=re.MULTILINE)]
        assert [head for head in heads if head in SHEET] == list(SHEET)


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_the_stored_numbers_are_what_the_model_says(lessons, name, tmp_path):
    """The runs are made again: each slider moved by itself, at the fixed seed."""
    stored = {key: each for key, each in lessons.stored()["lessons"][name].items() if key not in OF_ALL_SETTINGS}
    composed = compose("lesson", [f"lesson={name}", f"out={tmp_path / name}"], [])
    whole = lesson_of(composed)
    sliders = {"used": whole.grid.used, "labels": [slider.values for slider in whole.words.sliders]}
    cells = [k for k, (positions, _, _) in enumerate(whole.grid.cells) if lessons._is_of_key(sliders, positions)]
    told = lessons._told(lesson_of(composed, only=cells))
    assert json.loads(json.dumps(lessons.key_numbers(told))) == stored


def test_the_keys_are_of_the_runs_that_the_sites_lessons_show(lessons):
    whole = {name: stored for name, stored in lessons.stored()["lessons"].items() if "swept" in stored}
    for name, stored in whole.items():
        told = json.loads((lessons.KEPT / f"{name}.json").read_text(encoding="utf-8"))
        assert json.loads(json.dumps(lessons.key_of(told))) == stored


@pytest.mark.parametrize("name", LESSONS)
def test_each_side_wins_somewhere_or_the_key_says_so_and_asks_why(lessons, name):
    told = lessons.stored()["lessons"][name]
    for arm, words in zip(told["arms"], told["sides"], strict=True):
        assert arm in words
        assert "wins here: " in words or "Why might that be" in words


def test_the_plan_of_50_minutes_uses_a_lesson_whose_difference_is_not_luck(lessons):
    text = (DOCS / "lessons" / "50-minutes.md").read_text(encoding="utf-8")
    (name,) = re.findall(r"<!-- generated: key (\w+) -->", text)
    told = lessons.stored()["lessons"][name]
    first = next(iter(told["outcomes"].values()))
    assert first["cells"][told["settings"].index("")]["side"] != "same"


@pytest.mark.slow
def test_the_stored_answers_to_misconceptions_are_what_the_model_says(lessons, tmp_path, capsys):
    assert lessons.misconceptions(tmp_path) == lessons.stored()["misconceptions"]


@pytest.mark.parametrize("name", LESSONS)
def test_a_plan_says_which_slider_changes_nothing(name, lessons):
    told, page = lessons.stored()["lessons"][name], DOCS / "lessons" / f"{name.replace('_', '-')}.md"
    used = told["settings"].index("")
    for place, setting in enumerate(told["settings"]):
        idle = all(each["cells"][place] == each["cells"][used] for each in told["outcomes"].values())
        slider, _, end = setting.partition(": ")
        said = f"*{slider}* at {end} changes nothing" in page.read_text(encoding="utf-8")
        assert place == used or said == idle, setting
