"""The command `redesign report DIR`: writes the page of a finished results folder anew, from its files and nothing else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from experiments.cli.arguments import Parser
from experiments.errors import ConfigurationError, Fault
from experiments.questions import declared, question
from experiments.regular_files import walked
from experiments.report import generic_page, office
from experiments.results import manifest
from experiments.results.claim import locked, remove_damaged
from experiments.results.open_results import PAGE, PARTS, Opened, folder_of, is_drawn, opened, refusal
from experiments.storage import write_whole
from experiments.text.streams import readable
from experiments.text.telling import tell

USAGE = "redesign report results/compare-croydon-0123abcd"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PATIENCE = 120
"""Seconds that a browser may take to print one sheet."""


PARSER = Parser(
    "report",
    "FOLDER",
    "Writes report.html of any finished results folder anew, from its files alone: nothing is simulated, and no other file\n"
    "is touched but figures that are missing or damaged, and the manifest, which keeps the checksums of both.",
    ["results/compare-croydon-0123abcd", "results/compare-croydon-0123abcd --brief"],
    "where the results are, or the report.html or manifest.json in it",
)
PARSER.add_argument(
    "--brief",
    action="store_true",
    help="one sheet of A4 instead, beside the folder: a page, a document, slides, and a PDF where Chromium is",
)
PARSER.add_argument(
    "--what-if",
    action="store_true",
    help="of a folder of redesign discover: a page beside it, on which beliefs are moved and the verdict changes",
)


def report_command(words: Sequence[str]) -> int:
    """Writes report.html, and figures that are missing; simulates nothing and leaves every other file as it is."""
    asked = PARSER.parse_intermixed_args(list(words))
    typed = list(asked.words)
    if len(typed) != 1:
        raise ConfigurationError(Fault("report", f"takes one results folder, not {len(typed)}", USAGE))
    found = opened(folder_of(typed[0]))
    for note in found.notes():
        tell(f"note: {note}")
    write = write_brief if asked.brief else write_what_if if asked.what_if else write_page
    for path in [written] if isinstance(written := write(found), Path) else written:
        print(readable(str(path)))
    return 0


def write_brief(found: Opened) -> list[Path]:
    """Writes the answer on one sheet of A4 beside the folder of a comparison: a page, for an office, and as a PDF.

    The PDF needs Chromium, the document and the slides the extra `office`: what cannot be made is said.

    Raises:
        ConfigurationError: it is no comparison, is damaged, or nothing can be written there.
    """
    if found.question != "compare":
        raise ConfigurationError(Fault("report --brief", f"is for a comparison; this is a {found.question}", USAGE))
    page, *others = _beside(found, "brief", question("compare").part("sheet").brief_files)
    if not others:
        tell(f"note: the same brief as a Word document and as slides: {office.HOW}")
    printed = page.with_suffix(".pdf")
    if _print(page, printed):
        return [page, printed, *others]
    tell("note: no Chromium here to print it: open the page in any browser and print it, one sheet of A4")
    return [page, *others]


def write_what_if(found: Opened) -> Path:
    """Writes the page of beliefs beside a folder of futures, from its runs; returns where.

    Raises:
        ConfigurationError: it holds no futures, too few, is damaged, or nothing can be written there.
    """
    if found.question != "discover":
        why = f"is for the futures of redesign discover; this is a {found.question}"
        raise ConfigurationError(Fault("report --what-if", why, "redesign discover points=100"))
    page = question("discover").part("what_if").page
    return _beside(found, "what-if", lambda out: {".html": page(out).encode()})[0]


def _beside(found: Opened, name: str, made: Callable[[Path], Mapping[str, bytes]]) -> list[Path]:
    """Writes files beside a folder, made from it by the ending of their names, and returns where."""
    if found.lost:
        raise ConfigurationError(refusal(found))
    folder = found.folder.resolve()
    path = folder.with_name(f"{folder.name}-{name}.html")
    written = []
    try:
        for ending, content in made(found.folder).items():
            path = folder.with_name(f"{folder.name}-{name}{ending}")
            write_whole(path, content)
            written.append(path)
    except OSError as error:
        why = f"cannot be written: {error.strerror or error}"
        raise ConfigurationError(
            Fault(f"report --{name}: {path}", why, "copy the folder to where you may write")
        ) from error
    except (ValueError, KeyError) as error:
        raise ConfigurationError(Fault(f"report --{name} {found.folder}", f"cannot be made: {error}", USAGE)) from error
    return written


def _print(page: Path, into: Path) -> bool:
    """Prints a page of ours as PDF by a browser without a window; whether that could be done."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return False
    into.unlink(missing_ok=True)
    quiet = ["--headless", "--disable-gpu", "--no-pdf-header-footer", *(["--no-sandbox"] if _is_root() else [])]
    with tempfile.TemporaryDirectory() as profile:
        words = [browser, *quiet, f"--user-data-dir={profile}", f"--print-to-pdf={into}", page.as_uri()]
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=PATIENCE)
        except (OSError, subprocess.SubprocessError):
            return False
    return into.is_file()


def _is_root() -> bool:
    """Whether this is the superuser, as whom Chromium runs without its sandbox only."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


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
