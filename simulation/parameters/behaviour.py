"""How people, staff and agencies behave, as data: everything that is not about one challenge or one place."""

from typing import Annotated, Literal

from pydantic import Field

from simulation.parameters.quantity import Positive, Share, Signed, Strict
from simulation.parameters.structure import StructureConfig


class CitizensConfig(Strict):
    """Trust, capability, severity and wellbeing of citizens. Monthly where a rate."""

    trust_start: Share
    trust_spread: Share  # half-range of people's starting trust
    trust_refused: Share  # trust lost on refusal, abandonment or unresolved closure (points of 0-1)
    trust_resolved: Share  # trust gained when a case is resolved
    trust_revert: Share  # share of the gap to starting trust closed each month
    word_of_mouth: Positive  # asking x (1 + this x 2 x (ties' mean trust - trust_start))
    asking_burden: Share  # share of would-be askers put off by the effort of asking a standard service
    charge_burden: Share  # share of would-be askers put off if they had to pay all that a service costs
    capability_start: Share  # mean capability in the middling area
    capability_gap: Share  # capability difference between least and most deprived areas
    capability_spread: Share  # half-range within an area
    capability_revert: Share  # share of the gap to the starting level closed each month
    severity_draw: Share  # part of severity (0-1 within a level) that is the episode's own luck
    severity_alone: Share  # added for living alone
    severity_old: Share  # added from age 75
    severity_co_need: Share  # added for other established needs (two or more: all of it)
    memory_months: Positive  # how long an earlier failure makes the next contact failure demand
    wellbeing_adjust: Share  # share of the gap to its level that life satisfaction closes each month
    wellbeing_gap: Positive  # life satisfaction difference least minus most deprived areas, needs apart
    satisfaction_served: Positive  # satisfaction with services (0-100) of someone given all a case's hours
    satisfaction_wait: Positive  # points lost per month waited
    satisfaction_refused: Positive  # satisfaction of someone turned away
    wellbeing_waiting: Positive  # life satisfaction lost while turned away or waiting


class NetworkxTies(Strict):
    """Ties made by a generator of NetworkX, given the number of people first and then `arguments`."""

    generator: str
    arguments: dict[str, float | int] = Field(default_factory=dict)


class TiesConfig(Strict):
    """The citizens' network."""

    neighbours: Annotated[int, Field(ge=0, le=12)]  # ties with people living near, even number
    associates: Annotated[int, Field(ge=0, le=12)]  # ties at school or work, even number
    age_homophily: Share  # 1 = neighbours ordered wholly by age, 0 = wholly by chance
    networkx: NetworkxTies | None = None  # any NetworkX generator instead, for places of at most 50,000 people
    deprivation_homophily: Share  # 1 = workplaces ordered wholly by area deprivation, 0 = wholly by chance


class CapacityConfig(Strict):
    """How staff hours become help."""

    slack: Share  # spare capacity over measured load when the place has settled
    admin_share: Share  # share of staff hours on administration
    inspection_share: Share  # share of staff hours lost to inspection and compliance in 2010
    assessment_cap: Share  # at most this share of hours goes on assessment
    productivity_morale: Positive  # productivity x (1 + this x (morale - morale_start))
    package_growth: Positive  # a core case takes so many times the hours of one that is a point of severity milder
    dilution_floor: Share  # cases are given at least this share of their hours before any is discharged
    queue_order: Literal["severity", "wait", "chance"] = "severity"  # who is taken first
    queue_months: Positive  # the queue holds this many months of ordinary admissions
    smallest_catchment: Positive  # simulated people below which catchments merge
    acute_release: Share  # share of an acute service's idle staff cost that a year's plan can release
    acute_staff_share: Share  # unused capacity apart, staff sized to this share of the load; the rest is cover


class WorkforceConfig(Strict):
    """Morale, turnover and vacancies. Yearly where a rate, unless said."""

    morale_start: Share
    morale_adjust: Share  # share of the gap closed each month
    morale_workload: Positive  # morale lost per unit of workload above capacity (half a unit at most)
    morale_inspection: Positive  # morale lost at full extra inspection and target pressure (gained when gone)
    morale_autonomy: Positive  # morale gained at full freedom
    morale_support: Positive  # morale gained at full support
    morale_cuts: Positive  # morale lost per share of posts lost in the last twelve months
    turnover: Share  # yearly share of staff who leave at starting morale
    turnover_morale: Positive  # turnover x (1 + this x (morale_start - morale))
    turnover_pay: Positive  # turnover x (1 + this x share of 2010's pay that staff go without)
    pay_share: Share  # share of a post's yearly cost that is pay and what goes with it; the rest is overheads
    months_to_fill: Positive
    cover_share: Share  # share of vacant posts filled by agency cover
    replacement_cost: Share  # cost of replacing a leaver, share of yearly cost


class AccountabilityConfig(Strict):
    """Targets, inspection and indicators as they stood in 2010, and what they do."""

    pressure_2010: Share  # pressure of central targets in 2010 (0 none, 1 hardest)
    effort: Share  # productivity gained from no pressure to full pressure
    root_neglect: Share  # root causes left alone from no pressure to full pressure
    performance_2010: Share  # share of full performance that an average service reached
    reporting_gap: Positive  # points by which reported exceeds true performance at full pressure
    quality_spread: Share  # half-range of services' own management quality
    quality_deprivation: Share  # management quality lost in the most deprived catchments
    weak_decline: Share  # effectiveness lost by the weakest service when no one can compare it
    indicator_noise: Positive  # standard error of an outcome signal seen without local indicators
    target_noise: Positive  # extra error of that signal at full target pressure (outputs crowd out outcomes)


class PlanningConfig(Strict):
    """The agencies' April plan."""

    reserves: Share  # opening reserves, share of the yearly budget
    other_floor: Share  # share of other services that law or contract keeps
    working_age_share: Share  # share of adult care's budget that is for people of 18 to 64, none of whom is simulated
    placements_share: Share  # share of children's care's budget that is for children looked after, simulated or not
    care_readiness: Positive  # willingness of a council to cut care, as a share of all spent on it, all else = 1
    core_weight: (
        Share  # the same within care and within the rest of core, and of care that is not simulated, all else = 1
    )
    restore_rate: Share  # share of the gap to standard provision that spare money closes in a year
    reallocation: Share  # share of the gap between a catchment's staff and its workload closed each year
    largest_change: Share  # largest change of a service's posts in a year
    prevention_saves: (
        Positive  # pounds of crises' cost that a pound of prevention is known to save in cash within five years
    )
    invest_cap: Share  # most by which other members of a pool let a prevention budget grow
    fund_years: Positive  # years after which set-up money that redesigns have not called for goes back into services
    saving_error: Share  # half-range of the planner's error in estimating savings
    panel_speed: (
        Positive  # points of severity a month that panels add for each share of the work that hours fall short of
    )
    local_step: Share  # points of severity by which a free service moves its threshold in a month, at most
    local_range: Share  # ... and altogether
    held_back: Share  # new needs that the council's other services hold back, as a share of those without (structure.elsewhere)
    freeze_release: Share  # share of open services' hours withdrawn while spending is frozen
    efficiency_slack: Share  # hours per case that can go without loss
    efficiency_quality: Positive  # effectiveness lost per share of hours asked for beyond that slack


class RedesignConfig(Strict):
    """How services try, judge, keep and spread redesigns."""

    attempts: Positive  # attempts begun per service and year at full capability and freedom
    capability_2010: Share  # services' redesign capability without support
    capability_growth: Share  # share of the gap to full capability closed each month at full support
    constrained: Share  # attempts that survive without freedom, share
    months_discover: Positive
    months_prototype: Positive
    months_test: Positive
    months_embed: Positive
    hurdle: Signed  # observed gain (outcome gain less cost change) from which a test counts as a success
    adaptation_loss: Share  # share of the effect lost when a redesign is copied from a peer
    share_design: Share  # share of variance in effects common to a design
    share_place: Share  # ... to a design in this place; the rest is the service's own
    copy_weight: Positive  # weight of a peer's embedded design when choosing, standard choice = 1
    host_closure: Share  # yearly chance that a hosted redesign closes once support has ended
    months_double: Positive  # months for which old and new run side by side at a cost, unless the old closes sooner


class BehaviourConfig(Strict):
    """Everything that is common to all challenges and places."""

    title: str
    source: str
    citizens: CitizensConfig
    ties: TiesConfig
    capacity: CapacityConfig
    workforce: WorkforceConfig
    accountability: AccountabilityConfig
    planning: PlanningConfig
    redesign: RedesignConfig
    structure: StructureConfig = StructureConfig()
