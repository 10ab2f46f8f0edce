"""A social challenge and the redesigns that may answer it, as data."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from simulation.parameters.names import Names
from simulation.parameters.observed import ObservedFigures
from simulation.parameters.quantity import (
    Agency,
    ByAge,
    Domain,
    Hazard,
    Hazards2,
    Positive,
    Quantity,
    Row3,
    Row4,
    Share,
    Signed,
    Strict,
    Text,
    shaped,
    type_name,
)


class NeedConfig(Strict):
    """How a need begins, worsens, mends and returns. Probabilities are per month at average risk."""

    relative_risk: ByAge  # risk of onset by age band; 0 = not at risk at that age
    onset: Hazard  # none -> emerging
    escalation: Hazards2  # emerging -> established, established -> crisis
    recovery: Hazards2  # emerging -> none, established -> emerging, without any service
    relapse: Hazard  # none -> emerging while a root cause remains after relief
    latent_fade: Hazard  # chance that a remaining root cause goes away by itself
    deprivation: Share  # risk is (1 + this x (2 x national percentile - 1))
    vulnerability: Positive  # risk x (1 + this x (0.5 - capability))
    contagion: Positive  # onset x (1 + this x share of ties with the need established)
    co_need: Positive  # onset and escalation x (1 + this x other established needs, two at most, / 2)
    support: Positive  # recovery x (1 + this x (share of ties able to help - 0.8))
    unmet_harm: Positive  # escalation x (1 + this x months turned away or waiting, twelve at most, / 12)


class SeekingConfig(Strict):
    """Who asks for help."""

    rate: Hazards2  # per month with emerging, established need, at average trust and no burden
    ask_again: Hazard  # per month after being refused, giving up, or a case closed unresolved
    core_first: Share  # share of those with emerging need who ask the core service, not prevention
    signposted: Share  # share of those whom the core service refuses who join prevention's queue


class PaymentConfig(Strict):
    """What a case costs beyond the service's own staff, bought case by case (demand-led)."""

    item: type_name  # a key of the costs file's unit costs
    quantity: Positive  # units bought per case and month
    payers: dict[Agency, float]  # which agencies pay, shares adding up to 1

    @field_validator("payers")
    @classmethod
    def _whole(cls, payers: dict[str, float]) -> dict[str, float]:
        if abs(sum(payers.values()) - 1.0) > 1e-9 or min(payers.values()) < 0:
            raise ValueError(
                f"shares of payers must be positive and add up to 1; these add up to {sum(payers.values()):g}"
            )
        return payers


class ServiceConfig(Strict):
    """One tier of the response to a challenge: who owns it, what a case takes, what it achieves."""

    title: Text
    owner: Agency
    staff: type_name  # a key of the costs file's staff types
    whole_place: bool  # one service for the place (true), or one per locality (false)
    hours_per_case: Positive  # direct staff hours per case and month
    root_removed: Share  # share of resolutions that also remove the root cause
    capability_loss: Share  # share of capability lost per month in service ("done to")
    payment: PaymentConfig | None = None


class OpenServiceConfig(ServiceConfig):
    """Prevention or core: may refuse, has a queue."""

    assessment_hours: Positive  # staff hours to assess one person who asks, whatever the answer
    resolve: Hazard  # chance per month in service that the need ends
    holding: Share  # share of escalation prevented while in service
    longest_case: Positive  # months after which an unresolved case is closed
    abandonment: Hazard  # chance per month of giving up waiting
    capability_gain: Share  # towards full capability, at resolution ("done with")
    threshold: Annotated[Quantity, shaped(None, 1.0, 4.0)]  # severity (1-4) from which a person is eligible
    statutory: Share  # share of the standstill budget that the law does not let the planner cut


class AcuteServiceConfig(ServiceConfig):
    """Crisis response: never refuses."""

    leave: Hazard  # chance per month of being ready to leave
    step_down: Share  # share who need a core place to leave to
    relief: Share  # share of those leaving who leave at emerging rather than established need
    longest_delay: Positive  # months kept for want of a core place before discharge without one


class TiersConfig(Strict):
    """The three tiers of a challenge."""

    prevention: OpenServiceConfig
    core: OpenServiceConfig
    acute: AcuteServiceConfig


class VisitsConfig(Strict):
    """Visits of people of 65 and over to emergency departments, which are no admissions."""

    item: type_name  # a key of the costs file's unit costs; whoever pays the acute service's cases pays for visits
    rate: Row4  # visits a person and year, at level none, emerging, established, crisis
    care: Positive  # share by which visits rise if all core care is lost
    trend: Signed  # growth a year from the policy date that has nothing to do with care


class LeavingConfig(Strict):
    """What keeps people in hospital who are ready to leave, besides the want of a core place, which is simulated."""

    assessment_days: Positive  # days for each who leaves, until core services have assessed them, as busy as in 2010
    nhs_days: Positive  # days for each who leaves, for want of other NHS care, and for reasons of patients' own


class LossesConfig(Strict):
    """What a need takes from a life, by level emerging, established, crisis."""

    life_satisfaction: Row3  # points of the 0-10 scale
    qaly: Row3  # loss of quality weight, per year
    mortality: Row3  # relative excess mortality (0 = none)
    informal_care: Row3  # hours a month that households give
    carbon: Row4  # tonnes CO2e a year per person, at level none, emerging, established, crisis


class ChallengeConfig(Strict):
    """A social challenge: data, not code."""

    title: Text
    summary: Text
    source: Text
    levels: tuple[Text, Text, Text, Text]  # what none, emerging, established, crisis mean here, in words
    domain: Domain  # deprivation domain that drives risk
    need: NeedConfig
    seeking: SeekingConfig
    services: TiersConfig
    losses: LossesConfig
    visits: VisitsConfig | None = None  # to emergency departments, at 65 and over
    leaving: LeavingConfig | None = None  # what else keeps people in hospital
    observed: ObservedFigures = Field(default_factory=dict)  # real figures to hold the settled baseline against

    @model_validator(mode="after")
    def _paid_for(self) -> Self:
        if self.visits is not None and self.services.acute.payment is None:
            raise ValueError(
                "visits are paid for by those who pay the acute service's cases: say services.acute.payment, too"
            )
        return self


class DesignConfig(Strict):
    """A redesign from the catalogue: where it can be used and what the evidence says it does.

    The true effect in a place is drawn once, from four outcomes of an attempt (clear win, modest gain, no effect,
    worse); `cost_change` and `outcome_change` say how large each of the four is.
    """

    title: Text
    summary: Text
    source: Text
    applies_to: Names  # "challenge.tier", or "*.tier" for any challenge
    outcome_shares: Row4  # clear win, modest gain, no effect, worse; add up to 1
    cost_change: Annotated[Quantity, shaped(4, -1.0, 1.0)]  # change of hours per case, same order
    outcome_change: Annotated[Quantity, shaped(4, -1.0, 2.0)]  # change of the resolve rate, same order
    root_weight: Positive  # how much of the outcome change also reaches removal of root causes
    holding_weight: Positive  # ... and the holding of escalation
    burden_relief: Share  # how much easier asking becomes, at full success
    capability_weight: Positive  # ... and how much of it reaches capability gained
    set_up: Share  # set-up cost, share of the service's yearly cost
    needs_host: bool  # closes when its host's support ends
    step_down_places: bool = False  # also shortens the stay (leave hazard) when used at an acute tier

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(self.outcome_shares.row) - 1.0) > 1e-9:
            raise ValueError(f"outcome_shares add up to {sum(self.outcome_shares.row):g}; they must add up to 1")
        return self
