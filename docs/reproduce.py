"""Holds a run of the README's comparison against the one that the README shows, file by file.

python docs/reproduce.py FOLDER            says which files of a finished `redesign compare` are the same to the last byte
python docs/reproduce.py FOLDER --keep     makes this run the one that the README shows: picture, screen, hashes; and
                                           keeps how Croydon settles, for the page of limits
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

IMAGES = Path(__file__).resolve().parent / "images"
KEPT = IMAGES / "croydon.json"
PLACE = IMAGES / "croydon_place.json"
FIGURE = "figures/outcomes_over_time.png"
NUMBERS = (".csv", ".parquet", "network.json")
"""Ends of the names of files that hold numbers; pictures and pages also depend on a machine's fonts."""


def outputs(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a finished run that holds numbers, and of the figure, from its manifest."""
    manifest = folder / "manifest.json"
    found = json.loads(manifest.read_text(encoding="utf-8")).get("outputs") if manifest.is_file() else None
    if not found:
        raise SystemExit(f"{folder} holds no finished comparison: run redesign compare out={folder}")
    return {name: code for name, code in sorted(found.items()) if name.endswith(NUMBERS) or name == FIGURE}


def compare(kept: dict[str, str], made: dict[str, str]) -> tuple[list[str], list[str]]:
    """A line for every file, and the names of those whose numbers are not the same."""
    lines, other = [], []
    for name in sorted(kept.keys() | made.keys()):
        same = kept.get(name) == made.get(name)
        picture = not name.endswith(NUMBERS)
        lines.append(
            f"{'same     ' if same else 'different'} {name}{' (fonts may differ)' if picture and not same else ''}"
        )
        other += [name] if not same and not picture else []
    return lines, other


def keep(folder: Path) -> None:
    """Make a run the one that the README shows."""
    made = outputs(folder)
    command = [sys.executable, "-m", "experiments.cli", "compare", f"out={folder}"]
    wide = {**os.environ, "COLUMNS": "100"}
    shown = subprocess.run(command, env=wide, check=True, capture_output=True, text=True).stdout
    text = "\n".join(line.rstrip() for line in shown.strip().splitlines())
    text = re.sub(r"^Results: \S+", "Results: results/compare-croydon-…", text, flags=re.MULTILINE)
    shutil.copyfile(folder / FIGURE, IMAGES / "croydon_outcomes.png")
    (IMAGES / "croydon_screen.txt").write_text(text + "\n", encoding="utf-8")
    KEPT.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def settled() -> list[dict[str, object]]:
    """How Croydon settles under the rules of 2010, line by line beside the real figures."""
    from experiments.configuration.compose import compose
    from experiments.questions.compare import question
    from simulation.settling.baseline import baseline_report
    from simulation.settling.settle import settle

    world = question.check(compose("compare", ["place=croydon"], [])).world
    kept = ("section", "label", "model", "unit", "observed", "low", "high")
    rows = [row._asdict() for row in baseline_report(settle(world), tipping=False)]
    return [{name: row[name] for name in kept} for row in rows if row["model"] is not None]


def main(words: Sequence[str]) -> int:
    """Check a folder, or keep it."""
    given = [word for word in words if not word.startswith("--")]
    if len(given) != 1:
        raise SystemExit(__doc__)
    folder = Path(given[0]).resolve()
    if "--keep" in words:
        keep(folder)
        PLACE.write_text(json.dumps(settled(), indent=1) + "\n", encoding="utf-8")
        print("kept; now run python docs/generate.py")
        return 0
    lines, other = compare(json.loads(KEPT.read_text(encoding="utf-8")), outputs(folder))
    print("\n".join(lines))
    print(f"{len(other)} files hold other numbers" if other else "the numbers are the same to the last byte")
    return int(bool(other))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
