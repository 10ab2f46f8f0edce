"""States over each figure what it shows, in at most ten words, by rules from the tables; or nothing, where nothing is sure."""

from collections.abc import Callable, Mapping
from typing import Any

from experiments.analysis.statistics.components import WHOLE
from experiments.analysis.verdicts.lever_words import CALLED
from experiments.analysis.verdicts.reading import SPENT, Reading
from experiments.questions.compare.economics_figures.ladder_to_cash import ALL
from experiments.report.folder_contents import LeftOut, Results, counted
from experiments.text.numerals import two

MOST_WORDS = 10
FEWER = {"better": "Fewer", "worse": "More"}
OPEN = {"unclear": "Luck hides any difference in", "small": "Hardly a difference in", "same": "No difference at all in"}


def finding(name: str, results: Results) -> str:
    """What a figure shows; empty where it is not known, cannot be said in so few words, or too few runs were made."""
    if results.contrast is None or name not in FINDINGS:
        return ""
    try:
        said = FINDINGS[name](results, Reading(results.answer, {}))
    except (LeftOut, KeyError, IndexError, ValueError):
        return ""
    return said[:1].upper() + said[1:] if len(said.split()) <= MOST_WORDS else ""


def _fewer(outcome: str, things: str) -> Callable[[Results, Reading], str]:
    """That there is less or more of something that people had better not have."""

    def say(results: Results, reading: Reading) -> str:
        verdict, (first, second) = results.answer.says(outcome), map(reading.name, results.answer.contrast)
        if verdict in FEWER:
            return f"{FEWER[verdict]} {things} under {first} than under {second}"
        return f"{OPEN[verdict]} {things}"

    return say


def _transition(results: Results, reading: Reading) -> str:
    """How the first year and the last compare."""
    first, _ = map(reading.name, results.answer.contrast)
    rows = results.summary[results.summary["outcome"] == "crises"].sort_values("horizon")
    signs = [0 if row.ci_lo <= 0 <= row.ci_hi else 1 if row.ci_lo > 0 else -1 for row in rows.itertuples()]
    early, late = ({-1: "fewer", 0: "no clear gap", 1: "more"}[sign] for sign in (signs[0], signs[-1]))
    return f"crises under {first}: {early} at first, {late} at the end"


def _spent(results: Results, reading: Reading) -> str:
    """Whether public spending differs so far."""
    first, second = map(reading.name, results.answer.contrast)
    word = {"lower": "less", "higher": "more"}.get(results.answer.says(SPENT), "about as much")
    return f"{first} spends {word} in public money {'as' if 'as' in word.split() else 'than'} {second}"


def _parts(results: Results, _: Reading) -> str:
    """The largest part of the difference in crises."""
    table = results.components
    if table is None:
        return ""
    asked = (table["contrast"] == " minus ".join(results.answer.contrast)) & (table["outcome"] == "crises")
    rows = table[asked & (table["part"] != WHOLE)]
    return f"the largest part in crises: {rows.loc[rows['diff'].abs().idxmax(), 'words']}"


def _purses(results: Results, _: Reading) -> str:
    """Who gains and who loses most on their own books."""
    table = results.told("pockets")
    table = table[table["agency"].isin(CALLED) & table["accepts"].isin(["yes", "no"])].sort_values("silo")
    lost, won = table[table["accepts"] == "no"], table[table["accepts"] == "yes"]
    told = [f"{CALLED[won['agency'].iloc[-1]]} gains most"] if len(won) else []
    told += [f"{CALLED[lost['agency'].iloc[0]]} loses most"] if len(lost) else ["no public body clearly loses"]
    return ", ".join(told)


def _society(results: Results, reading: Reading) -> str:
    """What society is left with at the end."""
    row = _sure(reading.account("social_value"))
    off = "better" if row["value"] > 0 else "worse"
    return f"society ends £{two(row['value'])} a head {off} off under {reading.name(results.answer.contrast[0])}"


def _sure(row: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A sum that luck alone did not make.

    Raises:
        ValueError: there is none.
    """
    if row is None or not (row["lo"] > 0 or row["hi"] < 0):
        raise ValueError("luck could have made it")
    return row


def _cash(results: Results, _: Reading) -> str:
    """How much of the acute care that is avoided becomes cash."""
    told = results.told("ladder")
    rungs = told[told["service"] == ALL].set_index("rung")
    avoided, cash = rungs.loc["demand_avoided"], rungs.loc["withdrawn"]
    if not avoided["lo"] > 0:
        return "luck hides whether acute care is avoided"
    return f"{two(100 * max(cash['value'], 0) / avoided['value'])}% of the acute care avoided becomes cash"


def _both(results: Results, reading: Reading) -> str:
    """In how many pairs the first arm gains more and costs less."""
    plane = results.told("plane")
    both = int(((plane["effect"] > 0) & (plane["public_cost"] < 0)).sum())
    return f"in {both} of {counted(len(plane), 'pair')}, {reading.name(results.answer.contrast[0])} gives more for less"


def _fifths(results: Results, _: Reading) -> str:
    """How many fifths gain and lose in life satisfaction."""
    told = results.told("equity")
    asked = (
        (told["outcome"] == "life_satisfaction")
        & (told["by"] == "deprivation fifth")
        & (told["measure"] == "difference")
    )
    verdicts = list(told.loc[asked, "verdict"])
    return f"{verdicts.count('gains')} of 5 fifths gain in life satisfaction, {verdicts.count('loses')} lose"


def _redesigned(results: Results, reading: Reading) -> str:
    """Which share of services runs a new design at the end under the first arm."""
    if results.services is None:
        return ""
    end = results.services[results.services["month"] == results.services["month"].max()]
    new = (end["design"].astype(str) != "standard").groupby(end["arm"].astype(str)).mean()
    first = results.answer.contrast[0]
    return f"{two(100 * new[first])}% of services are redesigned under {reading.name(first)}"


FINDINGS: Mapping[str, Callable[[Results, Reading], str]] = {
    "outcomes_over_time": _fewer("crises", "crises"),
    "transition_dip": _transition,
    "served_and_turned_away": _fewer("refused", "refusals"),
    "failure_demand": _fewer("failure_demand", "people asking again"),
    "made_of": _parts,
    "cost_per_head_by_agency": _spent,
    "agency_by_year": _purses,
    "money_back": _society,
    "ladder_to_cash": _cash,
    "gain_and_cost": _both,
    "gains_by_group": _fifths,
    "service_network": _redesigned,
}
"""What is said over a figure, by its name; the others are called by what they measure."""
