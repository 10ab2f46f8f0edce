"""How deep the council's cut is where a policy says so in a word: the place's own, or England's; and what of it care loses."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from experiments.errors import Fault, listed, nearest
from simulation.parameters.observed import Observed
from simulation.parameters.place import YEARS_OF_CUT, CutByYear
from simulation.parameters.quantity import Quantity, shaped
from simulation.policy.levers.money.envelope import Envelope

LEVER = Envelope.name
PLACE, TAX_FROZEN, ENGLAND = "place", "place_tax_frozen", "average_england"
OWN, WORDS = (PLACE, TAX_FROZEN), (PLACE, TAX_FROZEN, ENGLAND)
PLANNED = "planned"
AVERAGE: float = Envelope.model_fields["cut"].default
"""England's, with its source in `configs/levers.yaml`: what the lever takes where nothing is said."""
NONE_OF_ITS_OWN = (
    f"place.cut is not given: policies with envelope.cut={PLACE} take England's average, {AVERAGE:.1%}.\n"
    "      To give the place's own see docs/how-to/add-a-place.md; to say nothing, set envelope.cut=average_england"
)
_CUT: TypeAdapter[Quantity] = TypeAdapter(CutByYear)
_SEEN: TypeAdapter[Quantity] = TypeAdapter(Annotated[Observed, shaped(YEARS_OF_CUT, -1.0, 0.95)])
Row = tuple[float, ...]


def _row(kind: TypeAdapter[Quantity], data: Any, *keys: str) -> Row | None:
    """The numbers of each year that a place's plain data hold under some keys; none where there are none that can be used."""
    try:
        for key in keys:
            data = data[key]
        return kind.validate_python(data).row
    except (KeyError, TypeError, ValidationError):
        return None


def own_cut(place: Any, word: str = PLACE) -> Row | None:
    """A place's own cut in each year, from its plain data: as it was, or as it had been had council tax not risen."""
    cut = _row(_CUT, place, "cut")
    if cut is None or word == PLACE:
        return cut
    more = _row(_CUT, place, "income", "more_tax")
    return more and tuple(min(0.95, fell + made_good) for fell, made_good in zip(cut, more, strict=True))


def own_care(place: Any) -> Row | None:
    """What the place's social care really lost by each year."""
    return _row(_SEEN, place, "observed", "cut_of_care")


def in_numbers(settings: Mapping[str, Any], place: Any) -> dict[str, Any]:
    """An envelope's settings with numbers where there are words: its cut, and what of it care loses."""
    found, cut = dict(settings), settings.get("cut")
    if cut in WORDS:
        own = own_cut(place, cut) if cut in OWN else None
        found["cut"] = AVERAGE if own is None else list(own)
    if settings.get("care") == PLACE:
        found["care"] = own_care(place)
    return found


def depth(cut: str, place: Any) -> float:
    """How deep a cut that is given in a word is in the end."""
    own = own_cut(place, cut) if cut in OWN else None
    return AVERAGE if own is None else own[-1]


def unusable(settings: Mapping[str, Any], key: str, place: Any) -> list[Fault]:
    """The faults of a cut, or of care's, that is neither a number nor one of the words, or of which the place knows nothing."""
    faults, cut, care = [], settings.get("cut"), settings.get("care")
    if isinstance(cut, str) and cut not in WORDS:
        what = f"must be a number from -1 to 0.95, a list of one for each year, or one of {listed(WORDS)}"
        faults.append(Fault(f"{key}.cut={cut}", what, f"{key}.cut={nearest(cut, WORDS) or PLACE}"))
    if cut == TAX_FROZEN and own_cut(place, cut) is None:
        what = "needs place.cut and place.income.more_tax, and the place does not have both"
        faults.append(Fault(f"{key}.cut={cut}", what, f"{key}.cut={PLACE}"))
    if isinstance(care, str) and care not in (PLANNED, PLACE):
        what = f"must be {PLANNED}, {PLACE}, or a list of numbers from -1 to 0.95, one for each year"
        faults.append(Fault(f"{key}.care={care}", what, f"{key}.care={PLANNED}"))
    if care == PLACE and own_care(place) is None:
        what = "needs place.observed.cut_of_care, seven numbers, and the place has none"
        faults.append(Fault(f"{key}.care={care}", what, f"{key}.care={PLANNED}"))
    return faults


def takes_the_place_s(policy: Any) -> bool:
    """Whether a policy, in plain data, takes the cut of the place, inside zones or outside."""
    levers = policy.get("levers") or {}
    inside = levers.get("zones")
    return (levers.get(LEVER) or {}).get("cut") == PLACE or bool(inside and takes_the_place_s(inside))
