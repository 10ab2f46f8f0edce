"""Holds a place's totals against one another: people counted and declared, and budgets a head beside England's."""

from functools import cache

from experiments.configuration import options
from experiments.errors import Fault
from simulation.parameters import PlaceConfig
from simulation.parameters.quantity import Agency

ENGLAND = "average_england"
"""The shipped place whose budgets are England's a head, with publisher and year of each."""
UNUSUAL, BEYOND_BELIEF = 4, 10
"""Times England's budget a head. Of the places that ship the furthest is Westminster's housing, at 3.8 times."""


def check_people(place: PlaceConfig) -> list[Fault]:
    """The people in the table of areas are as many as the place's file says."""
    people = sum(sum(area.people) for area in place.areas)
    declared = place.population
    low, high = (end for end in (declared.low, declared.high) if isinstance(end, float))
    if not place.areas or low <= people <= high:
        return []
    return [
        Fault(
            "place.population",
            f"is {declared.number:,.0f} ({low:,.0f} to {high:,.0f}), and {place.areas_file} holds {people:,} people",
            "correct the table, or place.population with its low and high",
        )
    ]


@cache
def _of_england() -> tuple[float, dict[str, dict[str, float]]]:
    """The people of a place like England as a whole, and its budgets; each with its publisher and year in that file."""
    england = options.Option("place", ENGLAND, options.shipped_root().joinpath("place"), True).read()
    return england["population"]["value"], england["budgets"]


def _times_england(place: PlaceConfig) -> dict[Agency, tuple[float, float, float]]:
    """Each agency's budget in pounds a head, England's, and how many times that it is; agencies without one are left out."""
    people, (everybody, england) = sum(sum(area.people) for area in place.areas), _of_england()
    found: dict[Agency, tuple[float, float, float]] = {}
    for agency, budget in place.budgets.items():
        if people and budget.number > 0:
            here, there = budget.number / people, england[agency]["value"] / everybody
            found[agency] = (here, there, here / there)
    return found


def _unlike(times: float, factor: float) -> bool:
    """Whether a ratio is further from 1 than a factor, either way."""
    return not 1 / factor <= times <= factor


def check_money(place: PlaceConfig) -> list[Fault]:
    """No agency has a budget a head that no place of England could have: noughts were lost, or it is of another place."""
    return [
        Fault(
            f"place.budgets.{agency}.value={place.budgets[agency].number:.12g}",
            f"is £{here:,.4g} a head and England's was £{there:,.4g} in 2010-11; more than {BEYOND_BELIEF} times more or less "
            "is taken for a mistake",
            "the yearly pounds of the whole place; 0 for an agency that has none",
        )
        for agency, (here, there, times) in _times_england(place).items()
        if _unlike(times, BEYOND_BELIEF)
    ]


def unusual_money(place: PlaceConfig) -> list[str]:
    """A note for each agency whose budget a head is far from England's."""
    return [
        f"place.budgets.{agency} is £{here:,.4g} a head, {times:.2g} times England's £{there:,.4g} of 2010-11"
        for agency, (here, there, times) in _times_england(place).items()
        if _unlike(times, UNUSUAL)
    ]
