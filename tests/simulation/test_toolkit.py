"""What councils did besides services: pay falls behind, users pay, reserves are spent; no money comes from nowhere."""

import numpy as np
import pytest
from worlds import differences, live, policy_of, start_of, toy, under, with_numbers

from simulation.settling.settle import settle
from simulation.state.agencies import INDEX, charges_users
from simulation.state.codes import CORE

PAY, CHARGES, RESERVES = {"yearly": 0.02, "years": 3}, {"share": 0.2}, {"share": 0.6, "years": 2}


@pytest.fixture(scope="module")
def nothing(hamlet_2011):
    """Three years in which nothing changes."""
    return live(under(hamlet_2011, policy_of()), 36)


def lived(start, months=36, **levers):
    """The place some months later under levers."""
    return live(under(start, policy_of(levers)), months)


def pounds(model, ending, of=""):
    """Pounds by month of spending lines that end so and begin so."""
    table = model.recorder.table(groups=False)
    found = [column for name, column in table.items() if name.startswith(f"spend.{of}") and name.endswith(ending)]
    assert found
    return np.sum(found, axis=0) / 100


class TestPay:
    """Real pay falls by so much of 2010's each year, for some years."""

    def test_a_post_costs_less_by_the_part_of_it_that_is_pay(self, hamlet_2011):
        share = hamlet_2011.world.config.behaviour.workforce.pay_share.number
        model = under(hamlet_2011, policy_of(pay=PAY))
        for year, held in enumerate((0.02, 0.04, 0.06, 0.06)):
            live(model, 12 * year + 1 - model.month)
            now, before = model.state.services.staff_cost, model.state.services.staff_cost_2010
            assert np.allclose(now, before * (1 - share * held), rtol=1e-12)

    def test_what_the_public_saves_on_those_who_work_they_go_without(self, hamlet_2011):
        """In the first month the posts are those of the plan, whatever they cost: to the penny for each line."""
        lines = 3 * len(hamlet_2011.state.services.tier)
        calm = {"workforce.turnover_pay": 0.0, "workforce.replacement_cost": 0.0}
        world = hamlet_2011.world.config
        quiet = start_of(settle(world.model_copy(update={"behaviour": with_numbers(world.behaviour, calm)})))
        plain, held = (lived(quiet, 1, **levers) for levers in ({}, {"pay": PAY}))
        for what in (plain, held):
            assert np.allclose(what.state.services.staff, plain.state.services.staff, rtol=1e-9)
        saved = sum(pounds(plain, kind) - pounds(held, kind) for kind in (".staff", ".cover", ".inspection"))
        assert saved[0] > 0
        assert abs(saved[0] - pounds(held, ".pay_forgone")[0]) <= 0.01 * lines

    def test_more_staff_leave_for_better_paid_work(self, hamlet_2011, nothing):
        vacant = [
            (model.state.services.funded - model.state.services.staff).sum() / model.state.services.funded.sum()
            for model in (nothing, lived(hamlet_2011, pay={"yearly": 0.05, "years": 3}))
        ]
        assert vacant[1] > vacant[0] + 0.005

    def test_posts_are_paid_for_with_what_is_held_back(self, hamlet_2011):
        """Under a cut, the same money pays for more posts."""
        cut = {"cut": 0.3, "path": [0.4, 0.8, 1.0]}
        posts = [
            lived(hamlet_2011, envelope=cut, **levers).state.services.funded.sum()
            for levers in ({}, {"pay": {"yearly": 0.04, "years": 3}})
        ]
        assert posts[1] > posts[0]


class TestCharges:
    """Users of adult care pay more of what it costs."""

    def test_only_core_services_of_adult_care_charge(self, hamlet_2011):
        services = hamlet_2011.state.services
        assert charges_users(services).any()
        assert set(services.owner[charges_users(services)]) == {INDEX["adult_care"]}
        assert set(services.tier[charges_users(services)]) == {CORE}

    def test_what_users_pay_agencies_do_not_spend(self, hamlet_2011):
        model = lived(hamlet_2011, charges=CHARGES)
        users = pounds(model, "households.charges")
        assert (users > 0).all()
        assert np.array_equal(users, -pounds(model, "adult_care.charges"))
        assert not pounds(model, "nhs.charges").any()
        assert (users <= 0.2 * pounds(model, ".staff", "adult_care.") + 1).all()

    def test_some_who_would_have_to_pay_do_not_ask(self, town_2011):
        """With everything to pay, most asks that are left go to prevention, which is free."""
        asks = ("contacts.later_life.value", "contacts.later_life.failure")
        free, paid = (
            sum(lived(town_2011, 6, **levers).recorder.table(groups=False)[name].sum() for name in asks)
            for levers in ({}, {"charges": {"share": 1.0}})
        )
        put_off = town_2011.world.config.behaviour.citizens.charge_burden.number
        assert (1 - 1.5 * put_off) * free < paid < (1 - 0.2 * put_off) * free

    def test_where_paying_puts_nobody_off_lives_are_the_same_until_the_next_plan(self):
        world = toy()
        readily = with_numbers(world.behaviour, {"citizens.charge_burden": 0.0})
        start = start_of(settle(world.model_copy(update={"behaviour": readily})))
        free, paid = (lived(start, 12, **levers).recorder.table() for levers in ({}, {"charges": CHARGES}))
        moved_by = [name for name in differences(free, paid) if not name.startswith(("spend.", "cash", "reserves"))]
        assert moved_by == []


class TestReserves:
    """Money put by is spent, once."""

    def test_it_is_spent_on_services_and_cash_falls(self, hamlet_2011, nothing):
        spent = lived(hamlet_2011, reserves=RESERVES)
        assert spent.state.ledger.cash[:-1].sum() < nothing.state.ledger.cash[:-1].sum()
        public = [sum(pounds(model, kind) for kind in (".staff", ".other_services")) for model in (nothing, spent)]
        assert public[1].sum() > public[0].sum()

    def test_nothing_comes_of_letting_none_go(self, hamlet_2011, nothing):
        kept = lived(hamlet_2011, reserves={"share": 0.0, "years": 2})
        assert differences(nothing.recorder.table(), kept.recorder.table()) == []


def test_the_three_together_keep_every_penny(hamlet_2011):
    """The ledger checks itself each month; over all, what went out came from somewhere."""
    model = lived(hamlet_2011, pay=PAY, charges=CHARGES, reserves=RESERVES)
    assert int(model.state.ledger.balance.sum()) == 0
