"""Intervals hold what is true however the people came out: across seeds, each with replications of other people."""

import numpy as np
import pandas as pd
import pytest
from worlds import shipped, world_of

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.summary import summarise
from simulation.run import run
from simulation.settling.settle import settle

SEEDS, PAIRS, YEARS = 40, 8, 6
FEWEST = 33  # of 40 that hold the mean: with a true cover of 95% fewer come out in 9 cases of 1,000


def differences(seed: int) -> pd.DataFrame:
    """The last year's rows of a comparison of the town."""
    settled, arms = settle(world_of(seed=seed)), shipped("rationing", "radical")
    tables = []
    for replication in range(PAIRS):
        months = run(settled, arms, replication, YEARS, totals_only=True).months
        tables += [pd.DataFrame(columns).assign(arm=arm, replication=replication) for arm, columns in months.items()]
    record = pd.concat(tables, ignore_index=True)
    record["month"] = record.groupby(["arm", "replication"]).cumcount()
    return summarise(record, load_outcomes(), ("radical", "rationing"), [YEARS])


@pytest.mark.nightly
@pytest.mark.slow
def test_across_seeds_intervals_hold_the_mean_over_seeds():
    found = pd.concat([differences(seed).assign(seed=seed) for seed in range(1, SEEDS + 1)])
    told = {}
    for name, rows in found[found["outcome"].isin([n for n, o in load_outcomes().items() if o.headline])].groupby(
        "outcome"
    ):
        rows = rows.dropna(subset=["ci_lo"])
        truth = rows["diff"].mean()
        told[name] = int(((rows["ci_lo"] <= truth) & (truth <= rows["ci_hi"])).sum())
    print(told)
    assert len(told) >= 10
    assert {name: held for name, held in told.items() if held < FEWEST} == {}
    assert np.isfinite(list(told.values())).all()
