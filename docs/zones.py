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
from experiments.questions.pilot.words import METHODS, WAYS, known_in, sentences, shown_rows

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
    "replicates=4",
)
PILOT = ("pilot", "zones=[10,18,40]", "judged=[2,4,9]", "drawn=300", "by_library=20")
CRISES, FAIR = "crises", "random"
COLUMNS = ("outcome", "chosen", "zones", "year", "estimator", "true_effect", "bias", "coverage", "clear_better",
           "clear_worse", "wrong_side", "sham_found", "sham_alarm")  # fmt: skip


def commands(folder: Path, worlds: Sequence[str] = tuple(WORLDS)) -> dict[Path, tuple[str, ...]]:
    """What is run, and where it is kept."""
    found = {}
    for world in worlds:
        country = folder / f"country-{world}"
        found[country] = (*COUNTRY, *WORLDS[world][1])
        found[folder / f"pilot-{world}"] = (*PILOT, f"nation={country}")
    return found


def keep(folder: Path, worlds: Sequence[str] = tuple(WORLDS)) -> dict[str, Any]:
    """What pilots found in each world, and of which model."""
    found = kept() if KEPT.is_file() else {}
    for world in worlds:
        rows = pd.read_csv(folder / f"pilot-{world}" / "answer.csv")[list(COLUMNS)]
        said = json.loads((folder / f"country-{world}" / "manifest.json").read_text(encoding="utf-8"))
        found[world] = {
            "model": said["model_version"].split()[0],
            "authorities": said["authorities"],
            "rows": rows.round(6).to_dict("records"),
        }
    return {world: found[world] for world in WORLDS if world in found}


def kept() -> dict[str, Any]:
    """What was kept, by world."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def rows_of(world: str) -> pd.DataFrame:
    """A world's answer as a table."""
    return pd.DataFrame(kept()[world]["rows"])


def said() -> str:
    """What was found in each world, in sentences."""
    outcomes, lines = load_outcomes(), []
    for world, of in kept().items():
        rows = rows_of(world)
        lines.append(f"**If {WORLDS[world][0]}** (model {of['model']}, {of['authorities']} authorities):\n")
        for name in dict.fromkeys(rows["outcome"]):
            lines += [f"- {sentence}" for sentence in sentences(rows, outcomes[name], name)]
        lines.append("")
    return "\n".join(lines)


def methods() -> str:
    """Method by method, world by world: bias, coverage and false alarms where zones are chosen by lot."""
    return _worth({"chosen": FAIR}, "estimator", METHODS, "evaluated by")


def ways() -> str:
    """The same of before and after, by how zones are chosen."""
    return _worth({"estimator": "before_after"}, "chosen", WAYS, "zones are chosen")


def enough() -> str:
    """How often a fair pilot is clearly better, by zones and year."""
    lines = []
    for world in kept():
        rows = rows_of(world).query("outcome == @CRISES and chosen == @FAIR and estimator == 'randomisation'")
        for zones, own in rows.groupby("zones"):
            lines.append(
                (WORLDS[world][0], str(zones), *(f"{share:.0%}" for share in own.sort_values("year")["clear_better"]))
            )
    years = sorted({int(year) for world in kept() for year in rows_of(world)["year"]})
    return table(("world", "zones", *(f"clearly better in {known_in(year)}" for year in years)), lines)


def _worth(only: Mapping[str, str], column: str, names: Mapping[str, str], heading: str) -> str:
    """A line for each method or way and a column for each world."""
    found = {}
    for world in kept():
        rows = shown_rows(rows_of(world), CRISES)
        for key, value in only.items():
            rows = rows[rows[key] == value]
        found[world] = rows.set_index(column)
    lines = []
    for name, words in names.items():
        if all(name in rows.index for rows in found.values()):
            cells = [
                f"{at['bias']:+.2g} ({at['true_effect']:+.2g}); {at['coverage']:.0%}; {at['sham_alarm']:.0%}"
                for at in (rows.loc[name] for rows in found.values())
            ]
            lines.append((words, *cells))
    return table((heading, *(WORLDS[world][0] for world in found)), lines)


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
        shutil.copyfile(folder / "pilot-evidence" / "figures" / f"found_and_true_{CRISES}.png", PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
