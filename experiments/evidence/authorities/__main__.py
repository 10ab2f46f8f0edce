"""Makes the tables of England's authorities anew from the publishers' files.

    python -m experiments.evidence.authorities FOLDER

The folder holds the files as their publishers give them, under the names that `NEEDED` lists. What is written is what
`place=leeds` and every other authority is made of (`experiments.configuration.places`).
"""

import sys
from pathlib import Path

import pandas as pd

from experiments.configuration import options
from experiments.configuration.files.place_tables import PEOPLE, read_life_table
from experiments.evidence.authorities.money import budgets, paths
from experiments.evidence.authorities.people import lines
from experiments.evidence.authorities.sources import reader
from experiments.evidence.authorities.zones import zones
from simulation.parameters import DemographyConfig

LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Worked out in this project."
)
HEADS = {
    "authorities": (
        "The 151 upper-tier authorities of England (codes of 2019): who they are, how people come and go, how they say they fare.",
        "imd: mean deprivation score by people; *_deprived: share of people (%), of children (0-1). births to arrivals: per 1,000 people a year.",
        "satisfaction_answered: 0-10, 2011-12; satisfaction: drawn towards like places; satisfaction_unsure: half its 95% interval.",
        "home_care, care: people of 65 and over whom the council pays for, March 2011 (low and high: 2010 and 2012); care includes care homes.",
        "column, row: hexagon, odd-r layout, by Open Innovations (formerly ODI Leeds), MIT licence, copyright 2017.",
        "Source: Office for National Statistics, mid-year estimates 2010-2020, Annual Population Survey 2011-12; MHCLG, Indices of Deprivation 2010 and 2019; NHS Information Centre, RAP and ASC-CAR.",
    ),
    "zones": (
        "Each authority (place) in at most 18 zones of about as many people, the most deprived first: people of 2010 by age, national percentile of deprivation by domain, 1 = most deprived.",
        "Deprivation is of 2019. Ages within under 18, 18 to 64 and 65 and over are the district's; the living environment is the district's in every zone.",
        "Source: MHCLG, Indices of Deprivation 2019; Office for National Statistics, mid-year estimates 2010 and 2019, small areas 2019.",
    ),
    "budgets": (
        "What councils spent in 2010-11, pounds. district_*: what district councils spent besides, England's a head of those who have one.",
        "Source: MHCLG, Local authority revenue expenditure and financing, Revenue Outturn 2010-11, 2011-12 and 2013-14; HM Treasury GDP deflator.",
    ),
    "paths": (
        "What councils' services lost since 2010-11 in real terms, by year, and what paid for them: shares of 2010-11's (below 0 it grew).",
        "cut: all services less education and public health; care, adult_care, childrens_care, others: those lines by themselves. absent: no return, halfway between its neighbours.",
        "Source: MHCLG, Local authority revenue expenditure and financing, Revenue Outturn 2010-11 to 2017-18; HM Treasury GDP deflator.",
    ),
}


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
    own = lines(read, laid_out, known, london)
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
        head = "".join(f"# {line}\n" for line in (*HEADS[name], LICENCE))
        path.write_text(head + table.to_csv(index=False), encoding="utf-8")
        print(f"{path}: {len(table)} lines")


if __name__ == "__main__":
    main(sys.argv[1])
