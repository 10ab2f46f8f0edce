"""What each part of a policy does by itself: gains of redesign come from redesign, and equal money is equal money.

Statistical tests here compare arms in the same luck. Their lucks are fixed, so they pass or fail for good; the false
alarm rates say how likely a right model would have been to draw a failing set.
"""

import numpy as np
import pytest
from scipy import stats
from worlds import EVERY_DESIGN, SHIPPED, differences, live, policy_of, shipped, under, with_numbers, world_of

from simulation.run import run
from simulation.settling.settle import settle

pytestmark = pytest.mark.unhurried

SAME_CUT = [name for name in SHIPPED if name != "status_quo"]
PARTS = ("null", "freedom_only", "funding_only")


def without(policy, *levers):
    """A policy less some of its levers."""
    return policy.model_copy(update={"levers": {k: v for k, v in policy.levers.items() if k not in levers}})


def spent(months):
    """All public money that left agencies, pounds; what households give is not public."""
    lines = (
        column
        for name, column in months.items()
        if name.startswith("spend.") and not name.startswith("spend.households") and not name.endswith(".transfer")
    )
    return sum(int(column.sum()) for column in lines) / 100


def crises(months):
    """Crises begun per 1,000 citizens and year over the whole run."""
    return 12_000 * months["crises"].sum() / months["citizens"].sum()


def test_without_a_portfolio_no_redesign_begins_and_none_has_an_effect(town_2011):
    bare = without(shipped("radical")["radical"], "portfolio")
    model = live(under(town_2011, bare), 120)
    table, services = model.recorder.table(), model.state.services
    happened = [n for n, c in table.items() if n.startswith("redesigns.") and c.any()]
    in_use = [f"services.{design}" for design in EVERY_DESIGN if table[f"services.{design}"].any()]
    spending = [n for n, c in table.items() if n.endswith((".redesign", ".double_running")) and c.any()]
    assert happened == in_use == spending == []
    assert (services.design == -1).all()
    for column in (services.stage, services.embedded, services.true_cost, services.true_outcome, services.old_open):
        assert not column.any()
    assert (services.gain == 1).all(), "a design multiplies capability gained"
    assert (services.leave == 1).all(), "a design shortens the stay"
    assert (services.burden == town_2011.world.config.behaviour.citizens.asking_burden.number).all()


def test_with_a_portfolio_redesigns_do_happen(decade):
    months = decade.months["radical"]
    assert months["redesigns.begun"].sum() > 10
    assert months["redesigns.embedded"].sum() > 0
    assert any(months[f"services.{design}"].any() for design in EVERY_DESIGN)


def test_policies_without_a_portfolio_redesign_nothing(decade):
    bare = [n for n, policy in shipped().items() if not {"portfolio", "zones"} & set(policy.levers)]
    assert len(bare) > 5
    for arm in bare:
        assert not any(c.any() for n, c in decade.months[arm].items() if n.startswith("redesigns.")), arm


def test_designs_without_effect_leave_the_gains_at_nothing(hamlet_2011):
    """Redesigns that all turn out to do nothing cost money and change no multiplier that citizens meet."""
    world = hamlet_2011.world
    rows = {"outcome_shares": (0.0, 0.0, 1.0, 0.0), "cost_change": (0.0,) * 4, "outcome_change": (0.0,) * 4}
    designs = tuple(with_numbers(design, rows) for design in world.config.designs.values())
    model = under(hamlet_2011, shipped("radical")["radical"])
    model.redesigning.catalogue = world.catalogue._replace(designs=designs)
    live(model, 96)
    services = model.state.services
    assert model.recorder.table()["redesigns.begun"].sum() > 0
    assert not services.true_cost.any()
    assert not services.true_outcome.any()
    assert (services.gain == 1).all()


@pytest.fixture(scope="module")
def parts(town):
    """Crises under the cut alone, and under the cut with freedom alone and with pooling alone: ten years, six lucks."""
    runs = [run(town, shipped(*PARTS), replication, years=10) for replication in range(6)]
    return {arm: np.array([crises(result.months[arm]) for result in runs]) for arm in PARTS}


def least(one, other):
    """The smallest change between two arms that 95 in 100 sets of so many lucks leave possible, as a share."""
    change = (one - other) / other.mean()
    half = stats.t.ppf(0.975, change.size - 1) * change.std(ddof=1) / np.sqrt(change.size)
    assert half < 0.03, "so few lucks tell nothing"
    return abs(change.mean()) - half


@pytest.mark.slow
@pytest.mark.parametrize("part", ["freedom_only", "funding_only"])
def test_freedom_alone_and_pooling_alone_are_close_to_nothing(parts, part):
    """Not beyond 1.5% of crises, as far as six lucks can tell, each with people of its own."""
    assert least(parts[part], parts["null"]) < 0.015


@pytest.mark.slow
@pytest.mark.nightly
def test_freedom_alone_and_pooling_alone_are_close_to_nothing_in_croydon():
    """Not beyond 1% of crises in a twentieth of Croydon, as far as six lucks can tell, each with people of its own."""
    settled = settle(world_of("croydon", scale=0.05))
    runs = [run(settled, shipped(*PARTS), replication, years=10) for replication in range(6)]
    base = np.array([crises(result.months["null"]) for result in runs])
    for part in PARTS[1:]:
        assert least(np.array([crises(result.months[part]) for result in runs]), base) < 0.01, part


@pytest.mark.parametrize("arm", SAME_CUT)
def test_arms_under_the_same_cut_spend_the_same_money(decade, arm):
    """Within half a per cent over ten years, whatever reserves and deficits do. Accounting, not chance: no false alarms."""
    assert spent(decade.months[arm]) == pytest.approx(spent(decade.months["null"]), rel=0.005)


@pytest.mark.slow
@pytest.mark.nightly
def test_arms_under_the_same_cut_spend_the_same_money_in_croydon():
    settled = settle(world_of("croydon", scale=0.1))
    arms = {name: spent(months) for name, months in run(settled, shipped(*SAME_CUT), 0, years=10).months.items()}
    assert max(arms.values()) / min(arms.values()) < 1.005, arms


def test_the_cut_takes_money_away(decade):
    assert spent(decade.months["null"]) < 0.97 * spent(decade.months["status_quo"])


@pytest.mark.parametrize("arm", SHIPPED)
def test_deficits_are_small_beside_spending(decade, arm):
    """The envelope binds: what nothing covered stays under half a per cent of what was spent."""
    deficit = sum(int(c.sum()) for n, c in decade.months[arm].items() if n.startswith("deficit."))
    assert deficit / 100 < 0.005 * spent(decade.months[arm])


def test_pooling_is_never_a_bonus_for_prevention(hamlet_2011):
    """A pool in which nobody else pays for crises invests nothing: it acts through savings alone."""
    pooled = policy_of({"pooling": {"agencies": ["council_other", "public_health"]}})
    plain, pool = live(under(hamlet_2011, policy_of()), 36), live(under(hamlet_2011, pooled), 36)
    assert not pool.state.services.invested.any()
    assert differences(plain.recorder.table(), pool.recorder.table()) == []


def test_services_outside_the_zones_go_on_as_before(hamlet_2011):
    """Services outside the zones meet the regime outside: as in 2010 when only the zones have levers."""
    model = live(under(hamlet_2011, policy_of({"zones": {"count": 1, "levers": {"freedom": {}, "support": {}}}})), 12)
    zone = model.state.services.zone == 1
    _, _, conditions = model.in_force()
    assert zone.any()
    assert not zone.all()
    assert not conditions.freedom[~zone].any()
    assert (conditions.freedom[zone] == 1).all()
    assert not model.state.services.local[~zone].any()
