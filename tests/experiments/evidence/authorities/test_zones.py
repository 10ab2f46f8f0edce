"""Zones are put together without losing anybody."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from experiments.configuration.files.place_tables import PEOPLE
from experiments.evidence.authorities.zones import MOST, _merged, whole
from simulation.parameters.quantity import DOMAINS


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40), st.integers(1, 10_000))
def test_whole_people_add_up_and_nobody_is_moved_by_more_than_one(weights, total):
    people = np.array(weights) + 0.001
    people *= total / people.sum()
    found = whole(people.copy(), total)
    assert found.sum() == total
    assert (np.abs(found - people) <= 1 + 1e-9).all()


def made(lines, seed=1):
    """Areas, the most deprived first."""
    random = np.random.default_rng(seed)
    people = pd.DataFrame(random.integers(10, 90, (lines, len(PEOPLE))).astype(float), columns=list(PEOPLE))
    deprived = np.sort(random.random((lines, len(DOMAINS))), axis=0)[::-1]
    return people.join(pd.DataFrame(deprived, columns=list(DOMAINS)))


def test_few_areas_stay_as_they_are():
    own = made(5)
    merged = _merged(own, int(own[list(PEOPLE)].to_numpy().sum()))
    assert (merged[list(PEOPLE)].to_numpy() == own[list(PEOPLE)].to_numpy()).all()
    assert np.allclose(merged[list(DOMAINS)], own[list(DOMAINS)].clip(0.0005, 0.9995), atol=1e-4)


def test_many_areas_become_zones_of_like_size_with_the_same_people_and_mean_deprivation():
    own = made(144)
    total = int(own[list(PEOPLE)].to_numpy().sum())
    merged = _merged(own, total)
    people = merged[list(PEOPLE)].sum(axis=1)
    assert len(merged) == MOST
    assert people.sum() == total
    assert people.max() < 1.5 * people.min()
    before = np.average(own[list(DOMAINS)], axis=0, weights=own[list(PEOPLE)].sum(axis=1))
    assert np.allclose(np.average(merged[list(DOMAINS)], axis=0, weights=people), before, atol=2e-3)
    assert (np.diff(merged["income"]) < 0).all(), "the most deprived first"
