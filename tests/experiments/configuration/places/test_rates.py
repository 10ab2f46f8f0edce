"""Croydon in 220 small areas and 18 zones, East Lothian in 132 and 10, with the same money: one run could not tell them apart."""

import numpy as np
import pytest

from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.running import engine

pytestmark = [pytest.mark.slow, pytest.mark.nightly]
REPLICATIONS, YEARS = 5, 2
SCALE = {"croydon": 0.1, "east_lothian": 0.2}
RATES = ("in_need", "crises", "in_service", "contacts.value", "refused", "resolved")
PER_1000 = {"in_need": 1000, "in_service": 1000}
SAME = ("budgets", "cut", "income", "life_satisfaction", "arrivals", "departures", "localities")
"""What zones take over from the place in full, so that only people and small areas differ."""
FAR = 2.6
"""Standard deviations: six rates all fall within it by chance in 95 of 100 such comparisons."""
BIAS = 0.04
"""Of a rate: what putting small areas together was seen to add is at most 3% (need 2%, resolved 2%, users 1%, crises none)."""


def plan_of(place, scale):
    typed = [f"place={place}", f"scale={scale}", f"years={YEARS}", "arms=[status_quo,rationing]"]
    return check(compose("compare", typed, ()))


def rates(place, scale, own):
    """Each replication's rates per 1,000 people, over both years under rationing."""
    plan = plan_of(place, scale)
    world = plan.world.model_copy(update={"place": plan.world.place.model_copy(update=own)})
    settled = engine.settle(world)
    found = []
    for replication in range(REPLICATIONS):
        months = engine.run(settled, plan.policies, replication, YEARS).months["rationing"]
        people = months["citizens"].sum()
        found.append([months[rate].sum() / people * PER_1000.get(rate, 12_000) for rate in RATES])
    return np.array(found)


@pytest.mark.parametrize(("place", "scale"), SCALE.items())
def test_zones_and_small_areas_agree_on_need_service_use_and_crises(place, scale):
    full = plan_of(place, scale).world.place
    small = rates(place, scale, {})
    zones = rates(f"{place}_zones", scale, {key: getattr(full, key) for key in SAME})
    apart = zones.mean(axis=0) - small.mean(axis=0)
    one_run = np.hypot(zones.std(axis=0, ddof=1), small.std(axis=0, ddof=1))
    told = dict(zip(RATES, zip(small.mean(axis=0).round(1), zones.mean(axis=0).round(1), strict=True), strict=True))
    assert (np.abs(apart) < FAR * one_run).all(), told
    assert (np.abs(apart) < BIAS * small.mean(axis=0)).all(), told
