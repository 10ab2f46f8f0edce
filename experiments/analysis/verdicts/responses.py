"""What the difference between two policies is explained in at every point of a design: some outcomes, cost, social value."""

from collections.abc import Sequence

from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes, select

SOCIAL_VALUE = "social_value"
GAIN = {"wellby": "a wellbeing point and year", "qaly": "a year in full health"}
COSTS = ("public_spend", "public_spend_total")
"""Shown at every point whatever else is asked for."""
HEADLINES = ("crises", "life_satisfaction_in_need")
"""Explained beside the costs unless others are asked for."""


def responses_of(named: Sequence[str] | None) -> dict[str, Outcome]:
    """The outcomes that are explained, cost among them."""
    return select(load_outcomes(), dict.fromkeys([*(named or HEADLINES), COSTS[1]]))


def words_of(named: Sequence[str] | None, values: Valuation) -> dict[str, dict[str, str]]:
    """Title, unit and direction of each response."""
    words = {n: {"title": o.title, "unit": o.unit, "better": str(o.better)} for n, o in responses_of(named).items()}
    return {**words, SOCIAL_VALUE: {"title": title(values), "unit": "£ per resident", "better": "higher"}}


def title(values: Valuation) -> str:
    """What the social value counts, and at which worth."""
    return f"Net present social value at £{values.per_effect:,.0f} {GAIN[values.effect]}"
