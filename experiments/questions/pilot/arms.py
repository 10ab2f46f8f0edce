"""Which arms of a country are lived in zones and outside them, and when zones begin; refuses what makes no zones."""

from experiments.errors import ConfigurationError, Fault, listed, unknown
from experiments.questions.pilot.country import Country
from experiments.questions.pilot.settings import HOW, PilotSettings
from experiments.results.open_results import Opened


def arms_of(own: PilotSettings, there: Country, opened: Opened, faults: list[Fault]) -> tuple[str, tuple[str, ...]]:
    """The arm outside zones and those inside."""
    first, second = opened.manifest["contrast"]
    outside, inside = own.outside or second, own.inside or (first,)
    lived = there.sides.arms
    for key, arms in (("outside", (outside,)), ("inside", inside)):
        faults += [unknown(f"{key}: {arm}", "arm that was lived there", arm, lived) for arm in arms if arm not in lived]
    if outside in inside:
        faults.append(Fault(f"inside: {outside}", "is how everybody outside lives", "name another arm"))
    return outside, tuple(inside)


def starts_of(own: PilotSettings, there: Country, outside: str, inside: tuple[str, ...]) -> tuple[int, ...]:
    """The first year of being a zone under each arm, in order; refuses arms that never begin, begin too early or together."""
    first = {arm: there.begins(outside, arm) for arm in inside}
    years = {arm: year for arm, year in first.items() if year is not None}
    if not years:
        why = f"lives the same under {outside} and {listed(inside)}, so there is nothing to find"
        raise ConfigurationError(Fault(f"nation={own.nation}", why, HOW))
    if 0 in years.values():
        why = f"begins in the first year that was kept under {listed(inside)}, so nobody is seen before it"
        raise ConfigurationError(Fault(f"nation={own.nation}", why, HOW))
    faults = [
        Fault(f"inside: {arm}", f"is in every year as {outside} is, so it makes nobody a zone", "leave it out")
        for arm in inside
        if arm not in years
    ]
    for year in sorted(set(years.values())):
        if len(together := [arm for arm in years if years[arm] == year]) > 1:
            why = f"begin in the same year ({year + 1}), and zones that begin together live one way"
            faults.append(
                Fault(f"inside: {listed(together)}", why, f"inside=[{together[0]}], and another pilot of the other")
            )
    if faults:
        raise ConfigurationError(*faults)
    return tuple(sorted(years.values()))
