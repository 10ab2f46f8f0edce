"""A process that simulates for the lab, and the one comparison that is on it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from typing import TYPE_CHECKING, Any

from experiments.running.machine.processes import clean_environment

if TYPE_CHECKING:
    from experiments.lab.benches.comparison_run import Run
    from experiments.lab.benches.scheduler import Workshop


class Bench:
    """A process that simulates, and the comparison that is on it."""

    def __init__(self, workshop: Workshop):
        self.workshop = workshop
        self.run: Run | None = None
        self.start()

    def start(self) -> None:
        """Starts the process and lets it get ready."""
        pipe = subprocess.PIPE
        clean = {**os.environ, **clean_environment()}
        self.process = subprocess.Popen(
            self.workshop.command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", bufsize=1, env=clean
        )
        self.ask(self.workshop.warming)
        threading.Thread(target=self.listen, args=(self.process,), daemon=True).start()

    def ask(self, what: dict[str, Any]) -> None:
        """Says what is to be done next."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def listen(self, process: subprocess.Popen[str]) -> None:
        """Takes in all that a process tells until it ends."""
        for line in process.stdout or ():
            self.workshop.heard(self, json.loads(line))
        self.workshop.lost(self, process)

    def restart(self) -> None:
        """Ends the process at once and starts another."""
        self.process.kill()
        self.process.wait()
        self.run = None
        self.start()
