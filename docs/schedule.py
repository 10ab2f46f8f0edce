"""The schedule of a month: its phases and steps as the model walks them, and what each step calls, read from its code."""

import ast
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from sources import SIMULATION, parsed

from simulation import month as plan_of_month
from simulation.month import Phase, Step

Place = tuple[str, str]  # module and name of a function, or of a method as Class.method
EXPANDED = ("april",)
"""What a step calls that is itself shown call by call; every other call is one line with words of its own."""
SILENT = ("hiring", "queue_bound", "by_blocks", "copy", "begin_month", "empty_line", "in_force", "nothing_seen")
"""Calls that only read, count or make room."""


class Line(NamedTuple):
    """One line of the schedule.

    Attributes:
        depth: 0 for a phase, 1 for a step, more for what a step calls.
        code: the name in the code; that of a phase is its own.
        what, who: in words; empty where the words are kept beside the code's name.
        condition: when, in words or as it is coded.
        draws: kinds of draw that it makes.
        rows: the table over whose rows a step goes.
    """

    depth: int
    code: str
    what: str
    who: str
    condition: str
    draws: tuple[str, ...]
    rows: str = ""


class Module(NamedTuple):
    """A module's functions, what its names refer to, and which names stand for draws."""

    functions: dict[str, ast.FunctionDef]
    imported: dict[str, str]  # name: module, or module.name
    draws: dict[str, str]  # constant: event


@cache
def modules() -> dict[str, Module]:
    """Every module of the simulation by its dotted name."""
    found = {}
    for path in sorted(SIMULATION.rglob("*.py")):
        parts = path.relative_to(SIMULATION.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = _module(parsed(path))
    return found


def _module(tree: ast.Module) -> Module:
    functions: dict[str, ast.FunctionDef] = {}
    imported: dict[str, str] = {}
    draws: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            functions |= {f"{node.name}.{m.name}": m for m in node.body if isinstance(m, ast.FunctionDef)}
        elif isinstance(node, ast.ImportFrom):
            imported |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Assign):
            draws |= _constants(node)
    return Module(functions, imported, draws)


def _constants(node: ast.Assign) -> dict[str, str]:
    """Constants that stand for draws: `ROOT = int(Event.ROOT)`, alone or in a row."""
    target = node.targets[0]
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    found = {}
    for name, value in zip(names, values, strict=False):
        events = _events(value)
        if isinstance(name, ast.Name) and len(events) == 1:
            found[name.id] = events[0]
    return found


def _events(node: ast.AST) -> list[str]:
    """Draws that an expression names itself, as `Event.ROOT`."""
    return [
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "Event"
    ]


@cache
def _owners() -> dict[str, Place]:
    """What the model's own parts are made of: `self.planner` is a plan.Planner."""
    found = {"ledger": ("simulation.accounts.ledger", "Ledger")}
    for node in ast.walk(modules()["simulation.model"].functions["PlaceModel.__init__"]):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target, made = node.targets[0], node.value.func
            if isinstance(target, ast.Attribute):
                where = _named(made, "simulation.model", "")
                if where:
                    found[target.attr] = where
    return found


def _named(node: ast.expr, module: str, inside: str) -> Place | None:
    """The function, method or class of the simulation that an expression names, if it does."""
    about = modules()[module]
    if isinstance(node, ast.Name):
        if node.id in about.functions:
            return module, node.id
        where, _, name = about.imported.get(node.id, "").rpartition(".")
        return (where, name) if where in modules() else None
    if not isinstance(node, ast.Attribute):
        return None
    owner = node.value
    if isinstance(owner, ast.Name) and owner.id == "self":
        return (module, f"{inside}.{node.attr}") if f"{inside}.{node.attr}" in about.functions else None
    if isinstance(owner, ast.Name) and about.imported.get(owner.id) in modules():
        return about.imported[owner.id], node.attr
    if isinstance(owner, ast.Attribute) and owner.attr in _owners():
        where, kind = _owners()[owner.attr]
        return where, f"{kind}.{node.attr}"
    return None


@cache
def draws_of(place: Place) -> frozenset[str]:
    """Every kind of draw that a function makes, itself or through what it calls."""
    found: set[str] = set()
    seen: set[Place] = set()
    waiting = [place]
    while waiting:
        module, name = waiting.pop()
        function = modules()[module].functions.get(name) if module in modules() else None
        if function is None or (module, name) in seen:
            continue
        seen.add((module, name))
        found |= set(_events(function))
        known = modules()[module].draws
        found |= {known[n.id] for n in ast.walk(function) if isinstance(n, ast.Name) and n.id in known}
        inside = name.rpartition(".")[0]
        waiting += [
            called for n in ast.walk(function) if isinstance(n, ast.Call) and (called := _named(n.func, module, inside))
        ]
    return frozenset(found)


def month() -> list[Line]:
    """The lines of a month: every phase, its steps in the order in which they are taken, and what they call."""
    found = []
    for number, phase in enumerate(plan_of_month.PHASES, 1):
        found += _of_phase(number, phase)
    return found


def _of_phase(number: int, phase: Phase) -> list[Line]:
    """A phase and its steps."""
    lines = [Line(0, phase.name, f"**{number} {phase.name.capitalize()}**: {phase.what}", "", "", ())]
    for step in phase.steps:
        lines += _of_step(step)
    return lines


def _of_step(step: Step) -> list[Line]:
    """A step, and what it calls where it is a function of the place that calls several things."""
    module, name = place_of(step.rule)
    code = f"{module.rpartition('.')[2]}.{name}"
    called = [] if step.context is not None else _calls((module, name), 2)
    condition = step.when.words if step.when else ""
    if len(called) == 1:  # the step is this call
        return [Line(1, called[0].code, step.what, step.who, condition, called[0].draws, step.rows)]
    drawn = () if called else tuple(sorted(draws_of((module, name))))
    return [Line(1, code, step.what, step.who, condition, drawn, step.rows), *called]


def place_of(rule: Callable[..., object]) -> Place:
    """Where a rule is written; a compiled one where its source is."""
    function = getattr(rule, "py_func", rule)
    return function.__module__, function.__qualname__


def _calls(place: Place, depth: int) -> list[Line]:
    """What a function calls in the world's mechanisms and accounts, in the order of its code."""
    module, name = place
    if module not in modules() or name not in modules()[module].functions:
        return []
    return _of_body(modules()[module].functions[name].body, module, name.rpartition(".")[0], depth, "")


def _of_body(body: list[ast.stmt], module: str, inside: str, depth: int, condition: str) -> list[Line]:
    found: list[Line] = []
    for statement in body:
        if isinstance(statement, ast.If):
            found += _of_body(statement.body, module, inside, depth, ast.unparse(statement.test))
            found += _of_body(statement.orelse, module, inside, depth, condition)
        elif isinstance(statement, ast.For):
            found += _of_body(statement.body, module, inside, depth, condition)
        elif not isinstance(statement, ast.FunctionDef):
            calls = [n for n in ast.walk(statement) if isinstance(n, ast.Call)]
            for call in sorted(calls, key=lambda n: (n.end_lineno or 0, n.end_col_offset or 0)):
                found += _of_call(call, module, inside, depth, condition)
    return found


def _of_call(call: ast.Call, module: str, inside: str, depth: int, condition: str) -> list[Line]:
    """One call: nothing, one line, or the lines of what it expands."""
    by_blocks = isinstance(call.func, ast.Attribute) and call.func.attr == "by_blocks" and call.args
    place = _named(call.args[0] if by_blocks else call.func, module, inside)
    if place is None or place[0] not in modules() or place[1] not in modules()[place[0]].functions:
        return []
    where, name = place
    short = name.rpartition(".")[2]
    ours = where.startswith(("simulation.mechanism", "simulation.accounts"))
    if short in SILENT or short == "__init__" or not ours:
        return []
    drawn = () if short in EXPANDED else tuple(sorted(draws_of(place)))
    line = Line(depth, f"{where.rpartition('.')[2]}.{short.lstrip('_')}", "", "", condition, drawn)
    return [line, *(_calls(place, depth + 1) if short in EXPANDED else [])]
