"""Links lead somewhere, generated pages are fresh, and pages speak of the project only."""

import re
import shutil
import subprocess
import sys

import pytest
from reading import DOCS, FENCE, MACHINE, OTHERS, PAGES, ROOT, name_of


def anchors(page):
    """The anchors that a page's headings have on the usual hosts."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{name_of(page)} links to {target}"
        assert not anchor or anchor in anchors(found), (
            f"{name_of(page)} links to {target}, which has no such heading"
        )


def test_every_page_can_be_reached():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                waiting.append((page.parent / target).resolve())
    lost = {page for page in PAGES if not page.name.endswith(".head.md")} - seen
    assert not lost, [name_of(page) for page in lost]


@pytest.mark.parametrize("page", [*PAGES, *DOCS.glob("*.py"), DOCS / "descriptions.yaml"], ids=name_of)
def test_pages_speak_of_the_project_only(page):
    """Generated pages may quote a source that speaks of sessions; nobody else needs the word."""
    text = page.read_text(encoding="utf-8")
    found = MACHINE.search(text) or ("Written by docs/generate.py" not in text and OTHERS.search(text))
    assert not found, f"{name_of(page)} says '{found[0]}'"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_bash_is_the_only_shell_and_fences_are_known(page):
    known = {"bash", "python", "yaml", "csv", "text"}
    opened = re.findall(r"^```(\S+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(opened) <= known


def test_generated_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"run: python docs/generate.py\n{done.stdout}{done.stderr}"


def test_a_stale_page_is_noticed(tmp_path):
    copy = tmp_path / "project"
    for part in ("docs", "configs", "experiments", "simulation"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", copy)
    page = copy / "docs" / "reference" / "levers.md"
    page.write_text(page.read_text(encoding="utf-8").replace("0.286", "0.3"), encoding="utf-8")
    command = [sys.executable, "docs/generate.py", "--check"]
    paths = {"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, env=paths)
    assert done.returncode == 1
    assert "docs/reference/levers.md" in done.stdout
