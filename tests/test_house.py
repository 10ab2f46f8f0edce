"""The house as a newcomer finds it, read off the sources: rooms, floors, and what may import what."""

import ast
import collections
import re
import sys
from functools import cache
from pathlib import Path

import pytest

import experiments
from experiments.running import session

ROOT = Path(__file__).parents[1]
PACKAGES = ("simulation", "experiments", "configs", "redesign")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))

MOST_IN_A_FOLDER = 12
MOST_FLOORS = 8
MOST_IMPORTS_INSIDE = 30
MOST_SKIPS = 60
MOST_PARAMETERS = 8
LONG_MODULE, MOST_LONG_MODULES = 250, 12
MOST_FRAMES = 10

GROUND = ("errors", "regular_files", "storage", "text")
"""Rooms of `experiments` that everybody may use."""
MAY_IMPORT = {
    "errors": (),
    "regular_files": (),
    "storage": (),
    "text": (),
    "analysis": ("storage", "text"),
    "configuration": ("errors", "analysis"),
    "evidence": ("analysis", "configuration"),
    "results": ("configuration",),
    "running": ("analysis", "configuration", "evidence", "results"),
    "report": ("analysis", "results"),
    "questions": ("analysis", "configuration", "evidence", "results", "running", "report"),
    "lab": ("analysis", "configuration", "evidence", "results", "running", "questions"),
    "cli": ("analysis", "configuration", "evidence", "results", "running", "report", "questions"),
}
"""What each room of `experiments` may import from the others, the ground floor apart."""
KNOW_THE_WORLD = ("configuration", "evidence", "running", "questions", "lab", "cli")
"""Rooms that may import the simulation: to read configurations, to run it, to look into a run."""


def name_of(file):
    """A file's dotted name."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(file): file for file in FILES}


def room_of(name):
    """The room that a module is in: a folder or module right under `experiments`, or a package."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "experiments" and len(parts) > 1 else parts[0]


def first_party(target):
    """The module of ours that an import names."""
    while target and target not in MODULES:
        target = target.rpartition(".")[0]
    return target


@cache
def tree_of(file):
    """A file's syntax."""
    return ast.parse(file.read_text(encoding="utf-8"))


def for_type_checkers(tree):
    """What stands under `if TYPE_CHECKING`."""
    guarded = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    return {id(inner) for each in guarded for statement in each.body for inner in ast.walk(statement)}


def inside_functions(tree):
    """Everything inside a function."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {id(inner) for each in functions for inner in ast.walk(each) if inner is not each}


def imports_of(file, inside):
    """Modules of ours that a file imports, inside its functions or outside."""
    tree, found = tree_of(file), set()
    skipped, within = for_type_checkers(tree), inside_functions(tree)
    for node in ast.walk(tree):
        if id(node) in skipped or (id(node) in within) != inside:
            continue
        if isinstance(node, ast.Import):
            found |= {first_party(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {first_party(f"{node.module}.{alias.name}") for alias in node.names}
    return found - {"", name_of(file)}


@cache
def within():
    """What each module imports inside its functions."""
    return {name_of(file): imports_of(file, inside=True) for file in FILES}


@cache
def graph():
    """What each module imports."""
    return {name_of(file): imports_of(file, inside=False) | within()[name_of(file)] for file in FILES}


def depths(imported):
    """How many floors each node stands on; a circle is an error."""
    found, under = {}, []

    def depth(node):
        assert node not in under, f"a circle: {' -> '.join([*under, node])}"
        if node not in found:
            under.append(node)
            found[node] = 1 + max((depth(each) for each in sorted(imported[node])), default=0)
            under.pop()
        return found[node]

    for node in sorted(imported):
        depth(node)
    return found


def rooms():
    """The rooms, and what each imports."""
    found = collections.defaultdict(set)
    for module, imported in graph().items():
        found[room_of(module)] |= {room_of(each) for each in imported} - {room_of(module)}
    return found


def test_no_folder_is_crowded():
    folders = collections.Counter(file.parent for file in FILES if file.name != "__init__.py")
    assert {folder: count for folder, count in folders.items() if count > MOST_IN_A_FOLDER} == {}


@pytest.mark.unhurried
def test_rooms_stand_on_few_floors_and_in_no_circle():
    assert max(depths(rooms()).values()) <= MOST_FLOORS


@pytest.mark.unhurried
def test_modules_import_one_another_in_no_circle():
    depths(graph())


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_downwards(room):
    allowed = {f"experiments.{each}" for each in (*GROUND, *MAY_IMPORT[room])} if room not in GROUND else set()
    allowed |= {"configs", *(["simulation"] if room in KNOW_THE_WORLD else [])}
    assert rooms()[f"experiments.{room}"] <= allowed


def test_every_room_is_known():
    found = {room_of(name).partition(".")[2] for name in MODULES if name.startswith("experiments.")}
    assert found == set(MAY_IMPORT)


def test_no_question_imports_another():
    wrong = {}
    for name, imported in graph().items():
        own = name.split(".")[2] if name.startswith("experiments.questions.") and name.count(".") > 2 else None
        others = {each for each in imported if each.startswith("experiments.questions.") and each.count(".") > 2}
        if own and (strangers := {each for each in others if each.split(".")[2] != own}):
            wrong[name] = strangers
    assert wrong == {}


def test_imports_stand_at_the_top():
    inside = {name: imported for name, imported in within().items() if imported}
    assert sum(map(len, inside.values())) <= MOST_IMPORTS_INSIDE, inside


def test_the_formatter_is_seldom_told_to_look_away():
    assert sum(file.read_text(encoding="utf-8").count("fmt: skip") for file in FILES) <= MOST_SKIPS


def test_functions_take_few_parameters():
    many = {}
    for file, tree in ((file, tree_of(file)) for file in FILES):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and len(node.args.args) + len(node.args.kwonlyargs) > MOST_PARAMETERS:
                many[f"{name_of(file)}.{node.name}"] = len(node.args.args) + len(node.args.kwonlyargs)
    assert many == {}


def test_few_modules_are_long():
    long = [name_of(file) for file in FILES if file.read_text(encoding="utf-8").count("\n") > LONG_MODULE]
    assert len(long) <= MOST_LONG_MODULES, long


def test_nothing_that_travels_can_be_executed():
    """No pickle in anything that reads or writes results."""
    told = [file for file in FILES if re.search(r"\bpickle\b", file.read_text(encoding="utf-8"))]
    assert [file for file in told if file.is_relative_to(Path(experiments.__file__).parent)] == []


def calls_of(names):
    """Where functions or classes of these names are called."""
    return [
        f"{name_of(file)}:{node.lineno}"
        for file, tree in ((file, tree_of(file)) for file in FILES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names
    ]


@pytest.mark.unhurried
def test_work_is_handed_out_in_one_place():
    assert len(calls_of({"on_pools"})) == 1
    assert len(calls_of({"ProcessPoolExecutor"})) == 1
    assert calls_of({"on_pools"})[0].startswith("experiments.running.session")


@pytest.mark.slow
def test_few_frames_lie_between_the_command_and_a_month(tmp_path, monkeypatch):
    """Frames of ours, from the command to `step`, in a comparison on one worker."""
    from experiments import cli
    from simulation.model import PlaceModel

    seen, step = [], PlaceModel.step

    def looked_at(model):
        if model.month >= 0 and not seen:
            frame = sys._getframe(1)
            while frame:
                seen.append(frame.f_code.co_filename)
                frame = frame.f_back
        return step(model)

    monkeypatch.setattr(PlaceModel, "step", looked_at)
    monkeypatch.setattr(session, "ENGINE", "experiments.running.engine")
    words = ["place=teaching_town", "scale=0.1", "years=1", "replicates=1", "workers=1", f"out={tmp_path / 'out'}"]
    assert cli.main(["compare", *words]) == 0
    own = [name for name in seen if any(name.startswith(f"{ROOT / package}/") for package in PACKAGES)]
    assert len(own) <= MOST_FRAMES
