"""Works out the numbers of the teacher's keys, and writes them into the lesson plans.

python docs/lessons.py            writes the pages from the numbers in docs/lessons/numbers.json
python docs/lessons.py --check    says which pages are not as those numbers say, and writes nothing
python docs/lessons.py --run      runs the model first and stores the numbers anew (minutes); what was run is kept in results/
"""

# Lines of prose are left whole.
# ruff: noqa: E501

import csv
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sources import ROOT

from experiments import cli
from experiments.analysis.verdicts.sentence import number, signed
from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.questions.lesson import question as lesson
from simulation.compile import sources_hash

DOCS = ROOT / "docs" / "lessons"
NUMBERS = DOCS / "numbers.json"
RESULTS = ROOT / "results" / f"remade-{sources_hash()}" / "teachers-key"
FIGURES = 4
"""Significant figures that are kept: more than a page shows, fewer than another processor might round otherwise."""
TOWN = ["place=teaching_town", "arms=[rationing,radical]", "replicates=8", "seed=1"]
"""The comparison that the misconceptions are answered with."""


def names() -> list[str]:
    """The lessons that ship."""
    return list(options.find("lesson"))


def numbers_of(name: str, results: Path, changes: Sequence[str] = ()) -> dict[str, Any]:
    """Runs a lesson with each slider moved by itself; what its key tells.

    Args:
        name: of the lesson.
        results: folder that runs are kept in.
        changes: overrides, for a smaller lesson.
    """
    words = [f"lesson={name}", f"out={results / name}", *changes]
    asked = lesson.lesson_of(compose("lesson", words, []), one_at_a_time=True)
    told = lesson.told_of(asked, asked.runs.carried_out())
    return {
        "title": told["lesson"]["title"],
        "arms": [arm["title"] for arm in told["arms"]],
        "people": told["people"],
        "years": told["years"],
        "replications": told["replications"],
        "seed": told["seed"],
        "claim": told["lesson"]["claim"],
        "settings": [_setting(told, positions) for positions in told["positions"]],
        "outcomes": {
            key: {"title": each["title"], "unit": each["unit"], "cells": [_rounded(cell) for cell in each["cells"]]}
            for key, each in told["outcomes"].items()
        },
    }


def _setting(told: Mapping[str, Any], positions: Sequence[int]) -> str:
    """Which slider was moved, and to where; nothing where all are as they are used."""
    moved = [k for k, (at, used) in enumerate(zip(positions, told["used"], strict=True)) if at != used]
    return "".join(f"{told['lesson']['sliders'][k]['title']}: {told['labels'][k][positions[k]]}" for k in moved)


def _rounded(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell with no more figures than are sure to come out again."""
    return {key: float(f"{each:.{FIGURES}g}") if isinstance(each, float) else each for key, each in cell.items()}


def misconceptions(results: Path, changes: Sequence[str] = ()) -> dict[str, Any]:
    """Runs the whole town once; what answers `savings are cash` and `the average is everyone`."""
    out = results / "misconceptions"
    status = cli.main(["compare", *TOWN, f"out={out}", *changes])
    if status:
        raise SystemExit(status)
    ladder = {
        row["rung"]: row for row in _rows(out / "economics" / "ladder.csv") if row["service"] == "all acute services"
    }
    equity = [
        row
        for row in _rows(out / "economics" / "equity.csv")
        if row["measure"] == "difference"
        and row["by"] == "deprivation fifth"
        and row["outcome"] == "need_share"
        and row["comparison"] == "radical minus rationing"
    ]
    return {
        "ladder": {rung: _bounds(ladder[rung]) for rung in ("capacity_released", "removable", "withdrawn", "refilled")},
        "fifths": {row["group"]: _bounds(row) for row in equity},
    }


def _rows(path: Path) -> list[dict[str, str]]:
    """The lines of a table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _bounds(row: Mapping[str, str]) -> dict[str, float]:
    """A value and its interval."""
    return {key: float(f"{float(row[key]):.{FIGURES}g}") for key in ("value", "lo", "hi")}


def stored() -> dict[str, Any]:
    """The numbers as they were stored."""
    found: dict[str, Any] = json.loads(NUMBERS.read_text(encoding="utf-8"))
    return found


# ------------------------------------------------------------------------------------------------------------- pages


def _difference(outcome: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    """A difference with its interval, as a reader would say it."""
    unit = outcome["unit"]
    bounds = " to ".join(signed(cell[key], "£" if unit.startswith("£") else "").strip() for key in ("low", "high"))
    return f"{signed(cell['diff'], unit)} ({bounds})"


def said(cell: Mapping[str, Any]) -> str:
    """What can be said of a difference."""
    if cell["side"] != "same":
        return str(cell["side"])
    if cell["low"] == cell["high"] == 0:
        return "exactly the same"
    return "could be luck" if cell["low"] <= 0 <= cell["high"] else "too small to matter"


def key(name: str, told: Mapping[str, Any]) -> str:
    """The teacher's key of one lesson: as the policies are, then with each slider at its ends."""
    first, *_ = told["outcomes"].values()
    base = told["settings"].index("")
    a, b = told["arms"]
    lines = [
        f"\nYear {told['years']}, {told['replications']} pairs of towns with the same luck, seed {told['seed']}. A is *{a}*, B is *{b}*. "
        "In brackets: how far luck could move the average (95%).\n",
        "| with the policies as they are | A | B | B minus A | B lower in | what can be said |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in told["outcomes"].values():
        cell = each["cells"][base]
        values = (f"{'£' * each['unit'].startswith('£')}{number(cell[arm])}" for arm in ("first", "second"))
        lines.append(
            f"| {each['title']}, {each['unit']} | {' | '.join(values)} | {_difference(each, cell)} | "
            f"{cell['lower_in']} of {cell['pairs']} | {said(cell)} |"
        )
    lines += [
        f"\n{_verdict(told, first['cells'][base])}\n",
        f"| one slider moved | {first['title']}: B minus A | what can be said |",
        "| --- | --- | --- |",
    ]
    for place, setting in enumerate(told["settings"]):
        if setting:
            cell = first["cells"][place]
            lines.append(f"| {setting} | {_difference(first, cell)} | {said(cell)} |")
    return "\n".join(lines) + f"\n\n{_loses(told)}\n"


def _verdict(told: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    """Whether what was expected comes out."""
    expected, found = told["claim"]["side"], cell["side"]
    if found == expected == "same":
        return (
            "**The model does not speak against what was expected**: no difference that can be told from luck and matters. "
            "That is no proof that there is none."
        )
    if found == expected:
        return f"**What was expected comes out of the model** with the policies as they are{_people(told, cell)}. Ask what in the model makes it so."
    why = {
        "same": f"the difference {said(cell)}" if said(cell) == "could be luck" else f"the difference is {said(cell)}"
    }
    other = "there is a difference where none was expected" if expected == "same" else "the opposite does"
    return (
        f"**What was expected does not come out of the model**: {why.get(found, other)}. "
        "That is the discussion: is it the town, the model, or the idea?"
    )


def _people(told: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    """A difference in the share of people, as people."""
    if not next(iter(told["outcomes"])).startswith("need_share"):
        return ""
    many, way = round(abs(cell["diff"]) / 100 * told["people"]), "fewer" if cell["diff"] < 0 else "more"
    return f": about {many} people {way} in a town of {told['people']:,}"


def _loses(told: Mapping[str, Any]) -> str:
    """Where, among the settings of the key, each side is found: for *Make your favourite lose*."""
    lines = [
        f"For *Make your favourite lose*, at the {len(told['settings'])} settings of this key (the page has more):\n",
        "| outcome | B lower at | cannot be told, or too small to matter | B higher at |",
        "| --- | --- | --- | --- |",
    ]
    for each in told["outcomes"].values():
        sides = [cell["side"] for cell in each["cells"]]
        lines.append(
            f"| {each['title']} | {' | '.join(str(sides.count(side)) for side in ('lower', 'same', 'higher'))} |"
        )
    return "\n".join(
        [
            *lines,
            "\nWhere an outcome comes out the same way everywhere, no slider makes the favourite lose on it. To have found "
            "that out is the answer.",
        ]
    )


def answers(found: Mapping[str, Any]) -> str:
    """The four misconceptions, each with what the model shows."""
    wrong, lessons = found["misconceptions"], found["lessons"]
    pounds = {rung: signed(each["value"], "£").lstrip("+") for rung, each in wrong["ladder"].items()}
    cash = wrong["ladder"]["withdrawn"]
    told = (
        "clearly some"
        if cash["lo"] > 0
        else "clearly less than none"
        if cash["hi"] < 0
        else "none that can be told from luck"
    )
    fifths = [wrong["fifths"][name] for name in sorted(wrong["fifths"])]
    rows = [
        (
            "Savings are cash",
            f"In the teaching town redesign releases acute capacity worth {pounds['capacity_released']} a year at average "
            f"cost (radical minus rationing). Whole wards and teams that could close come to {pounds['removable']}; money that is really "
            f"taken out comes to {pounds['withdrawn']} a year ({signed(cash['lo'], '£')} to {signed(cash['hi'], '£')}): {told}. "
            "The rest is filled by the next person in need.",
        ),
        (
            "The average is everyone",
            f"Established need, radical minus rationing, in percentage points: {_fifths(fifths)}. "
            f"And the average town is not every town: {_towns(lessons)}.",
        ),
        (
            "A model is a forecast",
            f"{_widest(lessons)} The interval is luck alone. The numbers behind the model are less sure than that, "
            "and its rules are somebody's choice.",
        ),
        ("Efficiency is always cheaper", _efficient(lessons["efficiency"])),
    ]
    return (
        "\n| pupils may say | what the model shows (numbers of the key) |\n| --- | --- |\n"
        + "\n".join(f"| {said} | {shown} |" for said, shown in rows)
        + "\n"
    )


def _fifths(fifths: Sequence[Mapping[str, float]]) -> str:
    """What differs in each fifth of the people, from the most to the least deprived."""
    told = [
        f"{signed(each['value'], '').strip()}{' (could be luck)' * (each['lo'] <= 0 <= each['hi'])}" for each in fifths
    ]
    return f"most deprived fifth {', then '.join([told[0], ', '.join(told[1:-1])])}, least deprived {told[-1]}"


def _bases(lessons: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Of each lesson its title, its first outcome, and that outcome's cell with the policies as they are."""
    return [
        (each["title"], outcome, outcome["cells"][each["settings"].index("")])
        for each in lessons.values()
        for outcome in [next(iter(each["outcomes"].values()))]
    ]


def _towns(lessons: Mapping[str, Any]) -> str:
    """The lesson whose towns disagree most."""
    title, _, cell = max(_bases(lessons), key=lambda each: min(each[2]["lower_in"], each[2]["higher_in"]))
    return f"in *{title}* B comes out lower in {cell['lower_in']} of {cell['pairs']} towns and higher in {cell['higher_in']}"


def _widest(lessons: Mapping[str, Any]) -> str:
    """The lesson whose interval is widest for its difference."""
    title, outcome, cell = max(
        _bases(lessons), key=lambda each: (each[2]["high"] - each[2]["low"]) / max(abs(each[2]["diff"]), 1e-9)
    )
    return f"In *{title}* the same town lived again gives {outcome['title'][0].lower() + outcome['title'][1:]} {_difference(outcome, cell)}."


def _efficient(told: Mapping[str, Any]) -> str:
    """What doing every case faster does to asking again and to spending."""
    base, parts = told["settings"].index(""), []
    for name in ("failure_demand", "public_spend"):
        each = told["outcomes"][name]
        parts.append(
            f"{each['title'][0].lower() + each['title'][1:]} {_difference(each, each['cells'][base])}, {said(each['cells'][base])}"
        )
    return (
        f"With every case done faster than under the cut alone, in year {told['years']}: {'; '.join(parts)}. Hours that one case no longer "
        "gets are not money until somebody takes them out of the budget."
    )


def blocks() -> dict[str, Callable[[Mapping[str, Any]], str]]:
    """What is written into pages, by the name of its place."""
    keys = {f"key {name}": (lambda found, name=name: key(name, found["lessons"][name])) for name in names()}
    return {**keys, "misconceptions": answers}


MARK = re.compile(r"(<!-- generated: (?P<name>[\w ]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)


def pages() -> dict[Path, str]:
    """Every lesson plan as it should be."""
    found, makers = stored(), blocks()

    def anew(match: re.Match[str]) -> str:
        return f"{match[1]}{makers[match['name']](found)}{match[3]}"

    return {path: MARK.sub(anew, path.read_text(encoding="utf-8")) for path in sorted(DOCS.glob("*.md"))}


def stale() -> list[Path]:
    """The pages that do not agree with the stored numbers."""
    return [path for path, text in pages().items() if path.read_text(encoding="utf-8") != text]


def main(words: Sequence[str]) -> int:
    """Runs, writes or checks."""
    if "--run" in words:
        found = {
            "misconceptions": misconceptions(RESULTS),
            "lessons": {name: numbers_of(name, RESULTS) for name in names()},
        }
        NUMBERS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    old = stale()
    if "--check" not in words:
        for path, text in pages().items():
            path.write_text(text, encoding="utf-8")
    print("\n".join(path.relative_to(ROOT).as_posix() for path in old) or "nothing is stale")
    return int(bool(old) and "--check" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
