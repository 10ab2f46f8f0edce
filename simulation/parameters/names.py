"""What words in a configuration may be: lists that name each thing once, and agencies by the group.

The council is five agencies; wherever several agencies may be named, `council` means all of them.
"""

from collections.abc import Hashable, Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from simulation.parameters.quantity import COUNCIL, Agency, Text

WHOLE_COUNCIL = "council"
TWICE = "twice"


def each_once(given: Iterable[Hashable]) -> Any:
    """The same list, where it names nothing twice.

    Raises:
        PydanticCustomError: it does; of the kind `TWICE`.
    """
    names = list(given)
    twice = list(dict.fromkeys(str(name) for name in names if names.count(name) > 1))
    if twice:
        raise PydanticCustomError(TWICE, "names {twice} twice; each once is enough", {"twice": ", ".join(twice)})
    return given


EachOnce = AfterValidator(each_once)
Names = Annotated[tuple[Text, ...], Field(min_length=1), EachOnce]
"""One name or more, each once."""
NamesOrNone = Annotated[tuple[Text, ...], EachOnce]
"""Names, each once; an empty list is none."""


def _agencies(given: Any) -> Any:
    """The agencies of a list, or of a mapping from agencies, with those of the council in place of `council`."""
    if isinstance(given, list | tuple) and WHOLE_COUNCIL in given:
        return [agency for name in given for agency in (COUNCIL if name == WHOLE_COUNCIL else (name,))]
    if isinstance(given, dict) and WHOLE_COUNCIL in given:
        if both := [agency for agency in COUNCIL if agency in given]:
            message = "names {twice} twice: the council is {council}"
            raise PydanticCustomError(TWICE, message, {"twice": ", ".join(both), "council": ", ".join(COUNCIL)})
        return {
            agency: value for name, value in given.items() for agency in (COUNCIL if name == WHOLE_COUNCIL else (name,))
        }
    return given


CouncilMeansAll = BeforeValidator(_agencies)
Agencies = Annotated[tuple[Agency, ...], EachOnce, CouncilMeansAll]
"""Agencies, each once."""
