"""PRIM: published measures of a published box, boxes that are known, and none where there is none."""

import numpy as np
import pytest

from experiments.analysis.uncertainty.discovery import prim
from experiments.analysis.uncertainty.discovery.prim import Box, Measures
from experiments.analysis.uncertainty.discovery.prim_settings import How

# Bryant and Lempert (2010): 882 futures, 89 of interest, a box of 87 that holds 67 of them. Beside it, for each restriction,
# how many futures and how many of interest the box holds without it, and the published quasi-p.
PUBLISHED = Measures(882, 89, 87, 67)
WITHOUT = {
    "total biomass": (131, 70, 4.716968553178767e-06),
    "demand elasticity": (209, 70, 1.1849299115762208e-16),
    "biomass backstop price": (183, 77, 3.51511253026305e-11),
    "cellulosic cost": (95, 68, 0.15741333528927326),
}


def test_measures_of_a_published_box():
    assert PUBLISHED.coverage == pytest.approx(0.7528089887640449, abs=1e-9)
    assert PUBLISHED.density == pytest.approx(0.7701149425287356, abs=1e-9)
    assert PUBLISHED.mass == pytest.approx(0.09863945578231292, abs=1e-9)


@pytest.mark.parametrize("name", WITHOUT)
def test_published_quasi_p(name):
    inside, hits, published = WITHOUT[name]
    assert prim.quasi_p(87, 67, inside, hits) == pytest.approx(published, rel=1e-9)


def futures(seed, points=400, inputs=6):
    return np.random.default_rng(seed).random((points, inputs))


@pytest.mark.parametrize("least", [0.2, 0.5])
def test_no_box_is_smaller_than_it_may_be(least):
    x = futures(1)
    boxes = prim.peel(x, x[:, 0] < 0.1, How(least_mass=least))
    smallest = min(box.holds(x).mean() for box in boxes)
    assert least <= smallest < 1.4 * least


@pytest.mark.unhurried
@pytest.mark.parametrize("seed", range(3))
def test_a_box_that_is_known_is_found(seed):
    """Cases are all futures with the first input below 0.3 and the fourth above 0.4, and a few at random elsewhere."""
    x = futures(seed)
    is_case = ((x[:, 0] < 0.3) & (x[:, 3] > 0.4)) | (np.random.default_rng(seed + 100).random(len(x)) < 0.03)
    found = prim.find(x, is_case, seed)
    assert found.box.restricted == [0, 3]
    assert found.box.high[0] == pytest.approx(0.3, abs=0.05)
    assert found.box.low[3] == pytest.approx(0.4, abs=0.08)
    assert found.measures.density > 0.9
    assert found.measures.coverage > 0.8
    assert found.chance == pytest.approx(0.01)
    assert max(found.quasi_p.values()) < 1e-3
    again = prim.picked_again(x, is_case, seed)
    assert again[[0, 3]].min() > 0.8 > 0.4 > again[[1, 2, 4, 5]].max()


def test_sides_follow_equal_values_and_both_ends():
    """A middle band of an input of five values."""
    x = np.stack([np.tile(np.arange(5.0), 60), futures(1, 300, 1)[:, 0]], axis=1)
    box = prim.search(x, (x[:, 0] >= 2) & (x[:, 0] <= 3), How())
    assert box.restricted == [0]
    assert (box.low[0], box.high[0]) == (1.5, 3.5)


@pytest.mark.slow
def test_nothing_is_found_where_there_is_nothing():
    """Of 40 tables of pure luck at most 6 pass at the 5% level: by luck alone more do in 1 of 290 such tests."""
    passed = 0
    for seed in range(40):
        x = futures(seed, 100, 4)
        found = prim.find(x, np.random.default_rng(seed + 1000).random(100) < 0.3, seed)
        passed += found is not None and found.chance <= 0.05
    assert passed <= 6


def test_all_or_none_has_no_box():
    x = futures(1)
    assert prim.find(x, np.zeros(len(x), dtype=bool), 1) is None
    assert prim.find(x, np.ones(len(x), dtype=bool), 1) is None


def test_a_box_says_what_it_holds():
    box = Box(np.array([0.5, -np.inf]), np.array([np.inf, np.inf]))
    x = np.array([[0.4, 0.0], [0.5, 0.0], [0.9, 1.0], [0.1, 1.0]])
    assert box.holds(x).tolist() == [False, True, True, False]
    assert prim.measure(box, x, np.array([True, True, False, False])) == Measures(4, 2, 2, 1)
    assert not box.without(0).restricted
    assert Measures(4, 2, 2, 1).agreement == 0
