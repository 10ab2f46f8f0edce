"""The tables that the site is drawn from: where they are kept, and which version of the model made each.

python docs/site/kept_tables.py FOLDER    runs what is not there yet (half an hour on two cores) and keeps the tables anew;
                                          lessons are kept by docs/lessons.py --run
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kept_folders
import pandas as pd
import slider_answers
import slider_points

from experiments.configuration import options

HERE = Path(__file__).with_name("kept")
REDESIGN = (sys.executable, "-m", "redesign")
MAKES = "python docs/remake.py"
OUTCOMES = "outcomes=[crises,need_share,life_satisfaction_in_need,unmet_asks,delayed_days,public_spend_total]"
REPORTS = {
    "town": ("compare", "place=teaching_town", "years=10", "replicates=8"),
    "life": ("biography", "place=teaching_town", "years=10"),
    "nation": ("nation", "scale=0.01", "years=10", "replicates=8", "settling_luck=own", OUTCOMES),
    "watch": ("watch", "place=teaching_town", "years=10"),
}
"""What is asked for each report, and for the town that can be watched."""
SLIDERS = (
    *("sweep", "place=teaching_town", "years=10", "replicates=6", *slider_points.WIDE),
    *("arms=[status_quo,rationing,radical]", "contrast=[radical,rationing]"),
)


@dataclass(frozen=True)
class Kept:
    """The folder of kept tables.

    Attributes:
        folder: where it is.
    """

    folder: Path = HERE

    @property
    def sliders(self) -> Path:
        """Differences at every point of the sliders."""
        return self.folder / "sliders.csv"

    @property
    def watched(self) -> Path:
        """Two towns that can be watched."""
        return self.report("watch")

    @property
    def nation(self) -> Path:
        """A country, authority by authority."""
        return self.report("nation")

    def report(self, name: str) -> Path:
        """A finished results folder in small."""
        return self.folder / f"{name}.zip"

    def lesson(self, name: str) -> Path:
        """What was found at every position of a lesson's sliders."""
        return self.folder / "lessons" / f"{name}.json"

    def lessons(self) -> dict[str, dict[str, Any]]:
        """What was found in every lesson that is kept."""
        files = sorted((self.folder / "lessons").glob("*.json"))
        return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}

    def facts(self) -> dict[str, Any]:
        """How the table of the sliders was made."""
        return dict(json.loads(self.sliders.with_suffix(".json").read_text(encoding="utf-8")))

    def made_by(self) -> dict[str, str]:
        """The version of the model that made each kept table, by what it is called on a page."""
        found = {}
        if self.sliders.is_file():
            found["The numbers of the sliders"] = str(self.facts()["model"])
        for name in REPORTS:
            if self.report(name).is_file():
                found[f"The numbers of the report “{name}”"] = model_of(kept_folders.manifest_of(self.report(name)))
        for told in self.lessons().values():
            found[f"The numbers of the lesson “{told['lesson']['title']}”"] = str(told["model"]).split()[0]
        return found

    def absent(self) -> list[str]:
        """What is not kept, so that the site does without."""
        files = [self.sliders, *map(self.report, REPORTS), *map(self.lesson, options.find("lesson"))]
        return [
            f"{file.name} is not kept, so the site does without it; to make it: {MAKES}"
            for file in files
            if not file.is_file()
        ]


def model_of(manifest: dict[str, Any]) -> str:
    """The version of the model, as a manifest says it."""
    return str(manifest["model_version"]).split()[0]


def commands(folder: Path) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """What is run: its name, its folder, and the words of the command."""
    yield "sliders", folder / "sliders", (*SLIDERS, f"table={folder / 'points.csv'}")
    for name, words in REPORTS.items():
        yield name, folder / name, words


def keep(folder: Path, into: Kept) -> None:
    """Keeps what the site needs of finished runs."""
    for name, out, words in commands(folder):
        if name == "sliders":
            keep_sliders(out, words, into)
        else:
            kept_folders.keep(out, into.report(name))


def keep_sliders(out: Path, words: Sequence[str], into: Kept) -> None:
    """Keeps the differences at every point of the sliders, and how they were made."""
    table = slider_answers.kept_of(out)
    told = pd.DataFrame(slider_points.values(), columns=[slider.name for slider in slider_points.SLIDERS])
    rounded = table.join(told, on="point").map(
        lambda value: float(f"{value:.5g}") if isinstance(value, float) else value
    )
    rounded.to_csv(into.sliders, index=False)
    said = json.loads((out / kept_folders.MANIFEST).read_text(encoding="utf-8"))
    command = " ".join(["redesign", *(word for word in words if not word.startswith("table="))])
    facts = {"model": model_of(said), "command": command, "pairs": int(table["pairs"].min())}
    into.sliders.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def main(words: Sequence[str]) -> int:
    """Runs what is missing, and keeps it."""
    if len(words) != 1 or words[0].startswith("-"):
        print(__doc__)
        return 0 if list(words) in (["--help"], ["-h"]) else 2
    folder = Path(words[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    slider_points.write_table(folder / "points.csv")
    for _, out, asked in commands(folder):
        subprocess.run([*REDESIGN, *asked, f"out={out}"], check=True)
    keep(folder, Kept())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
