"""Lays each authority out in at most 18 zones of like deprivation: people of 2010 by age, and deprivation by domain."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from experiments.configuration.files.place_tables import PEOPLE
from experiments.evidence.authorities.sources import by_rank, upper_tier
from simulation.parameters.quantity import DOMAINS

MOST = 18
BROAD = ("p0_17", "p18_64", "p65p")
BROAD_OF = (0, 0, 0, 1, 1, 1, 2, 2, 2)
"""The broad age, of which zones' people are published, of each age band."""


def zones(read: Callable[[str], pd.DataFrame], england: np.ndarray) -> pd.DataFrame:
    """Every authority's zones, the most deprived first.

    Zones' people of 2019 are published in three broad ages. Within each they are spread as in their district, and shifted as
    England's ages were between its Census of 2011 and 2019; every zone of a district has its district's growth.

    Args:
        read: reads a publisher's file.
        england: share of England's people in each age band in 2011.
    """
    districts = read("la_england").set_index("la_code")
    names = ("unitary_met_london", "districts_a", "districts_b")
    parts = pd.concat([read(f"zones18_england_{name}") for name in names], ignore_index=True)
    of_2019 = districts[list(PEOPLE)].to_numpy(float)
    shift = england / (of_2019.sum(axis=0) / of_2019.sum())
    broad = np.array([[of_2019[:, [b == k for b in BROAD_OF]].sum(axis=1)] for k in range(3)])[:, 0].T
    within = pd.DataFrame(of_2019 / broad[:, list(BROAD_OF)] * shift, index=districts.index)
    people = parts[[BROAD[k] for k in BROAD_OF]].to_numpy() * within.loc[parts["la_code"]].to_numpy()
    people *= (_grown(read, parts) / people.sum(axis=1))[:, None]
    deprived = _deprivation(parts, districts, read("lsoa_selected_las"))
    rows = pd.DataFrame(people, columns=list(PEOPLE)).join(pd.DataFrame(deprived, columns=list(DOMAINS)))
    rows = rows.assign(imd=parts["imd19"], la_code=parts["la_code"])
    found = []
    for code, each in upper_tier(read).iterrows():
        own = rows[rows["la_code"].isin(each["districts"].split())].sort_values("imd", ascending=False, kind="stable")
        found.append(_merged(own, each["people_2010"]).assign(code=code))
    return pd.concat(found, ignore_index=True)


def _grown(read: Callable[[str], pd.DataFrame], parts: pd.DataFrame) -> np.ndarray:
    """People of each zone in 2010: those of 2019 with the growth of its district undone, or of its authority."""
    series = read("la_population_2009_2020").set_index("la_code")
    where = upper_tier(read)
    growth = dict(series["pop2010"] / series["pop2019"])
    for _, each in where.iterrows():
        codes = each["districts"].split()
        growth |= {code: each["people_2010"] / each["pop19"] for code in codes if code not in growth}
    return parts["pop19"].to_numpy() * np.array([growth[code] for code in parts["la_code"]])


def _deprivation(parts: pd.DataFrame, districts: pd.DataFrame, small: pd.DataFrame) -> np.ndarray:
    """National percentile by domain in 2019, 1 = most deprived; the living environment is its district's everywhere.

    A district's rank among districts is further from the middle than its small areas are on the average: how much less far they
    are is taken from the five authorities whose small areas are published.
    """
    found = {f"{name}_ptl": parts[f"{name}_ptl"] / 100 for name in ("educ", "health", "crime", "housing")}
    people = districts["pop19"]
    order = districts["livenv_sc"].sort_values().index
    passed = people[order].cumsum() - people[order] / 2
    ranked = passed / people.sum() - 0.5
    seen = 0.5 - small.groupby("la_code")["livenv_rank"].mean() / 32_844
    nearer = float((seen * ranked[seen.index]).sum() / (ranked[seen.index] ** 2).sum())
    living = 0.5 + nearer * ranked[parts["la_code"]].to_numpy()
    income, employment = (by_rank(parts[c], small, d) for c, d in (("inc_pct", "income"), ("emp_pct", "employment")))
    return np.column_stack(
        [income, employment, *(found[f"{n}_ptl"] for n in ("educ", "health", "crime", "housing")), living]
    )


def _merged(own: pd.DataFrame, people: int) -> pd.DataFrame:
    """Zones put together, the most deprived first, into at most 18 of about as many people each, who add up."""
    ages = own[list(PEOPLE)].to_numpy()
    each = ages.sum(axis=1)
    middle = (each.cumsum() - each / 2) / each.sum()
    group = np.arange(len(own)) if len(own) <= MOST else np.minimum((middle * MOST).astype(int), MOST - 1)
    _, group = np.unique(group, return_inverse=True)
    size = group.max() + 1
    into = np.zeros((size, len(own)))
    into[group, np.arange(len(own))] = 1
    merged = into @ ages
    deprived = (into * each) @ own[list(DOMAINS)].to_numpy() / (into @ each)[:, None]
    table = pd.DataFrame(whole(merged * people / merged.sum(), people), columns=list(PEOPLE))
    return table.join(pd.DataFrame(deprived.clip(0.0005, 0.9995).round(4), columns=list(DOMAINS)))


def whole(people: np.ndarray, total: int) -> np.ndarray:
    """Whole people who add up to the total: the largest remainders are rounded up."""
    down = np.floor(people).astype(int)
    left = total - down.sum()
    largest = np.argsort(-(people - down).ravel(), kind="stable")[:left]
    down.ravel()[largest] += 1
    return down
