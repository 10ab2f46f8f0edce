"""Sharing among levers: published values, exact sums, and what a lever that does nothing gets."""

import numpy as np
import pytest

from experiments.questions.attribute.shapley import attribute, subsets


def test_the_glove_game():
    """Two left gloves and a right one: a pair is worth 1 (textbook)."""
    found = attribute(3, {s: float(2 in s and bool(s & {0, 1})) for s in subsets(3)})
    assert found.shapley == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=1e-12)


def test_the_airport_game():
    """Runways for planes that need 8, 11, 13 and 18 (Littlechild and Owen 1973)."""
    costs = [8, 11, 13, 18]
    found = attribute(4, {s: float(max((costs[k] for k in s), default=0)) for s in subsets(4)})
    assert found.shapley == pytest.approx([2, 3, 4, 9], abs=1e-12)


def test_levers_that_help_each_other_and_one_that_does_nothing():
    worth = {"": 0, "0": 10, "1": 20, "2": 0, "01": 45, "02": 10, "12": 20, "012": 45}
    found = attribute(3, {s: float(worth["".join(map(str, sorted(s)))]) for s in subsets(3)})
    assert found.shapley == pytest.approx([17.5, 27.5, 0], abs=1e-12)
    assert found.first_in == pytest.approx([10, 20, 0])
    assert found.last_in == pytest.approx([25, 35, 0])
    assert found.interaction[0, 1] == pytest.approx(15)
    assert found.interaction[0, 2] == found.interaction[1, 2] == 0


def test_every_replication_sums_exactly():
    chance = np.random.default_rng(1)
    worth = {subset: chance.normal(size=7) for subset in subsets(5)}
    found = attribute(5, worth)
    assert found.shapley.shape == (5, 7)
    assert found.shapley.sum(axis=0) == pytest.approx(worth[frozenset(range(5))] - worth[frozenset()], abs=1e-12)
    alone = attribute(5, {subset: values[3] for subset, values in worth.items()})
    assert found.shapley[:, 3] == pytest.approx(alone.shapley, abs=1e-12)


def test_the_order_of_levers_does_not_matter():
    chance = np.random.default_rng(2)
    worth = {subset: float(chance.normal()) for subset in subsets(4)}
    turned = attribute(4, {s: worth[frozenset(3 - k for k in s)] for s in subsets(4)})
    assert turned.shapley[::-1] == pytest.approx(attribute(4, worth).shapley, abs=1e-12)


def test_no_lever_is_refused():
    with pytest.raises(ValueError, match="no lever"):
        attribute(0, {})
