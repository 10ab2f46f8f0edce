"""Up to six policies in one table: levels of each, and what can be said of those that met the same people and the same luck."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("streamlit", reason="the lab needs Streamlit: pip install 'redesign[lab]'")

from experiments.lab import configuration, results, side_by_side
from experiments.lab.session import Kept
from experiments.lab.state import Choice, State

LUCK = np.linspace(-1, 1, 8)


def lived(state, *levels):
    """A comparison in which crises are at these levels under its two policies, with the same luck."""
    arms = configuration.arms_of(state)
    rows = [
        {"arm": arm, "replication": k, "year": year, "value": level + luck + 0.01 * k * level}
        for arm, level in zip(arms, levels, strict=True)
        for k, luck in enumerate(LUCK)
        for year in (1, 2)
    ]
    return Kept(state, SimpleNamespace(what="finished", values={"crises": pd.DataFrame(rows)}))


@pytest.fixture(autouse=True)
def _values(monkeypatch):
    monkeypatch.setattr(results, "values", lambda kept: kept.run.values)


USUAL = State(years=2)


def test_every_policy_stands_there_once():
    first = lived(USUAL, 50, 45)
    second = lived(replace(USUAL, a=Choice("status_quo")), 40, 45)
    titles = [side.title for side in side_by_side.sides([first, second])]
    assert [title.partition(":")[0] for title in titles] == [
        "Rationing and efficiency",
        "Radical redesign",
        "Status quo",
    ]


def test_fewer_crises_than_under_the_first_policy_are_better_and_more_are_worse():
    table = side_by_side.policies([lived(USUAL, 50, 45), lived(replace(USUAL, a=Choice("status_quo")), 60, 45)])
    cells = table.iloc[0].to_list()
    assert cells[0] == "51.8"
    assert cells[1:] == ["46.6 (better)", "62.1 (worse)"]


def test_a_policy_of_another_town_is_compared_with_none_of_this_one():
    table = side_by_side.policies([lived(USUAL, 50, 45), lived(replace(USUAL, seed=9), 60, 61)])
    assert table.iloc[0, 2] == "62.1"
    assert table.iloc[0, 3].startswith("63.1 (")


def test_no_more_than_six_policies_are_shown():
    many = [lived(replace(USUAL, seed=seed), 50, 45) for seed in range(5)]
    assert side_by_side.policies(many).shape[1] == side_by_side.MOST


def test_what_is_not_recorded_is_left_empty():
    table = side_by_side.policies([lived(USUAL, 50, 45)])
    assert (table.drop(index=table.index[0]) == "").all(axis=None)
