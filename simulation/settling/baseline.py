"""What a place settles at, beside what was observed there around 2010, and how far it is from the edge."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import Quantity
from simulation.parameters.observed import Observed
from simulation.parameters.quantity import BUDGET_HOLDERS, TIERS
from simulation.settling.settled import Settled, Table
from simulation.settling.tipping_point import LOADS, RUNS_AWAY_GROWTH, YEARS_WATCHED, tipping_point
from simulation.state.agencies import INDEX
from simulation.state.ties import describe

PER_CENT, PER_1000 = 100.0, 1000.0
LEVELS = ("emerging", "established", "crisis")
NONE_PUBLISHED = "no published figure was found that counts all services together"
USERS_ADDED = "the challenges' figures added up; whoever uses two services counts twice, as in the model"
TIER_FIGURES = {"core": "users_core_share", "acute": "prevalence_crisis"}
"""What is known of each challenge's users by tier: everybody in crisis is taken in by the acute service."""
STANDARD = (*(f"prevalence_{level}" for level in LEVELS), "crises_per_1000_at_risk_year", "users_core_share")
"""Figures that every challenge may have."""
AS_BUDGETS = "_spend_per_head"
"""Ends the names of figures that say again what the budgets say."""


class Row(NamedTuple):
    """One line of the baseline report; the model's or the real side may be missing."""

    section: str
    label: str
    model: float | str | None
    unit: str
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    note: str = ""


def baseline_report(settled: Settled, tipping: bool = True) -> list[Row]:
    """The settled place beside the real figures: need, users, waits, money, ties, and the distance to the edge."""
    rows = _needs(settled) + _place(settled) + _services(settled) + _money(settled)
    rows += _edge(settled) if tipping else []
    return rows + _steadiness(settled) + _network(settled) + _alone(settled)


def _year(months: Table, name: str) -> float:
    """A measure's sum over the last twelve months."""
    return float(months[name][-12:].sum())


def _seen(quantity: Quantity | None, factor: float = 1.0) -> dict[str, Any]:
    """The real side of a row: a figure with its range, source, grade and note."""
    if quantity is None:
        return {}
    low, number, high = (factor * float(n) for n in (quantity.low, quantity.number, quantity.high))  # type: ignore[arg-type]
    source = f"{quantity.source} [{quantity.grade}]"
    return {"observed": number, "low": low, "high": high, "source": source, "note": quantity.note}


def at_risk(settled: Settled, c: int) -> int:
    """How many people are of an age at which they may have a need."""
    people = settled.state.people
    return int(((settled.world.rates.need.relative_risk[c, people.band] > 0) & (people.alive == 1)).sum())


def _needs(settled: Settled) -> list[Row]:
    """Need by challenge and level, crises begun, users of core services, and what else was observed of a challenge."""
    rows = []
    for c, (name, challenge) in enumerate(settled.world.config.challenges.items()):
        people, seen, m = at_risk(settled, c), challenge.observed, settled.months
        section, share = challenge.title, PER_CENT / people / 12
        for level, word in enumerate(LEVELS, 1):
            rows.append(
                Row(
                    section,
                    f"{word}: {challenge.levels[level]}",
                    share * _year(m, f"need.{name}.{level}"),
                    "% of those at risk",
                    **_seen(seen.get(f"prevalence_{word}"), PER_CENT),
                )
            )
        rows.append(
            Row(
                section,
                "crises begun",
                PER_1000 * _year(m, f"crises.{name}") / people,
                "per 1,000 at risk a year",
                **_seen(seen.get("crises_per_1000_at_risk_year")),
            )
        )
        rows.append(
            Row(
                section,
                "in core service",
                share * _year(m, f"in_service.{name}.core"),
                "% of those at risk",
                **_seen(seen.get("users_core_share"), PER_CENT),
            )
        )
        rows += _compared(section, f"challenge.{name}", seen, m)
    return rows


def _place(settled: Settled) -> list[Row]:
    """What was observed of this very place and has a counterpart in the model."""
    return _compared("This place", "place", settled.world.config.place.observed, settled.months)


def _compared(section: str, owner: str, figures: Mapping[str, Observed], months: Table) -> list[Row]:
    """Real figures beside what each names as its counterpart.

    Raises:
        ValueError: a figure names a measure that is not recorded.
    """
    rows = []
    for name, figure in figures.items():
        if figure.model is None:
            continue
        missing = [m for m in (*figure.model.of, *figure.model.per) if m not in months]
        if missing:
            raise ValueError(
                f"{owner}.observed.{name}.model names {missing[0]}, which is not recorded; "
                "what is recorded: docs/reference/measures.md"
            )
        above = sum(_year(months, m) for m in figure.model.of)
        below = sum(_year(months, m) for m in figure.model.per) if figure.model.per else 12.0
        factor, unit = shown_in(figure.unit)
        model = factor * figure.model.factor * above / below if below else None
        rows.append(Row(section, figure.label or name.replace("_", " "), model, unit, **_seen(figure, factor)))
    return rows


def shown_in(unit: str) -> tuple[float, str]:
    """Shares are shown in per cent: what to multiply them by, and the unit that makes."""
    head, word, rest = unit.partition("share of ")
    return (PER_CENT, f"% of {rest}") if word and not head else (1.0, unit)


def _services(settled: Settled) -> list[Row]:
    """Users by tier, waits, failure demand and delayed days of all services together."""
    m, head = settled.months, _year(settled.months, "citizens") / 12
    failure = sum(_year(m, f"contacts.{k}") for k in ("refused", "abandoned", "unresolved", "relapsed"))
    asked = max(1.0, failure + _year(m, "contacts.value"))
    section, a_year = "All services together", "per 1,000 residents a year"
    users = [
        Row(
            section,
            f"users, {tier}",
            PER_1000 * _year(m, f"users.{tier}") / 12 / head,
            "per 1,000 residents",
            **_users_seen(settled, tier, head),
        )
        for tier in TIERS
    ]
    rows = [
        ("wait for a place, mean", _year(m, "waited_months") / max(1.0, _year(m, "admitted")), "months"),
        ("wait for a place, nine in ten within", _year(m, "waiting_p90") / 12, "months"),
        ("asked and were turned away", PER_CENT * _year(m, "refused") / asked, "% of contacts"),
        ("turned away", PER_1000 * _year(m, "refused") / head, a_year),
        ("came back after a failure (failure demand)", PER_CENT * failure / asked, "% of contacts"),
        ("days kept in acute care for want of a place", PER_1000 * _year(m, "delayed_days") / head, a_year),
    ]
    return users + [Row(section, label, value, unit, note=NONE_PUBLISHED) for label, value, unit in rows]


def _users_seen(settled: Settled, tier: str, head: float) -> dict[str, Any]:
    """The real users of a tier, added up from the challenges' figures where every challenge has one."""
    challenges = settled.world.config.challenges.values()
    figures = [challenge.observed.get(TIER_FIGURES.get(tier, "")) for challenge in challenges]
    if not all(figures):
        return {"note": NONE_PUBLISHED}
    ranges = [_seen(figure, PER_1000 * at_risk(settled, c) / head) for c, figure in enumerate(figures)]
    total = {key: sum(each[key] for each in ranges) for key in ("observed", "low", "high")}
    return {**total, "source": "the challenges' own figures, above", "note": USERS_ADDED}


def _money(settled: Settled) -> list[Row]:
    """What the modelled services cost, beside each agency's real budget."""
    state, config = settled.state, settled.world.config
    head = float(state.people.alive.sum())
    modelled = np.zeros(len(INDEX))
    np.add.at(modelled, state.services.owner, state.seen.pay)
    modelled += state.seen.payments.sum(axis=0)
    rows = []
    for agency in BUDGET_HOLDERS:
        budget = config.place.budgets[agency]  # type: ignore[index]
        seen = _seen(budget, 1.0 / config.place.population.number)
        rows.append(
            Row(
                "Spending on what is modelled, beside whole budgets",
                agency.replace("_", " "),
                modelled[INDEX[agency]] / head,
                "pounds a head a year",
                **seen,
            )
        )
    return rows


def _alone(settled: Settled) -> list[Row]:
    """Real figures to which nothing in the model corresponds."""
    config = settled.world.config
    found = {**config.place.observed}
    for challenge in config.challenges.values():
        found |= {name: figure for name, figure in challenge.observed.items() if name not in STANDARD}
    rows = []
    for name, figure in found.items():
        if figure.model is None and not isinstance(figure.value, tuple) and not name.endswith(AS_BUDGETS):
            factor, unit = shown_in(figure.unit)
            label = figure.label or name.replace("_", " ").removesuffix(" share")
            rows.append(
                Row("Known, with nothing in the model to put beside it", label, None, unit, **_seen(figure, factor))
            )
    return rows


def trend(series: NDArray[np.generic], share: float = 1.0) -> float:
    """Growth of a monthly series, per cent a year, by a straight line through its last years."""
    values = np.asarray(series, dtype=np.float64)[-int(series.size * share) :]
    months = np.arange(values.size)
    mean = values.mean()
    return float(100 * 12 * np.polyfit(months, values, 1)[0] / mean) if mean > 0 else 0.0


def _steadiness(settled: Settled) -> list[Row]:
    """How steady the place was over the last three years of settling."""
    names = {
        "people in need": "in_need",
        "crises begun": "crises",
        "first contacts": "contacts.value",
        "waiting": "waiting",
    }
    section = "Growth over the last three years of settling (0 is steady)"
    return [Row(section, label, trend(settled.months[name][-36:]), "% a year") for label, name in names.items()]


def _network(settled: Settled) -> list[Row]:
    """The citizens' network in a few numbers."""
    about = describe(settled.state.people, settled.state.ties)
    rows = {
        "mean_degree": ("people that a person knows", "people"),
        "clustering": ("two acquaintances know each other too", "share of pairs"),
        "ties_in_own_area": ("live in the same small area", "share of ties"),
        "mean_household": ("people in a household", "people"),
        "living_alone": ("live alone", "share of households"),
    }
    return [
        Row(
            "Who knows whom",
            label,
            PER_CENT * about[name] if unit.startswith("share") else about[name],
            shown_in(unit)[1],
        )
        for name, (label, unit) in rows.items()
    ]


def _edge(settled: Settled) -> list[Row]:
    """The loop gain of failure demand, and the extra load at which the status quo runs away."""
    m, section = settled.months, "How far it is from the edge"
    failure = sum(_year(m, f"contacts.{k}") for k in ("refused", "abandoned", "unresolved", "relapsed"))
    gain = failure / max(1.0, failure + _year(m, "contacts.value"))
    edge = tipping_point(settled)
    heaviest, rise = PER_CENT * LOADS[-1], PER_CENT * (edge.crises_at_heaviest - 1)
    return [
        Row(section, "loop gain: contacts bred by 100 contacts", PER_CENT * gain, "further contacts",
            note="of every 100 times that somebody asks, so many lead to asking again, because they were turned away, "
            "gave up, or the problem was not solved or came back; at 100 demand would feed itself without end"),
        Row(section, "tipping point: extra work per case",
            f"+{PER_CENT * edge.load:.0f}%" if edge.load is not None else f"none to +{heaviest:.0f}%",
            "more hours a case",
            note="with so much more work in every case and no more staff, crises would still be rising after "
            f"{YEARS_WATCHED} years (one run: a step either way is luck)" if edge.load is not None else
            f"tried up to +{heaviest:.0f}%: crises rise by {rise:.0f}% and after {YEARS_WATCHED} years by "
            f"less than {PER_CENT * (RUNS_AWAY_GROWTH - 1):.0f}% a year: it gets worse but does not run away"),
    ]  # fmt: skip
