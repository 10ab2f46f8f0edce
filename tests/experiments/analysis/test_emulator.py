"""Emulators and the smooth stand-in at the edges: nothing moves, one number moves, no more terms than are needed."""

import math
import warnings

import numpy as np
import pytest

from experiments.analysis.uncertainty import emulator
from experiments.questions.frontier import gaussian_process


def places_of(n, p, seed=0):
    return np.random.default_rng(seed).random((n, p))


def test_an_output_that_never_moves_is_foretold_as_it_is():
    places = places_of(60, 4)
    model = emulator.fit(places, np.full(60, 3.0))
    mean, variance = model.predict(places_of(5, 4, seed=1))
    assert mean == pytest.approx(np.full(5, 3.0))
    assert variance == pytest.approx(np.zeros(5), abs=1e-12)
    assert model.active.size == 0
    surface = gaussian_process.fit(places, np.full(60, 3.0))
    assert [part.tolist() for part in surface.predict(places[:2])] == [[3.0, 3.0], [0.0, 0.0]]


def test_terms_are_a_constant_lines_squares_and_products():
    places = np.array([[0.0, 0.5, 1.0], [1.0, 1.0, 0.0]])
    found = emulator.terms(places, np.array([[0, 0], [0, 1], [2, 2], [1, 3]]))
    assert found.tolist() == [[1, -1, 0, -1], [1, 1, 1, -1]]


def test_a_plane_is_foretold_nearly_exactly_and_the_strongest_come_first():
    places = places_of(200, 6)
    output = 5 + 4 * places[:, 2] - 9 * places[:, 4]
    model, fresh = emulator.fit(places, output), 0.05 + 0.9 * places_of(50, 6, seed=1)
    assert emulator.strongest(places, output, 2).tolist() == [4, 2]
    mean, variance = model.predict(fresh)
    assert mean == pytest.approx(5 + 4 * fresh[:, 2] - 9 * fresh[:, 4], abs=0.05)
    assert (variance < 0.01).all()


def test_chance_of_a_run_is_no_part_of_what_an_emulator_does_not_know():
    places = places_of(400, 3)
    output = places[:, 0] + np.random.default_rng(2).normal(0, 0.5, 400)
    model = emulator.fit(places, output)
    inside = np.full((1, 3), 0.5)
    (_, whole), (_, without) = model.predict(inside), model.predict(inside, chance=0.25)
    assert whole[0] == pytest.approx(0.25, rel=0.25)  # one fixed sample: its variance wavers by 7%
    assert without[0] < 0.05
    corner = np.ones((1, 3)) - 1e-3
    assert model.predict(corner, chance=1.0)[1][0] > model.predict(inside, chance=1.0)[1][0], "corners are known less"


def test_kriging_finds_a_peak_and_is_unsure_where_nothing_is_known():
    places = np.linspace(0, 1, 12)[:, None]
    surface = gaussian_process.fit(places, 100 + np.sin(6 * places[:, 0]))
    mean, unsure = surface.predict(np.array([[0.25], [0.5], [1.5]]))
    assert mean[:2] == pytest.approx(100 + np.sin([1.5, 3.0]), abs=0.01)
    assert unsure[2] > 10 * unsure[:2].max()


def test_where_all_points_kept_aside_lie_outside_nothing_is_said():
    """A tiny calibration has so few points; the answer is that nobody knows, and no warning of a library."""
    rng = np.random.default_rng(3)
    places = rng.uniform(0.3, 0.7, (20, 2))
    aside = np.random.default_rng(0).permutation(20)[:4]
    places[aside] = [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = emulator.try_out(places, 3 * places[:, 0] + places[:, 1], chance=0.01)
    assert fit.active == 2
    assert all(math.isnan(value) for value in (fit.r2, fit.attainable, fit.bias, fit.scale, fit.beyond_two))
