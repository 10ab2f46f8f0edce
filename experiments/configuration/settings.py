"""What a comparison may be asked: every setting beside the world and the policies, with its range."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from experiments.configuration.declared import Large, Setting
from experiments.errors import Unfit
from experiments.text.addresses import is_open
from simulation.parameters.names import EachOnce, Names
from simulation.parameters.quantity import Strict, Text

FIRST, BEGINNING = "compare", "comparison"
"""The question whose settings these are, which the others take too unless they say so; the file that each lays its own over."""
Whole = Annotated[int, Field(strict=True)]
MOST_YEARS = 100
MOST_REPLICATES = 100_000
MOST_WORKERS = 1024
LARGEST_WIDTH = 1e12
WIDTH = re.compile(r"[0-9]*\.?[0-9]+(e[+-]?[0-9]+)?%?")
FEWEST_FOR_LUCK = 2
FEW_ARMS = 3
"""So many arms stand side by side in the table of the comparison itself."""
FEWEST_SETS, MOST_SETS = 2, 10_000
FEWEST_LIVES, MOST_LIVES = 2, 1000
LARGEST_SEED = 2**63 - 1


def at_once(given: Any) -> Any:
    """How many processes or threads there are at once; `auto` stands for one per core."""
    if given in ("auto", None):
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_WORKERS:
        raise ValueError(f"must be auto or a whole number from 1 to {MOST_WORKERS}")
    return given


def unless_auto(given: Any) -> Any:
    """`auto` stands for leaving the choice to us, which is nothing."""
    return None if given == "auto" else given


def unless_all(given: Any) -> Any:
    """`all` stands for no choice among them, which is nothing; a single name for a list of it."""
    return None if given == "all" else [given] if isinstance(given, str) else given


class Settings(Strict):
    """The settings of `redesign compare`."""

    arms: Annotated[
        Names,
        Field(min_length=2),
        Setting(
            "policies to compare, each run on the same people and luck: redesign list policies",
            "replication",
            "'arms=[status_quo,radical]'",
            same_everywhere=True,
        ),
    ]
    contrast: Annotated[
        tuple[str, str],
        Setting(
            "two of the arms: every difference is the first minus the second; auto: the last arm minus the one before it",
            "results",
            "'contrast=[radical,rationing]'",
            may_repeat=True,  # an arm with itself is refused in words of its own
        ),
    ]
    base: Annotated[
        str | None,
        Setting(
            "the arm that all others are held against in one table (against_base.csv); auto: with more than three arms the cut "
            "alone (null) where it is one, otherwise the second of the contrast; with three or fewer there is no such table",
            "results",
            "base=status_quo",
            only=FIRST,
        ),
    ] = None
    scale: Annotated[
        float,
        Field(gt=0, le=1, strict=True),
        Setting("simulated people per real person; rates do not depend on it, chance does", "replication"),
    ]
    years: Annotated[Whole, Field(ge=1, le=MOST_YEARS), Setting("financial years from April 2011", "replication")]
    population: Annotated[
        Literal["moving", "steady"],
        Setting(
            "moving: from the policy date on ages and numbers change; steady: they stay those of 2010", "replication"
        ),
    ]
    population_luck: Annotated[
        Literal["own", "shared", "nested"],
        Setting(
            "own: every replication has people, households and ties of its own; shared: all have the same, and differ in "
            "what happens to them; nested: own, and compare also tells how much of a difference's variance is people and how "
            "much later luck",
            "replication",
        ),
    ] = "own"
    settling_luck: Annotated[
        Literal["auto", "own", "shared"],
        Setting(
            "own: each replication settles by itself, so what services have staff for is chance too; shared: the place settles "
            "once, and every replication begins with the staff its services then have: fewer months to live, and intervals "
            "that are too narrow; auto: own where people are",
            "replication",
        ),
    ] = "auto"
    lives: Annotated[
        Whole,
        Field(ge=FEWEST_LIVES, le=MOST_LIVES),
        Setting(
            "lives that the people of each replication lead from the policy date on, with population_luck=nested; every other "
            "answer takes the first of them",
            "results",
            part_of="population_luck",
            only=FIRST,
        ),
    ] = 3
    later_luck: Annotated[
        Whole,
        Field(ge=0, lt=2**31 - MOST_LIVES),
        Setting(
            "which of the lives that a replication's people may lead from the policy date on; up to then all are the same",
            "replication",
        ),
    ] = 0
    replicates: Annotated[
        Whole,
        Field(ge=1, le=MOST_REPLICATES),
        Setting("how often everything is run anew with other people and other luck", "results"),
    ]
    seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED), Setting("of all random numbers", "replication")]
    uncertainty: Annotated[
        Literal["chance", "evidence"],
        Setting(
            "chance: luck alone; evidence: whole sets of plausible numbers too (redesign evidence), the same for every "
            "arm, each with luck of its own",
            "results",
        ),
    ] = "chance"
    parameter_sets: Annotated[
        Whole,
        Field(ge=FEWEST_SETS, le=MOST_SETS),
        Setting(
            "sets drawn with uncertainty=evidence; replicates is then how often each is run anew",
            "results",
            part_of="uncertainty",
        ),
    ] = 50
    parameter_source: Annotated[
        Literal["register", "posterior"],
        Setting(
            "register: the ranges of the evidence; posterior: sets of numbers that calibration accepted", "results"
        ),
    ] = "register"
    challenges: Annotated[
        Names | None,
        Setting("names, or all that are found: redesign list challenges", "replication", "'challenges=[obesity]'"),
    ]
    designs: Annotated[
        Names | None,
        Setting(
            "redesigns in the catalogue, names or all that are found; a policy's portfolio says which of them it tries",
            "replication",
        ),
    ]
    horizons: Annotated[
        Annotated[tuple[Whole, ...], EachOnce] | None,
        Setting("years at which results are shown; null: 1, 3, 5, 10 as far as the run goes", "results"),
    ]
    outcomes: Annotated[
        Names | None,
        Setting("shown on the screen: headline, or names: redesign list outcomes", "results", part_of="precision"),
    ]
    engine: Annotated[
        Literal["fast", "agents"],
        Setting("fast: compiled; agents: plain Mesa, the same bits, far slower", "replication"),
    ]
    workers: Annotated[Whole | None, Setting("processes; auto: one per core", "nothing")]
    threads: Annotated[Whole | None, Setting("of each process; auto: the cores that workers leave", "nothing")]
    precision: Annotated[
        str | None,
        Setting(
            "stop when the 95% interval of the difference is this half as wide, in the outcome's unit (0.5) or as a share "
            "of the difference (5%); replicates is then the most; null: all replicates",
            "results",
            "precision=5%",
        ),
    ] = None
    components: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=MOST_REPLICATES)] | None,
        Setting(
            "replications of a redesigning arm that are also lived where redesigns change nothing and where management does, to "
            "tell what the difference is made of; auto: a third, and none of fewer than 8; 0: none",
            "results",
            only=FIRST,
        ),
    ] = None
    precise: Annotated[
        Text | None,
        Setting("outcome that precision is about; null: the first that is shown", "results", part_of="precision"),
    ] = None
    runner: Annotated[
        Literal["local", "dask"],
        Setting("local: processes of this machine; dask: a cluster that runs already", "nothing"),
    ] = "local"
    scheduler: Annotated[
        Text | None, Setting("of the cluster, with runner=dask", "nothing", "scheduler=tls://10.0.0.1:8786")
    ] = None
    insecure: Annotated[
        bool,
        Field(strict=True),
        Setting(
            "true: also a scheduler of another machine without certificates; whoever can reach that can run code there and "
            "change the runs",
            "nothing",
        ),
    ] = False
    large: Large = False
    out: Annotated[
        str | None,
        Setting(
            "results folder; null: one named after the question, the place and a hash of the configuration", "nothing"
        ),
    ]
    profile: Annotated[
        bool,
        Field(strict=True),
        Setting("only show where one month's time goes, phase by phase; nothing is run or written", "nothing"),
    ] = False

    @field_validator("challenges", "designs", mode="before")
    @classmethod
    def _all(cls, given: Any) -> Any:
        """`all` stands for everything that is found."""
        return None if given == "all" else _names(given, "all")

    @field_validator("outcomes", mode="before")
    @classmethod
    def _headline(cls, given: Any) -> Any:
        """`headline` stands for those that the catalogue marks."""
        return None if given == "headline" else _names(given, "headline")

    @field_validator("arms", mode="before")
    @classmethod
    def _arms(cls, given: Any) -> Any:
        """An arm is a policy, named once."""
        names = _names(given, None)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"names {', '.join(twice)} twice; to compare a policy with a variant of itself, copy its file"
            )
        if len(names) < 2:
            raise ValueError("at least two arms are needed, as arms=[rationing,radical]")
        return names

    _at_once = field_validator("workers", "threads", mode="before")(at_once)

    _components = field_validator("components", mode="before")(unless_auto)

    @model_validator(mode="before")
    @classmethod
    def _base(cls, given: Any) -> Any:
        """Without a choice, the cut alone; the policy `null` comes from YAML as nothing."""
        if not isinstance(given, dict) or "base" not in given:
            return given
        base = "null" if given["base"] is None else given["base"]
        return {**given, "base": None if base == "auto" else base}

    @field_validator("out", mode="before")
    @classmethod
    def _out(cls, given: Any) -> Any:
        """A folder's name, whatever it looks like."""
        if given is None or (isinstance(given, str) and given.strip()):
            return given
        raise ValueError("must be the name of a folder, as out=results/first")

    @field_validator("contrast", mode="before")
    @classmethod
    def _two(cls, given: Any) -> Any:
        """A contrast is of two arms."""
        if isinstance(given, list | tuple) and len(given) == 2 and all(isinstance(arm, str) for arm in given):
            return given
        raise ValueError("must be two arms, as [radical,rationing], or auto")

    @model_validator(mode="before")
    @classmethod
    def _contrast(cls, given: Any) -> Any:
        """Without a choice, the last arm minus the one before it."""
        if not isinstance(given, dict):
            return given
        arms, contrast = given.get("arms"), given.get("contrast")
        if contrast == "auto":
            contrast = list(reversed(arms[-2:])) if isinstance(arms, list) and len(arms) >= 2 else ["", ""]
        if isinstance(contrast, list):
            contrast = ["null" if arm is None else arm for arm in contrast]
        return {**given, "contrast": contrast}

    @field_validator("precision", mode="before")
    @classmethod
    def _precision(cls, given: Any) -> Any:
        """A width above 0, or a percentage of the difference."""
        if given is None:
            return None
        text = str(given)
        if not WIDTH.fullmatch(text) or not 0 < float(text.removesuffix("%")) < LARGEST_WIDTH:
            raise ValueError("must be null, a width above 0 in the outcome's unit as 0.5, or a share as 5%")
        return text

    @model_validator(mode="after")
    def _cluster(self) -> Settings:
        """A cluster has an address, and only a cluster has; luck alone can be run until it is sure."""
        if (self.runner == "dask") != (self.scheduler is not None):
            given, other = f"runner={self.runner}", "runner=dask scheduler=tls://HOST:PORT, or leave both out"
            if self.scheduler is None:
                raise Unfit(given, "needs the address of the cluster's scheduler: both are given or neither", other)
            raise Unfit(f"scheduler={self.scheduler}", f"is for runner=dask alone, and here {given}", other)
        if self.scheduler is not None and is_open(self.scheduler) and not self.insecure:
            raise Unfit(
                f"scheduler={self.scheduler}",
                "is another machine without certificates: whoever can reach it can run code there and change the runs",
                "scheduler=tls://host:port with certificates (docs/how-to/use-a-cluster.md), or insecure=true inside a network "
                "that only you can reach",
            )
        for name in ("precision", "base"):
            if getattr(self, name) is not None and self.uncertainty == "evidence":
                where = f"{name}={getattr(self, name)}"
                raise Unfit(
                    where,
                    "is about luck alone and goes with uncertainty=chance",
                    f"leave {where} out, or uncertainty=chance",
                )
        return self

    @model_validator(mode="after")
    def _luck_apart(self) -> Settings:
        """Luck can be told from evidence, or a difference be sure, only where everything is run more than once."""
        enough, fix = f"needs replicates={FEWEST_FOR_LUCK} or more", f"replicates={FEWEST_FOR_LUCK}"
        if self.replicates < FEWEST_FOR_LUCK and self.uncertainty == "evidence":
            raise Unfit("uncertainty=evidence", f"{enough}, to tell what is luck from what is evidence", fix)
        if self.replicates < FEWEST_FOR_LUCK and self.precision is not None:
            raise Unfit(f"precision={self.precision}", f"{enough}: a single difference has no interval", fix)
        if self.replicates < FEWEST_FOR_LUCK and self.population_luck == "nested":
            raise Unfit("population_luck=nested", f"{enough}, to tell what is people from what is later luck", fix)
        if self.uncertainty == "evidence" and self.population_luck == "nested":
            why = "tells luck from luck and goes with uncertainty=chance"
            raise Unfit("population_luck=nested", why, "population_luck=own, or uncertainty=chance")
        if self.settling_luck == "own" and self.population_luck == "shared":
            why = "is of replications whose people are their own, not of population_luck=shared"
            raise Unfit("settling_luck=own", why, "settling_luck=auto, or population_luck=own")
        return self

    @property
    def held_against(self) -> str | None:
        """The arm that all others are held against; none where two or three are easier to tell apart without."""
        if self.uncertainty == "evidence":
            return None
        if self.base is not None or len(self.arms) <= FEW_ARMS:
            return self.base
        return "null" if "null" in self.arms else self.contrast[1]

    @model_validator(mode="after")
    def _horizons(self) -> Settings:
        """Horizons lie inside the run."""
        if self.horizons is not None and not all(1 <= year <= self.years for year in self.horizons or (0,)):
            asked, inside = (
                ",".join(map(str, self.horizons)),
                [y for y in self.horizons if 1 <= y <= self.years] or [self.years],
            )
            fix = f"horizons=[{','.join(map(str, inside))}], or years={max(self.horizons, default=self.years)}"
            raise Unfit(f"horizons=[{asked}]", f"must be years from 1 to years={self.years}", fix)
        return self


def _names(given: Any, word: str | None) -> list[str]:
    """A list of names, from a list or a single name; the policy `null` comes from YAML as nothing."""
    names = [given] if isinstance(given, str) else given
    if isinstance(names, list | tuple):
        names = ["null" if name is None else name for name in names]
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"must be {f'{word} or ' if word else ''}a list of names, as [one,two]")
    return list(names)
