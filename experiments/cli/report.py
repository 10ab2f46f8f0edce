"""The command `redesign report DIR`: writes the page of a finished results folder anew, from its files and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.errors import ConfigurationError, Fault
from experiments.questions import declared, question
from experiments.report import generic_page
from experiments.report.drawing import write_whole
from experiments.results import results_folder

USAGE = "redesign report results/compare-croydon-0123abcd"
PAGE = "report.html"


def report_command(words: Sequence[str]) -> int:
    """Writes report.html, and figures that are missing; simulates nothing and leaves every other file as it is."""
    out = _folder_of(words)
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
    print(out / PAGE)
    return 0


def _folder_of(words: Sequence[str]) -> Path:
    """The folder that was named, which must hold a finished run.

    Raises:
        Refusal: it is not there, or holds nothing finished.
    """
    if len(words) != 1 or words[0].startswith("-"):
        raise ConfigurationError(
            Fault(
                "report",
                f"takes one results folder, not {len(words)}"
                if len(words) != 1
                else f"takes one results folder, not {words[0]}",
                USAGE,
            )
        )
    out = Path(words[0]).expanduser()
    if out.is_file() and out.name in (PAGE, results_folder.MANIFEST):
        out = out.parent
    if not out.is_dir():
        raise ConfigurationError(Fault(f"report {words[0]}", "is no folder", USAGE))
    found = results_folder.read_manifest(out)
    if not found:
        inside = sorted(path.parent.name for path in out.glob(f"*/{results_folder.MANIFEST}"))
        fix = f"name one of the folders in it, as {out / inside[0]}" if inside else USAGE
        raise ConfigurationError(
            Fault(f"report {words[0]}", f"holds no {results_folder.MANIFEST}, so no finished results", fix)
        )
    if not found.get("outputs"):
        raise ConfigurationError(
            Fault(
                f"report {words[0]}",
                "holds results that are not finished",
                f"the command that began it goes on from there: {found.get('question', 'compare')}",
            )
        )
    return out
