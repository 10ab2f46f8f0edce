"""Sprinkles small mistakes over `experiments/`, one at a time, and says which of them the tests notice.

    make mutations                        60 mistakes, on copies of the tree
    make mutations ARGS="--count 5 --seed 2"

First all tests but the nightly ones run once, so that it is known which tests reach which line, processes that tests
start counted too; then each mistake is made and the tests that reach it run, the nearest in the tree first, until one
fails. What no test reaches, and what no test minds, has not been noticed; nor has what fails without the mistake too.
"""

import argparse
import ast
import base64
import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "experiments"
MOST_TESTS = 60  # of those that reach a line
LOOKS_AT_ALL = "test_approved.py"
PATIENCE = 600  # seconds; whatever takes longer has been noticed too
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


def pytest_runtest_setup(item):
    """What a process that a test starts reaches, the test has reached (pytest calls this: `-p mutate`)."""
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        told = json.loads(base64.b64decode(os.environ["COVERAGE_PROCESS_CONFIG"])) | {"context": item.nodeid}
        os.environ["COVERAGE_PROCESS_CONFIG"] = base64.b64encode(json.dumps(told).encode()).decode()


def mistaken(node):
    """What stands at a place with the mistake made."""
    if isinstance(node, ast.Compare):
        return ast.Compare(node.left, [OTHERWISE[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    if isinstance(node, ast.BinOp):
        return ast.BinOp(node.left, OTHERWISE[type(node.op)](), node.right)
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(OTHERWISE[type(node.op)](), node.values)
    if isinstance(node, ast.UnaryOp):
        return ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    return ast.Constant((not node.value) if isinstance(node.value, bool) else node.value + 1)


class Swap(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        """The new one where the old one stood."""
        return self.new if node is self.old else self.generic_visit(node)


def mistake(source, k):
    """The k-th mistake that can be made in a file: its line, the mistake in words, the file without and with it."""
    tree = ast.parse(source)
    node = places(tree)[k]
    wrong = mistaken(node)
    words = f"{ast.unparse(node)}  ->  {ast.unparse(wrong)}"
    without = ast.unparse(tree)
    return node.lineno, words, without, ast.unparse(Swap(node, wrong).visit(tree))


def failing(copy, tests):
    """Those of some tests that fail in the copy, up to the first; None where they took too long."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-rfE", "-p", "no:cacheprovider", "-m", "", *tests]
    here = {**os.environ, "PYTHONPATH": str(copy)}  # processes that tests start live by the mistake too
    try:
        done = subprocess.run(
            command, cwd=copy, env=here, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return (
        []
        if done.returncode == 0
        else (re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE) or tests)
    )


def reached(data):
    """By file of the source and line, the tests that reach it."""
    found = {}
    for file in data.measured_files():
        lines = data.contexts_by_lineno(file)
        _, _, within = file.rpartition(f"/{SOURCE}/")
        found[f"{SOURCE}/{within}"] = {
            line: sorted({each.partition("|")[0] for each in tests if each}) for line, tests in lines.items()
        }
    return found


def left_out(folder, names):
    """What is not copied: what a machine makes anywhere, and what runs and builds leave in the root."""
    own = {".git", ".venv", "results", "build", "dist"} if Path(folder) == ROOT else set()
    return {name for name in names if name in own or name == "__pycache__" or name.endswith("_cache")}


def nearest(tests, file, chance):
    """Some of the tests that reach a line: those of whole answers first, then those whose folders mirror the file's."""
    parts = file.parts

    def shared(test):
        folders = Path(test.partition("::")[0]).parts[1:]
        return sum(1 for mine, its in zip(parts, folders, strict=False) if mine == its)

    mixed = chance.sample(tests, len(tests))
    return sorted(mixed, key=lambda test: (LOOKS_AT_ALL in test, shared(test)), reverse=True)[:MOST_TESTS]


def judged(copy, file, without, wrong, some):
    """Whether some tests notice a mistake in a file of the copy."""
    if not some:
        return "NOT REACHED"
    target = copy / file
    before = target.read_text(encoding="utf-8")
    try:
        target.write_text(wrong, encoding="utf-8")
        fail = failing(copy, some)
        if fail == []:
            return "NOT NOTICED"
        target.write_text(without, encoding="utf-8")
        return "noticed" if failing(copy, fail or some) == [] else "FAILS WITHOUT IT TOO"
    finally:
        target.write_text(before, encoding="utf-8")


def main():
    """Makes the mistakes and counts."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--count", type=int, default=60)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--coverage", type=Path, help="a coverage file with contexts that is there already")
    asked = given.parse_args()
    kept = asked.coverage or ROOT / ".coverage"
    if asked.coverage is None:
        everything = ["-m", "not nightly", "-n", "auto", "--dist", "loadfile", "-p", "mutate"]
        everything += [f"--cov={SOURCE}", "--cov-branch", "--cov-context=test", "--cov-report="]
        here = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
        subprocess.run([sys.executable, "-m", "pytest", "-q", *everything], cwd=ROOT, env=here, check=False)
    data = coverage.CoverageData(str(kept))
    data.read()
    tests = reached(data)
    chance = random.Random(asked.seed)
    files = sorted((ROOT / SOURCE).rglob("*.py"))
    every = [(file, k) for file in files for k in range(len(places(ast.parse(file.read_text("utf-8")))))]
    drawn = chance.sample(every, asked.count)
    copies = queue.SimpleQueue()

    def tried(file, k, luck):
        line, words, without, wrong = mistake(file.read_text("utf-8"), k)
        here = file.relative_to(ROOT)
        some = nearest(tests.get(str(here), {}).get(line, []), here, random.Random(luck))
        copy = copies.get()
        try:
            how = judged(copy, here, without, wrong, some)
        finally:
            copies.put(copy)
        print(f"{how}  {here}:{line}  {words}  ({len(some)} tests)", flush=True)
        return how == "noticed"

    with tempfile.TemporaryDirectory() as folder:
        at_once = os.cpu_count() or 1
        for number in range(at_once):
            copies.put(Path(shutil.copytree(ROOT, Path(folder) / f"tree{number}", ignore=left_out)))
        with ThreadPoolExecutor(at_once) as threads:
            noticed = list(threads.map(tried, *zip(*drawn, strict=True), range(asked.count)))
    print(f"{sum(noticed)} of {asked.count} mistakes were noticed")


if __name__ == "__main__":
    main()
