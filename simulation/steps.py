"""The steps of a month that services, agencies and newcomers take; those of citizens are the rules of `mechanism`.

Each step is a function of the place. What later steps need of earlier ones is kept in the month's `Work`.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.accounts import delays, posting, visits
from simulation.mechanism.citizens import newcomers, triage
from simulation.mechanism.citizens.chances import more_needs
from simulation.mechanism.citizens.month_draws import with_onset
from simulation.mechanism.citizens.vital import BANDS, with_departures
from simulation.mechanism.services import hours, plan, quality, redesign, serve, workforce
from simulation.mechanism.services.purses import left_of_others
from simulation.mechanism.services.thresholds import set_thresholds
from simulation.mechanism.services.year_seen import nothing_seen
from simulation.policy.regime import Regime
from simulation.state.agencies import purse_of
from simulation.state.codes import Freeze
from simulation.state.conditions import Conditions
from simulation.state.tally import FINE, AtService, Count

if TYPE_CHECKING:
    from simulation.model import PlaceModel

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
MONTHS_TO_LEAVE = 12  # in which those of whom a place that keeps its ages has too many have moved away
EVERYBODY = 10**9  # places where everybody gets one


@dataclass
class Work:
    """What the steps of one month hand on to later ones.

    Attributes:
        outside, inside: the regimes in force outside and inside the zones.
        conditions: what they mean for each service.
        frozen: how far each service's agency has frozen its spending.
        redundancy: pounds of redundancy pay, by service.
        born, came: how many newcomers.
        capacity: the hours of the month.
        taken: new cases, by service.
        moves: staff who left and came.
        changes: what became of redesigns.
        counts: people by reporting group: (groups, measures).
        pay, payments: pounds of pay and cover by service, and of payments by service and agency.
        deficit: this month's new deficit by purse, in pence.
    """

    outside: Regime
    inside: Regime
    conditions: Conditions
    frozen: Doubles
    redundancy: Doubles
    born: int = 0
    came: int = 0
    capacity: hours.Capacity = field(init=False)
    taken: Longs = field(init=False)
    moves: workforce.Moves = field(init=False)
    changes: redesign.Changes = field(init=False)
    counts: Longs = field(init=False)
    pay: Doubles = field(init=False)
    payments: Doubles = field(init=False)
    deficit: Longs = field(init=False)


def in_force(model: "PlaceModel") -> None:
    """The levers of this month, what they mean for each service, and what staff are paid."""
    services, regimes = model.state.services, model.in_force()
    frozen = model.state.agencies.frozen[purse_of(services)]
    model.work = Work(*regimes, frozen, redundancy=np.zeros(services.tier.size))
    workforce.set_pay(services, model.work.conditions, model.world.config.behaviour)


def open_books(model: "PlaceModel") -> None:
    """A clean sheet for the month's counts and postings."""
    for sheet in (*model.tally, model.waits):
        sheet[...] = 0
    model.state.ledger.begin_month()


def plan_year(model: "PlaceModel") -> None:
    """April: the envelope arrives and is shared out."""
    s, work = model.state, model.work
    model.forget_value()
    regimes = (work.outside, work.inside)
    committed = model.redesigning.committed(s.services)
    due = model.redesigning.to_begin(s.services, regimes, model.key)
    year = plan.April(
        s.services,
        s.agencies,
        work.conditions,
        regimes,
        s.ledger.cash / 100,
        committed,
        due,
        s.ages,
        s.seen,
        s.month,
        model.key,
    )
    planned = model.planner.april(year)
    how = model.world.config.behaviour
    times = more_needs(how.structure.elsewhere, how.planning.held_back.number, left_of_others(s.agencies))
    model.need_rates = with_onset(model.world.rates.need, s.ground.risk, times)
    work.redundancy = planned.redundancy
    s.jobs_lost += float(planned.posts_lost.sum()) if s.month >= 0 else 0.0
    s.seen = nothing_seen(s.services.tier.size, len(model.world.challenges))


def open_services(model: "PlaceModel") -> None:
    """Services take on the design they run, and set how badly off one must be to get in."""
    services, rules, conditions = model.state.services, model.world.rules, model.work.conditions
    quality.refresh(services, conditions, rules.weights, rules.meet)
    if not model.elastic:
        set_thresholds(services, conditions, rules.access)


def keep_ages(model: "PlaceModel") -> None:
    """Those of an age band that has more people than in 2010 move away more readily until it has not."""
    s, w = model.state, model.world
    count = np.bincount(s.people.band[s.people.alive == 1], minlength=BANDS)
    surplus = np.maximum(0, count - w.newcomers.wanted.sum(axis=0)) / np.maximum(1, count)
    s.vital = with_departures(s.vital, np.minimum(1.0, w.vital.departure + surplus / MONTHS_TO_LEAVE))


def welcome(model: "PlaceModel") -> None:
    """Newcomers take vacant rows: births, then arrivals."""
    s, work, coming = model.state, model.work, model.world.newcomers
    search_from = s.ground.first_row[:-1].copy()
    work.born = int(newcomers.births(s.people, s.ground, coming, search_from, model.now))
    if s.elsewhere is None:
        count = np.zeros(BANDS, dtype=np.int64)
        came = newcomers.replacements(s.people, s.ground, coming, search_from, model.now, model.tally, count)
    else:
        came = newcomers.arrivals(s.people, s.ground, coming, s.elsewhere, search_from, model.now, model.tally)
    work.came = int(came)


def open_hours(model: "PlaceModel") -> None:
    """Staff hours become help for the cases in hand, and places for new ones."""
    s, work = model.state, model.work
    counts = model.tally.services.sum(axis=0)
    s.services.contacts[:] = counts[:, AtService.CONTACTS]
    s.services.caseload[:] = counts[:, AtService.CASELOAD]
    s.services.queue[:] = counts[:, AtService.WAITING]
    hours.size_packages(s.services, counts, known=s.month >= 0)
    work.capacity = hours.open_hours(s.services, work.conditions, model.world.rules.hours, work.frozen)
    if model.elastic:
        count = s.services.tier.size
        s.services.intensity[:] = 1.0
        work.capacity = work.capacity._replace(
            places=np.full(count, EVERYBODY), discharged=np.zeros(count, dtype=np.int64)
        )


def let_go(model: "PlaceModel") -> None:
    """Services far too short of hours let their least severe cases go."""
    services, discharged = model.state.services, model.work.capacity.discharged
    listed = int(services.caseload[discharged > 0].sum())
    serve.discharge(discharged, listed, model.world.edges, model.care_context)


def fill_places(model: "PlaceModel") -> None:
    """Those who wait are put in order; places are filled, and queues that are too long turn people away."""
    work, context = model.work, model.care_context
    bound = model.queue_bound().astype(np.int64)
    work.taken = np.zeros(bound.size, dtype=np.int64)
    line = triage.empty_line(int(model.tally.waiters.sum()))
    offsets = np.concatenate([[0], np.cumsum(model.tally.waiters)])
    model.by_blocks(triage.line_up, offsets, context, line)
    order = serve.order_of(line, model.world.config.behaviour.capacity.queue_order)
    serve.call_up(order, line, work.capacity.places, bound, model.waits, work.taken)
    model.by_blocks(serve.fill_places, offsets, line, context)


def remember_work(model: "PlaceModel") -> None:
    """Services remember how busy the month was."""
    serve.remember(model.state.services, model.work.capacity, model.work.taken)


def employ(model: "PlaceModel") -> None:
    """People join services and leave them."""
    work = model.work
    work.moves = workforce.staff(model.state.services, work.conditions, model.world.rules.staff, work.frozen)


def try_redesigns(model: "PlaceModel") -> None:
    """A month of trying, judging, keeping and closing; where nothing is or may be tried, services only learn."""
    s, work = model.state, model.work
    outside, inside, conditions = work.outside, work.inside, work.conditions
    if not (outside.designs or inside.designs or (s.services.stage > 0).any()):
        nothing = np.zeros(s.services.tier.size)
        model.redesigning.learn(s.services, conditions)
        work.changes = redesign.Changes(0, 0, 0, 0, 0, nothing, nothing)
        return
    value = partial(model.counted_value, outside, inside, conditions)
    halted = work.frozen > Freeze.NONE
    work.changes = model.redesigning.month(
        s.services, s.agencies, conditions, (outside, inside), halted, value, model.now
    )


def post(model: "PlaceModel") -> None:
    """Income arrives and everything is paid, in whole pence."""
    s, w, work = model.state, model.world, model.work
    work.counts = model.tally.people.sum(axis=0)
    care = int(work.counts[:, Count.INFORMAL_CARE].sum()) / FINE
    delays.wait_to_leave(s.services, work.counts, w.config.challenges, w.config.behaviour.capacity.slack.number)
    bill = visits.visit(s.services, work.counts, w.config.challenges, w.config.costs.unit_costs, s.month)
    month = posting.Events(
        work.conditions, work.frozen, work.capacity, work.moves, work.changes, work.redundancy, care, bill
    )
    work.pay, work.payments = posting.post(s.services, s.agencies, s.ledger, w.prices, month)
    s.ledger.check()


def look_back(model: "PlaceModel") -> None:
    """Planners see the month go by, agencies watch their cash, services perform and report."""
    s, work = model.state, model.work
    posting.remember(s.seen, work.counts, work.pay, work.payments, work.changes)
    work.deficit = np.zeros(s.ledger.cash.size, dtype=np.int64)
    if model.planning:
        work.deficit = posting.watch_cash(s.agencies, s.ledger)
    posting.perform(s.services, work.conditions, model.world.config.behaviour)
