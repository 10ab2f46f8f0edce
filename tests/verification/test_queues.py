"""Waiting and giving up against Erlang: the model's queues are the textbook's in monthly steps.

Everybody has the same lasting need and asks when idle; a case ends by being resolved; who gives up may ask again.
Forty areas of 400 people with a service each are forty independent queues. Each is averaged over twelve years; their
spread gives the standard error. A mean more than 4.3 standard errors off (t with 39 degrees of freedom) is a false
alarm once in 10,000; there are ten such comparisons, so a right model fails in 1 of 1,000 sets of lucks.
"""

from functools import cache

import numpy as np
import pytest
from plain import PREVENTION, begin, by_area, give_slots, settled
from queue_theory import Queue, at_rest, erlang_a, erlang_c
from scipy import stats
from worlds import live

from simulation.state.codes import CaseState

AREAS, PEOPLE = 40, 400
WARM_UP, MONTHS = 48, 144
BACK = 0.5  # chance a month that a need resolved comes back: the way from being served to asking again
FURTHEST = 4.3  # standard errors

PATIENT = Queue(sources=PEOPLE, ask=0.006, slots=10, leave=0.25)
IMPATIENT = Queue(sources=PEOPLE, ask=0.009, slots=10, leave=0.25, give_up=0.15)


def place_of(queue, order="wait", back=BACK):
    """A place of many such queues: everybody has emerging need and asks prevention, which helps whom it can."""
    need = (
        ("need.onset", back),
        ("need.relapse", back),
        ("need.escalation", (0.0, 0.0)),
        ("need.recovery", (0.0, 0.0)),
        ("need.latent_fade", 0.0),
        ("seeking.rate", (queue.ask, 0.0)),
        ("seeking.ask_again", queue.ask),
        ("seeking.core_first", 0.0),
        ("services.prevention.resolve", queue.leave),
        ("services.prevention.root_removed", 1.0),
        ("services.prevention.longest_case", 250.0),
        ("services.prevention.abandonment", queue.give_up),
        ("services.prevention.assessment_hours", 0.0),
        ("services.prevention.threshold", 1.0),
    )
    behaviour = (("capacity__queue_order", order), ("citizens__memory_months", 0.0))
    return settled((PEOPLE, AREAS, behaviour, need))


@cache
def seen(queue, order="wait"):
    """Twelve years of forty queues: for each, the means that theory speaks of."""
    model = begin(place_of(queue, order), level=1)
    give_slots(model, PREVENTION, queue.slots)
    live(model, WARM_UP)
    sums = {name: np.zeros(AREAS) for name in ("served", "waiting", "someone_waits")}
    for _ in range(MONTHS):
        model.step()
        waiting = by_area(model, CaseState.WAITING)
        sums["waiting"] += waiting
        sums["someone_waits"] += waiting > 0
    table = model.recorder.table()
    late = slice(WARM_UP, None)
    whole = {name: table[name][late].sum() / MONTHS / AREAS for name in ("admitted", "abandoned", "waited_months")}
    return {name: total / MONTHS for name, total in sums.items()}, whole


def expected(queue):
    """The queue at rest: those on their way back to asking are no sources."""
    away = at_rest(queue).served * queue.leave / BACK - at_rest(queue).served * queue.leave
    return at_rest(queue._replace(sources=queue.sources - away))


def off(values, mean):
    """How many standard errors the mean of independent values is from what it should be."""
    return abs(values.mean() - mean) / (values.std(ddof=1) / np.sqrt(values.size))


class TestTheory:
    """The discrete queues themselves, against the published formulas."""

    def test_erlang_c_of_a_known_call_centre(self):
        """Ten agents offered 8 Erlangs: 0.4092 must wait (Erlang's tables)."""
        assert erlang_c(8.0, 10) == pytest.approx(0.4092, abs=5e-5)
        assert erlang_c(0.5, 1) == pytest.approx(0.5), "one server: the share is the load"

    def test_nobody_gives_up_at_rate_0(self):
        waits, lost = erlang_a(2.0, 10, 0.25, 0.0)
        assert waits == pytest.approx(erlang_c(8.0, 10), rel=1e-9)
        assert lost == 0

    def test_where_giving_up_is_like_leaving_the_queue_is_poisson(self):
        """Erlang A with give_up = leave is a queue with endless servers: its length is Poisson."""
        waits, _ = erlang_a(2.0, 10, 0.25, 0.25)
        assert waits == pytest.approx(stats.poisson.sf(9, 8.0), rel=1e-9)

    @pytest.mark.parametrize("queue", [PATIENT, IMPATIENT])
    def test_short_steps_and_many_sources_tend_to_erlang(self, queue):
        """A hundredth of a month and a million people: within half a per cent of Erlang's C and A."""
        arrivals = queue.ask * queue.sources * 0.9
        fine, many = 0.01, 1_000_000
        short = Queue(many, fine * arrivals / many, queue.slots, fine * queue.leave, fine * queue.give_up)
        rest = at_rest(short)
        waits, lost = erlang_a(arrivals, queue.slots, queue.leave, queue.give_up)
        assert rest.all_taken == pytest.approx(waits, rel=5e-3, abs=1e-3)
        assert rest.gave_up / rest.asked == pytest.approx(lost, rel=5e-3, abs=1e-9)


@pytest.mark.unhurried
@pytest.mark.parametrize("queue", [PATIENT, IMPATIENT], ids=["waiting", "giving up"])
def test_queues_are_as_long_as_theory_says(queue):
    """Mean number waiting, and share of months in which somebody waits, against the discrete Erlang C and A."""
    each, _ = seen(queue)
    rest = expected(queue)
    assert rest.waiting > 0.5, "a queue that is hardly ever there tests nothing"
    assert off(each["waiting"], rest.waiting) < FURTHEST
    shares = each["someone_waits"]
    assert 0.05 < shares.mean() < rest.all_taken, "somebody waits only where all slots are taken"


@pytest.mark.parametrize("queue", [PATIENT, IMPATIENT], ids=["waiting", "giving up"])
def test_as_many_are_admitted_and_give_up_as_theory_says(queue):
    """Flows over twelve years and forty queues, within 1% or 4.3 Poisson standard errors, whichever is wider."""
    _, whole = seen(queue)
    rest = expected(queue)
    admitted = rest.served * queue.leave
    wide = FURTHEST * np.sqrt(admitted / (MONTHS * AREAS))
    assert whole["admitted"] == pytest.approx(admitted, abs=max(wide, 0.01 * admitted))
    wide = FURTHEST * np.sqrt(2 * rest.gave_up / (MONTHS * AREAS))
    assert whole["abandoned"] == pytest.approx(rest.gave_up, abs=max(wide, 0.01 * rest.gave_up))


def test_the_mean_wait_is_littles():
    """Months waited per admission are the mean line over the mean admissions, in the record and in theory."""
    each, whole = seen(PATIENT)
    wait = whole["waited_months"] / whole["admitted"]
    by_little = each["waiting"].mean() / whole["admitted"]
    assert wait == pytest.approx(by_little, rel=0.04), "but for who waits at the window's edges"
    rest = expected(PATIENT)
    error = each["waiting"].std(ddof=1) / np.sqrt(AREAS) / rest.asked
    assert abs(wait - rest.wait) < FURTHEST * error + 0.02 * rest.wait


@pytest.mark.unhurried
def test_the_order_of_the_queue_changes_who_waits_and_not_how_many():
    """Cases do not differ in length, so by chance or first come first served the queue is as long."""
    for order in ("wait", "chance"):
        each, _ = seen(PATIENT, order)
        assert off(each["waiting"], expected(PATIENT).waiting) < FURTHEST


def test_with_more_slots_nobody_waits_longer():
    """First come first served, the same luck, one need each: two more slots make nobody's wait longer, and many
    people's shorter. Nothing statistical: each person is followed, and no two are equally severe."""
    once = Queue(sources=PEOPLE, ask=0.05, slots=6, leave=0.25)
    place = place_of(once, back=0.0)
    waits = []
    for slots in (once.slots, once.slots + 2):
        model = begin(place, level=1)
        give_slots(model, PREVENTION, slots)
        people = model.state.people
        people.luck[:, 0] = np.random.default_rng(1).permutation(people.alive.size) / people.alive.size
        waited = np.zeros(people.alive.size, dtype=int)
        for _ in range(36):
            model.step()
            waited += people.state[:, 0] == CaseState.WAITING
        waits.append(waited)
    assert (waits[1] <= waits[0]).all()
    assert (waits[1] < waits[0]).sum() > 1000
