"""Checks that the parts of a world fit one another: what a challenge uses has a price, what a policy names exists."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from experiments.configuration import options
from experiments.configuration.compose import Composed
from experiments.errors import Fault, listed, nearest, unknown
from simulation.parameters import ChallengeConfig, CostsConfig, DesignConfig, PlaceConfig
from simulation.parameters.challenge import ServiceConfig
from simulation.parameters.quantity import TIERS
from simulation.policy.lever import Lever
from simulation.policy.policy import Policy

ANY = "*"


def services_of(challenge: ChallengeConfig) -> dict[str, ServiceConfig]:
    """The three services of a challenge by tier."""
    return {tier: getattr(challenge.services, tier) for tier in TIERS}


def check_scale(place: PlaceConfig, scale: float) -> list[Fault]:
    """Every small area must have somebody living in it."""
    if not place.areas:
        return []
    sizes = {area.area: sum(area.people) for area in place.areas}
    smallest = min(sizes, key=lambda name: sizes[name])
    if sizes[smallest] * scale >= 1:
        return []
    needed = 1 / sizes[smallest]
    return [
        Fault(
            f"scale={scale:g}",
            f"leaves {sum(sizes.values()) * scale:,.0f} people for {len(sizes)} small areas, and fewer than one in {smallest} "
            f"({sizes[smallest]:,} people)",
            f"scale={_rounded_up(needed):g} or more",
        )
    ]


def _rounded_up(share: float) -> float:
    """The next larger number of two figures."""
    step = 10.0 ** (len(str(int(1 / share))) + 1)
    return (int(share * step) + 1) / step


def check_costs(challenges: Mapping[str, ChallengeConfig], costs: CostsConfig) -> list[Fault]:
    """Every kind of staff and every item that a challenge uses has a unit cost."""
    faults = []
    for name, challenge in challenges.items():
        bought = {f"challenge.{name}.visits.item": challenge.visits.item} if challenge.visits else {}
        for tier, service in services_of(challenge).items():
            key = f"challenge.{name}.services.{tier}"
            if service.staff not in costs.staff:
                faults.append(_unpriced(f"{key}.staff", service.staff, "costs.staff", costs.staff))
            if service.payment:
                bought[f"{key}.payment.item"] = service.payment.item
        unpriced = {key: item for key, item in bought.items() if item not in costs.unit_costs}
        faults += [_unpriced(key, item, "costs.unit_costs", costs.unit_costs) for key, item in unpriced.items()]
    return faults


def _unpriced(key: str, item: str, where: str, priced: Iterable[str]) -> Fault:
    """The fault of using what has no unit cost."""
    names = list(priced)
    close = nearest(item, names)
    return Fault(
        f"{key}={item}",
        f"has no entry in {where}; there are: {listed(names)}",
        f"did you mean {close}?" if close else f"add {where}.{item} to a costs file",
    )


def users_of(challenges: Mapping[str, ChallengeConfig]) -> list[tuple[str, str]]:
    """Every key of a challenge that names an agency, with the agency."""
    found: list[tuple[str, str]] = []
    for name, challenge in challenges.items():
        for tier, service in services_of(challenge).items():
            key = f"challenge.{name}.services.{tier}"
            found.append((f"{key}.owner", service.owner))
            found += [
                (f"{key}.payment.payers", agency) for agency in (service.payment.payers if service.payment else ())
            ]
    return found


def check_budgets(users: Iterable[tuple[str, str]], place: PlaceConfig) -> list[Fault]:
    """Whatever agency a key names has a budget in the place; one fault an agency."""
    funded = [agency for agency, budget in place.budgets.items() if budget.number > 0]
    lacking: dict[str, list[str]] = {}
    for key, agency in users:
        if agency not in funded:
            lacking.setdefault(agency, []).append(key)
    return [
        Fault(
            f"{keys[0]}: {agency}" + (f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""),
            f"{agency} has no budget in this place; agencies with one: {listed(funded)}",
            f"name another agency, or give place.budgets.{agency} a value above 0",
        )
        for agency, keys in lacking.items()
    ]


def check_designs(
    designs: Mapping[str, DesignConfig], used: Iterable[str], every_challenge: Iterable[str]
) -> list[Fault]:
    """A design says where it can be used, as `challenge.tier` or `*.tier`."""
    known, faults = list(every_challenge), []
    for name in used:
        for target in designs[name].applies_to:
            key = f"design.{name}.applies_to: {target}"
            challenge, _, tier = target.partition(".")
            if tier not in TIERS:
                faults.append(
                    Fault(
                        key,
                        f"must be challenge.tier, with one of {listed(TIERS)} after the full stop",
                        f"as *.{TIERS[1]}",
                    )
                )
            elif challenge != ANY and challenge not in known:
                faults.append(unknown(key, "challenge", challenge, [ANY, *known]))
    return faults


def applies(design: DesignConfig, challenges: Iterable[str]) -> bool:
    """Whether a design can be used in any of these challenges."""
    return bool(kinds_of(design, challenges))


def portfolio_of(policy: Policy) -> list[str]:
    """The designs that a policy may try, inside its zones too, each once."""
    levers = [policy.levers, *([policy.zones.levers] if policy.zones else [])]
    named = [name for each in levers if "portfolio" in each for name in _tried(each["portfolio"])]
    return list(dict.fromkeys(named))


def _tried(portfolio: Lever | None) -> list[str]:
    """The designs that a portfolio lets services come upon, and those that it has them begin."""
    return [*getattr(portfolio, "designs", ()), *getattr(portfolio, "begin", ())]


def check_policy(
    name: str, policy: Policy, place: PlaceConfig, designs: Mapping[str, DesignConfig], challenges: Iterable[str]
) -> list[Fault]:
    """What a policy names must be there: agencies with budgets, designs that can be used, levers of its own."""
    key, chosen = f"policy.{name}.levers", list(challenges)
    zones = policy.zones
    inside = {f"{key}.zones.levers": zones.levers} if zones else {}
    faults: list[Fault] = []
    for where, levers in {key: policy.levers, **inside}.items():
        faults += check_budgets(_agencies_in(where, levers), place)
        faults += _check_portfolio(f"{where}.portfolio", levers.get("portfolio"), designs, chosen)
    strangers = [lever for lever in (zones.without if zones else ()) if lever not in policy.levers]
    return faults + [
        unknown(f"{key}.zones.without: {lever}", "such lever in this policy:", lever, policy.levers)
        for lever in strangers
    ]


def _agencies_in(key: str, levers: Mapping[str, Lever]) -> list[tuple[str, str]]:
    """Every key of some levers that names an agency, with the agency."""
    fields = (("pooling", "agencies"), ("protection", "ring_fence"), ("envelope", "others"))
    present = [(lever, field) for lever, field in fields if lever in levers]
    return [(f"{key}.{lever}.{field}", agency) for lever, field in present for agency in getattr(levers[lever], field)]


def _check_portfolio(
    key: str, portfolio: Lever | None, designs: Mapping[str, DesignConfig], challenges: list[str]
) -> list[Fault]:
    """The designs of a portfolio are in play, and at least one of them can be used."""
    tried = _tried(portfolio)
    strangers = [name for name in tried if name not in designs]
    if strangers:
        close = nearest(strangers[0], designs)
        return [
            Fault(
                f"{key}.designs: {listed(strangers)}",
                f"not among the designs in play: {listed(designs)}",
                f"did you mean {close}?" if close else f"{key}.designs=[...] of designs in play, or designs=all",
            )
        ]
    if tried and not any(applies(designs[name], challenges) for name in tried):
        return [
            Fault(
                f"{key}.designs",
                f"none of these applies to the challenges in play ({listed(challenges)})",
                "see redesign show design=... for where each can be used",
            )
        ]
    return list(_check_beginnings(f"{key}.begin", getattr(portfolio, "begin", {}), designs, challenges))


def _check_beginnings(
    key: str, begun: Mapping[str, Any], designs: Mapping[str, DesignConfig], challenges: list[str]
) -> Iterator[Fault]:
    """A fault for each design that is to begin at services where it cannot be used."""
    for name, each in begun.items():
        known = kinds_of(designs[name], challenges)
        astray = [kind for kind in each.services if kind not in known]
        if astray or not known:
            yield Fault(
                f"{key}.{name}.services: {listed(astray) if astray else 'all'}",
                f"{name} can be used at {listed(known) if known else 'no service of the challenges in play'}",
                f"{key}.{name}.services=[{known[0]}]"
                if known
                else "see redesign show design=... for where it can be used",
            )


def kinds_of(design: DesignConfig, challenges: Iterable[str]) -> list[str]:
    """The kinds of service, as challenge.tier, at which a design can be used."""
    kinds = [(challenge, tier) for challenge in challenges for tier in TIERS]
    return [f"{c}.{tier}" for c, tier in kinds if {f"{c}.{tier}", f"{ANY}.{tier}"}.intersection(design.applies_to)]


def overridden(composed: Composed, group: str) -> dict[str, str]:
    """The options of a group that something typed is about, each with what was typed."""
    found = {}
    for word in composed.overrides:
        head, _, rest = word.lstrip("+~").partition("=")[0].partition(".")
        if head == group and rest:
            found[rest.partition(".")[0]] = word
    return found


def notes(composed: Composed, chosen: Mapping[str, list[str]]) -> list[str]:
    """Overrides of what takes no part, which change nothing."""
    return [
        f"{word} changes nothing: {group} {name} takes no part in this run"
        for group in options.ALL_AT_ONCE
        for name, word in overridden(composed, group).items()
        if name not in chosen[group]
    ]


def never_tried(composed: Composed, designs: Iterable[str], policies: Mapping[str, Policy]) -> list[str]:
    """A note for each design of the user's own that no arm may try: a design is tried where a portfolio names it."""
    found = options.find("design", composed.folders)
    named = {name for policy in policies.values() for name in portfolio_of(policy)}
    mine = [name for name in designs if name in found and not found[name].shipped and name not in named]
    arm = next((arm for arm, policy in policies.items() if portfolio_of(policy)), next(iter(policies), ""))
    tried = ",".join([*portfolio_of(policies[arm]), "{name}"]) if arm else "{name}"
    return [
        f"design {name} is never tried: no arm's portfolio names it. To have {arm} try it, add\n"
        f"      'policy.{arm}.levers.portfolio.designs=[{tried.format(name=name)}]'"
        for name in mine
    ]
