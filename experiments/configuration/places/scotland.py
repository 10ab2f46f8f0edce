"""Holds a Scottish council beside East Lothian, whose file has what is known of money: by council no return covers the rest."""

from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

from experiments.configuration.files import strict_yaml
from experiments.configuration.places.authorities import Authority, Line
from experiments.configuration.places.figures import filled

Node = dict[str, Any]
LIKE = "east_lothian"
WHY = {
    "adult_care": "income deprivation, as England's councils spend",
    "children": "children and income deprivation, as England's councils spend",
    "housing": "income deprivation, as England's councils spend",
    "council_other": "income deprivation, as England's councils spend",
    "schools": "children and income deprivation, as England's councils spend",
    "nhs": "its ages and deprivation",
    "police": "its deprivation by crime, itself filled",
    "dwp": "its income deprivation",
}
"""What a budget a head goes with; one that is not named is the same everywhere."""
OF_THE_NATION = (
    "home_care_users_per_1000_65plus",
    "residential_users_per_1000_65plus",
    "council_care_users_per_1000_65plus",
    "child_poverty_share",
    "crime_victim_share",
    "disabled_65plus_share",
    "cold_homes_share",
    "scottish_block_grant_2014_15",
)
"""Figures of East Lothian's file that are all Scotland's, or England's."""
OWN = {
    "income_deprived_share": "income_deprived",
    "employment_deprived_share": "employment_deprived",
    "employment_rate": "employment_rate",
    "claimant_share": "claimants",
}
"""Figures that are published by council, and their columns."""
BY_RANKS = ("income_deprived_share", "employment_deprived_share")
IN_CARE = "looked_after_children_per_10000"
ENDS = ("value", "low", "high")


@cache
def _like() -> Node:
    """The shipped place that has what is known of a Scottish council's money."""
    file = resources.files("configs").joinpath("place", f"{LIKE}.yaml")
    return strict_yaml.read(file.read_text(encoding="utf-8"), file.name)


def money(authority: Authority, line: Line) -> Node:
    """What each agency had in 2010-11, and how far councils' services fell: East Lothian's a head, and Scotland's as a whole."""
    cut = deepcopy(_like()["cut"])
    budgets = {agency: _budget(authority, line, agency, given) for agency, given in _like()["budgets"].items()}
    return {"budgets": budgets, "cut": cut | {"note": filled(cut["note"])}}


def _budget(authority: Authority, line: Line, agency: str, given: Node) -> Node:
    """One agency's budget; East Lothian's stays what it is."""
    if authority.name == LIKE:
        return deepcopy(given)
    like, times = _like()["population"]["value"], float(line.get(agency, 1))
    pounds = {end: round(given[end] / like * authority.population * times, -2) for end in ENDS}
    why = f", times {times:.2f} for {WHY[agency]}" if agency in WHY else ""
    note = filled(f"East Lothian's GBP {given['value'] / like:,.0f} a head{why}")
    return given | pounds | {"source": f"assumption: as East Lothian; {given['source']}", "grade": "J", "note": note}


def observed(line: Line) -> Node:
    """Figures of 2010 to hold the place against: its own where they are published by council, Scotland's else."""
    given = _like()["observed"]
    found = {}
    for key, column in OWN.items():
        found[key] = deepcopy(given[key]) | dict.fromkeys(ENDS, float(line[column]))
        if key in BY_RANKS and line["rates_published"] == "0":
            found[key] |= {"grade": "C", "note": filled("what councils of its ranks of deprivation have")}
    for key in OF_THE_NATION:
        note = given[key].get("note", "Scotland")
        found[key] = deepcopy(given[key]) | {"grade": "C", "note": filled(f"one figure for all councils; {note}")}
    return found | {IN_CARE: _in_care(line)}


def _in_care(line: Line) -> Node:
    """Children in care: East Lothian's, as income deprivation."""
    given = _like()["observed"]
    in_care = deepcopy(given[IN_CARE])
    times = float(line["income_deprived"]) / given["income_deprived_share"]["value"]
    if times == 1:
        return in_care
    scaled = {end: round(in_care[end] * times, 1) for end in ENDS}
    how = filled(f"East Lothian's {in_care['value']:g}, times its income deprivation ({times:.2f} of East Lothian's)")
    source = f"assumption: as income deprivation; {in_care['source']}"
    return in_care | scaled | {"source": source, "grade": "J", "note": f"{how}; {in_care['note']}"}
