"""Everything that determines a simulated place before any policy is applied to it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulation.parameters.behaviour import BehaviourConfig
from simulation.parameters.challenge import ChallengeConfig, DesignConfig
from simulation.parameters.place import CostsConfig, DemographyConfig, PlaceConfig
from simulation.parameters.quantity import MOST_CHALLENGES, TIERS, Strict, type_name


class BurnInConfig(Strict):
    """How long a place settles before the policy date. Months, whole years."""

    searches: Annotated[int, Field(ge=0, le=10)] = 3  # times to run, see who is served, redraw needs accordingly
    search: Annotated[int, Field(ge=12, multiple_of=12)] = 24  # months of each
    elastic: Annotated[int, Field(ge=36, multiple_of=12)] = 84  # everybody eligible gets a place: load is measured
    settling: Annotated[int, Field(ge=12, multiple_of=12)] = 36  # with the capacity that load calls for
    planned: Annotated[int, Field(ge=0, multiple_of=12)] = 60  # ... and with budgets and April plans
    own: Annotated[int, Field(ge=12, multiple_of=12)] = 24  # the same with the replication's luck

    @property
    def months(self) -> int:
        """All of it."""
        return self.searches * self.search + self.elastic + self.settling + self.planned + self.own


class WorldConfig(Strict):
    """A place, its people's challenges, its services' costs, how everybody behaves, and the seed it is drawn with.

    Attributes:
        place: its small areas and their people, its agencies' budgets, what was observed there.
        demography: life tables, births, households, and who goes to school or work with how many.
        challenges: what people may need help with, by name.
        designs: redesigns that services may try, by name.
        costs: staff, cases bought one by one, redundancy, unpaid care.
        behaviour: how citizens, services, agencies and planners behave.
        scale: simulated people per real person.
        seed: which of the equally likely worlds.
        engine: `fast` runs compiled kernels over rows; `agents` steps every Mesa agent in turn. Same results.
        population: `moving` (from the policy date on a place grows and ages) or `steady` (it keeps the ages of 2010).
        population_luck: `own` (every replication has other people) or `shared` (all have those who settled).
        settling_luck: `shared` (the place settles once, for all replications) or `own` (each replication settles by itself).
        later_luck: which of the lives that a replication's people may lead from the policy date on; 0 is the usual one.
        burn_in: how long the place settles before the policy date.
    """

    place: PlaceConfig
    demography: DemographyConfig
    challenges: Annotated[dict[type_name, ChallengeConfig], Field(min_length=1, max_length=MOST_CHALLENGES)]
    designs: dict[type_name, DesignConfig] = Field(default_factory=dict)
    costs: CostsConfig
    behaviour: BehaviourConfig
    scale: Annotated[float, Field(gt=0, le=1)] = 0.1
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    engine: Literal["fast", "agents"] = "fast"
    population: Literal["moving", "steady"] = "moving"
    population_luck: Literal["own", "shared"] = "own"
    settling_luck: Literal["own", "shared"] = "shared"
    later_luck: Annotated[int, Field(ge=0, lt=2**31)] = 0
    burn_in: BurnInConfig = BurnInConfig()

    @model_validator(mode="after")
    def _known(self) -> Self:
        problems = []
        for name, challenge in self.challenges.items():
            for tier in TIERS:
                service = getattr(challenge.services, tier)
                at = f"challenge.{name}.services.{tier}"
                if service.staff not in self.costs.staff:
                    problems.append(
                        f"{at}.staff='{service.staff}' is not in costs.staff ({', '.join(self.costs.staff)})"
                    )
                if service.payment is not None and service.payment.item not in self.costs.unit_costs:
                    problems.append(
                        f"{at}.payment.item='{service.payment.item}' is not in costs.unit_costs "
                        f"({', '.join(self.costs.unit_costs)})"
                    )
            if challenge.visits is not None and challenge.visits.item not in self.costs.unit_costs:
                problems.append(
                    f"challenge.{name}.visits.item='{challenge.visits.item}' is not in costs.unit_costs "
                    f"({', '.join(self.costs.unit_costs)})"
                )
        for name, design in self.designs.items():
            for where in design.applies_to:
                tier = where.partition(".")[2]
                if tier not in TIERS:
                    problems.append(
                        f"design.{name}.applies_to has '{where}': write challenge.tier, tier one of {', '.join(TIERS)}"
                    )
        if problems:
            raise ValueError("; ".join(problems))
        return self
