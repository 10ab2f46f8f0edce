"""The command `redesign replay`: runs one kept replication again and proves that it gives the same bytes."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments import storage
from experiments.cli import rerun
from experiments.cli.arguments import Parser
from experiments.cli.same_tables import other_tables
from experiments.configuration.words.paths import path_of
from experiments.errors import FAILED, ConfigurationError, Fault
from experiments.questions.asked import Kept, asked_in, kept_in
from experiments.results import store
from experiments.results.open_results import open_results
from experiments.results.run_index import KEPT
from experiments.text.streams import readable
from experiments.text.telling import tell

ABOUT = "A kept run once more, to prove that it gives the same bytes; fails where it does not."
EXAMPLES = ("0123456789abcdef-00003", "0123456789abcdef-00003 in=results/sweep-croydon-0123abcd out=again")
WORDS = (
    "a run as kept.parquet names it, or how its name begins, or a results folder; where to look; where to keep the run"
)
RESULTS = "results"


def replay_command(words: Sequence[str]) -> int:
    """Runs a kept replication again; says whether every byte is the same, and fails where it is not."""
    parser = Parser("replay", "RUN [in=FOLDER] [out=FOLDER]", ABOUT, EXAMPLES, WORDS)
    words, folders = parser.words_and_folders(words)
    named, where, out = _asked(words, parser.fix)
    run = _find(named, where)
    _proven(run)
    asked = asked_in(run.source, folders)
    with tempfile.TemporaryDirectory() as temporary:
        tell(f"{asked.plan(run.point).world.place.title}: settling the place and running one replication")
        (again,) = rerun.live(asked, [run], Path(temporary))
        months = again / f"runs{store.PART}"
        sha = storage.checksum(months)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            storage.write_whole(out / f"{run.run}{store.PART}", months.read_bytes())
        others = other_tables(run, again)
    same = sha == run.sha256
    said = "the same bytes" if same else "OTHER BYTES: this machine or its packages give another result"
    if same and others:
        said = f"the same bytes, but {', '.join(others)} SAYS SOMETHING ELSE of this run than came of it"
    told = f"{run.run} of {run.source}: point {run.point}, replication {run.replication}"
    print(readable(f"{told}\n  kept   {run.sha256}\n  again  {sha}\n  {said}"))
    return 0 if same and not others else FAILED


def _asked(words: Sequence[str], fix: str) -> tuple[str, Path | None, Path | None]:
    """The run that is named, the folder to look in, and the folder to write to."""
    named = [word for word in words if "=" not in word]
    given = dict(word.split("=", 1) for word in words if "=" in word)
    strangers = [key for key in given if key not in ("in", "out")]
    if strangers or len(named) != 1:
        wrong = f"there is no setting {strangers[0]}" if strangers else "name one run, or one results folder"
        raise ConfigurationError(Fault(" ".join(words) or "replay", wrong, fix))
    paths = {key: path_of(value, f"{key}=") for key, value in given.items() if value}
    return named[0], paths.get("in"), paths.get("out")


def _proven(run: Kept) -> None:
    """Refuses a run whose folder is damaged, or that no results folder says is one of its own."""
    opened = open_results(run.proven_by)
    listing = (run.source / KEPT).relative_to(opened.folder).as_posix()
    if listing not in opened.names:
        why = f"is none of the results of {opened.folder}, whose manifest.json does not name it"
        raise ConfigurationError(Fault(str(run.source / KEPT), why, "name a run of the results themselves"))


def _find(named: str, where: Path | None) -> Kept:
    """The run that is named; of a results folder, its first."""
    path = path_of(named, "replay ")
    if (path / KEPT).is_file():
        return kept_in(path)[0]
    tops = [where] if where else sorted(Path(RESULTS).glob("*/"))
    folders = [each for top in tops for each in rerun.folders_with_runs(top)]
    if where and not folders:
        raise ConfigurationError(Fault(f"in={where}", "is no results folder: it holds no kept.parquet"))
    for source in folders:
        for run in kept_in(source):
            if run.run.startswith(named):
                return run
    looked = ", ".join(map(str, folders)) or f"{RESULTS}/, which holds none"
    raise ConfigurationError(
        Fault(
            named,
            f"no kept run begins with this; looked in {looked}",
            "the column run of kept.parquet names all; in=folder says where to look",
        )
    )
