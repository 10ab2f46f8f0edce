"""PRIM beside ema-workbench's: measures of its boxes are the same, and our box is no worse than its best."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.uncertainty.discovery import prim
from experiments.analysis.uncertainty.discovery.prim import Box
from experiments.analysis.uncertainty.discovery.prim_settings import How

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def oracle():
    """Their own search; it takes seconds to be imported."""
    return pytest.importorskip("ema_workbench.analysis.prim", reason="an oracle that is not installed for this Python")


def box_of(limits, columns):
    """The oracle's limits as a box of ours; a side at the end of the data is free."""
    low, high = np.full(columns, -np.inf), np.full(columns, np.inf)
    for name, row in limits.items():
        low[int(name[1:])], high[int(name[1:])] = row
    return Box(low, high)


@pytest.mark.parametrize("seed", range(2))
def test_coverage_and_density_are_those_of_ema_workbench(seed, oracle):
    draws = np.random.default_rng(seed)
    x = draws.random((400, 4))
    is_case = ((x[:, 0] < 0.3) & (x[:, 2] > 0.4)) | (draws.random(400) < 0.03)
    theirs = oracle.Prim(pd.DataFrame(x, columns=["x0", "x1", "x2", "x3"]), is_case, 0.8, peel_alpha=0.1).find_box()
    best = 0.0
    for row in theirs.peeling_trajectory.itertuples():
        limits = theirs.box_lims[row.Index]
        box = box_of({name: tuple(limits[name]) for name in limits.columns}, 4)
        found = prim.measure(box, x, is_case)
        assert found.coverage == pytest.approx(row.coverage, abs=1e-12)
        assert found.density == pytest.approx(row.density, abs=1e-12)
        assert found.mass == pytest.approx(row.mass, abs=1e-12)
        best = max(best, found.agreement)
    ours = prim.search(x, is_case, How())
    assert ours.restricted == [0, 2]
    assert prim.measure(ours, x, is_case).agreement >= best
