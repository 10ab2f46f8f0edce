"""The command `redesign report DIR`: writes the page of a finished results folder anew, from its files and nothing else."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from experiments.errors import ConfigurationError, Fault
from experiments.results import results_folder

USAGE = "redesign report results/compare-croydon-0123abcd"
PAGE = "report.html"


class Parser(argparse.ArgumentParser):
    """Reads what was typed, and refuses in one message what it cannot read."""

    def error(self, message: str) -> NoReturn:
        """Refuses with what is wrong."""
        raise ConfigurationError(Fault(self.prog.partition(" ")[2], message, USAGE))


PARSER = Parser(
    "redesign report",
    description="Writes report.html of any finished results folder anew, from its files alone: nothing is simulated, "
    "and no other file is touched but figures that are missing.",
)
PARSER.add_argument("folder", help="where the results are, or the report.html or manifest.json in it")


def report_command(words: Sequence[str]) -> int:
    """Writes report.html, and figures that are missing; simulates nothing and leaves every other file as it is."""
    from experiments.report import write_again

    try:
        typed = PARSER.parse_args(words).folder
    except SystemExit as end:  # after --help
        return int(end.code or 0)
    out = _folder_of(typed)
    try:
        write_again(out)
    except OSError as error:
        raise ConfigurationError(
            Fault(
                f"report {out}",
                f"cannot be written: {error.strerror or error}",
                "copy the folder to where you may write",
            )
        ) from error
    except (ValueError, KeyError) as error:
        raise ConfigurationError(
            Fault(
                f"report {out}",
                f"holds files that cannot be read as results: {error}",
                "run the command that made it again, into another folder",
            )
        ) from error
    print(out / PAGE)
    return 0


def _folder_of(typed: str) -> Path:
    """The folder that was named, which must hold a finished run.

    Raises:
        Refusal: it is not there, or holds nothing finished.
    """
    out = Path(typed).expanduser()
    if out.is_file() and out.name in (PAGE, results_folder.MANIFEST):
        out = out.parent
    if not out.is_dir():
        raise ConfigurationError(Fault(f"report {typed}", "is no folder", USAGE))
    found = results_folder.read_manifest(out)
    if not found:
        inside = sorted(path.parent.name for path in out.glob(f"*/{results_folder.MANIFEST}"))
        fix = f"name one of the folders in it, as {out / inside[0]}" if inside else USAGE
        raise ConfigurationError(
            Fault(f"report {typed}", f"holds no {results_folder.MANIFEST}, so no finished results", fix)
        )
    if not found.get("outputs"):
        raise ConfigurationError(
            Fault(
                f"report {typed}",
                "holds results that are not finished",
                f"the command that began it goes on from there: {found.get('question', 'compare')}",
            )
        )
    return out
