"""The command `redesign report DIR`: writes the page of a finished results folder anew, from its files and nothing else."""

from collections.abc import Sequence
from pathlib import Path

from experiments.cli.arguments import Parser
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.questions import declared, question
from experiments.regular_files import walked
from experiments.report import generic_page
from experiments.report.drawing import write_whole
from experiments.results import manifest
from experiments.results.claim import locked, remove_damaged
from experiments.results.open_results import MANIFEST, PAGE, PARTS, Opened, is_drawn, opened, refusal
from experiments.text.streams import readable
from experiments.text.terminal import tell

USAGE = "redesign report results/compare-croydon-0123abcd"


PARSER = Parser(
    "report",
    "FOLDER",
    "Writes report.html of any finished results folder anew, from its files alone: nothing is simulated, and no other file\n"
    "is touched but figures that are missing or damaged, and the manifest, which keeps the checksums of both.",
    ["results/compare-croydon-0123abcd"],
    "where the results are, or the report.html or manifest.json in it",
)


def report_command(words: Sequence[str]) -> int:
    """Writes report.html, and figures that are missing; simulates nothing and leaves every other file as it is."""
    typed = PARSER.words(words)
    if len(typed) != 1:
        raise ConfigurationError(Fault("report", f"takes one results folder, not {len(typed)}", USAGE))
    found = opened(folder_of(typed[0]))
    for note in found.notes():
        tell(f"note: {note}")
    print(readable(str(write_page(found))))
    return 0


def write_page(found: Opened) -> Path:
    """Writes the page of a finished folder from its files, and what is damaged of its figures; returns where.

    Raises:
        ConfigurationError: it cannot be written, or something that it is made from is damaged.
        Stopped: a run is writing to the folder.
    """
    if found.lost:
        raise ConfigurationError(refusal(found))
    out = found.folder
    asked = question(found.question) if found.question in declared() else None
    try:
        with locked(out):
            remove_damaged(found)
            page = asked.page(out) if asked else generic_page.page(out)
            if asked and any(not (out / name).is_file() for name in found.damaged if name != PAGE):
                asked.figures(out)
                page = asked.page(out)
            write_whole(out / PAGE, page.encode())
            drawn = [name for name in walked(out, (PARTS,)) if is_drawn(name) and name not in found.added]
            manifest.write_again(found, {*drawn, *found.damaged})
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
    return out / PAGE


def folder_of(named: str | Path) -> Path:
    """The folder that was named, or whose page or manifest was."""
    out = path_of(named, "report ")
    return out.parent if out.is_file() and out.name in (PAGE, MANIFEST) else out
