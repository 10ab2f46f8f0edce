"""Who knows whom: households, neighbours, and people met at school or work.

Neighbours and associates are kept as sparse rows (`start`, `other`); households are read from the dwelling itself,
so that a newborn has a family at once. Rings over people ordered by who they are and where they live give ties
that cluster and are alike (homophily) without storing more than eight numbers a person.
"""

from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, many
from simulation.parameters import BehaviourConfig, DemographyConfig
from simulation.parameters.behaviour import NetworkxTies
from simulation.state.columns import People

Ints = NDArray[np.int64]
SCHOOL = (1, 2)  # age bands at school
WORK = (3, 4, 5)  # age bands of working age
NETWORKX_LIMIT = 50_000


class Ties(NamedTuple):
    """Ties outside the household: row i's are other[start[i] : start[i + 1]]."""

    start: NDArray[np.int64]
    other: NDArray[np.int32]


def _ring(order: Ints, group: Ints, reach: int) -> list[tuple[Ints, Ints]]:
    """Tie each person to the next `reach` people of the same group in an order that closes on itself."""
    if order.size == 0 or reach == 0:
        return []
    groups = group[order]
    _, first, size = np.unique(groups, return_index=True, return_counts=True)
    which = np.repeat(np.arange(first.size), size)
    place = np.arange(order.size) - first[which]
    pairs = []
    for step in range(1, reach + 1):
        apart = size[which] > step
        onto = first[which] + (place + step) % size[which]
        pairs.append((order[apart], order[onto[apart]]))
    return pairs


def _associates(
    people: People,
    demography: DemographyConfig,
    behaviour: BehaviourConfig,
    deprivation: NDArray[np.float64],
    chance: NDArray[np.float64],
    reach: int,
) -> list[tuple[Ints, Ints]]:
    """Classmates from the same part of the place, workmates from areas about as deprived."""
    pupils = np.flatnonzero(np.isin(people.band, SCHOOL) & (people.alive == 1))
    pupils = pupils[np.lexsort((chance[pupils], people.area[pupils]))]
    workers = np.flatnonzero(np.isin(people.band, WORK) | (people.alive == 0))
    alike = behaviour.ties.deprivation_homophily.number
    rank = np.argsort(np.argsort(deprivation, kind="stable"), kind="stable") / max(1, deprivation.size)
    sorting = alike * rank[people.area[workers]] + (1 - alike) * chance[workers]
    workers = workers[np.lexsort((workers, sorting))]
    pairs = []
    for who, size in ((pupils, demography.school_group.number), (workers, demography.workplace_group.number)):
        group = np.empty(people.alive.size, dtype=np.int64)
        group[who] = np.arange(who.size) // int(size)
        pairs += _ring(who, group, reach)
    return pairs


def _from_networkx(wanted: NetworkxTies, rows: int, seed: int) -> list[tuple[Ints, Ints]]:
    """Ties made by one of NetworkX's own generators."""
    if rows > NETWORKX_LIMIT:
        raise ValueError(f"behaviour.ties.networkx is for places of at most {NETWORKX_LIMIT} rows; this one has {rows}")
    generator = getattr(nx, wanted.generator, None)
    if generator is None:
        raise ValueError(f"behaviour.ties.networkx.generator: NetworkX has no generator '{wanted.generator}'")
    graph = generator(rows, **wanted.arguments, seed=seed)
    edges = np.array(sorted(graph.edges()), dtype=np.int64).reshape(-1, 2)
    return [(edges[:, 0], edges[:, 1])]


def tie(
    people: People, demography: DemographyConfig, behaviour: BehaviourConfig, deprivation: NDArray[np.float64], key: Key
) -> Ties:
    """Draw the ties of a place, vacant dwellings included (an arrival takes over a dwelling's ties)."""
    rows = people.alive.size
    chance = np.stack([many(np.arange(rows), 0, int(Event.TIES), k, *key) for k in range(2)])
    if behaviour.ties.networkx is not None:
        pairs = _from_networkx(behaviour.ties.networkx, rows, key.k0)
    else:
        alike = behaviour.ties.age_homophily.number
        sorting = alike * people.band / 8 + (1 - alike) * chance[0]
        order = np.lexsort((np.arange(rows), sorting, people.area))
        pairs = _ring(order, people.area.astype(np.int64), behaviour.ties.neighbours // 2)
        pairs += _associates(people, demography, behaviour, deprivation, chance[1], behaviour.ties.associates // 2)
    return _sparse(pairs, rows)


def _sparse(pairs: list[tuple[Ints, Ints]], rows: int) -> Ties:
    """Both directions of every tie, each once, as sparse rows."""
    if not pairs:
        return Ties(np.zeros(rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int32))
    one, two = (np.concatenate(side) for side in zip(*pairs, strict=True))
    apart = one != two
    one, two = one[apart], two[apart]
    code = np.sort(np.concatenate([one * rows + two, two * rows + one]))
    code = code[np.diff(code, prepend=-1) != 0]
    start = np.searchsorted(code, np.arange(rows + 1) * rows)
    return Ties(start.astype(np.int64), (code % rows).astype(np.int32))


def as_networkx(people: People, ties: Ties) -> nx.Graph:
    """The citizens' network as a NetworkX graph, edges marked `household` or `tie`."""
    graph = nx.Graph()
    living = np.flatnonzero(people.alive == 1)
    graph.add_nodes_from((int(i), {"area": int(people.area[i]), "band": int(people.band[i])}) for i in living)
    for i in living:
        for j in ties.other[ties.start[i] : ties.start[i + 1]]:
            if people.alive[j]:
                graph.add_edge(int(i), int(j), kind="tie")
        for j in housemates(people, int(i)):
            graph.add_edge(int(i), j, kind="household")
    return graph


def describe(people: People, ties: Ties, sample: int = 2000) -> dict[str, float]:
    """Mean degree, mean household size, clustering (of a sample) and homophily of the citizens' network."""
    living = np.flatnonzero(people.alive == 1)
    chosen = living[:: max(1, living.size // sample)]
    near = [_circle(people, ties, int(i)) for i in chosen]
    closed, possible = 0, 0
    for circle in near:
        members = list(circle)
        for n, a in enumerate(members):
            known = _circle(people, ties, a)
            closed += sum(1 for b in members[n + 1 :] if b in known)
        possible += len(members) * (len(members) - 1) // 2
    same_area = [np.mean([people.area[j] == people.area[i] for j in c]) for i, c in zip(chosen, near, strict=True) if c]
    _, members_of = np.unique(people.household[living], return_counts=True)
    return {
        "people": float(living.size),
        "mean_degree": float(np.mean([len(c) for c in near])),
        "clustering": closed / possible if possible else 0.0,
        "ties_in_own_area": float(np.mean(same_area)),
        "mean_household": float(members_of.mean()),
        "living_alone": float(np.mean(members_of == 1)),
    }


def _circle(people: People, ties: Ties, i: int) -> set[int]:
    """Everyone a citizen knows who is there to be known."""
    known = {int(j) for j in ties.other[ties.start[i] : ties.start[i + 1]] if people.alive[j]}
    return known | set(housemates(people, i))


def housemates(people: People, i: int) -> list[int]:
    """Rows of the others who live in a citizen's household."""
    others, j = [], int(people.housemate[i])
    while j != i:
        if people.alive[j]:
            others.append(j)
        j = int(people.housemate[j])
    return others
