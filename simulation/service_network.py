"""The network of a place's services and agencies: who owns, refers to, steps down to, learns from, answers to whom."""

import networkx as nx
import numpy as np

from simulation.parameters.quantity import AGENCIES, TIERS
from simulation.place import World, service_name
from simulation.state.columns import Services


def service_network(world: World, services: Services) -> nx.DiGraph:
    """Services, agencies and the centre: who owns, refers to, steps down to, learns from, answers to whom."""
    graph = nx.DiGraph(place=world.config.place.title)
    for a in AGENCIES[:-1]:
        graph.add_node(a, kind="agency")
        if a != "centre":
            graph.add_edge("centre", a, kind="envelope")
    names = [service_name(world, services, s) for s in range(services.tier.size)]
    for s, name in enumerate(names):
        graph.add_node(
            name,
            kind="service",
            challenge=world.challenges[services.challenge[s]],
            tier=TIERS[services.tier[s]],
            catchment=int(services.catchment[s]),
        )
        graph.add_edge(AGENCIES[services.owner[s]], name, kind="ownership")
    for area in range(world.ground.service.shape[0]):
        for c in range(len(world.challenges)):
            prevention, core, acute = (names[k] for k in world.ground.service[area, c])
            graph.add_edge(core, prevention, kind="referral")
            graph.add_edge(acute, core, kind="step_down")
    for s, t in zip(*np.nonzero(world.catalogue.peers), strict=True):
        graph.add_edge(names[s], names[t], kind="learning")
    return graph
