"""What does not change while the world runs, as tables the compiled rules can read."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import BehaviourConfig, ChallengeConfig
from simulation.parameters.quantity import DOMAINS, TIERS

Doubles = NDArray[np.float64]
Ints = NDArray[np.int32]
Words = NDArray[np.uint32]  # words of chance
ABLE = 0.8  # share of ties without established need at which support is as usual
NARROW = 1e-9  # by which bounds are wider than what they bound, for rounding


class Unmoved(NamedTuple):
    """Words of chance that leave a need as it is, whoever has it: by area, age band, challenge and stage, all in one row."""

    least: Words  # below it a need may begin, return or worsen
    most: Words  # above it one may mend, or its root cause fade


class NeedRates(NamedTuple):
    """Each challenge's numbers that need reads: rows are challenges, further axes are levels, tiers or age bands."""

    relative_risk: Doubles  # (challenges, age bands)
    onset: Doubles
    escalation: Doubles  # (challenges, 2)
    recovery: Doubles  # (challenges, 2)
    relapse: Doubles
    latent_fade: Doubles
    vulnerability: Doubles
    contagion: Doubles
    co_need: Doubles
    support: Doubles
    unmet_harm: Doubles
    holding: Doubles  # (challenges, tiers)
    mortality: Doubles  # (challenges, levels)
    ceiling: Doubles  # (challenges, age bands): no chance of onset is higher, risk of the area apart
    worst: Doubles  # (challenges, 3): no chance of relapse or escalation is higher, risk of the area apart
    mend: Doubles  # (challenges, 3): 1 less the best chance that a root cause fades or a need mends
    unmoved: Unmoved  # filled in where the place's areas are known


class SeekRates(NamedTuple):
    """Each challenge's numbers that seeking and triage read."""

    seek: Doubles  # (challenges, 2)
    ask_again: Doubles
    core_first: Doubles
    signposted: Doubles


class Taken(IntEnum):
    """What needs take from a life."""

    LIFE = 0  # points of life satisfaction
    QUALITY = 1  # share of quality of life
    CARBON = 2  # tonnes a year beyond those of somebody without need
    CARE = 3  # hours of unpaid care


class CareRates(NamedTuple):
    """Each challenge's numbers that serving and outcomes read."""

    resolve: Doubles  # (challenges, tiers)
    root_removed: Doubles  # (challenges, tiers)
    longest: Doubles  # (challenges, tiers), months
    abandonment: Doubles  # (challenges, tiers)
    gain: Doubles  # (challenges, tiers)
    loss: Doubles  # (challenges, tiers)
    leave: Doubles
    step_down: Doubles
    relief: Doubles
    longest_delay: Doubles
    toll: Doubles  # (challenges, levels, 4): what a need takes from a life in a month, by `Taken`
    carbon_usual: float  # tonnes a year of somebody without any need


class Rates(NamedTuple):
    """Each challenge's numbers, by the phases that read them."""

    need: NeedRates
    seek: SeekRates
    care: CareRates


class Conduct(NamedTuple):
    """How citizens behave, challenge apart."""

    trust_start: float
    trust_refused: float
    trust_resolved: float
    trust_revert: float
    word_of_mouth: float
    capability_revert: float
    severity_draw: float
    severity_alone: float
    severity_old: float
    severity_co_need: float
    memory_months: float
    wellbeing_adjust: float
    wellbeing_waiting: float
    satisfaction_served: float
    satisfaction_wait: float
    satisfaction_refused: float
    package_growth: float


class Ground(NamedTuple):
    """The place's small areas: rows are areas."""

    risk: Doubles  # (areas, challenges): risk of onset and escalation against the national average
    fifth: NDArray[np.int64]  # 0 most deprived fifth of the place's people ... 4 least
    contentment: Doubles  # life satisfaction of someone without any need
    service: Ints  # (areas, challenges, tiers): the service that serves it
    first_row: NDArray[np.int64]  # (areas + 1): an area's rows are consecutive
    deprivation: Doubles  # mean national percentile over domains, 1 = most deprived


def rates_of(challenges: Sequence[ChallengeConfig]) -> Rates:
    """The challenges' numbers as tables; `unmoved` is filled in where the place's areas are known."""
    need = [c.need for c in challenges]
    seeking = [c.seeking for c in challenges]
    tiers = [[getattr(c.services, t) for t in TIERS] for c in challenges]
    acute = [c.services.acute for c in challenges]

    def ones(parts: Sequence[object], name: str) -> Doubles:
        return np.array([getattr(p, name).number for p in parts])

    def rows(parts: Sequence[object], name: str) -> Doubles:
        return np.array([getattr(p, name).row for p in parts])

    def by_tier(name: str) -> Doubles:
        return np.array([[getattr(t, name).number if hasattr(t, name) else 0.0 for t in row] for row in tiers])

    def losses(name: str) -> Doubles:
        return np.array([(0.0, *getattr(c.losses, name).row)[-4:] for c in challenges])

    carbon = losses("carbon")
    relapse, fade = ones(need, "relapse"), ones(need, "latent_fade")
    return Rates(
        NeedRates(
            relative_risk=rows(need, "relative_risk"),
            onset=ones(need, "onset"),
            escalation=rows(need, "escalation"),
            recovery=rows(need, "recovery"),
            relapse=relapse,
            latent_fade=fade,
            vulnerability=ones(need, "vulnerability"),
            contagion=ones(need, "contagion"),
            co_need=ones(need, "co_need"),
            support=ones(need, "support"),
            unmet_harm=ones(need, "unmet_harm"),
            holding=by_tier("holding"),
            mortality=losses("mortality"),
            ceiling=_ceiling(
                rows(need, "relative_risk"),
                *(ones(need, n) for n in ("onset", "vulnerability", "contagion", "co_need")),
            ),
            worst=_worst(
                np.column_stack([relapse, rows(need, "escalation")]),
                *(ones(need, n) for n in ("vulnerability", "co_need", "unmet_harm")),
            ),
            mend=_mend(np.column_stack([fade, rows(need, "recovery")]), ones(need, "support")),
            unmoved=Unmoved(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint32)),
        ),
        SeekRates(
            seek=rows(seeking, "rate"),
            ask_again=ones(seeking, "ask_again"),
            core_first=ones(seeking, "core_first"),
            signposted=ones(seeking, "signposted"),
        ),
        CareRates(
            resolve=by_tier("resolve"),
            root_removed=by_tier("root_removed"),
            longest=by_tier("longest_case"),
            abandonment=by_tier("abandonment"),
            gain=by_tier("capability_gain"),
            loss=by_tier("capability_loss"),
            leave=ones(acute, "leave"),
            step_down=ones(acute, "step_down"),
            relief=ones(acute, "relief"),
            longest_delay=ones(acute, "longest_delay"),
            toll=np.stack(
                [losses("life_satisfaction"), losses("qaly"), carbon - carbon[:, :1], losses("informal_care")], axis=2
            ),
            carbon_usual=float(carbon[:, 0].sum()),
        ),
    )


def _ceiling(
    relative_risk: Doubles, onset: Doubles, vulnerability: Doubles, contagion: Doubles, co_need: Doubles
) -> Doubles:
    """The highest chance of onset anybody of an age can have, so that most months can be settled by a glance."""
    most = onset * (1 + vulnerability / 2) * (1 + contagion) * (1 + co_need) * (1 + NARROW)
    return np.ascontiguousarray(relative_risk * most[:, None])


def _worst(chance: Doubles, vulnerability: Doubles, co_need: Doubles, unmet_harm: Doubles) -> Doubles:
    """The highest chance of relapse (first column) or escalation anybody can have in a month, risk of the area apart."""
    most = (1 + vulnerability / 2) * (1 + co_need) * (1 + unmet_harm) * (1 + NARROW)
    return np.ascontiguousarray(chance * most[:, None])


def _mend(chance: Doubles, support: Doubles) -> Doubles:
    """Draws up to these leave a root cause (first column) or a need as it is, however able its owner's ties."""
    return np.ascontiguousarray(1 - chance * (1 + support * (1 - ABLE))[:, None] * (1 + NARROW))


def conduct_of(behaviour: BehaviourConfig) -> Conduct:
    """Citizens' conduct as plain numbers."""
    growth = 1.0 if behaviour.structure.package == "alike" else behaviour.capacity.package_growth.number
    own = [name for name in Conduct._fields if name != "package_growth"]
    return Conduct(**{name: getattr(behaviour.citizens, name).number for name in own}, package_growth=growth)


def risk_of(deprivation: Mapping[str, Doubles], challenges: Sequence[ChallengeConfig]) -> Doubles:
    """How much riskier each area is for each challenge: (areas, challenges), 1 at the national middle."""
    columns = [1 + c.need.deprivation.number * (2 * deprivation[c.domain] - 1) for c in challenges]
    return np.column_stack(columns) if columns else np.ones((len(deprivation[DOMAINS[0]]), 0))
