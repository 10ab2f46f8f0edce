"""An authority's money: what each agency had in 2010-11, how far the council's services fell, and what paid for them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from experiments.configuration.places.authorities import Authority, Line
from experiments.configuration.places.england import budget_bounds
from experiments.configuration.places.figures import REVENUE, figure, filled, own, path

Node = dict[str, Any]
YEARS = "each year 2011-12 to 2017-18"
SERVICES = "share of 2010-11's service spending"
POUNDS = "GBP a year"
NHS_A_HEAD, POLICE_A_HEAD, DWP_A_HEAD = 1_550, 227, 1_000
"""England's pounds of 2010-11, as `average_england.yaml` and `croydon.yaml` hold them; the NHS's with public health."""
ENGLAND_DEPRIVED = 12.8
"""Share of England's people (%) who are income-deprived, Indices of Deprivation 2019."""
DISTRICTS_LOW = 0.6
"""Of what district councils are filled with, as little may be theirs: police, fire and waste authorities are in it."""
NEW_BORDERS = ("bournemouth_christchurch_and_poole", "dorset")
HELD = {
    "kensington_and_chelsea": "central services of 2017-18 are as in 2016-17: they hold what the fire of Grenfell Tower cost"
}
"""What of a council's path is not as returned."""
BEFORE = "; spent by the councils before 2019, a head of those who live there now"


def budgets(authority: Authority, line: Line, money: Line) -> Node:
    """What each agency had in 2010-11: the council's by its own return, the others' by England's rates."""
    pounds = {key: int(each) for key, each in money.items() if key != "name"}
    before = BEFORE if authority.name in NEW_BORDERS else ""
    outturn, split = f"{REVENUE} 2010-11", f"{REVENUE} 2010-11 and 2011-12"
    care = f"social care {(pounds['adult_care'] + pounds['children']) / 1e6:,.2f}m was not split in 2010-11"
    health = "inside the NHS in 2010-11: 2013-14's in 2010-11 prices, taken out of nhs"
    with_districts = partial(_with_districts, source=outturn, before=before)
    found = {
        "adult_care": _within(pounds["adult_care"], 0.93, 1.07, split, f"{care}: split as in 2011-12{before}"),
        "children": _within(pounds["children"], 0.93, 1.07, split, f"the rest of social care{before}"),
        "public_health": _within(pounds["public_health"], 0.8, 1.2, f"{REVENUE} 2013-14, HMT GDP deflator", health),
        "housing": with_districts(pounds["housing"], pounds["district_housing"]),
        "council_other": with_districts(pounds["council_other"], pounds["district_other"]),
        "schools": own(pounds["schools"], POUNDS, outturn, "B" if before else "A", before[2:]),
        **_of_the_nation(authority.population, line, pounds["public_health"]),
    }
    return {agency: budget_bounds(agency, authority.population, budget) for agency, budget in found.items()}


def _within(pounds: float, low: float, high: float, source: str, note: str, grade: str = "B") -> Node:
    """A budget to the nearest hundred pounds, and how many times it may be as little or as much."""
    value, least, most = (round(int(pounds * times), -2) for times in (1, low, high))
    return figure(value, least, most, POUNDS, source, grade, note)


def _with_districts(pounds: int, districts: int, source: str, before: str) -> Node:
    """A council's own spending, and where there are two tiers that of the district councils under it."""
    if not districts:
        return own(pounds, POUNDS, source, "B", f"a line below nothing counts as 0{before}")
    note = (
        f"{districts / 1e6:,.2f}m is what district councils spent, England's a head of two-tier areas; "
        f"{pounds / 1e6:,.2f}m is the council's own{before}"
    )
    whole = pounds + districts
    return figure(whole, round(pounds + DISTRICTS_LOW * districts), whole, POUNDS, source, "C", filled(note))


def _of_the_nation(people: int, line: Line, public_health: int) -> Node:
    """Agencies that publish nothing by authority: England's a head, by age and deprivation."""
    sick, crime = float(line["nhs"]), float(line["police"])
    deprived = float(line["income_deprived"]) / ENGLAND_DEPRIVED
    health = f"England's GBP {NHS_A_HEAD:,} a head, times {sick:.2f} for its ages and deprivation, less public health"
    police = (
        f"England's GBP {POLICE_A_HEAD} a head, times {crime:.2f} for its crime deprivation; forces serve larger areas"
    )
    welfare = (
        f"working-age support, England's GBP {DWP_A_HEAD:,} a head, times {deprived:.2f} for its income deprivation"
    )
    return {
        "nhs": _within(
            NHS_A_HEAD * people * sick - public_health,
            0.87,
            1.16,
            "Department of Health PCT allocations 2010-11, recalled",
            filled(health),
            "C",
        ),
        "police": _within(
            POLICE_A_HEAD * people * crime,
            0.85,
            1.58,
            f"assumption: as crime is; {REVENUE} 2010-11, England",
            filled(police),
            "J",
        ),
        "dwp": _within(
            DWP_A_HEAD * people * deprived, 0.7, 1.3, "DWP benefit expenditure 2010-11, recalled", filled(welfare), "C"
        ),
    }


def cut(authority: Authority, years: Sequence[Line]) -> Node:
    """How far the council's services really fell."""
    absent = [line["year"] for line in years if line["absent"] != "0"]
    note = (
        "all services less education and public health; a line below nothing counts as 0. Low and high: lines as returned, "
        "without highways and central services, a head of the population"
    )
    odd = HELD.get(authority.name, "")
    if absent:
        odd = f"no return for {', '.join(absent)}: halfway between its neighbours"
    note = filled(f"{odd}; {note}") if odd else note
    return path(years, "cut", f"{SERVICES}, {YEARS}", note, ("cut_low", "cut_high"), "C" if odd else "B")


def income(years: Sequence[Line]) -> Node:
    """What paid for services."""
    tax = "in real terms; council tax support left the return in 2013-14, so no change is taken in that year"
    reserves = "earmarked and unallocated, schools' apart; below 0 put by"
    return {
        "council_tax": own(float(years[0]["council_tax"]), SERVICES, f"{REVENUE} 2010-11", "B"),
        "more_tax": path(years, "more_tax", f"{SERVICES}, more in {YEARS}", tax),
        "from_reserves": path(years, "from_reserves", f"{SERVICES}, drawn in {YEARS}", reserves),
    }


def falls(years: Sequence[Line]) -> Node:
    """How far care and all else fell, each by itself."""
    unit = f"share of 2010-11's, gone in {YEARS}"
    told = {
        "care": ("social care", "adult and children's social care together; below 0 it grew"),
        "adult_care": ("adult social care", "care was not split in 2010-11: split as in 2011-12"),
        "childrens_care": ("children's social care", "the rest of care; early years money joins in 2014-15"),
        "the_rest": ("all other services", "as in cut, less care"),
    }
    return {
        f"cut_of_{key}": {"label": f"real fall of {what}"} | path(years, key, unit, note)
        for key, (what, note) in told.items()
    }


def spent_a_head(people: int, money: Line) -> Node:
    """What the council spent a head, by department."""
    lines = {"adult_care": "adult_care", "children": "children", "education": "schools", "housing": "housing"}
    return {
        f"{name}_spend_per_head": own(
            round(int(money[line]) / people, 1), "GBP per resident", f"{REVENUE} 2010-11", "B"
        )
        for name, line in lines.items()
    }
