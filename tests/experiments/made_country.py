"""A made-up country in which every authority lived both ways, as `redesign nation` would have kept it."""

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.sides import ABOVE, BELOW
from experiments.configuration.places.authorities import authorities
from experiments.results import manifest

COUNT, YEARS, REPLICATIONS, EFFECT = 40, 6, 2, -4.0
GLADNESS = "life_satisfaction_in_need"
OUTSIDE, INSIDE, LATER = "rationing", "zones_from_2012", "zones_from_2014"
BEGINS = {OUTSIDE: YEARS, INSIDE: 1, LATER: 3}


def lived(folder, question="nation", begins=BEGINS, count=COUNT, needy=None, **more):
    """Writes a made-up country's folder: crises of 100 in 1,000 give or take, less by a constant where a zone is in force.

    Where it is asked for, also how glad people in need are, who are nobody in the first `needy` authorities.
    """
    rng = np.random.default_rng(1)
    people = rng.uniform(2e5, 5e5, count)
    crises = 100 + 10 * rng.normal(size=(count, 1)) + np.arange(YEARS) + rng.normal(size=(REPLICATIONS, count, YEARS))
    outcome, glad = load_outcomes()["crises"], rng.normal(5, 1, size=(REPLICATIONS, count, YEARS))
    rows = []
    for arm, first in begins.items():
        rate = crises + EFFECT * (np.arange(YEARS) >= first)
        for (replication, place, year), value in np.ndenumerate(rate):
            index = {"point": place, "arm": arm, "replication": replication, "month": 12 * year + 11}
            above = value * people[place] / outcome.factor
            both = {f"crises{ABOVE}": above, f"crises{BELOW}": people[place]}
            if needy is not None:
                many = 0.0 if place < needy else 100.0
                of = f"{GLADNESS}{ABOVE}", f"{GLADNESS}{BELOW}"
                both |= dict(zip(of, (many * glad[replication, place, year], many), strict=True))
            rows.append(index | both)
    folder.mkdir()
    storage.write_frame(folder / "runs.parquet", pd.DataFrame(rows))
    places = [each.place for each in authorities().values()][:count]
    storage.write_frame(folder / "points.parquet", pd.DataFrame({"point": range(count), "place": places}))
    said = {"question": question, "contrast": [INSIDE, OUTSIDE], "results_key": "made up", "model_version": "made up"}
    manifest.write(
        folder, said | {"place_title": "A made-up country", "years": YEARS, "scale": 1.0} | more, finished=True
    )
    return folder
