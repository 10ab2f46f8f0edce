"""Reads the documentation as a reader would: pages, fenced blocks, commands, files to write."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", flags=re.MULTILINE | re.DOTALL)
SMALL = ("place=teaching_town", "years=1", "replicates=2")
SMALL_CALIBRATION = (
    "waves=[40]",
    "sample=20",
    "keep=5",
    "replicates=3",
    "candidates=2000",
    "recovery_truths=3",
    "worst=5",
    "cut=10.0",
)
ELSEWHERE = {
    "pip": "the wheel is installed and run from another folder by .ci/run",
    "python": "the generated pages have a test of their own",
    "cmp": "follows a pair of runs; see the long test",
}
EVERY_MACHINE_HAS = ("bin", "dev", "etc", "opt", "path", "proc", "sys", "usr", "var")
"""First parts of paths that say nothing of whose machine they were written on; /path/to/... is nobody's."""
MACHINE = re.compile(
    r"(?:^|(?<=[\s\"'`(\[{<=:,;|])|(?<=file://))"  # where a path may begin; not inside a link or an address
    r"(?:/(?!(?:"
    + "|".join(EVERY_MACHINE_HAS)
    + r")/)[A-Za-z][\w.+-]*/(?![gimsuy]+\b)[\w.+-]+"  # nor are flags of a pattern
    r"|(?<![\w:])[A-Z]:\\[A-Za-z]|~[a-z]\w*/)",  # a disk of Windows; somebody's own folder
    flags=re.MULTILINE,
)
"""A path that only one machine has: from the root on, two parts or more, and in no folder that every machine has."""
OTHERS = re.compile(r"\b(issue|session|sandbox|prompt)s?\b", flags=re.IGNORECASE)


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page, language):
    return [(found[2], found[3]) for found in FENCE.finditer(page.read_text(encoding="utf-8")) if found[1] == language]


def commands(page):
    """Every shell command of a page as words; `uv run` and its like are taken off."""
    lines = [
        line for _, text in blocks(page, "bash") for line in text.splitlines() if line and not line.startswith("#")
    ]
    words = [shlex.split(line, comments=True) for line in lines]
    return [each[2:] if each[:2] == ["uv", "run"] else each for each in words]


def write_files(page, folder):
    """Writes the files that a page shows, as a reader would."""
    for language in ("yaml", "csv"):
        for name, text in blocks(page, language):
            if name:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")


def small(words):
    """The same comparison, small: fewer years and replications, and the teaching town for a real place."""
    kept = [w for w in words if not re.match(r"(years|replicates|place=croydon)", w)]
    own = [w for w in words if w.startswith("place=") and w != "place=croydon"]
    return [*kept, *[w for w in SMALL if not (own and w.startswith("place="))]]
