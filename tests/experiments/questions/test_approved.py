"""What whole questions say, show and write, held against what somebody has read and approved.

Asked of the made-up world, so that nothing here changes with the model, but for what tells of single citizens, settles or
calibrates: that is of the real model in a hamlet, and is read again whenever results change. `approving` says how.
"""

from pathlib import Path

import pytest
from approving import hold_against, masked, read_aloud, told_by
from made_country import lived

from experiments import cli
from experiments.questions import question as asked
from experiments.questions.attribute import question as attribute
from experiments.questions.compare import question as compare
from experiments.questions.discover import question as discover
from experiments.questions.frontier import question as frontier
from experiments.questions.lesson import question as lesson
from experiments.questions.nation import question as nation
from experiments.questions.pilot import question as pilot
from experiments.questions.sensitivity import question as sensitivity
from experiments.questions.stress import question as stress
from experiments.questions.sweep import question as sweep
from experiments.running import session

pytestmark = pytest.mark.slow

APPROVED = Path(__file__).parent / "approved"
TRUST, POOLING = "behaviour.citizens.trust_start", "policy.radical.levers.pooling.strength"
CUT = "policy.*.levers.envelope.cut"
TWO = {"arms": ["rationing", "radical"], "replicates": 8, "years": 2, "workers": 1, "out": "out"}
THREE = {**TWO, "arms": ["status_quo", "rationing", "radical"], "contrast": ["radical", "rationing"]}
ACTS = {"has_parts": "1", "has_lives": "1", "trust_helps": "100", "trust_gladdens": "0.5"}
CASES = {
    "compare": (compare, {**THREE, "base": "status_quo", "replicates": 24, "population_luck": "nested"}),
    "compare_few": (compare, {**TWO, "replicates": 3, "years": 1}),
    "compare_across_evidence": (compare, {**TWO, "uncertainty": "evidence", "parameter_sets": 6, "years": 1}),
    "sweep": (sweep, {**TWO, "grid": {POOLING: [0, 0.5, 1], "seed": [1, 2]}}),
    "sensitivity": (
        sensitivity,
        {**TWO, "replicates": 4, "inputs": ["behaviour.citizens.*"], "trajectories": 4, "base_points": 16},
    ),
    "discover": (
        discover,
        {**TWO, "years": 1, "map": [TRUST, CUT], "ranges": {CUT: [0.2, 0.4]}, "steps": 3, "points": 24, "inputs": []},
    ),
    "stress": (
        stress,
        {
            **TWO,
            "replicates": 2,
            "objective": "crises",
            "inputs": ["behaviour.citizens.trust_*"],
            "evaluations": 10,
            "members": 5,
            "report_replicates": 8,
            "structures": ["cut", "management"],
        },
    ),
    "attribute": (attribute, {**TWO, "levers": ["pooling", "support", "freedom"], "years": 1}),
    "attribute_parts": (attribute, {**TWO, "among": "parts", "years": 1}),
    "nation": (nation, {**TWO, "scale": 0.1, "authorities": ["leeds", "york", "rutland"], "spread": "within"}),
    "frontier": (
        frontier,
        {
            **THREE,
            "free": {"rationing": ["eligibility.fit", "efficiency.yearly"], "radical": ["transition.fund"]},
            "budgets": [0.17, 0.4],
            "search_points": 3,
            "search_replicates": 2,
            "rounds": 1,
        },
    ),
}

HAMLET = ["place=teaching_town", "scale=0.1", "out=out"]
REAL = {
    "biography": ["biography", *HAMLET, "years=3", "age=65..", "need=later_life"],
    "watch": ["watch", "scale=0.05", "years=2", "out=out"],
    "patterns": [
        "patterns",
        "only=[regression_to_the_mean,hard_targets]",
        "scale=0.1",
        "replicates=3",
        "workers=1",
        "threads=1",
        "pattern.hard_targets.place=teaching_town",
        "pattern.regression_to_the_mean.place=teaching_town",
        "pattern.regression_to_the_mean.years=2",
        "out=out",
    ],
    "calibrate": [
        "calibrate",
        "waves=[40]",
        "sample=20",
        "keep=6",
        "replicates=2",
        "candidates=2000",
        "recovery_truths=2",
        "workers=1",
        "out=out",
    ],
}
"""Command lines of the real model."""


def received(said, question, here):
    """What came of a question: its screen, its page and its files."""
    page = question.page(here / "out")
    return {
        "screen.txt": masked(said, here),
        "page.txt": masked(read_aloud(page), here),
        "files.txt": told_by(here / "out"),
    }


@pytest.mark.parametrize("case", CASES)
def test_a_question_says_shows_and_writes_what_was_approved(case, put, trouble, figures_drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    for name, value in ACTS.items():
        (trouble / name).write_text(value)
    question, settings = CASES[case]
    engine = "known_frontier" if case == "frontier" else "stand_in"
    said, complaint = put(question.QUESTION, engine, settings)
    hold_against(APPROVED / case, received(said + complaint, question.QUESTION, tmp_path))


def test_pilots_say_show_and_write_what_was_approved(tmp_path, monkeypatch, capsys, figures_drawn):
    monkeypatch.setenv("COLUMNS", "120")
    country, out = lived(tmp_path / "country"), tmp_path / "out"
    quick = ["zones=[6,12]", "judged=[2,6]", "drawn=20", "methods=[before_after,matched_difference,randomisation]"]
    assert cli.main(["pilot", f"nation={country}", *quick, "workers=1", f"out={out}"]) == 0
    hold_against(APPROVED / "pilot", received(capsys.readouterr().out, pilot.QUESTION, tmp_path))


def test_a_lesson_says_shows_and_writes_what_was_approved(trouble, figures_drawn, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "ENGINE", "stand_in")
    for name, value in ACTS.items():
        (trouble / name).write_text(value)
    assert cli.main(["lesson", "obesity", "replicates=8", "years=2", "workers=1", "out=out"]) == 0
    said = capsys.readouterr()
    hold_against(APPROVED / "lesson", received(said.out + said.err, lesson.QUESTION, tmp_path))


@pytest.mark.parametrize("name", REAL)
def test_the_real_model_says_shows_and_writes_what_was_approved(name, tmp_path, monkeypatch, capsys, figures_drawn):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    assert cli.main(REAL[name]) == 0
    said = capsys.readouterr()
    hold_against(APPROVED / name, received(said.out + said.err, asked(name), tmp_path))
