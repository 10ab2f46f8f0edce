"""Sprinkles small mistakes over `experiments/`, one at a time, and says which of them the tests notice.

    make mutations                        60 mistakes, on a copy of the tree
    make mutations ARGS="--count 5 --seed 2"

First all tests that are not slow run once, so that it is known which tests reach which line; then each mistake is made
and the tests that reach it run until one fails. What no test reaches, and what no test minds, has not been noticed; nor
has what fails without the mistake too.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "experiments"
MOST_TESTS = 40  # of those that reach a line
PATIENCE = 300  # seconds; whatever takes longer has been noticed too
OTHERWISE = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


def places(tree):
    """Everything inside functions that a small mistake can be made of; annotations and docstrings apart."""
    found = []
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
        for node in [inner for statement in function.body for inner in ast.walk(statement)]:
            comparison = isinstance(node, ast.Compare) and type(node.ops[0]) in OTHERWISE
            operation = isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in OTHERWISE
            number = isinstance(node, ast.Constant) and type(node.value) in (int, bool)
            negation = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
            if comparison or operation or number or negation:
                found.append(node)
    return found


def made(node):
    """The mistake at a place, in words; the tree is changed."""
    before = ast.unparse(node)
    if isinstance(node, ast.Compare):
        node.ops[0] = OTHERWISE[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp | ast.BoolOp):
        node.op = OTHERWISE[type(node.op)]()
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd()
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    else:
        node.value = (not node.value) if isinstance(node.value, bool) else node.value + 1
    return f"{before}  ->  {ast.unparse(node)}"


def pytest(copy, *words):
    """Runs tests in the copy; returns how it ended, as pytest says."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *words]
    here = {**os.environ, "PYTHONPATH": str(copy)}  # processes that tests start live by the mistake too
    try:
        return subprocess.run(
            command, cwd=copy, env=here, capture_output=True, timeout=PATIENCE, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return -1


def reached(data):
    """By file and line, the tests that reach it."""
    found = {}
    for file in data.measured_files():
        lines = data.contexts_by_lineno(file)
        found[file] = {
            line: sorted({each.partition("|")[0] for each in tests if each}) for line, tests in lines.items()
        }
    return found


def left_out(folder, names):
    """What is not copied: what a machine makes anywhere, and what runs and builds leave in the root."""
    own = {".git", ".venv", "results", "build", "dist"} if Path(folder) == ROOT else set()
    return {name for name in names if name in own or name == "__pycache__" or name.endswith("_cache")}


def minds(copy, target, source, some):
    """Whether any of some tests fails with a file that reads so."""
    target.write_text(source, encoding="utf-8")
    return pytest(copy, "-m", "", *some) != 0


def main():
    """Makes the mistakes and counts."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--count", type=int, default=60)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--coverage", type=Path, help="a coverage file with contexts that is there already")
    asked = given.parse_args()
    kept = asked.coverage or ROOT / ".coverage"
    if asked.coverage is None:
        everything = [
            "-m",
            "not slow",
            "-n",
            "auto",
            f"--cov={SOURCE}",
            "--cov-branch",
            "--cov-context=test",
            "--cov-report=",
        ]
        subprocess.run([sys.executable, "-m", "pytest", "-q", *everything], cwd=ROOT, check=False)
    data = coverage.CoverageData(str(kept))
    data.read()
    tests = reached(data)
    chance = random.Random(asked.seed)
    files = sorted((ROOT / SOURCE).rglob("*.py"))
    every = [(file, k) for file in files for k in range(len(places(ast.parse(file.read_text("utf-8")))))]
    unnoticed = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=left_out)
        for number, (file, k) in enumerate(chance.sample(every, asked.count), 1):
            tree = ast.parse(file.read_text("utf-8"))
            node, target = places(tree)[k], copy / file.relative_to(ROOT)
            who = tests.get(str(file), {}).get(node.lineno, [])
            some = chance.sample(who, min(MOST_TESTS, len(who)))
            without = ast.unparse(tree)
            words = made(node)
            failed = bool(some) and minds(copy, target, ast.unparse(tree), some)
            noticed = failed and not minds(copy, target, without, some)
            shutil.copy(file, target)
            where = f"{file.relative_to(ROOT)}:{node.lineno}"
            how = "noticed" if noticed else "FAILS WITHOUT IT TOO" if failed else "NOT NOTICED"
            print(f"{number:3} {how}  {where}  {words}  ({len(who)} tests)", flush=True)
            unnoticed += [] if noticed else [where]
    print(f"{asked.count - len(unnoticed)} of {asked.count} mistakes were noticed")


if __name__ == "__main__":
    main()
