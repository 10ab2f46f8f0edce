"""A comparison that the lab has been asked for: how far it is, and who waits for it."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENDED = ("finished", "refused", "failed", "cancelled", "too long")


@dataclass
class Run:
    """One comparison on its way.

    Attributes:
        number: of the order in which they were asked for.
        asked: what is told to the bench.
        what: the last thing it told: waiting, begun, settling, lived, picture, finished, refused, failed, cancelled, too long.
        out: where the results are.
        done: replications lived.
        pictured: replications that can be shown.
        settled: share of the settling that is done.
        words: what went wrong.
        work: years that people live in it, so that small ones are not kept waiting by large ones.
        passed: how many were taken before it that were asked for after it.
    """

    number: int
    asked: dict[str, Any]
    replicates: int
    what: str = "waiting"
    out: Path | None = None
    done: int = 0
    pictured: int = 0
    settled: float = 0.0
    words: str = ""
    work: float = 0.0
    passed: int = 0
    began: float = field(default_factory=time.monotonic)
    visitors: set[str] = field(default_factory=set)
    seconds_to_picture: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.what in ENDED

    def hear(self, told: dict[str, Any]) -> None:
        """Takes in what the bench tells."""
        what = told["what"]
        if what in ("begun", "finished"):
            self.out = Path(told["out"])
        if what == "settling":
            self.settled = told["done"] / told["of"]
        if what == "lived":
            self.done += 1
        if what in ("picture", "finished"):
            self.pictured = told["replications"] if what == "picture" else self.replicates
            if self.seconds_to_picture is None:
                self.seconds_to_picture = time.monotonic() - self.began
        self.words, self.what = told.get("words", self.words), what
