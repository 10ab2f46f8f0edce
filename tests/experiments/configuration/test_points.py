"""Design points: how they are laid out, that a point is what Hydra would have composed, and what is refused."""

import copy
from pathlib import Path

import numpy as np
import pytest

from experiments.configuration import validate
from experiments.configuration.compose import Composed, compose, referred_keys
from experiments.configuration.points import Point, plans_of
from experiments.errors import ConfigurationError
from experiments.evidence import designs
from experiments.questions.sweep import question as sweep
from experiments.results import results_folder

POOLING = "policy.radical.levers.pooling.strength"
CUT = "policy.*.levers.envelope.cut"


def layout(**own):
    return designs.points_of(designs.DesignSettings(**own))


def refusal(composed, **own):
    with pytest.raises(ConfigurationError) as refused:
        sweep.QUESTION.plans(Composed({**composed.data, **own}, composed.choices))
    return refused.value.message()


def test_a_grid_is_every_combination():
    found = [point.values for point in layout(grid={"a": [1, 2], "b": ["x", "y"]})]
    assert found == [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"}]


def test_a_hypercube_visits_every_part_of_every_range_once():
    found = layout(ranges={"a": [10, 20], "b": [1, 100, "log"], "c": [0, 3, "whole"]}, points=8)
    a, b, c = (np.array([point.values[key] for point in found]) for key in "abc")
    assert sorted(((a - 10) / 10 * 8).astype(int)) == list(range(8))
    assert sorted((np.log10(b) / 2 * 8).astype(int)) == list(range(8))
    assert sorted(c) == [0, 0, 1, 1, 2, 2, 3, 3]
    again = layout(ranges={"a": [10, 20], "b": [1, 100, "log"], "c": [0, 3, "whole"]}, points=8)
    assert [point.values for point in again] == [point.values for point in found]
    assert layout(ranges={"a": [10, 20]}, points=8, design_seed=2)[0].values != found[0].values


def test_a_table_is_a_point_a_line_and_an_empty_cell_changes_nothing(tmp_path):
    (tmp_path / "p.csv").write_text("place,a.b\nteaching_town,0.5\n\n,null\n")
    found = layout(table=str(tmp_path / "p.csv"))
    assert [(point.where, point.values) for point in found] == [
        ("line 2 of p.csv", {"place": "teaching_town", "a.b": 0.5}),
        ("line 4 of p.csv", {"a.b": None}),
    ]


CONFIGS = Path(__file__).parents[3] / "configs"
SET = {POOLING: 0.25, "challenge.obesity.need.onset.value": 0.003, CUT: 0.1, "years": 3}
TYPED = [
    f"{POOLING}=0.25",
    "challenge.obesity.need.onset.value=0.003",
    "years=3",
    "policy.rationing.levers.envelope.cut=0.1",
    "policy.radical.levers.envelope.cut=0.1",
]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (SET, ["place=teaching_town", *TYPED]),
        pytest.param({"place": "westminster", **SET}, ["place=westminster", *TYPED], marks=pytest.mark.slow),
        pytest.param({"place.usual_scale": 0.5}, ["place=teaching_town", "scale=0.5"], marks=pytest.mark.slow),
    ],
)
def test_a_point_is_what_hydra_would_have_composed(composed, values, words):
    """Setting values in plain data is quick; it must be the same configuration to the last bit.

    A star stands for the arms that have the key: the status quo has no cut, and is given none.
    """
    expected = validate.check(compose("compare", words, []))
    before = copy.deepcopy(composed.data)
    plan = plans_of("compare", composed, [Point(0, "point 0", values)], validate.check)[0]
    if "place.usual_scale" in values:
        assert plan.world.scale == expected.world.scale
    else:
        assert results_folder.replication_key(plan, "m") == results_folder.replication_key(expected, "m")
    assert composed.data == before


def test_of_shipped_files_only_questions_take_values_from_other_keys():
    """What they refer to is looked for in these alone, because reading all others takes a second."""
    of_others = [file for file in CONFIGS.rglob("*/*.yaml") if file.parent.parent != CONFIGS / "hydra"]
    assert len(of_others) > 50
    assert not [file for file in of_others if "${" in file.read_text(encoding="utf-8")]
    assert "place.usual_scale" in referred_keys("compare", ())


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"grid": {POOLING: [0.5, 1.5]}}, ["grid point 1", "pooling.strength=1.5", "from 0"]),
        ({"grid": {"policy.radcal.levers.pooling.strength": [1]}}, ["there is no", "did you mean radical"]),
        ({"grid": {"yeers": [1]}}, ["there is no such key", "did you mean years"]),
        ({"grid": {"zzz": [1]}}, ["there is no such key", "fix: leave zzz out"]),
        ({"grid": {"place": ["croydon", "atlantis"]}}, ["fix: name a place that is there"]),
        ({"grid": {"challenge.obesity.need.onsett.value": [1]}}, ["did you mean onset"]),
        ({"grid": {"policy.wigan_deal.levers.pooling.strength": [1]}}, ["takes no part"]),
        ({"grid": {"policy.*.levers.nothing.at.all": [1]}}, ["lever"]),
        ({"grid": {"place": ["croydon", "atlantis"]}}, ["grid point 1", "no place 'atlantis'"]),
        ({"grid": {"replicates": [1, 2]}}, ["same for all points"]),
        ({"grid": {"record": ["all"]}}, ["same for all points"]),
        ({"grid": {POOLING: 1}}, ["must be a list"]),
        ({"grid": {POOLING: [1]}, "ranges": {POOLING: [0, 1]}}, ["exactly one of"]),
        ({}, ["exactly one of"]),
        ({"ranges": {POOLING: [1, 0]}}, ["must rise"]),
        ({"ranges": {POOLING: [0, 1, "log"]}}, ["above 0"]),
        ({"table": "no_such.csv"}, ["no_such.csv", "cannot be read", "fix: give the path of a file"]),
        ({"grid": {POOLING: [0]}, "record": "some"}, ["record=some", "one of totals, all"]),
        ({"grid": {POOLING: [0]}, "runner": "dask"}, ["runner=dask", "both are given or neither"]),
    ],
    ids=str,
)
def test_what_cannot_be_run_is_refused_before_anything_runs(composed, own, words):
    message = refusal(composed, **own)
    assert all(word in message for word in words), message


def test_a_fault_anywhere_in_a_table_names_its_line(composed, tmp_path):
    (tmp_path / "p.csv").write_text(f"{POOLING},years\n0.5,2\n0.5,3\n7,3\n0.5,0\n8,0\n")
    message = refusal(composed, table=str(tmp_path / "p.csv"))
    assert "line 4 of p.csv: policy.radical.levers.pooling.strength=7" in message
    assert "line 5 of p.csv (and 1 more): years=0" in message
    assert "line 6 of p.csv: policy.radical.levers.pooling.strength=8" in message
    (tmp_path / "p.csv").write_text("a,a\n1,2\n")
    assert "the heading a more than once" in refusal(composed, table=str(tmp_path / "p.csv"))
    (tmp_path / "p.csv").write_text("years,seed\n1,2\n1\n")
    assert "p.csv, line 3" in refusal(composed, table=str(tmp_path / "p.csv"))
