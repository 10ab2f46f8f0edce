"""The command `redesign replay`: runs one kept replication again and proves that it gives the same bytes."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from experiments import storage
from experiments.cli.arguments import Parser
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.configuration.words.paths import path_of
from experiments.errors import FAILED, ConfigurationError, Fault
from experiments.questions import question
from experiments.results import results_folder, store
from experiments.results.run_index import DESIGN, KEPT
from experiments.running.pool import cores
from experiments.running.session import Session, model_version

ABOUT = "A kept run once more, to prove that it gives the same bytes; fails where it does not."
EXAMPLES = ("0123456789abcdef-00003", "0123456789abcdef-00003 in=results/sweep-croydon-0123abcd out=again")
WORDS = (
    "a run as kept.parquet names it, or how its name begins, or a results folder; where to look; where to keep the run"
)
RESULTS = "results"


def replay_command(words: Sequence[str]) -> int:
    """Runs a kept replication again; says whether every byte is the same, and fails where it is not."""
    named, where, out = _asked(words)
    source, row = _find(named, where)
    plan, model = _plan_of(source, int(row["point"])), model_version()
    _same_or_refuse(source, plan, model, row)
    with tempfile.TemporaryDirectory() as temporary:
        again = _run(plan, model, int(row["replication"]), Path(temporary), _totals_only(source))
        sha = storage.checksum(again)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            content = again.read_bytes()
            storage.write_atomically(out / f"{row['run']}{store.PART}", lambda path: storage.write_bytes(path, content))
    same = sha == row["sha256"]
    print(
        f"{row['run']} of {source}: point {row['point']}, replication {row['replication']}\n"
        f"  kept   {row['sha256']}\n  again  {sha}\n"
        f"  {'the same bytes' if same else 'OTHER BYTES: this machine or its packages give another result'}"
    )
    return 0 if same else FAILED


def _asked(words: Sequence[str]) -> tuple[str, Path | None, Path | None]:
    """The run that is named, the folder to look in, and the folder to write to."""
    parser = Parser("replay", "RUN [in=FOLDER] [out=FOLDER]", ABOUT, EXAMPLES, WORDS)
    words = parser.words(words)
    named = [word for word in words if "=" not in word]
    given = dict(word.split("=", 1) for word in words if "=" in word)
    strangers = [key for key in given if key not in ("in", "out")]
    if strangers or len(named) != 1:
        wrong = f"there is no setting {strangers[0]}" if strangers else "name one run, or one results folder"
        raise ConfigurationError(Fault(" ".join(words) or "replay", wrong, parser.fix))
    paths = {key: path_of(value, f"{key}=") for key, value in given.items() if value}
    return named[0], paths.get("in"), paths.get("out")


def _find(named: str, where: Path | None) -> tuple[Path, dict[str, Any]]:
    """The results folder and the row of the run that is named; of a folder, its first run."""
    path = path_of(named, "replay ")
    if (path / KEPT).is_file():
        return path, _rows(path)[0]
    folders = [where] if where else sorted(each.parent for each in Path(RESULTS).glob(f"*/{KEPT}"))
    if where and not (where / KEPT).is_file():
        raise ConfigurationError(Fault(f"in={where}", "is no results folder: it holds no kept.parquet"))
    for source in folders:
        for row in _rows(source):
            if str(row["run"]).startswith(named):
                return source, row
    looked = ", ".join(map(str, folders)) or f"{RESULTS}/, which holds none"
    raise ConfigurationError(
        Fault(
            named,
            f"no kept run begins with this; looked in {looked}",
            "the column run of kept.parquet names all; in=folder says where to look",
        )
    )


def _rows(source: Path) -> list[dict[str, Any]]:
    """The runs of a results folder that did not fail."""
    try:
        rows = pq.read_table(source / KEPT).to_pylist()
    except (OSError, ValueError) as error:
        raise ConfigurationError(Fault(str(source / KEPT), f"cannot be read: {error}")) from error
    found = [row for row in rows if not row["error"]]
    if not found:
        raise ConfigurationError(Fault(str(source), "holds no run that did not fail"))
    return found


def _plan_of(source: Path, number: int) -> Plan:
    """The plan of one point, from the configuration kept beside the results."""
    try:
        kept = json.loads((source / DESIGN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(Fault(str(source / DESIGN), f"cannot be read: {error}")) from error
    folders = tuple(Path(each) for each in kept["folders"])
    composed = Composed(kept["data"], kept["choices"], folders, tuple(kept["overrides"]))
    points = [
        Point(p["point"], p["where"], p["values"], tuple(p["arms"])) for p in kept["points"] if p["point"] == number
    ]
    return question(kept["question"]).plans_at(composed, points)[0]


def _same_or_refuse(source: Path, plan: Plan, model: str, row: dict[str, Any]) -> None:
    """A replication can only be repeated by the model and the configuration that made it."""
    key = results_folder.replication_key(plan, model)
    if store.run_name(key, int(row["replication"])) == row["run"]:
        return
    theirs = str(results_folder.read_manifest(source).get("model_version", "unknown"))
    if theirs != model:
        raise ConfigurationError(
            Fault(
                str(source),
                f"was made by another version of the model: {theirs}; here it is {model}",
                "install the versions that manifest.json names",
            )
        )
    raise ConfigurationError(
        Fault(
            str(source),
            "was made from tables or files that have changed since",
            "put back the tables beside its place and demography files",
        )
    )


def _totals_only(source: Path) -> bool:
    """Whether the results hold the months of everybody and no groups."""
    return not any("@" in name for name in pq.read_schema(source / "runs.parquet").names)


def _run(plan: Plan, model: str, replication: int, folder: Path, totals_only: bool) -> Path:
    """Settles the place, runs the replication, and returns the file of its months."""
    print(f"{plan.world.place.title}: settling the place and running one replication", file=sys.stderr)
    key = results_folder.replication_key(plan, model)
    settings = plan.settings.model_copy(update={"workers": 1, "threads": plan.settings.threads or cores()})
    session = Session("replay", folder, key, {}, settings, plan.title, model=model)
    session.parts.mkdir()
    session.run([(job, replication) for job in session.jobs_of([plan], [key], totals_only)])
    return session.parts / store.part_name(key, replication) / f"runs{store.PART}"
