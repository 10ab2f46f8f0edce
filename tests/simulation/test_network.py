"""Who knows whom, who lives with whom, and how services and agencies hang together."""

import networkx as nx
import numpy as np
import pytest
from worlds import live, policy_of, start_of, toy, under, with_behaviour, world_of

from simulation.build import build, learning_peers
from simulation.draws import key_of
from simulation.mechanism.citizens.case import lives_alone
from simulation.parameters.behaviour import NetworkxTies
from simulation.parameters.quantity import AGENCIES
from simulation.place import service_network
from simulation.settling.settle import settle
from simulation.state.people import SETTLING, SPARE_ROWS, scaled_counts
from simulation.state.ties import as_networkx, describe, housemates


@pytest.fixture(scope="module")
def begun():
    """The town before time begins."""
    return build(world_of())


@pytest.fixture(scope="module")
def people(begun):
    return begun.people


@pytest.fixture(scope="module")
def ties(begun):
    return begun.ties


def pairs(ties):
    """Both ends of every tie, in both directions."""
    ends = np.repeat(np.arange(ties.start.size - 1), np.diff(ties.start))
    return ends, ties.other.astype(np.int64)


def test_ties_are_mutual_single_and_never_with_oneself(ties):
    one, other = pairs(ties)
    assert (one != other).all()
    known = set(zip(one.tolist(), other.tolist(), strict=True))
    assert len(known) == one.size, "a tie is stored twice"
    assert all((b, a) in known for a, b in known)


def test_households_are_people_of_one_area_in_consecutive_rows(people):
    alive = np.flatnonzero(people.alive == 1)
    for home in np.unique(people.household[alive]):
        rows = alive[people.household[alive] == home]
        assert (np.diff(rows) == 1).all()
        assert len(set(people.area[rows])) == 1
        assert (people.housemate[rows] == np.roll(rows, -1)).all()
        assert {lives_alone(i, people) for i in rows} == {rows.size == 1}


def test_households_are_about_as_large_as_real_ones(people):
    """England 2011: 2.36 people a household, 30% of households one person alone; within a tenth and a quarter."""
    alive = people.alive == 1
    _, size = np.unique(people.household[alive], return_counts=True)
    assert size.mean() == pytest.approx(2.36, rel=0.1)
    assert (size == 1).mean() == pytest.approx(0.30, rel=0.25)
    assert size.max() < 12


def test_children_live_with_adults(people):
    alive = np.flatnonzero(people.alive == 1)
    adults = set(people.household[alive][people.band[alive] >= 3])
    children = people.household[alive][people.band[alive] < 3]
    assert np.mean([home in adults for home in children]) > 0.99


def test_living_alone_follows_age(people, town):
    """By age band, within 5 points of what the configuration asks for (bands of at least 200 people)."""
    wanted = town.world.config.demography.lone_share.row
    for band in range(3, 9):
        here = (people.alive == 1) & (people.band == band)
        if here.sum() >= 200:
            alone = [lives_alone(i, people) for i in np.flatnonzero(here)]
            assert np.mean(alone) == pytest.approx(wanted[band], abs=0.05)


def test_the_network_has_a_plausible_degree_clustering_and_homophily(people, ties, town):
    """Each citizen knows household, about four neighbours and, of school or working age, about four associates; ties close
    into triangles far more often than chance (degree / people, below 1%); most are in one's own area."""
    about = describe(people, ties)
    behaviour = town.world.config.behaviour
    most = behaviour.ties.neighbours + behaviour.ties.associates + about["mean_household"] + 1
    assert behaviour.ties.neighbours < about["mean_degree"] < most
    assert 0.1 < about["clustering"] < 0.7
    assert about["clustering"] > 20 * about["mean_degree"] / about["people"]
    assert about["ties_in_own_area"] > 0.4
    assert about["people"] == 5000


def test_ties_are_with_people_of_similar_age_and_area(people, ties, town):
    """Correlation of age band and of deprivation across ties: above 0.3 and 0.5; without homophily below that of age."""

    def alike(ties, column):
        one, other = pairs(ties)
        both = (people.alive[one] == 1) & (people.alive[other] == 1)
        return np.corrcoef(column[one[both]], column[other[both]])[0, 1]

    deprivation = town.world.ground.deprivation[people.area]
    assert alike(ties, people.band.astype(float)) > 0.3
    assert alike(ties, deprivation) > 0.5
    mixed = build(with_behaviour(world_of(), ties__age_homophily=0.0, ties__deprivation_homophily=0.0))
    assert alike(mixed.ties, people.band.astype(float)) < alike(ties, people.band.astype(float)) - 0.1
    assert alike(mixed.ties, deprivation) < alike(ties, deprivation) - 0.1


@pytest.mark.parametrize(("neighbours", "associates"), [(0, 0), (2, 0), (0, 6), (8, 8)])
def test_the_number_of_ties_is_what_is_asked_for(neighbours, associates):
    _, people, ties, _ = build(with_behaviour(toy(), ties__neighbours=neighbours, ties__associates=associates))
    degree = np.diff(ties.start)
    assert degree.max(initial=0) <= neighbours + associates
    working = (people.band >= 3) & (people.band <= 5)
    if associates == 0:
        assert degree.mean() == pytest.approx(neighbours, abs=0.1)
    else:
        assert degree[working].mean() > degree[~working].mean()


@pytest.mark.parametrize(
    ("generator", "arguments"),
    [
        ("watts_strogatz_graph", {"k": 6, "p": 0.1}),
        ("barabasi_albert_graph", {"m": 3}),
        ("fast_gnp_random_graph", {"p": 0.005}),
    ],
)
def test_ties_can_come_from_any_networkx_generator(generator, arguments):
    config = with_behaviour(toy(), ties__networkx=NetworkxTies(generator=generator, arguments=arguments))
    built, again = build(config), build(config)
    assert (built.ties.other == again.ties.other).all(), "not seeded"
    first_word = key_of(config.seed, SETTLING).k0
    wanted = getattr(nx, generator)(built.people.alive.size, **arguments, seed=first_word)
    one, other = pairs(built.ties)
    assert set(zip(one.tolist(), other.tolist(), strict=True)) == {*wanted.edges, *((b, a) for a, b in wanted.edges)}
    assert live(start_of(settle(config)), 3).recorder.table()["citizens"].all()


def test_an_unknown_generator_is_refused():
    with pytest.raises(ValueError, match="no_such_graph"):
        build(with_behaviour(toy(), ties__networkx=NetworkxTies(generator="no_such_graph")))


@pytest.mark.unhurried
def test_the_citizens_network_converts_to_networkx(people, ties):
    graph = as_networkx(people, ties)
    assert graph.number_of_nodes() == (people.alive == 1).sum()
    assert nx.number_of_selfloops(graph) == 0
    about = describe(people, ties, sample=10_000)
    assert 2 * graph.number_of_edges() / graph.number_of_nodes() == pytest.approx(about["mean_degree"])
    assert nx.transitivity(graph) == pytest.approx(about["clustering"], abs=0.05)
    assert {kind for _, _, kind in graph.edges(data="kind")} == {"household", "tie"}


def test_everybody_of_a_household_sees_everybody_else_of_it(hamlet_2011):
    """Household ties are mutual for those born later, too: a child sees its family and the family sees the child."""
    model = live(under(hamlet_2011, policy_of()), 24)
    people = model.state.people
    alive = np.flatnonzero(people.alive == 1)
    born = [int(i) for i in alive if people.birth_month[i] > 0 and people.generation[i] > 0]
    assert born
    unseen = []
    for child in born:
        family = set(alive[people.household[alive] == people.household[child]].tolist()) - {child}
        unseen += [(child, member) for member in family if member not in _seen_at_home(people, child)]
        unseen += [(member, child) for member in family if child not in _seen_at_home(people, member)]
    assert unseen == [], f"{len(unseen)} of a household do not see one another"


def _seen_at_home(people, row):
    """Whom a person meets at home, as the rules read it off the ring of housemates."""
    return set(housemates(people, row))


def test_who_is_left_alone_lives_alone(hamlet_2011):
    """Death, birth and moving change who lives alone: it is having no living housemate, whenever that came about."""
    model = live(under(hamlet_2011, policy_of()), 24)
    people = model.state.people
    alive = np.flatnonzero(people.alive == 1)
    wrong = [int(i) for i in alive if lives_alone(i, people) != (not housemates(people, int(i)))]
    assert wrong == [], f"{len(wrong)} of {alive.size} are wrongly said to live alone, or with others"


@pytest.mark.parametrize("scale", [0.02, 0.1, 0.37, 1.0])
def test_running_totals_keep_every_age_band_at_its_real_size(scale):
    place = world_of("croydon").place
    real = np.array([area.people for area in place.areas]).sum(axis=0) * scale
    assert np.abs(scaled_counts(place, scale).sum(axis=0) - real).max() <= 0.5 + 1e-6


def test_a_scale_without_people_in_some_area_is_refused_with_a_scale_that_works():
    place = world_of("croydon").place
    with pytest.raises(ValueError, match=r"use scale=0\.\d+ or more") as refused:
        scaled_counts(place, 0.0001)
    advised = float(str(refused.value).split("use scale=")[1].split()[0])
    assert scaled_counts(place, advised).sum(axis=1).min() > 0


def test_areas_hold_their_real_people(town, people):
    config = town.world.config
    for k, area in enumerate(config.place.areas):
        here = people.area == k
        assert (people.alive[here] == 1).sum() == sum(area.people)
        assert here.sum() == pytest.approx((1 + SPARE_ROWS) * sum(area.people), abs=1)
        assert (np.bincount(people.band[here & (people.alive == 1)], minlength=9) == area.people).all()


def test_fifths_hold_a_fifth_each():
    """To within 2%, where areas are small enough to be divided so (Croydon has 220)."""
    world, people, _, _ = build(world_of("croydon", scale=0.02))
    alive = people.alive == 1
    share = np.bincount(world.ground.fifth[people.area[alive]], minlength=5) / alive.sum()
    assert (np.abs(share - 0.2) < 0.02).all()
    deprivation = [world.ground.deprivation[world.ground.fifth == k].mean() for k in range(5)]
    assert deprivation == sorted(deprivation, reverse=True)


class TestServicesAndAgencies:
    """The network of services and agencies."""

    @pytest.fixture(scope="class")
    @staticmethod
    def graph(town):
        return service_network(town.world, town.state.services)

    def test_every_service_has_one_owner_and_the_centre_sets_every_envelope(self, graph):
        services = [n for n, kind in graph.nodes(data="kind") if kind == "service"]
        for name in services:
            owners = [a for a, _, kind in graph.in_edges(name, data="kind") if kind == "ownership"]
            assert len(owners) == 1
            assert owners[0] in AGENCIES
        assert {b for _, b, kind in graph.out_edges("centre", data="kind") if kind == "envelope"} == set(AGENCIES[:-2])

    def test_core_refers_to_prevention_and_acute_steps_down_to_core(self, graph):
        tier = dict(graph.nodes(data="tier"))
        challenge = dict(graph.nodes(data="challenge"))
        for a, b, kind in graph.edges(data="kind"):
            if kind == "referral":
                assert (tier[a], tier[b]) == ("core", "prevention")
            if kind == "step_down":
                assert (tier[a], tier[b]) == ("acute", "core")
            if kind in ("referral", "step_down", "learning"):
                assert challenge[a] == challenge[b]

    def test_peers_learn_from_each_other_and_not_from_themselves(self, town):
        peers = town.world.catalogue.peers
        services = town.state.services
        assert (peers == peers.T).all()
        assert not peers.diagonal().any()
        for s, t in zip(*np.nonzero(peers), strict=True):
            assert (services.challenge[s], services.tier[s]) == (services.challenge[t], services.tier[t])

    def test_in_a_large_place_only_near_catchments_learn_from_each_other(self):
        kinds, catchments = np.array(["a"] * 12), np.arange(12)
        peers = learning_peers(kinds, catchments)
        assert (peers.sum(axis=1) == 4).all()
        assert peers[0, 1]
        assert peers[0, 11]
        assert not peers[0, 6]
        assert nx.is_connected(nx.from_numpy_array(peers))
