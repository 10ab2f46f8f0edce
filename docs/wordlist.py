"""The words of generated pages: descriptions kept beside the code, and how names, numbers and tables are written."""

from collections.abc import Iterable, Sequence
from functools import cache

import yaml
from sources import ROOT

DOCS = ROOT / "docs"
NOTE = "<!-- Written by docs/generate.py from the code and the configuration. Do not edit. -->"


@cache
def words(part: str) -> dict[str, str]:
    """Descriptions of one kind of name."""
    return dict(yaml.safe_load((DOCS / "descriptions.yaml").read_text(encoding="utf-8"))[part])


def described(part: str, names: Iterable[str], within: str = "") -> list[tuple[str, str]]:
    """Names with their words, of a part or of one table within it; stops where one is without the other."""
    found, known = list(dict.fromkeys(names)), words(part)
    known = known[within] if within else known  # type: ignore[assignment]
    lacking, stale = [n for n in found if n not in known], [n for n in known if n not in found]
    if lacking or stale:
        raise SystemExit(
            f"docs/descriptions.yaml, {part}{within and '.'}{within}: no words for {lacking}; words for nothing: {stale}"
        )
    return [(name, known[name]) for name in found]


def rows_of(part: str, names: Iterable[str]) -> dict[str, list[str]]:
    """Names with several words each, as units or reasons."""
    return dict(described(part, names))  # type: ignore[arg-type]


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [heading, ["---"] * len(heading), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def code(name: object) -> str:
    """A name as it is typed."""
    return f"`{name}`"
