"""What screen, page and figures of a pilot say: the names of methods and of ways of choosing, and what was found in sentences."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.verdicts.lever_words import FIRST_YEAR
from experiments.analysis.verdicts.sentence import listed
from experiments.text.numerals import counted

METHODS: Mapping[str, str] = {
    "before_after": "before and after",
    "matched_difference": "against three like it",
    "randomisation": "randomisation inference",
    "two_way_fixed_effects": "two-way fixed effects",
    "callaway_santanna": "Callaway and Sant'Anna",
    "synthetic_control": "synthetic control",
}
WAYS: Mapping[str, str] = {
    "random": "by lot",
    "matched_pairs": "one of each pair",
    "volunteers": "volunteers",
    "most_deprived": "the most deprived",
    "worst_last_year": "the worst of last year",
}
SURE, FAIR, PROMISED = 0.8, "random", 0.95
NOTHING = 1e-9  # rounding, in units of any outcome
USUAL_ZONES = 18
RUN = "run"
"""The column that says whether pilots were run, so that what zones have in use is seen by others."""
CAUTION = (
    "Evaluators are held against what is true in the model, with its numbers as used: that says what their methods are worth, "
    "and not whether the model is right."
)


def known_in(year: int) -> str:
    """The spring in which the figures of a year, counted from 0, are known: of year 1, in 2013."""
    return f"{FIRST_YEAR + year + 1}"


def main_zones(table: pd.DataFrame) -> int:
    """Of the numbers of zones that were tried, the one nearest to the essay's 15 to 20."""
    return int(min(table["zones"].unique(), key=lambda zones: abs(zones - USUAL_ZONES)))


def shown_rows(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The rows that are shown first: the usual number of zones, judged last, every method over the same pilots."""
    own = table[(table["outcome"] == outcome) & (table["zones"] == main_zones(table)) & table["same_pilots"]]
    return own[own["year"] == own["year"].max()]


def how_many(rows: pd.DataFrame) -> str:
    """How many pilots differ, by how zones are chosen, and from how many replications they were drawn."""
    alike: dict[str, list[str]] = {}
    for way, counts in rows.groupby("chosen", sort=False)["distinct_pilots"]:
        alike.setdefault(f"{counts.max()}", []).append(WAYS[str(way)])
    each = "; ".join(f"{count}, {listed(ways)}" for count, ways in alike.items())
    drawn = int(rows["replications"].max())
    few = "" if drawn >= FEWEST_FOR_INTERVAL else ", too few for an interval of bias"
    return f"Pilots that differ: {each}. They were drawn from {counted(drawn, 'replication')}{few}."


def sentences(table: pd.DataFrame, outcome: Outcome, name: str) -> list[str]:
    """What was found of one outcome, in sentences."""
    rows, zones = shown_rows(table, name), main_zones(table)
    fair = rows[rows["chosen"] == FAIR]
    said = []
    if len(fair):
        true = fair["true_effect"].mean()
        said.append(
            f"{outcome.title}: zones chosen by lot change it by {_amount(true)} {outcome.unit} in the mean of their years "
            f"as zones, until {known_in(int(fair['year'].iloc[0]))}; that is the truth that evaluators look for."
        )
    said += _spilt_over(fair, outcome)
    said += how_often(table, name, zones)
    said += _by_luck(rows)
    said += _too_narrow(fair)
    return said


def _spilt_over(fair: pd.DataFrame, outcome: Outcome) -> list[str]:
    """What zones chosen by lot changed for all others, where services see what others use."""
    if fair.empty or not fair[RUN].any():
        return []
    change = fair["effect_on_others"].mean()
    if change == 0:
        return [
            "Services saw what others had in use, but of those outside zones none took anything up: nothing changed there."
        ]
    return [
        f"All others, whose services saw what zones had in use, changed by {_amount(change)} {outcome.unit} in those years."
    ]


def every_fair(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """All pilots whose zones were chosen by lot and that were evaluated by randomisation inference, by zones and year."""
    own = table[(table["outcome"] == name) & ~table["same_pilots"]]
    return own[(own["chosen"] == FAIR) & (own["estimator"] == "randomisation")]


def how_often(table: pd.DataFrame, name: str, zones: int) -> list[str]:
    """How often a fair pilot is clear, year by year."""
    fair = every_fair(table, name)
    usual = fair[fair["zones"] == zones]
    if usual.empty:
        return []
    first, *later = [(f"{row['clear_better']:.0%}", known_in(int(row["year"]))) for row in usual.to_dict("records")]
    worse = [f"{row['clear_worse']:.0%}" for row in usual.to_dict("records")]
    shares = [f"{first[0]} found a clear improvement when judged in {first[1]}", *(f"{s} in {y}" for s, y in later)]
    sure = fair[fair["clear_better"] >= SURE].sort_values(["year", "zones"])
    enough = (
        f"from {int(sure['zones'].iloc[0])} zones on, judged in {known_in(int(sure['year'].iloc[0]))}"
        if len(sure)
        else "with none of the numbers of zones and years that were tried"
    )
    return [
        f"Of pilots of {zones} zones chosen by lot and evaluated by randomisation inference, {', '.join(shares)} (a clear "
        f"worsening: {', '.join(worse)}). At least four in five do so {enough}."
    ]


def _by_luck(rows: pd.DataFrame) -> list[str]:
    """What the choice of the worst makes by itself, because luck does not last."""
    worst = rows[rows["chosen"] == "worst_last_year"]
    if worst.empty or pd.isna(worst["luck_before"].iloc[0]):
        return []
    before, after = (float(worst[when].iloc[0]) for when in ("luck_before", "luck_after"))
    if abs(after - before) < NOTHING:
        return []
    return [
        f"Beside the same authorities in other lives, those chosen as the worst of last year had {_amount(before)} in that "
        f"year by luck, and {_amount(after)} in their years as zones if being one changed nothing: before and after sees the "
        f"difference, {_amount(after - before)}, and it is made by the choice."
    ]


def _too_narrow(fair: pd.DataFrame) -> list[str]:
    """Which methods' intervals hold the truth too seldom in fair pilots."""
    narrow = fair[fair["coverage_high"] < PROMISED]
    if narrow.empty:
        return []
    each = [f"{METHODS[str(row['estimator'])]} {coverage_in_words(row)}" for row in narrow.to_dict("records")]
    return [f"Intervals that hold the truth less often than the 95% they promise, zones by lot: {', '.join(each)}."]


def _amount(value: float) -> str:
    """A difference with its sign, to two figures."""
    return f"{value:+.2g}" if abs(value) < 100 else f"{value:+.0f}"


def coverage_in_words(row: Mapping[str, Any]) -> str:
    """How often intervals hold the truth, and between what that lies as far as so many pilots can say."""
    return f"{row['coverage']:.0%} ({row['coverage_low']:.0%} to {row['coverage_high']:.0%})"


def worth_in_words(row: Mapping[str, Any]) -> str:
    """What a method is worth in pilots of one kind: bias, coverage and false alarms."""
    return f"{_amount(row['bias'])} {row['coverage']:.0%} {row['sham_alarm']:.0%}"
