"""The question `redesign patterns`: does the model do what really happened, without having been told to?"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments.configuration.compose import Question
from experiments.errors import STOPPED, ConfigurationError, Fault, Stopped
from experiments.questions.patterns.plan import Trials, check
from experiments.questions.patterns.schema import Asked

SUMMARY, REPLICATIONS, PAGE = "summary.csv", "replications.csv", "patterns.md"
COMMIT_LETTERS = 12
WIDTH = 118


def answer(trials: Trials) -> int:
    """Runs what has not been run, judges every pattern, writes the results and shows them."""
    from experiments.results import results_folder

    model = import_module("experiments.running.engine").model_version()
    key, asked = trials.results_key(model), trials.configuration()
    out = Path(trials.asked.out or f"results/patterns-{key[:8]}").expanduser()
    if results_folder.state_of(out, key, asked) != "finished":
        with _keeping(out), results_folder.claimed(out, key, asked):
            _run(trials, model, key, asked, out)
    _show(out)
    if trials.asked.write:
        _publish(out, Path(trials.asked.write).expanduser())
    return 0


ask = Question(check, answer, Asked)


def _publish(out: Path, page: Path) -> None:
    """Puts the page of a finished run, and its figure beside it, where the user wants them."""
    from experiments.questions.patterns.page import PICTURE
    from experiments.report.drawing import write_whole

    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        for source, target in ((out / PAGE, page), (out / "figures" / PICTURE, page.with_name(PICTURE))):
            write_whole(target, source.read_bytes())
    except OSError as error:
        raise ConfigurationError(
            Fault(f"write={page}", f"cannot be written: {error.strerror or error}", "name another file")
        ) from error
    print(f"The page was written to {page}.")


@contextmanager
def _keeping(out: Path) -> Iterator[None]:
    """Says what is kept when a run is interrupted or the disk gives way."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(f"stopped. What had finished is kept in {out}; the same command goes on.", STOPPED) from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Stopped(
            f"results cannot be written ({why}: {error.filename or out}). What had finished is kept in {out}; "
            "the same command goes on."
        ) from error


def _run(trials: Trials, model: str, key: str, asked: dict[str, Any], out: Path) -> None:
    """Lives, judges, draws; the manifest comes last and says that all is there."""
    from experiments.questions.patterns import page, runs
    from experiments.questions.patterns.figures import write_figure
    from experiments.report.drawing import write_whole
    from experiments.results import manifest, results_folder

    facts = {
        **manifest.made_with(model),
        "question": "patterns",
        "patterns": [each.name for each in trials.trials],
        "seed": trials.asked.seed,
        "results_key": key,
        "configuration": asked,
    }
    folders = runs.live(trials, model, out)
    summary, values = runs.analyse(trials, folders)
    for name, table in ((SUMMARY, summary), (REPLICATIONS, values)):
        write_whole(out / name, table.to_csv(index=False, lineterminator="\n").encode())
    write_figure(summary, out / "figures")
    about = {each.name: each.pattern.model_dump() for each in trials.trials}
    text = page.page(summary, _in_words(facts, trials), about)
    write_whole(out / PAGE, text.encode())
    manifest.write(out, facts, finished=True)
    results_folder.tidy(out)


def _in_words(facts: dict[str, Any], trials: Trials) -> dict[str, Any]:
    """What the page says of how it was made."""
    sizes: dict[str, list[int]] = {}
    for trial in trials.trials:
        where = f"{trial.plan.world.place.title} at scale {trial.plan.settings.scale:g}"
        sizes.setdefault(where, []).append(trial.plan.settings.replicates)
    words = [f"{where}, {' to '.join(map(str, sorted({min(n), max(n)})))} replications" for where, n in sizes.items()]
    git = facts["git"]
    return {
        "purpose": facts["purpose"],
        "commit": str(git["commit"])[:COMMIT_LETTERS],
        "dirty": git["dirty"] is True,
        "day": datetime.date.today().isoformat(),
        "sizes": "; ".join(words),
    }


def _show(out: Path) -> None:
    """Prints the table of a finished run from its files."""
    import pandas as pd
    from rich.console import Console

    from experiments.questions.patterns import page
    from experiments.text.purpose import PURPOSE

    console = Console(highlight=False)
    console.width = WIDTH if not console.is_terminal else min(WIDTH, console.width)
    summary = pd.read_csv(out / SUMMARY)
    console.print(PURPOSE, style="italic")
    console.print(_table(summary))
    for _, row in summary[summary["verdict"] != "met"].iterrows():
        words = f"{row['number']} {row['verdict']}: {row['measure_title']}. Speaks against {row['indicts']}."
        console.print(words, markup=False)
    console.print(
        f"{page.tallied(summary)}. ? marks a verdict that chance alone could change. Results: {out}", style="bold"
    )


def _table(summary: Any) -> Any:
    """What really happened and what the model does, one line a number."""
    from rich import box
    from rich.table import Table

    from experiments.questions.patterns import page

    table = Table(
        title="What really happened, and what the model does", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1)
    )
    table.add_column("", justify="right")
    table.add_column("Number", max_width=44)
    table.add_column("Really", justify="right", max_width=13)
    table.add_column("Model (95%)", justify="right", min_width=24)
    table.add_column("Met within", justify="right", max_width=12)
    table.add_column("Verdict")
    for _, part in summary.groupby("pattern", sort=False):
        first = part.iloc[0]
        title, verdict = (f"[bold]{first[key]}[/bold]" for key in ("title", "pattern_verdict"))
        table.add_row(f"[bold]{first['number']}[/bold]", title, "", "", "", verdict)
        for _, row in part.iterrows():
            table.add_row(
                "",
                row["measure_title"],
                page.observed(row).partition(" (")[0],
                page.model(row),
                page.bounds(row["met_low"], row["met_high"], row["unit"]),
                row["verdict"] + ("" if row["certain"] else " ?"),
            )
    return table
