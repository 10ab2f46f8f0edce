"""The plans of a country: the same policies in every authority, with luck of its own in each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from experiments.configuration.files.in_hydra import laid_out
from experiments.configuration.places.authorities import Authority
from experiments.configuration.points import Point, at_points, elsewhere
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, first_few
from experiments.results.results_folder import hashed
from simulation.parameters import PlaceConfig

LARGEST = 2**31
"""Seeds of authorities lie below this: short enough to type."""
NAMES = {"title", "summary", "source", "nation", "areas_file", "usual_scale", "observed"}
"""What is said of a place and makes no difference to anything that happens there."""


def own_seed(seed: int) -> Callable[[PlaceConfig], int]:
    """The seed of each place in a country: from the country's seed and the place's own tables, whatever it is called."""

    def of(place: PlaceConfig) -> int:
        return int(hashed([seed, place.model_dump(mode="json", exclude=NAMES)])[:16], 16) % LARGEST

    return of


def planned(base: Plan, chosen: Sequence[Authority]) -> list[tuple[Point, Plan]]:
    """A point and a plan for each authority.

    Raises:
        ConfigurationError: some cannot be lived; with what is wrong, and with which.
    """
    found = laid_out("place", [each.place for each in chosen])
    faults: dict[Fault, list[str]] = {}
    pairs: list[tuple[Point, Plan]] = []
    for number, authority in enumerate(chosen):
        try:
            plan = elsewhere(base, authority.place, found[authority.place], own_seed(base.settings.seed))
        except ConfigurationError as refusal:
            for fault in refusal.faults:
                faults.setdefault(fault, []).append(authority.name)
            continue
        values = {"place": authority.place, "seed": plan.settings.seed}
        pairs.append((Point(number, authority.title, values), plan))
    if faults:
        raise first_few(at_points(faults))
    return pairs


def plan_again(base: Plan, point: Point) -> Plan:
    """The plan of one authority as it is kept: what was drawn there can be lived again.

    Raises:
        ConfigurationError: it lived beside others and saw what they did.
    """
    if point.values.get("spread", "within") != "within":
        why = "no life can be led again by itself: services saw what other councils had in use"
        raise ConfigurationError(Fault("spread=borders", why, "ask redesign nation again with out=another folder"))
    name, seed = str(point.values["place"]), int(point.values["seed"])
    data: Mapping[str, Any] = laid_out("place", [name])[name]
    return elsewhere(base, name, data, lambda place: seed)
