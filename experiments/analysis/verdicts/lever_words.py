"""What single levers of a policy do, in lay words with their amounts and dates; what is not given is as the levers have it."""

from calendar import month_name
from collections.abc import Mapping
from typing import Any

from experiments.analysis.statistics.catalogue import ACRONYMS
from experiments.analysis.verdicts.sentence import listed
from experiments.text.numerals import two

FIRST_YEAR = 2011
CALLED = {
    **ACRONYMS,
    "adult_care": "adult social care",
    "children": "children's services",
    "dwp": "the benefits agency",
    "council": "the council",
    "council_other": "other council services",
    "nhs": "the NHS",
    "police": "the police",
}
Settings = Mapping[str, Any]


def eligibility(lever: Settings) -> str:
    """Who gets help from core services."""
    rise, fit = lever.get("rise", 0.0), lever.get("fit", 1.0)
    outright = f" The bar goes up by {rise:g} of a level of need at once." if rise else ""
    short = f" A service 10% short of hours raises the bar by {fit / 10:.2g} of a level of need." if fit else ""
    return f"only people in greater need than before get help from core services.{outright}{short}"


def efficiency(lever: Settings) -> str:
    """Fewer hours for each case."""
    yearly, years = lever.get("yearly", 0.03), lever.get("years", 5)
    return f"each case has to be done in {share(yearly)} fewer hours every year for {years} years."


def targets(lever: Settings) -> str:
    """Pressure and inspection from the centre."""
    pressure, more = lever.get("pressure", 0.5), lever.get("inspection", 0.5)
    return (
        f"central targets press harder, {share(pressure)} of the way from 2010 to the hardest there could be; "
        f"inspection takes {share(more)} more hours."
    )


def freedom(_: Settings) -> str:
    """No targets and inspection from the centre."""
    return "central targets and inspection go, and services set their own rules."


def indicators(lever: Settings) -> str:
    """What services know of how lives turn out."""
    clear, audited = lever.get("clarity", 0.5), lever.get("audited", 0.5)
    return (
        f"local figures on how lives turn out take away {share(clear)} of the error in what services know; audits close "
        f"{share(audited)} of the gap between what is reported and what is true."
    )


def pooling(lever: Settings) -> str:
    """Who pays together, and for what."""
    default = ["adult_care", "children", "public_health", "housing", "schools", "nhs", "police", "dwp"]
    given = lever.get("agencies", default)
    who = listed([named(name) for name in given])
    if lever.get("scope", "prevention") == "whole_place":
        return f"{who} own one budget, and pay together for what stops need from growing."
    return f"{who} pay together for what stops need from growing, as far as it saves them money."


def support(lever: Settings) -> str:
    """Coaching, tools and what they cost."""
    return (
        f"services get coaching and tools, for £{lever.get('per_head', 5.0):g} a head and year out of the same money."
    )


def transition(lever: Settings) -> str:
    """On which terms the old gives way to the new."""
    fund, double = lever.get("fund", 0.03), lever.get("double_running", 0.15)
    closed, pay = lever.get("decommission", 0.37), lever.get("redundancy", 1.0)
    terms = "the usual terms" if pay == 1 else f"{pay:g} times the usual terms"
    return (
        f"{share(fund)} of services' money is set aside each year to set changes up; old and new run side by side for "
        f"{share(double)} on top; each year {share(closed)} of the old services whose new ones have settled are closed; "
        f"staff who go are paid {terms}."
    )


def pay(lever: Settings) -> str:
    """Pay that falls behind prices."""
    yearly, years = lever.get("yearly", 0.015), lever.get("years", 8)
    return f"staff's pay falls behind prices by {share(yearly)} a year for {years} years; more of them leave."


def charges(lever: Settings) -> str:
    """Users who pay."""
    return (
        f"people in adult care pay {share(lever.get('share', 0.05))} more of what staff there cost; some of those who "
        "would have to pay do not ask."
    )


def reserves(lever: Settings) -> str:
    """Money put by that is spent."""
    let_go, years = lever.get("share", 0.5), lever.get("years", 4)
    return f"{share(let_go)} of the money put by in 2010 is spent over {years} years, so that less is cut meanwhile."


def protection(lever: Settings) -> str:
    """What may not be cut."""
    fenced = [f"{share(each)} of {named(name)}" for name, each in (lever.get("ring_fence") or {}).items() if each]
    rise = lever.get("statutory_rise", 0.0)
    told = [f"{listed(fenced)} may not be cut"] if fenced else []
    told += [f"what the law asks for is raised {share(rise)} of the way to the whole budget"] if rise else []
    return f"{'; '.join(told) or 'nothing is kept from the cut'}."


def date(month: int) -> str:
    """The month that so many months after the policy date is."""
    return f"{month_name[(month + 3) % 12 + 1]} {FIRST_YEAR + (month + 3) // 12}"


def when(lever: Settings) -> str:
    """From when a lever acts, when it is in full force and when it ends; nothing where it acts at once and for good."""
    start, ramp, end = (lever.get(key) for key in ("start", "ramp", "end"))
    told = [f"from {date(start)}"] if start else []
    told += [f"growing until {date((start or 0) + ramp)}"] if ramp else []
    told += [f"until {date(end)}"] if end is not None else []
    return f"{', '.join(told)}: " if told else ""


def in_part(lever: Settings) -> str:
    """That a lever acts in part only."""
    strength = lever.get("strength", 1.0)
    return "" if strength == 1 else f"at {share(strength)} of full strength, "


def share(value: float) -> str:
    """A share as per cent, in two figures."""
    return f"{two(100 * value)}%"


def named(name: str) -> str:
    """A public body in a sentence."""
    return CALLED.get(name, name.replace("_", " "))
