"""Kept pieces of unfinished runs that somebody tampered with: none passes for another, leads elsewhere or waits for ever."""

import hashlib
import json
import os
import types

import numpy as np
import pyarrow as pa
import pytest

from experiments import regular_files
from experiments.errors import Stopped
from experiments.questions.calibrate.runs import Wave
from experiments.results import consolidate, signed, store
from experiments.running.parameter_set_job import DONE, UNUSABLE, VALUES, SetJob

KEY = "0123456789abcdef" * 4


def lived(number):
    return types.SimpleNamespace(months={"a": {"x": np.arange(3) + number}})


@pytest.fixture
def parts(tmp_path):
    """Two kept replications."""
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in (0, 1):
        store.write_part(folder, KEY, number, lived(number), 1.0, totals_only=True)
    return folder


@pytest.fixture
def part(parts):
    """The first of them."""
    return parts / store.part_name(KEY, 0)


def test_whole_parts_are_whole(parts):
    assert store.set_damaged_aside(parts) == []
    assert len(list(parts.iterdir())) == 2


def swap(one, two):
    between = one.with_name("between")
    one.rename(between)
    two.rename(one)
    between.rename(two)


def test_two_parts_renamed_into_each_other_are_noticed(parts):
    names = [store.part_name(KEY, number) for number in (0, 1)]
    swap(*(parts / name for name in names))
    assert store.set_damaged_aside(parts) == names


def test_a_part_of_another_configuration_is_noticed(parts, part):
    other = "f" * 16 + KEY[16:]
    part.rename(parts / store.part_name(other, 0))
    assert not store.is_whole(parts / store.part_name(other, 0))
    alike = KEY[:16] + "f" * 48  # its name would be the same
    store.write_part(parts, alike, 0, lived(0), 1.0, totals_only=True)
    assert store.is_whole(part)
    assert not store.is_whole(part, KEY)


def test_files_that_two_parts_swap_are_noticed(parts, part):
    swap(part / "runs.arrow", parts / store.part_name(KEY, 1) / "runs.arrow")
    assert len(store.set_damaged_aside(parts)) == 2


def signed_anew(part, **changes):
    """As somebody would write it who means harm."""
    signed.write(part / "checksums.json", signed.read(part / "checksums.json") | changes)


def linked(path):
    elsewhere = path.parents[2] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


SECRET = "a secret"
SPOIL = {
    "a file more": lambda part: (part / "burn_in.arrow").write_bytes(b"x"),
    "a folder more": lambda part: (part / "more").mkdir() or (part / "more" / "x").touch(),
    "a file less": lambda part: (part / "timing.json").unlink(),
    "flipped checksums": lambda part: (part / "checksums.json").write_bytes(
        (part / "checksums.json").read_bytes().replace(b"e", b"f", 1)
    ),
    "no checksums": lambda part: (part / "checksums.json").unlink(),
    "a device": lambda part: signed_anew(part, files={"runs.arrow": "0", "/dev/zero": "0"}),
    "a file outside": lambda part: signed_anew(
        part, files=signed.read(part / "checksums.json")["files"] | {"../../outside": hashlib.sha256(SECRET.encode()).hexdigest()}
    ),
    "nothing named": lambda part: signed_anew(part, files={}),
    "no files": lambda part: signed_anew(part, files=["runs.arrow"]),
    "a number that is none": lambda part: signed_anew(part, replication="zero"),
    "a number that is no end of digits": lambda part: signed_anew(part, replication=1e308),
    "a pipe": lambda part: (part / "runs.arrow").unlink() or os.mkfifo(part / "runs.arrow"),
    "a pipe for checksums": lambda part: (part / "checksums.json").unlink() or os.mkfifo(part / "checksums.json"),
    "a link": lambda part: linked(part / "runs.arrow"),
    "checksums without end": lambda part: os.truncate(part / "checksums.json", 2**33),
    "a part without end": lambda part: os.truncate(part / "runs.arrow", 2**40),
    "deep json": lambda part: (part / "checksums.json").write_text("[" * 100_000),
    "of an earlier edition": lambda part: (part / "checksums.json").write_text(
        json.dumps({name: store.storage.checksum(part / name) for name in ("runs.arrow", "timing.json")})
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOIL)
def test_a_part_that_is_not_as_it_was_written_is_set_aside(how, parts, part, tmp_path):
    (tmp_path / "outside").write_text(SECRET)
    SPOIL[how](part)
    assert store.set_damaged_aside(parts) == [part.name]
    assert (parts / f"damaged-{part.name}").exists()
    assert (tmp_path / "outside").read_text() == SECRET


@pytest.mark.parametrize("what", ["link", "file", "pipe"])
def test_what_is_no_folder_is_no_part(what, parts, part, tmp_path):
    part.rename(tmp_path / part.name)
    if what == "link":
        part.symlink_to(tmp_path / part.name)
    elif what == "file":
        part.write_text("x")
    else:
        os.mkfifo(part)
    assert store.set_damaged_aside(parts) == [part.name]
    assert store.is_whole(tmp_path / part.name), "what a link leads to is left alone"


def test_what_was_set_aside_before_is_in_nobodys_way(parts, part, tmp_path):
    (parts / f"damaged-{part.name}").symlink_to(tmp_path)
    (part / "runs.arrow").write_bytes(b"x")
    assert store.set_damaged_aside(parts) == [part.name]
    assert tmp_path.exists()


def test_a_far_worker_names_no_files_elsewhere(parts, tmp_path):
    store.unpack_part(parts, "replication-00007-0", {"../../outside": b"x", "runs.arrow": b"y"})
    assert not (tmp_path / "outside").exists()
    assert not store.is_whole(parts / "replication-00007-0")


# -- parameter sets ---------------------------------------------------------------------------------------------------


@pytest.fixture
def sets(tmp_path):
    """Two sets of plausible numbers that were run to their end, and one that does not work."""
    job = SetJob("stand_in", tmp_path / "w", tmp_path / "s", 1, 1, 1, tmp_path / "parts", KEY)
    for number in (0, 1):
        here = job.folder(number)
        here.mkdir(parents=True)
        store.write_part(here, KEY, 0, lived(number), 1.0, totals_only=True)
        (here / VALUES).write_bytes(bytes([number]))
        sum_ = regular_files.checksum(here / VALUES)
        signed.write(here / DONE, {"set": here.name, "seconds": 1.0, "numbers": 2, VALUES: sum_})
    job.folder(2).mkdir()
    signed.write(job.folder(2) / UNUSABLE, {"set": job.folder(2).name, "error": "no"})
    return job


def test_sets_that_swap_folders_or_files_are_run_again(sets):
    assert [sets.set_damaged_aside(number) for number in range(3)] == [[], [], []]
    assert [sets.is_done(number) for number in range(3)] == [True, True, True]
    swap(sets.folder(0) / VALUES, sets.folder(1) / VALUES)
    assert all(sets.set_damaged_aside(number) for number in (0, 1))
    assert [sets.is_done(number) for number in range(3)] == [False, False, True]
    swap(sets.folder(2), sets.folder(1))
    assert [sets.is_done(number) for number in range(3)] == [False, False, False]


@pytest.mark.parametrize("name", [DONE, VALUES, "replication"])
def test_a_set_of_which_a_piece_is_a_pipe_is_run_again(sets, name):
    piece = sets.replication(0, 0) / "runs.arrow" if name == "replication" else sets.folder(0) / name
    piece.unlink()
    os.mkfifo(piece)
    sets.set_damaged_aside(0)
    assert not sets.is_done(0)


def test_runs_of_a_calibration_that_swap_names_are_run_again(tmp_path):
    wave = Wave(_World(), (("m", "m"),), ("k",), np.array([[1.0], [2.0]]), 1, tmp_path, "model")
    for number in (0, 1):
        wave.keep(number, {"measures": {"m": float(number)}})
    assert [wave.set_damaged_aside(number) for number in (0, 1)] == [[], []]
    assert wave.outputs().tolist() == [[0.0], [1.0]]
    names = [wave.file(number).name for number in (0, 1)]
    swap(wave.file(0), wave.file(1))
    assert [wave.set_damaged_aside(number) for number in (0, 1)] == [names[:1], names[1:]]
    assert not wave.is_done(0)


class _World:
    """As much of a world as names a run."""

    def model_dump(self, mode):
        return {}


# -- what the tables of a replication say ------------------------------------------------------------------------------


def rows(arms=("a",), replication=0, months=range(3), **columns):
    """The record of a replication, a batch for each arm."""
    months = list(months)
    for arm in arms:
        index = {"arm": [arm] * len(months), "replication": [replication] * len(months), "month": months}
        yield pa.table({**index, "x": np.arange(len(months)), "y": np.full(len(months), np.nan), **columns})


def not_utf8(table):
    """The same table with an arm that is no text."""
    bad = pa.StringArray.from_buffers(
        3, pa.py_buffer(np.arange(4, dtype=np.int32).tobytes()), pa.py_buffer(b"\xff" * 3)
    )
    return table.set_column(0, "arm", bad)


def beyond_its_bytes(table):
    """The same table with an arm of a million letters, of which three are there."""
    ends = np.array([0, 1, 1_000_000, 3], dtype=np.int32)
    return table.set_column(
        0, "arm", pa.StringArray.from_buffers(3, pa.py_buffer(ends.tobytes()), pa.py_buffer(b"aaa"))
    )


MADE_UP = {
    "another replication": lambda: rows(replication=7),
    "a month twice": lambda: rows(months=[0, 1, 1]),
    "a month less": lambda: rows(months=[0, 2]),
    "months before the policy date": lambda: rows(months=[-3, -2, -1]),
    "two arms in one": lambda: [next(rows()).set_column(0, "arm", pa.array(["a", "b", "a"]))],
    "a number without end": lambda: rows(y=[np.inf, 0.0, 0.0]),
    "a number without beginning": lambda: rows(y=[0.0, -np.inf, 0.0]),
    "no index": lambda: [next(rows()).drop_columns(["month"])],
    "months that are texts": lambda: rows(months=["0", "1", "2"]),
    "an arm that is no text": lambda: [not_utf8(next(rows()))],
    "an arm that is longer than its bytes": lambda: [beyond_its_bytes(next(rows()))],
}


def put_in(part, tables):
    """Replaces the record of a replication and makes its checksums fit."""
    tables = list(tables)
    with pa.ipc.new_file(part / "runs.arrow", tables[0].schema) as writer:
        for table in tables:
            writer.write_batch(table.to_batches()[0])
    files = signed.read(part / "checksums.json")["files"]
    signed_anew(part, files=files | {"runs.arrow": store.storage.checksum(part / "runs.arrow")})


def test_a_record_that_can_have_been_lived_is_read(parts, part):
    put_in(part, rows(arms=("a", "b")))
    assert consolidate.record_of([part])["x"].tolist() == [0, 1, 2] * 2


@pytest.mark.parametrize("what", MADE_UP)
@pytest.mark.parametrize(
    "read",
    [
        lambda out, part: consolidate.record_of([part]),
        lambda out, part: consolidate.consolidate_points(out, {0: [(KEY, 0)]}),
    ],
    ids=["one comparison", "many points"],
)
def test_a_record_that_nobody_lived_is_set_aside(what, read, parts, part, tmp_path):
    put_in(part, MADE_UP[what]())
    assert store.is_whole(part, KEY), "its checksums fit"
    with pytest.raises(Stopped, match="not what living a replication gives"):
        read(tmp_path, part)
    assert not part.exists()
    assert (parts / f"damaged-{part.name}").exists()
    assert not (tmp_path / "runs.parquet").exists()
