"""Puts an authority together as a place, out of what its own council, people and zones are known by, and England's rates for the rest.

The result is the same plain data that a file such as `croydon.yaml` holds. A figure that is not the authority's own says
"filled:" in its note, and its grade is C (recalled or taken over) or J (judgement).
"""

from collections.abc import Sequence
from typing import Any

from experiments.configuration.places.authorities import Authority, Line, lines
from experiments.configuration.places.england import budget_bounds, observed_of_england
from experiments.configuration.places.figures import REVENUE, figure, filled, own, path

Node = dict[str, Any]
ONS = "ONS mid-year estimates 2010-2020"
ZONES_FILE = "england.zones.csv"
LOCALITY = 2_500  # people of a neighbourhood
YEARS = "each year 2011-12 to 2017-18"
SERVICES = "share of 2010-11's service spending"
DISTRICTS_LOW = 0.6
"""Of what district councils are filled with, as little may be theirs: police, fire and waste authorities are in it."""


def profile(authority: Authority) -> Node:
    """The place that an authority is, as plain data."""
    (line,), (money,), years = (lines(table)[authority.name] for table in ("authorities", "budgets", "paths"))
    people = authority.population
    return {
        "title": authority.title,
        "summary": f"{_in_words(authority)} of {_rounded(people)} people in {authority.region}, by zones of like deprivation",
        "nation": authority.nation,
        "areas_file": f"{ZONES_FILE}#{authority.name}",
        "source": "Zones: Indices of Deprivation 2019 (MHCLG; of 2019, though the start is 2010) and ONS small areas of 2019, put "
        "together into at most 18 of like deprivation; their people follow the district's growth back to 2010, their ages "
        "England's change since its 2011 Census. Open Government Licence v3.0.",
        "population": own(people, "people", "ONS mid-2010 estimate, rebased on the 2011 Census", "A"),
        "localities": max(1, round(people / LOCALITY)),
        "usual_scale": _usual_scale(people),
        "life_satisfaction": _satisfaction(line),
        **_moves(line),
        "budgets": _budgets(authority, line, money),
        "cut": _cut(years),
        "income": _income(years),
        "observed": _observed(authority, line, money, years),
    }


def _in_words(authority: Authority) -> str:
    """What it is."""
    return {"unitary": "Unitary authority"}.get(authority.kind, authority.kind[0].upper() + authority.kind[1:])


def _rounded(people: int) -> str:
    """People in thousands."""
    return f"{people / 1000:,.0f} thousand" if people < 999_500 else f"{people / 1e6:.2f} million"


def _usual_scale(people: int) -> float:
    """The part of a place to simulate: about 20,000 to 60,000 people."""
    return next(
        (scale for most, scale in ((20_000, 1.0), (80_000, 0.5), (180_000, 0.2), (600_000, 0.1)) if people < most), 0.05
    )


def _satisfaction(line: Line) -> Node:
    """How satisfied people say they are, drawn towards like places."""
    drawn, unsure = float(line["satisfaction"]), float(line["satisfaction_unsure"])
    ends = {"low": round(drawn - unsure, 2), "high": round(drawn + unsure, 2)}
    if not line["satisfaction_answered"]:
        return figure(
            drawn,
            **ends,
            unit="0-10",
            source="ONS Annual Population Survey 2011-12, places of like kind and deprivation",
            grade="C",
            note=filled("what authorities of its kind and deprivation answer"),
        )
    return figure(
        drawn,
        **ends,
        unit="0-10",
        source="ONS Annual Population Survey 2011-12",
        grade="B",
        note=f"{line['satisfaction_answered']} answered, plus or minus 0.15; drawn towards places of its kind and deprivation",
    )


def _moves(line: Line) -> Node:
    """How many come and go, so that people follow their own path."""
    births, deaths, leave, come = (float(line[key]) for key in ("births", "deaths", "departures", "arrivals"))
    unit, growth = "per 1,000 residents a year", round(births - deaths + come - leave, 1)
    borough = ", times what Croydon's are to them" if line["kind"] == "London borough" else ""
    return {
        "arrivals": figure(
            come,
            round(come * 0.8, 1),
            round(come * 1.25, 1),
            unit,
            f"{ONS}, UK life table and fertility",
            "C",
            f"growth {growth} = births {births} - deaths {deaths} + arrivals {come} - departures {leave}; growth is its own, departures filled",
        ),
        "departures": figure(
            leave,
            round(leave * 0.8, 1),
            round(leave * 1.25, 1),
            unit,
            "ONS internal migration, England and Wales, year to June 2011",
            "C",
            filled(f"England's moves by age, over its own ages{borough}"),
        ),
    }


def _budgets(authority: Authority, line: Line, money: Line) -> Node:
    """What each agency had in 2010-11."""
    people = authority.population
    pounds = {key: int(each) for key, each in money.items() if key != "name"}
    care = pounds["adult_care"] + pounds["children"]
    outturn, split = f"{REVENUE} 2010-11", f"{REVENUE} 2010-11 and 2011-12"
    borders = (
        "; spent by the councils before 2019, a head of those who live there now"
        if authority.title in _NEW_BORDERS
        else ""
    )
    found = {
        "adult_care": _near(
            pounds["adult_care"],
            0.07,
            split,
            f"social care {care / 1e6:,.2f}m was not split in 2010-11: split as in 2011-12{borders}",
        ),
        "children": _near(pounds["children"], 0.07, split, f"the rest of social care{borders}"),
        "public_health": _near(
            pounds["public_health"],
            0.2,
            f"{REVENUE} 2013-14, HMT GDP deflator",
            "inside the NHS in 2010-11: 2013-14's in 2010-11 prices, taken out of nhs",
        ),
        "housing": _with_districts(pounds["housing"], pounds["district_housing"], outturn, borders),
        "council_other": _with_districts(pounds["council_other"], pounds["district_other"], outturn, borders),
        "schools": own(pounds["schools"], "GBP a year", outturn, "B" if borders else "A", borders[2:]),
    }
    return {
        key: budget_bounds(key, people, each)
        for key, each in (found | _of_the_nation(authority, line, pounds["public_health"])).items()
    }


_NEW_BORDERS = ("Bournemouth, Christchurch and Poole", "Dorset")


def _near(pounds: float, unsure: float, source: str, note: str) -> Node:
    """A budget of the council's own, sure to within a share of itself."""
    return figure(
        pounds,
        round(int(pounds * (1 - unsure)), -2),
        round(int(pounds * (1 + unsure)), -2),
        "GBP a year",
        source,
        "B",
        note,
    )


def _with_districts(pounds: int, districts: int, source: str, borders: str) -> Node:
    """A council's own spending, and where there are two tiers that of the district councils under it."""
    if not districts:
        return own(pounds, "GBP a year", source, "B", f"a line below nothing counts as 0{borders}")
    return figure(
        pounds + districts,
        round(pounds + DISTRICTS_LOW * districts),
        pounds + districts,
        "GBP a year",
        source,
        "C",
        filled(
            f"{districts / 1e6:,.2f}m of it is what district councils spent, England's a head of two-tier areas; the county's own is {pounds / 1e6:,.2f}m"
        )
        + borders,
    )


def _of_the_nation(authority: Authority, line: Line, public_health: int) -> Node:
    """Agencies that publish nothing by authority: England's a head."""
    people, deprived = authority.population, float(line["income_deprived"]) / ENGLAND_DEPRIVED
    nhs, police, dwp = NHS_A_HEAD * people - public_health, POLICE_A_HEAD * people, int(DWP_A_HEAD * people * deprived)
    return {
        "nhs": figure(
            round(nhs, -4),
            round(int(0.87 * nhs), -4),
            round(int(1.16 * nhs), -4),
            "GBP a year",
            "Department of Health PCT allocations 2010-11, recalled",
            "C",
            filled(f"England's GBP {NHS_A_HEAD:,} a head less public health"),
        ),
        "police": figure(
            round(police, -4),
            round(int(0.85 * police), -4),
            round(int(1.58 * police), -4),
            "GBP a year",
            f"{REVENUE} 2010-11, England police spend a head",
            "C",
            filled(f"England's GBP {POLICE_A_HEAD} a head; forces serve larger areas"),
        ),
        "dwp": figure(
            round(dwp, -4),
            round(int(0.7 * dwp), -4),
            round(int(1.3 * dwp), -4),
            "GBP a year",
            "DWP benefit expenditure 2010-11, recalled",
            "C",
            filled(
                f"working-age support of GBP {DWP_A_HEAD:,} a head in England, times its income deprivation ({deprived:.2f} of England's)"
            ),
        ),
    }


NHS_A_HEAD, POLICE_A_HEAD, DWP_A_HEAD = 1_550, 227, 1_000
"""Pounds of 2010-11, as `average_england.yaml` and `croydon.yaml` hold them."""
ENGLAND_DEPRIVED = 12.8
"""Share of England's people (%) who are income-deprived, Indices of Deprivation 2019."""


def _cut(years: Sequence[Line]) -> Node:
    """How far the council's services really fell."""
    absent = [line["year"] for line in years if line["absent"] != "0"]
    note = "all services less education and public health; a line below nothing counts as 0. Low and high: lines as returned, without highways and central services, a head of the population"
    if absent:
        note = filled(f"no return for {', '.join(absent)}: halfway between its neighbours") + ". " + note
    return path(years, "cut", f"{SERVICES}, {YEARS}", note, ("cut_low", "cut_high"), "C" if absent else "B")


def _income(years: Sequence[Line]) -> Node:
    """What paid for services."""
    share = float(years[0]["council_tax"])
    return {
        "council_tax": own(share, SERVICES, f"{REVENUE} 2010-11", "B"),
        "more_tax": path(
            years,
            "more_tax",
            f"{SERVICES}, more in {YEARS}",
            "in real terms; council tax support left the return in 2013-14, so no change is taken in that year",
        ),
        "from_reserves": path(
            years,
            "from_reserves",
            f"{SERVICES}, drawn in {YEARS}",
            "earmarked and unallocated, schools' apart; below 0 put by",
        ),
    }


def _observed(authority: Authority, line: Line, money: Line, years: Sequence[Line]) -> Node:
    """What the place really looked like around 2010: its own figures, then England's."""
    people, unit = authority.population, "GBP per resident"
    spent = {
        f"{name}_spend_per_head": own(round(int(money[key]) / people, 1), unit, f"{REVENUE} 2010-11", "B")
        for name, key in (
            ("adult_care", "adult_care"),
            ("children", "children"),
            ("education", "schools"),
            ("housing", "housing"),
        )
    }
    falls = {
        f"cut_of_{name}": path(years, key, f"share of 2010-11's, gone in {YEARS}", note) | {"label": label}
        for name, key, label, note in (
            ("care", "care", "real fall of social care", "adult and children's social care together; below 0 it grew"),
            (
                "adult_care",
                "adult_care",
                "real fall of adult social care",
                "care was not split in 2010-11: split as in 2011-12",
            ),
            (
                "childrens_care",
                "childrens_care",
                "real fall of children's social care",
                "the rest of care; early years money joins in 2014-15",
            ),
            ("the_rest", "others", "real fall of all other services", "as in cut, less care"),
        )
    }
    growth = round(int(line["people_2020"]) / int(line["people_2010"]), 4)
    deprived = own(float(line["children_deprived"]), "share of children", "MHCLG IDACI 2019", "A")
    return {
        **spent,
        **_in_care(line),
        "income_deprived_children_share": deprived | {"label": "children in income deprivation"},
        **observed_of_england(float(line["children_deprived"])),
        **falls,
        "population_growth": own(growth, "ratio 2020 to 2010", ONS, "A") | {"label": "population ten years on"},
    }


def _in_care(line: Line) -> Node:
    """People of 65 and over in the council's care; nothing where the return has gaps."""
    if not line["care"]:
        return {}
    from_ = "NHS Information Centre RAP and ASC-CAR, March 2011"
    users, low, high = (int(float(line[key])) for key in ("care", "care_low", "care_high"))
    at_home = own(int(float(line["home_care"])), "people aged 65+", from_, "A") | {"label": "in home care"}
    unit, note = "people aged 65+", "home care and care homes; low and high: 2010 and 2012"
    together = figure(users, min(low, users), max(high, users), unit, from_, "A", note) | {"label": "in council care"}
    return {"home_care_users_65plus": at_home, "council_care_users_65plus": together}
