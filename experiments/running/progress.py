"""The progress bar of a run, on the error stream so that the answer can be piped."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from experiments.text.telling import is_silent
from experiments.text.terminal import Page


class RunProgress:
    """What a run tells while it goes on, on a terminal."""

    def __init__(self, bar: Progress, task: TaskID, settling: TaskID):
        self._bar, self._task, self._settling = bar, task, settling

    def settling(self, *steps: float) -> None:
        """Shows the place settling; takes what is done and what there is to do, or nothing."""
        if len(steps) == 2:
            self._bar.update(self._settling, completed=steps[0], total=steps[1])

    def advance(self) -> None:
        """One more replication has ended."""
        self._bar.update(self._settling, visible=False)
        self._bar.update(self._task, advance=1)


class NotebookProgress(RunProgress):
    """What a run tells while it goes on, in a notebook: one line under the cell, which stays when the run has ended."""

    def __init__(self, title: str, pieces: int, done: int, noun: str):
        from IPython.display import display  # here, because only a notebook has it

        self._title, self._pieces, self._done, self._noun = title, pieces, done, noun
        self._line: Any = display(self._drawn(title, done, pieces), raw=True, display_id=True)

    def settling(self, *steps: float) -> None:
        """Shows the place settling."""
        if len(steps) == 2:
            self._line.update(self._drawn(f"{self._title}: settling the place", *steps), raw=True)

    def advance(self) -> None:
        """One more replication has ended."""
        self._done += 1
        said = f"{self._title}: {self._done} of {self._pieces} {self._noun}s"
        self._line.update(self._drawn(said, self._done, self._pieces), raw=True)

    @staticmethod
    def _drawn(said: str, done: float, whole: float) -> dict[str, str]:
        """The line, for notebooks that show HTML and for those that do not."""
        bar = f'<progress value="{done:g}" max="{whole:g}"></progress> {html.escape(said)}'
        return {"text/plain": said, "text/html": bar}


@contextmanager
def shown_progress(
    title: str, pieces: int, waiting: int, compiled: bool, noun: str = "replication"
) -> Iterator[RunProgress]:
    """Shows a bar with the time left for as long as the block lasts."""
    console = Page(stderr=True, quiet=is_silent())
    if console.is_jupyter and not console.quiet:
        yield NotebookProgress(title, pieces, pieces - waiting, noun)
        return
    if not compiled:
        console.print(
            "Compiling the model's rules for this machine: the first run takes a minute longer than the next ones."
        )
    if waiting < pieces:
        console.print(f"{pieces - waiting} of {pieces} {noun}s are kept from before; {waiting} to go.")
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        settling = bar.add_task("settling the place", total=None)
        task = bar.add_task(title, total=pieces, completed=pieces - waiting)
        yield RunProgress(bar, task, settling)
