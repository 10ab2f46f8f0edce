"""Checks that the parts of a world fit one another: what a challenge uses has a price, what a policy names exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from experiments.faults import Fault, listed, nearest, unknown
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
    return [Fault(
        f"scale={scale:g}",
        f"leaves {sum(sizes.values()) * scale:,.0f} people for {len(sizes)} small areas, and fewer than one in {smallest} "
        f"({sizes[smallest]:,} people)", f"scale={_rounded_up(needed):g} or more",
    )]  # fmt: skip


def _rounded_up(share: float) -> float:
    """The next larger number of two figures."""
    step = 10.0 ** (len(str(int(1 / share))) + 1)
    return (int(share * step) + 1) / step


def check_costs(challenges: Mapping[str, ChallengeConfig], costs: CostsConfig) -> list[Fault]:
    """Every kind of staff and every item that a challenge uses has a unit cost."""
    faults = []
    for name, challenge in challenges.items():
        for tier, service in services_of(challenge).items():
            key = f"challenge.{name}.services.{tier}"
            if service.staff not in costs.staff:
                faults.append(_unpriced(f"{key}.staff", service.staff, "costs.staff", costs.staff))
            if service.payment and service.payment.item not in costs.unit_costs:
                faults.append(
                    _unpriced(f"{key}.payment.item", service.payment.item, "costs.unit_costs", costs.unit_costs)
                )
    return faults


def _unpriced(key: str, item: str, where: str, priced: Iterable[str]) -> Fault:
    """The fault of using what has no unit cost."""
    names = list(priced)
    close = nearest(item, names)
    return Fault(f"{key}={item}", f"has no entry in {where}; there are: {listed(names)}",
                 f"did you mean {close}?" if close else f"add {where}.{item} to a costs file")  # fmt: skip


def check_budgets(challenges: Mapping[str, ChallengeConfig], place: PlaceConfig) -> list[Fault]:
    """Whoever owns or pays for a service has a budget in the place."""
    funded = _funded(place)
    faults = []
    for name, challenge in challenges.items():
        for tier, service in services_of(challenge).items():
            key = f"challenge.{name}.services.{tier}"
            users = {f"{key}.owner": service.owner}
            users |= {f"{key}.payment.payers.{agency}": agency for agency in (service.payment.payers if service.payment else {})}
            faults += [_unfunded(where, agency, funded) for where, agency in users.items() if agency not in funded]
    return faults


def _funded(place: PlaceConfig) -> list[str]:
    """The agencies that have any money."""
    return [agency for agency, budget in place.budgets.items() if budget.number > 0]


def _unfunded(where: str, agency: str, funded: Iterable[str]) -> Fault:
    """The fault of relying on an agency that the place gives no money."""
    return Fault(f"{where}: {agency}", f"has no budget in this place; agencies with one: {listed(funded)}",
                 f"name another agency, or give place.budgets.{agency}")  # fmt: skip


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
                    Fault(key, f"must be challenge.tier, with one of {listed(TIERS)} after the full stop", f"as *.{TIERS[1]}")
                )
            elif challenge != ANY and challenge not in known:
                faults.append(unknown(key, "challenge", challenge, [ANY, *known]))
    return faults


def applies(design: DesignConfig, challenges: Iterable[str]) -> bool:
    """Whether a design can be used in any of these challenges."""
    return bool({target.partition(".")[0] for target in design.applies_to} & {ANY, *challenges})


def check_policy(
    name: str, policy: Policy, place: PlaceConfig, designs: Mapping[str, DesignConfig], challenges: Iterable[str]
) -> list[Fault]:
    """What a policy names must be there: agencies with budgets, designs that can be used."""
    key, chosen = f"policy.{name}.levers", list(challenges)
    faults = _check_levers(key, policy.levers, place, designs, chosen)
    zones = policy.levers.get("zones")
    if zones is not None:
        faults += _check_levers(f"{key}.zones.levers", zones.levers, place, designs, chosen)
        faults += [
            unknown(f"{key}.zones.without: {lever}", "lever in this policy", lever, policy.levers)
            for lever in zones.without
            if lever not in policy.levers
        ]
    return faults


def _check_levers(
    key: str,
    levers: Mapping[str, Lever],
    place: PlaceConfig,
    designs: Mapping[str, DesignConfig],
    challenges: list[str],
) -> list[Fault]:
    """The agencies and designs that some levers name."""
    faults, funded = [], _funded(place)
    named = {
        f"{key}.{lever}.{field}": list(getattr(levers[lever], field))
        for lever, field in (("pooling", "agencies"), ("protection", "ring_fence"), ("envelope", "others"))
        if lever in levers
    }
    faults += [_unfunded(where, a, funded) for where, agencies in named.items() for a in agencies if a not in funded]
    tried = list(levers["portfolio"].designs) if "portfolio" in levers else []  # type: ignore[attr-defined]
    where = f"{key}.portfolio.designs"
    faults += [unknown(f"{where}: {d}", "design in play", d, designs) for d in tried if d not in designs]
    usable = [d for d in tried if d in designs and applies(designs[d], challenges)]
    if tried and not faults and not usable:
        faults.append(Fault(where, f"none of these applies to the challenges in play ({listed(challenges)})",
                            "see redesign show design=... for where each can be used"))  # fmt: skip
    return faults
