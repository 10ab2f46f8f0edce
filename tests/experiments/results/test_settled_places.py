"""Settled places come back from their files as they were, to the bit; whatever else is in such a file is refused, not run."""

import hashlib
import io
import json
import pickle
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.evidence import register
from experiments.questions.compare import question as compare
from experiments.results import settled_place
from experiments.results.settled_place import DIGEST_BYTES, has_settled, read_settled, write_settled
from experiments.results.typed_arrays import take_apart
from experiments.running import engine
from experiments.running.parameter_set_job import read_world, write_world
from simulation.run import on_policy_date

BRIEF = ["burn_in.searches=0", "burn_in.elastic=36", "burn_in.settling=12", "burn_in.planned=12", "burn_in.own=12"]
Doubles = NDArray[np.float64]


def plan_of(*asked):
    return compare.check(compose("compare", [*asked], []))


@pytest.fixture(scope="module")
def town():
    """A small town with a short past, and what is to be tried there."""
    return plan_of("place=teaching_town", "scale=0.2", "years=1", *BRIEF)


@pytest.fixture(scope="module")
def settled(town):
    return engine.settle(town.world)


@pytest.fixture(scope="module")
def kept(settled, tmp_path_factory):
    """The file of the settled town."""
    path = tmp_path_factory.mktemp("kept") / settled_place.settled_name("town")
    write_settled(path, settled)
    return path


@pytest.fixture
def again(kept):
    """The settled town from its file."""
    return read_settled(kept, engine.settled_type())


def every_array(value, at="place", seen=None):
    """All arrays in a place by where they are, found by what is there and not by what its type says."""
    if isinstance(value, np.ndarray):
        return {at: value}
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = value._asdict().items() if hasattr(value, "_asdict") else enumerate(value)
    else:
        kept = getattr(value, "__dict__", {})  # what is worked out when it is asked for is not part of the place
        parts = [
            (k, part) for k, part in kept.items() if not isinstance(getattr(type(value), k, None), cached_property)
        ]
    return {name: array for key, part in parts for name, array in every_array(part, f"{at}.{key}").items()}


def test_every_array_comes_back_as_it_was(settled, again):
    before, after = every_array(settled), every_array(again)
    assert len(before) > 1000
    assert before.keys() == after.keys()
    for name, array in after.items():
        was = before[name]
        assert (array.dtype, array.shape, array.tobytes()) == (was.dtype, was.shape, was.tobytes()), name
        assert array.flags.c_contiguous, name
        assert array.flags.aligned, name
        assert array.flags.writeable, name
        assert array.flags.owndata, name
        assert array.dtype.isnative, name


def test_all_that_is_not_an_array_comes_back(settled, again):
    plain, _ = take_apart(settled, type(settled))
    assert take_apart(again, type(settled))[0] == plain
    assert again.world.config == settled.world.config
    mine, yours = again.world.config, settled.world.config
    assert mine.model_dump_json(exclude_unset=True) == yours.model_dump_json(exclude_unset=True)
    assert list(again.months) == list(settled.months)


def one_and_the_same(arrays):
    """The names of arrays by the memory that they are, and pairs that share some memory and are not one array."""
    spans = sorted((*np.lib.array_utils.byte_bounds(array), name) for name, array in arrays.items() if array.size)
    names = {}
    for first, end, name in spans:
        names.setdefault((first, end), []).append(name)
    near = [(one[0], two[0]) for one, two in pairwise(names.values())]
    return sorted(names.values()), [pair for pair in near if np.shares_memory(*(arrays[name] for name in pair))]


def test_arrays_that_were_one_are_one_again(settled, again):
    assert again.state.offer.threshold is again.state.services.threshold
    assert settled.state.offer.threshold is settled.state.services.threshold
    names, partly = one_and_the_same(every_array(settled))
    assert not partly
    assert max(map(len, names)) > 1
    assert one_and_the_same(every_array(again)) == (names, [])


def test_a_place_lives_the_same_from_its_file(settled, again, town):
    at_once = engine.run(settled, town.policies, 3, 1)
    later = engine.run(again, town.policies, 3, 1)
    assert at_once.months.keys() == later.months.keys()
    for arm, months in at_once.months.items():
        assert {k: v.tobytes() for k, v in months.items()} == {k: v.tobytes() for k, v in later.months[arm].items()}
    assert at_once.services == later.services


def test_the_same_place_gives_the_same_bytes_however_often_it_was_kept(again, kept, tmp_path):
    on_policy_date(again, 0)
    assert again.begun
    write_settled(tmp_path / kept.name, again)
    assert (tmp_path / kept.name).read_bytes() == kept.read_bytes()
    assert not read_settled(tmp_path / kept.name, engine.settled_type()).begun, "what was begun can be lived again"


def test_the_file_is_what_its_module_says(kept, settled):
    content = kept.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert hashlib.sha256(content[:-DIGEST_BYTES]).digest() == content[-DIGEST_BYTES:]
    about = header.pop("__metadata__")
    assert about["format"] == settled_place.FORMAT
    ends = [0]
    for name, array in header.items():
        first, end = array["data_offsets"]
        assert first == ends[-1]
        ends.append(end)
        if name.startswith("/state/people/alive"):
            assert (array["dtype"], array["shape"]) == ("U8", [settled.state.people.alive.size])
            there = content[8 + length + first : 8 + length + end]
            assert there == settled.state.people.alive.tobytes()
    assert 8 + length + ends[-1] == len(content)
    assert list(header)[-1] == "sha256"
    place = json.loads(about["content"])
    for name in header.keys() - {"sha256"}:
        node = place
        for part in name.split("/")[1:]:
            node = node[int(part)] if isinstance(node, list) else node[part]
        assert node == name


# -- what is damaged, or is something else ----------------------------------------------------------------------------


class Canary:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return exec, ("import pathlib; pathlib.Path('sang').touch()",)


def signed(content):
    """Bytes with a digest that fits, as somebody who means harm would write them."""
    return content + hashlib.sha256(content).digest()


def of_header(header, body=b""):
    text = json.dumps(header).encode()
    return signed(len(text).to_bytes(8, "little") + text + body)


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../outside.npy", b"x")
    return file.getvalue()


def of_objects():
    file = io.BytesIO()
    np.savez(file, a=np.array([Canary()], dtype=object))
    return file.getvalue()


ABOUT = {"format": settled_place.FORMAT, "name": "s", "content": json.dumps({"seed": 1, "inner": {"a": "/inner/a"}})}
OTHERS = {
    "nothing": b"",
    "a few bytes": b"abc",
    "a pickle": pickle.dumps(Canary()),
    "a signed pickle": signed(pickle.dumps(Canary())),
    "objects": of_objects(),
    "signed objects": signed(of_objects()),
    "a zip": zipped(),
    "a signed zip": signed(zipped()),
    "no object": of_header([1]),
    "no format": of_header({}),
    "another format": of_header({"__metadata__": {**ABOUT, "format": "redesign settled place 0"}}),
}
INSIDE = {
    "an array of objects": {"dtype": "O", "shape": [1], "data_offsets": [0, 8]},
    "an array that is not all there": {"dtype": "F64", "shape": [4], "data_offsets": [0, 32]},
    "an array of another shape": {"dtype": "F64", "shape": [2], "data_offsets": [0, 8]},
    "an array without type": {"shape": [1], "data_offsets": [0, 8]},
    "no array at all": 7,
}


class Inner(NamedTuple):
    a: Doubles


@dataclass(frozen=True)
class Small:
    seed: int
    inner: Inner


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_that_is_something_else_is_refused_and_set_aside(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "settled-1.safetensors"
    path.write_bytes(OTHERS[name])
    with pytest.raises(ValueError, match=r"settled-1\.safetensors is damaged: "):
        read_settled(path, Small)
    assert not has_settled(path)
    assert [file.name for file in tmp_path.iterdir()] == ["damaged-settled-1.safetensors"], "nothing was run"


@pytest.mark.parametrize("name", INSIDE)
def test_a_file_that_describes_what_is_not_there_is_refused(name, tmp_path):
    (tmp_path / "s").write_bytes(of_header({"__metadata__": ABOUT, "/inner/a": INSIDE[name]}, b"\0" * 8))
    with pytest.raises(ValueError, match="is damaged: "):
        read_settled(tmp_path / "s", Small)


@pytest.mark.parametrize(
    "content",
    [{}, {"seed": 1}, {"seed": "many", "inner": {"a": "/inner/a"}}, [], {"seed": 1, "inner": {"a": "os.system"}}],
)
def test_content_that_does_not_make_the_place_is_refused(content, tmp_path):
    array = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}
    about = {**ABOUT, "content": json.dumps(content)}
    (tmp_path / "s").write_bytes(of_header({"__metadata__": about, "/inner/a": array}, b"\0" * 8))
    with pytest.raises(ValueError, match="is damaged: "):
        read_settled(tmp_path / "s", Small)


def test_any_flipped_byte_and_any_lost_end_is_noticed(tmp_path):
    path = tmp_path / "s"
    write_settled(path, Small(1, Inner(np.arange(3.0))))
    content = path.read_bytes()
    assert has_settled(path)
    for k in range(len(content)):
        for spoilt in (content[:k], content[:k] + bytes([content[k] ^ 1]) + content[k + 1 :]):
            path.write_bytes(spoilt)
            with pytest.raises(ValueError, match="is damaged: "):
                read_settled(path, Small)
    assert not has_settled(path)
    assert (tmp_path / "damaged-s").read_bytes() == spoilt
    assert not has_settled(path), "there is none any more"


# -- records, arrays and plain data -----------------------------------------------------------------------------------


class Sizes(NamedTuple):
    many: NDArray[np.int16]
    wide: NDArray[np.float32]


@dataclass
class Odd:
    """What places do not have, or not yet."""

    bare: NDArray[np.uint8]
    none: Doubles
    flat: Doubles
    by_name: dict[str, Sizes]
    pair: tuple[Doubles, NDArray[np.bool_]]
    several: tuple[Sizes, ...]
    words: tuple[str, ...]
    share: float
    wanted: int | None = None
    begun: dict[int, Doubles] = field(default_factory=dict, compare=False)


def odd(**changes):
    sizes = Sizes(np.arange(6, dtype=np.int16), np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)))
    usual = {
        "bare": np.array(7, dtype=np.uint8),
        "none": np.zeros((0, 3)),
        "flat": np.arange(10.0)[::3],
        "by_name": {"a.b/c": sizes, "d": sizes},
        "pair": (np.array([0.1, np.nan, -0.0, np.inf]), np.array([True, False])),
        "several": (sizes,),
        "words": ("é", "b"),
        "share": 0.1 + 0.2,
        "begun": {0: np.zeros(3)},
    }
    return Odd(**usual | changes)


def test_every_shape_of_record_is_kept(tmp_path):
    write_settled(tmp_path / "s", odd())
    again = read_settled(tmp_path / "s", Odd)
    before, after = every_array(odd(begun={})), every_array(again)
    assert after.keys() == before.keys()
    for name, array in after.items():
        assert (array.dtype, array.shape) == (before[name].dtype, before[name].shape), name
        assert np.array_equal(array, before[name], equal_nan=array.dtype.kind == "f"), name
        assert array.flags.carray, name
    assert np.signbit(again.pair[0][2])
    assert (again.share, again.words, again.wanted, again.begun) == (0.1 + 0.2, ("é", "b"), None, {})
    assert again.several[0].wide is again.by_name["d"].wide
    again.several[0].many[:] = 5
    assert again.by_name["a.b/c"].many.tolist() == [5] * 6


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bare": [1, 2]}, "/bare is of type list, not ndarray"),
        ({"by_name": {"a": (1, 2)}}, "/by_name/a is of type tuple, not Sizes"),
        ({"pair": (np.zeros(1),)}, "longer than"),
        ({"share": float("nan")}, "/share would not be the same when it is read"),
        ({"flat": np.array([Canary()], dtype=object)}, "/flat is an array of object; only BOOL, U8"),
        ({"flat": np.zeros(2, dtype=np.complex64)}, "/flat is an array of complex64"),
        ({"flat": np.zeros(2, dtype=">f8")}, "/flat is an array of >f8"),
    ],
)
def test_what_could_not_be_read_is_not_written(changes, said, tmp_path):
    with pytest.raises((TypeError, ValueError), match=said):
        write_settled(tmp_path / "s", odd(**changes))
    assert not list(tmp_path.iterdir())


def test_two_arrays_never_share_a_name():
    @dataclass
    class Nested:
        by: dict[str, dict[str, Doubles]]

    with pytest.raises(ValueError, match="two arrays would be called /by/a/b/c"):
        take_apart(Nested({"a/b": {"c": np.zeros(1)}, "a": {"b/c": np.zeros(2)}}), Nested)


# -- worlds and policies of parameter sets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "teaching_town",
        *(pytest.param(name, marks=pytest.mark.slow) for name in options.in_full("place") if name != "teaching_town"),
    ],
)
def test_worlds_and_policies_come_back_with_every_number_they_had(place, tmp_path):
    plan = plan_of(f"place={place}", f"arms=[{','.join(sorted(options.find('policy')))}]")
    write_world(tmp_path / "world.json", plan.world, plan.policies)
    world, policies = read_world(tmp_path / "world.json")
    assert world == plan.world
    assert list(policies.items()) == list(plan.policies.items())
    for mine, yours in ((world, plan.world), *zip(policies.values(), plan.policies.values(), strict=True)):
        assert mine.model_dump_json() == yours.model_dump_json()
        assert mine.model_dump_json(exclude_unset=True) == yours.model_dump_json(exclude_unset=True)
    for arm, policy in policies.items():
        assert [(n, type(v)) for n, v in policy.levers.items()] == [
            (n, type(v)) for n, v in plan.policies[arm].levers.items()
        ]


def test_a_set_of_numbers_is_the_same_in_a_world_that_was_read(town, tmp_path):
    write_world(tmp_path / "world.json", town.world, town.policies)
    world, policies = read_world(tmp_path / "world.json")
    entries = register.uncertain(register.entries(town.world, town.policies))
    assert register.uncertain(register.entries(world, policies)) == entries
    for values in register.draw(entries, 5, 1).to_dict("records"):
        drawn, levers = register.with_values(town.world, values), register.policies_with_values(town.policies, values)
        assert register.with_values(world, values).model_dump_json() == drawn.model_dump_json()
        assert register.policies_with_values(policies, values) == levers
        write_world(tmp_path / "drawn.json", drawn, levers)
        assert read_world(tmp_path / "drawn.json") == (drawn, levers)


def test_whoever_simulates_says_what_a_settled_place_is_made_of(settled):
    named = {option.read().get("engine") for option in options.find("pattern").values()} - {None}
    assert named, "patterns may name who simulates"
    for name in named:
        assert import_module(name).settled_type() is type(settled)
