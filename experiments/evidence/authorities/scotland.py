"""Scotland's councils: people and deprivation are their own; zones and money follow rules, because neither is among the data.

Of deprivation a council's share of data zones in Scotland's most deprived tenth and fifth is known, and the mean rank. Its
people are laid out along the national ranks as those three say, the rest as evenly as their mean allows, and cut into tenths.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from experiments.configuration.files.place_tables import PEOPLE
from experiments.evidence.authorities.filled import CHILDREN, times_the_nation
from experiments.evidence.authorities.people import moves, satisfaction
from experiments.evidence.authorities.zones import whole
from simulation.parameters import DemographyConfig
from simulation.parameters.quantity import DOMAINS

LIKE = "S12000010"
"""East Lothian, whose money, moves and data zones are known."""
OF_CHILDREN = ("children", "schools")
"""Agencies whose budget goes with the number of children."""
ZONES, POINTS = 10, 100
DATA_ZONES = 6_976
BROAD_2011 = (916_000, 3_489_000, 890_000)
"""Scotland's people under 16, of 16 to 64 and of 65 and over, Census of 2011, recalled (C)."""
BROAD_OF = (0, 0, 1, 1, 1, 1, 2, 2, 2)
"""Which of them each age band is in."""
TITLES = {"Na h-Eileanan Siar": "Na h-Eileanan Siar (Western Isles)"}
ISLANDS = ("Na h-Eileanan Siar", "Orkney Islands", "Shetland Islands")
IN_THE_SERIES = {"City of Edinburgh": "Edinburgh City", "Na h-Eileanan Siar": "Eilean Siar"}
"""Names in the series of people, where they differ by more than an ampersand."""
SIMD_OF = {"living": "access"}
"""The domain of the Scottish index that stands for one of the model's, where its name is another."""
Read = Callable[[str], pd.DataFrame]


def councils(read: Read) -> pd.DataFrame:
    """Every council by its code: who it is, people of 2010 and 2020, and what is published of its deprivation and work."""
    found = read("la_scotland").set_index("la_code").sort_index()
    names = [IN_THE_SERIES.get(name, name.replace(" and ", " & ")) for name in found["la"]]
    series = read("la_population_scotland_2010_2020").set_index("council").loc[names]
    work = read("la_economic_context_yearly").query("year == 2010").set_index("code").loc[found.index]
    short = [name.removeprefix("City of ").removesuffix(" City") for name in found["la"]]
    table = pd.DataFrame(
        {
            "name": [name.lower().replace("-", "_").replace(" ", "_") for name in short],
            "title": [TITLES.get(name, name) for name in short],
            "code": found.index,
            "region": "Scotland",
            "kind": ["islands council" if name in ISLANDS else "council area" for name in found["la"]],
            "people_2010": series["pop2010"].to_numpy(int),
            "people_2020": series["pop2020"].to_numpy(int),
            "step_2012": (series["pop2012"] / series["pop2011"] - 1).to_numpy().round(4),
            "zones_most_deprived_tenth": found["share_dz_dec1"],
            "zones_most_deprived_fifth": found["share_dz_dec1_2"],
            "mean_rank": found["mean_simd20_rank"],
            "employment_rate": (work["emp_rate"] / 100).round(3),
            "claimants": (work["claimant_pct"] / 100).round(3),
            "rates_published": found[["income_rate", "employ_rate"]].notna().all(axis=1).astype(int),
        },
        index=found.index,
    )
    ranks = np.column_stack([np.ones(len(found)), found[["share_dz_dec1", "share_dz_dec1_2", "mean_simd20_rank"]]])
    for name, rate in (("income_deprived", found["income_rate"]), ("employment_deprived", found["employ_rate"])):
        known = rate.notna().to_numpy()
        slopes, *_ = np.linalg.lstsq(ranks[known], rate[known], rcond=None)
        table[name] = rate.fillna(pd.Series(ranks @ slopes, index=found.index)).round(4)
    return table


def zones(read: Read, table: pd.DataFrame) -> pd.DataFrame:
    """Every council's zones, the most deprived first, each a tenth of its people: people of 2010 by age, deprivation by domain.

    A zone is as far from Scotland's middle in a domain as it is in deprivation as a whole, times what goes with it in East
    Lothian's data zones. Ages are alike in all zones of a council.
    """
    ages, slopes = _ages_2010(read, table), _domains(read)
    found = []
    for code, council in table.iterrows():
        parts = np.repeat(ages.loc[[code]].to_numpy() / ZONES, ZONES, axis=0)
        rows = pd.DataFrame(whole(parts, council["people_2010"]), columns=list(PEOPLE))
        tenth, fifth = council["zones_most_deprived_tenth"], council["zones_most_deprived_fifth"]
        deprived = deprivation(tenth, fifth, 1 - (council["mean_rank"] - 0.5) / DATA_ZONES)
        domains = 0.5 + (deprived[:, None] - 0.5) * slopes
        found.append(rows.join(pd.DataFrame(domains.clip(0.0005, 0.9995), columns=list(DOMAINS))).assign(code=code))
    return pd.concat(found, ignore_index=True)


def deprivation(tenth: float, fifth: float, mean: float) -> np.ndarray:
    """The national percentile (1 = most deprived) of each tenth of a council's people, the most deprived first.

    People in Scotland's most deprived tenth and fifth lie evenly within them. All others lie from 0.8 down as a power of how
    many are less deprived still, which is even where the power is 1; it is the one that makes the council's mean right.

    Args:
        tenth: share of data zones in the most deprived tenth; data zones have about as many people each.
        fifth: the same of the most deprived fifth.
        mean: mean percentile of its data zones.
    """
    people = (np.arange(ZONES * POINTS) + 0.5) / (ZONES * POINTS)
    others = (mean - 0.95 * tenth - 0.85 * (fifth - tenth)) / (1 - fifth)
    below = 0.8 * ((1 - people) / (1 - fifth)).clip(max=1) ** (0.8 / others - 1)
    above = np.interp(people, [0.0, tenth, fifth], [1.0, 0.9, 0.8])
    percentile: np.ndarray = np.where(people < fifth, above, below)
    return percentile.reshape(ZONES, POINTS).mean(axis=1)


def _domains(read: Read) -> np.ndarray:
    """How far each domain goes with deprivation as a whole in East Lothian: the slope over its data zones by their people."""
    known = read("datazones_east_lothian")
    names = [SIMD_OF.get(domain, domain) for domain in DOMAINS]
    weight = np.sqrt(known["pop20"])
    return np.array([np.polyfit(known["s20_imd_rank"], known[f"s20_{name}_rank"], 1, w=weight)[0] for name in names])


def _ages_2010(read: Read, table: pd.DataFrame) -> pd.DataFrame:
    """People by age in 2010, not yet whole: those of 2020, shifted as Scotland's broad ages were between its Census and 2020."""
    ages = read("la_scotland").set_index("la_code").loc[table.index, list(PEOPLE)]
    scotland = ages.sum().groupby(np.array(BROAD_OF)).sum()
    shifted = ages * (np.array(BROAD_2011) / scotland).to_numpy()[list(BROAD_OF)]
    return shifted.mul(table["people_2010"] / shifted.sum(axis=1), axis=0)


def tables(
    read: Read, demography: DemographyConfig, departures: float, powers: Mapping[str, float]
) -> dict[str, pd.DataFrame]:
    """A line for each council, and the zones of all.

    Args:
        read: reads a publisher's file.
        demography: births, deaths and moves by age.
        departures: of East Lothian, per 1,000 people a year.
        powers: of income deprivation, by department, as England's councils spend.
    """
    table = councils(read)
    laid_out = zones(read, table)
    times = departures / moves(laid_out, table, demography, 1.0)["departures"][LIKE]
    own = table.join(moves(laid_out, table, demography, times))
    own = own.join(satisfaction(read, own, own["income_deprived"]))
    return {"authorities": own.join(_times_like(own, laid_out, powers)), "zones": laid_out}


def _times_like(table: pd.DataFrame, laid_out: pd.DataFrame, powers: Mapping[str, float]) -> pd.DataFrame:
    """How many times East Lothian's budget a head each council's is taken for, by agency."""
    ages = laid_out.groupby("code")[list(PEOPLE)].sum()
    children = ages.iloc[:, :CHILDREN].sum(axis=1) / ages.sum(axis=1)
    poor = table["income_deprived"] / table["income_deprived"][LIKE]
    found = pd.DataFrame({agency: poor**power for agency, power in powers.items()}).assign(dwp=poor)
    found[list(OF_CHILDREN)] = found[list(OF_CHILDREN)].mul(children / children[LIKE], axis=0)
    found = found.join(times_the_nation(laid_out))
    return (found / found.loc[LIKE]).round(3)
