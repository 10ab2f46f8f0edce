"""Draws the place's agencies and services as a network, each service coloured by the design it runs."""

import math
import textwrap
from collections.abc import Mapping
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.verdicts.sentence import listed
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.style import INK, PALETTE, QUIET, TEXT, WIDTH, figures

STANDARD = "standard"
OTHERS = "other designs"
SHAPES = ("o", "s", "^", "D", "v", "P")
COLUMNS = 2
PANEL_INCHES = 5.0
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
KEPT = ("arm", "replication", "month", "service", "agency", "design", "caseload", "challenge", "tier")
SEED = 0.23
"""Distance between neighbouring services in a disc, in the layout's own units; the rest follows from it."""
CELL_GAP, LABEL_ROOM = 2.5 * SEED, 2.0 * SEED
LABEL_LETTERS = 12
KEY_TITLE = "Each shape is one service, its size the\nnumber of people in it. It runs:"
PANEL_POINTS = 330.0
TOUCHING = 1.45
"""Width of the largest dot in distances between neighbours."""
SMALLEST = 0.15
"""Area of a service with nobody in it as a share of the area of the largest."""

SENDING = ("referral", "step_down")
SENT = PALETTE[0]
EDGES = {"referral": (SENT, "dashed"), "ownership": ("#BDBDBD", "solid")}
Place = tuple[float, float]


def draw(results: Results) -> Drawing:
    """Draws one panel per arm at the last year's end, from the first replication."""
    services = results.services
    last = services[services["month"] == services["month"].max()]
    data = last[last["replication"] == last["replication"].min()].sort_values(["arm", "service"], ignore_index=True)
    data["caseload"] = data["caseload"].astype(float).fillna(0.0)
    data["service"] = _names(data, results.network)
    designs = _legend(data)
    data = data.assign(shown_as=[name if name in designs else OTHERS for name in data["design"]])
    graph = _graph(data, results.network)
    places = _places(graph, data)
    title = f"Services and agencies, by the design each service runs, end of year {results.years}"
    figure = _figure(results, data, graph, places, designs)
    counts = _counts(last, results)
    kept = data[[*KEPT]]
    return Drawing(title, _caption(results), figure, _alt(results, data, counts), kept, counts)


def _legend(data: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Gives the most used designs a colour and a shape each; the rest share the last."""
    used = data.loc[data["design"] != STANDARD, "design"].value_counts()
    names = sorted(used.index, key=lambda name: (-used[name], name))
    if len(names) > len(PALETTE):
        names = [*names[: len(PALETTE) - 1], OTHERS]
    return {
        STANDARD: ("#B5B5B5", "o"),
        **{name: (PALETTE[i], SHAPES[(i + 1) % len(SHAPES)]) for i, name in enumerate(names)},
    }


def _names(data: pd.DataFrame, network: Mapping[str, Any]) -> list[Any]:
    """Calls each service what the graph calls the one of the same challenge, tier and catchment."""
    what = ["challenge", "tier", "catchment"]
    services = [node for node in network["nodes"] if node["kind"] == "service"]
    known = {tuple(node[key] for key in what): node["id"] for node in services}
    return [known[mine] for mine in data[what].itertuples(index=False, name=None)]


def _graph(data: pd.DataFrame, network: Mapping[str, Any]) -> nx.Graph:
    """Builds the graph of who owns which service, with the referrals between services."""
    graph = nx.Graph()
    for row in data.drop_duplicates("service").itertuples():
        graph.add_edge(row.agency, row.service, kind="ownership")
    for edge in network["links"]:
        source, target = edge["source"], edge["target"]
        if edge["kind"] in SENDING and source in graph and target in graph and not graph.has_edge(source, target):
            graph.add_edge(source, target, kind="referral")
    return graph


def _places(graph: nx.Graph, data: pd.DataFrame) -> dict[str, Place]:
    """Puts agencies into rows, those that send each other people side by side, services around each.

    Services fill a disc like the seeds of a sunflower, so that an agency's area shows how many it has.
    """
    owners = data.drop_duplicates("service").set_index("service")["agency"]
    members = {agency: sorted(owners.index[owners == agency]) for agency in sorted(set(owners))}
    cell = 2 * SEED * math.sqrt(max(len(names) for names in members.values()) + 1) + CELL_GAP
    wide = math.ceil(math.sqrt(len(members)))
    places: dict[str, Place] = {}
    for number, agency in enumerate(_ring(members, owners, graph)):
        row, column = divmod(number, wide)
        column = column if row % 2 == 0 else wide - 1 - column
        centre = (column * cell, -row * (cell + LABEL_ROOM))
        places[agency] = centre
        for seed, service in enumerate(members[agency], start=1):
            reach, turn = SEED * math.sqrt(seed + 0.3), seed * GOLDEN_ANGLE
            places[service] = (centre[0] + reach * math.cos(turn), centre[1] + reach * math.sin(turn))
    return places


def _ring(members: dict[str, list[str]], owners: pd.Series, graph: nx.Graph) -> list[str]:
    """Orders agencies so that the one most connected to the last one placed comes next."""
    ties: dict[tuple[str, str], int] = {}
    for a, b in graph.edges:
        if a in owners.index and b in owners.index and owners[a] != owners[b]:
            pair = (str(min(owners[a], owners[b])), str(max(owners[a], owners[b])))
            ties[pair] = ties.get(pair, 0) + 1
    waiting = sorted(members, key=lambda agency: (-len(members[agency]), agency))
    ring = [waiting.pop(0)]
    while waiting:
        here = ring[-1]
        nearest = max(waiting, key=lambda a: (ties.get((min(a, here), max(a, here)), 0), len(members[a]), a))
        waiting.remove(nearest)
        ring.append(nearest)
    return ring


def _figure(
    results: Results, data: pd.DataFrame, graph: nx.Graph, places: dict[str, Place], designs: dict[str, tuple[str, str]]
) -> Figure:
    """Lays out a panel per arm and the key in the cell after the last."""
    cells = len(results.arms) + 1
    rows = math.ceil(cells / COLUMNS)
    figure = Figure(figsize=(WIDTH, PANEL_INCHES * rows + 0.5), layout="constrained")
    grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes, arm in zip(grid, results.arms, strict=False):
        _panel(axes, arm, data[data["arm"] == arm], graph, places, designs)
    for axes in grid[len(results.arms) :]:
        axes.axis("off")
    grid[len(results.arms)].legend(
        handles=_key(designs), loc="center left", title=KEY_TITLE, alignment="left", labelspacing=0.7
    )
    return figure


def _panel(
    axes: Axes,
    arm: str,
    data: pd.DataFrame,
    graph: nx.Graph,
    places: dict[str, Place],
    designs: dict[str, tuple[str, str]],
) -> None:
    """Draws one arm's services around their agencies."""
    for kind, (colour, dash) in EDGES.items():
        ends = [(*places[a], *places[b]) for a, b, k in graph.edges(data="kind") if k == kind]
        xs = [x for x1, _, x2, _ in ends for x in (x1, x2, math.nan)]
        ys = [y for _, y1, _, y2 in ends for y in (y1, y2, math.nan)]
        thin = kind == "referral"
        axes.plot(xs, ys, color=colour, linestyle=dash, lw=0.5 if thin else 0.8, alpha=0.45 if thin else 1, zorder=1)
    axes.set_aspect("equal")
    axes.axis("off")
    _frame(axes, places)
    widest = PANEL_POINTS / np.ptp(axes.get_xlim()) * SEED * TOUCHING
    largest = max(float(data["caseload"].max()), 1.0) if len(data) else 1.0
    for name, (colour, shape) in designs.items():
        part = data[data["shown_as"] == name]
        if part.empty:
            continue
        xy = np.array([places[service] for service in part["service"]])
        size = widest**2 * (SMALLEST + (1 - SMALLEST) * part["caseload"] / largest)
        axes.scatter(xy[:, 0], xy[:, 1], s=size, c=colour, marker=shape, edgecolors="white", linewidths=0.6, zorder=3)
    for agency, names in data.groupby("agency")["service"]:
        x, y = places[agency]
        top = max(places[name][1] for name in names) + SEED
        axes.scatter([x], [y], s=20, c=INK, marker="h", zorder=4)
        axes.text(
            x,
            max(top, y + 2 * SEED),
            textwrap.fill(plain(str(agency)), LABEL_LETTERS),
            size=TEXT,
            weight="bold",
            ha="center",
            va="bottom",
            zorder=5,
            linespacing=0.95,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5},
        )
    changed = int((data["design"] != STANDARD).sum())
    axes.set_title(f"{plain(arm)}\n")
    axes.text(
        0, 1.01, f"{changed} of {len(data)} services redesigned", transform=axes.transAxes, color=QUIET, va="bottom"
    )


def _frame(axes: Axes, places: dict[str, Place]) -> None:
    """Sets the limits of a panel a little wider than what stands in it, with room for the names above."""
    xy = np.array(list(places.values()))
    room = 3 * SEED
    axes.set_xlim(xy[:, 0].min() - room, xy[:, 0].max() + room)
    axes.set_ylim(xy[:, 1].min() - SEED, xy[:, 1].max() + 2 * LABEL_ROOM + SEED)


def _key(designs: dict[str, tuple[str, str]]) -> list[Line2D]:
    """Makes the entries that say which shape and colour is which design, and what the lines are."""
    marks = [
        Line2D([], [], linestyle="none", marker=shape, color=colour, markersize=10,
               label="the standard design" if name == STANDARD else plain(name))
        for name, (colour, shape) in designs.items()
    ]  # fmt: skip
    marks.append(Line2D([], [], linestyle="none", marker="h", color=INK, markersize=6, label="the agency itself"))
    marks.append(Line2D([], [], color="#BDBDBD", lw=1.5, label="is run by this agency"))
    marks.append(Line2D([], [], color=SENT, lw=1.5, linestyle="dashed", label="sends people on to"))
    return marks


def _counts(last: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Counts the services under each design in every arm, averaged over replications."""
    runs = last.groupby("arm")["replication"].nunique()
    counts = last.groupby(["design", "arm"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(results.arms), fill_value=0) / runs.reindex(list(results.arms))
    order = sorted(counts.index, key=lambda name: (name != STANDARD, -counts.loc[name].sum(), name))
    return counts.loc[order].reset_index().rename(columns={"design": "services (average)"}).rename_axis(columns=None)


def _caption(results: Results) -> str:
    """Says what is drawn and which run it is."""
    return (
        "Services are gathered around the agency that runs them. "
        + (
            f"One replication of {results.replications} is drawn; the table gives averages over all. "
            if results.replications > 1
            else ""
        )
        + "A dashed line joins services that send people on to one another."
    )


def _alt(results: Results, data: pd.DataFrame, counts: pd.DataFrame) -> str:
    """Tells how many services run which design in every arm."""
    agencies = listed([plain(agency) for agency in sorted(set(data["agency"]))])
    parts = [f"Network diagrams, one per arm, of services gathered around their agencies: {agencies}."]
    for arm in results.arms:
        one = data[data["arm"] == arm]
        changed = int((one["design"] != STANDARD).sum())
        used = counts[(counts["services (average)"] != STANDARD) & (counts[arm] > 0)]
        told = [
            f"{plain(name)} {figures(value)}" for name, value in zip(used["services (average)"], used[arm], strict=True)
        ]
        average = f" On average over replications: {listed(told)}." if told else " None runs a new design."
        parts.append(f"{plain(arm)}: {changed} of the {len(one)} services drawn are redesigned.{average}")
    return " ".join(parts)
