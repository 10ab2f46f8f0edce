"""How deep the council's cut is where a policy says so in a word: the place's own, or England's."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from experiments.errors import Fault, listed, nearest
from simulation.parameters.place import CutByYear
from simulation.parameters.quantity import Quantity
from simulation.policy.levers.envelope import Envelope

LEVER = Envelope.name
PLACE, ENGLAND = "place", "average_england"
WORDS = (PLACE, ENGLAND)
AVERAGE: float = Envelope.model_fields["cut"].default
"""England's, with its source in `configs/levers.yaml`: what the lever takes where nothing is said."""
NONE_OF_ITS_OWN = (
    f"place.cut is not given: policies with envelope.cut={PLACE} take England's average, {AVERAGE:.1%}.\n"
    "      To give the place's own see docs/how-to/add-a-place.md; to say nothing, set envelope.cut=average_england"
)
_CUT: TypeAdapter[Quantity] = TypeAdapter(CutByYear)


def own_cut(place: Any) -> tuple[float, ...] | None:
    """A place's own cut in each year, from its plain data; none where it has none that can be used."""
    try:
        return _CUT.validate_python(place["cut"]).row
    except (KeyError, TypeError, ValidationError):
        return None


def in_numbers(settings: Mapping[str, Any], place: Any) -> dict[str, Any]:
    """An envelope's settings with the cut in numbers where it is one of the words; any other as it stands."""
    if settings.get("cut") not in WORDS:
        return dict(settings)
    own = own_cut(place) if settings["cut"] == PLACE else None
    return {**settings, "cut": AVERAGE if own is None else list(own)}


def depth(cut: str, place: Any) -> float:
    """How deep a cut that is given in a word is in the end."""
    own = own_cut(place) if cut == PLACE else None
    return AVERAGE if own is None else own[-1]


def unknown_word(settings: Mapping[str, Any], key: str) -> list[Fault]:
    """The fault of a cut that is neither a number nor one of the words."""
    cut = settings.get("cut")
    if not isinstance(cut, str) or cut in WORDS:
        return []
    close = nearest(cut, WORDS)
    what = f"must be a number from -1 to 0.95, a list of one for each year, or one of {listed(WORDS)}"
    return [Fault(f"{key}.cut={cut}", what, f"{key}.cut={close or PLACE}")]


def takes_the_place_s(policy: Any) -> bool:
    """Whether a policy, in plain data, takes the cut of the place, inside zones or outside."""
    levers = policy.get("levers") or {}
    inside = levers.get("zones")
    return (levers.get(LEVER) or {}).get("cut") == PLACE or bool(inside and takes_the_place_s(inside))
