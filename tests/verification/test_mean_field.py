"""The agents against a stock-and-flow twin (mean_field.py) of the same challenge, network off.

Enough capacity: every agent is an independent draw from the twin, so counts are binomial; a gap of 4.5 standard
errors is a false alarm 7 times in a million, and there are under 200 comparisons: 1 set of lucks in 700. Too little
capacity: agents compete, and six lucks give the standard error (t with 5 degrees of freedom).
"""

import numpy as np
import pytest
from mean_field import Stock, Twin, wants
from plain import ACUTE, CORE, PREVENTION, begin, give_slots, settled
from scipy import stats
from worlds import live

from simulation.state.codes import CaseState

PEOPLE = 10_000
FEWER = 8_000
SHORT_OF, YEARS = 2 / 3, 5
FURTHEST = 4.5
LOOKED_AT = (1, 6, 12, 36, 72, 120)
QUICKER = (
    ("need.onset", 0.03),
    ("need.escalation", (0.03, 0.03)),
    ("seeking.rate", (0.05, 0.15)),
    ("seeking.core_first", 0.8),
)
SHIPPED = ()
FLOWS = {
    "new": "new_needs",
    "crises": "crises",
    "value": "contacts.obesity.value",
    "failure": "contacts.obesity.failure",
    "refused": "refused",
    "admitted": "admitted",
    "abandoned": "abandoned",
    "resolved": "resolved",
}
NO_ASSESSMENT = (("services.prevention.assessment_hours", 0.0), ("services.core.assessment_hours", 0.0))


def twin_of(place, slots=None):
    """The twin of a plain place."""
    config = place.world.config
    memory = config.behaviour.citizens.memory_months.number
    return Twin(config.challenges["obesity"], memory, slots)


def stocks_of(model):
    """Shares of the agents by level and by where they stand."""
    p = model.state.people
    alive = p.alive == 1
    level, state, tier = p.level[alive, 0], p.state[alive, 0], p.tier[alive, 0]
    served = state == CaseState.SERVED
    return {
        **{f"level {k}": (level == k).sum() for k in range(4)},
        "latent": ((level == 0) & (p.root[alive, 0] == 1)).sum(),
        "prevention": (served & (tier == PREVENTION)).sum(),
        "core": (served & (tier == CORE)).sum(),
        "acute": (served & (tier == ACUTE)).sum(),
        "ready": (state == CaseState.READY).sum(),
        "waiting": (state == CaseState.WAITING).sum(),
    }


def stocks_of_twin(twin):
    """The same shares of the twin."""
    tier = lambda s: s.place[0] if isinstance(s.place, tuple) else s.place  # noqa: E731
    return {
        **{f"level {k}": twin.share(lambda s, k=k: s.level == k) for k in range(4)},
        "latent": twin.share(lambda s: s.level == 0 and s.cause == "relapsed"),
        **{name: twin.share(lambda s, name=name: tier(s) == name) for name in ("prevention", "core", "acute", "ready")},
        "waiting": twin.share(lambda s: str(s.place).startswith("waiting")),
    }


def test_the_twin_loses_nobody():
    place = settled((PEOPLE, 1, (), QUICKER))
    for slots in (None, {"prevention": 0.01, "core": 0.02}):
        twin = twin_of(place, slots)
        for _ in range(24):
            twin.month()
            assert sum(twin.stocks.values()) == pytest.approx(1.0, abs=1e-9)
            assert min(twin.stocks.values()) >= 0


@pytest.mark.slow
@pytest.mark.parametrize("rates", [SHIPPED, QUICKER], ids=["shipped rates", "quicker rates"])
def test_agents_are_independent_draws_from_the_twin_where_capacity_is_elastic(rates):
    """Ten years from no need: ten stocks and eight flows at six dates."""
    place = settled((PEOPLE, 1, (), rates))
    model, twin, wrong = begin(place, elastic=True), twin_of(place), {}
    for month in range(1, LOOKED_AT[-1] + 1):
        model.step()
        twin.month()
        if month not in LOOKED_AT:
            continue
        table = model.recorder.table()
        seen = stocks_of(model) | {flow: int(table[column][-1]) for flow, column in FLOWS.items()}
        for name, share in {**stocks_of_twin(twin), **{flow: twin.flows[flow] for flow in FLOWS}}.items():
            spread = np.sqrt(PEOPLE * share * (1 - share))
            if abs(seen[name] - PEOPLE * share) > FURTHEST * spread + 1e-6:
                wrong[month, name] = f"{seen[name]} agents, {PEOPLE * share:.1f} expected, +-{spread:.1f}"
    assert wrong == {}


@pytest.mark.slow
def test_agents_match_the_twin_where_capacity_is_fixed_and_short():
    """Two thirds of what is wanted, places by lot, six lucks over five years: yearly means within 1% of the twin's or
    5.9 standard errors (t with 5 degrees of freedom: 1 in 500 for each of ten means, 1 in 50 for all)."""
    place = settled((FEWER, 1, (("capacity__queue_order", "chance"),), (*QUICKER, *NO_ASSESSMENT)))
    elastic = twin_of(place)
    for _ in range(12 * YEARS):
        elastic.month()
    wanted = stocks_of_twin(elastic)
    slots = {tier: np.floor(FEWER * wanted[tier] * SHORT_OF) / FEWER for tier in ("prevention", "core")}
    twin, means = twin_of(place, slots), {}
    for month in range(12 * YEARS):
        twin.month()
        if month >= 12 * YEARS - 12:
            for name, share in (stocks_of_twin(twin) | {flow: twin.flows[flow] for flow in FLOWS}).items():
                means[name] = means.get(name, 0.0) + share / 12
    assert means["waiting"] > 0.3 * (slots["prevention"] + slots["core"]), "nobody competes"
    lucks = [_last_year(place, slots, replication) for replication in range(6)]
    wrong = {}
    for name in (
        "level 1",
        "level 2",
        "prevention",
        "core",
        "waiting",
        "crises",
        "failure",
        "refused",
        "abandoned",
        "resolved",
    ):
        seen = np.array([luck[name] for luck in lucks]) / FEWER
        margin = stats.t.isf(0.001, 5) * seen.std(ddof=1) / np.sqrt(6) + 0.01 * means[name]
        if abs(seen.mean() - means[name]) > margin:
            wrong[name] = f"{seen.mean():.5f} agents, {means[name]:.5f} expected, +-{margin:.5f}"
    assert wrong == {}


def _last_year(place, slots, replication):
    """Means over the last year of one luck."""
    model, sums = begin(place, replication), {}
    for tier, name in ((PREVENTION, "prevention"), (CORE, "core")):
        give_slots(model, tier, round(slots[name] * FEWER))
    live(model, 12 * YEARS - 12)
    for _ in range(12):
        model.step()
        for name, count in stocks_of(model).items():
            sums[name] = sums.get(name, 0.0) + count / 12
    table = model.recorder.table()
    return sums | {flow: table[column][-12:].mean() for flow, column in FLOWS.items()}


def test_the_twin_waits_as_its_places_say():
    """By hand: of two waiting for one place, half get it."""
    place = settled((PEOPLE, 1, (), QUICKER))
    twin = twin_of(place, {"prevention": 0.5, "core": 0.0})
    twin.stocks = {Stock(1, place="waiting prevention"): 1.0}
    twin.flows = dict.fromkeys(("admitted",), 0.0)
    twin.fill()
    assert twin.stocks == {Stock(1, place=("prevention", 0)): 0.5, Stock(1, place="waiting prevention"): 0.5}
    assert wants(Stock(3, place=("ready", 1)), "core")
