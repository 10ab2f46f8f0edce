"""Keeps what the lab's ready-made comparisons showed, for the guide to the lab.

python docs/presets.py FOLDER    runs what is not there yet, each as a visitor of the lab would (minutes), and keeps what it says
"""

import json
import sys
from pathlib import Path
from typing import Any

from wordlist import DOCS

from experiments.analysis.verdicts.answer import Answer
from experiments.lab import configuration
from experiments.lab.benches import worker
from experiments.lab.lay_words import pages
from experiments.lab.state import State, read_state

KEPT = DOCS / "images" / "presets.json"


def state_of(name: str) -> State:
    """What a ready-made comparison asks for."""
    return read_state({key: str(value) for key, value in pages()["presets"][name]["address"].items()})


def told(name: str, folder: Path) -> dict[str, Any]:
    """Runs a ready-made comparison in a folder, or opens it there, and says what came out.

    Args:
        name: of the comparison.
        folder: that keeps it and the places that have settled.
    """
    state, out = state_of(name), dict[str, Any]()
    for each in ("settled", f"{name}/results"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    configuration.write(state, folder / name / "own")

    def tell(what: str, **more: Any) -> None:
        out.update(more)

    worker.run(folder / name / "own", folder / name / "results", folder / "settled", tell)
    found = Answer.read(Path(out["out"])).briefly(configuration.titles(state))
    return {
        "people": state.place,
        "years": state.years,
        "runs": state.replicates,
        "seed": state.seed,
        "headline": found.headline,
        "lines": {line.label: line.text for line in found.lines},
    }


def table() -> str:
    """What each ready-made comparison showed, in the words of the page."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    lines = ["\n| Comparison | What was seen |", "|---|---|"]
    for name, preset in pages()["presets"].items():
        found = kept[name]
        felt, worse = (text.replace("|", "\\|") for text in list(found["lines"].values())[:2])
        lines.append(
            f"| *{preset['title']}*, {found['years']} years | **{found['headline']}.** {felt} *What got worse:* {worse} |"
        )
    return "\n".join(lines) + "\n\n"


def main(words: list[str]) -> int:
    """Runs the comparisons and keeps what they say."""
    if len(words) != 1:
        print(__doc__)
        return 2
    found = {}
    for name in pages()["presets"]:
        found[name] = told(name, Path(words[0]))
        print(f"{name}: {found[name]['headline']}", flush=True)
    KEPT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
