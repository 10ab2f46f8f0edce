"""States over each figure what it shows, in at most ten words, by rules from the tables; or nothing, where nothing is sure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from experiments.analysis.statistics.components import PARTS
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.uncertainty.two_uncertainties import FEWEST_FOR_RANGE
from experiments.analysis.verdicts.lever_words import CALLED
from experiments.analysis.verdicts.reading import SPENT, Reading
from experiments.analysis.verdicts.sentence import listed
from experiments.questions.compare.economics_figures.ladder_to_cash import ALL
from experiments.questions.compare.figures.burn_in import LEAST_DRIFT, drift
from experiments.report.drawing import Drawing, in_ten_words
from experiments.report.folder_contents import LeftOut, Results, counted
from experiments.text.numerals import two

FEWER = {"better": "fewer", "worse": "more"}
OPEN = {
    "unclear": "luck hides any difference in", "small": "hardly a difference in", "same": "no difference at all in",
    "unknown": "too few runs to tell of",
}  # fmt: skip
SPENDS = {"lower": "less", "higher": "more"}
SIGNS = {-1: "fewer", 0: "unclear", 1: "more"}


def with_finding(name: str, drawing: Drawing, results: Results) -> Drawing:
    """A figure that says what it shows; as it was where that is not known."""
    if name in OF_NUMBERS:
        return replace(drawing, finding=in_ten_words(OF_NUMBERS[name](drawing)))
    if name not in FINDINGS:
        return drawing
    try:
        said = FINDINGS[name](results, Reading(results.answer, {}))
    except (LeftOut, KeyError, IndexError, ValueError):
        return drawing
    return replace(drawing, finding=in_ten_words(*([said] if isinstance(said, str) else said)))


def _fewer(outcome: str, things: str) -> Callable[[Results, Reading], str | tuple[str, ...]]:
    """That there is less or more of something that people had better not have."""

    def say(results: Results, reading: Reading) -> str | tuple[str, ...]:
        verdict, (first, second) = results.answer.says(outcome), map(reading.name, results.answer.contrast)
        if verdict in FEWER:
            fewer = f"{FEWER[verdict]} {things}"
            return (
                f"{fewer} under {first} than under {second}",
                f"{fewer} under {first}",
                f"{fewer} under the first policy",
            )
        return f"{OPEN[verdict]} {things}"

    return say


def _transition(results: Results, reading: Reading) -> tuple[str, ...]:
    """How the first year and the last compare."""
    first, _ = map(reading.name, results.answer.contrast)
    rows = results.summary[results.summary["outcome"] == "crises"].sort_values("horizon")
    words = [SIGNS[1 if row.ci_lo > 0 else -1 if row.ci_hi < 0 else 0] for row in rows.itertuples()]
    years = rows["horizon"].astype(int).tolist()
    late = f"{words[-1]} in year {years[-1]}"
    told = late if len(years) == 1 else f"{words[0]} in year {years[0]}, {late}"
    if len(years) > 1 and words[0] == words[-1]:
        told = f"{words[0]} in years {years[0]} and {years[-1]}"
    return f"crises under {first}: {told}", f"crises: {told}"


def _spent(results: Results, reading: Reading) -> tuple[str, ...]:
    """Whether public spending differs so far."""
    first, second = map(reading.name, results.answer.contrast)
    verdict = results.answer.says(SPENT)
    if verdict not in SPENDS:
        return (f"{OPEN[verdict]} public spending",)
    return f"{first} spends {SPENDS[verdict]} in public money than {second}", f"{first} spends {SPENDS[verdict]}"


def _parts(results: Results, _: Reading) -> str:
    """The largest part of the difference in crises."""
    table = results.components
    if table is None:
        return ""
    asked = (table["contrast"] == " minus ".join(results.answer.contrast)) & (table["outcome"] == "crises")
    rows = table[asked & table["part"].isin(list(PARTS))]
    return f"the largest part in crises: {rows.loc[rows['diff'].abs().idxmax(), 'words']}"


def _purses(results: Results, _: Reading) -> str | tuple[str, ...]:
    """Who spends least and most cash of its own beside the other policy."""
    table = results.told("pockets")
    if results.replications < FEWEST_FOR_INTERVAL:
        return "too few runs to tell who spends less and who more"
    table = table[table["agency"].isin(CALLED) & table["accepts"].isin(["yes", "no"])].sort_values("silo")
    lost, won = table[table["accepts"] == "no"], table[table["accepts"] == "yes"]
    told = [f"{CALLED[won['agency'].iloc[-1]]} saves most cash"] if len(won) else []
    told += [f"{CALLED[lost['agency'].iloc[0]]} pays most"] if len(lost) else ["no public body clearly pays more"]
    return f"before payments between agencies {', '.join(told)}", ", ".join(told)


def _society(results: Results, reading: Reading) -> tuple[str, ...]:
    """What society is left with at the end, where luck alone did not make it."""
    row = reading.account("social_value")
    if row is None or not (row["lo"] > 0 or row["hi"] < 0):
        if results.replications < FEWEST_FOR_INTERVAL:
            return ("too few runs to tell whether society ends better off",)
        return ("luck hides whether society ends better or worse off",)
    told = f"society ends £{two(row['value'])} a head {'better' if row['value'] > 0 else 'worse'} off"
    return f"{told} under {reading.name(results.answer.contrast[0])}", told


def _cash(results: Results, _: Reading) -> str:
    """How much of the acute care that is avoided becomes cash."""
    told = results.told("ladder")
    rungs = told[told["service"] == ALL].set_index("rung")
    avoided, cash = rungs.loc["demand_avoided"], rungs.loc["withdrawn"]
    if not avoided["lo"] > 0:
        return "luck hides whether acute care is avoided"
    return f"{two(100 * max(cash['value'], 0) / avoided['value'])}% of the acute care avoided becomes cash"


def _both(results: Results, reading: Reading) -> tuple[str, ...]:
    """In how many pairs the first arm gains more and society gives up less for it."""
    plane = results.told("plane")
    both = int(((plane["effect"] > 0) & (plane["social_cost"] < 0)).sum())
    told = f"in {both} of {counted(len(plane), 'pair')}"
    first = reading.name(results.answer.contrast[0])
    return f"{first} gives society more for less {told}", f"society has more for less {told}"


def _fifths(results: Results, _: Reading) -> str:
    """How many fifths gain and lose in life satisfaction, and how many by too little to matter."""
    told = results.told("equity")
    asked = (
        (told["outcome"] == "life_satisfaction")
        & (told["by"] == "deprivation fifth")
        & (told["measure"] == "difference")
    )
    verdicts = list(told.loc[asked, "verdict"])
    won, lost, small = (verdicts.count(said) for said in ("gains", "loses", "too small to matter"))
    if small:
        if won + lost:
            return f"life satisfaction: {won} fifths gain, {lost} lose, {small} hardly differ"
        return f"life satisfaction differs too little to matter in {counted(small, 'fifth')}"
    if not won + lost:
        return "luck hides which fifths gain or lose in life satisfaction"
    return f"{won} of {len(verdicts)} fifths gain in life satisfaction, {lost} lose"


def _redesigned(results: Results, reading: Reading) -> tuple[str, ...]:
    """Which share of services runs a new design at the end under the first arm."""
    end = results.services[results.services["month"] == results.services["month"].max()]
    new = (end["design"].astype(str) != "standard").groupby(end["arm"].astype(str)).mean()
    first = results.answer.contrast[0]
    told = f"{two(100 * new[first])}% of services are redesigned"
    return f"{told} under {reading.name(first)}, on average", told


def _both_uncertainties(results: Results, _: Reading) -> str:
    """How many outcomes differ by more than luck, and how many the same way in nine sets of plausible numbers in ten or more."""
    assert results.evidence is not None
    settled = []
    for table in (results.summary, results.evidence.summary):
        rows = table[(table["horizon"] == table["horizon"].max()) & table["outcome"].isin(results.outcomes)]
        rows = rows[[results.outcomes[name].headline for name in rows["outcome"]]]
        settled.append(int(((rows["ci_lo"] > 0) | (rows["ci_hi"] < 0)).sum()))
    some = "in nine of ten sets" if len(results.evidence.sets) >= FEWEST_FOR_RANGE else "alike in all sets"
    return f"{settled[0]} differ beyond luck, {settled[1]} {some}"


def _better_for_less(results: Results, _: Reading) -> str:
    """In how many sets of plausible numbers there are more years of life in health for less money."""
    assert results.evidence is not None
    sets = results.evidence.sets
    both = int((sets["better_on_outcomes"].astype(bool) & sets["better_on_cost"].astype(bool)).sum())
    return f"more healthy years for less public money in {both} of {len(sets)} sets"


def _against(drawing: Drawing) -> str:
    """Which arms do better than the base on most outcomes."""
    better = drawing.data[drawing.data["verdict"] == "better"].groupby("arm", sort=False).size()
    if better.empty:
        return "none is clearly better on any outcome"
    most, of = int(better.max()), drawing.data["outcome"].nunique()
    best = [str(arm).replace("_", " ") for arm in better.index[better == most]]
    who = listed(best) if sum(len(arm.split()) for arm in best) < FEW else f"{len(best)} policies"
    return f"better on most: {who}, {most} of {of}"


def _luck(drawing: Drawing) -> str:
    """Whether people or later luck make more of the differences between runs."""
    later = int((drawing.data["share_later"] > drawing.data["share_people"]).sum())
    return f"later luck outweighs people in {later} of {counted(len(drawing.data), 'outcome')}"


def _level(drawing: Drawing) -> str:
    """How many outcomes drifted before the policy date by more than they scatter."""
    assert drawing.table is not None
    slopes = [drift(rows) for _, rows in drawing.table.groupby("outcome", sort=False)]
    moving = sum(not math.isnan(half) and abs(slope) > max(half, LEAST_DRIFT / 100) for slope, half in slopes)
    if all(math.isnan(half) for _, half in slopes):
        return "too short a time to see a drift"
    return f"{moving or 'none'} of {counted(len(slopes), 'outcome')} drifted before the policy began"


FEW = 4
OF_NUMBERS: Mapping[str, Callable[[Drawing], str]] = {"against_base": _against, "whose_luck": _luck, "burn_in": _level}
"""What is said over a figure from the numbers that it draws."""
FINDINGS: Mapping[str, Callable[[Results, Reading], str | tuple[str, ...]]] = {
    "two_intervals": _both_uncertainties,
    "evidence_quadrants": _better_for_less,
    "choice_across_evidence": _better_for_less,
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
"""What is said over a figure from what was compared: the first of several ways that is short enough."""
