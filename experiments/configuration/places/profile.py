"""Puts an authority together as a place: what its own council, people and zones are known by, and others' rates for the rest.

The result is the same plain data that a file such as `croydon.yaml` holds. A figure that is not the authority's own says
"filled:" in its note, and its grade is C (recalled or taken over) or J (judgement).
"""

from typing import Any, NamedTuple

from experiments.configuration.places import money, scotland
from experiments.configuration.places.authorities import ENGLAND, SCOTLAND, Authority, Line, lines
from experiments.configuration.places.england import observed_of_england
from experiments.configuration.places.figures import figure, filled, own

Node = dict[str, Any]
SURVEY = "ONS Annual Population Survey 2011-12"
CARE = "NHS Information Centre RAP and ASC-CAR, March 2011"
LOCALITY = 2_500  # people of a neighbourhood
USUAL_SCALES = ((20_000, 1.0), (80_000, 0.5), (180_000, 0.2), (600_000, 0.1))
"""The part of a place to simulate where it has fewer people than that, so that about 20,000 to 60,000 are simulated."""
SMALLEST_SCALE = 0.05
ZONES = (
    "Zones: Indices of Deprivation 2019 (MHCLG; of 2019, though the start is 2010) and ONS small areas of 2019, put "
    "together into at most 18 of like deprivation. Their people follow the district's growth back to 2010, their ages the "
    "change of England's since its Census of 2011. Open Government Licence v3.0."
)
SCOTTISH_ZONES = (
    "Zones: filled by a rule (J) from the council's share of data zones in Scotland's most deprived tenth and fifth and their "
    "mean rank, SIMD 2020 (Scottish Government; of 2020, though the start is 2010): ten zones of as many people. Ages (NRS, "
    "2020) are the council's in every zone, shifted by the change of Scotland's since its Census of 2011 (recalled, C). "
    "`living` is geographic access. Open Government Licence v3.0."
)
KINDS = {"unitary": "unitary authority"}


class Sources(NamedTuple):
    """Where a nation's figures come from."""

    zones: str
    people: str
    estimates: str
    departures: str
    moves: str


SOURCES = {
    ENGLAND: Sources(
        ZONES,
        "ONS mid-2010 estimate, rebased on the 2011 Census",
        "ONS mid-year estimates 2010-2020",
        "ONS internal migration, England and Wales, year to June 2011",
        "England's moves by age, over its own ages",
    ),
    SCOTLAND: Sources(
        SCOTTISH_ZONES,
        "NRS mid-2010 estimate, series to 2020",
        "NRS mid-year estimates 2010-2020",
        "NRS migration to and from council areas 2010-11, recalled; ONS internal migration, year to June 2011",
        "England's moves by age, over its own ages, times what East Lothian's are to them",
    ),
}


def profile(authority: Authority) -> Node:
    """The place that an authority is, as plain data."""
    (line,), sources = lines("authorities", authority.nation)[authority.name], SOURCES[authority.nation]
    people, kind = authority.population, KINDS.get(authority.kind, authority.kind)
    return {
        "title": authority.title if authority.place == authority.name else f"{authority.title} in zones",
        "summary": f"{kind[0].upper()}{kind[1:]} of {_rounded(people)} people in {authority.region}, by deprivation",
        "nation": authority.nation,
        "areas_file": f"{authority.nation.lower()}.zones.csv#{authority.name}",
        "source": sources.zones,
        "population": own(people, "people", sources.people, "A"),
        "localities": max(1, round(people / LOCALITY)),
        "usual_scale": next((scale for most, scale in USUAL_SCALES if people < most), SMALLEST_SCALE),
        "life_satisfaction": _satisfaction(line),
        **_moves(line, sources),
        **(_scottish if authority.nation == SCOTLAND else _english)(authority, line),
    }


def _english(authority: Authority, line: Line) -> Node:
    """Money and what was seen, where the council's return says what it spent."""
    (spent,), years = lines("budgets")[authority.name], lines("paths")[authority.name]
    deprived = own(float(line["children_deprived"]), "share of children", "MHCLG IDACI 2019", "A")
    return {
        "budgets": money.budgets(authority, line, spent),
        "cut": money.cut(authority, years),
        "income": money.income(years),
        "observed": {
            **money.spent_a_head(authority.population, spent),
            **_in_care(line),
            **observed_of_england(float(line["children_deprived"])),
            **money.falls(years),
            "income_deprived_children_share": {"label": "children in income deprivation"} | deprived,
            **_grown(line, SOURCES[ENGLAND].estimates, "A"),
        },
    }


def _scottish(authority: Authority, line: Line) -> Node:
    """Money and what was seen, where no return says what the council spent."""
    step = f"{float(line['step_2012']):+.1%} of it came from 2011 to 2012, where the series meets the 2011 Census"
    grown = _grown(line, SOURCES[SCOTLAND].estimates, "B", step)
    return scotland.money(authority, line) | {"observed": scotland.observed(line) | grown}


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


def _moves(line: Line, sources: Sources) -> Node:
    """How many come and go, so that people follow their own path."""
    births, deaths, leave, come = (float(line[key]) for key in ("births", "deaths", "departures", "arrivals"))
    growth = round(births - deaths + come - leave, 1)
    adds_up = f"growth {growth} = births {births} - deaths {deaths} + arrivals {come} - departures {leave}"
    borough = ", times what Croydon's are to them" if line["kind"] == "London borough" else ""
    arrivals = f"{sources.estimates}, UK life table and fertility"
    return {
        "arrivals": _moving(come, arrivals, filled(f"{adds_up}; growth is its own")),
        "departures": _moving(leave, sources.departures, filled(f"{sources.moves}{borough}")),
    }


def _moving(value: float, source: str, note: str) -> Node:
    """A number of moves, sure to within a fifth."""
    return figure(value, round(value * 0.8, 1), round(value * 1.25, 1), "per 1,000 residents a year", source, "C", note)


def _grown(line: Line, source: str, grade: str, note: str = "") -> Node:
    """How many times its people of 2010 the place had in 2020."""
    growth = round(int(line["people_2020"]) / int(line["people_2010"]), 4)
    known = own(growth, "ratio 2020 to 2010", source, grade, note)
    return {"population_growth": {"label": "population ten years on"} | known}


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
