"""Phase 1, plan: each April the envelope arrives and is shared out.

Acute duties are paid first, then what law and ring-fences keep, then the rest: that is how prevention is crowded
out without anybody deciding against it. Members of a pool count what prevention saves the others, and the others
pay for it. Posts follow money; thresholds follow posts where policy says so.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Key
from simulation.mechanism.services.cuts import Lines, Sides, balances, share_out, sides_of, turn_of, weights
from simulation.mechanism.services.purses import (
    by_purse,
    even_out,
    follow_people,
    of_one_purse,
    set_aside,
    whom_purses_are_for,
)
from simulation.mechanism.services.thresholds import fit_thresholds
from simulation.mechanism.services.workforce import Planned, lay_off
from simulation.mechanism.services.year_seen import YearSeen, cost_shares, savings, worth_of
from simulation.parameters import BehaviourConfig
from simulation.parameters.quantity import AGENCIES
from simulation.policy.regime import Regime
from simulation.state.agencies import AGENCY_COUNT, INDEX, Agencies, Envelope, envelopes, merged, one_of, purse_of
from simulation.state.codes import ACUTE, PREVENTION, Tier
from simulation.state.columns import Services
from simulation.state.conditions import Conditions
from simulation.state.tables import Rates

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Longs = NDArray[np.int64]


class April(NamedTuple):
    """What a year's plan is made from.

    Attributes:
        services: posts and thresholds are changed in place.
        agencies: this year's income, other services, funds, transfers are set in place.
        conditions: what is in force at each service.
        regimes: outside and inside zones.
        reserves: the cash in each purse, pounds.
        committed: what redesigns under way still need to be set up, pounds by service.
        due: what redesigns that are to begin by now will need, pounds by service.
        ages: people of each age band outside the zones, and in each of them.
        seen: the last twelve months.
        month: months since the policy date.
        key: of the draws of planners' errors.
    """

    services: Services
    agencies: Agencies
    conditions: Conditions
    regimes: tuple[Regime, Regime]
    reserves: Doubles
    committed: Doubles
    due: Doubles
    ages: Doubles
    seen: YearSeen
    month: int
    key: Key

    def regime(self, zone: int) -> Regime:
        """What is in force in a zone; 0 is outside."""
        return self.regimes[min(zone, 1)]


class Planner:
    """The April plan of every agency in a place."""

    def __init__(self, behaviour: BehaviourConfig, rates: Rates, redundancy_months: float) -> None:
        self.onset = rates.need.onset[:, None] * rates.need.relative_risk
        self.how, self.behaviour = behaviour.planning, behaviour
        self.challenges, self.redundancy_months = self.onset.shape[0], redundancy_months
        self.shares = np.zeros((self.challenges, len(AGENCIES)))

    def april(self, year: April) -> Planned:
        """Make the year's plan."""
        services, agencies, conditions, seen = year.services, year.agencies, year.conditions, year.seen
        before = services.funded.copy()
        regimes = [year.regime(z) for z in range(len(year.ages))]
        established = seen.established * (self.behaviour.structure.claims == "by_need")
        counted = whom_purses_are_for(services, self.onset, year.ages, established)
        follow_people(services, agencies, counted, [regime.per for regime in regimes], year.month)
        shares = [[regime.envelope.get(a, 1.0) for a in AGENCIES] for regime in regimes]
        agencies.income[:] = agencies.opening * np.ravel(shares)
        self._withdraw(services, conditions)
        rate = seen.pay / np.maximum(before, 1e-9)
        self.shares = cost_shares(services, seen, self.challenges)
        acute = services.tier == ACUTE
        self._size_acute(services, conditions, acute)
        open_claim = services.funded * rate
        own_payments = seen.payments[np.arange(before.size), services.owner]
        open_claim = np.where(acute, 0.0, open_claim + own_payments * services.funded / np.maximum(before, 1e-9))
        saved = savings(services, self.shares, self.how, year.month, year.key)
        self._invest(year, open_claim, saved)
        keep = np.ones(before.size)
        for envelope in self._envelopes(year):
            self._share(envelope, year, rate, open_claim, saved, keep)
        allowed = self.how.largest_change.number
        services.funded[:] *= np.where(acute, 1.0, np.clip(keep, 1 - allowed, 1 + allowed))
        self._reallocate(services, acute)
        planned = lay_off(services, conditions, self.redundancy_months)
        fit_thresholds(services, conditions, self.behaviour)
        return planned

    def _withdraw(self, services: Services, conditions: Conditions) -> None:
        """Efficiency and closed old services take their posts out of what is standard."""
        factor = (1 - conditions.saved) / (1 - services.saved_before)
        cash = np.where(services.to_cash == 1, 1 + np.minimum(0.0, services.true_cost), 1.0)
        open_tier = services.tier != ACUTE
        for posts in (services.funded, services.baseline_funded):
            posts[:] = np.where(open_tier, posts * factor * cash, posts)
        services.saved_before[:] = conditions.saved
        services.to_cash[:] = 0

    def _size_acute(self, services: Services, conditions: Conditions, acute: Bools) -> None:
        """Acute services are staffed to their load; a smaller load releases posts only in part."""
        usable = services.contracted * (1 - self.behaviour.capacity.admin_share.number - conditions.inspection)
        needed = self.behaviour.capacity.acute_staff_share.number * services.load / np.maximum(usable, 1e-9)
        step = np.where(needed < services.funded, self.behaviour.capacity.acute_release.number, 1.0)
        limit = self.how.largest_change.number * services.funded
        change = np.clip(step * (needed - services.funded), -limit, limit)
        services.funded[:] = np.where(acute, services.funded + change, services.funded)

    def _invest(self, year: April, claim: Doubles, saved: Doubles) -> None:
        """Pool members pay for prevention as far as it saves them money: so many pence of every pound that is spent on it.

        The owner's own money stays, so prevention grows to what its money and theirs buy together: a level and not a growth
        year on year. What prevention saves the owner is in its own plan already (`_lines`).
        """
        services, agencies = year.services, year.agencies
        paid, due = np.zeros(services.tier.size), np.zeros((services.tier.size, AGENCY_COUNT))
        for rows in of_one_purse(services, np.flatnonzero(services.tier == PREVENTION)):
            regime, owner = year.regime(int(services.zone[rows[0]])), int(services.owner[rows[0]])
            mine = regime.pools.get(AGENCIES[owner])
            payers = [INDEX[a] for a, p in regime.pools.items() if p == mine and INDEX[a] != owner] if mine else []
            theirs = regime.pool_share * saved[rows[0], payers]  # the same for all of one purse and challenge
            part = float(theirs.sum())
            target = min(self.how.invest_cap.number, part / max(1 - part, 1e-9))
            before = 1 + services.invested[rows]
            paid[rows] = target * claim[rows] / before
            if target > 0:
                due[rows[:, None], payers] = paid[rows, None] * theirs / part
            services.invested[rows] = target
            for column in (services.funded, services.baseline_funded, claim):
                column[rows] *= (1 + target) / before
        agencies.takes[:] = by_purse(services, paid, agencies.takes.size)
        agencies.gives[:] = 0.0
        np.add.at(agencies.gives, AGENCY_COUNT * services.zone.astype(int)[:, None] + np.arange(AGENCY_COUNT), due)

    def _envelopes(self, year: April) -> list[Envelope]:
        """What is shared out as one: each agency's own money, the council's, or all that the members of a pool have."""
        found: list[Envelope] = []
        for zone in range(len(year.ages)):
            regime = year.regime(zone)
            here = [each for each in envelopes(year.agencies.opening.size) if each.zone == zone]
            found += merged(here, {INDEX[a] for a in regime.pools}) if regime.whole_place else here
        return found

    def _share(
        self, envelope: Envelope, year: April, rate: Doubles, open_claim: Doubles, saved: Doubles, keep: Doubles
    ) -> None:
        """Share one envelope among its lines; sets `keep` for its services and `other` for its purses."""
        services, agencies, seen = year.services, year.agencies, year.seen
        here, zone, size = envelope.purses, envelope.zone, agencies.opening.size
        own = one_of(here, size)[purse_of(services)]
        acute = own & (services.tier == ACUTE)
        duties = by_purse(services, np.where(acute, services.funded * rate, 0.0), size)[here]
        duties += seen.payments[(services.zone == zone) & ~(own & ~acute)][:, envelope.agencies].sum(axis=0)
        which = np.flatnonzero(own & ~acute)
        worth = worth_of(services, which, envelope.agencies, year.regime(zone), saved)
        sides = sides_of(services, which, envelope.agencies, duties, worth)
        lines = self._lines(envelope, sides, own & ~acute, year, open_claim)
        everybody = agencies.opening.reshape(-1, AGENCY_COUNT)[zone].sum()
        bill = year.regime(zone).support_per_head * year.ages[zone].sum()
        agencies.support[here] = bill * agencies.opening[here] / max(1.0, everybody)
        share = np.where(own, year.conditions.fund * (open_claim + np.where(acute, services.funded * rate, 0.0)), 0.0)
        wanted, owed, due = (by_purse(services, each, size) for each in (share, year.committed, year.due))
        fund = set_aside(agencies, here, wanted, owed, due, self.how.fund_years.number)
        fixed = duties.sum() + agencies.support[here].sum() + fund + seen.double_running[own].sum()
        fixed += agencies.gives[here].sum() - agencies.takes[here].sum()
        held = agencies.reserve_target[here].sum() * (1 - year.regime(zone).reserves_spent)
        spare = year.reserves[here].sum() - held - agencies.fund[here].sum() + fund
        money = agencies.income[here].sum() + self.how.restore_rate.number * spare
        balance = money - fixed - lines.claim.sum()
        parts = [(np.ones(lines.claim.size, dtype=bool), np.ones(len(here), dtype=bool), balance)]
        if (care := year.regime(zone).care) is not None and sides.departments.any():
            of_care = care * float(agencies.opening[here][sides.departments].sum())
            each = balances(lines, sides, balance, (float(agencies.income[here].sum()) - of_care, of_care))
            parts = [(~sides.care, ~sides.departments, each[0]), (sides.care, sides.departments, each[1])]
        kept = lines.claim.copy()
        agencies.windfall[here] = 0.0
        for some, whose, left in parts:
            kept[some], over = share_out(lines.some(some), left, self.how.restore_rate.number)
            part = agencies.opening[here] * whose
            agencies.windfall[here] += over * part / max(part.sum(), 1e-9)
        factor = np.divide(kept, lines.claim, out=np.ones_like(kept), where=lines.claim > 0)
        keep[lines.service] = factor[: len(lines.service)]
        agencies.other[here], agencies.care[here] = np.split(kept[len(lines.service) :], 2)
        if year.regime(zone).whole_place:
            planned = by_purse(
                services, np.where(own & ~acute, open_claim * keep, 0.0) + own * seen.double_running, size
            )
            outside = agencies.other + agencies.care + agencies.windfall + agencies.support
            even_out(agencies, here, duties + (planned + outside)[here])

    def _lines(self, envelope: Envelope, sides: Sides, own: Bools, year: April, open_claim: Doubles) -> Lines:
        """The lines of an envelope: its open services, and other services and other care of its agencies."""
        services, agencies, regime = year.services, year.agencies, year.regime(envelope.zone)
        here, which = envelope.purses, np.flatnonzero(own)
        fence = np.array([regime.ring_fence.get(a, 0.0) for a in AGENCIES])
        statutory = services.statutory[which]
        statutory = statutory + regime.statutory_rise * (1 - statutory)
        floor = open_claim[which] * np.maximum(statutory, fence[services.owner[which]])
        other, opening = (
            np.concatenate([each[here] for each in pair])
            for pair in ((agencies.other, agencies.care), (agencies.other_opening, agencies.care_opening))
        )
        fenced = np.tile(fence[envelope.agencies], 2) * other
        other_floor = np.maximum(self.how.other_floor.number * opening, fenced)
        claim = np.concatenate([open_claim[which], other])
        floor = np.concatenate([floor, np.minimum(other, other_floor)])
        cut = self.behaviour.structure.cut
        standard = open_claim[which] * services.baseline_funded[which] / np.maximum(services.funded[which], 1e-9)
        return Lines(
            claim=claim,
            floor=floor,
            weight=weights(cut, claim, floor, sides, self.how),
            turn=np.repeat([turn_of(cut, is_service) for is_service in (True, False)], (which.size, other.size)),
            wanted=np.concatenate([standard, opening]),
            service=list(which),
        )

    def _reallocate(self, services: Services, acute: Bools) -> None:
        """Posts, and with them what counts as standard, move between a service's catchments of one purse towards the work."""
        kind = (services.zone.astype(np.int64) * self.challenges + services.challenge) * len(Tier) + services.tier
        for k in np.unique(kind[~acute]):
            here = np.flatnonzero((kind == k) & ~acute)
            load = services.load[here] * services.staff_cost[here]
            if here.size > 1 and load.sum() > 0:
                for posts in (services.funded, services.baseline_funded):
                    due = posts[here].sum() * load / load.sum()
                    posts[here] += self.how.reallocation.number * (due - posts[here])
