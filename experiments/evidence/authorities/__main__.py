"""Makes the tables of England's authorities anew from the publishers' files.

    python -m experiments.evidence.authorities FOLDER

The folder holds what the publishers give, as CSV: `reader` and its callers name each file and its columns. What is written
is what `place=leeds` and every other authority is made of (`experiments.configuration.places`). What the tables' first lines
say of them stays.
"""

import sys
from pathlib import Path

import pandas as pd

from experiments.configuration import options
from experiments.configuration.files.place_tables import PEOPLE, read_life_table
from experiments.evidence.authorities.filled import times_england
from experiments.evidence.authorities.money import budgets, paths
from experiments.evidence.authorities.people import lines
from experiments.evidence.authorities.sources import reader
from experiments.evidence.authorities.zones import zones
from simulation.parameters import DemographyConfig


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table by its name."""
    read, place = reader(folder), options.shipped_root().joinpath("place")
    england = pd.read_csv(str(place.joinpath("average_england.areas.csv")))[list(PEOPLE)].sum()
    demography = options.find("demography")["uk"]
    data = demography.read()
    data["life_table"] = read_life_table(demography.beside(data["life_table_file"]), "demography")
    laid_out = zones(read, (england / england.sum()).to_numpy())
    croydon = options.find("place")["croydon"].read()["departures"]["value"]
    known = DemographyConfig(**data)
    own = lines(read, laid_out, known, 1.0)
    london = croydon / own["departures"]["E09000008"]
    own = lines(read, laid_out, known, london).join(times_england(laid_out))
    name = own["name"]
    laid_out.insert(0, "place", name[laid_out.pop("code")].to_numpy())
    laid_out.insert(1, "area", [f"{n + 1:02d}" for n in laid_out.groupby("place").cumcount()])
    spent = budgets(read)
    spent.insert(0, "name", name[spent.index].to_numpy())
    path = paths(read)
    path.insert(0, "name", name[path.pop("code")].to_numpy())
    return {"authorities": own, "zones": laid_out.round(3), "budgets": spent, "paths": path.round(3)}


def main(folder: str) -> None:
    """Writes the tables."""
    for name, table in tables(Path(folder)).items():
        path = Path(str(options.shipped_root().joinpath("place", f"england.{name}.csv")))
        told = (line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#"))
        path.write_text("".join(told) + table.to_csv(index=False), encoding="utf-8")
        print(f"{path}: {len(table)} lines")


if __name__ == "__main__":
    main(sys.argv[1])
