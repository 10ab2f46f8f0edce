"""Metamorphic relations: how results must move when the question moves, whatever they are.

More slots and nobody's longer wait is in test_queues.py; prices, unit costs and twice the people are in
tests/simulation/test_extremes.py.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import EVERY_LEVER, differences, live, moved, policy_of, start_of, toy, under, with_numbers, world_of

from simulation.parameters.quantity import BUDGET_HOLDERS
from simulation.policy.levers import LEVERS
from simulation.run import run
from simulation.settling.settle import settle
from simulation.state.codes import CORE, Cause


def _refused(model):
    """Who has been refused in the month just lived, by row and challenge."""
    people = model.state.people
    asked_core = people.asked == CORE + 1
    return asked_core & (people.cause == Cause.REFUSED)


@pytest.mark.parametrize(("lower", "higher"), [(0.0, 0.2), (0.2, 0.5), (0.5, 2.0)])
def test_a_higher_threshold_makes_nobody_eligible(hamlet_2011, lower, higher):
    """In the first month both places are the same people asking; whoever the lower threshold refuses, the higher does."""
    models = [under(hamlet_2011, policy_of({"eligibility": {"rise": rise, "fit": 0.0}})) for rise in (lower, higher)]
    for model in models:
        model.state.services.threshold_2010[:] = np.minimum(model.state.services.threshold_2010, 1.6)
        live(model, 1)
    strict, mild = _refused(models[1]), _refused(models[0])
    assert (strict | ~mild).all(), "somebody is refused by the lower threshold and not by the higher"
    tables = [model.recorder.table() for model in models]
    for name in tables[0]:
        if name.startswith("refused"):
            assert tables[1][name][0] >= tables[0][name][0], name
    assert (tables[0]["contacts.value"] == tables[1]["contacts.value"]).all()


def test_refusals_do_rise_with_the_threshold(hamlet_2011):
    """Otherwise the relation above would hold for the wrong reason."""
    counts = [
        live(under(hamlet_2011, policy_of({"eligibility": {"rise": rise, "fit": 0.0}})), 1).recorder.table()["refused"][
            0
        ]
        for rise in (0.0, 2.0)
    ]
    assert counts[1] > counts[0]


@pytest.mark.unhurried
@given(st.lists(st.sampled_from(sorted(LEVERS)), unique=True, min_size=1), st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_adding_levers_that_are_off_changes_nothing(hamlet, names, chance):
    """Any policy, with any unused levers put anywhere among its own."""
    used = {name: EVERY_LEVER[name] for name in names}
    unused = {name: {**EVERY_LEVER[name], "strength": 0.0} for name in set(LEVERS) - set(names)}
    order = [*used, *unused]
    chance.shuffle(order)
    order.sort(key=lambda name: list(used).index(name) if name in used else -1)
    padded = {name: {**used, **unused}[name] for name in order}
    result = run(hamlet, {"plain": policy_of(used), "padded": policy_of(padded)}, 0, years=2)
    assert differences(result.months["plain"], result.months["padded"]) == []


@pytest.mark.slow
def test_two_identical_places_merged_have_the_same_rates():
    """The town's areas listed twice, with twice the money and localities: rates within 4 Poisson standard errors, doubled
    for clustering; six rates, false alarms about 1 in 1,000."""
    config = world_of()
    place = config.place
    twin = tuple(a.model_copy(update={"area": f"{a.area} again"}) for a in place.areas)
    budgets = {a: moved(place.budgets[a], 2 * place.budgets[a].number) for a in BUDGET_HOLDERS}
    merged = place.model_copy(
        update={
            "areas": (*place.areas, *twin),
            "localities": 2 * place.localities,
            "budgets": budgets,
            "population": moved(place.population, 2 * place.population.number),
        }
    )
    one, both = settle(config), settle(config.model_copy(update={"place": merged}))
    assert int(both.state.people.alive.sum()) == pytest.approx(2 * int(one.state.people.alive.sum()), rel=0.01)
    for name in ("crises", "new_needs", "contacts.value", "refused", "resolved", "abandoned"):
        counts = [place.months[name][-36:].sum() for place in (one, both)]
        people = [place.months["citizens"][-36:].sum() for place in (one, both)]
        rates = [count / head for count, head in zip(counts, people, strict=True)]
        margin = 4 * np.sqrt(2 * sum(1 / count for count in counts)) + 0.01
        assert abs(rates[0] - rates[1]) / rates[1] < margin, name


def test_a_cheaper_case_is_a_place_more(hamlet_2011):
    """Half the hours per case and half the staff: the same places, the same lives, half the pay."""
    whole, half = (under(hamlet_2011, policy_of(), budgets="standing") for _ in range(2))
    services = half.state.services
    for column in (
        services.hours_per_case,
        services.assessment_hours,
        services.staff,
        services.funded,
        services.carried,
        services.load,
        services.care_each,
        services.care_2010,
    ):
        column[:] *= 0.5
    live(whole, 12)
    live(half, 12)
    one, other = whole.recorder.table(), half.recorder.table()
    lives = [n for n in differences(one, other) if n.startswith(("need.", "crises", "refused", "users", "admitted"))]
    assert lives == []
    paid = [sum(c.sum() for n, c in t.items() if n.startswith("spend.") and n.endswith(".staff")) for t in (one, other)]
    assert paid[1] == pytest.approx(paid[0] / 2, rel=1e-4)


def test_a_need_nobody_can_have_is_no_need(hamlet_2011):
    """A challenge whose relative risk is 0 at every age adds services and no life differs."""
    config = toy()
    copy = with_numbers(config.challenges["obesity"], {"need.relative_risk": (0.0,) * 9})
    wider = config.model_copy(update={"challenges": {**config.challenges, "nothing": copy}})
    model = live(under(start_of(settle(wider)), policy_of(), budgets="standing"), 12)
    usual = live(under(hamlet_2011, policy_of(), budgets="standing"), 12)
    one, other = usual.recorder.table(), model.recorder.table()
    assert not any(other[n].any() for n in other if ".nothing" in n and not n.startswith("spend."))
    for name in one:
        if name.startswith(("need.", "crises.", "users.", "contacts.")) and "@" not in name:
            assert (one[name] == other[name]).all(), name
