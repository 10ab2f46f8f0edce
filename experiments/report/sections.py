"""Keeps the order of a report: the questions a reader asks, one after another, and which figures answer each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One question of the reader.

    Attributes:
        name: of the place on the page.
        heading: the question as a heading; fixed beforehand, it says nothing of what was found.
        figures: names of figures, or how they begin, in the order in which they are shown.
        elsewhere: what the page says where the folder holds nothing that answers it.
    """

    name: str
    heading: str
    figures: tuple[str, ...]
    elsewhere: str = ""


PARTS = (
    Part("lives", "What happens to lives",
         ("outcomes_over_time", "transition_dip", "served_and_turned_away", "failure_demand",
          "biography")),
    Part("all_arms", "How every arm does", ("against_base",)),
    Part("composition", "What the difference is made of", ("made_of", "whose_luck")),
    Part("cost", "What it costs, and whom",
         ("cost_per_head_by_agency", "agency_by_year", "ladder_to_cash")),
    Part("pays_back", "When it pays back, if ever", ("money_back",)),
    Part("gains", "Who gains and who loses", ("map", "groups", "gains_by_group")),
    Part("flips", "Where the answer flips",
         ("two_intervals", "evidence_quadrants", "choice_across_evidence", "gain_and_cost", "frontier", "sweep", "win_map",
          "sensitivity", "stress")),
    Part("levers", "Which lever did it", ("attribution",),
         "A comparison runs whole policies, so it cannot tell which of their levers did it; redesign attribute can."),
    Part("found", "What else was found", ()),
    Part("assumed", "What was assumed", ("service_network", "burn_in")),
)  # fmt: skip
"""All questions; a figure that none of them names is shown under `found`."""
OTHER = "found"
TITLES = {
    "two_intervals": "What is chance, and what is evidence",
    "evidence_quadrants": "Lives and money across the evidence",
    "choice_across_evidence": "The choice across the evidence",
    "outcomes_over_time": "Lives, services and money over time",
    "against_base": "Every arm against the same one",
    "made_of": "Redesigned services, management, and the rest",
    "whose_luck": "Whose luck: people, or what happens to them later",
    "transition_dip": "The transition, month by month",
    "cost_per_head_by_agency": "Who spends what",
    "agency_by_year": "Who pays and who gains, agency by agency",
    "money_back": "When the money comes back",
    "ladder_to_cash": "From demand avoided to cash",
    "gain_and_cost": "What is gained for what it costs",
    "gains_by_group": "Who gains and who loses, group by group",
    "served_and_turned_away": "Who is served and who is turned away",
    "failure_demand": "Failure demand: asking again",
    "service_network": "The services and what they run",
    "burn_in": "Steady before it starts?",
}
"""Headings of figures; the others are called by their own titles."""


def part_of(figure: str) -> str:
    """Finds the question that a figure answers."""
    return next((p.name for p in PARTS for name in p.figures if figure.startswith(name)), OTHER)


def ordered(figures: list[str]) -> dict[str, list[str]]:
    """Sorts figures under the questions they answer, every question in its place."""
    found: dict[str, list[str]] = {part.name: [] for part in PARTS}
    for figure in figures:
        found[part_of(figure)].append(figure)
    for part in PARTS:
        rank = {name: k for k, name in enumerate(part.figures)}
        found[part.name].sort(
            key=lambda f, rank=rank: min((k for n, k in rank.items() if f.startswith(n)), default=0)  # type: ignore[misc]
        )
    return found
