"""`redesign verify`: folders and zips that are what they say they are, and those that are not."""

import json
import os
import shutil
import stat
import warnings
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments import cli
from experiments.questions import asked as as_asked
from experiments.questions.compare import question as compare
from experiments.questions.sweep import question as sweep
from experiments.results import manifest, signed

pytestmark = pytest.mark.slow  # eighty folders and archives are verified

SMALL = {"replicates": 3, "years": 2, "workers": 1, "out": "out"}


@pytest.fixture
def compared(put, tmp_path):
    """A finished comparison."""

    def figures(self, out, artists=None):
        (out / "report.html").write_text("a page")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare.Compare, "figures", figures)
        put(compare.QUESTION, "stand_in", SMALL)
    return tmp_path / "out"


@pytest.fixture
def verify(capsys):
    def run(*words):
        status = cli.main(["verify", *map(str, words)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def signed_anew(out, **changes):
    """As somebody would write it who forges numbers: every checksum fits."""
    said = signed.read(out / "manifest.json")
    manifest.write(out, {name: value for name, value in said.items() if name != "outputs"} | changes, finished=True)


def test_a_folder_that_is_whole(compared, verify, trouble):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in compared.rglob("*") if path.is_file()}
    status, said = verify(compared, "rerun=2")
    assert status == 0, said
    assert "proves itself" in said
    assert "follow from the record, byte for byte" in said
    assert "2 of 3 lived again: the same bytes" in said
    assert "not forgery" in said
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in compared.rglob("*") if path.is_file()}
    assert after == before
    assert sorted(path.name.split("-")[1] for path in trouble.glob("ran-*")).count("1") == 1, "evenly: first and last"


def test_more_than_there_are_is_all(compared, verify):
    assert "3 of 3 lived again" in verify(compared, "rerun=900")[1]


def test_damage_is_told_with_what_heals_it(compared, verify):
    with (compared / "summary.csv").open("a") as file:
        file.write("\n")
    status, said = verify(compared, "rerun=1")
    assert status == 1
    assert "NO: missing or changed: summary.csv" in said
    assert "redesign compare" in said
    assert "NOT what it says it is" in said


def other_runs(out):
    runs = pd.read_parquet(out / "runs.parquet")
    runs.loc[(runs["replication"] == 2) & (runs["month"] == 5), "crises"] -= 1
    schema = pq.read_schema(out / "runs.parquet")
    pq.write_table(pa.Table.from_pandas(runs, schema=schema, preserve_index=False), out / "runs.parquet")


def other_kept(out):
    kept = pq.read_table(out / "kept.parquet").to_pylist()
    kept[2]["sha256"] = "0" * 64
    pq.write_table(pa.Table.from_pylist(kept, pq.read_schema(out / "kept.parquet")), out / "kept.parquet")


def other_services(out):
    services = pd.read_parquet(out / "services.parquet")
    services.loc[services["replication"] == 2, "staff"] += 1
    schema = pq.read_schema(out / "services.parquet")
    pq.write_table(pa.Table.from_pandas(services, schema=schema, preserve_index=False), out / "services.parquet")


FORGED = {"runs": other_runs, "kept": other_kept, "services": other_services}


@pytest.mark.parametrize("what", FORGED)
def test_numbers_that_did_not_come_out_of_the_model_are_found_though_every_checksum_fits(
    what, compared, verify, monkeypatch
):
    """Even where the tables follow from the forged record, which a forger can see to."""
    FORGED[what](compared)
    monkeypatch.setattr(compare.Compare, "tables", lambda self, base, out, said: None)
    signed_anew(compared)
    assert verify(compared)[0] == 0
    status, said = verify(compared, "rerun=3")
    assert status == 1
    assert "another result" in said
    assert f"{what}.parquet" in said


def test_a_summary_that_does_not_follow_from_the_runs_is_found(compared, verify):
    table = pd.read_csv(compared / "summary.csv")
    table["diff"] = -99
    table.to_csv(compared / "summary.csv", index=False)
    signed_anew(compared)
    status, said = verify(compared)
    assert status == 1
    assert "do not follow from the record: summary.csv" in said


def test_a_sentence_that_does_not_follow_from_the_runs_is_found(compared, verify):
    signed_anew(compared, sentence="It is free.")
    assert "manifest.json: sentence" in verify(compared)[1]


def test_runs_that_nobody_listed_are_found(compared, verify, monkeypatch):
    runs = pq.read_table(compared / "runs.parquet")
    more = runs.set_column(1, "replication", pa.array(np.full(runs.num_rows, 7, np.int32)))
    pq.write_table(pa.concat_tables([runs, more]), compared / "runs.parquet")
    monkeypatch.setattr(compare.Compare, "tables", lambda self, base, out, said: None)
    signed_anew(compared)
    assert "name different runs" in verify(compared)[1]


def test_a_sweep_is_verified_point_by_point(put, tmp_path, verify):
    grid = {"policy.radical.levers.pooling.strength": [0.0, 0.5]}
    own = {"grid": grid, "ranges": {}, "table": None, "points": 1, "design_seed": 1, "record": "totals"}
    put(sweep.QUESTION, "stand_in", {**SMALL, **own, "outcomes": ["crises"]})
    status, said = verify(tmp_path / "out", "rerun=4")
    assert status == 0, said
    assert "4 of 6 lived again: the same bytes" in said
    assert "3 follow from the record" in said


# -- what a stranger's folder asks for ----------------------------------------------------------------------------------


def redesigned(out, change):
    design = json.loads((out / "design.json").read_text())
    change(design)
    (out / "design.json").write_text(json.dumps(design))
    signed_anew(out)


def on_a_cluster(design):
    design["data"] |= {"runner": "dask", "scheduler": "tcp://192.0.2.1:8786"}


def from_anywhere(design):
    design["data"]["place"]["areas_file"] = "/dev/zero"


def from_above(design):
    design["data"]["demography"]["life_table_file"] = "../../../../etc/passwd"


def from_home(design):
    design["points"] = [{"point": 0, "where": "x", "values": {"place.areas_file": "~root" + "/x.csv"}, "arms": []}]


def from_a_folder(design):
    design["choices"]["place"] = "mine"
    design["folders"] = ["conf"]


def with_code(design):
    design["data"]["place"]["_target_"] = "os.system"


def of_no_question(design):
    design["question"] = "os"


def of_nothing(design):
    design["data"] = {}


def of_lists(design):
    design["data"] = {name: [] for name in design["data"]}


REFUSED = {
    from_anywhere: "names files outside the configuration",
    from_above: "names files outside the configuration",
    from_home: "names files outside the configuration",
    from_a_folder: "place='mine', which is not in this package",
    with_code: "_target_",
    of_no_question: "a question that is not here",
    of_nothing: "cannot be read",
    of_lists: "things to put right",
}


@pytest.mark.parametrize("change", REFUSED)
@pytest.mark.parametrize("command", ["verify", "replay"])
def test_nothing_that_a_stranger_names_is_read(change, command, compared, capsys, tmp_path):
    (tmp_path / "conf" / "place").mkdir(parents=True)
    os.mkfifo(tmp_path / "conf" / "place" / "mine.yaml")
    redesigned(compared, change)
    assert cli.main([command, str(compared), *(["rerun=1"] if command == "verify" else [])]) in (1, 2)
    said = capsys.readouterr()
    assert "not yours" not in said.err
    if change is not of_nothing:
        assert REFUSED[change] in said.out + said.err


def test_a_stranger_sends_nobody_to_a_cluster(compared, verify, monkeypatch):
    monkeypatch.setattr("experiments.running.dask_cluster.connected", None)
    redesigned(compared, on_a_cluster)
    said = verify(compared, "rerun=1")[1]
    assert "lived again: the same bytes" in said or "is for questions that run many points" in said, said


# -- zips ---------------------------------------------------------------------------------------------------------------


def packed(out, target, prefix="results/"):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(out.rglob("*")):
            archive.write(path, f"{prefix}{path.relative_to(out).as_posix()}")
    return target


@pytest.mark.parametrize("prefix", ["", "results/"])
def test_a_zip_is_verified_without_leaving_anything(prefix, compared, verify, tmp_path, monkeypatch):
    archive = packed(compared, tmp_path / "from.zip", prefix)
    shutil.rmtree(compared)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    status, said = verify(archive, "rerun=1")
    assert status == 0, said
    assert "1 of 3 lived again" in said
    assert list((tmp_path / "tmp").iterdir()) == []


def entry(name, mode=0):
    found = zipfile.ZipInfo(name)
    found.external_attr = mode << 16
    found.compress_type = zipfile.ZIP_DEFLATED
    return found


HOSTILE = {
    "../outside.csv": entry("../outside.csv"),
    "leads out": entry("results/../../outside.csv"),
    "/tmp": entry("/" + "tmp/outside.csv"),
    "C:": entry("C:/outside.csv"),
    "results\\": entry("results\\..\\..\\outside.csv"),
    "a link": entry("results/link", stat.S_IFLNK | 0o777),
    "a pipe": entry("results/pipe", stat.S_IFIFO | 0o666),
    "a device": entry("results/zero", stat.S_IFCHR | 0o666),
    "twice": entry("results/summary.csv"),
    "twice by another case": entry("results/SUMMARY.csv"),
    "inside a file": entry("results/summary.csv/x"),
    "a name that ends in a dot": entry("results/summary.csv."),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_zip_that_holds_what_no_results_folder_holds_is_refused(what, compared, verify, tmp_path):
    (tmp_path / "deep").mkdir()
    archive = packed(compared, tmp_path / "deep" / "from.zip")
    with warnings.catch_warnings(), zipfile.ZipFile(archive, "a") as more:
        warnings.simplefilter("ignore")  # Python says itself that a name is there twice
        more.writestr(HOSTILE[what], "outside")
    status, said = verify(archive)
    assert status == 2
    assert "from.zip" in said
    assert not list(tmp_path.rglob("outside.csv"))
    assert "not yours" not in said


def test_bombs_are_not_unpacked(compared, verify, tmp_path):
    bomb = packed(compared, tmp_path / "bomb.zip")
    with zipfile.ZipFile(bomb, "a") as more:
        more.writestr(entry("results/zeros"), b"\0" * 2**26)
    assert "times as large unpacked" in verify(bomb)[1]
    nested = tmp_path / "not.zip"
    nested.write_bytes(b"PK\x03\x04 but nothing more")
    assert "cannot be unpacked" in verify(nested)[1]


def test_a_zip_that_says_less_than_it_holds_is_refused(compared, verify, tmp_path):
    lying = tmp_path / "lying.zip"
    with zipfile.ZipFile(lying, "w") as archive:
        archive.writestr(zipfile.ZipInfo("results/manifest.json"), b"x" * 10_000)
    content = lying.read_bytes()
    lying.write_bytes(content.replace((10_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    status, said = verify(lying)
    assert status == 2
    assert "lying.zip" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name one results folder"),
        (["a", "b"], "name one results folder"),
        (["nowhere"], "is no folder"),
        (["out", "rerun=-1"], "rerun=-1"),
        (["out", "rerun=all"], "must be a whole number from 0"),
        (["out", "rerun=1e3"], "must be a whole number from 0"),
        (["out", "rerun=" + "9" * 5000], "must be a whole number from 0"),
        (["out", "rerun=1", "rerun=2"], "name one results folder"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(words, said, verify):
    status, told = verify(*words)
    assert status == 2
    assert said in told
    assert "fix:" in told


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("zones.csv", True),
        ("a/zones.csv", False),
        ("~zones.csv", False),
        ("..", False),
        ("/zones.csv", False),
        (3, False),
    ],
)
def test_a_recorded_file_is_read_only_where_its_name_has_no_folder(name, plain):
    """What a folder from a stranger names is looked for beside it and nowhere else."""
    assert as_asked._is_plain(name) is plain
