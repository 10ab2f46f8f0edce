"""Links lead somewhere, generated pages are fresh, and pages speak of the project only."""

import re
from typing import Annotated

import pytest
from pydantic import Field
from reading import CODE, DOCS, FENCE, MACHINE, OTHERS, PAGES, ROOT, name_of

from experiments.configuration.declared import Setting
from simulation.parameters.quantity import Strict


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
        assert not anchor or anchor in anchors(found), f"{name_of(page)} links to {target}, which has no such heading"


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
    """Generated pages may quote a source that speaks of sessions; nobody else needs the word, names in code apart."""
    text = page.read_text(encoding="utf-8")
    prose = CODE.sub("", text) if page.suffix == ".md" else text
    found = MACHINE.search(text) or ("Written by docs/generate.py" not in text and OTHERS.search(prose))
    assert not found, f"{name_of(page)} says '{found[0]}'"


NAMES_ARRAYS = "tests/experiments/results/test_settled_places.py"
"""Arrays of a settled place are named as paths from its root, which look like those of a disk."""


@pytest.mark.parametrize("folder", ["simulation", "experiments", "configs", "docs", "tests", "benchmarks"])
def test_no_file_names_a_place_on_one_machine(folder):
    """Code, configuration and data kept as text; pages for a browser are others' work, and shortened."""
    kinds = {".py", ".yaml", ".yml", ".md", ".csv", ".json", ".txt", ".toml"}
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in kinds and name_of(path) != NAMES_ARRAYS]
    named = {name_of(path): found[0] for path in files if (found := MACHINE.search(path.read_text("utf-8")))}
    assert files
    assert not named


ROOT_OF_ALL = "/"
"""Examples are put together below, so that this file has none of the paths that it looks for."""


@pytest.mark.parametrize(
    "parts", ["home ann results", "tmp x", "root x.txt", "work main", "Users ann", "mnt data", "srv app.d"]
)
@pytest.mark.parametrize("around", ["{}", "cd {}", '"{}"', "`{}`", "out={}", "[here]({})", "PATH=.:{}", "file://{}"])
def test_a_path_of_one_machine_is_noticed(parts, around):
    """Whatever its folders are called."""
    path = ROOT_OF_ALL + ROOT_OF_ALL.join(parts.split())
    assert MACHINE.search(around.format(path))
    assert MACHINE.search(f"a line\n{around.format(path)}")


@pytest.mark.parametrize("drive", ["C", "D"])
def test_a_disk_is_noticed(drive):
    assert MACHINE.search(f"in {drive}:" + "\\" + "Users")
    assert MACHINE.search("~" + "ann" + ROOT_OF_ALL + "results")


@pytest.mark.parametrize(
    "text",
    [
        "> /dev/null",
        "#!/usr/bin/env bash",
        "/proc/self/stat",
        "PYTHON=/path/to/python3.12",
        "docs/how-to/report.md",
        "and/or/not",
        "https://semver.org/spec/v2.0.0.html",
        "replace(name, /_/g, '')",
        "~/results",
        "../shared",
        "(../explanation/odd.md)",
        "/results/",
        "1/12/2011",
    ],
)
def test_what_every_machine_has_is_no_path_of_one(text):
    assert not MACHINE.search(text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_bash_is_the_only_shell_and_fences_are_known(page):
    known = {"bash", "diff", "python", "yaml", "csv", "text"}
    opened = re.findall(r"^```(\S+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(opened) <= known


@pytest.fixture
def generate(scripts):
    """The script that writes the pages."""
    return scripts("generate")


@pytest.mark.slow
def test_generated_pages_are_fresh(generate):
    late = [name_of(page) for page in generate.stale(generate.pages())]
    assert not late, f"run python docs/generate.py; stale: {', '.join(late)}"


def test_a_stale_page_is_noticed(generate):
    page = DOCS / "reference" / "levers.md"
    text = page.read_text(encoding="utf-8")
    assert generate.stale({page: text}) == []
    assert generate.stale({page: text.replace("0.286", "0.3")}) == [page]
    assert generate.stale({DOCS / "no_such_page.md": text}) == [DOCS / "no_such_page.md"]


def test_what_has_no_words_is_noticed(scripts):
    wordlist = scripts("wordlist")
    with pytest.raises(SystemExit, match=r"no words for \['tea'\]"):
        wordlist.described("kinds", [*wordlist.words("kinds"), "tea"])
    with pytest.raises(SystemExit, match="words for nothing"):
        wordlist.described("kinds", list(wordlist.words("kinds"))[1:])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Later life: days kept in hospital for want of care", ...),
        ("Later life: days kept in hospital for want of care", None),
        ("Later life: crises begun", "far too many"),
    ],
    ids=["far off and not named", "far off and named without a word", "as observed, with words of a miss"],
)
def test_limits_say_of_the_settled_place_what_is_so(line, words, scripts, monkeypatch):
    said = dict(scripts("parts_of_pages").words("misses"))
    if words is ...:
        del said[line]
    else:
        said[line] = words
    monkeypatch.setattr(scripts("parts_of_pages"), "words", lambda name: said)
    with pytest.raises(SystemExit, match=line):
        scripts("parts_of_pages").misses()


def test_a_setting_has_a_row_from_its_declaration(scripts):
    class MadeUp(Strict):
        depth: Annotated[int, Field(ge=1, le=9), Setting("how deep", "results", "depth=3")] = 2
        colour: Annotated[str, Setting("of the page", "nothing")] = "red"

    rows = scripts("pages_of_choices").settings_table(MadeUp, {"depth": 4, "colour": "blue"}).splitlines()
    assert rows[2:] == [
        "| `depth` | `4` | from 1 to 9 | how deep. As `depth=3`. |",
        "| `colour` | `blue` |  | of the page. Never changes a result. |",
    ]


def test_pages_agree_on_how_much_is_judgement(scripts):
    of_all, of_a_run = re.findall(r"(\d+%) \(\d+\) are judgements", scripts("pages_of_numbers").judged())
    for name in ("../README.md", "TRACE.md", "explanation/reading-a-comparison.md"):
        said = (DOCS / name).read_text(encoding="utf-8")
        assert not {of_all, of_a_run} - set(re.findall(r"\d+%", said)), name


IN_WORDS = dict(enumerate(["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"], start=10))


def test_pages_count_the_patterns_that_there_are(scripts):
    every, held_out = map(int, re.findall(r"\b\d\d\b", scripts("parts_of_pages").patterns().replace("2010", "")))
    said = {
        "../README.md": f"Of {IN_WORDS[every]} things that really happened",
        "explanation/reading-a-comparison.md": f"Of {IN_WORDS[every]} things that really happened",
        "explanation/odd-summary.md": f"{IN_WORDS[held_out]} kept aside as hold-out",
    }
    assert not [page for page, words in said.items() if words not in (DOCS / page).read_text(encoding="utf-8")]
