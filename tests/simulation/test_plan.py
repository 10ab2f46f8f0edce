"""Plans, capacity and queues: what money does to services, and what services do to those who ask."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import (
    EVERY_DESIGN,
    differences,
    live,
    policy_of,
    shipped,
    start_of,
    toy,
    under,
    with_behaviour,
    with_numbers,
    world_of,
)

from simulation.compile import turn_at
from simulation.mechanism.citizens import snapshot, triage
from simulation.mechanism.citizens.case import severity
from simulation.mechanism.services import hours, quality, serve, workforce
from simulation.mechanism.services.cuts import Lines, Sides, balances, share_cut, weights
from simulation.mechanism.services.purses import whom_purses_are_for
from simulation.mechanism.services.thresholds import set_thresholds
from simulation.mechanism.services.year_seen import savings, worth_of
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, CARE, COUNCIL
from simulation.place import PlaceState
from simulation.policy.regime import Regime
from simulation.run import run
from simulation.settling.settle import other_care, settle
from simulation.state.agencies import AGENCY_COUNT, INDEX, envelopes, merged
from simulation.state.codes import ACUTE, CORE, PREVENTION, CaseState, Cause
from simulation.state.conditions import efficiency_of
from simulation.state.tally import BLOCKS, Each, empty_tally

HOW = world_of().behaviour.planning
POOL = ["adult_care", "children", "public_health", "housing", "schools", "nhs", "police", "dwp"]


@st.composite
def lines(draw):
    """A budget of one to eight lines with floors and weights."""
    size = draw(st.integers(1, 8))
    each = lambda low, high: np.array(draw(st.lists(st.floats(low, high), min_size=size, max_size=size)))  # noqa: E731
    claim = each(0, 1e6)
    return Lines(claim=claim, floor=claim * each(0, 1), weight=each(0.05, 1), wanted=claim)


def now_seen(model):
    """Everybody is seen as at the start of a month."""
    snapshot.be_seen(turn_at(0), BLOCKS, model.world.edges, model.need_context)


def in_line(wanted, severities, waited, chance):
    """Those who wait for a place: for which service, how severe they are, how long they have waited, and their luck."""
    line = triage.empty_line(wanted.size)
    return line._replace(wanted=wanted, severity=severities, waited=waited, chance=chance)


class TestSharingACut:
    """Lines of a budget give way by weight, down to their floors."""

    @given(lines(), st.floats(0, 5e6))
    @settings(max_examples=400, deadline=None)
    def test_floors_hold_and_sums_fit(self, budget, shortage):
        kept, left = share_cut(budget, shortage)
        assert (kept >= budget.floor - 1e-6).all()
        assert (kept <= budget.claim + 1e-9).all()
        assert left >= 0
        assert budget.claim.sum() - kept.sum() + left == pytest.approx(shortage, abs=1e-3)

    @pytest.mark.unhurried
    @given(lines(), st.floats(0, 5e6))
    @settings(max_examples=400, deadline=None)
    def test_what_could_not_be_cut_is_left_only_when_every_line_is_at_its_floor(self, budget, shortage):
        kept, left = share_cut(budget, shortage)
        if left > 1:
            assert (kept - budget.floor).sum() < 1, "money is short although there was more to cut"

    @given(lines(), st.floats(0, 1e5), st.floats(0, 1e5))
    @settings(max_examples=200, deadline=None)
    def test_a_deeper_cut_leaves_no_line_more(self, budget, one, more):
        assert (share_cut(budget, one + more)[0] <= share_cut(budget, one)[0] + 1e-6).all()

    def test_weights_share_the_cut(self):
        budget = Lines(
            claim=np.array([100.0, 100.0]), floor=np.zeros(2), weight=np.array([1.0, 0.5]), wanted=np.zeros(2)
        )
        kept, left = share_cut(budget, 30.0)
        assert kept == pytest.approx([80.0, 90.0])
        assert left == 0

    def test_a_line_at_its_floor_passes_the_cut_on(self):
        weight = np.array([1.0, 0.05])
        budget = Lines(claim=np.array([100.0, 100.0]), floor=np.array([95.0, 0.0]), weight=weight, wanted=np.zeros(2))
        kept, left = share_cut(budget, 50.0)
        assert kept == pytest.approx([95.0, 55.0])
        assert left == 0


class TestApril:
    """The year's plan."""

    def spending(self, decade, arm, tier):
        """What everybody but households spends on one tier's services in the last seven of ten years, of every kind."""
        months = slice(36, 120)
        lines = [n.split(".") for n in decade.months[arm] if n.startswith("spend.") and n.count(".") == 4]
        names = [".".join(parts) for parts in lines if parts[1] != "households" and parts[3] == tier]
        return sum(decade.months[arm][name][months].sum() for name in names)

    @pytest.mark.unhurried
    def test_prevention_is_cut_before_core_and_core_before_acute(self, decade):
        """Under the cut alone, against the status quo, from the fourth year: nobody decides it, duties are paid first."""
        kept = [
            self.spending(decade, "null", tier) / self.spending(decade, "status_quo", tier)
            for tier in ("prevention", "core", "acute")
        ]
        assert kept[0] < kept[1] < kept[2]
        assert kept[0] < 0.9
        assert kept[2] > 0.95

    @pytest.mark.slow
    def test_without_a_cut_few_lose_a_job(self, town):
        """Over six lucks: not two in a hundred in ten years, as posts of care follow those in need, who come and go."""
        lives = [run(town, shipped("status_quo", "null"), luck, years=10, totals_only=True).months for luck in range(6)]
        lost = {arm: np.mean([months[arm]["jobs_lost"][-1] for months in lives]) for arm in ("status_quo", "null")}
        assert lost["status_quo"] < 0.02 * lives[0]["status_quo"]["staff_funded"][0]
        assert lost["status_quo"] < 0.6 * lost["null"]

    @pytest.mark.unhurried
    def test_a_silo_invests_nothing_in_what_others_would_save(self, decade, hamlet_2011):
        model = live(under(hamlet_2011, policy_of({"portfolio": {"designs": EVERY_DESIGN}, "support": {}})), 40)
        assert not model.state.services.invested.any()
        assert not model.state.agencies.gives.any()
        assert not model.state.agencies.takes.any()
        outside = [a for a in AGENCIES[:-1] if a not in COUNCIL]
        for arm in (
            "status_quo",
            "null",
            "rationing",
            "freedom_only",
            "support_only",
            "radical_without_pooling",
            "wigan_deal",
        ):
            assert not any(decade.months[arm][f"spend.{a}.transfer"].any() for a in outside), arm

    def test_a_pool_pays_for_prevention_and_its_payments_net_to_nothing(self, hamlet_2011):
        model = live(under(hamlet_2011, policy_of({"pooling": {"agencies": POOL}})), 1)
        agencies, services = model.state.agencies, model.state.services
        assert agencies.takes.sum() > 0
        assert agencies.gives.sum() == pytest.approx(agencies.takes.sum())
        assert (agencies.gives >= 0).all()
        assert services.invested[services.tier == PREVENTION].any()
        assert not services.invested[services.tier != PREVENTION].any()
        spared = [INDEX[a] for a in AGENCIES if a not in POOL]
        assert not agencies.gives[spared].any()

    def test_investment_grows_with_the_share_of_savings_that_a_pool_counts(self, hamlet_2011):
        taken = []
        for strength in (0.0, 0.25, 0.5, 1.0):
            model = live(under(hamlet_2011, policy_of({"pooling": {"agencies": POOL, "strength": strength}})), 1)
            taken.append(model.state.agencies.takes.sum())
            growth = model.state.services.invested
            assert (growth <= model.world.config.behaviour.planning.invest_cap.number).all()
        assert taken[0] == 0
        assert taken == sorted(taken)
        assert taken[1] < taken[-1]

    def test_investment_is_a_level_and_does_not_compound(self, hamlet_2011):
        model = live(under(hamlet_2011, policy_of({"pooling": {"agencies": POOL}})), 1)
        first = model.state.services.invested.copy()
        live(model, 72)
        cap = model.world.config.behaviour.planning.invest_cap.number
        assert (model.state.services.invested <= cap).all()
        before, after = (m.state.services.funded[first > 0].sum() for m in (hamlet_2011, model))
        assert after < 2 * (1 + cap) * before

    def test_pool_money_goes_to_the_challenges_that_cost_the_others(self, hamlet_2011):
        """A prevention owner whose pool bears none of the crises' cost gets nothing."""
        model = live(under(hamlet_2011, policy_of({"pooling": {"agencies": POOL}})), 1)
        services, shares = model.state.services, model.planner.shares
        for s in np.flatnonzero(services.tier == PREVENTION):
            others = [INDEX[a] for a in POOL if INDEX[a] != services.owner[s]]
            if shares[services.challenge[s], others].sum() == 0:
                assert services.invested[s] == 0

    def test_members_pay_of_every_pound_of_prevention_what_it_saves_them(self, hamlet_2011):
        """No more, or it cost them money; no less, or the owner paid for what others save."""
        model = live(under(hamlet_2011, policy_of({"pooling": {"agencies": POOL}})), 1)
        services, how = model.state.services, model.world.config.behaviour.planning
        saved = savings(services, model.planner.shares, how, 0, model.key)
        others = np.array([[INDEX[a] for a in POOL if INDEX[a] != owner] for owner in services.owner])
        theirs = np.take_along_axis(saved, others, axis=1).sum(axis=1)
        paid_by_them = services.invested / (1 + services.invested)
        pooled = np.isin(services.owner, [INDEX[a] for a in POOL])
        assert paid_by_them[pooled] == pytest.approx(theirs[pooled])
        assert theirs[pooled & (services.tier == PREVENTION)].max() > 0.02

    def test_planners_go_by_the_evidence_with_an_error_of_their_own(self, hamlet_2011):
        """Of a pound 0.2, 40% more or less: by challenge and year, right on average, and for prevention alone."""
        services, how = hamlet_2011.state.services, hamlet_2011.world.config.behaviour.planning
        shares = np.full((hamlet_2011.planner.challenges, len(AGENCIES)), 1 / len(AGENCIES))
        years = np.array([savings(services, shares, how, month, (1, 2)).sum(axis=1) for month in range(0, 4800, 12)])
        prevention = services.tier == PREVENTION
        assert not years[:, ~prevention].any()
        seen = years[:, prevention]
        assert seen.mean() == pytest.approx(0.2, abs=0.01)
        assert 0.12 <= seen.min() < 0.13 < 0.27 < seen.max() <= 0.28

    def test_a_pool_whose_prevention_saves_nothing_is_no_pool(self, hamlet_2011):
        """With nothing saved, nobody pays and nobody spares prevention: the same lives and pence as without."""
        lives = []
        for levers in ({}, {"pooling": {"agencies": POOL}}):
            model = under(hamlet_2011, policy_of({"envelope": {"cut": 0.2, "path": [1.0]}, **levers}))
            model.planner.how = with_numbers(model.planner.how, {"prevention_saves": 0.0})
            lives.append(live(model, 36).recorder.table())
        assert differences(*lives) == []

    def test_who_counts_more_of_what_prevention_saves_spares_it_more(self, hamlet_2011):
        """A silo counts its own part, a pool its members'; what is believed to save a pound for a pound is not cut at all."""
        services, shares = hamlet_2011.state.services, np.full((hamlet_2011.planner.challenges, len(AGENCIES)), 0.1)
        which, how = np.flatnonzero(services.owner == INDEX["adult_care"]), hamlet_2011.world.config.behaviour.planning
        saved = savings(services, shares, with_numbers(how, {"prevention_saves": 1.0, "saving_error": 0.0}), 0, (1, 2))
        council, prevention = [INDEX[a] for a in COUNCIL], services.tier[which] == PREVENTION
        alone, half, whole = (
            worth_of(services, which, council, Regime(pools=dict.fromkeys(POOL, "pool"), pool_share=share), saved)
            for share in (0.0, 0.5, 1.0)
        )
        assert alone[prevention] == pytest.approx(1 - 0.5)
        assert half[prevention] == pytest.approx(1 - 0.5 - 0.2)
        assert whole[prevention] == pytest.approx(1 - 0.5 - 0.4)
        assert (alone[~prevention] == 1).all()
        assert (worth_of(services, which, council, Regime(), 3 * saved)[prevention] == 0).all()

    def test_a_line_that_is_worth_nothing_to_take_is_not_cut(self):
        sides = Sides(
            *(np.zeros(2, dtype=bool) for _ in range(2)), (0.0, 0.0), np.zeros(1, dtype=bool), np.array([1.0, 0])
        )
        budget = Lines(
            np.full(2, 100.0), np.zeros(2), weights("weighted", np.full(2, 100.0), np.zeros(2), sides, HOW), 0
        )
        assert share_cut(budget, 30.0)[0] == pytest.approx([70.0, 100.0])

    def test_a_whole_place_shares_every_cut_among_its_members(self, hamlet_2011):
        """The council loses a fifth, the others nothing: as one envelope all lose some, and the same money is spent."""
        cut = {"envelope": {"cut": 0.2, "path": [1.0], "per": "place"}}
        alone, whole = (
            live(under(hamlet_2011, policy_of({**cut, "pooling": {"agencies": POOL, "scope": scope}})), 36)
            for scope in ("prevention", "whole_place")
        )
        council, nhs = [INDEX[a] for a in COUNCIL], INDEX["nhs"]
        kept = [model.state.agencies.other / model.state.agencies.other_opening.clip(1) for model in (alone, whole)]
        assert kept[1][council].mean() > kept[0][council].mean() + 0.05
        assert kept[1][nhs] < kept[0][nhs] - 0.01
        spent = [
            sum(c.sum() for n, c in model.recorder.table().items() if spends(n, AGENCIES[:-1]))
            for model in (alone, whole)
        ]
        assert spent[1] == pytest.approx(spent[0], rel=0.01)
        agencies = whole.state.agencies
        assert agencies.takes[council].sum() > agencies.gives[council].sum()
        assert agencies.gives.sum() == pytest.approx(agencies.takes.sum())
        assert not any(agencies.frozen)

    def test_a_place_is_whole_only_once_the_pool_is_in_full_force(self):
        policy = policy_of({"pooling": {"agencies": POOL, "scope": "whole_place", "ramp": 24}})
        assert [policy.regime_at(month).whole_place for month in (0, 12, 24)] == [False, False, True]
        found = merged(envelopes(AGENCY_COUNT), {INDEX["adult_care"], INDEX["nhs"]})
        assert sorted(found[0].agencies) == sorted([INDEX[a] for a in (*COUNCIL, "nhs")])
        assert sorted(p for each in found for p in each.purses) == sorted(
            p for each in envelopes(AGENCY_COUNT) for p in each.purses
        )

    @pytest.mark.parametrize("agency", ["schools", "adult_care"])
    def test_a_ring_fence_keeps_an_agencys_services(self, hamlet_2011, agency):
        cut = {"envelope": {"cut": 0.5, "path": [1.0], "others": {"schools": 0.5}}}
        fence = {"protection": {"ring_fence": {agency: 1.0}}}
        bare, fenced = (live(under(hamlet_2011, policy_of(levers)), 25) for levers in (cut, {**cut, **fence}))
        mine = (hamlet_2011.state.services.owner == INDEX[agency]) & (hamlet_2011.state.services.tier != ACUTE)
        assert fenced.state.services.funded[mine].sum() > bare.state.services.funded[mine].sum()

    def test_a_spending_freeze_follows_when_cash_is_gone(self, hamlet_2011):
        """The envelope binds: in debt, recruitment stops and open services release hours; with cash, none of it."""
        broke = under(hamlet_2011, policy_of({"envelope": {"cut": 0.95, "path": [1.0]}}))
        staff = []
        for _ in range(12):
            broke.step()
            staff.append(broke.state.services.staff.sum())
        table = broke.recorder.table()
        frozen = table["frozen.adult_care"] == 1
        assert frozen.any()
        assert (table["reserves.adult_care"][frozen] <= 0).all()
        assert sum(table[f"deficit.{a}"].sum() for a in COUNCIL) > 0
        spent = table["spend.council_other.other_services"]
        assert spent[frozen].mean() < spent[~frozen].mean()

    @pytest.mark.unhurried
    def test_money_left_over_is_not_hoarded(self, decade):
        """Without a cut, reserves at the end of ten years are within twice what they began with (small places swing)."""
        months = decade.months["status_quo"]
        reserves = sum(months[f"reserves.{a}"] for a in AGENCIES[:-2])
        assert 0.3 * reserves[0] < reserves[-1] < 3 * reserves[0]

    def test_what_is_left_over_is_a_windfall_of_one_year_and_no_claim_on_the_next(self, hamlet_2011):
        """A fifth more money for one year: what cannot be restored is told as a windfall, and gone when the money is."""
        model = under(hamlet_2011, policy_of({"envelope": {"cut": [-0.2, 0.0], "per": "place"}}))
        agencies, seen = model.state.agencies, []
        for _ in range(2):
            live(model, 12)
            seen.append((agencies.windfall.copy(), agencies.other + agencies.care))
        (rich, had), (poor, has) = seen
        council = [INDEX[a] for a in COUNCIL]
        assert rich[council].sum() > 0.1 * agencies.opening[council].sum()
        assert poor[council].sum() < 0.2 * rich[council].sum()
        assert (had <= agencies.other_opening + agencies.care_opening + 1e-6).all()
        assert has[council].sum() > 0.9 * had[council].sum(), (
            "what was planned before is not cut because a windfall ends"
        )
        table = model.recorder.table()
        for agency in COUNCIL:
            told = table[f"spend.{agency}.windfall"]
            assert told[:12].sum() / 100 == pytest.approx(rich[INDEX[agency]], abs=0.2)

    def test_support_costs_what_it_says(self, hamlet_2011):
        model = live(under(hamlet_2011, policy_of({"support": {"per_head": 12.0}})), 12)
        table = model.recorder.table()
        paid = sum(c.sum() for n, c in table.items() if n.endswith(".support")) / 100
        head = hamlet_2011.state.people.alive.sum()
        assert paid == pytest.approx(12.0 * head, rel=1e-3)


class TestCapacity:
    """One identity gives the hours."""

    def capacity(self, model, **columns):
        for name, value in columns.items():
            getattr(model.state.services, name)[:] = value
        _, _, conditions = model.in_force()
        services = model.state.services
        unfrozen = np.zeros(services.tier.size)
        return hours.open_hours(services, conditions, model.world.rules.hours, unfrozen), conditions

    @pytest.mark.parametrize("levers", [{}, {"targets": {"pressure": 0.8, "inspection": 1.0}}, {"freedom": {}}])
    def test_hours_are_posts_by_contract_less_admin_and_inspection_by_productivity(self, hamlet_2011, levers):
        model = under(hamlet_2011, policy_of(levers))
        capacity, conditions = self.capacity(model, morale=0.45, contacts=3)
        s, how = model.state.services, model.world.config.behaviour
        posts = s.staff + how.workforce.cover_share.number * np.maximum(0, s.funded - s.staff)
        spirit = 1 + how.capacity.productivity_morale.number * (0.45 - how.workforce.morale_start.number)
        pressed = 1 + how.accountability.effort.number * (conditions.pressure - how.accountability.pressure_2010.number)
        hours = posts * s.contracted * (1 - how.capacity.admin_share.number - conditions.inspection) * spirit * pressed
        assert np.allclose(capacity.direct + capacity.assessment, hours)
        assert (capacity.assessment <= how.capacity.assessment_cap.number * hours + 1e-9).all()
        asked = 3 * s.assessment_hours
        assert np.allclose(capacity.assessment, np.minimum(asked, how.capacity.assessment_cap.number * hours))

    def test_in_2010_terms_productivity_is_1(self, hamlet_2011):
        how = hamlet_2011.world.rules.hours
        assert hours.productivity(how.morale_start, how.pressure_2010, how) == 1.0

    def test_morale_enters_hours_and_turnover_and_nothing_else(self, hamlet_2011):
        """What citizens meet at a service (its effectiveness, its threshold) does not depend on morale."""
        low, high = (under(hamlet_2011, policy_of()) for _ in range(2))
        for model, morale in ((low, 0.2), (high, 0.9)):
            model.state.services.morale[:] = morale
            _, _, conditions = model.in_force()
            rules = model.world.rules
            quality.refresh(model.state.services, conditions, rules.weights, rules.meet)
            set_thresholds(model.state.services, conditions, rules.access)
        for one, other in zip(low.state.offer, high.state.offer, strict=True):
            assert (one == other).all()
        left = [
            workforce.staff(
                m.state.services, m.in_force()[2], m.world.rules.staff, np.zeros(m.state.services.tier.size)
            ).left
            for m in (low, high)
        ]
        assert (left[0] > left[1]).all()
        assert (self.capacity(low)[0].direct < self.capacity(high)[0].direct).all()

    def test_too_little_staff_thins_cases_down_to_a_floor_and_then_lets_people_go(self, hamlet_2011):
        model = under(hamlet_2011, policy_of())
        s, floor = model.state.services, model.world.config.behaviour.capacity.dilution_floor.number
        open_tier = s.tier != ACUTE
        s.staff[:] = s.funded[:] = 10.0
        s.contacts[:] = 0
        enough, _ = self.capacity(model, caseload=0, carried=0)
        hold = enough.direct / enough.per_case
        for load, intensity in ((0.9, 1.0), (1.2, 1 / 1.2), (3.0, floor)):
            s.caseload[:] = np.ceil(load * hold)
            capacity, _ = self.capacity(model)
            assert np.allclose(s.intensity[open_tier], intensity, rtol=0.2)
            assert (s.intensity[open_tier] >= floor).all()
            let_go = capacity.discharged[open_tier]
            assert (let_go > 0).all() if load == 3.0 else not let_go.any()
        assert (s.intensity[~open_tier] == 1).all()
        assert not capacity.discharged[~open_tier].any()
        assert (capacity.bought[~open_tier] > 0).all()

    def test_the_least_severe_are_let_go_first(self, town_2011):
        model = under(town_2011, policy_of())
        p, s, w = model.state.people, model.state.services, model.world
        now_seen(model)
        served = [
            (int(i), int(c)) for i, c in zip(*np.nonzero((p.state == CaseState.SERVED) & (p.tier == CORE)), strict=True)
        ]
        service = int(np.argmax(np.bincount([p.service[i, c] for i, c in served], minlength=s.tier.size)))
        here = {(i, c): severity(i, c, p, w.conduct) for i, c in served if p.service[i, c] == service}
        count = np.zeros(s.tier.size, dtype=np.int64)
        count[service] = len(here) // 2
        serve.discharge(count, len(here), w.edges, model.care_context)
        gone = [bad for (i, c), bad in here.items() if p.state[i, c] == CaseState.NONE]
        kept = [bad for (i, c), bad in here.items() if p.state[i, c] == CaseState.SERVED]
        assert len(gone) == len(here) // 2 > 2
        assert max(gone) <= min(kept)
        assert all(p.cause[i, c] == Cause.UNRESOLVED for (i, c) in here if p.state[i, c] == CaseState.NONE)

    def test_efficiency_saves_hours_less_and_less_and_costs_quality_past_the_slack(self):
        asked = np.linspace(0, 0.4, 41)
        saved, skimped = (
            np.array(column) for column in zip(*(efficiency_of(a, 0.08, 1.0) for a in asked), strict=True)
        )
        assert (np.diff(saved) >= -1e-12).all()
        assert (np.diff(saved, 2) <= 1e-12).all()
        assert saved.max() <= 0.08 + 1e-12
        assert not skimped[asked <= 0.08].any()
        assert (np.diff(skimped[asked > 0.08]) > 0).all()


class TestQueues:
    """Who is taken, in which order, and who is turned away."""

    def ordered(self, order):
        wanted = np.array([1, 0, 0, 0, 0, 1])
        bad = np.array([2.5, 1.5, 2.5, 2.5, 2.9, 2.1])
        waited = np.array([1.0, 9, 1, 4, 0, 2])
        chance = np.array([0.9, 0.1, 0.3, 0.2, 0.4, 0.5])
        return list(serve.order_of(in_line(wanted, bad, waited, chance), order))

    def test_the_worst_come_first_by_default_then_those_who_waited_longest(self):
        assert self.ordered("severity") == [4, 3, 2, 1, 0, 5]

    def test_a_service_may_go_by_the_wait(self):
        assert self.ordered("wait") == [1, 3, 2, 4, 5, 0]

    def test_or_by_chance(self):
        assert self.ordered("chance") == [1, 3, 2, 4, 5, 0]

    def test_ties_are_broken_by_luck_and_then_by_row(self):
        same = np.zeros(4)
        order = serve.order_of(in_line(np.zeros(4, dtype=int), same, same, np.array([0.3, 0.1, 0.3, 0.2])), "severity")
        assert list(order) == [1, 3, 0, 2]

    @given(st.data())
    def test_queues_are_taken_by_severity_then_wait_then_luck_then_row(self, data):
        """Few severities and lucks, so that many are tied; a slow sort by the words of the rule is the other opinion."""
        n = data.draw(st.integers(0, 40))
        few = st.sampled_from([0.25, 0.5, 0.75])
        wanted = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), dtype=np.int64)
        severities = np.array(data.draw(st.lists(few, min_size=n, max_size=n)), dtype=np.float64)
        waited = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), dtype=np.float64)
        chance = np.array(data.draw(st.lists(few, min_size=n, max_size=n)), dtype=np.float64)
        order = serve.order_of(in_line(wanted, severities, waited, chance), "severity")
        by_rule = sorted(range(n), key=lambda k: (wanted[k], -severities[k], -waited[k], chance[k], k))
        assert order.tolist() == by_rule

    @pytest.mark.parametrize("order", ["severity", "wait", "chance"])
    def test_every_order_can_be_lived_with(self, order):
        config = with_behaviour(toy(), capacity__queue_order=order)
        months = live(start_of(settle(config)), 12).recorder.table()
        assert months["admitted"].sum() > 0

    def test_queues_stay_within_their_bound(self, hamlet_2011):
        """With three times the work per case, queues fill up; whoever does not fit is turned away."""
        model = under(hamlet_2011, policy_of())
        model.state.services.hours_per_case[:] *= 3
        turned = 0
        for _ in range(36):
            bound = model.queue_bound()
            model.step()
            p = model.state.people
            waiting = np.bincount(p.service[p.state == CaseState.WAITING], minlength=bound.size)
            assert (waiting <= bound).all()
            turned += model.recorder.table()["turned_away"][-1]
        assert turned > 0

    def test_who_meets_the_threshold_is_never_refused(self, town_2011):
        """Everybody with a need asks core at once: refused are exactly those whose severity is below the threshold."""
        model = under(town_2011, shipped("rationing")["rationing"])
        live(model, 30)
        s, w, p = model.state, model.world, model.state.people
        asks = ((p.level == 1) | (p.level == 2)) & (p.state == CaseState.NONE) & (p.alive == 1)[:, None]
        p.asked[:] = np.where(asks, CORE + 1, 0)
        now_seen(model)
        tally = empty_tally(len(w.challenges), s.services.tier.size)
        triage.triage(turn_at(0), BLOCKS, w.edges, model.seek_context._replace(tally=tally))
        rows, which = np.nonzero(asks)
        assert rows.size > 300
        for i, c in zip(rows, which, strict=True):
            service = s.ground.service[p.area[i], c, CORE]
            eligible = severity(i, c, p, w.conduct) >= s.services.threshold[service]
            waits_for_core = p.state[i, c] == CaseState.WAITING and p.tier[i, c] == CORE
            assert waits_for_core == eligible
            assert (p.cause[i, c] == Cause.REFUSED) or eligible
        refused = tally.people.sum(axis=(0, 1))[-len(w.challenges) * len(Each) :].reshape(-1, len(Each))[
            :, Each.REFUSED
        ]
        assert refused.sum() > 50

    @pytest.mark.unhurried
    def test_thresholds_stay_on_the_scale(self, decade):
        for months in decade.months.values():
            assert ((months["threshold"] >= 1) & (months["threshold"] <= 3)).all()

    def test_a_higher_threshold_never_makes_more_people_eligible(self, town_2011):
        refused = []
        for rise in (0.0, 0.3, 0.6, 1.0):
            model = live(under(town_2011, policy_of({"eligibility": {"rise": rise, "fit": 0.0}})), 1)
            refused.append(model.recorder.table()["refused"][0])
        assert refused == sorted(refused)
        assert refused[0] < refused[-1]

    def test_more_staff_never_lengthens_the_wait(self, hamlet_2011):
        waited = []
        for factor in (0.7, 1.0, 1.5, 4.0):
            model = under(hamlet_2011, policy_of())
            services = model.state.services
            for column in (services.staff, services.funded, services.baseline_funded):
                column[:] *= factor
            table = live(model, 12).recorder.table()
            waited.append(table["waiting"].sum())
        assert waited == sorted(waited, reverse=True)


@pytest.fixture(scope="module")
def blocked(hamlet_2011):
    """A place whose core services have no staff at all, lived in for two years, month by month."""
    model = under(hamlet_2011, policy_of())
    model.budgets = "standing"
    s = model.state.services
    core = s.tier == CORE
    months = []
    for _ in range(24):
        s.staff[core] = s.funded[core] = 0.0
        model.step()
        months.append(model.state.people.copy())
    return model, months


class TestLeavingAcuteCare:
    """Nobody leaves for a core place that is not there, and nobody stays for ever."""

    def test_who_is_ready_stays_in_acute_care(self, blocked):
        model, months = blocked
        seen = 0
        for people in months:
            ready = people.state == CaseState.READY
            seen += ready.sum()
            assert (people.tier[ready] == ACUTE).all()
            assert (people.level[ready] == 3).all()
            assert (model.state.services.tier[people.service[ready]] == ACUTE).all()
        assert seen > 0

    def test_their_days_are_counted_and_paid_for(self, blocked):
        """Whoever was ready at the end of one month and is still here counts delayed in the next."""
        model, months = blocked
        table = model.recorder.table()
        delayed = np.rint(table["delayed_days"] * 12 / 365.25).astype(int)
        for n in range(1, len(months)):
            before = months[n - 1].state == CaseState.READY
            here = (
                before & (months[n].alive == 1)[:, None] & (months[n].generation == months[n - 1].generation)[:, None]
            )
            assert delayed[n] <= before.sum()
            assert delayed[n] >= (here & (months[n].state == CaseState.READY)).sum()
        assert delayed.sum() > 0

    def test_nobody_stays_beyond_the_longest_delay(self, blocked):
        model, months = blocked
        longest = model.world.rates.care.longest_delay
        for people in months:
            ready = people.state == CaseState.READY
            assert (people.months <= np.ceil(longest))[ready].all()
        assert max(people.months[people.state == CaseState.READY].max(initial=0) for people in months) >= 1

    def test_with_core_places_people_move_on_to_core(self, hamlet_2011):
        model = under(hamlet_2011, policy_of())
        s = model.state.services
        s.staff[:] *= 5
        s.funded[:] *= 5
        model.budgets = "standing"
        moved = 0
        for _ in range(24):
            before = model.state.people.copy()
            model.step()
            people = model.state.people
            was = (before.state == CaseState.READY) & (people.generation == before.generation)[:, None]
            now_core = was & (people.state == CaseState.SERVED) & (people.tier == CORE)
            assert (people.level[now_core] < 3).all()
            moved += now_core.sum()
            assert not (was & (people.state == CaseState.READY)).any(), "kept although there are places"
        assert moved > 0


def test_acute_care_takes_everybody_whatever_its_staff(hamlet_2011):
    model = under(hamlet_2011, policy_of())
    acute = model.state.services.tier == ACUTE
    model.budgets = "standing"
    for _ in range(12):
        model.state.services.staff[acute] = model.state.services.funded[acute] = 0.0
        model.step()
        people = model.state.people
        assert ((people.level == 3) == ((people.state >= CaseState.SERVED) & (people.tier == ACUTE))).all()
    table = model.recorder.table()
    bought = sum(c.sum() for n, c in table.items() if n.endswith(".cover") and ".acute." in n)
    assert bought > 0


def test_locality_budgets_follow_the_work(hamlet_2011):
    """Catchments of one service: where twice the work is, posts move in April, and none are made or lost by it."""
    model = under(hamlet_2011, policy_of())
    s = model.state.services
    kind = s.challenge * 3 + s.tier
    pairs = [np.flatnonzero(kind == k) for k in np.unique(kind) if (kind == k).sum() == 2 and k % 3 != ACUTE]
    for one, other in pairs:
        s.load[one], s.load[other] = 3 * s.load[[one, other]].mean() / 2, s.load[[one, other]].mean() / 2
        s.funded[[one, other]] = s.funded[[one, other]].mean()
    before = s.funded.copy()
    model.planner._reallocate(s, s.tier == ACUTE)
    for one, other in pairs:
        assert s.funded[one] > before[one]
        assert s.funded[[one, other]].sum() == pytest.approx(before[[one, other]].sum())


def test_small_places_merge_catchments():
    """No catchment serves fewer simulated people than the configuration wants."""
    model = start_of(settle(toy()))
    people, table = model.state.people, model.state.ground.service
    smallest = model.world.config.behaviour.capacity.smallest_catchment.number
    for c in range(table.shape[1]):
        for tier in range(3):
            served = np.bincount(table[people.area[people.alive == 1], c, tier])
            assert served[served > 0].min() >= smallest


def test_with_numbers_changes_a_number_and_nothing_else():
    config = with_behaviour(toy(), capacity__slack=0.3)
    assert config.behaviour.capacity.slack.number == 0.3
    assert toy().behaviour.capacity.slack.number != 0.3
    assert (
        config.behaviour.capacity.model_copy(update={"slack": toy().behaviour.capacity.slack})
        == toy().behaviour.capacity
    )
    assert with_numbers(config.behaviour, {}) == config.behaviour


def test_true_performance_is_of_people_in_need_and_falls_when_they_are_refused(hamlet_2011):
    """Half a level more is asked of those who ask. Those still let in fare no worse, and fewer of those in need are helped."""
    strict = policy_of({"eligibility": {"rise": 0.5, "fit": 0.0}})
    tables = [live(under(hamlet_2011, policy), 36).recorder.table() for policy in (policy_of(), strict)]
    needs = [sum(t[n] for n in t if n.startswith("need.") and n.count(".") == 2 and "@" not in n)[24:] for t in tables]
    refused, served = ([t[name][24:].sum() for t in tables] for name in ("refused", "served_performance"))
    helped = [t["helped"][24:].sum() / need.sum() for t, need in zip(tables, needs, strict=True)]
    assert refused[1] > 1.2 * refused[0]
    assert served[1] > 0.99 * served[0]
    assert helped[1] < 0.95 * helped[0]


class TestProtectingCare:
    """What councils cut first, as 152 of them did from 2010-11 to 2013-14."""

    @given(lines(), st.data())
    @settings(max_examples=200, deadline=None)
    def test_each_side_loses_its_share_of_all_that_it_spends(self, budget, data):
        """Duties count towards what a side can spare, and its other lines bear what duties keep."""
        size = budget.claim.size
        care, first = (np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size))) for _ in range(2))
        sides = Sides(
            care, first, (data.draw(st.floats(0, 1e6)), data.draw(st.floats(0, 1e6))), care[:1], np.ones(size)
        )
        weight = weights("weighted", budget.claim, budget.floor, sides, HOW)
        taken = (budget.claim - budget.floor) * weight
        for side, ready, duty in zip((~care, care), (1.0, HOW.care_readiness.number), sides.duties, strict=True):
            if (budget.claim - budget.floor)[side].sum() > 1e-5:
                assert taken[side].sum() == pytest.approx(ready * (budget.claim[side].sum() + duty))

    def test_without_care_lines_give_way_as_they_are_protected(self):
        sides = Sides(
            np.zeros(3, dtype=bool), np.array([True, False, False]), (10.0, 0.0), np.zeros(1, dtype=bool), np.ones(3)
        )
        weight = weights("weighted", np.full(3, 10.0), np.zeros(3), sides, HOW)
        assert weight / weight[1] == pytest.approx([HOW.core_weight.number, 1.0, 1.0])

    def test_slopes_across_councils_come_out_as_they_were_put_in(self):
        """Two hundred made-up councils in three years: care = a + 0.61 x all, the rest 1.40 x all; care grows at no change."""
        rng, found = np.random.default_rng(1), []
        for _ in range(200):
            claim, duties = self.council(rng)
            before, cut = self.sums(claim, duties), rng.uniform(0.0, 0.08)
            for _ in range(3):
                money = (claim.sum() + sum(duties)) * (1 - cut)
                claim[CARE_LINES] *= 1.02
                duties = (duties[0], duties[1] * 1.02)
                sides = Sides(
                    CARE_LINES, np.array([True, False, True, False, True, False]), duties, ONE_OF_EACH, np.ones(6)
                )
                floor = 0.4 * claim
                weight = weights("weighted", claim, floor, sides, HOW)
                claim, left = share_cut(Lines(claim, floor, weight, claim), claim.sum() + sum(duties) - money)
                assert left < 1e-6
            found.append(np.log(self.sums(claim, duties) / before))
        both, care, rest = np.array(found).T
        (care_slope, at_no_change), (rest_slope, _) = np.polyfit(both, care, 1), np.polyfit(both, rest, 1)
        assert care_slope == pytest.approx(0.61, abs=0.05)
        assert rest_slope == pytest.approx(1.40, abs=0.08)
        assert care_slope / rest_slope == pytest.approx(HOW.care_readiness.number, abs=0.03)
        assert at_no_change == pytest.approx(0.035, abs=0.015)

    def council(self, rng):
        """A council's six lines, the first two care services, the third other care, with care a half of all; and its duties."""
        claim = rng.uniform(0.5, 1.5, 6)
        claim[CARE_LINES] *= 0.95 * claim[~CARE_LINES].sum() / claim[CARE_LINES].sum()
        return claim, tuple(rng.uniform(0.0, 0.3, 2))

    def sums(self, claim, duties):
        """All, care and the rest."""
        care, rest = claim[CARE_LINES].sum() + duties[1], claim[~CARE_LINES].sum() + duties[0]
        return np.array([care + rest, care, rest])

    def test_a_town_whose_cut_is_deeper_cuts_care_by_less_and_the_rest_by_more(self, town):
        """Lived, not planned: duties, notice and reserves come between, so the slopes are looser."""
        paths = {
            f"cut_{c}": policy_of({"envelope": {"cut": [c / 3, 2 * c / 3, c], "per": "place"}})
            for c in (0.1, 0.15, 0.2)
        }
        months = run(town, paths, 0, years=3, totals_only=True).months
        both, care, rest = (
            np.log(
                [sum(months[arm][name][24:].sum() for name in months[arm] if spends(name, agencies)) for arm in paths]
            )
            for agencies in (COUNCIL, CARE, [a for a in COUNCIL if a not in CARE])
        )
        care_slope, rest_slope = np.polyfit(both, care, 1)[0], np.polyfit(both, rest, 1)[0]
        assert 0.4 < care_slope < 0.8 < 1.2 < rest_slope < 1.7

    @given(lines(), st.data())
    @settings(max_examples=200, deadline=None)
    def test_budgets_of_their_own_leave_as_much_as_one_and_each_side_what_it_has(self, budget, data):
        """Where nothing is common, a side is short by what its lines and duties claim above its own budget."""
        size = budget.claim.size
        care = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
        duties = tuple(data.draw(st.floats(0, 1e6)) for _ in range(2))
        own = tuple(data.draw(st.floats(1.0, 1e6)) for _ in range(2))
        sides = Sides(care, care, duties, ONE_OF_EACH, np.ones(size))
        owed = [budget.claim[side].sum() + duty for side, duty in zip((~care, care), duties, strict=True)]
        left = balances(budget, sides, sum(own) - sum(owed), own)
        assert left == pytest.approx([money - due for money, due in zip(own, owed, strict=True)], abs=1e-3)
        more = balances(budget, sides, sum(own) - sum(owed) + 100.0, own)
        assert sum(more) == pytest.approx(sum(left) + 100.0, abs=1e-3)

    def test_care_s_own_path_is_what_care_loses_and_the_rest_loses_the_rest(self, town):
        """Ten per cent off the whole: care nothing of it, or as the plan has it, or twice as much as all. Lived, three years."""
        asked = {"nothing": [0.0], "planned": "planned", "double": [0.2]}
        arms = {
            name: policy_of({"envelope": {"cut": [0.05, 0.1], "care": care, "per": "place"}})
            for name, care in asked.items()
        }
        months = run(town, arms, 0, years=3, totals_only=True).months
        spent = {
            arm: [
                sum(months[arm][name][24:].sum() for name in months[arm] if spends(name, agencies))
                for agencies in (CARE, [a for a in COUNCIL if a not in CARE], COUNCIL)
            ]
            for arm in arms
        }
        care, rest, whole = np.array([spent[arm] for arm in asked]).T
        assert whole / whole.mean() == pytest.approx(np.ones(3), abs=0.01)
        assert care[0] > 1.02 * care[1] > 1.02**2 * care[2]
        assert rest[0] < 0.98 * rest[1] < 0.98**2 * rest[2]
        assert care[2] / care[0] == pytest.approx(0.8, abs=0.06)

    def test_care_of_working_age_and_placements_are_lines_of_their_own(self, town):
        """At the policy date so much of the budget, placements less those that are simulated."""
        agencies, services, seen = town.state.agencies, town.state.services, town.state.seen
        adult, child = INDEX["adult_care"], INDEX["children"]
        found, acute = other_care(town.state, town.world), services.tier == ACUTE
        assert found[adult] == pytest.approx(0.45 * agencies.opening[adult])
        simulated = seen.pay[acute & (services.owner == child)].sum() + seen.payments[acute, child].sum()
        assert simulated > 0
        assert found[child] == pytest.approx(0.37 * agencies.opening[child] - simulated)
        assert 0 < agencies.care_opening[adult] <= found[adult] + 1e-6
        assert agencies.care_opening[child] > 0
        assert not np.delete(agencies.care_opening, [adult, child]).any()

    def test_what_care_spends_on_them_is_told_by_name_and_cut_less_than_its_other_services(self, town):
        cut = {"envelope": {"cut": 0.2, "path": [1.0], "per": "place"}}
        months = run(town, {"cut": policy_of(cut), "kept": policy_of({})}, 0, years=3, totals_only=True).months
        kept = {
            name: months["cut"][f"spend.{name}"][24:].sum() / months["kept"][f"spend.{name}"][24:].sum()
            for name in ("children.placements", "adult_care.working_age_care", "children.other_services")
        }
        assert kept["children.other_services"] < kept["children.placements"] < 1
        assert kept["children.other_services"] < kept["adult_care.working_age_care"] < 1

    def test_services_of_care_are_for_those_who_come_to_need_them(self, town_2011):
        """Adult care's for the old, what is not simulated of it for working age, children's for children, all else for all."""
        services, onset = town_2011.state.services, town_2011.planner.onset
        ages = np.zeros((2, len(AGE_BANDS)))
        ages[0, -1], ages[1, 4] = 10.0, 20.0  # ten people of 85 and over outside, twenty of 25 to 44 in a zone
        money, in_need, of_age, cared_for = (
            each.reshape(2, -1) for each in whom_purses_are_for(services, onset, ages, np.zeros(len(onset)))
        )
        adult, child, roads = (INDEX[a] for a in ("adult_care", "children", "council_other"))
        assert (money == [[10.0], [20.0]]).all()
        assert in_need[:, adult] == pytest.approx([10 * onset[challenge_of(services, adult), -1].sum(), 0.0])
        assert in_need[0, child] == of_age[0, child] == of_age[1, child] == 0
        assert list(of_age[:, adult]) == [10, 0]
        assert list(cared_for[:, adult]) == [0, 20]
        assert list(in_need[:, roads]) == list(of_age[:, roads]) == [10, 20]

    def test_those_with_an_established_need_are_counted_in_the_place_and_spread_over_zones_by_age(self, town_2011):
        """Thirty in need of adult care, two thirds of the old outside the zone: twenty are there, ten in it."""
        services, onset = town_2011.state.services, town_2011.planner.onset
        ages, established, adult = np.zeros((2, len(AGE_BANDS))), np.ones(len(onset)), INDEX["adult_care"]
        ages[0, -1], ages[1, -1], ages[1, 4] = 10.0, 5.0, 20.0
        established[challenge_of(services, adult)] = 30.0
        _, in_need, of_age, cared_for = (
            each.reshape(2, -1) for each in whom_purses_are_for(services, onset, ages, established)
        )
        share = onset[challenge_of(services, adult)].sum(axis=0) * ages
        assert in_need[:, adult] == pytest.approx(30.0 * share.sum(axis=1) / share.sum())
        assert list(of_age[:, adult]) == [10, 5]
        assert list(cared_for[:, adult]) == [0, 20]

    def test_what_care_is_owed_grows_with_those_seen_in_need_and_not_by_age_alone(self, hamlet_2011):
        """Half as many more were in need two years ago than the year before: so much more is standard, where need counts."""
        adult = INDEX["adult_care"]
        grown = {}
        for claims in ("by_need", "by_age"):
            model = under(hamlet_2011, policy_of({"envelope": {"cut": 0.0, "per": "head"}}))
            claim_care(model, claims)
            state, served, seen = model.state, challenge_of(model.state.services, adult), []
            mine = (state.services.owner == adult) & (state.services.tier != ACUTE)
            for people in (100.0, 150.0, 150.0):
                state.seen.established[:] = 50.0
                state.seen.established[served] = people
                live(model, 12)
                seen.append(state.services.baseline_funded[mine].sum())
            grown[claims] = seen[-1] / seen[0]
        assert grown["by_need"] == pytest.approx(1.5)
        assert grown["by_age"] != pytest.approx(1.5, abs=0.3)

    def test_what_counts_as_standard_in_care_grows_with_those_of_an_age_to_need_it(self, hamlet_2011, monkeypatch):
        """Half as many old people more and as many fewer of working age: the budget is what it was, what care is owed is not."""
        state = (model := under(hamlet_2011, policy_of({"envelope": {"cut": 0.0, "per": "head"}}))).state
        claim_care(model, "by_age")
        young, old = np.zeros((1, len(AGE_BANDS))), np.zeros((1, len(AGE_BANDS)))
        young[0, 4], young[0, -1], old[0, 4], old[0, -1] = 700.0, 100.0, 650.0, 150.0
        seen = []
        for ages in (young, old, old):
            monkeypatch.setattr(PlaceState, "ages", property(lambda state, ages=ages: ages))
            live(model, 12)
            adult = (state.services.owner == INDEX["adult_care"]) & (state.services.tier != ACUTE)
            seen.append(
                (
                    state.agencies.income.sum(),
                    state.services.baseline_funded[adult].sum(),
                    *state.agencies.other_opening,
                    *state.agencies.care_opening,
                )
            )
        first, _, last = np.array(seen)
        assert last[0] == pytest.approx(first[0])
        assert last[1] == pytest.approx(1.5 * first[1])
        grown = np.divide(last[2:], first[2:], out=np.ones(2 * len(AGENCIES)), where=first[2:] > 0)
        adult, cared_for = INDEX["adult_care"], len(AGENCIES) + INDEX["adult_care"]
        assert grown[cared_for] == pytest.approx(650 / 700)
        assert grown[adult] == pytest.approx(1.5 if first[2 + adult] > 0 else 1.0)
        assert np.delete(grown, [adult, cared_for]) == pytest.approx(np.ones(2 * len(AGENCIES) - 2))


CARE_LINES = np.array([True, True, True, False, False, False])
ONE_OF_EACH = np.array([True, False])


def claim_care(model, claims):
    """Lets what is owed in care grow with those in need, or with those of an age to be."""
    how = model.planner.behaviour
    model.planner.behaviour = how.model_copy(update={"structure": how.structure.model_copy(update={"claims": claims})})


def of_care(services):
    return np.isin(services.owner, [INDEX[a] for a in CARE])


def challenge_of(services, agency):
    """The challenges for which an agency owns prevention or core."""
    return np.unique(services.challenge[(services.owner == agency) & (services.tier != ACUTE)])


def spends(name, agencies):
    """Whether a measure is money that one of some agencies spends, payments inside a pool apart."""
    parts = name.split(".")
    return parts[0] == "spend" and parts[1] in agencies and parts[-1] != "transfer"


class TestPerHead:
    """Budgets follow people, a year late; or they do not."""

    PEOPLE = (800.0, 720.0, 900.0, 900.0)

    @pytest.fixture
    def by_year(self, monkeypatch):
        return lambda start, per: self.years(start, per, monkeypatch)

    def years(self, start, per, monkeypatch):
        """Income and standard posts in four years, in each of which so many people are counted; 1 is the first."""
        model = under(start, policy_of({"envelope": {"cut": 0.0, "per": per}}))
        state, seen = model.state, []
        for people in self.PEOPLE:
            ages = np.full((1, len(AGE_BANDS)), people / len(AGE_BANDS))
            monkeypatch.setattr(PlaceState, "ages", property(lambda state, ages=ages: ages))
            live(model, 12)
            elsewhere = (state.services.tier != ACUTE) & ~of_care(state.services)
            seen.append((state.agencies.income.sum(), state.services.baseline_funded[elsewhere].sum()))
        return np.array(seen).T / np.array(seen[0])[:, None]

    def test_money_and_standards_follow_the_people_counted_a_year_ago(self, hamlet_2011, by_year):
        income, posts = by_year(hamlet_2011, "head")
        assert income == pytest.approx([1.0, 1.0, 0.9, 1.125])
        assert posts == pytest.approx([1.0, 1.0, 0.9, 1.125])

    def test_a_place_may_keep_its_money_however_many_leave(self, hamlet_2011, by_year):
        income, posts = by_year(hamlet_2011, "place")
        assert (income == 1).all()
        assert posts == pytest.approx(np.ones(4))
