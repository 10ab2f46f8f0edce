"""How long it takes to open a finished country of 151 authorities: `python benchmarks/open_nation.py [ROUNDS [CHECKOUT ...]]`.

Two small authorities are lived thirty times over ten years under both policies. The same writer then lays their years down
under every authority, times its people, and tables, figures and signature are made of them as a run makes them. So all files
are of the size that they have. Then the folder is opened anew by processes of their own, as a user would.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import redesign
from experiments.analysis.statistics.sides import ABOVE, BELOW
from experiments.configuration.compose import compose
from experiments.questions.nation.question import QUESTION
from experiments.results import consolidate, manifest, run_index
from experiments.results.consolidate import RUNS
from experiments.running.design_run import DesignRun
from experiments.running.finished.recalled import words_of
from experiments.running.session import model_version
from experiments.storage import write_atomically, write_table

LIVED = ("rutland", "hartlepool")
REPLICATIONS, YEARS, SCALE = 30, 10, 0.1
ROUNDS = 5
WAYS = {
    "redesign nation": ["-m", "experiments.cli", "nation"],
    "redesign report": ["-m", "experiments.cli", "report"],
    "redesign.open(...).table('authorities')": ["-c"],
}


def settings(out: Path) -> list[str]:
    """What the country was asked with."""
    return [f"scale={SCALE}", f"replicates={REPLICATIONS}", f"years={YEARS}", f"out={out}"]


def repeated(kept: pq.ParquetFile, asked: DesignRun) -> Iterator[pa.Table]:
    """The years of every authority: those of one that was lived, times the people."""
    groups = [kept.read_row_group(group) for group in range(kept.num_row_groups)]
    for point, plan in zip(asked.points, asked.plans, strict=True):
        table = groups[point.number % len(groups)]
        times = plan.world.place.population.number / asked.plans[0].world.place.population.number
        for place, name in enumerate(table.column_names):
            if name == "point":
                table = table.set_column(
                    place, table.schema.field(place), pa.array(np.full(len(table), point.number, np.int32))
                )
            elif name.endswith((ABOVE, BELOW)):
                told = table[name].to_numpy() * times
                whole = np.issubdtype(table.schema.field(place).type.to_pandas_dtype(), np.integer)
                values = pa.array(np.round(told).astype(np.int64) if whole else told, table.schema.field(place).type)
                table = table.set_column(place, table.schema.field(place), values)
        yield table


def build(folder: Path) -> Path:
    """Makes the folder of a finished country; returns where."""
    out, lived = folder / "country", folder / "lived"
    few = {"scale": 0.02, "years": YEARS, "replicates": REPLICATIONS}
    redesign.nation(authorities=list(LIVED), out=str(lived), progress=False, **few)
    asked = QUESTION.plans(compose("nation", settings(out), []))
    session, model = asked.session, model_version()
    with session.unfilled():
        with pq.ParquetFile(lived / RUNS) as kept:
            write = partial(consolidate.write_groups, tables=repeated(kept, asked), schema=kept.schema_arrow)
            write_atomically(out / RUNS, write)
        rows = [
            {"point": p.number, "replication": r, "run": f"{key[:16]}-{r:05d}", "sha256": key, "error": ""}
            for p, key in zip(asked.points, asked.keys, strict=True)
            for r in range(REPLICATIONS)
        ]
        write_table(out / run_index.KEPT, pa.Table.from_pylist(rows, run_index.COLUMNS))
        write_table(out / run_index.POINTS, run_index.points_table(asked.points))
        run_index.remember(out, "nation", asked.base.composed, asked.own_names, asked.points)
        found = {"question": "nation", "points": len(asked.points), "failed_replications": 0, **asked.analyse(out)}
        said = manifest.describe(asked.base, model, found) | {"nation": dict(asked.own), "inputs": asked.inputs}
        said |= {"words": words_of("nation", settings(out))}
        session.sign(said, lambda: QUESTION.figures(out))
    return out


def opened(words: Sequence[str], code: Path) -> tuple[float, float]:
    """Seconds until a process of its own has shown the folder with the code of a checkout, by the clock and of the processor."""
    environment = {**os.environ, "PYTHONPATH": str(code)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], check=True, capture_output=True, cwd=code, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, busy


def measured(out: Path, rounds: int, codes: Sequence[Path]) -> None:
    """Opens the folder in each way with each checkout in turn, and says how long that took."""
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
    yearly = (out / RUNS).stat().st_size / 1e6
    print(f"{pq.read_metadata(out / RUNS).num_rows:,} rows; {size:.1f} MB in all, {yearly:.1f} MB of them {RUNS}")
    show = f"import redesign; print(len(redesign.open({str(out)!r}).table('authorities')))"
    for way, words in WAYS.items():
        rest = settings(out) if "nation" in words else [show] if "-c" in words else [str(out)]
        took: dict[Path, list[tuple[float, float]]] = {code: [] for code in codes}
        for number in range(rounds + 1):
            for code in codes:
                seconds = opened([*words, *rest], code)
                if number:  # the first only warms what is compiled
                    took[code].append(seconds)
        for code, found in took.items():
            clock, busy = ([each[k] for each in found] for k in (0, 1))
            told = "; ".join(
                f"{min(each):.2f} s best, {float(np.median(each)):.2f} s median {of}"
                for each, of in ((clock, "by the clock"), (busy, "of the processor"))
            )
            print(f"{way}, {code}: {told}, {rounds} times")


def main(words: Sequence[str]) -> int:
    """Builds the folder and opens it with this code, or that of other checkouts in turn."""
    rounds, checkouts = int(words[0]) if words else ROUNDS, words[1:] or [str(Path(__file__).parents[1])]
    with tempfile.TemporaryDirectory() as folder:
        measured(build(Path(folder)), rounds, [Path(code).resolve() for code in checkouts])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
