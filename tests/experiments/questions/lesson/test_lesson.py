"""Lessons: every one that ships can be run, what is wrong is refused, and the page holds just what was found."""

import base64
import json
import re
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.verdicts.sentence import side_of
from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.configuration.points import plans_of
from experiments.configuration.question_settings import without
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.questions.lesson import grid as lesson_grid
from experiments.questions.lesson import page, search, work
from experiments.questions.lesson import question as lesson
from experiments.questions.lesson.plan import LessonSettings, grid_of

NAMES = list(options.find("lesson"))
WANTED = {"child_poverty", "education", "climate", "obesity", "community_policing", "patient_hotels"}
RUNS, YEARS = 8, 2


@pytest.fixture(scope="module")
def composed():
    """Each shipped lesson's configuration, put together once."""
    return {name: compose("lesson", [f"lesson={name}"], []) for name in NAMES}


def parts(configuration, **changes):
    """A lesson's words, its plan, and its settings without the words."""
    rest, own = without(configuration, lesson.OWN)
    words = LessonSettings.model_validate(deepcopy(own["lesson"]) | changes)
    return words, check(rest), rest.data


def test_each_challenge_of_the_essay_and_both_cases_have_a_lesson():
    assert set(NAMES) >= WANTED


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_lesson_lays_out_its_runs(composed, name):
    """Every combination has its two runs, and no policy is run twice for what it cannot feel."""
    words, base, data = parts(composed[name])
    grid = grid_of(words, base, data)
    second, first = base.settings.contrast
    assert len(grid.cells) == np.prod([len(slider.values) for slider in words.sliders]) >= 20
    assert dict.fromkeys((point.arms, tuple(point.values.items())) for point in grid.points).keys() == {
        (point.arms, tuple(point.values.items())) for point in grid.points
    }
    assert len({(point.arms, tuple(sorted(point.values.items()))) for point in grid.points}) == len(grid.points)
    for positions, a, b in grid.cells:
        assert (grid.points[a].arms, grid.points[b].arms) == ((first,), (second,))
        for slider, at, used in zip(words.sliders, positions, grid.used, strict=True):
            for key in slider.keys:
                expected = slider.values[at] if at != used and slider.moves(second) else None
                assert grid.points[b].values.get(key) == expected
    assert grid.points[grid.cells[grid.base][1]].values == {}
    moved = [sum(p != u for p, u in zip(positions, grid.used, strict=True)) for positions, _, _ in grid.cells]
    few = grid.only([place for place, count in enumerate(moved) if count <= 1])
    whole = {positions: (grid.points[a].values, grid.points[b].values) for positions, a, b in grid.cells}
    assert few.used == grid.used
    assert len(few.points) < len(grid.points)
    for positions, a, b in few.cells:
        assert (few.points[a].values, few.points[b].values) == whole[positions]


@pytest.mark.unhurried
def test_all_points_of_a_lesson_can_be_run(composed):
    """One lesson with policies of its own, checked to the last point as the command does it."""
    grid = grid_of(*parts(composed["community_policing"]))
    moved = [sum(p != u for p, u in zip(positions, grid.used, strict=True)) for positions, _, _ in grid.cells]
    few = [place for place, count in enumerate(moved) if count <= 1]
    asked = lesson.lesson_of(composed["community_policing"], only=few)
    assert len(set(asked.runs.keys)) == len(asked.grid.points)


@pytest.mark.parametrize("name", NAMES)
def test_sliders_stay_inside_the_evidence(composed, name):
    """No slider goes beyond the range in the project's own files; how far a budget is shared has no range but 0 to 1."""
    levers = yaml.safe_load(options.shipped_root().joinpath("levers.yaml").read_text())
    for slider in composed[name].data["lesson"]["sliders"]:
        for key in slider["keys"]:
            path = key.split(".")
            if path[0] == "policy":
                node, inside = levers.get(path[3], {}).get(".".join(path[4:])), (0.0, 1.0)
                assert node or path[4:] == ["strength"], key
            else:
                node = composed[name].data
                for part in path[:-1]:
                    node = node[part]
            low, high = (node["low"], node["high"]) if node else inside
            assert low <= min(slider["values"]) < max(slider["values"]) <= high, key


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"values": [0.1, 0.2]}, "must hold what is used, which is [0.286]"),
        ({"values": [0.286, 0.2]}, "must rise"),
        ({"keys": ["policy.radical.levers.envelope.cutt"]}, "no policy of this lesson has"),
        ({"keys": ["policy.nobody.levers.envelope.cut"]}, "no policy of this lesson has"),
        ({"source": "me"}, "lesson.sliders.0.source=me"),
    ],
)
def test_a_slider_that_cannot_be_is_refused_before_anything_runs(composed, changes, expected):
    spoilt = replace(composed["climate"], data=deepcopy(composed["climate"].data))
    spoilt.data["lesson"]["sliders"] = [spoilt.data["lesson"]["sliders"][0] | changes]
    with pytest.raises(ConfigurationError) as refusal:
        lesson.lesson_of(spoilt)
    assert expected in refusal.value.message()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"outcomes": ["life_satisfacton"]}, "did you mean"),
        ({"outcomes": ["tea"]}, "there is no outcome 'tea'"),
        ({"outcomes": ["crises_safety"]}, "safety is not among challenges=[climate]"),
        ({"sliders": "all"}, "lesson.sliders"),
        ({"titel": "x"}, "titel"),
    ],
)
def test_words_that_cannot_be_are_refused(composed, changes, expected):
    spoilt = replace(
        composed["climate"], data=composed["climate"].data | {"lesson": composed["climate"].data["lesson"] | changes}
    )
    with pytest.raises(ConfigurationError) as refusal:
        lesson.lesson_of(spoilt)
    assert expected in refusal.value.message()


def test_too_many_combinations_are_refused(composed):
    slider = composed["climate"].data["lesson"]["sliders"][0] | {"values": [0.2, 0.25, 0.286, 0.3, 0.33, 0.36, 0.4]}
    words, base, data = parts(composed["climate"], sliders=[slider] * 3)
    with pytest.raises(ConfigurationError, match="343 combinations"):
        grid_of(words, base, data)


def test_a_number_of_a_policy_that_a_lesson_brings_along_may_be_changed(composed):
    """A policy defined in the lesson's own file is as good as one of a file of its own; a misspelt one is not."""
    rest, _ = without(composed["community_policing"], lesson.OWN)
    plan = check(replace(rest, overrides=("policy.beat_meetings.levers.support.per_head=2",)))
    assert "beat_meetings" in plan.policies
    with pytest.raises(ConfigurationError, match="no policy 'beat_meeting'"):
        check(replace(rest, overrides=("policy.beat_meeting.levers.support.per_head=2",)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["obesity", "years=5"], ["lesson=obesity", "years=5"]),
        (["years=5", "obesity"], ["years=5", "lesson=obesity"]),
        (["--cfg", "job", "obesity"], ["--cfg", "job", "lesson=obesity"]),
        (["--help"], ["--help"]),
        ([], []),
    ],
)
def test_a_lesson_is_named_by_itself(words, expected):
    assert lesson.QUESTION.words(words) == expected


def test_a_lesson_that_is_not_there_is_refused():
    with pytest.raises(ConfigurationError, match="there is no lesson 'obesty'; there are: child_poverty") as refusal:
        lesson.QUESTION.words(["obesty"])
    assert "redesign lesson obesity" in refusal.value.message()


def runs_of(points, shift):
    """Months of a place of 1,000 people in which the second policy's need is lower by a known share of people."""
    rows = []
    for point, arm, lower in points:
        for run in range(RUNS):
            for month in range(12 * YEARS):
                need = 100 + 10 * run + month // 12 - lower * (10 + shift * run)
                rows.append((point, arm, run, month, 1000, need, 2 + run))
    return pd.DataFrame(rows, columns=["point", "arm", "replication", "month", "citizens", "in_need", "crises"])


@pytest.fixture
def found(tmp_path):
    """A lesson of two settings with known answers: 1 percentage point lower, and no difference at all."""
    runs = runs_of([(0, "a", 0), (1, "b", 1), (2, "b", 0)], shift=0.5)
    runs.to_parquet(tmp_path / "runs.parquet")
    return lesson_grid.told(tmp_path, ["need_share", "crises"], [((0,), 0, 1), ((1,), 0, 2)], YEARS), runs


def test_the_numbers_of_the_page_are_those_of_the_runs(found):
    told, _ = found
    need = told["outcomes"]["need_share"]
    assert told["replications"] == RUNS
    assert need["cells"][0]["diff"] == pytest.approx(-(1 + 0.05 * (RUNS - 1) / 2))
    assert need["cells"][0]["side"] == "lower"
    assert (need["cells"][0]["lower_in"], need["cells"][0]["higher_in"], need["cells"][0]["pairs"]) == (RUNS, 0, RUNS)
    assert need["cells"][1] | {"first": 0, "second": 0} == {
        "first": 0,
        "second": 0,
        "diff": 0.0,
        "low": 0.0,
        "high": 0.0,
        "side": "same",
        "lower_in": 0,
        "higher_in": 0,
        "pairs": RUNS,
    }
    step = (need["high"] - need["low"]) / lesson_grid.CODES
    codes = np.frombuffer(base64.b64decode(need["codes"]), "<u2").reshape(3, RUNS, YEARS)
    values = need["low"] + step * codes
    assert values[0, :, 0] == pytest.approx([10 + run for run in range(RUNS)], abs=step)
    assert values[1, :, 1] == pytest.approx([9.1 + 0.95 * run for run in range(RUNS)], abs=step)


def test_luck_that_was_not_lived_everywhere_is_left_out(found, tmp_path):
    _, runs = found
    runs[(runs["point"] != 1) | (runs["replication"] != 1)].to_parquet(tmp_path / "runs.parquet")
    told = lesson_grid.told(tmp_path, ["need_share"], [((0,), 0, 1), ((1,), 0, 2)], YEARS)
    assert told["replications"] == RUNS - 1
    left = [1 + 0.05 * run for run in range(RUNS) if run != 1]
    assert told["outcomes"]["need_share"]["cells"][0]["diff"] == pytest.approx(-sum(left) / len(left))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"diff": -1.0, "ci_lo": -2.0, "ci_hi": -0.5}, "lower"),
        ({"diff": 1.0, "ci_lo": 0.5, "ci_hi": 2.0}, "higher"),
        ({"diff": 1.0, "ci_lo": -0.5, "ci_hi": 2.0}, "same"),
        ({"diff": 0.1, "ci_lo": 0.05, "ci_hi": 0.2}, "same"),
        ({"diff": 1.0, "ci_lo": float("nan"), "ci_hi": float("nan")}, "same"),
    ],
)
def test_a_side_is_taken_only_where_luck_and_trifles_leave_one(row, expected):
    assert side_of(load_outcomes()["need_share"], row) == expected


def test_the_page_is_one_file_that_asks_for_nothing(composed, found):
    words, _, _ = parts(composed["climate"])
    spoken = words.model_dump(mode="json") | {"title": "Heat & <cold></script>", "sliders": []}
    told = {
        "name": "climate",
        "lesson": spoken,
        "place": "Teaching town",
        "people": 5000,
        "years": YEARS,
        "seed": 1,
        "model": "x",
        "arms": [{"name": "a", "title": "One", "summary": "s"}, {"name": "b", "title": "Two", "summary": "s"}],
        "labels": [],
        "used": [],
        "base": 0,
        "positions": [[]],
        "runs_of": [[0, 1]],
        "command": "redesign lesson climate",
        **found[0],
    }
    text = page.page_of(told)
    assert "default-src 'none'" in text
    assert not re.search(
        r"\b(src|href|action)=\"(?!#)|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|localStorage", text
    )
    assert text.count("</script>") == 2
    assert "Heat &amp; &lt;cold&gt;" in text
    inside = re.search(r'<script type="application/json" id="told">(.*?)</script>', text, flags=re.DOTALL)[1]
    assert json.loads(inside)["outcomes"] == told["outcomes"]
    assert 'id="lose"' not in text
    for sentence in (*spoken["cannot"], spoken["claim"]["words"]):
        assert sentence in text
    result = text[text.index('<section id="result"') : text.index('<section id="explain"')]
    assert "<code>redesign watch lesson=climate</code>" in result, "seen only once a prediction is made"
    assert "href=" not in result
    beside = page.page_of(told, page.Watched("../watch/town.html", ["Cut", "<b>New</b>"]))
    assert '<a href="../watch/town.html">Watch this town</a>' in beside
    assert "under Cut and &lt;b&gt;New&lt;/b&gt;." in beside


def test_the_command_that_shows_a_lessons_town_says_what_changes_it_and_nothing_else(tmp_path):
    typed = ["years=3", "replicates=2", "lesson.sliders=[]", "policy.radical.levers.envelope.cut=0.1"]
    asked = lesson.lesson_of(compose("lesson", ["lesson=obesity", *typed], []))
    (tmp_path / work.DATA).write_text("{}", encoding="utf-8")
    command = "redesign watch lesson=obesity years=3 policy.radical.levers.envelope.cut=0.1"
    assert work.told_of(asked, tmp_path)["watch"] == command


def searched(sides, better="lower", second="higher"):
    """A lesson at three settings, with the side on which each of two outcomes comes out at each."""
    cells = [
        [{"side": side, "diff": 1.0, "low": 0.5, "high": 1.5 + k} for k, side in enumerate(each)] for each in sides
    ]
    outcomes = {
        "asked": {"title": "Crises", "better": better, "money": False, "cells": cells[0]},
        "other": {"title": "Trust", "better": second, "money": False, "cells": cells[1]},
    }
    return {
        "outcomes": outcomes,
        "arms": [{"title": "One"}, {"title": "Two"}],
        "positions": [[0], [1], [2]],
        "labels": [["10%", "20%", "30%"]],
        "lesson": {"sliders": [{"title": "How deep"}]},
    }


def test_a_search_finds_where_each_side_wins():
    told = searched([["same", "lower", "lower"], ["lower", "same", "same"]])
    found = search.each_side(told)
    assert found == {"first": ("other", 0), "second": ("asked", 1)}, (
        "the clearest win, by what is asked for if there is one"
    )
    one, two = search.in_words(told, found, checked=True)
    assert "Judged by “Crises”, One has no win at any of the 3 settings" in one
    assert "Why might that be" in one
    assert "Judged by “Trust” it wins here: “How deep” at 10%." in one
    assert two.startswith("Two wins here: “How deep” at 20%. It won again")


def test_a_search_that_finds_nothing_says_so_and_asks_why():
    told = searched([["same", "same", "same"], ["lower", "higher", "same"]], second="neither")
    found = search.each_side(told)
    assert found == {"first": None, "second": None}, "what is neither good nor bad wins nothing"
    assert all("has no win at any of the 3 settings" in words for words in search.in_words(told, found))
    assert all("Why might that be" in words for words in search.in_words(told, found))


def test_points_of_one_policy_alone_are_points_like_any_other(composed):
    """A policy that a slider does not touch gives the same runs, so that they are made once."""
    words, base, data = parts(composed["climate"])
    grid = grid_of(words, base, data)
    rest, _ = without(composed["climate"], lesson.OWN)
    first = [point for point in grid.points if point.arms == ("rationing",)]
    assert len(first) == len(words.sliders[0].values)
    plan = plans_of("lesson", rest, first[:1], check)[0]
    assert list(plan.policies) == ["rationing"]
