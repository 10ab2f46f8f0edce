"""One line for each authority of England: who it is, how its people come and go, how they say they fare."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from experiments.configuration.files.place_tables import PEOPLE
from experiments.evidence.authorities.sources import upper_tier
from simulation.parameters import DemographyConfig
from simulation.parameters.quantity import AGE_BAND_STARTS, AGE_BAND_YEARS

KINDS = {"E06": "unitary", "E08": "metropolitan district", "E09": "London borough", "E10": "county"}
AS_TYPED = {
    "Bath and Somerset": "Bath and North East Somerset",
    "Durham": "County Durham",
    "Medway Towns": "Medway",
    "Telford and the Wrekin": "Telford and Wrekin",
}
"""Councils' names in the return on social care, where they differ."""
MARCH = 2011
YEARS_OF_CARE = (MARCH, 2010, 2012)
SURE = 0.15 / 1.96
"""Standard error of one authority's life satisfaction in one year."""


def lines(
    read: Callable[[str], pd.DataFrame], zones: pd.DataFrame, demography: DemographyConfig, london: float
) -> pd.DataFrame:
    """Every authority's line, in the order of the codes.

    Args:
        read: reads a publisher's file.
        zones: as `zones.zones` made them.
        demography: England's births, deaths and moves by age.
        london: times as many people leave a London borough as England's moves by age say, as Croydon is known to.
    """
    found = upper_tier(read)
    titles = [re.sub(r", (City|County) of$", "", title) for title in found["utla"]]
    districts = read("la_england").set_index("la_code")
    table = pd.DataFrame(
        {
            "name": [re.sub(r"[^a-z]+", "_", title.lower()) for title in titles],
            "title": titles,
            "code": found.index,
            "region": found["region"],
            "kind": [KINDS[code[:3]] for code in found.index],
            "people_2010": found["people_2010"],
            "people_2020": found["people_2020"],
            "column": found["hex_q"],
            "row": found["hex_r"],
        },
        index=found.index,
    )
    for column, name in (
        ("imd19", "imd_2019"),
        ("imd10", "imd_2010"),
        ("inc_pct", "income_deprived"),
        ("idaci", "children_deprived"),
    ):
        table[name] = [_mean(districts.loc[codes.split()], column) for codes in found["districts"]]
    times = np.where(table["kind"] == "London borough", london, 1.0)
    table = table.join(moves(zones, table, demography, times))
    table = table.join(satisfaction(read, table, table["imd_2019"]))
    return table.join(_care(read, titles, found.index))


def _mean(districts: pd.DataFrame, column: str) -> float:
    """A mean of districts' figures by their people."""
    return round(float(np.average(districts[column], weights=districts["pop19"])), 4)


def moves(
    zones: pd.DataFrame, table: pd.DataFrame, demography: DemographyConfig, times: np.ndarray | float
) -> pd.DataFrame:
    """Births, deaths, departures and arrivals per 1,000 people a year, so that people follow their own path 2010 to 2020.

    Args:
        zones: people by age, by the authority's `code`.
        table: people of 2010 and 2020, by the same.
        demography: births, deaths and moves by age.
        times: as many people leave as moves by age say, times this.
    """
    ages = zones.groupby("code")[list(PEOPLE)].sum().loc[table.index]
    share = ages.div(ages.sum(axis=1), axis=0).to_numpy()
    fertile = share[:, 1] / AGE_BAND_YEARS[1] + share[:, 2:5].sum(axis=1)
    chance = np.array(demography.life_table).mean(axis=1)
    alive = np.cumprod(np.concatenate([[1.0], 1 - chance]))[:-1]
    ends = [*AGE_BAND_STARTS[1:], len(chance)]
    dying = [np.average(chance[a:b], weights=alive[a:b]) for a, b in zip(AGE_BAND_STARTS, ends, strict=True)]
    births = fertile / 2 * demography.births_per_1000_women_15_44.number
    deaths = 1000 * share @ np.array(dying)
    leave = share @ np.array(demography.moves.row) * times
    growth = 100 * np.log(table["people_2020"] / table["people_2010"])
    flows = {"births": births, "deaths": deaths, "departures": leave, "arrivals": growth - births + deaths + leave}
    return pd.DataFrame(flows, index=table.index).round(1)


def satisfaction(read: Callable[[str], pd.DataFrame], table: pd.DataFrame, deprived: pd.Series) -> pd.DataFrame:
    """Life satisfaction as it was answered in 2011-12, and drawn towards that of like places by how unsure it is.

    Places are alike in deprivation and kind; where an authority has no answer of its own, theirs is its own.
    """
    given = read("life_satisfaction_2011_12").set_index("area_code")["life_satisfaction_2011_12"]
    own = given.reindex(table.index)
    kinds = list(dict.fromkeys(table["kind"]))
    like = np.column_stack([np.ones(len(table)), deprived, *(table["kind"] == kind for kind in kinds[1:])]).astype(
        float
    )
    has = own.notna().to_numpy()
    slopes, *_ = np.linalg.lstsq(like[has], own[has], rcond=None)
    expected = like @ slopes
    left = own[has] - expected[has]
    between = max(float((left**2).sum() / (has.sum() - like.shape[1])) - SURE**2, 0.0)
    trust = np.where(has, between / (between + SURE**2), 0.0)
    drawn = expected + trust * (own.fillna(0.0).to_numpy() - expected) * has
    unsure = 1.96 * np.sqrt(between * (1 - trust))
    found = {"satisfaction_answered": own, "satisfaction": drawn.round(2), "satisfaction_unsure": unsure.round(2)}
    return pd.DataFrame(found, index=table.index)


def _care(read: Callable[[str], pd.DataFrame], titles: list[str], codes: pd.Index) -> pd.DataFrame:
    """People of 65 and over in home care and in care homes that councils pay for, March 2011, and the same a year either way.

    A return that lacks one of the two, or says that nobody is in home care, has a gap.
    """
    table = read("asc_users_la_2010_2014")
    table = table.assign(la=table["la"].replace(AS_TYPED)).set_index(["mar", "la"])[["homecare65", "resid65"]]
    found: Mapping[str, list[float]] = {"home_care": [], "care": [], "care_low": [], "care_high": []}
    for title in titles:
        old = ["Bournemouth", "Poole"] if title.startswith("Bournemouth") else [title]
        known = {
            y: table.loc[[(y, o) for o in old]].sum(min_count=len(old))
            for y in YEARS_OF_CARE
            if all((y, o) in table.index for o in old)
        }
        whole = {y: each for y, each in known.items() if each.notna().all() and each["homecare65"] > 0}
        users = {y: each.sum() for y, each in whole.items()} if MARCH in whole else {}
        found["home_care"].append(whole[MARCH]["homecare65"] if users else np.nan)
        found["care"].append(users[MARCH] if users else np.nan)
        found["care_low"].append(min(users.values()) if users else np.nan)
        found["care_high"].append(max(users.values()) if users else np.nan)
    return pd.DataFrame(found, index=codes)
