"""Reads the publishers' files on England's authorities: who is where, and what councils spent."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

YEARS = tuple(f"{y}-{(y + 1) % 100:02d}" for y in range(2010, 2018))
LINES = ("highways_transport", "social_care", "housing", "culture", "environment", "central", "rest")
"""What services are made of, apart from education and public health, which changed hands."""
NEW_NAMES = {"E10000002": ("E06000060",), "E10000021": ("E06000061", "E06000062")}
"""Buckinghamshire and Northamptonshire, whose districts had gone when the series of people was published."""
AS_BEFORE = (("E09000020", "2017-18", "central", "2016-17"),)
"""Lines that are taken as in the year before: Kensington and Chelsea's central services hold the Grenfell Tower fire."""
CHRISTCHURCH = 47_752  # people, 2011 Census, recalled: of Dorset's county council until 2019
BOURNEMOUTH, DORSET = "E06000058", "E06000059"


def reader(folder: Path) -> Callable[[str], pd.DataFrame]:
    """What reads a publisher's file by its name, with codes freed of stray spaces."""

    def read(name: str) -> pd.DataFrame:
        table = pd.read_csv(folder / f"{name}.csv")
        codes = [
            column for column in ("la_code", "utla_code", "ons", "area_code", "code", "ons_code") if column in table
        ]
        return table.assign(**{column: table[column].str.strip() for column in codes})

    return read


def upper_tier(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Each authority in the order of the codes of 2019, with its people of 2010 and 2020."""
    found = read("england_upper_tier").set_index("utla_code").sort_index()
    people = read("la_population_2009_2020").set_index("la_code")
    for year in (2010, 2020):
        found[f"people_{year}"] = [
            int(sum(people[f"pop{year}"][code] for code in NEW_NAMES.get(own, districts.split())))
            for own, districts in found["districts"].items()
        ]
    return found


def of_councils(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """What every council of today would have spent in each year, GBP million in cash, by authority and year.

    Bournemouth, Christchurch and Poole and what is now Dorset are given what the councils before them spent a head of those who
    live there now. A return that a council did not make is halfway between its own before and after, or unknown.
    """
    rows = read("ro_upper_tier_la_by_service").set_index(["ons", "year"]).drop(columns=["la", "cls"])
    where = upper_tier(read)
    found = {
        (code, year): sum(rows.loc[old, year] for old in codes.split())
        for code, codes in where["ro_codes"].items()
        for year in YEARS
    }
    table = pd.DataFrame(found).T
    absent = table["total_service"].isna()
    own = table.groupby(level=0)
    table[absent] = ((own.shift(1) + own.shift(-1)) / 2)[absent]
    for code, year, line, before in AS_BEFORE:
        table.loc[(code, year), "total_service"] += table.loc[(code, before), line] - table.loc[(code, year), line]
        table.loc[(code, year), line] = table.loc[(code, before), line]
    people = where["people_2010"]
    for code, change in ((BOURNEMOUTH, -CHRISTCHURCH), (DORSET, CHRISTCHURCH)):
        table.loc[code] = (table.loc[code] * people[code] / (people[code] + change)).to_numpy()
    named = table[[line for line in LINES if line != "rest"]].sum(axis=1)
    health = table["public_health"].fillna(0)
    return table.assign(
        absent=absent, rest=table["total_service"] - table["education"] - health - named, public_health=health
    )


def by_rank(percent: np.ndarray, small: pd.DataFrame, domain: str) -> np.ndarray:
    """The national percentile (1 = most deprived) of areas of which so many percent of people are deprived.

    Read off small areas of five authorities, of which both the share and the national rank are published.
    """
    share, rank = {"income": ("inc_pct", "income_rank"), "employment": ("emp_pct", "employ_rank")}[domain]
    known = small.groupby(share)[rank].median().sort_index()
    return np.interp(percent, known.index, 1 - known.cummin().to_numpy() / 32_844)
