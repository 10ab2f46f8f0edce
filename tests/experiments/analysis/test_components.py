"""What a difference is made of: the parts are what they were made of, and add up in every replication."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.statistics import components
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.components import AS_IS, BOTH, DESIGNS, GAINS, MANAGEMENT, PARTS, WHOLE, WORLDS
from experiments.analysis.statistics.outcomes import ByArm

PAIRS = 9
ARMS = ("radical", "rationing")


@pytest.fixture
def lives(rng):
    """Two outcomes of two arms, over two years: redesigns add 3, management 5, both together 1, the rest 7; gains are worth 6."""
    luck = 100 * rng.random((2, 2, PAIRS))
    found = {}
    for world in WORLDS:
        designs, management = DESIGNS not in world, MANAGEMENT not in world
        whole = luck + 7 + 3 * designs + 5 * management + (designs and management) - 6 * (GAINS in world)
        for arm, values in (("radical", whole), ("rationing", luck)):
            found[arm, world] = ByArm(["crises", "refused"], np.arange(PAIRS), {arm: values})
    return found


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_every_part_is_what_it_was_made_of(lives):
    table = components.by_replication(lives, ARMS, 2, PAIRS)
    assert len(table) == 2 * PAIRS
    for part, made in {DESIGNS: 3, MANAGEMENT: 5, "together": 1, "rest": 7, "diff": 16, "only_effort": 10}.items():
        assert table[part].to_numpy() == pytest.approx(made), part
    assert set(table["contrast"]) == {"radical minus rationing"}


def test_parts_add_up_to_the_difference_of_every_replication_whatever_it_is(rng):
    difference = {world: rng.normal(size=1000) * 10.0 ** rng.integers(-6, 7, 1000) for world in WORLDS}
    parts = components.split(difference)
    sums = sum(parts[part] for part in PARTS)
    scale = np.max([np.abs(values) for values in difference.values()], axis=0)
    assert (np.abs(sums - difference[AS_IS]) <= 4 * np.finfo(float).eps * scale).all()
    assert parts[WHOLE] is difference[AS_IS]
    assert parts["rest"] is difference[BOTH]


def test_only_the_first_replications_are_split_and_those_without_a_value_are_left_out(lives):
    lives["radical", BOTH].arms["radical"][0, 1, 2] = np.nan
    table = components.by_replication(lives, ARMS, 2, 4)
    assert list(table[table["outcome"] == "crises"]["replication"]) == [0, 1, 3]
    assert list(table[table["outcome"] == "refused"]["replication"]) == [0, 1, 2, 3]


def test_every_part_has_its_interval_and_their_means_add_up(lives, rng):
    for (arm, _), found in lives.items():
        found.arms[arm] += rng.normal(size=PAIRS)
    table = components.summarise(components.by_replication(lives, ARMS, 1, PAIRS), load_outcomes(), 1)
    for _, rows in table.groupby("outcome"):
        told = rows.set_index("part")["diff"]
        assert told[list(PARTS)].sum() == pytest.approx(told[WHOLE])
        assert told["unmanaged"] == pytest.approx(told["designs"] + told["rest"])
        assert list(rows["part"]) == [*PARTS, WHOLE, "unmanaged", "only_effort"]
        assert ((rows["ci_lo"] < rows["diff"]) & (rows["diff"] < rows["ci_hi"])).all()
    few = components.summarise(components.by_replication(lives, ARMS, 1, 3), load_outcomes(), 1)
    assert few["ci_lo"].isna().all()
    assert isinstance(few, pd.DataFrame)
