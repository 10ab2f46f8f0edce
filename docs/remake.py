"""Remakes everything in this repository that comes from runs of the model: posterior, patterns, the README's run, lessons' keys.

python docs/remake.py            makes what is not made yet with today's model, step after step; the same command goes on
                                 after an interruption, because every run is kept in results/ under the model's own hash
python docs/remake.py --list     says what would be made, and about how long each step takes
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from simulation.compile import sources_hash

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PYTHON = (sys.executable,)
REDESIGN = (*PYTHON, "-m", "redesign")


@dataclass(frozen=True)
class Step:
    """Something that is made from runs.

    Attributes:
        name: of it.
        minutes: that it takes on two cores.
        commands: that make it, each as the words of a command line.
        copies: finished files to where the repository keeps them.
    """

    name: str
    minutes: int
    commands: tuple[tuple[str, ...], ...]
    copies: dict[Path, Path] = field(default_factory=dict)


def steps(results: Path) -> list[Step]:
    """Everything that is made from runs, in an order in which what one needs was made before it.

    Args:
        results: the folder that keeps the runs of today's model.
    """
    calibration, compared = results / "calibration", results / "compare"
    at = os.path.relpath(calibration, ROOT)  # the posterior remembers the command, on whatever machine
    shown = {"agreement": "figures", "prior_and_posterior": "numbers"}
    images = {f"figures/{made}.png": DOCS / "images" / f"calibration_{name}.png" for made, name in shown.items()}
    posterior = ROOT / "configs" / "calibration" / "posterior.csv"
    return [
        Step(
            "posterior: sets of numbers that agree with England before April 2011",
            7,
            ((*REDESIGN, "calibrate", f"out={at}"),),
            {calibration / "posterior.csv": posterior, **{calibration / name: to for name, to in images.items()}},
        ),
        Step(
            "patterns: what the model repeats of what really happened",
            25,
            ((*REDESIGN, "patterns", f"out={results / 'patterns'}", f"write={DOCS / 'explanation' / 'patterns.md'}"),),
        ),
        Step(
            "the README's comparison: screen, picture, hashes, and how Croydon settles",
            5,
            ((*REDESIGN, "compare", f"out={compared}"), (*PYTHON, str(DOCS / "reproduce.py"), str(compared), "--keep")),
        ),
        Step(
            "how deep the cut is: Croydon at five depths and its own, and what the difference is made of at each",
            10,
            ((*PYTHON, str(DOCS / "depth.py"), str(results / "depth")),),
        ),
        Step(
            "the essay's question: four places in some thirty worlds each",
            30,
            ((*PYTHON, str(DOCS / "answer.py"), str(results / "answer")),),
        ),
        Step(
            "would the zones have shown it: England lived both ways in three worlds, and pilots drawn from each",
            50,
            ((*PYTHON, str(DOCS / "zones.py"), str(results / "zones")),),
        ),
        Step(
            "what the lab's ready-made comparisons showed",
            2,
            ((*PYTHON, str(DOCS / "presets.py"), str(results / "presets")),),
        ),
        Step(
            "every lesson at every setting: the teacher's keys, and the lessons of the site",
            8,
            ((*PYTHON, str(DOCS / "lessons.py"), "--run"),),
        ),
        Step(
            "the site's other tables: the sliders' points, three reports, England's map",
            25,
            ((*PYTHON, str(DOCS / "site" / "kept_tables.py"), str(results / "site")),),
            {results / "site" / "nation" / "figures" / "map_crises.png": DOCS / "images" / "england_map.png"},
        ),
        Step("pages that are written from these", 1, ((*PYTHON, str(DOCS / "generate.py")),)),
    ]


def make(step: Step, run: Callable[..., object] = subprocess.run) -> None:
    """Makes a step's results, or goes on with them, and copies what the repository keeps."""
    for command in step.commands:
        run(command, cwd=ROOT, check=True)
    for made, kept in step.copies.items():
        shutil.copyfile(made, kept)


def main(words: list[str]) -> int:
    """Makes every step, or lists them; returns the exit status."""
    if words not in ([], ["--list"]):
        print(__doc__)
        return 0 if words in (["--help"], ["-h"]) else 2
    results = ROOT / "results" / f"remade-{sources_hash()}"
    every = steps(results)
    print(
        f"{len(every)} steps, about {sum(step.minutes for step in every)} minutes on two cores; runs are kept in {results}"
    )
    for number, step in enumerate(every, 1):
        print(f"{number}. {step.name}: about {step.minutes} minutes", flush=True)
        if words == ["--list"]:
            continue
        began = time.monotonic()
        make(step)
        print(f"   made in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
