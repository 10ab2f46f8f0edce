"""Many design points: nothing finished is lost or repeated, nothing damaged is read, one failure stops nothing else."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import stand_in
from test_killed import HERE, ROOT, alive, start, wait_until

from experiments import cli, storage
from experiments.configuration.compose import Composed
from experiments.errors import ConfigurationError, Stopped
from experiments.questions.sweep import question as sweep
from experiments.results import consolidate, manifest, signed
from experiments.running import job, session

pytestmark = pytest.mark.slow  # runs in processes that are killed

POOLING = "policy.radical.levers.pooling.strength"
LEVERS = {POOLING: [0, 0.5, 1]}
PLACES = {"seed": [1, 2, 3], POOLING: [0, 1]}
BYTES = ("runs.parquet", "kept.parquet", "points.parquet", "sweep.parquet", "sweep.csv", "valued.csv")
GO = """
import pickle, sys
from experiments.questions.sweep import question as sweep
from experiments.running import session
session.ENGINE = "stand_in"
import experiments.questions.sweep.figures as figures
figures.write_figures = lambda out: None
sweep.QUESTION.answer(sweep.QUESTION.plans(pickle.load(open(sys.argv[1], "rb"))))
"""


@pytest.fixture
def data(composed):
    """The settings of a small sweep."""
    small = {"arms": ["rationing", "radical"], "replicates": 3, "years": 1, "workers": 1, "out": "out"}
    return lambda **own: Composed({**composed.data, **small, **own}, composed.choices)


@pytest.fixture
def swept(data, elsewhere, monkeypatch, trouble, capsys):
    """Runs a sweep of the stand-in in an empty folder; returns what was said, and why it stopped."""
    monkeypatch.setattr(session, "ENGINE", "stand_in")
    monkeypatch.setattr("experiments.questions.sweep.figures.write_figures", lambda out: None)

    def run(**own):
        try:
            sweep.QUESTION.answer(sweep.QUESTION.plans(data(**{"grid": LEVERS, **own})))
            why = ""
        except (Stopped, ConfigurationError) as error:
            why = str(error)
        said = capsys.readouterr()
        return said.out, said.err + why

    return run


@pytest.fixture
def afresh(data, tmp_path, trouble):
    """Runs a sweep in a process of its own, whose workers know of this test's trouble; returns what was said."""

    def run(**own):
        (tmp_path / "asked.pickle").write_bytes(pickle.dumps(data(**own)))
        process = start(GO, str(tmp_path / "asked.pickle"), cwd=tmp_path)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said

    return run


def written(out):
    return {name: (out / name).read_bytes() for name in BYTES}


def done(trouble, what):
    return len(list(trouble.glob(f"{what}*")))


def test_points_that_share_a_place_settle_it_once(afresh, trouble, tmp_path):
    told = afresh(grid=LEVERS, workers=2)
    assert (done(trouble, "settled"), done(trouble, "ran-")) == (1, 9), told
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    index = list(runs[["point", "arm", "replication", "month"]].itertuples(index=False, name=None))
    assert index == sorted(index, key=lambda row: (row[0], row[1] == "radical", row[2], row[3]))
    assert len(index) == 3 * 2 * 3 * 12
    assert pd.read_parquet(tmp_path / "out" / "points.parquet")[POOLING].tolist() == [0, 0.5, 1]


@pytest.mark.parametrize("grid", [LEVERS, PLACES], ids=["one place", "many places"])
def test_one_or_two_workers_give_the_same_bytes(swept, tmp_path, grid):
    swept(grid=grid, out="one")
    swept(grid=grid, out="two", workers=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_an_arm_that_points_have_in_common_is_lived_once_and_gives_the_same_bytes(swept, tmp_path, monkeypatch):
    lived, run = [], stand_in.run

    def told(settled, policies, replication, *more):
        lived.extend((arm, replication) for arm in policies)
        return run(settled, policies, replication, *more)

    monkeypatch.setattr(stand_in, "run", told)
    monkeypatch.setattr(job, "LIVES", 0)
    swept()
    assert len(lived) == 2 * 3 * 3
    by_itself = written(tmp_path / "out")
    lived.clear()
    monkeypatch.setattr(job, "LIVES", 8)
    swept(out="again")
    assert sorted(lived) == sorted([("rationing", r) for r in range(3)] + 3 * [("radical", r) for r in range(3)])
    assert {name: (tmp_path / "again" / name).read_bytes() for name in BYTES} == by_itself


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_places_that_differ_settle_once_each(swept, afresh, trouble, workers):
    (swept if workers == 1 else afresh)(grid={"seed": [1, 2, 3, 4, 5], POOLING: [0, 1]}, workers=workers)
    assert (done(trouble, "settled"), done(trouble, "ran-")) == (5, 30)


def test_a_point_that_fails_is_recorded_and_the_others_go_on(swept, trouble, tmp_path):
    (trouble / "fail-pooling-0.5").touch()
    _, said = swept()
    assert "3 replications failed" in said
    rows = pd.read_parquet(tmp_path / "out" / "kept.parquet")
    assert set(rows[rows["error"] != ""]["point"]) == {1}
    assert rows["error"].max() == "ValueError: made to fail with this pooling"
    assert set(pd.read_parquet(tmp_path / "out" / "sweep.parquet")["point"]) == {0, 2}


def test_points_that_all_fail_end_the_sweep(swept, trouble, tmp_path):
    for strength in ("0", "0.5", "1"):
        (trouble / f"fail-pooling-{strength}").touch()
    _, said = swept()
    assert "9 of 9 replications failed" in said
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_finished_sweep_is_shown_again_and_not_run_again(swept, trouble):
    first, _ = swept()
    second, said = swept()
    assert first == second
    assert "finished; here it is again" in said
    assert done(trouble, "ran-") == 9


def test_damaged_files_are_set_aside_and_run_again(swept, trouble, tmp_path):
    """A bit flipped, a file cut short, a file gone, and a settled place that is spoiled."""
    swept(out="right")
    (trouble / "full-2").touch()
    _, said = swept(grid={POOLING: [0, 0.5, 1]}, replicates=3)
    assert "results cannot be written" in said
    (trouble / "full-2").unlink()
    parts = tmp_path / "out" / "parts"
    for name, spoil in (("flipped", flip), ("cut", lambda f: f.write_bytes(f.read_bytes()[:-20])), ("gone", os.unlink)):
        keys = [json.loads(p.read_text())["files"]["runs.arrow"] for p in parts.glob("replication-*/checksums.json")]
        folder = sorted(parts.glob("replication-*"))[0]
        spoil(folder / "runs.arrow")
        before = done(trouble, "ran-")
        (trouble / "full-2").touch()
        _, said = swept()
        (trouble / "full-2").unlink()
        assert "1 kept replications are damaged" in said, name
        assert done(trouble, "ran-") - before in (1, 2), name
        assert (parts / f"damaged-{folder.name}").exists()
        assert len(keys) == len(list(parts.glob("replication-*"))), name
    _, said = swept()
    assert written(tmp_path / "out") == written(tmp_path / "right")


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damage_between_running_and_joining_is_noticed(swept, tmp_path, monkeypatch):
    joined = consolidate.consolidate_points

    def spoiled(out, runs_of):
        flip(sorted((out / "parts").glob("replication-*"))[0] / "runs.arrow")
        joined(out, runs_of)

    monkeypatch.setattr(consolidate, "consolidate_points", spoiled)
    _, said = swept()
    assert "files of 1 kept replications are damaged" in said
    monkeypatch.setattr(consolidate, "consolidate_points", joined)
    swept()
    assert (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    "grid", [LEVERS, pytest.param(PLACES, marks=pytest.mark.slow)], ids=["one place", "many places"]
)
def test_killing_a_worker_costs_only_what_it_was_doing(swept, afresh, tmp_path, trouble, grid):
    swept(grid=grid, out="right")
    before = done(trouble, "ran-")
    (trouble / "kill-2").touch()
    said = afresh(grid=grid, workers=2)
    assert not (trouble / "kill-2").exists(), said
    assert written(tmp_path / "out") == written(tmp_path / "right")
    assert done(trouble, "ran-") - before <= before + 4


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killing_the_parent_loses_nothing_that_had_finished(swept, data, tmp_path, trouble):
    swept(out="right")
    (trouble / "slow-2").touch()
    (tmp_path / "asked.pickle").write_bytes(pickle.dumps(data(grid=LEVERS, workers=2)))
    parts = tmp_path / "out" / "parts"
    process = start(GO, str(tmp_path / "asked.pickle"), cwd=tmp_path)
    wait_until(lambda: len(list(parts.glob("replication-*"))) >= 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not alive(process.pid))
    (trouble / "slow-2").unlink()
    had = {path: path.stat().st_mtime_ns for path in parts.glob("replication-*/runs.arrow")}
    keeping = consolidate.consolidate_points
    consolidate.consolidate_points = lambda out, runs: [untouched(had), keeping(out, runs)]
    try:
        swept()
    finally:
        consolidate.consolidate_points = keeping
    assert written(tmp_path / "out") == written(tmp_path / "right")


def untouched(had):
    assert {path: path.stat().st_mtime_ns for path in had} == had


def test_a_sweep_says_how_society_stands_at_its_points(swept, tmp_path):
    said, _ = swept(replicates=8)
    told = pd.read_csv(tmp_path / "out" / "valued.csv")
    assert told.groupby("point")["switch"].nunique().tolist() == [14, 14, 14]
    here = told[told["switch"] == "as set"]
    for verdict, many in here["verdict"].value_counts().items():
        assert f"{verdict} radical at {many}".replace("no answer radical", "no answer") in " ".join(said.split())
    assert "A pound spent outside the model counts as £1.00" in " ".join(said.split())


def test_any_run_can_be_repeated_to_the_same_bytes(swept, tmp_path, capsys):
    swept(grid=PLACES)
    rows = pd.read_parquet(tmp_path / "out" / "kept.parquet")
    run = rows["run"].iloc[-1]
    assert cli.main(["replay", run[:20], "in=out", "out=again"]) == 0, capsys.readouterr().err
    assert "the same bytes" in capsys.readouterr().out
    assert storage.checksum(tmp_path / "again" / f"{run[:16]}-00000.arrow") == rows["sha256"].iloc[-3]
    assert cli.main(["replay", "out"]) == 0
    rows["sha256"] = "0" * 64
    kept = tmp_path / "out" / "kept.parquet"
    pq.write_table(pa.Table.from_pandas(rows, pq.read_schema(kept), preserve_index=False), kept)
    assert cli.main(["replay", "out"]) == 2, "its checksum no longer fits"
    said = signed.read(tmp_path / "out" / "manifest.json")
    manifest.write(tmp_path / "out", said, finished=True)
    assert cli.main(["replay", "out"]) == 1
    assert "OTHER BYTES" in capsys.readouterr().out


def test_a_run_of_another_model_or_of_nowhere_is_not_repeated(swept, tmp_path, capsys, monkeypatch):
    swept()
    assert cli.main(["replay", "feedbeef", "in=out"]) == 2
    assert "no kept run begins with this" in capsys.readouterr().err
    for words in (["replay"], ["replay", "a", "b"], ["replay", "a", "into=b"], ["replay", "a", "in=nowhere"]):
        assert cli.main(words) == 2
    (tmp_path / "out" / "kept.parquet").write_bytes((tmp_path / "out" / "kept.parquet").read_bytes()[:100])
    assert cli.main(["replay", "out"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    swept(out="other")
    import stand_in

    monkeypatch.setattr(stand_in, "model_version", lambda: "stand-in 2")
    assert cli.main(["replay", "other"]) == 2
    assert "another version of the model: stand-in 1; here it is stand-in 2" in capsys.readouterr().err


def test_results_of_another_model_are_not_mixed_with_this_ones(swept, monkeypatch):
    import stand_in

    swept()
    monkeypatch.setattr(stand_in, "model_version", lambda: "stand-in 2")
    _, said = swept()
    assert "another version of the model made it" in said


@pytest.mark.parametrize("spoil", [lambda f: f.write_bytes(f.read_bytes()[:-50]), os.unlink], ids=["cut", "gone"])
@pytest.mark.parametrize("name", ["runs.parquet", "points.parquet"])
def test_a_finished_table_that_is_spoiled_is_made_again(swept, tmp_path, name, spoil):
    swept()
    right = written(tmp_path / "out")
    spoil(tmp_path / "out" / name)
    _, said = swept()
    assert "here it is again" not in said
    assert f"damaged or missing in out: {name}" in said
    assert written(tmp_path / "out") == right


def test_another_sweep_is_refused_the_same_folder(swept):
    swept()
    _, said = swept(grid={POOLING: [0, 1]})
    assert "holds results of another configuration" in said


# A cluster of two workers on this machine.


@pytest.fixture
def cluster(tmp_path, trouble):
    """Starts a scheduler and workers; all are ended at the end."""
    pytest.importorskip("distributed")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
    running = []

    def begin(*words):
        log = (tmp_path / f"log-{len(running)}").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--no-dashboard"],
            env=environment,
            stdout=log,
            stderr=log,
            cwd=tmp_path,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()


def begun(cluster, tmp_path, workers=2):
    found = tmp_path / "scheduler.json"
    scheduler = cluster("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(found))
    wait_until(lambda: found.exists() and found.read_text().strip().endswith("}"))
    address = json.loads(found.read_text())["address"]
    return (address, scheduler, [cluster("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(workers)])


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_this_machine(swept, data, tmp_path, cluster, trouble):
    swept(grid=PLACES, out="right")
    address, _, workers = begun(cluster, tmp_path)
    time.sleep(5)  # for both workers to have come; one is enough for the test to pass
    (trouble / "slow-1").touch()
    own = {"grid": PLACES, "runner": "dask", "scheduler": address}
    (tmp_path / "asked.pickle").write_bytes(pickle.dumps(data(**own)))
    before = done(trouble, "ran-1-")
    process = start(GO, str(tmp_path / "asked.pickle"), cwd=tmp_path)
    wait_until(lambda: done(trouble, "ran-1-") >= before + 2, process)
    workers[0].kill()
    workers[0].wait()
    (trouble / "slow-1").unlink()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert written(tmp_path / "out") == written(tmp_path / "right")


def test_a_scheduler_that_dies_leaves_a_state_that_can_be_gone_on_with(swept, data, tmp_path, cluster, trouble):
    swept(grid=PLACES, out="right")
    address, scheduler, _ = begun(cluster, tmp_path)
    own = {"grid": PLACES, "runner": "dask", "scheduler": address}
    (tmp_path / "asked.pickle").write_bytes(pickle.dumps(data(**own)))
    (trouble / "slow-2").touch()
    watching = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    process = start(GO, str(tmp_path / "asked.pickle"), cwd=tmp_path)
    before = done(trouble, "ran-2-")
    wait_until(lambda: done(trouble, "ran-2-") > before, process)
    scheduler.kill()
    _, said = process.communicate(timeout=120)
    watching.kill()
    assert "went away" in said, said
    assert "the same command goes on from there" in said
    (trouble / "slow-2").unlink()
    swept(grid=PLACES)
    assert written(tmp_path / "out") == written(tmp_path / "right")


def test_a_scheduler_that_is_not_there_or_has_no_workers_is_refused(swept, tmp_path, cluster):
    _, said = swept(runner="dask", scheduler="tcp://127.0.0.1:9")
    assert "does not answer" in said
    assert not (tmp_path / "out").exists()
    address, _, _ = begun(cluster, tmp_path, workers=0)
    _, said = swept(runner="dask", scheduler=address)
    assert "has no workers" in said
