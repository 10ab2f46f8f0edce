"""Keeps what a pilot in some authorities would have shown: England lived both ways in three worlds, and pilots drawn from each.

python docs/zones.py FOLDER               runs what is not there yet and keeps the figures that the page shows (an hour)
python docs/zones.py FOLDER evidence      the same of some of the worlds; of the others what was kept stays
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from answer import SAVED, SAVES_ANYTHING, SHARES, WIDE
from wordlist import DOCS, table

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.questions.pilot.words import (
    METHODS,
    RUN,
    WAYS,
    coverage_in_words,
    every_fair,
    how_many,
    how_often,
    known_in,
    main_zones,
    sentences,
    shown_rows,
)

KEPT = DOCS / "images" / "zones.json"
PICTURE = DOCS / "images" / "zones.png"
REDESIGN = (sys.executable, "-m", "redesign")
WORLDS = {
    "evidence": ("designs as most evidence has them", ()),
    "null": ("no design works", (f"{SHARES}.value=[0.0,0.0,1.0,0.0]", *WIDE)),
    "nesta": ("every design saves 40% of its hours", (f"{SAVED}.value=[-0.4,-0.4,-0.4,-0.4]", *SAVES_ANYTHING)),
}
"""What may be true of designs, each with its words and what is set; the last is the middle of NESTA's 20 to 60%."""
COUNTRY = (
    "nation",
    "arms=[rationing,zones_from_2012]",
    "contrast=[zones_from_2012,rationing]",
    "scale=0.02",
    "years=9",
    "replicates=8",
)
LUCK = {"as_lived": "luck as lived by one in fifty", "of_everybody": "luck of everybody"}
"""How much luck authorities' figures hold, in words."""
YEARS = "judged=[2,4,9]"
PILOTS = {
    "": ("pilot", "zones=18", YEARS, "drawn=320", "by_library=96"),
    "-other-numbers": ("pilot", "zones=[10,40]", YEARS, "drawn=320", "chosen=random", "methods=randomisation"),
}
"""What is drawn: everything with as many zones as the essay asked for; with fewer and more, how often a fair pilot is clear."""
CRISES, FAIR = "crises", "random"
COLUMNS = ("luck", "outcome", "chosen", "zones", "year", "same_pilots", "estimator", "pilots", "distinct_pilots",
           "replications", "true_effect", "bias", "coverage", "coverage_low", "coverage_high", "clear_better",
           "clear_worse", "wrong_side", "sham_alarm", "luck_before", "luck_after")  # fmt: skip


def commands(folder: Path, worlds: Sequence[str] = tuple(WORLDS)) -> dict[Path, tuple[str, ...]]:
    """What is run, and where it is kept."""
    found = {}
    for world in worlds:
        country = folder / f"country-{world}"
        found[country] = (*COUNTRY, *WORLDS[world][1])
        for luck in LUCK:
            for more, pilot in PILOTS.items():
                found[pilots_of(folder, world, luck, more)] = (*pilot, f"luck={luck}", f"nation={country}")
    return found


def pilots_of(folder: Path, world: str, luck: str, more: str = "") -> Path:
    """The folder of some pilots."""
    return folder / f"pilot-{world}-{luck.replace('_', '-')}{more}"


def keep(folder: Path, worlds: Sequence[str] = tuple(WORLDS)) -> dict[str, Any]:
    """What pilots found in each world, and of which model: of all numbers of zones only how often a fair pilot is clear."""
    found = kept() if KEPT.is_file() else {}
    for world in worlds:
        tables = [
            pd.read_csv(pilots_of(folder, world, luck, more) / "answer.csv").assign(luck=luck)
            for luck in LUCK
            for more in PILOTS
        ]
        rows = pd.concat(tables, ignore_index=True)[list(COLUMNS)]
        fair = (rows["chosen"] == FAIR) & (rows["estimator"] == "randomisation") & ~rows["same_pilots"]
        rows = rows[fair | (rows["same_pilots"] & (rows["zones"] == main_zones(rows)))]
        said = json.loads((folder / f"country-{world}" / "manifest.json").read_text(encoding="utf-8"))
        found[world] = {
            "model": said["model_version"].split()[0],
            "authorities": said["authorities"],
            "rows": json.loads(rows.round(6).to_json(orient="records")),
        }
    return {world: found[world] for world in WORLDS if world in found}


def kept() -> dict[str, Any]:
    """What was kept, by world."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def rows_of(world: str, luck: str = "as_lived") -> pd.DataFrame:
    """A world's answer as a table."""
    rows = (
        pd.DataFrame(kept()[world]["rows"]).astype({"luck_before": float, "luck_after": float}).assign(**{RUN: False})
    )
    return rows[rows["luck"] == luck].reset_index(drop=True)


def lived() -> list[tuple[str, str]]:
    """Every world that was lived, with each amount of luck."""
    return [(world, luck) for world in kept() for luck in LUCK]


def said() -> str:
    """What was found in each world, in sentences, and which worlds have not been lived."""
    outcomes, lines = load_outcomes(), []
    for world, of in kept().items():
        rows, quiet = rows_of(world), rows_of(world, "of_everybody")
        lines.append(f"**If {WORLDS[world][0]}** (model {of['model']}, {of['authorities']} authorities):\n")
        for name in dict.fromkeys(rows["outcome"]):
            lines += [f"- {sentence}" for sentence in sentences(rows, outcomes[name], name)]
            lines += [
                f"- With the {LUCK['of_everybody']}: {each}" for each in how_often(quiet, name, main_zones(quiet))
            ]
        lines += [f"- {how_many(shown_rows(rows, CRISES))}", ""]
    if missing := [words for world, (words, _) in WORLDS.items() if world not in kept()]:
        lines.append(f"Not lived so far: {'; '.join(missing)}.\n")
    return "\n".join(lines)


def methods() -> str:
    """Method by method, world by world: bias, coverage and false alarms where zones are chosen by lot."""
    found = {each: shown_rows(rows_of(*each), CRISES).query("chosen == @FAIR") for each in lived()}
    return _worth(found, {name: (words,) for name, words in METHODS.items()}, ("evaluated by",), ["estimator"])


def ways() -> str:
    """The same of every way of choosing and every method."""
    found = {each: shown_rows(rows_of(*each), CRISES) for each in lived()}
    names = {(way, method): (WAYS[way], METHODS[method]) for way in WAYS for method in METHODS}
    return _worth(found, names, ("zones are chosen", "evaluated by"), ["chosen", "estimator"])


def chosen_luck() -> str:
    """What zones were chosen for by luck, and what is left of it in their years as zones."""
    lines = []
    for world in kept():
        rows = shown_rows(rows_of(world), CRISES).drop_duplicates("chosen").set_index("chosen")
        for way in (way for way in WAYS if way in rows.index):
            before, after = (float(rows.loc[way, when]) for when in ("luck_before", "luck_after"))
            cells = (f"{number:+.2g}" for number in (before, after, after - before))
            lines.append((WORLDS[world][0], WAYS[way], *cells))
    return table(("world", "zones are chosen", "last year", "years as zones", "made by the choice"), lines)


def enough() -> str:
    """How often a fair pilot is clearly better, by zones and year."""
    lines, years = [], _years()
    for world, luck in lived():
        for zones, own in every_fair(rows_of(world, luck), CRISES).groupby("zones"):
            shares = own.set_index("year")["clear_better"].reindex(years)
            lines.append((WORLDS[world][0], LUCK[luck], str(zones), *(f"{share:.0%}" for share in shares)))
    return table(("world", "luck", "zones", *(f"clearly better in {known_in(year)}" for year in years)), lines)


def published() -> str:
    """What would have been published each year, method by method: clearly better, clearly worse, nothing clear, wrong side."""
    lines, years = [], _years()
    for world, luck in lived():
        rows = rows_of(world, luck).query("outcome == @CRISES and chosen == @FAIR and same_pilots")
        rows = rows[rows["zones"] == main_zones(rows)].set_index(["estimator", "year"])
        for method in (method for method in METHODS if method in rows.index):
            cells = (_findings(rows.loc[(method, year)]) for year in years)
            lines.append((WORLDS[world][0], LUCK[luck], METHODS[method], *cells))
    return table(("world", "luck", "evaluated by", *(known_in(year) for year in years)), lines)


def _findings(at: pd.Series) -> str:
    """Shares of pilots by what they find."""
    nothing = 1 - at["clear_better"] - at["clear_worse"]
    return f"{at['clear_better']:.0%}; {at['clear_worse']:.0%}; {nothing:.0%}; {at['wrong_side']:.0%}"


def _years() -> list[int]:
    """The years after which pilots are judged."""
    return sorted({int(year) for world in kept() for year in rows_of(world)["year"]})


def _worth(
    found: Mapping[tuple[str, str], pd.DataFrame],
    names: Mapping[Any, tuple[str, ...]],
    heading: tuple[str, ...],
    by: list[str],
) -> str:
    """A line for each method, or way and method, and a column for each world and amount of luck."""
    by_name = {each: rows.set_index(by) for each, rows in found.items()}
    lines = []
    for name, words in names.items():
        if all(name in rows.index for rows in by_name.values()):
            cells = [
                f"{at['bias']:+.2g} ({at['true_effect']:+.2g}); {coverage_in_words(at)}; {at['sham_alarm']:.0%}; "
                f"{int(at['distinct_pilots'])}"
                for at in (rows.loc[name] for rows in by_name.values())
            ]
            lines.append((*words, *cells))
    return table((*heading, *(f"{WORLDS[world][0]}, {LUCK[luck]}" for world, luck in found)), lines)


def main(words: Sequence[str]) -> int:
    """Runs what is missing and keeps what the page shows."""
    if not words or words[0].startswith("-") or not set(words[1:]) <= set(WORLDS):
        print(__doc__)
        return 0 if words in (["--help"], ["-h"]) else 2
    folder, worlds = Path(words[0]).resolve(), tuple(words[1:]) or tuple(WORLDS)
    for out, command in commands(folder, worlds).items():
        subprocess.run((*REDESIGN, *command, f"out={out}"), check=True, cwd=DOCS.parent)
    KEPT.write_text(json.dumps(keep(folder, worlds), indent=1) + "\n", encoding="utf-8")
    if "evidence" in worlds:
        shutil.copyfile(pilots_of(folder, "evidence", "as_lived") / "figures" / f"found_and_true_{CRISES}.png", PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
