"""Every recipe of the page for contributors is followed to the letter in a copy of the project, and what it adds lives."""

import json
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from reading import FENCE, ROOT

PAGE = ROOT / "CONTRIBUTING.md"
RECIPES = ("A mechanism", "A measure", "A planning rule", "A lever")
PARTS = ("simulation", "configs", "experiments", "redesign", "tests", "docs", "benchmarks", "*.*")
MOST_FILES = 4
SMALL = ("place=teaching_town", "scale=0.1", "years=2", "replicates=1", "workers=1", "arms=[rationing,radical]")


def blocks_of(recipe):
    """The blocks of a recipe: language, name of a new file, text."""
    text = PAGE.read_text(encoding="utf-8")
    part = re.search(rf"^## {recipe}\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return [(found[1], found[2], found[3]) for found in FENCE.finditer(part[1])]


def follow(folder, *recipes):
    """Copies the project and does there what some recipes say."""
    copy = folder / "copy"
    copy.mkdir()
    for path in [found for part in PARTS for found in ROOT.glob(part) if not found.name.startswith(".")]:
        if path.is_dir():
            shutil.copytree(path, copy / path.name)
        else:
            shutil.copy(path, copy)
    for recipe in recipes:
        for language, name, text in blocks_of(recipe):
            if language == "diff":
                subprocess.run(["git", "apply", "-"], input=text, text=True, cwd=copy, check=True)
            elif name:
                assert not (copy / name).exists()
                (copy / name).write_text(text, encoding="utf-8")
    return copy


def python(copy, *words):
    """What Python prints in a copy; compiled rules and settled places of the copy stay with it."""
    own = {"PYTHONPATH": str(copy), "XDG_CACHE_HOME": str(copy / "cache"), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, *words], cwd=copy, env={**os.environ, **own}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_takes_at_most_four_files(recipe):
    named = [name for _, name, _ in blocks_of(recipe) if name]
    changed = re.findall(r"^\+\+\+ b/(.+)$", "".join(text for _, _, text in blocks_of(recipe)), flags=re.MULTILINE)
    assert 1 < len({*named, *changed}) <= MOST_FILES


STEP = """
import json, sys
from types import SimpleNamespace as Stand
import numpy as np
sys.path.insert(0, "docs")
import schedule
from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.evidence.register import entries
from simulation.month import phase_named

world = check(compose("compare", ["place=teaching_town"], [])).world
steps = phase_named("workforce").steps
morale = np.array([0.5, 1.0])
model = Stand(state=Stand(services=Stand(morale=morale)), world=Stand(config=world))
steps[-1].rule(model)
print(json.dumps({
    "steps": [step.name for step in steps],
    "months": [month for month in range(24) if steps[-1].when.holds(Stand(month=month))],
    "morale": morale.tolist(),
    "described": [line.what for line in schedule.month()],
    "high": [entry.high for entry in entries(world) if entry.key == "behaviour.workforce.winter_strain"],
}))
"""


@pytest.mark.slow
def test_a_mechanism_is_a_step_of_the_month_with_a_number_of_its_own(tmp_path):
    found = json.loads(python(follow(tmp_path, "A mechanism"), "-c", STEP))
    assert found["steps"] == ["remember_work", "employ", "bear_winter"]
    assert found["months"] == [8, 9, 10, 20, 21, 22]
    assert found["morale"] == pytest.approx([0.49, 0.98])
    assert "winter wears staff down" in found["described"]
    assert found["high"] == [0.05]


CUT = """
import json
import numpy as np
from experiments import cli
from simulation.mechanism.services.cuts import Lines, share_cut, turn_of

claim, floor = np.array([100.0, 100.0]), np.array([20.0, 60.0])
plans = {}
for cut in ("services_first", "others_first"):
    turn = np.array([turn_of(cut, is_service) for is_service in (True, False)])
    plans[cut] = share_cut(Lines(claim, floor, np.ones(2), claim, turn), 50.0)[0].tolist()
assert cli.main(["list", "structures"]) == 0
assert cli.main(["compare", "place=teaching_town", "behaviour.structure.cut=services_first", "--cfg", "job"]) == 0
print(json.dumps(plans))
"""


@pytest.mark.slow
def test_a_planning_rule_cuts_otherwise_and_can_be_chosen(tmp_path):
    *said, plans = python(follow(tmp_path, "A planning rule"), "-c", CUT).splitlines()
    assert json.loads(plans) == {"services_first": [50.0, 100.0], "others_first": [90.0, 60.0]}
    assert any(line.startswith("cut=services_first") for line in said)
    assert any(line.strip() == "cut: services_first" for line in said)


LEVER = """
from experiments import cli

review = "+policy.rationing.levers.peer_review={honesty: 0.8}"
assert cli.main(["list", "levers"]) == 0
assert cli.main(["evidence", "lever=peer_review"]) == 0
assert cli.main(["compare", "place=teaching_town", review, "--cfg", "job"]) == 0
"""


@pytest.mark.slow
def test_a_lever_is_listed_has_a_range_and_can_be_pulled_from_the_command_line(tmp_path):
    said = python(follow(tmp_path, "A lever"), "-c", LEVER)
    assert re.search(r"^peer_review +services review each other", said, flags=re.MULTILINE)
    assert re.search(r"lever\.peer_review\.honesty +J\n +0\.4 +\(0\.1 to 0\.8", said)
    assert re.search(r"peer_review:\n +honesty: 0\.8", said)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A copy in which every recipe was followed."""
    return follow(tmp_path_factory.mktemp("whole"), *RECIPES)


def compared(copy, name, *words):
    """The runs and the summary of a small comparison in a copy."""
    python(copy, "-m", "experiments.cli", "compare", *SMALL, f"out=results/{name}", *words)
    out = copy / "results" / name
    return pd.read_parquet(out / "runs.parquet").astype({"arm": str}), pd.read_csv(out / "summary.csv")


def of_arm(runs, arm):
    """The months of one arm."""
    return runs[runs["arm"] == arm].reset_index(drop=True)


@pytest.mark.slow
def test_everything_at_once_runs_and_does_what_it_says(whole):
    plain, summary = compared(whole, "plain")
    assert (plain["staff_left"] > 0).all()
    assert (summary.loc[summary["outcome"] == "staff_leaving", "radical"] > 0).all()
    reviewed, _ = compared(whole, "reviewed", "+policy.rationing.levers.peer_review={honesty: 0.8, hours: 1.0}")
    assert of_arm(reviewed, "radical").equals(of_arm(plain, "radical"))
    first_month = [of_arm(table, "rationing").iloc[0] for table in (reviewed, plain)]
    for measure in ("hours_available", "reported_performance"):
        assert first_month[0][measure] < first_month[1][measure], "reviews take hours, and are honest"
    change = of_arm(plain, "rationing")["morale"].diff()
    assert change[8] < change[7] - 0.005, "the first month of winter"
    first, _ = compared(whole, "first", "behaviour.structure.cut=services_first")
    posts = [of_arm(table, "rationing")["staff_funded"].iloc[-1] for table in (plain, first)]
    assert posts[1] < posts[0]
    assert "bear_winter" in python(whole, "-m", "experiments.cli", "compare", *SMALL, "profile=true")


@pytest.mark.slow
def test_what_is_asked_of_every_lever_number_step_and_choice_is_asked_of_these(whole):
    tests = ("test_levers.py", "test_month.py", "test_live_parameters.py", "test_structures.py")
    those = "test_levers or test_month or winter_strain or services_first or TestRules"
    done = python(whole, "-m", "pytest", *(f"tests/simulation/{name}" for name in tests), "-k", those)
    assert re.search(r"^\d{3,} passed", done.splitlines()[-1])
    zones = python(whole, "-m", "pytest", "tests/verification/test_levers_in_zones.py", "-k", "peer_review")
    assert re.search(r"^\d+ passed", zones.splitlines()[-1])


@pytest.mark.slow
def test_the_reference_has_what_was_added(whole):
    python(whole, "docs/generate.py")
    for page, word in {
        "explanation/odd.md": "winter wears staff down",
        "reference/numbers.md": "`workforce.winter_strain`",
        "reference/measures.md": "`staff_left`",
        "reference/outcomes.md": "`staff_leaving`",
        "reference/structures.md": "`services_first`",
        "reference/levers.md": "peer_review",
    }.items():
        assert word in (whole / "docs" / page).read_text(encoding="utf-8"), page
