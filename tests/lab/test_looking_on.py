"""Looking on changes nothing: what is seen of a run is what the run itself reports."""

import numpy as np
import pytest

from experiments import engine
from experiments.lab import bench, configuration
from experiments.lab.state import State

STATE = State(years=2, replicates=2, seed=3)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """One replication, run as always and looked on."""
    folder = tmp_path_factory.mktemp("looked")
    configuration.write(STATE, folder)
    plan = bench.plan_of(folder)
    settled = engine.settle(plan.world)
    run = engine.run(settled, plan.policies, 0, STATE.years)
    return run, engine.watch(settled, plan.policies, 0, STATE.years)


def test_every_service_is_seen_as_the_run_reports_it(both):
    run, seen = both
    for arm, rows in run.services.items():
        table = seen.services[arm]
        for name in ("queue", "caseload", "staff"):
            ends = [value for month in (11, 23) for value in table[name][table["month"] == month]]
            assert ends == [row[name] for row in rows], (arm, name)


def test_small_areas_add_up_to_the_place(both):
    run, seen = both
    for arm, months in run.months.items():
        table = seen.areas[arm]
        living = [int(table["citizens"][table["month"] == month].sum()) for month in range(24)]
        assert living == list(months["citizens"])
        assert (table["reached"] <= table["in_need"]).all()
        assert (table["in_need"] <= table["citizens"]).all()


def test_those_who_are_followed_begin_in_need_and_are_the_same_people_under_both_policies(both):
    _, seen = both
    first, second = (seen.lives[arm] for arm in seen.lives)
    assert np.array_equal(first["person"], second["person"])
    began = first["month"] == 0
    in_need = {p for p, level in zip(first["person"][began], first["level"][began], strict=True) if level > 0}
    assert len(in_need) > 0.8 * len(seen.people["person"])  # a need may end in the very first month
    assert all(age >= 0 for age in seen.people["age"])
