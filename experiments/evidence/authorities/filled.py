"""Spreads what is known of a nation or of one place over other authorities, by age and deprivation."""

import numpy as np
import pandas as pd

from experiments.configuration.files.place_tables import PEOPLE

NHS_BY_AGE = (1.0, 0.35, 0.4, 0.6, 0.65, 0.9, 1.8, 2.9, 4.0)
"""What the NHS spends on a person of each age band, in any unit: hospital and community services, recalled (C)."""
NHS_BY_DEPRIVATION = 0.33
"""By how much more of the mean it spends where all are the most deprived than where none is: in hospitals 31% more on men and
22% on women of the most deprived fifth than of the least (Asaria, Doran and Cookson 2016, recalled, C)."""
POLICE_BY_CRIME = 0.4
"""The same of the police by the crime domain: judgement (J); victims are a third to a half more in the most deprived areas."""

CHILDREN = 3
"""The first three age bands."""
FEWEST_PEOPLE = 20_000
"""Of an authority whose spending a head says anything of others: the City of London and the Isles of Scilly have fewer."""


def times_the_nation(zones: pd.DataFrame) -> pd.DataFrame:
    """How many times its nation's a head an authority's people would get of the NHS and the police, by age and deprivation.

    Args:
        zones: people by age and deprivation by domain, by the authority's `code`.
    """
    ages = zones[list(PEOPLE)].to_numpy()
    needs = pd.DataFrame(
        {
            "people": ages.sum(axis=1),
            "nhs": ages @ np.array(NHS_BY_AGE) * (1 + NHS_BY_DEPRIVATION * (zones["income"] - 0.5)),
            "police": ages.sum(axis=1) * (1 + POLICE_BY_CRIME * (zones["crime"] - 0.5)),
        }
    )
    found = needs.groupby(zones["code"]).sum()
    a_head = found.div(found["people"], axis=0)[["nhs", "police"]]
    return (a_head * found["people"].sum() / found[["nhs", "police"]].sum()).round(3)


def powers_of_income(authorities: pd.DataFrame, budgets: pd.DataFrame, zones: pd.DataFrame) -> dict[str, float]:
    """How England's councils spend more where more people are income-deprived: the power of that share, by department.

    Spending of 2010-11 a head, on schools and children's care a child, over councils by their people, least squares of
    logarithms.

    Args:
        authorities: England's table of them, by code.
        budgets: what they spent, by code.
        zones: people by age, by the authority's `code`.
    """
    ages = zones.groupby("code")[list(PEOPLE)].sum().loc[authorities.index]
    people, children = ages.sum(axis=1), ages.iloc[:, :CHILDREN].sum(axis=1)
    spent = {
        "adult_care": budgets["adult_care"] / people,
        "children": budgets["children"] / children,
        "housing": (budgets["housing"] + budgets["district_housing"]) / people,
        "council_other": (budgets["council_other"] + budgets["district_other"]) / people,
        "schools": budgets["schools"] / children,
    }
    large = people > FEWEST_PEOPLE
    poor, weight = np.log(authorities["income_deprived"][large]), np.sqrt(people[large])
    return {
        name: round(float(np.polyfit(poor, np.log(each[large].clip(lower=1.0)), 1, w=weight)[0]), 2)
        for name, each in spent.items()
    }
