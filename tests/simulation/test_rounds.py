"""Lives that stop at each year's end: the same lives, unless services see what other councils have in use."""

import numpy as np
import pytest
from worlds import shipped

from simulation.mechanism.services.designs import EMBED, OtherCouncils, choose, eagerness
from simulation.run import YearlyLife, run

YEARS = 4


@pytest.fixture(scope="module")
def policy():
    return shipped()["radical"]


@pytest.fixture(scope="module")
def alone(town, policy):
    """A life that sees nobody, lived year by year."""
    life = YearlyLife(town, policy, replication=1)
    for year in range(1, YEARS + 1):
        life.live_to(year, 0, {})
    return life


def everywhere(town, years=YEARS, councils=6):
    """That many councils, of whose services as many use each design from the first year on."""
    catalogue = town.world.catalogue
    return {kind: np.full((years, len(catalogue.names)), float(councils)) for kind in catalogue.kinds}


def test_year_by_year_is_the_same_life(town, policy, alone):
    at_once = run(town, {"a": policy}, 1, YEARS, totals_only=True).months["a"]
    lived = alone.months()
    assert lived.keys() == at_once.keys()
    assert all(np.array_equal(lived[name], at_once[name], equal_nan=True) for name in at_once)


def test_what_is_in_use_is_counted_by_kind_at_each_years_end(town, alone):
    found, names = alone.designs_in_use(), town.world.catalogue.names
    assert found["month"].tolist() == [11, 23, 35, 47]
    services = alone._model.state.services
    kinds = np.array(town.world.catalogue.kinds)
    for kind in set(kinds):
        for d, name in enumerate(names):
            share = ((services.design == d) & (services.stage >= EMBED))[kinds == kind].mean()
            assert found[f"{kind}.{name}"][-1] == share
    assert any(column[-1] > 0 for name, column in found.items() if name != "month"), (
        "radical redesign has something in use"
    )


def test_what_others_use_is_copied_from_the_second_year_on(town, policy, alone):
    sees = YearlyLife(town, policy, replication=1)
    sees.live_to(1, 6, everywhere(town))
    first_year = {name: column[:12] for name, column in alone.months().items()}
    assert all(np.array_equal(first_year[each], column, equal_nan=True) for each, column in sees.months().items()), (
        "nobody has any in use before a year has ended, and in this luck no choice hangs on how many peers there are"
    )
    services = sees._model.state.services
    assert not services.copied.any()
    before = services.design.copy()
    sees.live_to(YEARS, 6, everywhere(town))
    begun = (services.design != before) & (services.design >= 0)
    assert begun.sum() > 5
    assert (services.copied[begun] == 1).all(), "it comes from elsewhere and loses in the adapting"
    assert (alone._model.state.services.copied[begun] == 0).any()


@pytest.mark.unhurried
def test_a_life_that_was_not_kept_is_lived_again_to_the_same_bits(town, policy):
    shown = everywhere(town)
    on, again = (YearlyLife(town, policy, replication=2) for _ in range(2))
    for year in range(1, YEARS + 1):
        on.live_to(year, 6, {kind: rows[: year - 1] for kind, rows in shown.items()})
    again.live_to(YEARS, 6, {kind: rows[: YEARS - 1] for kind, rows in shown.items()})
    assert all(np.array_equal(on.months()[name], column, equal_nan=True) for name, column in again.months().items())


def test_a_council_elsewhere_is_one_more_peer(town):
    """Chances of the designs a service may choose are as their weights, with councils among its peers."""
    catalogue, services = town.world.catalogue, town.state.copy().services
    services.design[:], services.stage[:] = -1, 0
    s = int(np.argmax(catalogue.applies.sum(axis=0)))
    one, two = np.flatnonzero(catalogue.applies[:, s])[:2]
    eager = eagerness(catalogue, {catalogue.names[d]: 1.0 for d in (one, two)})
    shares = np.zeros(len(catalogue.names))
    shares[two] = 2.5
    others = OtherCouncils(5, {catalogue.kinds[s]: shares[None]})
    peers, weight = int(catalogue.peers[s].sum()), 3.0
    heavy = 1 + weight * 2.5 / (peers + 5)
    draws = (np.arange(2000) + 0.5) / 2000
    for month, expected in ((11, 0.5), (12, heavy / (1 + heavy))):
        seen = others.using(catalogue.kinds[s], month), others.number
        picked = [choose(s, eager, services, catalogue, weight, u, "neighbours", seen) for u in draws]
        assert np.mean(np.array(picked) == two) == pytest.approx(expected, abs=1e-3)
