"""Whose luck a difference is: the people of each replication also lead other lives from the policy date on."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import ByArm
from experiments.analysis.uncertainty.people_and_luck import by_life, summarise
from experiments.analysis.uncertainty.two_uncertainties import WHOSE_LUCK
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.questions.compare.further_lives import own_folder
from experiments.results import consolidate
from experiments.running.job import Job
from experiments.running.session import Session
from experiments.text.numerals import per_cent

FOLDER, DIFFERENCES = "lives", "whose_luck_by_life.parquet"


def points_of(plan: Plan) -> list[Point]:
    """The lives beyond the first that each replication's people lead, under the two arms that are compared."""
    settings = plan.settings
    return [
        Point(life, f"life {life}", {"later_luck": settings.later_luck + life}, settings.contrast)
        for life in range(1, settings.lives)
    ]


def live(plan: Plan, session: Session, main: Job, used: int) -> None:
    """Lives the further lives of all peoples that are used, where that is asked, and keeps them in a folder of their own.

    Args:
        plan: of the comparison.
        session: its folder.
        main: what its replications have in common.
        used: how many of them are used.
    """
    if plan.settings.population_luck == "nested":
        own_folder.live(plan, session, main, points_of(plan), used, FOLDER, "to tell people from later luck")


def tabulated(plan: Plan, out: Path, record: pd.DataFrame, outcomes: Mapping[str, Outcome]) -> list[str]:
    """Splits the variance of every headline difference and writes the tables; returns what is said of it, if anything.

    Args:
        plan: of the comparison.
        out: its folder.
        record: the months of its arms, of everybody: the first life of each people.
        outcomes: the catalogue.
    """
    if not (out / FOLDER / consolidate.RUNS).is_file():
        return []
    contrast, year = plan.settings.contrast, plan.settings.years
    headline = {name: outcome for name, outcome in outcomes.items() if outcome.headline}
    beside = pd.read_parquet(out / FOLDER / consolidate.RUNS).astype({"arm": str})
    lives = [record[record["arm"].isin(contrast)]]
    lives += [months.drop(columns="point") for _, months in beside.groupby("point")]
    differences = by_life([ByArm.of(life, headline) for life in lives], contrast, year)
    storage.write_frame(out / DIFFERENCES, differences)
    table = summarise(differences, headline, year)
    storage.write_csv(out / WHOSE_LUCK, table)
    return [sentence(table, outcomes, contrast)] if len(table) else []


def sentence(table: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str]) -> str:
    """Says whose luck the difference of the first spoken outcome is, and where nothing could be put down to people."""
    row = next((row for row in table.to_dict("records") if outcomes[row["outcome"]].spoken), table.iloc[0])
    words = outcomes[row["outcome"]].words
    pair = " minus ".join(contrast).replace("_", " ")
    head = (
        f"How much {pair} depends on who lives there ({row['peoples']} groups of people, {row['lives']} lives each): "
    )
    if pd.isna(row["share_people"]):
        return f"{head}{words} differ by the same in every life."
    range_ = f"95%: {per_cent(row['share_lo'])} to {per_cent(row['share_hi'])}%"
    doubt = "too few groups to say how surely" if pd.isna(row["share_lo"]) else range_
    said = f"of the variance in {words}, {per_cent(row['share_people'])}% is who lives there ({doubt}), the rest later luck."
    cut = [outcomes[name].words for name in table.loc[table["cut"], "outcome"]]
    below = f" People's part came out below 0 and is cut at 0 for {', '.join(cut)}." if cut else ""
    return f"{head}{said}{below}"
