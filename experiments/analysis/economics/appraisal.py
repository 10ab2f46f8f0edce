"""Appraises one arm against another: what it costs whom, what it is worth, and which ratios can be given."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from experiments.analysis.economics import cost_effectiveness as ce
from experiments.analysis.economics.agencies import cost_shunting_index, positions, purses
from experiments.analysis.economics.discounting import equivalent_annual
from experiments.analysis.economics.ledgers import ACCOUNTS
from experiments.analysis.economics.social_value import Ledgers, living_longer
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.paired import Interval, difference_interval, wilson_interval
from experiments.analysis.uncertainty.perfect_information import LUCK_ALONE

Floats = NDArray[np.float64]

CHANCE_ONLY = "stochastic"
COLUMNS = ("horizon", "comparison", "measure", "title", "unit", "value", "lo", "hi", "n", "whole_place", "note",
           "uncertainty_type")  # fmt: skip
PER_RESIDENT = "£ per resident"
TURNS, UNCLEAR = "outside_turns_at", "outside_unclear_at"
ICER = "What society gives up for a unit of gain"
CLEAR_FOR, NO_ANSWER, CLEAR_AGAINST, TOO_FEW = "clear for", "no answer", "clear against", "too few runs to say"
"""What can be said of the first arm's social value."""
EFFECTS = {
    "wellby": ("wellbeing", "points of life satisfaction times years, per resident"),
    "qaly": ("healthy years", "quality-adjusted years per resident"),
}
WEIGHTS = ("low", "central", "high")
RANGED = {
    "outside_services": "a pound spent outside the model counts as £{:.2f}",
    "neutral_life_satisfaction": "life satisfaction counts from {:g} of 10",
}
"""Conventions that are uncertain, each of which is tried at either end of its range."""
STEPS_OF_VALUE = 41
"""Points of the curve of values of a unit of effect, from 0 to twice the high value."""


@dataclass(frozen=True)
class Rows:
    """Rows of the tidy table as they are made, all of one horizon and comparison."""

    ledgers: Ledgers
    comparison: str
    found: list[dict[str, Any]]

    def add(self, measure: str, title: str, unit: str, value: float | None, **more: Any) -> None:
        """Adds a single number."""
        self.found.append({
            "horizon": self.ledgers.years, "comparison": self.comparison, "measure": measure, "title": title,
            "unit": unit, "value": value, "uncertainty_type": CHANCE_ONLY, **more,
        })  # fmt: skip

    def spread(self, measure: str, title: str, unit: str, values: Floats, note: str = "") -> Interval:
        """Adds an average over replications with its interval; money also for the whole place."""
        interval = difference_interval(values)
        whole = {}
        if unit == PER_RESIDENT:
            people = self.ledgers.book.residents / self.ledgers.book.scale
            whole = {"whole_place": float((values * people).mean())}
        self.add(
            measure,
            title,
            unit,
            float(values.mean()),
            lo=interval.low,
            hi=interval.high,
            n=len(values),
            note=note,
            **whole,
        )
        return interval


def levels(ledgers: Ledgers) -> list[dict[str, Any]]:
    """What every arm costs and is worth by itself."""
    found: list[dict[str, Any]] = []
    effect, unit = EFFECTS[ledgers.values.effect]
    for n, arm in enumerate(ledgers.book.arms):
        rows = Rows(ledgers, arm, found)
        for measure, title, values in _money(ledgers):
            rows.spread(measure, title, PER_RESIDENT, values[n])
        rows.spread("effect", f"Gain counted: {effect}", unit, ledgers.effect[n])
    return found


def _money(ledgers: Ledgers) -> Iterable[tuple[str, str, Floats]]:
    """Every sum of money of the three ledgers, in present value."""
    yield "public_cost", "Cost to the public purse (cash)", ledgers.public_cost
    yield "cash_kept", "Received by public bodies and kept in cash", ledgers.cash_kept
    yield "received", "Received by public bodies", ledgers.public_cost + ledgers.cash_kept
    for account, title in ACCOUNTS.items():
        yield f"account_{account}", title, ledgers.account(account)
    yield (
        "households_cost",
        "Households: unpaid care, charges and lost pay, less benefits and redundancy",
        ledgers.households,
    )
    yield "resource_cost", "Resources used up by society", ledgers.resource_cost
    yield "effect_value", "Worth of the gain", ledgers.effect_value
    yield "outside_worth", "Assumed worth of services outside the model", ledgers.outside_worth
    yield "carbon_cost", "Cost of carbon emitted", ledgers.carbon
    yield "social_cost", "What society gave up: resources and carbon, less services outside", ledgers.social_cost
    yield "social_value", "Net present social value", ledgers.social_value


def differences(ledgers: Ledgers, first: int, second: int) -> Iterable[tuple[str, str, str, Floats]]:
    """Every sum and gain of one arm less another: name, title, unit, and a value for each replication."""
    for measure, title, values in _money(ledgers):
        yield measure, title, PER_RESIDENT, values[first] - values[second]
    effect, unit = EFFECTS[ledgers.values.effect]
    gain = ledgers.effect[first] - ledgers.effect[second]
    cost = ledgers.public_cost[first] - ledgers.public_cost[second]
    net = ledgers.social_value[first] - ledgers.social_value[second]
    yield "effect", f"Gain counted: {effect}", unit, gain
    yield "fiscal_npv", "Net present value to the public purse", PER_RESIDENT, -cost
    yearly = net * equivalent_annual(1.0, ledgers.factors)
    yield "eanb", "Net present social value as an equal sum a year", PER_RESIDENT, yearly


def compare(ledgers: Ledgers, first: int, second: int) -> list[dict[str, Any]]:
    """Everything about one arm less another at one horizon; the rows of the tidy table."""
    book, found = ledgers.book, []  # type: ignore[var-annotated]
    rows = Rows(ledgers, f"{book.arms[first]} minus {book.arms[second]}", found)
    ranges = {
        measure: rows.spread(measure, title, unit, values, "a year" if measure == "eanb" else "")
        for measure, title, unit, values in differences(ledgers, first, second)
    }
    gain = ledgers.effect[first] - ledgers.effect[second]
    cost = ledgers.social_cost[first] - ledgers.social_cost[second]
    budget = ledgers.public_cost[first] - ledgers.public_cost[second]
    net = ledgers.social_value[first] - ledgers.social_value[second]
    _parts_of_gain(rows, first, second)
    icer = ce.cost_per_effect(float(gain.mean()), float(cost.mean()), ranges["effect"], ranges["social_cost"])
    rows.add("icer", ICER, "£ per unit", icer.value, note=icer.words)
    bcr = ce.benefit_cost_ratio(float((net + budget).mean()), float(budget.mean()), ranges["public_cost"])
    rows.add("bcr", "Benefits per pound of the public budget", "ratio", bcr.value, note=bcr.words)
    _shares(rows, gain, cost, net)
    _weighted(rows, first, second)
    turning = "Worth of a pound spent outside the model at which the answer turns"
    at = turns_at(ledgers, first, second)
    rows.add(
        TURNS,
        turning,
        "£ per £",
        at,
        note="" if at is not None else "not defined: both spend the same outside the model",
    )
    unclear = unclear_at(ledgers, first, second)
    none = "not defined: there is no clear answer to lose, or none of the worths it may have loses it"
    rows.add(
        UNCLEAR,
        "Worth of a pound spent outside the model at which a clear answer is lost",
        "£ per £",
        unclear,
        note="" if unclear is not None else none,
    )
    _shunted(rows, first, second)
    rows.add("evpi", "Worth of knowing more before deciding", PER_RESIDENT, None, note=LUCK_ALONE)
    return found


def unclear_at(ledgers: Ledgers, first: int, second: int) -> float | None:
    """The worth of a pound spent outside the model, of those it may have, at which a clear answer is lost.

    Of two such worths the one nearer to what is used; None where there is no clear answer, or where none of them loses it.

    The same luck is in both arms' spending, so each replication's social value moves with that worth along a line of its own.
    """
    worth = ledgers.values.outside_services
    spent = ledgers.account("outside")[first] - ledgers.account("outside")[second]
    value = ledgers.social_value[first] - ledgers.social_value[second]

    def at(pound: float) -> Interval:
        return difference_interval(value + (pound - worth.value) * spent)

    here = answer(at(worth.value))
    if here not in (CLEAR_FOR, CLEAR_AGAINST):
        return None
    ends = [end for end in (worth.at("low"), worth.at("high")) if answer(at(end)) != here]
    near = (lambda pound: at(pound).low) if here == CLEAR_FOR else (lambda pound: at(pound).high)
    lost = [float(brentq(near, worth.value, end)) for end in ends]
    return min(lost, key=lambda pound: abs(pound - worth.value), default=None)


def turns_at(ledgers: Ledgers, first: int, second: int) -> float | None:
    """The worth of a pound spent outside the model at which society is as well off under either arm; None where none does it."""
    spent = float((ledgers.account("outside")[first] - ledgers.account("outside")[second]).mean())
    value = float((ledgers.social_value[first] - ledgers.social_value[second]).mean())
    return ledgers.values.outside_services.value - value / spent if spent else None


def _parts_of_gain(rows: Rows, first: int, second: int) -> None:
    """Wellbeing gained by living longer and by living better; healthy years and carbon in their own units."""
    ledgers = rows.ledgers
    if ledgers.values.effect == "wellby":
        longer, better = living_longer(ledgers, first, second)
        unit = EFFECTS["wellby"][1]
        rows.spread("effect_living_longer", "of which more people living", unit, longer)
        rows.spread("effect_living_better", "of which living better", unit, better)
    for measure, title, unit in (
        ("qalys", "Quality-adjusted years lived", "years per resident"),
        ("carbon_tonnes", "Carbon emitted", "tonnes CO2e per resident"),
    ):
        total = ledgers.book.total(measure)[..., : ledgers.years].sum(axis=-1) / ledgers.book.residents
        rows.spread(measure, f"{title}, not discounted", unit, total[first] - total[second])


def _shares(rows: Rows, gain: Floats, cost: Floats, net: Floats) -> None:
    """Shares of replications by quadrant, and in which society is better off."""
    for quadrant, share in ce.quadrant_shares(gain, cost).items():
        rows.add(f"quadrant_{quadrant}", f"Replications with {ce.QUADRANTS[quadrant]}", "share", share, n=len(net))
    better, worse = int((net > 0).sum()), int((net < 0).sum())
    low, high = wilson_interval(better, better + worse)
    rows.add("social_value_positive", "Replications in which society is better off (ties apart)", "share",
             better / (better + worse) if better + worse else None, lo=low, hi=high, n=len(net))  # fmt: skip


def weighted(ledgers: Ledgers, first: int, second: int) -> Iterable[tuple[str, str, str, Floats]]:
    """The same social value with gains of poorer fifths counting for more, if people were recorded by fifth."""
    for level in WEIGHTS if ledgers.has_fifths() else ():
        power = ledgers.values.weight_elasticity.at(level)  # type: ignore[arg-type]
        values = ledgers.weighted_social_value(power)
        title = f"Net present social value, poorer fifths counting for more (an equity preference, power {power:g})"
        yield f"social_value_weighted_{level}", title, PER_RESIDENT, values[first] - values[second]


def _weighted(rows: Rows, first: int, second: int) -> None:
    """The social values with poorer fifths counting for more, or why there are none."""
    if not rows.ledgers.has_fifths():
        rows.add(
            "social_value_weighted",
            "Net present social value, poorer fifths counting for more (an equity preference)",
            PER_RESIDENT,
            None,
            note="people were not recorded by deprivation fifth",
        )
    for measure, title, unit, values in weighted(rows.ledgers, first, second):
        rows.spread(measure, title, unit, values)


def _shunted(rows: Rows, first: int, second: int) -> None:
    """How much of what purses gain and lose only moved between them."""
    ledgers = rows.ledgers
    own = purses(positions(ledgers.book, first, second))
    net = [float(ledgers.money(each.net - each.parts["transfers"]).mean()) for each in own]
    index = cost_shunting_index(net)
    undefined = "nothing moved" if np.isnan(index) else ""
    rows.add(
        "cost_shunting",
        "Cost-shunting index over purses and households (0 none, 1 all)",
        "index",
        None if undefined else index,
        note=undefined,
    )


def values_swept(values: Valuation) -> Floats:
    """Values of a unit of effect at which the curves are drawn, in the prices of the runs."""
    return np.linspace(0.0, 2 * values.worth(values.effect, "high"), STEPS_OF_VALUE)


def curves(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """How society's choice depends on the value of a unit of effect: acceptability, frontier and expected losses.

    The cases are replications, so the shares are about luck and nothing else, and no worth of information follows.
    """
    book, swept = ledgers.book, values_swept(ledgers.values)
    gain = ledgers.effect[first] - ledgers.effect[second]
    cost = ledgers.social_cost[first] - ledgers.social_cost[second]
    found = ce.acceptability(gain, cost, swept)
    one, other = book.arms[first], book.arms[second]
    expected = ce.net_benefit(gain, cost, swept).mean(axis=1)
    return pd.DataFrame(
        {
            "value_of_effect": swept,
            "share_first_better": found.probability,
            "social_value": expected,
            "choose": np.where(found.first_is_best, one, np.where(expected == 0, "either", other)),
            "frontier": found.frontier,
            f"expected_loss_{one}": found.loss_first,
            f"expected_loss_{other}": found.loss_second,
            "uncertainty_type": CHANCE_ONLY,
        }
    )


def switches(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Shows the net present social value under every switch that is a value judgement, one turned at a time."""
    book, values, years = ledgers.book, ledgers.values, ledgers.years
    ways: list[tuple[str, dict[str, Any]]] = [("as set", {})]
    ways += [(f"money discounted: {rate}", {"discount": rate}) for rate in ("standard", "reduced", "none")]
    ways += [(f"lives discounted: {r}", {"lives_discount": r}) for r in ("standard", "health", "none")]
    ways += [(f"value of the gain: {level}", {"level": level}) for level in WEIGHTS]
    ways += [("gain counted: wellbeing", {"effect": "wellby"}), ("gain counted: healthy years", {"effect": "qaly"})]
    for name, title in RANGED.items():
        convention = getattr(values, name)
        ends = [convention.model_copy(update={"value": convention.at(end)}) for end in ("low", "high")]
        ways += [(title.format(each.value), {name: each}) for each in ends]
    rows = []
    for title, change in ways:
        if change and all(getattr(values, key) == value for key, value in change.items()):
            continue
        other = Ledgers(book, values.model_copy(update=change), years)
        rows.append((title, other.social_value[first] - other.social_value[second]))
    base = rows[0][1]
    unpaid, carbon = ledgers.account("unpaid_care"), ledgers.carbon
    rows += [
        ("unpaid care costs nothing", base + unpaid[first] - unpaid[second]),
        ("carbon costs nothing", base + carbon[first] - carbon[second]),
        ("cash kept is worth nothing", base - ledgers.cash_kept[first] + ledgers.cash_kept[second]),
    ]
    if (pay := ledgers.account("pay")).any():
        rows.append(("pay that staff go without costs nobody anything", base + pay[first] - pay[second]))
    return pd.DataFrame([_switched(title, gap, rows[0][1]) for title, gap in rows])


def _switched(title: str, gap: Floats, base: Floats) -> dict[str, Any]:
    """One way of valuing, and whether it turns round an answer that was not chance alone."""
    interval, before = difference_interval(gap), difference_interval(base)
    verdict = answer(interval)
    return {
        "switch": title,
        "social_value": float(gap.mean()),
        "lo": interval.low,
        "hi": interval.high,
        "verdict": verdict,
        "turns_the_answer": {verdict, answer(before)} == {CLEAR_FOR, CLEAR_AGAINST},
    }


def answer(interval: Interval) -> str:
    """What an interval of the social value says of the first arm."""
    if math.isnan(interval.low):
        return TOO_FEW
    return CLEAR_FOR if interval.low > 0 else CLEAR_AGAINST if interval.high < 0 else NO_ANSWER


def tidy(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as the tidy table."""
    return pd.DataFrame(list(rows), columns=list(COLUMNS))
