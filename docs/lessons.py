"""Works out the numbers of the teacher's keys, and writes them into the lesson plans.

python docs/lessons.py            writes the pages from the numbers in docs/lessons/numbers.json
python docs/lessons.py --check    says which pages are not as those numbers say, and writes nothing
python docs/lessons.py --run      runs the model first and stores the numbers anew (half an hour); what was run is kept in results/,
                                  and what the site's lessons show in docs/site/kept/lessons/
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
from experiments.questions.lesson import search, work
from simulation.compile import sources_hash

DOCS = ROOT / "docs" / "lessons"
NUMBERS = DOCS / "numbers.json"
KEPT = ROOT / "docs" / "site" / "kept" / "lessons"
"""What the pages of the site's lessons show, at every position of their sliders."""
RESULTS = ROOT / "results" / f"remade-{sources_hash()}" / "teachers-key"
FIGURES = 4
"""Significant figures that are kept: more than a page shows, fewer than another processor might round otherwise."""
OTHER_LUCK, TRIED = "seed=2", 3
"""With what a win is lived again before it is told of, and how many of a side's clearest are tried."""
TOWN = ["place=teaching_town", "arms=[rationing,radical]", "replicates=8", "seed=1"]
"""The comparison that the misconceptions are answered with."""


def names() -> list[str]:
    """The lessons that ship."""
    return list(options.find("lesson"))


def _told(asked: lesson.Asked) -> dict[str, Any]:
    """Everything that the page of a lesson holds, once its runs are there."""
    return work.told_of(asked, asked.runs.carried_out())


def key_numbers(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a key tells of a lesson: the cells in which at most one slider is moved, and that one to an end."""
    cells = [place for place, positions in enumerate(told["positions"]) if _is_of_key(told, positions)]
    return {
        "title": told["lesson"]["title"],
        "arms": [arm["title"] for arm in told["arms"]],
        "people": told["people"],
        "years": told["years"],
        "replications": told["replications"],
        "seed": told["seed"],
        "claim": told["lesson"]["claim"],
        "settings": [_setting(told, told["positions"][place]) for place in cells],
        "outcomes": {
            key: {
                "title": each["title"],
                "unit": each["unit"],
                "cells": [_rounded(each["cells"][place]) for place in cells],
            }
            for key, each in told["outcomes"].items()
        },
    }


def _is_of_key(told: Mapping[str, Any], positions: Sequence[int]) -> bool:
    """Whether at most one slider is moved, and that one to an end."""
    moved = [
        at in (0, len(labels) - 1)
        for at, used, labels in zip(positions, told["used"], told["labels"], strict=True)
        if at != used
    ]
    return len(moved) <= 1 and all(moved)


def whole_of(name: str, results: Path) -> dict[str, Any]:
    """Runs a lesson at every position of its sliders; everything that its page holds, with where each side wins."""
    told = _told(lesson.lesson_of(compose("lesson", [f"lesson={name}", f"out={results / name}"], [])))
    found = {side: _still_won(name, told, side, results) for side in (search.FIRST, search.SECOND)}
    return {**told, "sides": search.in_words(told, found, checked=True), "swept": _swept(told)}


def _still_won(name: str, told: Mapping[str, Any], side: str, results: Path) -> search.Win | None:
    """The clearest setting at which a side wins, and wins again with other luck; none where there is none."""
    tried: list[int] = []
    for win in search.wins(told, side):
        if win.cell in tried:
            continue
        tried.append(win.cell)
        words = [f"lesson={name}", OTHER_LUCK, f"out={results / f'{name}-{win.cell}-again'}"]
        again = _told(lesson.lesson_of(compose("lesson", words, []), only=sorted({told["base"], win.cell})))
        place = again["positions"].index(told["positions"][win.cell])
        if search.winner(again["outcomes"][win.outcome], place) == side:
            return win
        if len(tried) == TRIED:
            break
    return None


def _swept(told: Mapping[str, Any]) -> dict[str, list[int]]:
    """At how many of all settings each outcome is lower, cannot be told, and is higher."""
    sides = {each["title"]: [cell["side"] for cell in each["cells"]] for each in told["outcomes"].values()}
    return {title: [found.count(side) for side in ("lower", "same", "higher")] for title, found in sides.items()}


def key_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of a lesson that was run whole."""
    return {**key_numbers(told), "sides": told["sides"], "swept": told["swept"]}


def _setting(told: Mapping[str, Any], positions: Sequence[int]) -> str:
    """Which slider was moved, and to where; nothing where all are as they are used."""
    moved = [k for k, (at, used) in enumerate(zip(positions, told["used"], strict=True)) if at != used]
    return "".join(f"{told['lesson']['sliders'][k]['title']}: {told['labels'][k][positions[k]]}" for k in moved)


def _rounded(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell with no more figures than are sure to come out again."""
    return {key: float(f"{each:.{FIGURES}g}") if isinstance(each, float) else each for key, each in cell.items()}


def misconceptions(results: Path) -> dict[str, Any]:
    """Runs the whole town once; what answers `savings are cash` and `the average is everyone`."""
    out = results / "misconceptions"
    status = cli.main(["compare", *TOWN, f"out={out}"])
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
        f"\nYear {told['years']}, {told['replications']} towns, each lived under A and under B with the same luck, seed {told['seed']}. A is *{a}*, B is *{b}*. "
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
    """Where each side wins, among all settings of the page: for *Make your favourite lose*; nothing where they were not run."""
    if "swept" not in told:
        return "For *Make your favourite lose*, see *Where does each side win?* on the page."
    swept = told["swept"]
    lines = [
        f"For *Make your favourite lose*, at all {sum(next(iter(swept.values())))} settings of the page:\n",
        "| outcome | B lower at | cannot be told, or too small to matter | B higher at |",
        "| --- | --- | --- | --- |",
        *(f"| {title} | {' | '.join(map(str, counts))} |" for title, counts in swept.items()),
        "\nWhere each side wins, found by trying all settings:\n",
        *(f"- {words}" for words in told["sides"]),
    ]
    return "\n".join(lines)


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
    return f"In *{title}* towns built alike give {outcome['title'][0].lower() + outcome['title'][1:]} {_difference(outcome, cell)}."


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
        whole = {name: whole_of(name, RESULTS) for name in names()}
        for name, told in whole.items():
            (KEPT / f"{name}.json").write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")
        found = {
            "misconceptions": misconceptions(RESULTS),
            "lessons": {name: key_of(told) for name, told in whole.items()},
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
