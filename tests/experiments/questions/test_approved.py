"""What whole questions say, show and write, held against what somebody has read and approved.

Asked of the made-up world, so that nothing here changes with the model. When a change is meant, look at what
`git diff` shows after

    APPROVE=1 python -m pytest -m "" tests/experiments/questions/test_approved.py

and commit it with the change. Numbers go by five digits and drawings by tenths of a point: no machine's last digit matters.
"""

import hashlib
import html
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_country import lived

from experiments import cli
from experiments.questions.attribute import question as attribute
from experiments.questions.compare import question as compare
from experiments.questions.discover import question as discover
from experiments.questions.frontier import question as frontier
from experiments.questions.nation import question as nation
from experiments.questions.pilot import question as pilot
from experiments.questions.sensitivity import question as sensitivity
from experiments.questions.stress import question as stress
from experiments.questions.sweep import question as sweep

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


def masked(words, here):
    """Words without what differs from run to run: folders, times, sums of files, versions of packages."""
    words = words.replace(str(here), "HERE")
    for what, instead in (
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?\S*", "WHEN"),
        (r"\b\d{1,2} [A-Z][a-z]+ 20[23]\d\b", "DAY"),
        (r"\b[0-9a-f]{8,}\b", "HASH"),
        (r"\b\d+(\.\d+)? (s|seconds?|minutes?)\b", "SOME TIME"),
        (r"[━╸╺─]{3,}", "───"),
        (r"(?m)^(Source|Versions|Python|Platform|Seconds taken|Citizen-months a second)\n.*$", r"\1\n..."),
    ):
        words = re.sub(what, instead, words)
    return "\n".join(line.rstrip() for line in words.splitlines()).strip() + "\n"


def read_aloud(page):
    """The words of a page, a line for each piece."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", "", page)
    page = re.sub(r"(?s)<svg\b.*?</svg>", "\n[a drawing]\n", page)
    page = re.sub(r"(?s)<tbody\b.*?</tbody>", lambda rows: f"\n[{rows[0].count('<tr')} rows, {short(rows[0])}]\n", page)
    lines = (" ".join(line.split()) for line in html.unescape(re.sub(r"<[^>]+>", "\n", page)).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def fingerprint(column):
    """A column in one line: what its numbers come to, or that its words are the same."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = np.nan_to_num(column.to_numpy(dtype=float), posinf=1e9, neginf=-1e9)
        told = numbers[np.isfinite(column.to_numpy(dtype=float))]
        places = (np.arange(numbers.size) % 7 + 1) * numbers  # so that what has changed its row shows too
        return f"{column.isna().sum()} empty, sum {told.sum():.5g}, in order {places.sum():.5g}"
    return f"words {short(column.astype(str).str.cat(sep='|'))}"


def table_of(file):
    """What the columns of a table come to; those of a recording and of a drawing all in one."""
    table = pd.read_csv(file) if file.suffix == ".csv" else pd.read_parquet(file)
    columns = [f"  {name}: {fingerprint(table[name])}" for name in table]
    if file.suffix == ".parquet" or file.parent.name == "figures":
        columns = [f"  {len(columns)} columns, {short(' '.join(columns))}"]
    return [f"  {len(table)} rows", *columns]


def drawing_of(file):
    """Where everything stands in a drawing, in tenths of a point; a tenth is not cut where round numbers lie."""
    tenths = re.sub(r"-?\d+\.\d+", lambda number: str(int(float(number[0]) * 10 + 1000.37)), file.read_text())
    return [f"  {short(re.sub(r'[0-9a-z]{10,}', 'ID', tenths))}"]


def told_by(out):
    """What a folder of results holds: for every table what its columns come to, for every drawing where things stand."""
    lines = []
    for file in sorted(out.rglob("*")):
        if file.suffix in (".csv", ".parquet", ".svg") and file.is_file():
            lines += [str(file.relative_to(out)), *(drawing_of(file) if file.suffix == ".svg" else table_of(file))]
    return "\n".join(lines) + "\n"


def received(said, question, here):
    """What came of a question: its screen, its page and its files."""
    page = question.page(here / "out")
    return {
        "screen.txt": masked(said, here),
        "page.txt": masked(read_aloud(page), here),
        "files.txt": told_by(here / "out"),
    }


def hold_against(case, came):
    """Compares what came with what was approved, or approves it where that was asked for."""
    folder = APPROVED / case
    if os.environ.get("APPROVE"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in came.items():
            (folder / name).write_text(text, encoding="utf-8")
    for name, text in came.items():
        approved = (folder / name).read_text(encoding="utf-8")
        assert text.splitlines() == approved.splitlines(), f"{case}/{name} is not what was approved"


@pytest.mark.parametrize("case", CASES)
def test_a_question_says_shows_and_writes_what_was_approved(case, put, trouble, figures_drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    for name, value in ACTS.items():
        (trouble / name).write_text(value)
    question, settings = CASES[case]
    engine = "known_frontier" if case == "frontier" else "stand_in"
    said, complaint = put(question.QUESTION, engine, settings)
    hold_against(case, received(said + complaint, question.QUESTION, tmp_path))


def test_pilots_say_show_and_write_what_was_approved(tmp_path, monkeypatch, capsys, figures_drawn):
    monkeypatch.setenv("COLUMNS", "120")
    country, out = lived(tmp_path / "country"), tmp_path / "out"
    quick = ["zones=[6,12]", "judged=[2,6]", "drawn=20", "methods=[before_after,matched_difference,randomisation]"]
    assert cli.main(["pilot", f"nation={country}", *quick, "workers=1", f"out={out}"]) == 0
    hold_against("pilot", received(capsys.readouterr().out, pilot.QUESTION, tmp_path))
