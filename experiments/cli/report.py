"""The command `redesign report DIR`: writes the page of a finished results folder anew, from its files and nothing else."""

from collections.abc import Sequence
from pathlib import Path

from experiments.cli.arguments import Parser
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.questions import declared, question
from experiments.report import generic_page
from experiments.report.drawing import write_whole
from experiments.results import results_folder

USAGE = "redesign report results/compare-croydon-0123abcd"
PAGE = "report.html"


PARSER = Parser(
    "report",
    "FOLDER",
    "Writes report.html of any finished results folder anew, from its files alone: nothing is simulated, and no other file\n"
    "is touched but figures that are missing.",
    ["results/compare-croydon-0123abcd"],
    "where the results are, or the report.html or manifest.json in it",
)


def report_command(words: Sequence[str]) -> int:
    """Writes report.html, and figures that are missing; simulates nothing and leaves every other file as it is."""
    typed = PARSER.words(words)
    if len(typed) != 1:
        raise ConfigurationError(Fault("report", f"takes one results folder, not {len(typed)}", USAGE))
    print(write_page(folder_of(typed[0])))
    return 0


def write_page(out: Path) -> Path:
    """Writes the page of a finished folder from its files; returns where.

    Raises:
        ConfigurationError: it cannot be written, or what is there cannot be read.
    """
    asked = str(results_folder.read_manifest(out).get("question", ""))
    try:
        page = question(asked).page(out) if asked in declared() else generic_page.page(out)
        write_whole(out / PAGE, page.encode())
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
    """The folder that was named, or whose page or manifest was; it must hold a finished run.

    Raises:
        ConfigurationError: it is not there, or holds nothing finished.
    """
    out = path_of(named, "report ")
    if out.is_file() and out.name in (PAGE, results_folder.MANIFEST):
        out = out.parent
    if not out.is_dir():
        raise ConfigurationError(Fault(str(named), "is no folder", "name a results folder, as results/first"))
    found = results_folder.read_manifest(out)
    if not found:
        inside = sorted(path.parent.name for path in out.glob(f"*/{results_folder.MANIFEST}"))
        fix = f"name one of the folders in it, as {out / inside[0]}" if inside else "name a results folder"
        raise ConfigurationError(Fault(str(named), f"holds no {results_folder.MANIFEST}, so no finished results", fix))
    if not found.get("outputs"):
        raise ConfigurationError(
            Fault(
                str(named),
                "holds results that are not finished",
                f"the command that began it goes on from there: {found.get('question', 'compare')}",
            )
        )
    return out
