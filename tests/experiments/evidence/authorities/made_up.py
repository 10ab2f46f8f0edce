"""Publishers' files of a made-up nation, in round numbers, so that what its tables say is known by hand."""

import numpy as np
import pandas as pd
import yaml

from experiments.configuration import options
from experiments.configuration.files.place_tables import PEOPLE
from experiments.evidence.authorities.sources import YEARS
from simulation.parameters.quantity import DOMAINS

MIX = (60, 120, 20, 100, 280, 220, 100, 70, 30)
"""Of 1,000 people, by age band, in every authority: 200 under 18, 600 of 18 to 64, 200 of 65 and over."""
MOVES = (100.0, 50.0, 50.0, 200.0, 100.0, 0.0, 0.0, 0.0, 0.0)
BIRTHS, CROYDON, EAST_LOTHIAN = 96.0, 122.0, 30.5
AUTHORITIES = pd.DataFrame(
    [
        # Not in the order of their codes; the income-deprived percent is a square, of which spending goes with the root.
        ("E09000008", "Croydon", "London", 100_000, 9, "E09000008", "E09000008"),
        ("E06000010", "Kingston upon Hull, City of", "Yorkshire", 100_000, 25, "E06000010", "E06000010"),
        ("E06000020", "Telford and Wrekin", "West Midlands", 100_000, 16, "E06000020", "E06000020"),
        ("E06000022", "Bath and North East Somerset", "South West", 100_000, 4, "E06000022", "E06000022"),
        ("E06000035", "Medway", "South East", 100_000, 9, "E06000035", "E06000035"),
        ("E06000047", "County Durham", "North East", 200_000, 25, "E06000047", "E06000047"),
        ("E06000053", "Isles of Scilly", "South West", 2_000, 4, "E06000053", "E06000053"),
        ("E06000058", "Bournemouth, Christchurch and Poole", "South West", 147_752, 16, "E06000058", "E06000028 E06000029"),
        ("E06000059", "Dorset", "South West", 52_248, 16, "E06000059", "E10000009"),
        ("E08000003", "Manchester", "North West", 100_000, 25, "E08000003", "E08000003"),
        ("E09000020", "Kensington and Chelsea", "London", 100_000, 9, "E09000020", "E09000020"),
        ("E10000002", "Buckinghamshire", "South East", 100_000, 4, "E07000004 E07000005", "E10000002"),
        ("E10000014", "Hampshire", "South East", 100_000, 4, "E07000084 E07000085", "E10000014"),
        ("E10000021", "Northamptonshire", "East Midlands", 100_000, 9, "E07000150 E07000151", "E10000021"),
    ],
    columns=["code", "title", "region", "people", "poor", "districts", "returns"],
).set_index("code")  # fmt: skip
POOR = AUTHORITIES["poor"].to_dict() | {"E07000084": 2, "E07000085": 7}
PARTS = {"E07000084": 60_000, "E07000085": 40_000, "E06000061": 50_000, "E06000062": 50_000, "E06000060": 100_000}
"""People of districts that the series of people has, and of the counties' successors in it."""
BEFORE_2019 = {
    "E06000028": ("E06000058", 60_000),
    "E06000029": ("E06000058", 40_000),
    "E10000009": ("E06000059", 100_000),
}
"""Who came after a council, and of how many people it was: Christchurch was Dorset's."""
SPENT = {
    "education": 80.0, "highways_transport": 10.0, "housing": 5.0, "culture": 5.0, "environment": 10.0, "central": 10.0,
    "rest": 20.0, "social_care": 60.0,
}  # fmt: skip
"""GBP million a year per 100,000 people where 16% are income-deprived."""
OF_DISTRICTS = {"housing": 30.0, "culture": 10.0, "environment": 20.0, "central": 5.0, "planning": 7.0, "other": 3.0}
"""GBP million that all district councils spent besides."""
SCOTTISH = pd.DataFrame(
    [
        ("S12000049", "Glasgow City", 600_000, 0.30, 0.45, 2000.0),
        ("S12000010", "East Lothian", 100_000, 0.0, 0.1, 4000.0),
        ("S12000013", "Na h-Eileanan Siar", 20_000, 0.0, 0.0, 3300.0),
        ("S12000027", "Shetland Islands", 20_000, 0.0, 0.0, 4200.0),
        ("S12000033", "Aberdeen City", 200_000, 0.02, 0.1, 4300.0),
        ("S12000035", "Argyll and Bute", 90_000, 0.05, 0.1, 3500.0),
        ("S12000036", "City of Edinburgh", 500_000, 0.05, 0.12, 4500.0),
    ],
    columns=["la_code", "la", "people", "share_dz_dec1", "share_dz_dec1_2", "mean_simd20_rank"],
)
TYPED = {"City of Edinburgh": "Edinburgh City", "Na h-Eileanan Siar": "Eilean Siar", "Argyll and Bute": "Argyll & Bute"}
SLOPES = {
    "income": 1.0,
    "employment": 0.9,
    "education": 0.8,
    "health": 0.7,
    "crime": 0.6,
    "housing": 0.5,
    "access": -0.5,
}
CARE = [
    (2011, "Bath and Somerset", 700, 600), (2010, "Bath and Somerset", 650, 600), (2012, "Bath and Somerset", 800, 700),
    (2011, "Durham", 1000, 500), (2012, "Durham", 0, 500),
    (2011, "Medway Towns", 300, None), (2010, "Medway Towns", 300, 200),
    (2011, "Telford and the Wrekin", 0, 300),
    (2011, "Bournemouth", 640, 490), (2011, "Poole", 690, 410), (2010, "Bournemouth", 600, 500),
    (2012, "Bournemouth", 600, 500), (2012, "Poole", 600, None),
    (2011, "Kingston upon Hull", 400, 400), (2010, "Kingston upon Hull", 400, None), (2012, "Kingston upon Hull", 500, 400),
    (2010, "Croydon", 900, 900),
]  # fmt: skip


def publishers():
    """The publishers' files by name."""
    return {
        "england_upper_tier": _upper_tier(),
        "la_england": _districts(),
        "la_population_2009_2020": _series(),
        **_zones(),
        "lsoa_selected_las": _small_areas(),
        "asc_users_la_2010_2014": pd.DataFrame(CARE, columns=["mar", "la", "homecare65", "resid65"]),
        "life_satisfaction_2011_12": _satisfaction(),
        "ro_upper_tier_la_by_service": _returns(),
        "ro_england_by_service": _england(),
        "la_scotland": _councils(),
        "la_population_scotland_2010_2020": _scottish_series(),
        "la_economic_context_yearly": pd.DataFrame(
            [(c, y, 70.0 + y - 2010, 3.5) for c in SCOTTISH["la_code"] for y in (2009, 2010)],
            columns=["code", "year", "emp_rate", "claimant_pct"],
        ),
        "datazones_east_lothian": _data_zones(),
    }


def reading(files):
    """What reads the made-up files, each anew."""
    return lambda name: files[name].copy()


def write(folder):
    """Writes the publishers' files, with the stray space that one of them has after its codes."""
    folder.mkdir()
    for name, table in publishers().items():
        if name == "life_satisfaction_2011_12":
            table["area_code"] += " "
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def write_configuration(root, tables):
    """Writes what the command reads of the project: England's ages, its demography and two places; and tables to overwrite."""
    place, demography = root / "place", root / "demography"
    place.mkdir(parents=True)
    demography.mkdir()
    for name in tables:
        (place / f"{name}.csv").write_text(
            f"# What {name} is.\n# Whose it is, “as they say”.\nold,table\n1,2\n", "utf-8"
        )
    ages = pd.DataFrame([MIX, MIX], columns=list(PEOPLE)).assign(area=["a", "b"], **dict.fromkeys(DOMAINS, 0.5))
    ages.to_csv(place / "average_england.areas.csv", index=False)
    for name, value in (("croydon", CROYDON), ("east_lothian", EAST_LOTHIAN)):
        (place / f"{name}.yaml").write_text(f"departures: {{value: {value}}}\n")
    data = options.Option("demography", "uk", options.shipped_root().joinpath("demography"), True).read()
    data["births_per_1000_women_15_44"] |= {"value": BIRTHS, "low": 1.0, "high": 200.0}
    data["moves"] |= {"value": list(MOVES), "low": [0.0] * 9, "high": [900.0] * 9}
    (demography / "uk.yaml").write_text(yaml.safe_dump(data))
    chances = pd.DataFrame({"age": range(101), "male": life_table()[:, 0], "female": life_table()[:, 1]})
    chances.to_csv(demography / data["life_table_file"], index=False)
    return root


def life_table():
    """A yearly chance of death of 1% on the mean of the sexes below 65 and of 5% from there."""
    chance = np.where(np.arange(101) < 65, 0.01, 0.05)
    return np.column_stack([1.2 * chance, 0.8 * chance])


def _upper_tier():
    return pd.DataFrame(
        {
            "utla_code": AUTHORITIES.index,
            "utla": AUTHORITIES["title"],
            "region": AUTHORITIES["region"],
            "pop19": AUTHORITIES["people"] * 11 // 10,
            "districts": AUTHORITIES["districts"],
            "ro_codes": AUTHORITIES["returns"],
            "hex_q": range(len(AUTHORITIES)),
            "hex_r": 7,
        }
    )


def _people():
    """People of 2010 by district: as the series has them, or halves of their county's."""
    return {
        part: PARTS.get(part, people // len(parts.split()))
        for parts, people in zip(AUTHORITIES["districts"], AUTHORITIES["people"], strict=True)
        for part in parts.split()
    }


def _poor():
    """Percent who are income-deprived by district."""
    of_whole = {part: code for code, parts in AUTHORITIES["districts"].items() for part in parts.split()}
    return {part: POOR.get(part, POOR[whole]) for part, whole in of_whole.items()}


def _districts():
    people, poor = pd.Series(_people()), pd.Series(_poor())
    table = pd.DataFrame({"la_code": people.index, "pop19": (people * 11 // 10).to_numpy()})
    table[list(PEOPLE)] = table[["pop19"]].to_numpy() * np.array(MIX) // 1000
    extra = {"imd19": 10 + poor, "imd10": 11 + poor, "inc_pct": poor, "idaci": poor / 100}
    return table.assign(
        **{name: each.to_numpy() for name, each in extra.items()}, livenv_sc=np.arange(len(people)) * 1.5
    )


def _series():
    """People by year: a tenth more by 2019; a tenth more, as it grows without pause, by 2020 in Hull, 5% elsewhere."""
    people = {c: n for c, n in _people().items() if c[:7] not in ("E070000", "E070001")} | PARTS
    people = pd.Series(people)
    table = pd.DataFrame({"la_code": people.index, **{f"pop{y}": people.to_numpy() for y in range(2009, 2019)}})
    table["pop2019"] = (people * 11 // 10).to_numpy()
    table["pop2020"] = [110_517 if code == "E06000010" else n * 21 // 20 for code, n in people.items()]
    return table


def _zones():
    """Two zones of as many people in each district, the less deprived first: of few children, and of few old people."""
    rows = []
    for code, people in _people().items():
        half, poor = people * 11 // 20, _poor()[code]
        for zone, shares, times in ((1, (0.1, 0.6, 0.3), 0.5), (2, (0.3, 0.6, 0.1), 1.5)):
            broad = [round(half * share) for share in shares]
            percentiles = dict.fromkeys(("crime_ptl", "health_ptl", "housing_ptl", "educ_ptl"), int(40 * times))
            row = {
                "la_code": code,
                "zone": zone,
                "pop19": half,
                "p0_17": broad[0],
                "p18_64": broad[1],
                "p65p": broad[2],
            }
            rows.append(row | {"imd19": 20 * times, "inc_pct": poor * times, "emp_pct": poor * times / 2} | percentiles)
    table = pd.DataFrame(rows)
    two_tier = table["la_code"].str.startswith("E07")
    first = table["la_code"] < "E07000100"
    return {
        "zones18_england_unitary_met_london": table[~two_tier],
        "zones18_england_districts_a": table[two_tier & first],
        "zones18_england_districts_b": table[two_tier & ~first],
    }


def _small_areas():
    """Two small areas, of none and of 50% who are income-deprived: ranks lie evenly between them."""
    two = {"la_code": ["E06000010", "E09000008"], "inc_pct": [0.0, 50.0], "income_rank": [32_844, 0]}
    return pd.DataFrame(two | {"emp_pct": [0.0, 25.0], "employ_rank": [32_844, 0], "livenv_rank": [20_000, 12_844]})


def _satisfaction():
    """Everybody answers 7.4 or 7.6 but Medway and Shetland, who were not asked."""
    codes = [code for code in [*AUTHORITIES.index, *SCOTTISH["la_code"]] if code not in ("E06000035", "S12000027")]
    answers = [7.4 + 0.2 * (n % 2) for n, _ in enumerate(codes)]
    return pd.DataFrame({"area_code": codes, "life_satisfaction_2011_12": answers})


def spent(code):
    """How many times `SPENT` a council spends: as the root of income deprivation, but for the few people of Scilly."""
    now, people = BEFORE_2019.get(code, (code, None))
    people = people or AUTHORITIES["people"][now]
    return people / 100_000 * (40.0 if code == "E06000053" else (AUTHORITIES["poor"][now] / 16) ** 0.5)


def _returns():
    rows = []
    for code in AUTHORITIES["returns"].str.split().explode():
        times = spent(code)
        for year in YEARS:
            lines = {name: times * amount for name, amount in SPENT.items() if name != "rest"}
            health = 8.0 * times if year >= "2013-14" else np.nan
            split = year != YEARS[0]
            adults = {"children_sc": 20.0 * times if split else np.nan, "adult_sc": 40.0 * times if split else np.nan}
            total = times * sum(SPENT.values()) + np.nan_to_num(health)
            money = {"total_service": total, "ctax_requirement": 72.0 * times, "public_health": health}
            reserves = {"res_earmarked_31mar": 20.0 * times, "res_unalloc_31mar": 5.0 * times}
            rows.append({"year": year, "ons": code, "la": "", "cls": ""} | lines | adults | money | reserves)
    table = pd.DataFrame(rows)
    amounts = table.columns[4:]
    fire = (table["ons"] == "E09000020") & (table["year"] == "2017-18")
    table.loc[fire, ["central", "total_service"]] += 100.0
    double = (table["ons"] == "E10000014") & (table["year"] == "2015-16")
    table.loc[double, amounts] *= 2
    table.loc[(table["ons"] == "E10000014") & (table["year"] == "2014-15"), amounts] = np.nan
    return table


def _england():
    """What councils spent, and districts besides; prices rise by a quarter from 2012-13 to 2013-14."""
    whole = sum(spent(code) for code in AUTHORITIES["returns"].str.split().explode())
    lines = {name: SPENT.get(name, 0.0) * whole + OF_DISTRICTS.get(name, 0.0) for name in (*SPENT, *OF_DISTRICTS)}
    lines["planning"] += lines.pop("rest")
    rows = [{"year": y, "gdp_deflator_2019_20_100": 100.0 if y >= "2013-14" else 80.0} | lines for y in YEARS]
    return pd.DataFrame(rows)


def _councils():
    """Rates are a rule of the three figures of rank; Glasgow's are not published."""
    table = SCOTTISH.copy()
    table[list(PEOPLE)] = table[["people"]].to_numpy() * np.array(MIX) // 1000
    ranks = table[["share_dz_dec1", "share_dz_dec1_2", "mean_simd20_rank"]].to_numpy()
    for name, rule in (("income_rate", (0.1, 0.2, -0.00003)), ("employ_rate", (0.1, 0.1, -0.00002))):
        table[name] = np.where(table["la"] == "Glasgow City", np.nan, 0.2 + ranks @ np.array(rule))
    return table.drop(columns="people")


def _scottish_series():
    """As many people in 2010 as in 2011, 2% more in 2012, 5% more in 2020."""
    table = pd.DataFrame({"council": [TYPED.get(name, name) for name in SCOTTISH["la"]]})
    times = {2010: 1.0, 2011: 1.0, 2012: 1.02, 2020: 1.05}
    return table.assign(**{f"pop{year}": (SCOTTISH["people"] * each).round() for year, each in times.items()})


def _data_zones():
    ranks = np.array([1000.0, 2000.0, 5000.0])
    table = pd.DataFrame({"pop20": [700, 800, 900], "s20_imd_rank": ranks})
    return table.assign(**{f"s20_{name}_rank": 3000 + slope * ranks for name, slope in SLOPES.items()})
