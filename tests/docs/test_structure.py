"""The documentation is whole: four kinds of page, ODD and checklists complete, tables read from what really runs."""

import json
import re
import tomllib
from collections import Counter

import pytest
import yaml
from reading import DOCS, ROOT

from simulation.draws import Event, key_of
from simulation.model import PlaceModel
from simulation.settling.settled import NO_POLICY

ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)
BEFORE_TIME = {"START", "QUALITY", "HOUSEHOLD", "PEOPLE", "TIES", "RESEMBLES"}
"""Draws that make a place and happen in no month."""


def words_of(page):
    return (DOCS / page).read_text(encoding="utf-8")


def test_every_page_is_of_one_kind_and_in_the_index(scripts):
    kinds = scripts("checklists").KINDS
    placed = Counter(path for kind in kinds for path in scripts("checklists").pages_of(kind))
    pages = {p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md") if not p.name.endswith(".head.md")}
    assert set(placed) == pages - {"README.md"}
    assert set(placed.values()) == {1}
    assert all(f"]({path})" in words_of("README.md") for path in placed)


def test_the_description_has_the_seven_elements_and_all_concepts_in_order():
    text = words_of("explanation/odd.md")
    heads = re.findall(r"^## \d\. (.+)$", text, flags=re.MULTILINE)
    assert tuple(heads) == ELEMENTS
    fourth = text[text.index("## 4.") : text.index("## 5.")]
    found = [fourth.index(f"**{concept}") for concept in CONCEPTS]
    assert found == sorted(found)


def test_the_summary_is_one_page_with_the_same_elements():
    text = words_of("explanation/odd-summary.md")
    found = [re.search(rf"\*\*{name}", text, flags=re.IGNORECASE) for name in ELEMENTS]
    assert all(found)
    assert [each.start() for each in found] == sorted(each.start() for each in found)
    assert len(text.split()) < 700


def test_the_tree_on_the_page_is_the_tree_there_is():
    """Every room it names is there; of the world and of what asks of it, it leaves none out."""
    text = words_of("explanation/how-it-is-built.md")
    tree = text[text.index("```text\nsimulation/ ") :].partition("```\n")[0]
    named, above = set(), ""
    for indent, name in re.findall(r"^( {2})?([a-z_]+)/? {2,}", tree, flags=re.MULTILINE):
        above = above if indent else name
        named.add(f"{above}/{name}" if indent else name)
    rooms = {f"{top}/{each.stem}" for top in ("simulation", "experiments") for each in (ROOT / top).iterdir()}
    rooms -= {path for path in rooms if "__" in path or path.endswith("/py")}
    assert {path for path in named if "/" in path} == rooms
    assert all((ROOT / path).is_dir() or (ROOT / f"{path}.py").is_file() for path in named)


def test_the_way_of_one_replication_names_what_there_is():
    """Every function and class on the way from the command to the month is defined somewhere in the code."""
    text = words_of("explanation/how-it-is-built.md")
    way = re.findall(r"^\d+\. .+$", text, flags=re.MULTILINE)
    assert len(way) == 10
    files = [path for top in ("simulation", "experiments") for path in (ROOT / top).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = {part for line in way for name in re.findall(r"`(\w+(?:\.\w+)*)`", line) for part in name.split(".")}
    rooms = {path.stem for path in files} | {path.parent.name for path in files}
    defined = set(re.findall(r"^ *(?:def|class) (\w+)|^([A-Z]+)\b.* = ", code, flags=re.MULTILINE))
    assert named - rooms - {name for each in defined for name in each} == set()


def test_the_readme_is_short_and_begins_with_the_answer():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    first = "\n".join(text.splitlines()[:50])
    assert "croydon_outcomes.png" in first
    assert "make compare\nmake test\n" in first
    assert (DOCS / "images" / "croydon_screen.txt").read_text(encoding="utf-8").splitlines()[0] in first


def test_every_pattern_says_whether_it_was_kept_aside():
    text = words_of("explanation/odd.md")
    table = text[text.index("| # | pattern |") : text.index("<!-- generated: tested -->")]
    rows = table.strip().splitlines()[2:]
    assert len(rows) == 13
    assert all(re.search(r"\| (hold-out|calibration: .+) \|$", row) for row in rows)


@pytest.mark.unhurried
def test_the_schedule_is_what_a_month_really_does(scripts):
    """The citizens' steps of a lived month come in the order in which the page has them."""
    settled = scripts("pages_of_results").small_place()
    model = PlaceModel(settled.world, settled.state.copy(), NO_POLICY, key_of(1, 0))
    lived, live = [], model.by_blocks

    def watched(kernel, *columns):
        lived.append(f"{kernel.py_func.__module__.rpartition('.')[2]}.{kernel.py_func.__name__}")
        live(kernel, *columns)

    model.by_blocks = watched
    model.step()
    planned = [step.code for step in scripts("schedule").month()]
    assert lived == [code for code in planned if code in lived]
    assert {"snapshot.be_seen", "need.evolve", "seek.seek", "triage.triage", "outcome.outcome"} <= set(lived)


@pytest.mark.unhurried
def test_every_draw_has_its_step_in_the_month_or_makes_the_place(scripts):
    steps = scripts("schedule").month()
    drawn = {event for step in steps for event in step.draws}
    assert drawn | BEFORE_TIME == {event.name for event in Event}
    assert not drawn & BEFORE_TIME
    assert {s.code: s.draws for s in steps}["seek.seek"] == ("SEEK",)


def test_every_headline_outcome_says_whether_it_emerges_or_is_imposed(scripts):
    found = yaml.safe_load(words_of("descriptions.yaml"))["origin"]
    assert all(how.startswith(("emerges", "follows", "imposed")) for how, *_ in found.values())
    assert len(found) == scripts("parts_of_pages").origins().count("\n") - 2


@pytest.mark.parametrize(("name", "lines"), [("stress", 23), ("cheers", 28)])
def test_checklists_are_whole(scripts, name, lines):
    found = scripts("checklists").checklist(name)
    assert len(found["items"]) == lines
    for item in found["items"].values():
        assert set(item) <= {"asks", "answer", "see", "state"}
        assert item.get("state", "answered") in found["states"]
        assert all((DOCS / link.partition("#")[0]).is_file() for link in item.get("see", []))


def test_trace_has_its_eight_headings_and_names_tests_that_are_there():
    text = words_of("TRACE.md")
    assert re.findall(r"^## (\d)\. ", text, flags=re.MULTILINE) == list("12345678")
    named = re.findall(r"`(tests/[\w/]+\.py|configs/[\w/.]+)`", text)
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.unhurried
def test_every_measure_has_a_unit_and_says_what_it_is(scripts):
    lines = scripts("pages_of_results").measures().splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| `")]
    assert len(rows) > 80
    assert all(len(row) == 4 and row[2].strip() and len(row[3]) > 5 for row in rows)


def test_the_ways_to_cite_it_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    coded = json.loads((ROOT / "codemeta.json").read_text())
    assert cited["version"] == coded["version"] == project["version"]
    assert str(cited["date-released"]) == coded["datePublished"]
    assert cited["license"] == project["license"] == coded["license"].rpartition("/")[2]


def test_another_number_is_told_from_another_font(scripts):
    kept = {"summary.csv": "a", "runs.parquet": "b", "figures/outcomes_over_time.png": "c"}
    lines, other = scripts("reproduce").compare(kept, {**kept, "figures/outcomes_over_time.png": "d"})
    assert other == []
    assert "different figures/outcomes_over_time.png (fonts may differ)" in lines
    assert scripts("reproduce").compare(kept, {**kept, "summary.csv": "d"})[1] == ["summary.csv"]
    assert scripts("reproduce").compare(kept, {"summary.csv": "a"})[1] == ["runs.parquet"]


def test_a_run_that_is_not_finished_is_not_compared(scripts, tmp_path):
    with pytest.raises(SystemExit, match="no finished comparison"):
        scripts("reproduce").outputs(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"outputs": {"summary.csv": "a", "report.html": "b"}}))
    assert scripts("reproduce").outputs(tmp_path) == {"summary.csv": "a"}
