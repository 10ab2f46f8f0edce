"""What the documentation says and shows is true: commands run, examples run, links lead somewhere, pages are fresh."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import cli, compare
from experiments.compose import compose, options_first
from experiments.options import folders_in

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
SMALL = ("place=teaching_town", "years=1", "replicates=2")
ELSEWHERE = {
    "pip": "the wheel is installed and run from another folder by .ci/run",
    "python": "the generated pages have a test of their own",
    "cmp": "follows a pair of runs; see the long test",
}
LIVED = re.compile(r"\b(issue|session|sandbox|helper|prompt)s?\b|/work/|/tmp/|/root/", flags=re.IGNORECASE)


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page, language):
    return [
        (found[2], found[3])
        for found in FENCE.finditer(page.read_text(encoding="utf-8"))
        if found[1] == language
    ]


def commands(page):
    """Every shell command of a page as words; `uv run` and its like are taken off."""
    lines = [
        line
        for _, text in blocks(page, "bash")
        for line in text.splitlines()
        if line and not line.startswith("#")
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


WITH_COMMANDS = [page for page in PAGES if blocks(page, "bash")]
WITH_PYTHON = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name_of)
def test_every_command_is_understood(page, tmp_path, monkeypatch, capsys):
    """Short commands run; comparisons are composed and checked down to the last key, and not simulated."""
    monkeypatch.chdir(tmp_path)
    write_files(page, tmp_path)
    for words in commands(page):
        if words[0] == "make":
            subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, check=True, capture_output=True)
        elif words[0] == "redesign" and words[1] == "compare" and not {"--cfg", "--help"} & set(words):
            folders, sweep = folders_in(words), "--multirun" in words
            given = [w for w in options_first(words[2:]) if "=" in w or w.startswith("~")]
            for override in given if not sweep else [re.sub(r"=([^,\[]+),.*", r"=\1", w) for w in given]:
                assert "=" in override or override.startswith("~")
            plain = [re.sub(r"=([^,\[{]+),.*", r"=\1", w) for w in given] if sweep else given
            assert compare.check(compose("compare", plain, folders)).policies
        elif words[0] == "redesign" and not (words[1] == "show" and words[2].startswith("place=")):
            assert cli.main(words[1:]) == 0, f"{' '.join(words)}: {capsys.readouterr().err}"
        else:
            assert words[0] in ("redesign", *ELSEWHERE), f"{name_of(page)}: what is '{words[0]}'?"


def test_a_comparison_from_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    first = next(w for w in commands(ROOT / "README.md") if "policy.radical.levers.pooling.strength=0" in w)
    assert cli.main([*small(first[1:]), "out=result"]) == 0, capsys.readouterr().err
    assert "Not a forecast" in " ".join(capsys.readouterr().out.split())
    listed = re.findall(
        r"^\| `([\w./]+)` \|", (DOCS / "reference" / "output-files.head.md").read_text(), flags=re.MULTILINE
    )
    assert listed
    for name in listed:
        assert (tmp_path / "result" / name).exists(), f"output-files.md promises {name}"


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name_of)
def test_every_command_runs(page, tmp_path, monkeypatch, capsys):
    """Everything is done for real, in the order of the page, small."""
    monkeypatch.chdir(tmp_path)
    write_files(page, tmp_path)
    for words in commands(page):
        if words[0] == "cmp":
            assert Path(words[1]).read_bytes() == Path(words[2]).read_bytes()
        if words[0] != "redesign":
            continue
        if words[1] == "compare" and not {"--cfg", "--help"} & set(words):
            words = small(words)
        elif words[1:3] == ["show", "place=croydon"]:
            words = ["redesign", "show", "place=teaching_town"]
        assert cli.main(words[1:]) == 0, f"{' '.join(words)}: {capsys.readouterr().err}"


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_python_examples_run(page, tmp_path, monkeypatch, capsys):
    """The blocks of a page run one after another, as in one notebook."""
    monkeypatch.chdir(tmp_path)
    if page.name == "sweep.md":
        for run in ("one", "two"):
            (tmp_path / "results" / run).mkdir(parents=True)
            lines = ["outcome,horizon,diff", "crises,1,-1", "public_spend,1,2"]
            (tmp_path / "results" / run / "summary.csv").write_text("\n".join(lines))
    namespace = {}
    for number, (_, text) in enumerate(blocks(page, "python")):
        exec(compile(text, f"{name_of(page)}, block {number + 1}", "exec"), namespace)
    assert capsys.readouterr().out


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
    found = LIVED.search(page.read_text(encoding="utf-8"))
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
    done = subprocess.run(
        command,
        cwd=copy,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 1
    assert "docs/reference/levers.md" in done.stdout
