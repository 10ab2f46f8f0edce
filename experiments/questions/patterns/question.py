"""The question `redesign patterns`: does the model do what really happened, without having been told to?"""

from __future__ import annotations

import datetime
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from experiments.configuration.compose import Composed
from experiments.errors import ConfigurationError, Fault
from experiments.questions.base import Question
from experiments.questions.patterns import page, runs
from experiments.questions.patterns.plan import Trials, check
from experiments.questions.patterns.schema import Asked
from experiments.results import manifest, store
from experiments.running.session import Resources, Session, model_version
from experiments.text.purpose import PURPOSE

SUMMARY, REPLICATIONS, PAGE = "summary.csv", "replications.csv", "patterns.md"
COMMIT_LETTERS = 12
WIDTH = 118


class Patterns(Question[Trials]):
    """Experiments whose outcome is known, each in a place of its own."""

    name = "patterns"
    settings = Asked

    def plans(self, composed: Composed) -> Trials:
        """Plans an experiment for each pattern that is asked for."""
        return check(composed)

    def answer(self, asked: Trials) -> int:
        """Answers, and puts the page where the user wants it too."""
        status = super().answer(asked)
        if asked.asked.write:
            _publish(self.session(asked).out, Path(asked.asked.write).expanduser())
        return status

    def session(self, asked: Trials) -> Session:
        """The folder of all patterns."""
        model, own = model_version(), asked.asked
        key = asked.results_key(model)
        out = Path(own.out or f"results/patterns-{key[:8]}").expanduser()
        with_what = Resources(own.workers, own.threads)
        return Session(self.name, out, key, asked.configuration(), with_what, self.name, model=model)

    def analyse(self, asked: Trials, session: Session) -> dict[str, Any]:
        """Lives every experiment, judges every pattern, and writes the tables and the page."""
        facts = {
            **manifest.made_with(session.model),
            "question": self.name,
            "patterns": [each.name for each in asked.trials],
            "seed": asked.asked.seed,
            "configuration": session.asked,
        }
        out = session.out
        summary, values = runs.analyse(asked, runs.live(asked, session))
        store.write_csv(out / SUMMARY, summary)
        store.write_csv(out / REPLICATIONS, values)
        about = {each.name: each.pattern.model_dump() for each in asked.trials}
        text = page.page(summary, _in_words(facts, asked), about)
        store.write_atomically(out / PAGE, lambda temporary: store.write_text(temporary, text))
        return facts

    def figures(self, out: Path, artists: Executor | None = None) -> None:
        """Draws what really happened beside what the model does."""
        from experiments.questions.patterns.figures import write_figure  # here: drawing takes long to load

        write_figure(pd.read_csv(out / SUMMARY), out / "figures")

    def show(self, out: Path, asked: Trials) -> None:
        """Prints the table from the files of a finished run."""
        _show(out)


QUESTION = Patterns()


def _publish(out: Path, written: Path) -> None:
    """Puts the page of a finished run, and its figure beside it, where the user wants them."""
    try:
        written.parent.mkdir(parents=True, exist_ok=True)
        picture = written.with_name(page.PICTURE)
        for source, target in ((out / PAGE, written), (out / "figures" / page.PICTURE, picture)):
            content = source.read_bytes()
            store.write_atomically(target, partial(store.write_bytes, content=content))
    except OSError as error:
        why = f"cannot be written: {error.strerror or error}"
        raise ConfigurationError(Fault(f"write={written}", why, "name another file")) from error
    print(f"The page was written to {written}.")


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


def _table(summary: pd.DataFrame) -> Table:
    """What really happened and what the model does, one line a number."""
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
