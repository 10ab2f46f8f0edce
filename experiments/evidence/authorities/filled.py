"""Spreads what is known of England alone over its authorities, by age and deprivation."""

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


def times_england(zones: pd.DataFrame) -> pd.DataFrame:
    """How many times England's a head an authority's people would get of the NHS and the police, from their ages and deprivation.

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
