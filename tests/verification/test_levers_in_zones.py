"""What every lever promises besides its contract (tests/simulation/test_levers.py): it stays in its zone and in range."""

from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PLAIN_LEVERS, regimes
from worlds import CONFIGS, EVERY_LEVER, columns_differ, live, policy_of, under

from simulation.parameters.quantity import AGENCIES
from simulation.place import open_zones
from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.policy.regime import Regime
from simulation.state.agencies import by_agency

IN_ZONES = sorted(set(LEVERS) - {"zones"})
SHARES = (
    "pay_restraint",
    "charge",
    "reserves_spent",
    "statutory_rise",
    "pressure",
    "freedom",
    "indicator",
    "audited",
    "pool_share",
    "support",
    "fund",
    "decommission",
)
POSITIVE = (
    "threshold_rise",
    "threshold_fit",
    "efficiency",
    "inspection",
    "support_per_head",
    "redundancy",
    "double_running",
)


@pytest.mark.parametrize("name", IN_ZONES)
class TestZones:
    """A lever put into zones."""

    def policy(self, name):
        """Two zones with one lever."""
        return policy_of({"zones": {"count": 2, "levers": {name: EVERY_LEVER[name]}}})

    def test_outside_the_zones_it_is_identity(self, name):
        assert all(self.policy(name).regime_at(month) == Regime() for month in range(-12, 60, 5))

    def test_inside_it_is_what_it_is_elsewhere(self, name):
        everywhere = policy_of({name: EVERY_LEVER[name]})
        for month in range(0, 60, 5):
            assert self.policy(name).regime_at(month, in_zone=True) == everywhere.regime_at(month)

    @pytest.mark.unhurried
    def test_services_outside_meet_2010(self, name, hamlet_2011):
        """What services outside the zones are told to do is what they were told before the policy."""
        model = live(under(hamlet_2011, self.policy(name)), 13)
        outside = model.state.services.zone == 0
        assert outside.any()
        _, _, conditions = model.in_force()
        _, _, before = live(under(hamlet_2011, policy_of()), 13).in_force()
        for column, now, then in zip(conditions._fields, conditions, before, strict=True):
            assert (now[outside] == then[outside]).all(), column


class TestPurses:
    """A zone pays for what is in force in it, out of a purse of its own."""

    def zoned(self, start, levers, months=1, **more):
        """The hamlet with one zone."""
        return live(under(start, policy_of({"zones": {"count": 1, "levers": levers}}, **more)), months)

    def test_dividing_a_purse_makes_and_loses_nothing(self, hamlet_2011):
        whole, parts = hamlet_2011.state, hamlet_2011.state.copy()
        open_zones(parts, hamlet_2011.world, policy_of({"zones": {"count": 1, "levers": {"freedom": {}}}}))
        assert (by_agency(parts.ledger.cash) == whole.ledger.cash).all()
        assert parts.ledger.balance.sum() == 0
        for name in ("opening", "income", "other_opening", "other", "reserve_target"):
            both = getattr(parts.agencies, name)
            assert by_agency(both) == pytest.approx(getattr(whole.agencies, name)), name
            assert (both >= -1e-6).all(), name
            assert both[len(AGENCIES) :].sum() > 0, name
        assert (parts.agencies.other_opening <= parts.agencies.opening + 1e-6).all()

    def test_support_in_a_zone_is_billed_to_the_zone(self, hamlet_2011):
        """A price per head of those who live there, and nothing for those who do not."""
        model = self.zoned(hamlet_2011, {"support": {"per_head": 12.0}})
        heads, support = model.state.ages.sum(axis=1), model.state.agencies.support.reshape(2, -1).sum(axis=1)
        assert heads.sum() == model.state.people.alive.sum()
        assert (heads > 0).all()
        assert support == pytest.approx([0.0, 12.0 * heads[1]], rel=0.02)
        spent = sum(c[0] for n, c in model.recorder.table().items() if n.endswith(".support"))
        assert spent == pytest.approx(100 * heads[1], rel=0.02)

    def test_what_a_zone_costs_is_not_taken_from_the_rest(self, hamlet_2011):
        """Dear support inside: outside every plan stays the same to the bit, inside there is less for all else."""
        plain, dear = (self.zoned(hamlet_2011, {"support": {"per_head": price}}) for price in (0.0, 300.0))
        outside = dear.state.services.zone == 0
        assert columns_differ(plain.state.services, dear.state.services, outside) == []
        agencies = len(AGENCIES)
        left, less = (model.state.agencies.other for model in (plain, dear))
        assert (left[:agencies] == less[:agencies]).all()
        assert left[agencies:].sum() > less[agencies:].sum()
        assert plain.state.services.funded[~outside].sum() > dear.state.services.funded[~outside].sum()

    def test_every_penny_of_a_zone_is_explained(self, hamlet_2011):
        """Two years of every lever in the zone: cash of every purse is what it was, and income, less what was spent."""
        model = self.zoned(hamlet_2011, {name: EVERY_LEVER[name] for name in IN_ZONES}, months=0)
        before = model.state.ledger.cash.sum()
        live(model, 24)
        table = model.recorder.table()
        granted = sum(int(c.sum()) for n, c in table.items() if n.startswith("envelope."))
        spent = sum(int(c.sum()) for n, c in table.items() if n.startswith("spend."))
        assert model.state.ledger.cash.sum() == before + granted - spent
        assert model.state.ledger.balance.sum() == 0


@pytest.mark.parametrize("name", sorted(PLAIN_LEVERS))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_lever_keeps_the_regime_in_range(name, data):
    """Any settings that are allowed, any month: shares stay shares and budgets stay budgets."""
    lever = policy_of({name: data.draw(PLAIN_LEVERS[name])}).levers[name]
    busy = policy_of({k: v for k, v in EVERY_LEVER.items() if k != "zones"}).regime_at(20)
    whole = lever.model_copy(update={"strength": 1.0, "start": 0, "ramp": 0, "end": None})
    for before, given_lever in ((Regime(), lever), (busy, lever), (Regime(), whole), (busy, whole)):
        check_range(given_lever.apply(before, data.draw(st.integers(0, 130))))


@pytest.mark.unhurried
@given(regimes())
@settings(max_examples=150, deadline=None)
def test_any_levers_together_keep_the_regime_in_range(regime):
    """Any of them in any order, zones with levers of their own among them, outside and inside."""
    check_range(regime)


def check_range(regime):
    """Shares are shares, and nothing that is paid or asked for is below nothing."""
    for field in SHARES:
        assert 0 <= getattr(regime, field) <= 1, field
    for field in POSITIVE:
        assert getattr(regime, field) >= 0, field
    assert all(0 <= share <= 2 for share in regime.envelope.values())
    assert all(0 <= share <= 1 for share in regime.ring_fence.values())
    assert all(0 <= eager <= 1 for eager in regime.designs.values())
    assert all(0 <= start.share <= 1 for start in regime.starts)
    assert regime.per in ("head", "place")
    assert regime.whole_place in (False, True)
    assert regime.care is None or 0 <= regime.care <= 2
    covered = {
        *SHARES,
        *POSITIVE,
        "envelope",
        "whole_place",
        "care",
        "per",
        "ring_fence",
        "designs",
        "pools",
        "starts",
        "mandated",
    }
    assert covered == {f.name for f in fields(Regime)}, "a new part of the regime needs its range here"


def test_double_running_is_a_share_of_a_services_cost():
    """The lever allows 0 to 1; a policy with it everywhere and again in its zones should not pay more than the whole."""
    terms = {"double_running": 0.8}
    policy = policy_of({"transition": terms, "zones": {"count": 1, "levers": {"transition": terms}}})
    assert policy.regime_at(0, in_zone=True).double_running <= 1


CHOICES = {
    "envelope.care",
    "envelope.per",
    "pooling.agencies",
    "pooling.scope",
    "portfolio.designs",
    "portfolio.begin",
    "zones.select",
    "zones.without",
    "zones.levers",
}


@pytest.mark.parametrize("name", LEVERS)
def test_every_number_of_a_lever_has_a_source_and_a_range(name):
    """configs/levers.yaml says where each comes from and how far it may lie; what is no number is a choice."""
    known = yaml.safe_load((Path(CONFIGS) / "levers.yaml").read_text(encoding="utf-8")).get(name, {})
    own = {s for s in set(LEVERS[name].model_fields) - set(Lever.model_fields) if f"{name}.{s}" not in CHOICES}
    assert {setting.split(".")[0] for setting in known} >= own, "a number of a lever has no evidence"
    for about in known.values():
        assert about["source"]
        assert about["grade"] in "ABCJ"
        rows = [v if isinstance(v, list) else [v] for v in (about["low"], about["value"], about["high"])]
        assert all(low <= value <= high for low, value, high in zip(*rows, strict=True))
