"""Writes the pages that can be read off the code and the configuration.

python docs/generate.py            writes them
python docs/generate.py --check    says which are stale, and writes nothing
"""

import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import answer
import checklists
import depth
import pages_of_choices
import pages_of_numbers
import pages_of_results
import parts_of_pages
import presets
import zones
from sources import ROOT, SIMULATION
from wordlist import DOCS

COLUMNS = SIMULATION / "state" / "columns.py"
PAGES: dict[str, Callable[[], str]] = {
    "reference/measures.md": pages_of_results.measures,
    "reference/outcomes.md": pages_of_results.outcomes,
    "reference/levers.md": pages_of_choices.levers,
    "reference/ledger.md": pages_of_results.ledger,
    "reference/output-files.md": pages_of_results.output_files,
    "reference/settings.md": pages_of_choices.settings,
    "reference/numbers.md": pages_of_numbers.numbers,
    "reference/structures.md": pages_of_choices.structures,
    "explanation/assumptions.md": pages_of_numbers.assumptions,
    "reference/stress-abs.md": partial(checklists.page, "stress"),
    "reference/cheers.md": partial(checklists.page, "cheers"),
}
BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "explanation/odd.md": {
        "citizens": lambda: parts_of_pages.entity("People", COLUMNS, "people"),
        "services": lambda: parts_of_pages.entity("Services", COLUMNS, "services"),
        "agencies": lambda: parts_of_pages.entity("Agencies", SIMULATION / "state" / "agencies.py", "agencies"),
        "tested": parts_of_pages.tested,
        "month": parts_of_pages.month,
        "events": parts_of_pages.events,
        "headlines": parts_of_pages.origins,
        "parameters": parts_of_pages.parameters,
    },
    "explanation/would-the-zones-have-shown-it.md": {
        "said": zones.said,
        "methods": zones.methods,
        "ways": zones.ways,
        "chosen luck": zones.chosen_luck,
        "enough": zones.enough,
        "published": zones.published,
    },
    "explanation/answer.md": {
        "outcomes": answer.by_outcome,
        "parts": answer.parts,
        "needs": answer.needs,
        "designs": answer.of_designs,
        "one by one": answer.one_by_one,
        "savings": answer.of_savings,
    },
    "explanation/limits.md": {"judged": pages_of_numbers.judged, "misses": parts_of_pages.misses},
    "explanation/where-radical-loses.md": {"by depth": depth.by_depth, "parts by depth": depth.parts_by_depth},
    "TRACE.md": {
        "patterns": parts_of_pages.patterns,
        **{name: partial(checklists.sentence, name) for name in ("verified", "calibrated", "analysed", "corroborated")},
    },
    "how-to/lab.md": {"presets": presets.table},
    "README.md": {kind: partial(checklists.index, kind) for kind in checklists.KINDS},
    "../README.md": {"answer": parts_of_pages.answer},
    "explanation/reading-a-comparison.md": {"screen": parts_of_pages.screen},
}


def _with_blocks(text: str, blocks: dict[str, Callable[[], str]]) -> str:
    """A page with its generated parts written anew."""
    for name, make in blocks.items():
        mark = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", flags=re.DOTALL)
        if not mark.search(text):
            raise SystemExit(f"no place for the generated part '{name}'")
        content = make()
        text = mark.sub(lambda found, content=content: f"{found[1]}{content}{found[2]}", text)
    return text


def pages() -> dict[Path, str]:
    """Every generated page as it should be."""
    whole = {DOCS / name: make() for name, make in PAGES.items()}
    parts = {}
    for name, blocks in BLOCKS.items():
        path = (DOCS / name).resolve()
        parts[path] = _with_blocks(path.read_text(encoding="utf-8"), blocks)
    return {path: text.rstrip() + "\n" for path, text in (whole | parts).items()}


def stale(found: dict[Path, str]) -> list[Path]:
    """The pages that are not as they should be."""
    return [path for path, text in found.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main(words_given: Sequence[str]) -> int:
    """Writes or checks the pages."""
    found = pages()
    old = stale(found)
    checking = "--check" in words_given
    for path in old if not checking else []:
        path.write_text(found[path], encoding="utf-8")
    print("\n".join(path.relative_to(ROOT).as_posix() for path in old) or "nothing is stale")
    return int(bool(old) and checking)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
