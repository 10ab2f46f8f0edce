"""The command `redesign verify`: whether a results folder, or a zip of one, is what it says it is."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from experiments import regular_files, storage
from experiments.cli import rerun
from experiments.cli.arguments import Parser
from experiments.cli.same_tables import other_tables, unlisted
from experiments.errors import FAILED, ConfigurationError, Fault
from experiments.questions.asked import Asked, asked_in, kept_in
from experiments.results import archive, manifest, open_results, store
from experiments.results.consolidate import RECORD, RUNS
from experiments.results.open_results import DESIGN, OUTPUTS, Opened
from experiments.results.run_index import KEPT, POINTS

SETTING = "rerun"
MOST_RERUN = 1_000_000
WHOLE = re.compile("0|[1-9][0-9]*")
WIDTH = 11
LIMITS = (
    "Checksums find damage, not forgery: whoever changes a file can write a fitting manifest. "
    "Living runs again (rerun=N) finds numbers that did not come out of the model."
)
UNFIT = (OSError, LookupError, ValueError, TypeError, NotImplementedError)
"""What reading raises where a file is not what its name says, though its bytes are those that were written."""
Told = tuple[str, str, bool]
"""What was checked, what was found, and whether it holds."""


def _parser() -> Parser:
    """What reads the words of this command."""
    return Parser(
        "verify",
        "FOLDER [rerun=N]",
        "Whether a results folder, or a zip of one, is what it says it is: every byte is compared with its checksum, tables are\n"
        "worked out again from the runs, and with rerun=N so many runs, spread over all, are lived again. Nothing is changed.\n"
        "Ends with status 0 only where all of it holds.",
        ["results/compare-croydon-0123abcd", "results/compare-croydon-0123abcd rerun=5", "from-a-friend.zip rerun=5"],
        "a results folder or a zip of one; how many of its runs to live again",
    )


def verify_command(words: Sequence[str]) -> int:
    """Says what was checked of a results folder and whether it holds; fails where any of it does not."""
    parser = _parser()
    words, folders = parser.words_and_folders(words)
    named, count = _asked(words, parser.fix)
    with ExitStack() as stack:
        where = open_results.folder_of(named)
        if where.is_file():
            where = archive.extracted(where, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        found = open_results.opened(where)
        told = [*_bytes(found)]
        if all(holds for _, _, holds in told):
            try:
                told += _numbers(found, count, folders)
            except UNFIT as error:
                told.append(("record", f"cannot be read: {regular_files.shown(str(error))[:200]}", False))
    print(f"{named}: {regular_files.shown(str(found.manifest.get('question', 'results')))}")
    for what, said, holds in told:
        print(f"  {what:<{WIDTH}}{'' if holds else 'NO: '}{said}")
    whole = all(holds for _, _, holds in told)
    print(f"  {LIMITS}" if whole else f"  {open_results.refusal(found).fix if found.damaged else LIMITS}")
    print("All that was checked holds." if whole else "NOT what it says it is.")
    return 0 if whole else FAILED


def _asked(words: Sequence[str], fix: str) -> tuple[str, int]:
    """What is to be verified, and how many runs are lived again."""
    named = [word for word in words if not word.startswith(f"{SETTING}=")]
    given = [word.partition("=")[2] for word in words if word.startswith(f"{SETTING}=")]
    if len(named) != 1 or len(given) > 1:
        raise ConfigurationError(Fault(" ".join(words) or "verify", "name one results folder, or a zip", fix))
    typed = given[0] if given else "0"
    count = int(typed) if WHOLE.fullmatch(typed) and len(typed) < len(str(MOST_RERUN)) else -1
    if count < 0:
        why = f"must be a whole number from 0 to {MOST_RERUN - 1:,}"
        raise ConfigurationError(Fault(f"{SETTING}={typed[:40]}", why, f"{SETTING}=5"))
    return named[0], count


def _bytes(found: Opened) -> list[Told]:
    """Whether every byte is as it was written, and whether there is anything else."""
    damaged = [name for name in found.damaged if name != open_results.MANIFEST]
    proof = (
        "proves itself"
        if found.is_proven
        else open_results.UNPROVEN
        if found.is_old
        else "has changed since it was written"
    )
    files = found.manifest[OUTPUTS]
    said = f"{len(files)}, each with the bytes it was written with"
    told = [
        ("manifest", f"manifest.json {proof}", found.is_proven),
        ("files", f"missing or changed: {open_results.some(damaged)}" if damaged else said, not damaged),
    ]
    others = f"{len(found.added)} that are none of the results, and not looked at: {open_results.some(found.added)}"
    return [*told, ("others", others, True)] if found.added else told


def _numbers(found: Opened, count: int, folders: Sequence[Path]) -> list[Told]:
    """Whether the record is of the runs that are listed, tables follow from it, and runs that are lived again give it."""
    sources = [found.folder / name.removesuffix(KEPT) for name in found.names if name.rpartition("/")[2] == KEPT]
    if not sources:
        why = "this question keeps no list of runs, so none can be lived again and no table can be worked out again"
        return [("runs", why, not count)]
    asked = {source: asked_in(source, folders) for source in sources}
    listed = all(not unlisted(source) for source in sources)
    runs = "the record is of the runs that are listed" if listed else f"{RUNS} and {KEPT} name different runs"
    told = [("record", runs, listed)]
    if found.folder in asked:
        told.append(_tables(found, asked[found.folder]))
    return (
        [*told, _lived(asked, count)] if count else [*told, ("runs", "none was lived again; rerun=5 lives five", True)]
    )


def _tables(found: Opened, asked: Asked) -> Told:
    """Whether the tables follow from the record: they are worked out again in a folder of their own."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        given = {name for name in found.names if name.rpartition("/")[2] in (*RECORD, KEPT, POINTS, DESIGN)}
        for name in given:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            _lend(found.folder / name, out / name)
        try:
            said = asked.question.tables(asked.base(), out, found.manifest)
        except (LookupError, TypeError, ValueError) as error:
            return "tables", f"cannot be worked out from the record: {regular_files.shown(str(error))}", False
        if said is None:
            return "tables", "are not worked out again for this question", True
        again = store.checksums(out, sorted(set(regular_files.walked(out)) - given))
    other = [name for name, sum_ in again.items() if found.manifest[OUTPUTS].get(name) != sum_]
    plain = json.loads(json.dumps(said, default=storage.plain))
    other += [f"manifest.json: {name}" for name, value in plain.items() if found.manifest.get(name) != value]
    if other:
        return "tables", f"do not follow from the record: {open_results.some(other)}{_versions(found.manifest)}", False
    return "tables", f"{len(again)} follow from the record, byte for byte", True


def _lend(source: Path, target: Path) -> None:
    """Lets a file be read in another folder: by a link where the system has them, else as a copy."""
    try:
        os.symlink(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _versions(said: Mapping[str, Any]) -> str:
    """Which packages have other versions than they had where the results were made; empty where none have."""
    theirs = said.get("versions")
    mine = {name: manifest.version_of(name) for name in manifest.PACKAGES}
    other = [name for name in mine if isinstance(theirs, Mapping) and theirs.get(name) != mine[name]]
    return f" (other versions here than there: {', '.join(other)})" if other else ""


def _lived(asked: Mapping[Path, Asked], count: int) -> Told:
    """Whether runs spread evenly over all give the same bytes when they are lived again, and the tables say what came of them."""
    every = [run for source in asked for run in kept_in(source)]
    chosen = [every[k] for k in np.unique(np.linspace(0, len(every) - 1, min(count, len(every))).round().astype(int))]
    other = []
    for source, what in asked.items():
        if mine := [run for run in chosen if run.source == source]:
            with tempfile.TemporaryDirectory() as temporary:
                for run, again in zip(mine, rerun.live(what, mine, Path(temporary) / "again"), strict=True):
                    same = storage.checksum(again / f"runs{store.PART}") == run.sha256
                    wrong = ([] if same else [KEPT]) + other_tables(run, again)
                    other += [f"{run.run} ({', '.join(wrong)})"] if wrong else []
    said = f"{len(chosen)} of {len(every)} lived again"
    if other:
        return "runs", f"{said}; another result for {open_results.some(other)}", False
    return "runs", f"{said}: the same bytes, and the tables hold what came of them", True
