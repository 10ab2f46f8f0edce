"""What `redesign pilot` is asked: of which country's lives, who becomes a zone, when it is judged, and how often it is tried."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from experiments.configuration.declared import Large, Setting
from experiments.configuration.settings import LARGEST_SEED, MOST_WORKERS, Whole, unless_auto
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict, Text

Way = Literal["random", "matched_pairs", "volunteers", "most_deprived", "worst_last_year"]
Luck = Literal["as_lived", "of_everybody"]
Method = Literal[
    "before_after",
    "matched_difference",
    "randomisation",
    "two_way_fixed_effects",
    "callaway_santanna",
    "synthetic_control",
]

HOW = "redesign nation 'arms=[rationing,zones_from_2012]' 'contrast=[zones_from_2012,rationing]' out=results/country"


class PilotSettings(Strict):
    """The settings of `redesign pilot`."""

    nation: Annotated[
        Text | None,
        Setting("the folder of a finished `redesign nation`, in which every authority lived every way", "results"),
    ]
    outside: Annotated[
        Text | None, Setting("the arm outside zones; null: the second of the nation's contrast", "results")
    ]
    inside: Annotated[
        Names | None,
        Setting("the arms that zones live, one for each start; null: the first of the nation's contrast", "results"),
    ]
    outcomes: Annotated[
        Names | None, Setting("what is evaluated; null: crises and life satisfaction in need", "results")
    ]
    chosen: Annotated[tuple[Way, ...], Field(min_length=1), Setting("how zones are chosen", "results")]
    luck: Annotated[
        Luck,
        Setting(
            "as lived by the people who were simulated, or as little as if everybody had been",
            "results",
            "luck=of_everybody",
        ),
    ]
    chosen_by: Annotated[
        Text,
        Setting(
            "the outcome by whose last year zones are chosen, volunteer and are paired, whatever is evaluated",
            "results",
        ),
    ]
    zones: Annotated[
        tuple[Annotated[Whole, Field(ge=2)], ...],
        Field(min_length=1),
        Setting("how many zones, each in turn", "results"),
    ]
    judged: Annotated[
        tuple[Annotated[Whole, Field(ge=1)], ...],
        Field(min_length=1),
        Setting("after which years of policy it is judged (year 2 ends in March 2013)", "results"),
    ]
    methods: Annotated[tuple[Method, ...], Field(min_length=1), Setting("how it is evaluated", "results")]
    drawn: Annotated[
        Whole,
        Field(ge=10, le=100_000),
        Setting(
            "pilots that are drawn for each answer; where a way of choosing leaves nothing to chance, one per replication",
            "results",
        ),
    ]
    by_library: Annotated[
        Whole, Field(ge=2, le=100_000), Setting("... and of these, pilots that slow methods evaluate too", "results")
    ]
    spill_over: Annotated[
        bool,
        Setting(
            "whether services see designs of neighbours and like councils too, so that each pilot is run, a country each",
            "results",
            "spill_over=true",
        ),
    ]
    run: Annotated[
        Whole,
        Field(ge=2, le=10_000),
        Setting("... and with spill_over=true, how many pilots of each design are run", "results"),
    ]
    seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED), Setting("of who is drawn", "results")]
    workers: Annotated[
        Annotated[Whole, Field(ge=1, le=MOST_WORKERS)] | None, Setting("processes; auto: one per core", "nothing")
    ]
    large: Large = False
    out: Annotated[Text | None, Setting("results folder; null: one named after a hash of the configuration", "nothing")]

    @field_validator("chosen", "zones", "judged", "methods", "inside", "outcomes", mode="before")
    @classmethod
    def _several(cls, given: Any) -> Any:
        """One may stand for a list of one."""
        return given if given is None or isinstance(given, list | tuple) else [given]

    _auto = field_validator("workers", mode="before")(unless_auto)
