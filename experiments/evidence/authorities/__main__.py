"""Makes the tables of England's authorities and Scotland's councils anew from the publishers' files.

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
from experiments.evidence.authorities import scotland
from experiments.evidence.authorities.filled import powers_of_income, times_the_nation
from experiments.evidence.authorities.money import budgets, paths
from experiments.evidence.authorities.people import lines
from experiments.evidence.authorities.sources import reader
from experiments.evidence.authorities.zones import zones
from simulation.parameters import DemographyConfig


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table by nation and name."""
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
    own = lines(read, laid_out, known, london).join(times_the_nation(laid_out))
    spent, path = budgets(read), paths(read)
    departures = options.find("place")["east_lothian"].read()["departures"]["value"]
    scottish = scotland.tables(read, known, departures, powers_of_income(own, spent, laid_out))
    name = own["name"]
    spent.insert(0, "name", name[spent.index].to_numpy())
    path.insert(0, "name", name[path.pop("code")].to_numpy())
    return {
        "england.authorities": own,
        "england.zones": _named(laid_out, name),
        "england.budgets": spent,
        "england.paths": path.round(3),
        "scotland.authorities": scottish["authorities"],
        "scotland.zones": _named(scottish["zones"], scottish["authorities"]["name"]),
    }


def _named(zones: pd.DataFrame, name: pd.Series) -> pd.DataFrame:
    """Zones by the names of their authorities instead of codes, with numbers."""
    named = zones.drop(columns="code")
    named.insert(0, "place", name[zones["code"]].to_numpy())
    named.insert(1, "area", [f"{n + 1:02d}" for n in named.groupby("place").cumcount()])
    return named.round(3)


def main(folder: str) -> None:
    """Writes the tables."""
    for name, table in tables(Path(folder)).items():
        path = Path(str(options.shipped_root().joinpath("place", f"{name}.csv")))
        told = (line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#"))
        path.write_text("".join(told) + table.to_csv(index=False), encoding="utf-8")
        print(f"{path}: {len(table)} lines")


if __name__ == "__main__":
    main(sys.argv[1])
