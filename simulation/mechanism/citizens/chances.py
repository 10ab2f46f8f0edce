"""A citizen's own monthly chances that a need begins, worsens or mends."""

from simulation.compile import inner, rule
from simulation.parameters.structure import Elsewhere
from simulation.state.codes import CASE_SERVED
from simulation.state.tables import ABLE

MOST = 0.5  # no monthly chance is larger


@rule
def onset(base, relative_risk, risk, exposure, contagion, co_needs, co_need):
    """Chance that a need begins this month."""
    return min(MOST, base * relative_risk * risk * (1.0 + contagion * exposure) * (1.0 + co_need * co_needs / 2.0))


@rule
def escalation(base, risk, co_needs, co_need, unmet, unmet_harm, held):
    """Chance that a need worsens this month; `held` is the share of it that a service prevents."""
    harm = 1.0 + unmet_harm * unmet / 12.0
    return min(MOST, base * risk * (1.0 + co_need * co_needs / 2.0) * harm * (1.0 - held))


@rule
def recovery(base, able, support):
    """Chance that a need mends by itself this month; `able` is the share of ties able to help."""
    return min(MOST, base * max(0.0, 1.0 + support * (able - ABLE)))


@inner
def risk_of(i, c, people, ground, rates):
    """How much riskier life is for a citizen than for the average: area and capability."""
    capability = 1.0 + rates.vulnerability[c] * (0.5 - float(people.capability[i]))
    return max(0.0, ground.risk[people.area[i], c] * capability)


@inner
def worsening(i, c, level, co_needs, people, offer, ground, rates):
    """A citizen's own chance that an emerging or established need worsens this month."""
    held = 0.0
    if people.state[i, c] == CASE_SERVED:
        s = people.service[i, c]
        held = min(1.0, rates.holding[c, people.tier[i, c]] * offer.holding[s] * offer.intensity[s])
    return escalation(
        rates.escalation[c, level - 1],
        risk_of(i, c, people, ground, rates),
        co_needs,
        rates.co_need[c],
        float(people.unmet[i, c]),
        rates.unmet_harm[c],
        held,
    )


@inner
def beginning(i, c, exposure, co_needs, people, ground, rates):
    """A citizen's own chance that a need begins this month."""
    return onset(
        rates.onset[c],
        rates.relative_risk[c, people.band[i]],
        risk_of(i, c, people, ground, rates),
        exposure,
        rates.contagion[c],
        co_needs,
        rates.co_need[c],
    )


def more_needs(elsewhere: Elsewhere, held_back: float, left: float) -> float:
    """How many times as readily needs begin as on the policy date.

    Args:
        elsewhere: `harmless`, or `prevents`: other services hold back a share of the needs that would begin without any.
        held_back: that share on the policy date.
        left: of other services, as a share of the policy date's.
    """
    if elsewhere == "harmless":
        return 1.0
    return (1.0 - held_back * left) / (1.0 - held_back)
