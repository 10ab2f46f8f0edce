"""What a settled place is measured by, one function per kind of figure, in the figure's own unit."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from experiments.questions.calibrate.targets import LEVEL_OF
from experiments.questions.calibrate.watch import Watched
from simulation.accounts.measures import FAILURES
from simulation.parameters.quantity import TIERS
from simulation.settling.baseline import at_risk
from simulation.state.agencies import INDEX

PER_1000 = 1000.0
OLD = ("@age_65_74", "@age_75plus")
SOON = 2  # whole months waited: 0 or 1 is within two months of asking
TWENTIETH = 0.05


def _mean(watched: Watched, name: str) -> float:
    """A count's average over the months."""
    return float(watched.months[name].mean())


def _yearly(watched: Watched, name: str) -> float:
    """A flow's sum over a year, on average."""
    return 12 * _mean(watched, name)


def _people_at_risk(watched: Watched, challenge: str) -> int:
    return at_risk(watched.settled, watched.settled.world.challenges.index(challenge))


def need_of(watched: Watched, challenge: str, figure: str) -> float:
    """A figure listed under `observed` in a challenge's file: how many of those at risk are in need, in crisis, served."""
    people = _people_at_risk(watched, challenge)
    if figure in LEVEL_OF:
        return _mean(watched, f"need.{challenge}.{LEVEL_OF[figure]}") / people
    if figure == "crises_per_1000_at_risk_year":
        return PER_1000 * _yearly(watched, f"crises.{challenge}") / people
    if figure == "users_core_share":
        return _mean(watched, f"in_service.{challenge}.core") / people
    raise KeyError(figure)


def failure_share(watched: Watched, challenge: str = "") -> float:
    """Share of contacts that ask again about the same need."""
    if challenge:
        again = _yearly(watched, f"contacts.{challenge}.failure")
        return again / max(1.0, again + _yearly(watched, f"contacts.{challenge}.value"))
    again = sum(_yearly(watched, f"contacts.{why}") for why in FAILURES)
    return again / max(1.0, again + _yearly(watched, "contacts.value"))


def started_within_two_months(watched: Watched, challenge: str) -> float:
    """Share of those admitted from a queue who waited less than two months."""
    waits = watched.waits[watched.settled.world.challenges.index(challenge)]
    return float(waits[:SOON].sum() / max(1, waits.sum()))


def adults_who_take_half_the_cost(watched: Watched) -> float:
    """Share of adults, the costliest first, on whom half of a year's cost of adults falls."""
    cost = np.sort(watched.yearly_cost[watched.served_adult])[::-1]
    if not cost.size:
        return 0.0
    return float(np.searchsorted(np.cumsum(cost), cost.sum() / 2) + 1) / watched.adults


def top_twentieth_of_cost(watched: Watched) -> float:
    """Share of a year's cost that falls on the costliest 5% of people."""
    cost = np.sort(watched.yearly_cost)[::-1]
    return float(cost[: round(TWENTIETH * watched.people)].sum() / max(cost.sum(), 1e-9))


def staff_turnover(watched: Watched) -> float:
    """Share of staff who leave in a year."""
    return watched.left


def vacancy_share(watched: Watched) -> float:
    """Share of funded posts without anybody in them."""
    return _mean(watched, "vacancies") / max(_mean(watched, "staff_funded"), 1e-9)


def _services(watched: Watched, challenge: str, tier: str = "") -> NDArray[np.bool_]:
    services, world = watched.settled.state.services, watched.settled.world
    chosen = services.challenge == world.challenges.index(challenge)
    return np.asarray(chosen & (services.tier == TIERS.index(tier))) if tier else np.asarray(chosen)


def spend_per_head(watched: Watched, payer_or_challenge: str, tier: str = "") -> float:
    """Pounds a year per resident that an agency's modelled services cost, or those of one tier of a challenge."""
    cost = watched.service_cost
    if tier:
        return float(cost[_services(watched, payer_or_challenge, tier)].sum()) / watched.people
    return float(cost[:, INDEX[payer_or_challenge]].sum()) / watched.people


def _aged_65plus(watched: Watched, name: str) -> float:
    return sum(_mean(watched, f"{name}{age}") for age in OLD)


def spend_per_person_65plus(watched: Watched, challenge: str, agency: str) -> float:
    """Pounds a year per person aged 65 and over that a challenge's services cost an agency."""
    cost = watched.service_cost[_services(watched, challenge), INDEX[agency]].sum()
    return float(cost) / max(_aged_65plus(watched, "citizens"), 1.0)


def need_65plus(watched: Watched, challenge: str) -> float:
    """Share of people aged 65 and over with an established need or in crisis."""
    needy = sum(_aged_65plus(watched, f"need.{challenge}.{level}") for level in (2, 3))
    return needy / max(_aged_65plus(watched, "citizens"), 1.0)


def new_needs_a_year(watched: Watched, challenge: str) -> float:
    """Needs that begin in a year, per person at risk and not in need."""
    free = _people_at_risk(watched, challenge) - sum(_mean(watched, f"need.{challenge}.{level}") for level in (1, 2, 3))
    return _yearly(watched, f"new_needs.{challenge}") / max(free, 1.0)


def delayed_days(watched: Watched, challenge: str) -> float:
    """Days a year, per 1,000 citizens, that people ready to leave acute care stay for want of a place to go."""
    return PER_1000 * _yearly(watched, f"delayed_days.{challenge}") / watched.people


MEASURES: dict[str, Callable[..., float]] = {
    measure.__name__: measure
    for measure in (
        need_of, failure_share, started_within_two_months, adults_who_take_half_the_cost, top_twentieth_of_cost,
        staff_turnover, vacancy_share, spend_per_head, spend_per_person_65plus, need_65plus, new_needs_a_year, delayed_days,
    )
}  # fmt: skip


def measured(watched: Watched, measure: str) -> float:
    """What a place measures by a name such as `failure_share.safety`."""
    name, *words = measure.split(".")
    return float(MEASURES[name](watched, *words))
