"""Reads what the documentation says about the code from the code itself: fields, comments, assignments, draws."""

import ast
import inspect
import io
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIMULATION = ROOT / "simulation"
MAKERS, SETTLING = (SIMULATION / "build.py", SIMULATION / "state" / "people.py"), SIMULATION / "settling"


def parsed(path: Path) -> ast.Module:
    """A source file as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _comments(path: Path) -> dict[int, str]:
    """Every comment of a file by its line."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    found = {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}
    return {line: text for line, text in found.items() if not text.startswith(("noqa", "fmt:", "type:"))}


def figures_of(path: Path) -> list[str]:
    """The names under which a module saves its figures; their varying parts in braces."""
    tree = parsed(path)
    named = {ast.unparse(n.targets[0]): n.value for n in tree.body if isinstance(n, ast.Assign)}
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "save"]
    found = [named.get(ast.unparse(call.args[-1]), call.args[-1]) for call in calls]
    return [re.sub(r"^f?'|'$", "", ast.unparse(name)) for name in found]


def fields(path: Path, name: str) -> list[tuple[str, str, str]]:
    """Name, type and comment of every field of a class."""
    comments = _comments(path)
    for node in parsed(path).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return [
                (
                    each.target.id,
                    ast.unparse(each.annotation),
                    "; ".join(comments[k] for k in range(each.lineno, (each.end_lineno or 0) + 1) if k in comments),
                )
                for each in node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
    raise LookupError(f"{path} has no class {name}")


def classes(path: Path) -> list[tuple[str, str]]:
    """Name and first line of every class of a file that has fields."""
    found = []
    for node in parsed(path).body:
        if isinstance(node, ast.ClassDef) and any(isinstance(each, ast.AnnAssign) for each in node.body):
            found.append((node.name, (ast.get_docstring(node) or "").splitlines()[0]))
    return found


def attributes(docstring: str) -> dict[str, str]:
    """The Attributes section of a Google docstring."""
    _, _, section = inspect.cleandoc(docstring).partition("Attributes:\n")
    found: dict[str, str] = {}
    for line in section.splitlines():
        if entry := re.match(r" {4}(\w+): (.+)", line):
            found[entry[1]] = entry[2]
        elif line.startswith(" " * 8) and found:
            found[list(found)[-1]] += " " + line.strip()
        elif line.strip():
            break
    return found


def _columns_in(node: ast.expr, known: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Which columns of which table an expression such as `s.people.level[i, c]` names."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if not isinstance(node, ast.Attribute):
        return set()
    owner = node.value
    table = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return {(table, node.attr)} if table in known and node.attr in known[table] else set()


def assigned(known: dict[str, set[str]]) -> set[tuple[str, str]]:
    """The columns that code of the world assigns to by name, that apart which makes a place and lets it settle.

    What is written under another name is not seen; so this says that a column changes, never that it does not.
    """
    files = [path for path in sorted(SIMULATION.rglob("*.py")) if path not in MAKERS and SETTLING not in path.parents]
    return {column for path in files for column in _written(parsed(path), known)}


def _written(tree: ast.Module, known: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Every column that some statement of a module writes to."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple) and isinstance(node.target, ast.Name):
            stores = [t for s in ast.walk(node) for t in _targets(s) if isinstance(t, ast.Subscript)]
            if any(isinstance(t.value, ast.Name) and t.value.id == node.target.id for t in stores):
                for element in node.iter.elts:
                    found |= _columns_in(element, known)
        for target in _targets(node):
            if isinstance(target, ast.Subscript):
                found |= _columns_in(target, known)
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "out":
                    found |= _columns_in(keyword.value, known)
    return found


def _targets(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns to, tuples taken apart."""
    if isinstance(node, ast.Assign):
        given = list(node.targets)
    elif isinstance(node, ast.AugAssign):
        given = [node.target]
    else:
        return []
    return [part for target in given for part in (target.elts if isinstance(target, ast.Tuple) else [target])]


def drawn_in() -> dict[str, list[str]]:
    """The modules that make each kind of draw."""
    found: dict[str, set[str]] = {}
    for path in sorted(SIMULATION.rglob("*.py")):
        for name in re.findall(r"\bEvent\.([A-Z_]+)", path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(path.stem)
    return {name: sorted(modules) for name, modules in found.items()}
