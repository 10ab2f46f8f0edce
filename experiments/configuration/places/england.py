"""Holds an authority beside England: what it is filled with, and how far from England's a budget a head may be."""

from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

from experiments.configuration.files import strict_yaml
from experiments.configuration.places.figures import figure, filled

Node = dict[str, Any]
MOST = 8
"""Times England's budget a head, up to which an authority's is taken: the City of London serves commuters."""
LEAST = {"housing": 0.5}
"""The same downwards. The simulated services of housing take £18 to £27 a head wherever they are; England's budget is £47."""
LEAST_OF_OTHERS = 0.125
CHILDREN_DEPRIVED = 0.167
"""Share of children who are income-deprived, mean of England's districts by their people, Indices of Deprivation 2019."""
OF_ENGLAND = ("child_poverty_share", "crime_victim_share", "disabled_65plus_share", "cold_homes_share")
IN_CARE = "looked_after_children_per_10000"


@cache
def _england() -> Node:
    """The shipped place that has England's figures a head."""
    file = resources.files("configs").joinpath("place", "average_england.yaml")
    return strict_yaml.read(file.read_text(encoding="utf-8"), file.name)


def budget_bounds(agency: str, people: int, budget: Node) -> Node:
    """A budget, or as much of it as is near enough to England's a head to be of a place of people."""
    england = _england()
    a_head = england["budgets"][agency]["value"] / england["population"]["value"]
    least = round(people * a_head * LEAST.get(agency, LEAST_OF_OTHERS), -2)
    most = round(people * a_head * MOST, -2)
    if least <= budget["value"] <= most:
        return budget
    taken = min(max(budget["value"], least), most)
    times = LEAST.get(agency, LEAST_OF_OTHERS) if taken == least else MOST
    note = filled(f"{times:g} times England's a head; its own was {budget['value']:,}")
    return figure(
        taken,
        taken,
        taken,
        budget["unit"],
        f"assumption: as far from England's as a place of people may be; {budget['source']}",
        "J",
        note,
    )


def observed_of_england(children_deprived: float) -> Node:
    """Figures that are not published by authority: England's."""
    given = _england()["observed"]
    found = {}
    for key in OF_ENGLAND:
        found[key] = deepcopy(given[key]) | {"grade": "C", "note": filled("England's")}
    times = children_deprived / CHILDREN_DEPRIVED
    in_care = deepcopy(given[IN_CARE])
    scaled = {end: round(in_care[end] * times, 1) for end in ("value", "low", "high")}
    found[IN_CARE] = (
        in_care
        | scaled
        | {
            "source": f"assumption: as children's deprivation; {in_care['source']}",
            "grade": "J",
            "note": filled(
                f"England's {in_care['value']:g}, times its children's income deprivation ({times:.2f} of England's)"
            ),
        }
    )
    return found
