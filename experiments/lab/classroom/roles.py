"""Who bargains: four parts that pupils play, what each has to spend, and what people may ask in return."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from experiments.analysis.economics.agencies import DEPARTMENTS
from experiments.analysis.economics.ledgers import HOUSEHOLDS
from experiments.lab.own_places import kept as own_places


@dataclass(frozen=True)
class Role:
    """A part that a pupil plays.

    Attributes:
        title: what it is called.
        books: whose books these are in the tables of who pays and who gains.
        agencies: whose budgets it speaks for; none for households, who put nothing in.
        about: what it does and wants, in lay words.
    """

    title: str
    books: str
    agencies: tuple[str, ...]
    about: str


ROLES = {
    "nhs": Role(
        "NHS",
        "nhs",
        ("nhs",),
        "You run hospitals and doctors. When help comes too late, people end up with you. Early help is mostly the "
        "council's job, so others must spend before you save.",
    ),
    "council": Role(
        "Council",
        "council",
        DEPARTMENTS,
        "You run care, housing and children's services. Your budget is cut most. Much of what your early help saves is "
        "saved by others.",
    ),
    "police": Role(
        "Police",
        "police",
        ("police",),
        "You answer when things have gone wrong. Your budget is the smallest. Less trouble in families and streets means "
        "less work for you.",
    ),
    "household": Role(
        "Household",
        HOUSEHOLDS,
        (),
        "You use the services, and you care for your own when nobody else does. You put in no money. You say what you "
        "want in return.",
    ),
}
OTHERS = Role("Other members", "", ("schools", "dwp"), "Schools and the benefits office.")
PAYERS = tuple(name for name, role in ROLES.items() if role.agencies)
HOUSEHOLD = "household"
DEMANDS = {
    "crises": "Fewer people who fall into a crisis",
    "refused": "Fewer people who are turned away",
    "wait_mean": "Shorter waits",
    "life_satisfaction_in_need": "A better life for people in need",
}
"""What households may ask for, each by the outcome that says whether they got it."""


@lru_cache(maxsize=16)
def budgets(place: str) -> dict[str, float]:
    """What each of those who pay has to spend in a year, in pounds, in a place that ships."""
    found: Mapping[str, Any] = own_places.data_of(place)["budgets"]
    return {name: sum(_pounds(found[agency]) for agency in ROLES[name].agencies) for name in PAYERS}


def _pounds(budget: Any) -> float:
    """A budget as a number, with or without what is known about it."""
    return float(budget["value"] if isinstance(budget, Mapping) else budget)
