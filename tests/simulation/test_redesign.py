"""Redesigns: what a design does is drawn from its evidence, seen through noise, and saves cash only when the old closes."""

import numpy as np
import pytest
from worlds import EVERY_DESIGN, differences, live, moved, policy_of, shipped, start_of, under, with_numbers, world_of

from simulation.draws import key_of
from simulation.mechanism.services import quality
from simulation.mechanism.services.designs import effect_here, true_effect
from simulation.mechanism.services.redesign import Redesigning
from simulation.settling.settle import settle
from simulation.state.codes import Stage

DESIGNS = world_of().designs
TRANSITION = {"fund": 0.0, "double_running": 0.2, "decommission": 0.0}
HOSTED = sorted(name for name, design in DESIGNS.items() if design.needs_host)


def running(model, design, **columns):
    """Put every service under a design that is embedded, without asking where it applies."""
    services = model.state.services
    services.design[:] = model.world.catalogue.names.index(design)
    services.stage[:] = Stage.EMBEDDED
    services.embedded[:] = 1.0
    for name, value in columns.items():
        getattr(services, name)[:] = value
    return model


def line(model, kind):
    """A kind of spending in each month so far, pence."""
    table = model.recorder.table()
    return sum(column for name, column in table.items() if name.endswith(f".{kind}"))


def spent_by_year(model):
    """All that agencies spent in each year so far, pence."""
    table = model.recorder.table()
    agencies = [c for n, c in table.items() if n.startswith("spend.") and not n.startswith("spend.households")]
    return sum(agencies).reshape(-1, 12).sum(axis=1)


class TestEvidence:
    """What a design does where luck is u."""

    def test_better_luck_is_never_worse(self):
        """The quantile function is monotone: more luck never means more hours per case, nor fewer resolved."""
        folds = {}
        for name, design in DESIGNS.items():
            effects = np.array([true_effect(design, u) for u in np.linspace(0.0005, 0.9995, 2000)])
            steps = np.diff(effects, axis=0) * (-1, 1)
            if steps.min() < -1e-12:
                folds[name] = f"falls back by {-steps.min():.3f}"
        assert folds == {}

    @pytest.mark.parametrize("name", EVERY_DESIGN)
    def test_the_mean_effect_is_shares_times_sizes(self, name):
        design = DESIGNS[name]
        effects = np.array([true_effect(design, (k + 0.5) / 20_000) for k in range(20_000)])
        shares = np.array(design.outcome_shares.row)
        assert effects[:, 0].mean() == pytest.approx(shares @ design.cost_change.row, abs=2e-4)
        assert effects[:, 1].mean() == pytest.approx(shares @ design.outcome_change.row, abs=2e-4)

    @pytest.mark.parametrize("name", EVERY_DESIGN)
    def test_nothing_and_harm_are_among_the_outcomes(self, name):
        """A design's range includes zero unless the evidence excludes it; every shipped one's does."""
        win, gain, nothing, worse = DESIGNS[name].outcome_shares.row
        assert nothing > 0
        assert worse > 0
        assert win + gain < 1
        outcomes = [true_effect(DESIGNS[name], u)[1] for u in np.linspace(0.001, 0.999, 500)]
        assert min(outcomes) < 0 < max(outcomes)

    def test_variance_is_shared_between_design_place_and_service(self, hamlet):
        """A design that works for the luckier half: two services agree as far as their lucks r correlate, which for
        normal luck is 2 / pi x arcsin r. Over 3,000 lucks, each within 4 standard errors (.07): false alarms below
        5 in 10,000."""
        even = DESIGNS["peer_network"].model_copy(
            update={
                "outcome_shares": moved(DESIGNS["peer_network"].outcome_shares, (0.5, 0.5, 0.0, 0.0)),
                "outcome_change": moved(DESIGNS["peer_network"].outcome_change, (1.0, 0.0, 0.0, 0.0)),
            }
        )
        world = hamlet.world
        catalogue = world.catalogue._replace(designs=(even,) * len(world.catalogue.designs))
        how = world.config.behaviour

        def works(d, s, place):
            return np.array([effect_here(d, s, catalogue, place, key_of(1, r), how)[1] for r in range(3000)])

        base = works(0, 0, 11)
        of_design, of_place = how.redesign.share_design.number, how.redesign.share_place.number
        pairs = {
            "same service": (works(0, 0, 11), 1.0),
            "same place": (works(0, 5, 11), of_design + of_place),
            "another place": (works(0, 5, 12), of_design),
            "another design": (works(1, 0, 11), 0.0),
        }
        for name, (other, r) in pairs.items():
            wanted = 2 / np.pi * np.arcsin(r)
            assert abs(np.corrcoef(base, other)[0, 1] - wanted) < 4 / np.sqrt(3000), name
        assert abs(base.mean() - 0.5) < 4 * 0.5 / np.sqrt(3000)


class TestAtWork:
    """What citizens meet at a service that has been redesigned."""

    def met(self, hamlet_2011, embedded, outcome=0.2, design="peer_network", stage=Stage.EMBEDDED):
        model = running(under(hamlet_2011, policy_of()), design, embedded=embedded, true_outcome=outcome, stage=stage)
        _, _, conditions = model.in_force()
        quality.refresh(model.state.services, conditions, model.world.rules.weights, model.world.rules.meet)
        return model.state.services

    def test_effects_grow_as_the_design_is_embedded(self, hamlet_2011):
        none, half, full = (self.met(hamlet_2011, embedded) for embedded in (0.0, 0.5, 1.0))
        for column in ("resolve", "root", "holding", "gain"):
            zero, middle, whole = (getattr(s, column) for s in (none, half, full))
            assert np.allclose(middle - zero, (whole - zero) / 2), column
            assert (whole > zero).all(), column
        assert np.allclose(full.resolve, 1.2 * none.resolve)
        assert (full.burden < none.burden).all()

    def test_until_it_is_embedded_a_design_has_no_effect(self, hamlet_2011):
        standard = self.met(hamlet_2011, 0.0, outcome=0.0)
        for stage in (Stage.DISCOVER, Stage.PROTOTYPE, Stage.TEST):
            trying = self.met(hamlet_2011, 0.0, outcome=0.5, stage=stage)
            assert (trying.resolve == standard.resolve).all()
            assert (trying.burden == standard.burden).all()

    def test_harm_is_met_too(self, hamlet_2011):
        none, worse = self.met(hamlet_2011, 0.0), self.met(hamlet_2011, 1.0, outcome=-0.2)
        assert (worse.resolve < none.resolve).all()
        assert (worse.burden == none.burden).all(), "a harmful design makes asking no easier"

    def test_effects_are_those_drawn_less_what_copying_loses(self, town_2011):
        model = live(under(town_2011, policy_of(shipped("radical")["radical"].levers)), 96)
        services, how = model.state.services, model.world.config.behaviour.redesign
        tried = np.flatnonzero(services.design >= 0)
        assert tried.size > 3
        for s in tried:
            cost, outcome = effect_here(
                int(services.design[s]),
                int(s),
                model.world.catalogue,
                model.redesigning.place64,
                model.key,
                model.world.config.behaviour,
            )
            kept = 1 - how.adaptation_loss.number if services.copied[s] else 1.0
            assert services.true_cost[s] == pytest.approx(cost * kept)
            assert services.true_outcome[s] == pytest.approx(outcome * kept)


class TestCash:
    """Savings are cashed only if the old service is closed."""

    def compare(self, hamlet_2011, months=30, **closing):
        """Two lives: every service under an embedded design that takes 30% fewer hours, the old one beside it."""
        lives = []
        for decommission in (0.0, 1.0):
            policy = policy_of({"transition": {**TRANSITION, **closing, "decommission": decommission}})
            model = running(under(hamlet_2011, policy), "self_managed_team", true_cost=-0.3, old_open=1, stage_months=1)
            lives.append(model)
        return [live(model, months) for model in lives]

    def test_double_running_lasts_until_the_old_service_closes(self, hamlet_2011):
        kept, closed = self.compare(hamlet_2011)
        paid = line(kept, "double_running")
        assert (paid[:24] > 0).all()
        assert not paid[24:].any(), "an old service that stays costs two years of double running and no more"
        assert not line(closed, "double_running")[1:].any(), "closed in the first April, so nothing runs twice after it"
        assert closed.recorder.table()["redesigns.decommissioned"].sum() == closed.state.services.tier.size
        assert not kept.recorder.table()["redesigns.decommissioned"].any()

    def test_posts_fall_only_when_the_old_service_is_closed(self, hamlet_2011):
        """Until then fewer hours per case open places, and no post goes."""
        before = hamlet_2011.state.services
        kept, closed = self.compare(hamlet_2011, months=12)
        same = before.tier != 2
        assert np.allclose(kept.state.services.funded[same], closed.state.services.funded[same]), (
            "no post goes before the next plan"
        )
        for model in (kept, closed):
            live(model, 1)
        ratio = (closed.state.services.funded / kept.state.services.funded)[same]
        assert np.median(ratio) == pytest.approx(0.7, abs=0.1)
        assert closed.recorder.table()["staff_funded"][-1] < 0.9 * kept.recorder.table()["staff_funded"][-1]

    def test_an_embedded_design_frees_places_before_it_frees_cash(self, hamlet_2011):
        standard = live(under(hamlet_2011, policy_of({"transition": TRANSITION})), 6)
        kept, _ = self.compare(hamlet_2011, months=6)
        wanted = [model.recorder.table()["hours_wanted"].mean() for model in (standard, kept)]
        posts = [model.recorder.table()["staff_funded"].mean() for model in (standard, kept)]
        assert wanted[1] < 0.85 * wanted[0]
        assert posts[1] > 0.9 * posts[0]

    def test_case_payments_fall_only_when_the_old_service_is_closed(self, hamlet_2011):
        kept, closed = self.compare(hamlet_2011, months=3)
        assert line(closed, "demand_led")[1:].sum() == pytest.approx(0.7 * line(kept, "demand_led")[1:].sum(), rel=0.02)

    def test_set_up_money_comes_out_of_the_fund(self, town_2011):
        model = under(town_2011, shipped("radical")["radical"])
        spent = 0.0
        for month in range(72):
            before = model.state.agencies.fund.copy()
            model.step()
            fund = model.state.agencies.fund
            assert (fund >= -1e-9).all()
            if month % 12:
                spent += float((before - fund).sum())
                assert (before - fund).sum() * 100 == pytest.approx(line(model, "redesign")[-1], abs=40)
        assert spent > 0

    def test_a_fund_that_nobody_uses_goes_back_into_services(self, hamlet_2011):
        """Four Aprils it is set aside and kept in cash; in the fifth it is spent on services, and nothing is set aside again."""
        model, without = (under(hamlet_2011, policy_of(levers)) for levers in ({"transition": {"fund": 0.05}}, {}))
        funds = []
        for _ in range(6):
            live(model, 12)
            live(without, 12)
            funds.append(model.state.agencies.fund.sum())
        assert 0 < funds[0] < funds[1] < funds[2] < funds[3]
        assert funds[4] == funds[5] == 0
        spent, usual = spent_by_year(model), spent_by_year(without)
        assert (spent[:4] < usual[:4] - 60 * funds[0]).all(), "what is set aside is not spent"
        assert spent[4] > usual[4] + 50 * funds[3], "what comes back is"

    def test_a_fund_keeps_what_redesigns_under_way_still_need(self, hamlet_2011):
        model = running(under(hamlet_2011, policy_of({"transition": {"fund": 0.05}})), "self_managed_team", old_open=0)
        live(model, 47)
        services = model.state.services
        services.stage[0], services.stage_months[0] = Stage.DISCOVER, 0
        owed = model.redesigning.committed(services)
        live(model, 2)
        assert owed[0] > 0
        assert model.state.agencies.fund.sum() == pytest.approx(model.state.agencies.fund[services.owner[0]])
        assert model.state.agencies.fund[services.owner[0]] == pytest.approx(owed.sum(), rel=0.05)

    def test_without_money_to_set_it_up_nothing_begins(self, hamlet_2011):
        eager = policy_of({"portfolio": {"designs": EVERY_DESIGN}, "freedom": {}, "support": {}})
        model = live(under(hamlet_2011, eager), 60)
        assert not model.recorder.table()["redesigns.begun"].any()


class TestTransition:
    """What change costs, whatever comes of it."""

    def cost(self, start, seen):
        """Yearly pay, and what set-up and double running cost over five years in which every service tries once, pence."""
        policy = policy_of({"transition": {"fund": 0.2, "double_running": 0.15, "decommission": 0.0}})
        model = running(
            under(start, policy, budgets="standing"), "self_managed_team", embedded=0.0, stage=Stage.DISCOVER
        )
        model.state.agencies.fund[:] = 1e9
        hurdle = {"redesign.hurdle": -1e9 if seen else 1e9}
        model.redesigning.behaviour = with_numbers(model.redesigning.behaviour, hurdle)
        live(model, 60)
        pay = 100 * (model.state.services.funded * model.state.services.staff_cost).sum()
        return pay, line(model, "redesign").sum(), line(model, "double_running").sum()

    def test_a_redesign_kept_costs_its_trial_and_two_years_side_by_side(self, hamlet_2011):
        """15% of a year's pay for two years: 30%, however long the old service stays."""
        pay, trial, double = self.cost(hamlet_2011, seen=True)
        assert trial == pytest.approx(DESIGNS["self_managed_team"].set_up.number * pay, rel=0.01)
        assert double == pytest.approx(0.30 * pay, rel=0.01)

    def test_a_trial_judged_useless_costs_its_trial_alone(self, hamlet_2011):
        pay, trial, double = self.cost(hamlet_2011, seen=False)
        assert trial == pytest.approx(DESIGNS["self_managed_team"].set_up.number * pay, rel=0.01)
        assert double == 0


class TestClosing:
    """Small models close when their host grant ends."""

    def closings(self, start, design, **levers):
        model = live(running(under(start, policy_of(levers)), design, old_open=0), 24)
        return (model.state.services.stage == Stage.STANDARD).mean()

    def test_a_hosted_design_closes_without_its_host(self, town_2011):
        """Two years at 40% a year leave 36% of thirty or more services; 10% to 65% is beyond 1 in 1,000 of chance."""
        assert HOSTED
        for design in HOSTED[:2]:
            assert 0.35 < self.closings(town_2011, design) < 0.9

    def test_a_hosted_design_stays_with_its_host(self, town_2011):
        assert self.closings(town_2011, HOSTED[0], support={"per_head": 0.0}) == 0

    def test_a_design_that_needs_no_host_stays(self, town_2011):
        free = next(name for name in EVERY_DESIGN if name not in HOSTED)
        assert self.closings(town_2011, free) == 0


class TestJudging:
    """Tests show the truth through noise."""

    def embedded(self, start, outcome, clarity, months=1):
        """The share of services that keep a design after its test, over 40 lucks."""
        kept = []
        for r in range(40):
            model = under(start, policy_of({"indicators": {"clarity": clarity}} if clarity else {}))
            model.key = key_of(7, r)
            test_months = model.world.config.behaviour.redesign.months_test.number
            services = running(
                model,
                "self_managed_team",
                stage=Stage.TEST,
                embedded=0.0,
                adapted=1,
                stage_months=int(np.ceil(test_months)),
                true_cost=-outcome,
            ).state.services
            live(model, months)
            kept.append((services.stage == Stage.EMBED).mean())
        return np.mean(kept)

    @pytest.mark.unhurried
    def test_good_designs_are_kept_more_often_than_bad_ones(self, hamlet_2011):
        good, none, bad = (self.embedded(hamlet_2011, gain, 0.0) for gain in (0.3, 0.0, -0.3))
        assert good > none + 0.1 > bad + 0.2
        assert 0 < none < 1, "noise lets some useless designs through"

    @pytest.mark.unhurried
    def test_indicators_make_mistakes_rarer(self, hamlet_2011):
        for gain in (0.15, -0.1):
            blind, seeing = (self.embedded(hamlet_2011, gain, clarity) for clarity in (0.0, 0.9))
            assert (seeing > blind) if gain > 0 else (seeing < blind)

    def test_the_value_of_better_outcomes_counts_in_every_month(self, hamlet_2011):
        """In April too: a planner knows who bears the cost of crises all year round."""
        for month in (1, 6, 12, 13):
            model = live(under(hamlet_2011, policy_of()), month)
            counted = model.planner.shares.sum(axis=1)
            assert np.allclose(counted, 1.0), f"month {month}"


def test_a_redesign_goes_through_its_stages_in_order(town_2011):
    """Discover, prototype, test, embed; back to prototype once, back to standard when stopped."""
    S = Stage
    allowed = {
        (S.STANDARD, S.DISCOVER),
        (S.DISCOVER, S.PROTOTYPE),
        (S.PROTOTYPE, S.TEST),
        (S.TEST, S.EMBED),
        (S.TEST, S.PROTOTYPE),
        (S.TEST, S.STANDARD),
        (S.EMBED, S.EMBEDDED),
        (S.EMBED, S.STANDARD),
        (S.EMBEDDED, S.STANDARD),
    }
    model = under(town_2011, shipped("radical")["radical"])
    seen = set()
    for _ in range(108):
        before = model.state.services.stage.copy()
        model.step()
        seen |= {(S(a), S(b)) for a, b in zip(before, model.state.services.stage, strict=True) if a != b}
    assert seen <= allowed
    assert {(S.STANDARD, S.DISCOVER), (S.TEST, S.EMBED), (S.EMBED, S.EMBEDDED)} <= seen


def test_only_designs_of_the_portfolio_that_apply_are_tried(town_2011):
    some = ["peer_network", "patient_hotel"]
    model = under(town_2011, policy_of({**shipped("radical")["radical"].levers, "portfolio": {"designs": some}}))
    names = model.world.catalogue.names
    for _ in range(8):
        live(model, 12)
        services = model.state.services
        for s in np.flatnonzero(services.design >= 0):
            assert names[services.design[s]] in some
            assert model.world.catalogue.applies[services.design[s], s]


class TestBegunOnADate:
    """A portfolio may have services begin a design on a date, instead of waiting until they come upon it."""

    def lived(self, start, months=3, fund=0.2, **begun):
        """A place where a design is begun; designs are come upon so rarely that nobody else begins."""
        portfolio = {"designs": ["self_managed_team"], "begin": {"self_managed_team": begun}}
        model = under(start, policy_of({"portfolio": portfolio, "transition": {"fund": fund}}))
        seldom = with_numbers(start.world.config.behaviour, {"redesign.attempts": 0.0})
        model.redesigning = Redesigning(start.world.catalogue, start.world.config.place.title, seldom)
        return live(model, months)

    def begun(self, model):
        """Which services have a redesign under way."""
        return model.state.services.stage > Stage.STANDARD

    def test_every_service_that_it_fits_begins_in_that_month(self, hamlet_2011):
        before, after = self.lived(hamlet_2011, 2, month=2), self.lived(hamlet_2011, 3, month=2)
        assert not self.begun(before).any()
        catalogue = after.world.catalogue
        assert (self.begun(after) == catalogue.applies[catalogue.names.index("self_managed_team")]).all()

    def test_only_the_services_that_are_named(self, hamlet_2011):
        model = self.lived(hamlet_2011, services=["later_life.core"])
        assert set(np.array(model.world.catalogue.kinds)[self.begun(model)]) == {"later_life.core"}

    def test_a_share_of_them_the_same_each_month_until_there_is_money(self, town_2011):
        half = self.lived(town_2011, 11, share=0.5)
        assert 0.2 < self.begun(half).sum() / self.begun(self.lived(town_2011, 11)).sum() < 0.8
        assert (self.begun(half) == self.begun(self.lived(town_2011, 1, share=0.5))).all()

    def test_without_money_they_wait_until_there_is_some(self, hamlet_2011):
        model = self.lived(hamlet_2011, 18, fund=0.0)
        assert not self.begun(model).any()
        model.state.agencies.fund[:] = 1e9
        assert self.begun(live(model, 1)).any()

    def test_the_money_to_set_it_up_comes_out_of_the_years_budget(self, hamlet_2011):
        """However small the share that is set aside each year, and for as dear a design."""
        dear = with_numbers(hamlet_2011.world.config, {"designs.self_managed_team.set_up": 0.5})
        model = self.lived(start_of(settle(dear)), 1, fund=0.001)
        services, agencies = model.state.services, model.state.agencies
        assert self.begun(model).sum() == self.begun(self.lived(hamlet_2011, 1)).sum()
        owed = 0.5 * (services.funded * services.staff_cost)[self.begun(model)].sum()
        assert owed <= agencies.fund.sum() <= owed * 1.2

    def test_what_was_begun_and_found_wanting_is_not_begun_again(self, hamlet_2011):
        model = self.lived(hamlet_2011, 1)
        model.redesigning.behaviour = with_numbers(model.redesigning.behaviour, {"redesign.hurdle": 1e9})
        live(model, 60)
        assert model.recorder.table()["redesigns.begun"].sum() == self.begun(self.lived(hamlet_2011, 1)).sum()
        assert not self.begun(model).any()

    @pytest.mark.parametrize("judged", [True, False])
    def test_a_mandate_is_kept_whatever_its_test_shows(self, hamlet_2011, judged):
        model = self.lived(hamlet_2011, 1, judged=judged)
        model.redesigning.behaviour = with_numbers(model.redesigning.behaviour, {"redesign.hurdle": 1e9})
        live(model, 40)
        assert self.begun(model).any() == (not judged)

    def test_a_portfolio_that_begins_nothing_is_the_portfolio_as_it_was(self, hamlet_2011):
        portfolios = [{"designs": EVERY_DESIGN}, {"designs": EVERY_DESIGN, "begin": {}}]
        one, other = (live(under(hamlet_2011, policy_of({"portfolio": each})), 24) for each in portfolios)
        assert not differences(one.recorder.table(), other.recorder.table())


@pytest.mark.unhurried
def test_freedom_and_support_raise_the_number_of_attempts(town_2011):
    base = {"portfolio": {"designs": EVERY_DESIGN}, "transition": {"fund": 0.2}}
    begun = [
        live(under(town_2011, policy_of({**base, **more})), 84).recorder.table()["redesigns.begun"].sum()
        for more in ({}, {"freedom": {}}, {"freedom": {}, "support": {}})
    ]
    assert begun[0] < begun[1] < begun[2]


def test_step_down_places_shorten_the_stay(hamlet_2011):
    """A design with step-down places at an acute service lets people leave sooner; one without does not."""
    leave = {}
    for design in ("patient_hotel", "peer_network"):
        model = running(under(hamlet_2011, policy_of()), design, true_outcome=0.2)
        _, _, conditions = model.in_force()
        quality.refresh(model.state.services, conditions, model.world.rules.weights, model.world.rules.meet)
        leave[design] = model.state.services.leave[model.state.services.tier == 2]
    assert DESIGNS["patient_hotel"].step_down_places
    assert not DESIGNS["peer_network"].step_down_places
    assert (leave["patient_hotel"] > 1).all()
    assert (leave["peer_network"] == 1).all()


def _values_counted(model):
    """What each service's owner counts of a better outcome's value, as the month of redesign hears it."""
    caught, month = [], model.redesigning.month

    def listen(*args):
        caught.append(args[5]())
        return month(*args)

    model.redesigning.month = listen
    model.step()
    return caught[0]


def test_a_pool_outside_the_zones_counts_for_services_outside(hamlet_2011):
    """Zones may have rules of their own about pooling; what services outside count must not follow them."""
    levers = {"pooling": {"agencies": ["adult_care", "nhs", "children", "police"]}}
    zones = {"count": 1, "without": ["pooling"], "levers": {"freedom": {}}}
    portfolio = {"portfolio": {"designs": EVERY_DESIGN}}
    seen = {}
    for name, policy in {
        "everywhere": {**levers, **portfolio},
        "but zones": {**levers, **portfolio, "zones": zones},
    }.items():
        model = under(hamlet_2011, policy_of(policy))
        seen[name] = _values_counted(model), model.state.services.zone == 1
    value, _ = seen["everywhere"]
    other, zone = seen["but zones"]
    assert np.allclose(value[~zone], other[~zone])
    assert (other[zone] <= value[zone] + 1e-12).all()
