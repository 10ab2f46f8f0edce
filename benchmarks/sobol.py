"""How long shares of variance take: eight inputs, 64 base points, 5 replications, both arms, ten years, on teaching_town.

Run with `python benchmarks/sobol.py` on a quiet machine; it takes minutes. Writes benchmarks/sobol.md. `python
benchmarks/sobol.py 8` takes 8 base points and says how long 64 would take at the same pace; it writes nothing.
"""

import platform
import sys
import tempfile
import time
from pathlib import Path

from experiments.analysis.uncertainty import screening
from experiments.analysis.verdicts.responses import words_of
from experiments.configuration.compose import compose
from experiments.questions.sensitivity import question as sensitivity
from experiments.questions.sensitivity import steps, tables
from experiments.running.pool import cores

BASE, LIMIT = 64, 600
INPUTS = (
    "lever.transition.decommission",
    "lever.transition.double_running",
    "behaviour.redesign.adaptation_loss",
    "behaviour.redesign.hurdle",
    "behaviour.citizens.trust_start",
    "behaviour.workforce.turnover",
    "behaviour.accountability.pressure_2010",
    "behaviour.citizens.word_of_mouth",
)
ASKED = ["place=teaching_town", "arms=[rationing,radical]", "years=10", "replicates=5", f"inputs=[{','.join(INPUTS)}]"]
OUT = Path(__file__).with_name("sobol.md")


def main() -> None:
    """Runs the design, works out the indices, and tells the time."""
    base = int(sys.argv[1]) if len(sys.argv) > 1 else BASE
    with tempfile.TemporaryDirectory() as temporary:
        asked = sensitivity.QUESTION.plans(
            compose("sensitivity", [*ASKED, f"base_points={base}", f"out={temporary}/out"], [])
        )
        names = list(asked.inputs)
        if len(names) != len(INPUTS):
            raise SystemExit(f"{len(names)} inputs fit, not {len(INPUTS)}: {', '.join(names)}")
        began = time.perf_counter()
        shares = screening.sobol_shares(names, base, asked.own.design_seed)
        found = steps.responses(asked, Path(temporary), "variance", names, shares)
        words = words_of(asked.base.settings.outcomes, asked.base.valuation)
        table = tables.indices(names, found, words, asked.own.design_seed)
        took = time.perf_counter() - began
    points, runs = len(shares), 2 * len(found)
    told = (
        f"{points} points, {runs:,} runs of ten years in {took:.0f} seconds ({took / 60:.1f} minutes) with "
        f"{cores()} cores, indices of {len(words)} responses ({len(table)} rows) included."
    )
    if base != BASE:
        print(f"{told}\n{BASE} base points would take {took * BASE / base / 60:.1f} minutes at this pace.")
        return
    lines = [
        "# Speed of shares of variance",
        "",
        told,
        "",
        f"Inputs: {', '.join(INPUTS)}. {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}.",
        "",
        f"Wanted: under {LIMIT // 60} minutes on two cores.",
    ]
    OUT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
