"""The shelf: what is put there under a name is there again, for everybody, and survives a lab that is started anew."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from experiments.errors import ConfigurationError
from experiments.lab.shelf import LONGEST, MOST, SHELF, Pinned, Shelf
from experiments.lab.state import Choice, State

OWN = State(seed=7, b=Choice("radical", {"envelope.cut": 0.3, "pooling": "off"}))


def test_what_is_put_there_is_there_again_after_a_restart(tmp_path):
    Shelf(tmp_path).pin("  our   plan ", OWN)
    (found,) = Shelf(tmp_path).all()
    assert (found.name, found.state) == ("our plan", OWN)
    Shelf(tmp_path).unpin("our plan")
    assert Shelf(tmp_path).all() == []


@pytest.mark.parametrize("name", ["", "   ", "x" * (LONGEST + 1), "taken"])
def test_a_name_is_refused_that_is_empty_too_long_or_taken(tmp_path, name):
    shelf = Shelf(tmp_path)
    shelf.pin("taken", State())
    with pytest.raises(ConfigurationError):
        shelf.pin(name, OWN)
    assert [each.name for each in shelf.all()] == ["taken"]


def test_a_full_shelf_takes_no_more(tmp_path):
    shelf = Shelf(tmp_path)
    (tmp_path / SHELF).write_text(json.dumps([{"name": str(k), "address": {}} for k in range(MOST)]))
    with pytest.raises(ConfigurationError, match="full"):
        shelf.pin("one more", OWN)


def test_of_two_who_put_something_there_at_once_neither_is_lost(tmp_path):
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda k: Shelf(tmp_path).pin(f"plan {k}", State(seed=k)), range(24)))
    assert {each.name for each in Shelf(tmp_path).all()} == {f"plan {k}" for k in range(24)}


@pytest.mark.parametrize(
    "content", ["", "{", '{"a": 1}', "[1]", '[{"name": "x"}]', '[{"name": "x", "address": 3}]', "\xff"]
)
def test_a_file_that_holds_no_shelf_is_left_as_it_is(tmp_path, content):
    (tmp_path / SHELF).write_bytes(content.encode("latin-1"))
    for use in (Shelf(tmp_path).all, lambda: Shelf(tmp_path).pin("new", OWN), lambda: Shelf(tmp_path).unpin("new")):
        with pytest.raises(ConfigurationError, match="no shelf"):
            use()
    assert (tmp_path / SHELF).read_bytes() == content.encode("latin-1")


def test_a_comparison_that_this_version_does_not_know_any_more_has_no_state():
    assert Pinned("old", {"a": "rationing", "b": "a_policy_of_yore"}).state is None
