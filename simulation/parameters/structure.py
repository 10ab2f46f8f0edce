"""Which of several disputed mechanisms is at work: one choice each, the first being the model's own.

What each choice means, and who argues for it, is in `configs/structures.yaml`; its rule stands with its mechanism.
"""

from typing import Literal

from simulation.parameters.quantity import Strict

Cut = Literal["weighted", "others_first", "equal_shares"]
Shortage = Literal["dilute_then_discharge", "fewer_people", "thinner_help"]
Spread = Literal["neighbours", "alone", "mandate"]
Demand = Literal["fixed", "induced"]
Morale = Literal["responds", "steady"]
Failed = Literal["ask_again", "give_up"]
Gains = Literal["last", "need_capability"]
Management = Literal["as_judged", "none", "only_effort"]
Worth = Literal["as_drawn", "idle"]
Discretion = Literal["by_load", "unused"]
Elsewhere = Literal["harmless", "prevents"]
Package = Literal["by_severity", "alike"]
Panels = Literal["when_short", "never"]
Claims = Literal["by_need", "by_age"]


class StructureConfig(Strict):
    """One choice for every mechanism that the literature disputes. All first choices together are the model."""

    cut: Cut = "weighted"  # how the April plan shares a cut among the lines of an envelope
    shortage: Shortage = "dilute_then_discharge"  # what a service short of staff does with its cases
    spread: Spread = "neighbours"  # how a service comes by the design it tries
    demand: Demand = "fixed"  # whether room that a service wins is refilled by people who would not have asked
    morale: Morale = "responds"  # whether staff's morale answers to workload and cuts
    failed: Failed = "ask_again"  # what people do who were turned away, gave up or were not helped
    gains: Gains = "last"  # whether an embedded design's better outcome outlives the capability that made it
    management: Management = "as_judged"  # whether inspection, targets, freedom and support act on staff and services
    designs: Worth = "as_drawn"  # whether redesigns that are tried, and paid for, change anything
    discretion: Discretion = "by_load"  # what services that are free to set their own thresholds do with that
    elsewhere: Elsewhere = "harmless"  # whether the council's services that are not simulated hold needs back
    package: Package = "by_severity"  # whether a core case takes the more hours the worse it is
    panels: Panels = "when_short"  # whether core services that are short of hours let fewer in and let the mildest go
    claims: Claims = "by_need"  # whom what is owed in care grows with
