"""The page on verification names tests that exist, answers every line that it should, and leaves no test here unnamed."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "verification.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)((?:::\w+)*)`", PAGE.read_text(encoding="utf-8"))))
LINES = [*(f"R{k}" for k in range(1, 12)), *(f"N{k}" for k in range(1, 9))]
CONDITIONS = (
    "demand 0",
    "capacity without end",
    "capacity 0",
    "budget",
    "effects",
    "one person",
    "high need",
    "turnover",
    "discount rate",
    "one step",
    "prices",
    "people × 2",
    "step halved",
    "relabelled",
    "shock",
    "people",
    "cases",
    "money",
    "staff hours",
    "two ledgers",
    "report = log",
    "raises a wait",
    "threshold",
    "unit cost",
    "merged",
    "unused lever",
    "net benefit",
    "Erlang C",
    "Erlang A",
    "p_return",
    "stationary",
    "logistic",
    "stock-and-flow",
)


def defined(path):
    """The names of a module's tests: functions, classes, and functions of classes."""
    names = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return names


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda value: value.rpartition("/")[2])
def test_every_named_test_exists(path, name):
    assert (ROOT / path).exists(), f"{path} is gone"
    assert not name or name.removeprefix("::") in defined(path), f"{path} has no {name}"


def test_every_line_is_answered():
    """Each id has a row of its own that names a test."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    for line in LINES:
        assert any(row.startswith(f"| {line} |") and "`tests/" in row for row in rows), f"nothing answers {line}"
    table = "\n".join(rows)
    assert [words for words in CONDITIONS if words not in table] == []


def test_every_module_here_is_on_the_page():
    here = {path.name for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    assert here == {Path(path).name for path, _ in NAMED if "verification" in path and "/test_" in path}


def test_known_failures_are_those_that_are_expected_to_fail():
    """Whatever is marked xfail here stands on the page under known failures, and nothing else does."""
    known = PAGE.read_text(encoding="utf-8").partition("## Known failures")[2]
    marked = {
        f"tests/verification/{path.name}::{name}"
        for path in Path(__file__).parent.glob("test_*.py")
        for name in re.findall(r"xfail\(.*?\ndef (test_\w+)", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if path != Path(__file__)
    }
    assert marked == set(re.findall(r"`(tests/[^`]+)`", known))
