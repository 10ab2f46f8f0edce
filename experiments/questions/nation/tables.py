"""Tables of a country: every authority, the country as the sum of all, and who gains and who loses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.statistics import paired
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.statistics.outcomes import ByArm
from experiments.analysis.statistics.sides import Sides
from experiments.analysis.statistics.summary import compared, horizons_for
from experiments.analysis.verdicts.multiplicity import holm
from experiments.analysis.verdicts.sentence import IN_WORDS, listed, plain_sentence, verdict
from experiments.configuration.validate import Plan
from experiments.questions.nation.facts import DEPRIVATION, GRANTS, GROUPS, facts
from experiments.results import run_index
from experiments.results.consolidate import RUNS

AUTHORITIES, TOGETHER = "authorities.csv", "together.csv"
COUNTRY = "country"
SHOWN = ("crises", "life_satisfaction_in_need", "public_spend_total")
"""Outcomes that are drawn and told of by authority, as far as they were kept."""
ORDER = (*DEPRIVATION, *GRANTS)
LEVEL, MOST_ABSENT = 0.05, 6
APART = ("apart", "apart_lo", "apart_hi", "apart_p")
OWN_LUCK = (
    "Each council draws its own luck of what designs turn out to be, which evens out over many: for what designs are worth "
    "everywhere these intervals are too narrow."
)


def tabulated(base: Plan, out: Path) -> dict[str, Any]:
    """Writes the tables of a country from the years that were kept; returns what the manifest is to say."""
    points, settings = pd.read_parquet(out / run_index.POINTS), base.settings
    sides, contrast = Sides.of(pd.read_parquet(out / RUNS), points["point"]), settings.contrast
    horizons = list(settings.horizons or horizons_for(settings.years))
    years = list(settings.horizons or range(1, settings.years + 1))
    known = facts().loc[points["place"]].assign(seed=points["seed"].to_numpy(), lived=sides.lived)
    every = by_authority(sides, known, contrast, years)
    together = in_groups(sides, known, contrast, horizons, base.world.place.title)
    storage.write_csv(out / AUTHORITIES, every)
    storage.write_csv(out / TOGETHER, together)
    country = together[together["by"] == COUNTRY]
    absent = list(known["title"][~known["lived"]])
    return {
        "authorities": int(known["lived"].sum()),
        "absent": absent,
        "people": int(known["people"][known["lived"]].sum()),
        "sentence": plain_sentence(country, sides.outcomes, contrast),
        "told": [*_missing(absent), *told(every, sides.outcomes, contrast)],
    }


def _missing(absent: Sequence[str]) -> list[str]:
    """Says which authorities failed and are in no sum."""
    more = [f"{len(absent) - MOST_ABSENT} more"] if len(absent) > MOST_ABSENT else []
    names = listed([*absent[:MOST_ABSENT], *more])
    return [f"MISSING, because every run failed: {names}; kept.parquet says why."] if absent else []


def by_authority(sides: Sides, known: pd.DataFrame, contrast: Sequence[str], horizons: Sequence[int]) -> pd.DataFrame:
    """Compares two arms in every authority by itself.

    Returns:
        What is known of each, then the columns of a comparison's summary; `says`, what can be said of the difference; its
        p-value, alone (`p`) and as one of all authorities that are looked at (`p_of_all`, Holm's).
    """
    parts = []
    for place, (name, row) in enumerate(known.iterrows()):
        if row["lived"]:
            about = {"place": name, **row.drop(["lived", "column", "row"]).rename({"title": "called"}).to_dict()}
            parts.append(_told_of(sides.together([place]), sides.outcomes, contrast, horizons, about))
    found = pd.concat(parts, ignore_index=True)
    found["p_of_all"] = found.groupby(["outcome", "horizon"])["p"].transform(holm)
    return found


def in_groups(
    sides: Sides, known: pd.DataFrame, contrast: Sequence[str], horizons: Sequence[int], country: str
) -> pd.DataFrame:
    """Compares two arms in the country and in each group of authorities, all people of a group counting alike.

    Returns:
        `by`, `group`, how many authorities and people it has, then the columns of a comparison's summary; what can be said of
        the difference; its p-value, alone (`p`) and as one of all groups that are looked at (`p_of_all`, Holm's); by how much
        the group differs from everybody in no group of that name, under the same luck (`apart`, its interval and p-values).
    """
    lived = known["lived"].to_numpy(dtype=bool)
    members = {(COUNTRY, country): np.flatnonzero(lived)}
    for by in GROUPS:
        named = known[by].to_numpy(dtype=object)
        for group in sorted({each for each in named[lived] if isinstance(each, str)}, key=_in_order):
            members[by, group] = np.flatnonzero(lived & (named == group))
    parts = []
    for (by, group), at in members.items():
        about = {"by": by, "group": group, "authorities": len(at), "people": int(known["people"].iloc[at].sum())}
        own = sides.together(list(at))
        rows = _told_of(own, sides.outcomes, contrast, horizons, about)
        if len(rest := np.setdiff1d(members[COUNTRY, country], at)):
            rows = pd.concat([rows, _apart(own, sides.together(list(rest)), contrast, horizons)], axis="columns")
        parts.append(rows)
    found = pd.concat(parts, ignore_index=True)
    found = found.reindex(
        columns=list(dict.fromkeys([*found.columns, *APART]))
    )  # where one group is all, none is apart
    return _looked_at_together(found, "p", "apart_p")


def _looked_at_together(found: pd.DataFrame, *names: str) -> pd.DataFrame:
    """With p-values as those of all groups that are looked at (Holm's)."""
    looked_at = found[found["by"] != COUNTRY].groupby(["outcome", "horizon"])
    return found.assign(**{f"{p}_of_all": looked_at[p].transform(holm) for p in names})


def read_groups(out: Path) -> pd.DataFrame:
    """The table of groups; one written before groups were looked at together has no word on how they differ from others."""
    found = storage.read_csv(out / TOGETHER)
    return found if "p_of_all" in found else _looked_at_together(found, "p")


def _apart(own: ByArm, others: ByArm, contrast: Sequence[str], horizons: Sequence[int]) -> pd.DataFrame:
    """By how much a group's difference is another than that of all others, paired by replication, in the order of its rows."""
    first, second = contrast
    apart = (own.arms[first] - own.arms[second]) - (others.arms[first] - others.arms[second])
    rows = []
    for each in (apart[k, h - 1] for h in horizons for k in range(len(own.names))):
        known = each[~np.isnan(each)]
        low, high, _ = paired.difference_interval(known)
        mean = float(known.mean()) if known.size else np.nan
        rows.append((mean, low, high, paired.p_value(known)))
    return pd.DataFrame(rows, columns=list(APART))


def _in_order(group: str) -> tuple[int, str]:
    """Fifths from the least to the most, all else by name."""
    return (ORDER.index(group) if group in ORDER else 0, group)


def _told_of(
    known: ByArm,
    outcomes: Mapping[str, Outcome],
    contrast: Sequence[str],
    horizons: Sequence[int],
    about: Mapping[str, Any],
) -> pd.DataFrame:
    """The rows of one comparison, with whom they are about and what can be said."""
    rows = compared(known, outcomes, contrast, horizons)
    first, second = (known.arms[arm] for arm in contrast)
    said = [
        verdict(outcomes[row["outcome"]], *(float(row[key]) for key in ("diff", "ci_lo", "ci_hi")))
        for row in rows.to_dict("records")
    ]
    p = [paired.p_value(first[k, h - 1] - second[k, h - 1]) for h in horizons for k in range(len(known.names))]
    front = pd.DataFrame({name: [value] * len(rows) for name, value in about.items()})
    return pd.concat([front, rows.assign(says=said, p=p)], axis="columns")


def shown(table: pd.DataFrame) -> list[str]:
    """The outcomes that are drawn and told of by authority."""
    there = list(dict.fromkeys(table["outcome"]))
    return [name for name in SHOWN if name in there] or there[:1]


def stand_out(rows: pd.DataFrame) -> pd.Series:
    """Which groups differ by more than luck, even with so many looked at."""
    return rows["p_of_all"] < LEVEL


def groups_told(together: pd.DataFrame, outcome: str) -> str:
    """How many groups differ, and how many from all others, with all that are looked at allowed for."""
    rows = last_year(together, outcome)
    rows = rows[rows["by"] != COUNTRY]
    if too_few_runs(rows):
        return ""
    sure = int(stand_out(rows).sum())
    others = ""
    if "apart_p_of_all" in rows:
        others = (
            f", and {int((rows['apart_p_of_all'] < LEVEL).sum())} from all other authorities (`apart` in {TOGETHER})"
        )
    return (
        f"{rows['title'].iloc[0]}: with {len(rows)} groups looked at (Holm's correction), {sure} "
        f"{'differs' if sure == 1 else 'differ'} from 0{others}."
    )


def too_few_runs(rows: pd.DataFrame) -> bool:
    """Whether there are too few runs to say anything of any row but that nothing differs there."""
    return bool(rows["ci_lo"].isna().any() and not (rows["ci_lo"] < rows["ci_hi"]).any())


def lower_and_higher(about: Mapping[str, Any], less: int, more: int, of: str) -> tuple[str, ...]:
    """In how many of so many an outcome is lower and in how many higher, by more than luck: the longest way to say it first.

    Args:
        about: a row of the outcome's.
        less: of them, where it is lower.
        more: where it is higher.
        of: how many of what they are.
    """
    sides = f"lower in {less} of {of}" if less or not more else f"higher in {more} of {of}"
    sides += f", higher in {more}" if less and more else ""
    title, outcome = str(about["title"]), load_outcomes().get(str(about["outcome"]))
    names = (title, outcome.words if outcome else title, title.partition(" since ")[0])
    return (*(f"{name}: {sides}" for name in names), sides)


def last_year(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The rows of an outcome in the last year that is told of."""
    return table[(table["outcome"] == outcome) & (table["horizon"] == table["horizon"].max())]


def told(every: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str]) -> list[str]:
    """In how many authorities an outcome differs, and how many of them luck alone would pass off as different."""
    first, second = (arm.replace("_", " ") for arm in contrast)
    said = []
    for name in shown(every):
        rows = last_year(every, name)
        counts = rows["says"].value_counts()
        parts = [f"{words} in {counts[key]}" for key, words in IN_WORDS.items() if key in counts]
        sure, luck = int((rows["p_of_all"] < LEVEL).sum()), round(LEVEL * len(rows))
        by_luck = (
            f" Were there no difference anywhere, luck alone would make about {luck} look different; {sure} "
            f"{'stands' if sure == 1 else 'stand'} out even so."
        )
        said.append(
            f"{outcomes[name].title}, {first} against {second}, in {len(rows)} authorities: {listed(parts)}."
            f"{by_luck if luck and not too_few_runs(rows) else ''}"
        )
    return said
