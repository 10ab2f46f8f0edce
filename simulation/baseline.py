"""What a place settles at, beside what was observed there around 2010, and how far it is from the edge."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.parameters import Quantity
from simulation.parameters.quantity import BUDGET_HOLDERS, TIERS
from simulation.run import NO_POLICY, Settled, Table
from simulation.state.agencies import INDEX
from simulation.state.people import SETTLING
from simulation.state.ties import describe

LOADS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
YEARS_WATCHED = 6
RUNS_AWAY_LEVEL = 1.1  # crises this much above usual ...
RUNS_AWAY_GROWTH = 1.02  # ... and still growing by this much a year, after six years
LEVEL_NAMES = ("emerging", "established", "crisis")


class Row(NamedTuple):
    """One line of the baseline report."""

    label: str
    model: float | str
    observed: float | None
    unit: str
    source: str


def baseline_report(settled: Settled, tipping: bool = True) -> list[Row]:
    """The settled place beside the real figures: need, users, waits, money, ties, and the distance to the edge."""
    rows = _needs(settled) + _services(settled) + _money(settled) + _steadiness(settled) + _network(settled)
    return rows + (_edge(settled) if tipping else [])


def _year(months: Table, name: str) -> float:
    """A measure's sum over the last twelve months."""
    return float(months[name][-12:].sum())


def _seen(quantity: Quantity | None, grade: bool = True) -> tuple[float | None, str]:
    """An observed number and its source."""
    if quantity is None:
        return None, ""
    return quantity.number, f"{quantity.source} [{quantity.grade}]" if grade else quantity.source


def at_risk(settled: Settled, c: int) -> int:
    """How many people are of an age at which they may have a need."""
    people = settled.situation.people
    return int(((settled.world.rates.relative_risk[c, people.band] > 0) & (people.alive == 1)).sum())


def _needs(settled: Settled) -> list[Row]:
    """Need by challenge and level, crises begun, users of core services, per 100 or 1,000 people at risk."""
    rows = []
    for c, (name, challenge) in enumerate(settled.world.config.challenges.items()):
        people = at_risk(settled, c)
        for level, word in enumerate(LEVEL_NAMES, 1):
            observed, source = _seen(challenge.observed.get(f"prevalence_{word}"))
            share = _year(settled.months, f"need.{name}.{level}") / 12 / people
            rows.append(Row(f"{name}: {word}", 100 * share, None if observed is None else 100 * observed,
                            "% of those at risk", source))  # fmt: skip
        observed, source = _seen(challenge.observed.get("crises_per_1000_at_risk_year"))
        rows.append(Row(f"{name}: crises begun", 1000 * _year(settled.months, f"crises.{name}") / people, observed,
                        "per 1,000 at risk a year", source))  # fmt: skip
        observed, source = _seen(challenge.observed.get("users_core_share"))
        users = _year(settled.months, f"in_service.{name}.core") / 12 / people
        rows.append(Row(f"{name}: in core service", 100 * users, None if observed is None else 100 * observed,
                        "% of those at risk", source))  # fmt: skip
    return rows


def _services(settled: Settled) -> list[Row]:
    """Users by tier, waits, failure demand, delayed days."""
    m, head = settled.months, _year(settled.months, "citizens") / 12
    rows = [
        Row(f"users, {tier}", 1000 * _year(m, f"users.{tier}") / 12 / head, None, "per 1,000 citizens", "")
        for tier in TIERS
    ]
    failure = sum(_year(m, f"contacts.{k}") for k in ("refused", "abandoned", "unresolved", "relapsed"))
    asked = failure + _year(m, "contacts.value")
    return [
        *rows,
        Row("wait before service, mean", _year(m, "waited_months") / max(1.0, _year(m, "admitted")), None, "months", ""),
        Row("wait before service, nine in ten within", _year(m, "waiting_p90") / 12, None, "months", ""),
        Row("failure demand", 100 * failure / max(1.0, asked), 30.0, "% of contacts",
            "Public Money & Management 2021 (police, non-urgent); prior 15-60 [A]"),
        Row("refused", 1000 * _year(m, "refused") / head, None, "per 1,000 citizens a year", ""),
        Row("delayed days", 1000 * _year(m, "delayed_days") / head, None, "per 1,000 citizens a year", ""),
    ]  # fmt: skip


def _money(settled: Settled) -> list[Row]:
    """What the modelled services cost, beside each agency's real budget."""
    situation, config = settled.situation, settled.world.config
    head = float(situation.people.alive.sum())
    modelled = np.zeros(len(INDEX))
    np.add.at(modelled, situation.services.owner, situation.seen.pay)
    modelled += situation.seen.payments.sum(axis=0)
    rows = []
    for agency in BUDGET_HOLDERS:
        budget = config.place.budgets[agency]  # type: ignore[index]
        per_head = budget.number / config.place.population.number
        rows.append(Row(f"modelled services of {agency}", modelled[INDEX[agency]] / head, per_head,
                        "pounds a head a year, of the whole budget", f"{budget.source} [{budget.grade}]"))  # fmt: skip
    return rows


def trend(series: NDArray[np.generic], share: float = 1.0) -> float:
    """Growth of a monthly series, per cent a year, by a straight line through its last years."""
    values = np.asarray(series, dtype=np.float64)[-int(series.size * share) :]
    months = np.arange(values.size)
    mean = values.mean()
    return float(100 * 12 * np.polyfit(months, values, 1)[0] / mean) if mean > 0 else 0.0


def _steadiness(settled: Settled) -> list[Row]:
    """How steady the place was over the last three years of settling."""
    months = settled.months
    names = {
        "people in need": "in_need",
        "crises begun": "crises",
        "first contacts": "contacts.value",
        "waiting": "waiting",
    }
    return [
        Row(f"trend of {label}, last three years of settling", trend(months[name][-36:]), 0.0, "% a year", "")
        for label, name in names.items()
    ]  # fmt: skip


def _network(settled: Settled) -> list[Row]:
    """The citizens' network in four numbers."""
    about = describe(settled.situation.people, settled.world.ties)
    units = {
        "mean_degree": "people known",
        "clustering": "share of closed triangles",
        "ties_in_own_area": "share of ties",
        "mean_household": "people",
        "living_alone": "share of households",
    }
    return [Row(name.replace("_", " "), about[name], None, unit, "") for name, unit in units.items()]


def _edge(settled: Settled) -> list[Row]:
    """The loop gain of failure demand, and the extra load at which the status quo runs away."""
    m = settled.months
    failure = sum(_year(m, f"contacts.{k}") for k in ("refused", "abandoned", "unresolved", "relapsed"))
    gain = failure / max(1.0, failure + _year(m, "contacts.value"))
    point = tipping_point(settled)
    shown: float | str = (
        f"+{100 * point:.0f}%" if point is not None else f"none up to +{100 * LOADS[-1]:.0f}%"
    )
    return [
        Row(
            "loop gain of failure demand",
            gain,
            None,
            "further contacts bred by a contact; 1 would run away",
            "",
        ),
        Row("tipping point", shown, None, "extra work per case at which crises keep growing for years", ""),
    ]


def tipping_point(settled: Settled) -> float | None:
    """The smallest extra load, of those tried, at which the status quo runs away; none if none does.

    Capacity stays what it was, every case and assessment takes more hours, and the place lives on for six years.
    """
    usual = _crises(settled, 0.0)[-1]
    for load in LOADS:
        crises = _crises(settled, load)
        if crises[-1] > RUNS_AWAY_LEVEL * usual and crises[-1] > RUNS_AWAY_GROWTH * crises[-2]:
            return load
    return None


def _crises(settled: Settled, load: float) -> NDArray[np.float64]:
    """Crises begun in each year under a heavier load, smoothed over two years."""
    situation = settled.situation.copy()
    situation.services.hours_per_case[:] *= 1 + load
    situation.services.assessment_hours[:] *= 1 + load
    key = key_of(settled.world.config.seed, SETTLING)
    model = PlaceModel(settled.world, situation, NO_POLICY, key, planning=False)
    for _ in range(12 * YEARS_WATCHED):
        model.step()
    years = model.recorder.table()["crises"].reshape(YEARS_WATCHED, 12).sum(axis=1)
    model.let_go()
    return (years[1:] + years[:-1]) / 2.0
