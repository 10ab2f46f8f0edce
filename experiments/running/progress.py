"""The progress bar of a run, on the error stream so that the answer can be piped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class RunProgress:
    """What a run tells while it goes on."""

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


@contextmanager
def shown_progress(
    title: str, pieces: int, waiting: int, compiled: bool, noun: str = "replication"
) -> Iterator[RunProgress]:
    """Shows a bar with the time left for as long as the block lasts."""
    console = Console(stderr=True, highlight=False)
    if not compiled:
        console.print(
            "Compiling the model's rules for this machine: the first run takes a minute longer than the next ones."
        )
    if waiting < pieces:
        console.print(f"{pieces - waiting} of {pieces} {noun}s are kept from before; {waiting} to go.")
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        settling = bar.add_task("settling the place", total=None)
        task = bar.add_task(title, total=pieces, completed=pieces - waiting)
        yield RunProgress(bar, task, settling)
