"""The commands `redesign list` and `redesign show`: what there is to choose, and one of it in full."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from experiments.cli.arguments import Parser
from experiments.cli.places import search
from experiments.configuration import options
from experiments.errors import ConfigurationError, Fault, listed, nearest
from experiments.text.terminal import console

GROUP_OF = {"places": "place", "policies": "policy", "challenges": "challenge", "designs": "design"}
MOST_LETTERS = 170
"""Of a source, in a list; all of it is shown with the thing itself."""
AGAINST = "Against:"
KINDS = ("places", "policies", "levers", "challenges", "designs", "structures", "outcomes")
PLACES = "places"
Row = tuple[str, str, str, str]


def list_command(words: Sequence[str]) -> int:
    """Prints name, one line and source of everything of a kind, or of every kind."""
    about = "What there is to choose: name, one line and source of everything of a kind, or of every kind."
    examples = ("", "places policies", "places yorkshire")
    parser = Parser("list", "[kind ...|places WORD ...] [--config-dir FOLDER]", about, examples, listed(KINDS))
    asked, folders = parser.words_and_folders(words)
    if asked[:1] == [PLACES] and asked[1:] and not set(asked[1:]) & set(KINDS):
        search.show(console(), asked[1:])
        return 0
    for kind in asked:
        if kind not in KINDS:
            close = nearest(kind, KINDS)
            raise ConfigurationError(
                Fault(f"list {kind}", f"there are lists of {listed(KINDS)}", f"redesign list {close or KINDS[0]}")
            )
    page = console()
    for kind in asked or KINDS:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(kind, no_wrap=True, style="bold")
        table.add_column("")
        for name, line, source, origin in _rows(kind, folders):
            mine = "" if origin == options.SHIPPED else f"yours, {origin}; "
            table.add_row(name, Group(line, Padding(Text(_cut(mine + source), "dim"), (0, 0, 0, 2))))
        page.print(table)
        page.print("" if table.row_count else "  none yet\n")
        if kind == PLACES:
            page.print(f"{search.told()}\n")
    return 0


def _cut(text: str, most: int = MOST_LETTERS) -> str:
    """A source in a list: at most so many letters, with as much of what speaks against a thing as of what speaks for it."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    speaks_for, against, rest = line.partition(AGAINST)
    if against:
        return f"{_ended(speaks_for.strip(), most // 2)} {_ended((against + rest).strip(), most // 2)}"
    return _ended(line, most)


def _ended(line: str, most: int) -> str:
    """At most so many letters of a line, up to the end of a sentence or an item, or else of a word."""
    if len(line) <= most:
        return line
    ends = [found.start() for found in re.finditer(r"[.;] ", line[: most + 1])]
    whole = line[: ends[-1]] if ends and ends[-1] > most // 3 else line[:most].rsplit(" ", 1)[0].rstrip(",;:")
    return f"{whole} ..."


def _rows(kind: str, folders: Sequence[Any]) -> list[Row]:
    """Name, one line, source and origin of everything of a kind."""
    if kind == "levers":
        return _levers()
    if kind == "outcomes":
        return _outcomes()
    if kind == "structures":
        return _structures()
    rows = []
    for name, option in options.in_full(GROUP_OF[kind], folders).items():
        data = option.read()
        line = str(data.get("summary") or data.get("title") or "")
        rows.append((name, line, str(data.get("source", "")), option.origin))
    return rows


def _levers() -> list[Row]:
    """The levers, each from its own file, and where their numbers come from."""
    from experiments.evidence import lever_ranges
    from simulation.policy.levers import LEVERS

    return [
        (name, kind.summary, lever_ranges.sources(name) or f"redesign show lever={name}", options.SHIPPED)
        for name, kind in LEVERS.items()
    ]


def _structures() -> list[Row]:
    """Every choice of every disputed mechanism, the model's own first, as it is typed after `behaviour.structure.`."""
    from experiments.evidence import structural_alternatives

    return [
        (
            f"{name}={choice}",
            f"{about.summary}{' (as used)' * (choice == mechanism.used)}",
            f"{about.source} [{about.grade}]",
            options.SHIPPED,
        )
        for name, mechanism in structural_alternatives.mechanisms().items()
        for choice, about in mechanism.choices.items()
    ]


def _outcomes() -> list[Row]:
    """The catalogue of outcomes."""
    catalogue = options.Option("", "outcomes", options.shipped_root(), True).read()
    return [
        (
            name,
            f"{about['title']} ({about['unit']})",
            f"{about['family']}; redesign show outcome={name}",
            options.SHIPPED,
        )
        for name, about in catalogue.items()
    ]


def show_command(words: Sequence[str]) -> int:
    """Prints one place, policy, challenge, design, lever or outcome as it stands with all overrides."""
    from experiments.cli import show_option, show_place

    shown: dict[str, Callable[..., None]] = {
        "place": show_place.place,
        "policy": show_option.policy,
        "challenge": show_option.challenge,
        "design": show_option.design,
        "lever": show_option.lever,
        "outcome": show_option.outcome,
    }
    parser = Parser(
        "show",
        f"{'|'.join(f'{kind}=...' for kind in shown)} [override ...] [--config-dir FOLDER]",
        "One place, policy, challenge, design, lever or outcome in full, as it stands with all overrides.",
        ("place=croydon", "policy=radical policy.radical.levers.pooling.strength=0.5"),
        "what to show, as kind=name; overrides may follow",
    )
    asked, folders = parser.words_and_folders(words)
    kind, equals, name = asked[0].partition("=") if asked else ("", "", "")
    if kind not in shown or not equals or not name:
        close = nearest(kind, shown)
        raise ConfigurationError(
            Fault(
                f"show {' '.join(asked[:1])}".strip(),
                "say what to show, as kind=name",
                f"redesign show {close}=..." if close and asked else parser.fix,
            )
        )
    shown[kind](console(), name, asked[1:], folders)
    return 0


def evidence_command(words: Sequence[str]) -> int:
    """Prints every number of the model with its range, its source and who uses it."""
    from experiments.cli import list_evidence

    return list_evidence.answer(console(), words)
