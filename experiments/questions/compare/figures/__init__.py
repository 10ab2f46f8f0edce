"""Draws the figures of a comparison, one module each; every `draw` reads results and returns a drawing."""

from collections.abc import Callable

from experiments.questions.compare.economics_figures import (
    agency_by_year,
    cost_per_head_by_agency,
    gain_and_cost,
    ladder_to_cash,
    money_back,
)
from experiments.questions.compare.evidence_figures import (
    choice_across_evidence,
    evidence_quadrants,
    made_of,
    two_intervals,
    whose_luck,
)
from experiments.questions.compare.figures import (
    against_base,
    burn_in,
    failure_demand,
    gains_by_group,
    outcomes_over_time,
    served_and_turned_away,
    service_network,
    transition_dip,
)
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results

FIGURES: dict[str, Callable[[Results], Drawing]] = {
    "outcomes_over_time": outcomes_over_time.draw,
    "transition_dip": transition_dip.draw,
    "cost_per_head_by_agency": cost_per_head_by_agency.draw,
    "agency_by_year": agency_by_year.draw,
    "money_back": money_back.draw,
    "ladder_to_cash": ladder_to_cash.draw,
    "gain_and_cost": gain_and_cost.draw,
    "gains_by_group": gains_by_group.draw,
    "served_and_turned_away": served_and_turned_away.draw,
    "failure_demand": failure_demand.draw,
    "service_network": service_network.draw,
    "burn_in": burn_in.draw,
}
"""Every figure by the name of its files, in the order in which the page shows them."""
ACROSS_EVIDENCE: dict[str, Callable[[Results], Drawing]] = {
    "two_intervals": two_intervals.draw,
    "evidence_quadrants": evidence_quadrants.draw,
    "choice_across_evidence": choice_across_evidence.draw,
}
"""Figures of a comparison across sets of plausible numbers, shown before the others."""
SPLIT: dict[str, Callable[[Results], Drawing]] = {"made_of": made_of.draw}
"""Figures of a comparison of which some replications were split into what made the difference."""
MANY_ARMS: dict[str, Callable[[Results], Drawing]] = {"against_base": against_base.draw}
"""Figures of a comparison in which every arm is held against one of them."""
NESTED: dict[str, Callable[[Results], Drawing]] = {"whose_luck": whose_luck.draw}
"""Figures of a comparison whose peoples led several lives each."""
ANSWERING = ("outcomes_over_time", "transition_dip", "agency_by_year", "gain_and_cost", "gains_by_group")
"""Figures in whose place a reader with a program sees one that answers."""


def drawn_for(results: Results) -> dict[str, Callable[[Results], Drawing]]:
    """The figures of a comparison, as far as it was asked what they are about."""
    before = ACROSS_EVIDENCE if results.evidence is not None else {}
    further = (SPLIT if results.components is not None else {}) | (NESTED if results.whose_luck is not None else {})
    return before | FIGURES | (MANY_ARMS if results.against_base is not None else {}) | further
