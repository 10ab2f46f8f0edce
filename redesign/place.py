"""A place on the policy date as an ordinary Mesa model, with a data collector."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from mesa import DataCollector

from experiments.configuration.compose import planned
from experiments.questions import FIRST, question
from experiments.results.results_folder import world_key
from experiments.running.pool import cores
from experiments.running.progress import shown_progress
from experiments.running.session import engine, model_version, settled_or_refused
from experiments.text.telling import silent
from redesign.asking import Folders, folders_of
from redesign.overrides import overrides
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.parameters.world import WorldConfig
from simulation.run import policy_date
from simulation.settling.settle import settle

OTHER_ARMS = ("rationing", "status_quo")
"""A comparison has two arms; beside the one that is wanted stands the first of these that is another."""


class Place(PlaceModel):
    """A place under a policy whose months are collected as they go by.

    Attributes:
        datacollector: every measure of everybody that is not told apart by challenge, agency or the like, month by month.
    """

    def __init__(self, measures: Iterable[str], *of: Any, **how: Any) -> None:
        super().__init__(*of, **how)
        self.datacollector = DataCollector({name: partial(_measure, name=name) for name in ("month", *measures)})
        self._recorded: dict[str, Any] = {}

    def step(self) -> None:
        """One month in the place, and its measures."""
        super().step()
        self._recorded = {name: column[-1].item() for name, column in self.recorder.table(groups=False).items()}
        self.datacollector.collect(self)


def _measure(place: Place, name: str) -> Any:
    """A measure of the month that has just gone by, which is counted from 0."""
    return place.month - 1 if name == "month" else place._recorded[name]


@dataclass(frozen=True)
class _World:
    """A world that is known by what determines how it settles."""

    key: str
    config: WorldConfig = field(compare=False)


def model(
    place: str,
    policy: str = "radical",
    seed: int = 1,
    replication: int = 0,
    *,
    config_dir: Folders = None,
    progress: bool = True,
    **settings: Any,
) -> PlaceModel:
    """A place on the policy date under a policy, ready for `step()`; the settled place is kept for the next model.

    Args:
        place: name of its file.
        policy: name of its file.
        seed: of all random numbers.
        replication: whose luck, from 0 on.
        config_dir: a folder of your own with policies, places and the like, or several.
        progress: whether a bar shows how far the place has settled.
        settings: any of `redesign compare --help` that is about the world, as `scale`, `population` or `**{"policy...": 1}`.

    Returns:
        A Mesa model; its `datacollector` has a row for every month stepped.

    Raises:
        ConfigurationError: something asked for cannot be had.
    """
    arms = [policy, next(arm for arm in OTHER_ARMS if arm != policy)]
    words = overrides({"place": place, "arms": arms, "seed": seed, **settings})
    plan = planned(question(FIRST), words, folders_of(config_dir))
    world = _World(world_key(plan, model_version()), plan.world)
    with nullcontext() if progress else silent():
        settled, (state, record) = _settled(world), _on_policy_date(world, replication)
    measures, key = [name for name in record if "." not in name], key_of(seed, replication)
    return Place(measures, settled.world, state.copy(), plan.policies[policy], key, plan.settings.engine)


@lru_cache(maxsize=2)
def _settled(world: _World) -> Any:
    """A place that has come to rest."""
    title = world.config.place.title
    with shown_progress(title, 1, 1, engine().is_compiled(), "place") as progress:
        found = settled_or_refused(lambda: settle(world.config, progress.settling, cores()), world.config.scale)
        progress.advance()
    return found


@lru_cache(maxsize=2)
def _on_policy_date(world: _World, replication: int) -> Any:
    """The place as every policy finds it, to be copied and not changed, and the record of the years before."""
    return policy_date(_settled(world), replication, cores(), groups=False)
