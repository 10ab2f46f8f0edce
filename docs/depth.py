"""Keeps how the difference between radical and rationing in Croydon depends on how deep the cut is, and what it is made of.

python docs/depth.py FOLDER      runs what is not there yet, a comparison at five depths and its parts at each, and keeps the
                                 figures that the pages show (a quarter of an hour on two cores)
"""

import json
import subprocess
import sys
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from wordlist import DOCS, table

from experiments.analysis.statistics.paired import difference_interval
from experiments.text.numerals import difference

KEPT = DOCS / "images" / "croydon_depth.json"
REDESIGN = (sys.executable, "-m", "redesign")
CUTS = ("0", "0.05", "0.15", "0.3", "0.4", "place")
"""Depths of the council's cut; the last is Croydon's own, year by year."""
EVERY_CUT = "policy.*.levers.envelope.cut"
SHARED = ("place=croydon", "scale=0.1", "years=10", "replicates=10")
ARMS, CONTRAST = "arms=[null,rationing,radical]", "contrast=[radical,rationing]"
OUTCOMES = {
    "crises": "Crises begun",
    "unmet_asks": "Refused, turned away or gave up",
    "life_satisfaction_in_need": "Life satisfaction in need",
}
WHOLE, ELSE, MANAGEMENT = "(whole difference)", "(without the other's levers)", "management (a judgement)"
TEN_POINTS = 0.1
NO_MANAGEMENT = "all but management"


def commands(folder: Path) -> dict[Path, tuple[str, ...]]:
    """What is run, and where it is kept."""
    grid = f"grid={{{EVERY_CUT}:[{','.join(CUTS)}]}}"
    found = {folder / "sweep": ("sweep", *SHARED, ARMS, CONTRAST, grid)}
    for cut in CUTS:
        found[folder / f"parts-{cut}"] = ("attribute", "among=parts", *SHARED, f"{EVERY_CUT}={cut}")
    return found


def keep(folder: Path) -> dict[str, Any]:
    """The figures of finished runs: levels and differences by depth, and the parts of the difference in crises."""
    swept = pd.read_csv(folder / "sweep" / "sweep.csv")
    rows = [
        {"cut": str(row[EVERY_CUT]), "outcome": row["outcome"], "rationing": row["rationing"], **_told(row, "diff")}
        for row in swept[swept["outcome"].isin(list(OUTCOMES))].to_dict("records")
    ]
    parts = []
    for cut in CUTS:
        found = pd.read_csv(folder / f"parts-{cut}" / "attribution.csv").query("measure == 'crises'")
        of = found.set_index("part")
        told = {name: _told(row, "share") for name, row in of.to_dict("index").items()}
        left = float(of.loc[WHOLE, "share"] - of.loc[MANAGEMENT, "last_in_share"])
        parts.append({"cut": cut, "parts": told, NO_MANAGEMENT: left})
    return {"outcomes": rows, "crises": parts, "ten points": _slopes(folder)}


def _slopes(folder: Path) -> dict[str, dict[str, float]]:
    """How much each part of the difference in crises changes with ten points more of a cut, pair by pair."""
    depths = [float(cut) for cut in CUTS if cut != "place"]
    files = [folder / f"parts-{cut}" / "attribution_by_replication.parquet" for cut in CUTS if cut != "place"]
    pairs = [pd.read_parquet(file).query("measure == 'crises'").set_index("replication") for file in files]
    found = {}
    for name in pairs[0].columns.drop(["measure", ELSE]):
        changes = TEN_POINTS * np.polyfit(depths, np.array([each[name] for each in pairs]), 1)[0]
        low, high, _ = difference_interval(changes)
        found[name] = {"diff": float(changes.mean()), "ci_lo": low, "ci_hi": high}
    return found


def _told(row: Mapping[Hashable, Any], value: str) -> dict[str, float]:
    """A difference with its interval."""
    return {"diff": float(row[value]), "ci_lo": float(row["ci_lo"]), "ci_hi": float(row["ci_hi"])}


def named(cut: str) -> str:
    """A depth in words."""
    return "Croydon's own, 14.9%" if cut == "place" else f"{float(cut):.0%}"


def by_depth() -> str:
    """A line for each depth: rationing's level and the difference, outcome by outcome."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["outcomes"]
    lines = []
    for cut in CUTS:
        at = {row["outcome"]: row for row in kept if _same(row["cut"], cut)}
        cells = [f"{_level(at[name]['rationing'])}; {difference(at[name], brief=True)}" for name in OUTCOMES]
        lines.append((named(cut), *cells))
    heads = [f"{title}: rationing; radical minus rationing" for title in OUTCOMES.values()]
    return table(("cut", *heads), lines)


def parts_by_depth() -> str:
    """A line for each depth: what the difference in crises is made of."""
    kept, slopes = (json.loads(KEPT.read_text(encoding="utf-8"))[name] for name in ("crises", "ten points"))
    names = list(kept[0]["parts"])
    lines = [
        (
            named(row["cut"]),
            *(difference(row["parts"][name], brief=True) for name in names),
            f"{row[NO_MANAGEMENT]:+.2f}".replace("-", "−"),
        )
        for row in kept
    ]
    lines.append(("*for each ten points more*", *(difference(slopes[name], brief=True) for name in names), ""))
    return table(("cut", *names, NO_MANAGEMENT), lines)


def _level(value: float) -> str:
    """A level in three figures."""
    return f"{value:#.3g}".rstrip(".")


def _same(one: str, other: str) -> bool:
    """Whether two depths are one, however they are written."""
    return one == other if "place" in (one, other) else float(one) == float(other)


def main(words: Sequence[str]) -> int:
    """Runs what is missing and keeps what the pages show."""
    if len(words) != 1 or words[0].startswith("-"):
        print(__doc__)
        return 0 if words in (["--help"], ["-h"]) else 2
    folder = Path(words[0]).resolve()
    for out, command in commands(folder).items():
        subprocess.run((*REDESIGN, *command, f"out={out}"), check=True, cwd=DOCS.parent)
    KEPT.write_text(json.dumps(keep(folder), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
