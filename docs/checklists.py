"""Writes reporting checklists, and the index from the pages that there are."""

import re
from typing import Any

import yaml
from wordlist import DOCS, table

from experiments.questions.patterns.page import anchor as anchor_of

NOTE = "<!-- Written by docs/generate.py from docs/checklists.yaml. Do not edit. -->"
KINDS = {
    "tutorials": ("tutorial.md", "tutorials/*.md"),
    "how-to": ("how-to/*.md",),
    "lessons": ("lessons/*.md",),
    "reference": ("reference/*.md",),
    "explanation": ("explanation/*.md", "TRACE.md"),
}
"""The kinds of page, and where each lies."""
HALF = ".head.md"
"""Ends the names of files that are only the beginning of a page."""


def checklist(name: str) -> dict[str, Any]:
    """One checklist: its title, its source, and its items."""
    found: dict[str, Any] = yaml.safe_load((DOCS / "checklists.yaml").read_text(encoding="utf-8"))[name]
    return found


def answer(item: dict[str, Any], up: str = "../") -> str:
    """What an item's answer is and where; `up` leads to docs/ from where it is written."""
    links = ", ".join(_link(link, up) for link in item.get("see", []))
    return f"{item['answer'].rstrip('.')}{links and f' ({links})'}."


def _link(link: str, up: str) -> str:
    """A link to what is named from docs/, under its heading's own words."""
    path, _, anchor = link.partition("#")
    name = path.rpartition("/")[2].removesuffix(".md")
    label = f"{name}: {heading(path, anchor)}" if anchor else name
    return f"[{label}]({up}{link})"


def heading(path: str, anchor: str) -> str:
    """The words of the heading that an anchor leads to."""
    heads = re.findall(r"^#+ (.+)$", (DOCS / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [head for head in heads if anchor_of(head) == anchor]
    if not found:
        raise SystemExit(f"docs/checklists.yaml: {path} has no heading #{anchor}")
    return str(found[0])


def sentence(name: str) -> str:
    """A sentence in a page of docs/, with the pages that it leads to."""
    return answer(checklist("sentences")["items"][name], up="") + "\n"


def page(name: str) -> str:
    """A whole checklist, with how many of its items are answered."""
    found = checklist(name)
    items = found["items"]
    states = {number: item.get("state", "answered") for number, item in items.items()}
    count = {word: list(states.values()).count(word) for word in found["states"]}
    summary = ", ".join(f"{number} {word}" for word, number in count.items() if number)
    lines = [f"# {found['title']}\n", NOTE, f"\n{found['about'].strip()}\n", f"**{len(items)} lines: {summary}.**\n"]
    rows = [(number, item["asks"], states[number], answer(item)) for number, item in items.items()]
    return "\n".join([*lines, table(("item", "asks for", "state", "answer"), rows)])


def title_of(path: str) -> str:
    """A page's own first heading."""
    found = re.search(r"^# (.+)$", (DOCS / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return found[1] if found else path


def pages_of(kind: str) -> list[str]:
    """The pages of a kind, as paths from docs/."""
    found = [path for pattern in KINDS[kind] for path in sorted(DOCS.glob(pattern))]
    return [path.relative_to(DOCS).as_posix() for path in found if not path.name.endswith(HALF)]


def index(kind: str) -> str:
    """A list of the pages of a kind, by their titles."""
    return "\n" + "".join(f"- [{title_of(path)}]({path})\n" for path in pages_of(kind))
