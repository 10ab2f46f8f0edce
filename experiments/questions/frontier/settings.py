"""What `redesign frontier` may be asked beside the settings of every comparison."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.configuration.declared import Setting
from experiments.configuration.settings import LARGEST_SEED, Whole
from experiments.errors import listed
from simulation.parameters.quantity import Strict

MOST_BUDGETS = 12
FEWEST_FOR_LUCK = 2


class FrontierSettings(Strict):
    """What is to be best, under which money, and how thoroughly it is looked for."""

    objective: Annotated[
        str,
        Setting(
            "what every policy is to do best on, average of all years: any outcome but money (redesign list outcomes)",
            "results",
        ),
    ] = "qalys"
    budgets: Annotated[
        tuple[float, ...],
        Setting(
            "depths of the council's cut, as shares of its opening budget, the same for both policies",
            "results",
            "'budgets=[0.17,0.285,0.4]'",
        ),
    ] = (0.17, 0.2275, 0.285, 0.3425, 0.4)
    free: Annotated[
        Any,
        Setting(
            "numbers of its own levers that a policy may choose, with stars, for both or by policy "
            "('free={rationing:[eligibility.*],radical:[transition.*]}'); all: those that configs/levers.yaml marks as "
            "decided by policies, each between its low and high",
            "results",
            "'free=[eligibility.*,transition.fund]'",
        ),
    ] = None
    search_points: Annotated[
        Whole, Field(ge=2, le=1000), Setting("settings tried first, for each number that varies", "results")
    ] = 10
    search_replicates: Annotated[
        Whole, Field(ge=1, le=1000), Setting("of each, with the luck for searching", "results")
    ] = 3
    rounds: Annotated[
        Whole, Field(ge=0, le=20), Setting("of trying what looks best after that, two settings a budget", "results")
    ] = 2
    search_seed: Annotated[
        Annotated[Whole, Field(ge=0, le=LARGEST_SEED)] | None,
        Setting("of the luck for searching; null: the seed after seed=", "results"),
    ] = None
    design_seed: Annotated[
        Whole, Field(ge=0, le=LARGEST_SEED), Setting("of the settings that are tried", "results")
    ] = 1

    @field_validator("objective")
    @classmethod
    def _better(cls, given: str) -> str:
        """Of an objective it is known which way is better, and it is not what it is held against."""
        known = [n for n, o in load_outcomes().items() if _can_be_best(o)]
        if given not in known:
            raise ValueError(f"must be an outcome of which more or less is better, and not money: {listed(known)}")
        return given

    @field_validator("budgets")
    @classmethod
    def _several(cls, given: tuple[float, ...]) -> tuple[float, ...]:
        """A frontier has at least two budgets."""
        if not 2 <= len(set(given)) == len(given) <= MOST_BUDGETS:
            raise ValueError(f"must be from 2 to {MOST_BUDGETS} different cuts, as [0.2,0.3,0.4]")
        return tuple(sorted(given))

    @field_validator("free")
    @classmethod
    def _free(cls, given: Any) -> Any:
        """Names for both policies, or for each."""
        if given in (None, "all"):
            return None
        lists = given.values() if isinstance(given, dict) else [given]
        if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in lists):
            raise ValueError("must be all, a list as [eligibility.*,transition.fund], or one for each policy")
        return given


def _can_be_best(outcome: Any) -> bool:
    """Whether an outcome can be what policies are to do best on."""
    return outcome.better != "neither" and outcome.family != "money" and outcome.per_kind is None
