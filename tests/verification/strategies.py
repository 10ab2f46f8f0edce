"""What hypothesis makes up: citizens, peoples, policies, and the regimes that they put in force."""

import numpy as np
from hypothesis import strategies as st
from worlds import EVERY_DESIGN, EVERY_LEVER, policy_of, toy

from simulation.parameters.quantity import BUDGET_HOLDERS, COUNCIL
from simulation.state.codes import CaseState, Cause

CHALLENGES = tuple(toy().challenges)
MONTHS = 130  # ten years and what comes before them

share = st.floats(0, 1)
timing = {
    "strength": share,
    "start": st.integers(0, 12),
    "ramp": st.integers(0, 12),
    "lasts": st.none() | st.integers(0, 24),
}
members = st.lists(st.sampled_from(BUDGET_HOLDERS[:-1]), min_size=2, max_size=5, unique=True)
outside_council = [a for a in BUDGET_HOLDERS if a not in COUNCIL]


def lever(**settings):
    """A lever with any timing."""
    return st.fixed_dictionaries({**timing, **settings}).map(_timed)


def _timed(given):
    """Settings of a lever whose end lies as long after its start as it lasts."""
    end = None if given["lasts"] is None else given["start"] + given["lasts"]
    return {**{name: value for name, value in given.items() if name != "lasts"}, "end": end}


cuts = st.floats(-0.5, 0.9)
PLAIN_LEVERS = {
    "envelope": lever(
        cut=cuts,
        care=st.one_of(st.just("planned"), st.lists(cuts, min_size=1, max_size=3)),
        path=st.lists(share, min_size=1, max_size=3),
        others=st.dictionaries(st.sampled_from(outside_council), cuts, max_size=2),
    ),
    "eligibility": lever(rise=st.floats(0, 2), fit=st.floats(0, 5)),
    "efficiency": lever(yearly=st.floats(0, 0.2), years=st.integers(0, 5)),
    "pay": lever(yearly=st.floats(0, 0.1), years=st.integers(0, 12)),
    "charges": lever(share=share),
    "reserves": lever(share=share, years=st.integers(1, 10)),
    "targets": lever(pressure=share, inspection=st.floats(0, 5)),
    "freedom": lever(),
    "indicators": lever(clarity=share, audited=share),
    "pooling": lever(agencies=members, scope=st.sampled_from(["prevention", "whole_place"])),
    "support": lever(per_head=st.floats(0, 500)),
    "portfolio": lever(
        designs=st.lists(st.sampled_from(EVERY_DESIGN), min_size=1, unique=True),
        begin=st.dictionaries(
            st.sampled_from(EVERY_DESIGN),
            st.fixed_dictionaries(
                {"month": st.integers(0, 130), "share": st.floats(0.01, 1.0), "judged": st.booleans()}
            ),
            max_size=3,
        ),
    ),
    "transition": lever(fund=st.floats(0, 0.5), double_running=share, decommission=share, redundancy=st.floats(0, 5)),
    "protection": lever(
        ring_fence=st.dictionaries(st.sampled_from(BUDGET_HOLDERS), share, max_size=3), statutory_rise=share
    ),
}
assert {*PLAIN_LEVERS, "zones"} == set(EVERY_LEVER)


@st.composite
def policies(draw):
    """Any levers at any settings, in zones or not."""
    names = draw(st.lists(st.sampled_from(sorted(PLAIN_LEVERS)), unique=True))
    levers = {name: draw(PLAIN_LEVERS[name]) for name in names}
    if draw(st.booleans()):
        inside = draw(st.lists(st.sampled_from(sorted({*PLAIN_LEVERS} - {"envelope"})), unique=True, max_size=3))
        levers["zones"] = {
            "count": draw(st.integers(1, 60)),
            "levers": {name: draw(PLAIN_LEVERS[name]) for name in inside},
            "without": draw(st.lists(st.sampled_from(sorted(PLAIN_LEVERS)), unique=True, max_size=2)),
        }
    return policy_of(levers)


@st.composite
def regimes(draw):
    """Whatever any policy may put in force in any month, inside its zones or outside."""
    return draw(policies()).regime_at(draw(st.integers(-24, MONTHS)), in_zone=draw(st.booleans()))


@st.composite
def citizens(draw):
    """One citizen in any condition, as columns: feelings, and for each challenge level, cause left, severity, failures."""
    each = len(CHALLENGES)
    rows = {
        "level": st.integers(0, 2),
        "root": st.integers(0, 1),
        "luck": st.floats(0, 1, width=32),
        "cause": st.sampled_from([int(cause) for cause in Cause]),
        "since": st.integers(0, 255),
        "unmet": st.integers(0, 12),
    }
    found = {name: draw(st.lists(values, min_size=each, max_size=each)) for name, values in rows.items()}
    feelings = {"trust": share, "capability": share, "wellbeing": st.floats(0, 10)}
    return found | {name: draw(values) for name, values in feelings.items()}


def become(model, made_up):
    """The people of a place take on, in turn, the conditions of some citizens; whoever is in a service stays as they are."""
    people, rates = model.state.people, model.world.rates
    free = (people.state == CaseState.NONE) & (people.alive == 1)[:, None]
    possible = free & (rates.need.relative_risk[:, people.band] > 0).T
    for k, citizen in enumerate(made_up):
        own = np.arange(people.alive.size) % len(made_up) == k
        for name in ("trust", "capability", "wellbeing"):
            getattr(people, name)[own & (people.alive == 1)] = citizen[name]
        for c in range(len(CHALLENGES)):
            rows = own & possible[:, c]
            for name in ("level", "root", "luck", "cause", "since", "unmet"):
                getattr(people, name)[rows, c] = citizen[name][c]
            people.root[rows & (people.level[:, c] > 0), c] = 1


@st.composite
def peoples(draw):
    """A way of making any people out of a place's: other feelings, other needs, other failures behind them."""
    seed, needy = draw(st.integers(0, 2**32 - 1)), draw(share)
    trust, capability = draw(share), draw(share)

    def change(model):
        rng = np.random.default_rng(seed)
        people, rates = model.state.people, model.world.rates
        alive = people.alive == 1
        people.trust[alive], people.capability[alive] = trust, capability
        free = (people.state == CaseState.NONE) & alive[:, None] & (rates.need.relative_risk[:, people.band] > 0).T
        chosen = free & (rng.random(free.shape) < needy)
        people.level[chosen] = rng.integers(1, 3, chosen.sum())
        people.root[chosen] = 1
        people.luck[chosen] = rng.random(chosen.sum())
        people.cause[chosen] = rng.integers(0, 5, chosen.sum())

    return change
