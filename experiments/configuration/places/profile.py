"""Puts an authority together as a place: what its own council, people and zones are known by, and England's rates for the rest.

The result is the same plain data that a file such as `croydon.yaml` holds. A figure that is not the authority's own says
"filled:" in its note, and its grade is C (recalled or taken over) or J (judgement).
"""

from typing import Any

from experiments.configuration.places import money
from experiments.configuration.places.authorities import Authority, Line, lines
from experiments.configuration.places.england import observed_of_england
from experiments.configuration.places.figures import figure, filled, own

Node = dict[str, Any]
ONS = "ONS mid-year estimates 2010-2020"
SURVEY = "ONS Annual Population Survey 2011-12"
CARE = "NHS Information Centre RAP and ASC-CAR, March 2011"
ZONES_FILE = "england.zones.csv"
LOCALITY = 2_500  # people of a neighbourhood
USUAL_SCALES = ((20_000, 1.0), (80_000, 0.5), (180_000, 0.2), (600_000, 0.1))
"""The part of a place to simulate where it has fewer people than that, so that about 20,000 to 60,000 are simulated."""
SMALLEST_SCALE = 0.05
ZONES = (
    "Zones: Indices of Deprivation 2019 (MHCLG; of 2019, though the start is 2010) and ONS small areas of 2019, put "
    "together into at most 18 of like deprivation. Their people follow the district's growth back to 2010, their ages the "
    "change of England's since its Census of 2011. Open Government Licence v3.0."
)
KINDS = {"unitary": "unitary authority"}


def profile(authority: Authority) -> Node:
    """The place that an authority is, as plain data."""
    (line,), (spent,), years = (lines(table)[authority.name] for table in ("authorities", "budgets", "paths"))
    people, kind = authority.population, KINDS.get(authority.kind, authority.kind)
    return {
        "title": authority.title if authority.place == authority.name else f"{authority.title} in zones",
        "summary": f"{kind[0].upper()}{kind[1:]} of {_rounded(people)} people in {authority.region}, by deprivation",
        "nation": authority.nation,
        "areas_file": f"{ZONES_FILE}#{authority.name}",
        "source": ZONES,
        "population": own(people, "people", "ONS mid-2010 estimate, rebased on the 2011 Census", "A"),
        "localities": max(1, round(people / LOCALITY)),
        "usual_scale": next((scale for most, scale in USUAL_SCALES if people < most), SMALLEST_SCALE),
        "life_satisfaction": _satisfaction(line),
        **_moves(line),
        "budgets": money.budgets(authority, line, spent),
        "cut": money.cut(authority, years),
        "income": money.income(years),
        "observed": {
            **money.spent_a_head(people, spent),
            **_in_care(line),
            **observed_of_england(float(line["children_deprived"])),
            **money.falls(years),
            **_grown(line),
        },
    }


def _rounded(people: int) -> str:
    """People in thousands or millions."""
    if people >= 999_500:
        return f"{people / 1e6:.2f} million"
    return f"{people / 1000:,.0f} thousand" if people > 9_500 else f"{people:,}"


def _satisfaction(line: Line) -> Node:
    """How satisfied people say they are, drawn towards like places."""
    drawn, unsure, answered = (line[f"satisfaction{end}"] for end in ("", "_unsure", "_answered"))
    note = f"{answered} answered, plus or minus 0.15; drawn towards places of its kind and deprivation"
    source, grade = SURVEY, "B"
    if not answered:
        note, grade = filled("what authorities of its kind and deprivation answer"), "C"
    low, high = round(float(drawn) - float(unsure), 2), round(float(drawn) + float(unsure), 2)
    return figure(float(drawn), low, high, "0-10", source, grade, note)


def _moves(line: Line) -> Node:
    """How many come and go, so that people follow their own path."""
    births, deaths, leave, come = (float(line[key]) for key in ("births", "deaths", "departures", "arrivals"))
    growth = round(births - deaths + come - leave, 1)
    adds_up = f"growth {growth} = births {births} - deaths {deaths} + arrivals {come} - departures {leave}"
    borough = ", times what Croydon's are to them" if line["kind"] == "London borough" else ""
    source = "ONS internal migration, England and Wales, year to June 2011"
    return {
        "arrivals": _moving(come, f"{ONS}, UK life table and fertility", filled(f"{adds_up}; growth is its own")),
        "departures": _moving(leave, source, filled(f"England's moves by age, over its own ages{borough}")),
    }


def _moving(value: float, source: str, note: str) -> Node:
    """A number of moves, sure to within a fifth."""
    return figure(value, round(value * 0.8, 1), round(value * 1.25, 1), "per 1,000 residents a year", source, "C", note)


def _grown(line: Line) -> Node:
    """What the place was known for by 2020."""
    growth = round(int(line["people_2020"]) / int(line["people_2010"]), 4)
    deprived = own(float(line["children_deprived"]), "share of children", "MHCLG IDACI 2019", "A")
    return {
        "income_deprived_children_share": {"label": "children in income deprivation"} | deprived,
        "population_growth": {"label": "population ten years on"} | own(growth, "ratio 2020 to 2010", ONS, "A"),
    }


def _in_care(line: Line) -> Node:
    """People of 65 and over in the council's care; nothing where the return has gaps."""
    if not line["care"]:
        return {}
    users, low, high = (int(float(line[key])) for key in ("care", "care_low", "care_high"))
    unit, note = "people aged 65+", "home care and care homes; low and high: 2010 and 2012"
    together = figure(users, min(low, users), max(high, users), unit, CARE, "A", note)
    return {
        "home_care_users_65plus": {"label": "in home care"} | own(int(float(line["home_care"])), unit, CARE, "A"),
        "council_care_users_65plus": {"label": "in council care"} | together,
    }
