"""The house rules that a reader relies on, read off the source: who may import whom, and what the world may not know."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from worlds import EVERY_DESIGN, PLACES, SHIPPED

import configs
import experiments
import simulation

WORLD = Path(simulation.__file__).parent
QUESTIONS = Path(experiments.__file__).parent
SETTINGS = Path(configs.__file__).parent
EVERY = sorted([*WORLD.rglob("*.py"), *QUESTIONS.rglob("*.py"), *SETTINGS.rglob("*.py")])

# What each part of the world may import from the rest of it, itself apart.
MAY_IMPORT = {
    "cache": set(),
    "compile": {"cache"},
    "draws": {"compile"},
    "parameters": set(),
    "policy": {"parameters"},
    "state": {"compile", "draws", "parameters"},
    "mechanism": {"compile", "draws", "parameters", "state", "policy.regime"},
    "observe": set(),
    "accounts": {"compile", "draws", "parameters", "state", "mechanism", "observe"},
}
LIBRARIES = {
    "mesa": {"simulation.agents", "simulation.model"},
    "numba": {"simulation.cache", "simulation.compile", "simulation.draws", "simulation.mechanism", "simulation.state"},
    "networkx": {"simulation.place", "simulation.run", "simulation.state.ties", "experiments.report"},
    "matplotlib": {"experiments.report"},
}
DRAWS = re.compile(r"^experiments\.questions\.\w+\.(\w+_)?figures?\b")
"""Modules of questions that draw, and so may import what it takes."""


def name_of(path):
    """A file's module name."""
    root = next(p for p in (WORLD, QUESTIONS, SETTINGS) if path.is_relative_to(p))
    parts = [root.name, *path.relative_to(root).with_suffix("").parts]
    return ".".join(part for part in parts if part != "__init__")


@cache
def tree_of(path):
    """A file's syntax."""
    return ast.parse(path.read_text())


@cache
def imports(path):
    """Every module a file imports when it runs (imports for type checkers alone are left out)."""
    found, skipped = set(), set()
    tree = tree_of(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            skipped |= {id(inner) for statement in node.body for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name, part):
    """Whether a module is a part or lies in it."""
    return name == part or name.startswith(f"{part}.")


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_the_world_is_layered(part):
    """draws <- state, policy (neither imports the other) <- mechanism (sees only the regime) <- accounts <- the rest."""
    files = [WORLD / f"{part}.py"] if (WORLD / f"{part}.py").exists() else sorted((WORLD / part).rglob("*.py"))
    assert files
    wrong = {}
    for path in files:
        own = {
            name.removeprefix("simulation.")
            for name in imports(path)
            if within(name, "simulation") and name != "simulation"
        }
        allowed = {part, *MAY_IMPORT[part]}
        stray = {name for name in own if not any(within(name, each) for each in allowed)}
        parents = {name for name in stray if any(within(each, name) for each in allowed)}
        if stray - parents:
            wrong[name_of(path)] = sorted(stray - parents)
    assert wrong == {}


def test_the_world_knows_nothing_of_questions_and_settings():
    for path in WORLD.rglob("*.py"):
        assert not any(within(name, "experiments") or within(name, "configs") for name in imports(path)), path


def test_mechanisms_see_regimes_and_never_policies_or_levers():
    for path in (WORLD / "mechanism").rglob("*.py"):
        seen = {name for name in imports(path) if within(name, "simulation.policy")}
        assert all(within(name, "simulation.policy.regime") or name == "simulation.policy" for name in seen), path


@pytest.mark.unhurried
@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_stay_where_they_belong(library):
    wrong = {
        name_of(path)
        for path in EVERY
        if any(within(name, library) for name in imports(path))
        and not any(within(name_of(path), allowed) for allowed in LIBRARIES[library])
        and not (library in ("matplotlib", "networkx") and DRAWS.match(name_of(path)))
    }
    assert wrong == set()


@pytest.mark.unhurried
@pytest.mark.parametrize("library", ["hydra", "omegaconf"])
def test_hydra_stays_with_the_questions(library):
    """It composes configurations; neither the world nor what runs, stores, analyses or reports ever sees it."""
    parts = ("analysis", "report", "lab", "running", "results")
    without = ("simulation", *(f"experiments.{part}" for part in parts))
    wrong = {
        name_of(path)
        for path in EVERY
        if any(within(name, library) for name in imports(path)) and any(within(name_of(path), part) for part in without)
    }
    assert wrong == set()


def test_analysis_reads_the_store_and_never_the_world():
    for path in (QUESTIONS / "analysis").rglob("*.py"):
        assert not any(within(name, "simulation") for name in imports(path)), path


def test_reports_read_analysis_and_never_the_world():
    for path in (QUESTIONS / "report").rglob("*.py"):
        assert not any(within(name, "simulation") for name in imports(path)), path


def test_the_world_reads_no_files():
    """Data comes in as configuration; only the compiler's cache and the world's own sources are looked at."""
    for path in WORLD.rglob("*.py"):
        if path.name in ("cache.py", "compile.py"):
            continue
        calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
        assert not {c for c in calls if re.search(r"\bopen$|read_text|read_bytes|read_csv|read_parquet|\.load$", c)}, (
            path
        )


@cache
def words_of(path):
    """The words of a file's code: names, attributes, arguments and strings that are not docstrings."""
    tree = tree_of(path)
    prose = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            prose.add(id(node.value))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            found |= set(re.findall(r"\w+", node.value))
    return found


@pytest.mark.parametrize("names", [SHIPPED, PLACES, EVERY_DESIGN], ids=["policy", "place", "design"])
def test_the_world_never_hears_a_name(names):
    """No policy, place or design is compared, or mentioned, anywhere in the world's code (docstrings may tell stories)."""
    heard = {name_of(path): words_of(path) & set(names) for path in WORLD.rglob("*.py")}
    assert {path: names for path, names in heard.items() if names} == {}


def test_challenges_are_data():
    """No challenge is named in the world's code, so a seventh is a file and no code. Labels of arguments do not count."""
    challenges = {path.stem for path in (SETTINGS / "challenge").glob("*.yaml")} - {"education"}  # also a domain
    heard = {name_of(path): words_of(path) & challenges for path in WORLD.rglob("*.py")}
    assert {path: names for path, names in heard.items() if names} == {}


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_every_file_says_what_it_is(path):
    assert (ast.get_docstring(tree_of(path)) or "").strip()


def test_every_public_function_and_class_says_what_it_does():
    silent = []
    for path in EVERY:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Module | ast.ClassDef):
                named = [inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.ClassDef)]
                public = [inner for inner in named if not inner.name.startswith("_")]
                silent += [f"{name_of(path)}.{inner.name}" for inner in public if not ast.get_docstring(inner)]
    assert silent == []
