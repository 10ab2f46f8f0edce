"""What is known of authorities beside their results, by which who gains and who loses is told."""

import numpy as np
import pandas as pd

from experiments.configuration.places.authorities import authorities

FIFTHS = 5
DEPRIVATION = ("least deprived fifth", "second fifth", "middle fifth", "fourth fifth", "most deprived fifth")
GRANTS = ("least from grants", "second least", "middling", "second most", "most from grants")
GROUPS = {
    "region": "Region",
    "deprivation_fifth": "Deprivation",
    "grants_fifth": "Dependence on grants",
    "kind": "Kind of council",
}
"""What authorities are grouped by, in words."""


def facts() -> pd.DataFrame:
    """Every authority by the word after `place=`: who it is, people and deprivation of 2010, grants, its fifths, its hexagon."""
    rows = [
        {
            "place": each.place,
            "authority": each.name,
            "title": each.title,
            "region": each.region,
            "kind": each.kind,
            "people": each.population,
            "deprivation": each.deprivation_2010,
            "grants": each.grant_dependence,
            "column": each.column,
            "row": each.row,
        }
        for each in authorities().values()
    ]
    found = pd.DataFrame(rows).set_index("place")
    found["deprivation_fifth"] = fifths(found["deprivation"], DEPRIVATION)
    found["grants_fifth"] = fifths(found["grants"], GRANTS)
    return found


def fifths(values: pd.Series, names: tuple[str, ...]) -> pd.Series:
    """Sorts authorities into fifths, as many in each as can be; who has no value is in none."""
    known = values.dropna()
    rank = known.rank(method="first").to_numpy() - 1
    place = np.minimum(rank * FIFTHS // max(1, len(known)), FIFTHS - 1).astype(int)
    return pd.Series([names[k] for k in place], index=known.index).reindex(values.index)
