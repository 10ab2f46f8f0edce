"""What each authority's council spent in 2010-11 by department, and its real path to 2017-18."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from experiments.evidence.authorities.sources import DORSET, LINES, YEARS, of_councils, upper_tier

BREAK = "2013-14"
"""The year in which the return's council tax becomes another thing."""
OF_DISTRICTS = ("housing", "culture", "environment", "central", "rest")
"""Services that district councils give where there are two tiers."""
MILLION = 1e6


def budgets(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Pounds of 2010-11 by authority and department; districts' share apart (`district_...`).

    Care was not split between adults and children in 2010-11: it is split as in 2011-12. Public health was the NHS's: it is
    2013-14's in the prices of 2010-11. What districts spend is England's less what these councils spend, shared among the
    people of two-tier areas alike.
    """
    table, england = of_councils(read), read("ro_england_by_service").set_index("year")
    first, second, health = (table.xs(year, level=1) for year in ("2010-11", "2011-12", BREAK))
    adults = second["adult_sc"] / (second["adult_sc"] + second["children_sc"])
    deflator = england["gdp_deflator_2019_20_100"]
    lines = first[list(LINES)].clip(lower=0)
    found = pd.DataFrame(
        {
            "adult_care": lines["social_care"] * adults,
            "children": lines["social_care"] * (1 - adults),
            "public_health": health["public_health"] * deflator["2010-11"] / deflator[BREAK],
            "housing": lines["housing"],
            "council_other": lines.drop(columns=["social_care", "housing"]).sum(axis=1),
            "schools": first["education"],
        }
    )
    where = upper_tier(read)
    two_tier = where.index.str.startswith("E10") | (where.index == DORSET)
    whole = england.loc["2010-11"].rename({"planning": "rest"})
    whole["rest"] += whole["other"]
    left = {line: whole[line] - first[line].sum() for line in OF_DISTRICTS}
    a_head = where["people_2010"] * two_tier / where["people_2010"][two_tier].sum()
    found["district_housing"] = a_head * left.pop("housing")
    found["district_other"] = a_head * sum(left.values())
    return (found * MILLION).round(-4).astype(int)


def paths(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """What each council's services lost in each year 2011-12 to 2017-18, and what paid for them, as shares of 2010-11's.

    `cut` is of services less education and public health, a line below nothing counting as 0; `cut_low` and `cut_high` are the
    least and the most that other readings give (lines as returned; without highways and central services, whose lines swing;
    a head of the population). The rest is as `experiments.evidence.council_income` has it.
    """
    table, england = of_councils(read), read("ro_england_by_service").set_index("year")
    deflator = (england["gdp_deflator_2019_20_100"] / england["gdp_deflator_2019_20_100"].iloc[0]).loc[list(YEARS)]
    people = read("la_population_2009_2020").set_index("la_code")
    where = upper_tier(read)
    found = []
    for code in where.index:
        own = table.loc[code].loc[list(YEARS)]
        grown = (where["people_2020"][code] / where["people_2010"][code]) ** (np.arange(len(YEARS)) / 10)
        if f"{code}" in people.index:
            each = people.loc[code, [f"pop{y}" for y in range(2010, 2018)]].to_numpy(float)
            grown = each / each[0]
        found.append(_path(own, deflator, grown).assign(code=code))
    return pd.concat(found).rename_axis("year").reset_index()


def _path(own: pd.DataFrame, deflator: pd.Series, grown: np.ndarray) -> pd.DataFrame:
    """One council's path."""
    lines = own[list(LINES)].clip(lower=0)
    cash = lines.sum(axis=1)
    services = cash / deflator
    steady = lines.drop(columns=["highways_transport", "central"]).sum(axis=1) / deflator
    returned = own[list(LINES)].sum(axis=1) / deflator
    readings = pd.concat([_lost(each) for each in (services, returned, steady, services / grown)], axis=1)
    adults = own["adult_sc"] / (own["adult_sc"] + own["children_sc"])
    adults.iloc[0] = adults.iloc[1]
    care = lines["social_care"] / deflator
    tax = own["ctax_requirement"] / deflator
    growth = tax.pct_change().fillna(0.0).where(tax.index != BREAK, 0.0)
    share = float(tax.iloc[0] / services.iloc[0])
    reserves = own["res_earmarked_31mar"] + own["res_unalloc_31mar"]
    return pd.DataFrame(
        {
            "cut": readings.iloc[:, 0],
            "cut_low": readings.min(axis=1),
            "cut_high": readings.max(axis=1),
            "care": _lost(care),
            "adult_care": _lost(care * adults),
            "childrens_care": _lost(care * (1 - adults)),
            "the_rest": _lost(services - care),
            "more_tax": share * ((1 + growth).cumprod() - 1),
            "from_reserves": -reserves.diff() / deflator / services.iloc[0],
            "council_tax": share,
            "absent": own["absent"].astype(int),
        }
    ).iloc[1:]


def _lost(real: pd.Series) -> pd.Series:
    """By how much spending is below 2010-11's."""
    return 1 - real / real.iloc[0]
