"""Leaving hospital waits for care, for assessors and for the NHS: three reasons, counted apart."""

import numpy as np
import pytest
from worlds import live, policy_of, under

from simulation.accounts import delays
from simulation.build import build
from simulation.state.codes import CORE
from simulation.state.tally import EACH, FINE, GROUPS, PLAIN, Count, Each


@pytest.fixture
def services(hamlet_2011):
    """Some services, as busy as in an ordinary year."""
    made = build(hamlet_2011.world.config).services
    made.caseload[:], made.workload[:] = 10, 1 / 1.05
    return made


def counted(services, config):
    """Days for an assessment, and for other NHS care, after 20 stays in one group."""
    counts = np.zeros((GROUPS, PLAIN + EACH * len(config.challenges)), dtype=np.int64)
    c = list(config.challenges).index("later_life")
    counts[7, PLAIN + EACH * c + Each.WELL_ENOUGH] = 20
    delays.wait_to_leave(services, counts, config.challenges, 0.05)
    days = counts[:, [Count.DAYS_FOR_ASSESSMENT, Count.DAYS_FOR_NHS]] / FINE
    assert not np.delete(days, 7, axis=0).any()
    return days[7]


def test_in_an_ordinary_year_days_are_those_counted_in_hospitals(services, hamlet_2011):
    config = hamlet_2011.world.config
    how = config.challenges["later_life"].leaving
    assert counted(services, config) == pytest.approx(
        [20 * how.assessment_days.number, 20 * how.nhs_days.number], rel=1e-3
    )


def test_assessors_take_longer_where_core_services_are_busier_and_the_nhs_does_not(services, hamlet_2011):
    config = hamlet_2011.world.config
    usual = counted(services, config)
    services.workload[services.tier == CORE] *= 1.5
    busier = counted(services, config)
    assert busier == pytest.approx(usual * [1.5, 1.0], rel=1e-3)


def test_three_reasons_are_recorded_and_a_cut_lengthens_only_the_councils(town_2011):
    """Half the money for four years, the same people and luck; days of each reason for each emergency."""
    tables = [
        live(under(town_2011, policy), 48).recorder.table()
        for policy in (policy_of({"envelope": {"cut": 0.5, "path": [1.0]}}), policy_of())
    ]
    cut, kept = (
        {
            name: table[name][12:].sum() / table["crises.later_life"][12:].sum()
            for name in ("delayed_days", "delayed_days_assessment", "delayed_days_nhs")
        }
        for table in tables
    )
    assert min(kept.values()) > 0
    busy, usual = (of["delayed_days_assessment"] / of["delayed_days_nhs"] for of in (cut, kept))
    assert busy > 1.005 * usual  # for each who leaves, whoever leaves by chance
    assert cut["delayed_days_nhs"] == pytest.approx(kept["delayed_days_nhs"], rel=0.1)
    assert cut["delayed_days"] > kept["delayed_days"]
