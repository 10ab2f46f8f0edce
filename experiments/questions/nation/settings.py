"""What `redesign nation` is asked: which authorities, by name or by what they have in common."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.places.authorities import Authority, EnglishAuthority, authorities, places, scottish
from experiments.configuration.words.spelt_out import key_of
from experiments.errors import ConfigurationError, Fault, first_few, listed, nearest
from simulation.parameters.quantity import Strict

ALL, FEWEST = "all", 2
IN_COMMON = ("region", "kind")
"""What authorities have in common by which some of them can be asked for."""
OF_ONE_PLACE = {
    "place": "every authority is a place of its own",
    "precision": "is about one place, and authorities would each stop at another replication",
}
"""What may not be set, and why."""


def _words(given: Any) -> Any:
    """One word or several."""
    return [given] if isinstance(given, str) else given


class NationSettings(Strict):
    """Which authorities live the policies."""

    authorities: Annotated[
        tuple[str, ...],
        BeforeValidator(_words),
        Field(min_length=1),
        Setting(
            "all, those of a region (region:yorkshire) or of a kind (kind:county), or names: redesign list places",
            "results",
            "'authorities=[leeds,croydon]'",
        ),
    ]
    spread: Annotated[
        Literal["within", "borders"],
        Setting(
            "whether services learn of designs from their own council's alone, or from those of neighbours and like councils too",
            "results",
            "spread=borders",
        ),
    ]


def chosen(words: tuple[str, ...]) -> list[EnglishAuthority]:
    """The authorities that words stand for, in the order of the list of all.

    Raises:
        ConfigurationError: a word stands for none, or all words for fewer than two.
    """
    known = authorities()
    faults: list[Fault] = []
    names = {name for word in words for name in _meant(word, known, faults)}
    if not faults and len(names) < FEWEST:
        one = next(iter(names))
        why = f"is one authority, and a country is at least {FEWEST}"
        faults.append(Fault(f"authorities={one}", why, f"redesign compare place={known[one].place} scale=0.1"))
    if faults:
        raise first_few(faults)
    return [each for name, each in known.items() if name in names]


def _meant(word: str, known: Mapping[str, Authority], faults: list[Fault]) -> list[str]:
    """The names that one word stands for; a fault where there are none."""
    where = f"authorities={word}"
    if word == ALL:
        return list(known)
    if word in known:
        return [word]
    if (found := places().get(word) or scottish().get(word)) is not None:
        if found.name in known:
            return [found.name]
        told = f"{found.title} is in {found.nation}, and a country is made of England's {len(known)} authorities alone"
        faults.append(Fault(where, told, f"redesign compare place={found.place}"))
        return []
    by, colon, name = word.partition(":")
    if not colon:
        told = f"there is no authority '{word}' among the {len(known)} that have data"
        close = nearest(word, known)
        faults.append(
            Fault(where, told, f"did you mean {close}?" if close else "redesign list places WORD searches them")
        )
        return []
    if by not in IN_COMMON:
        faults.append(Fault(where, f"authorities are asked for by {listed(IN_COMMON)}", "authorities=region:yorkshire"))
        return []
    there = list(dict.fromkeys(str(getattr(each, by)) for each in known.values()))
    typed = _plain(name)
    fits = [each for each in there if typed and typed == _plain(each)] or [
        e for e in there if typed and typed in _plain(e)
    ]
    if len(fits) != 1:
        told = f"fits {listed(fits)}" if fits else f"there is no such {by}"
        plain = [_plain(each) for each in there]
        close = nearest(typed, plain) or nearest(typed, [word for each in plain for word in each.split()])
        one = _plain(fits[0]) if fits else close or plain[0]
        fix = f"{'' if close and not fits else 'for example '}authorities={by}:{one.replace(' ', '_')}"
        faults.append(Fault(where, f"{told}; there are: {listed(there)}", fix))
        return []
    return [each.name for each in known.values() if getattr(each, by) == fits[0]]


def _plain(words: str) -> str:
    """A name in small letters, however its words were set apart."""
    return " ".join(words.lower().replace("_", " ").replace("-", " ").split())


def refuse_what_is_of_one_place(composed: Composed) -> None:
    """Refuses settings that were typed and that make no sense for many places.

    Raises:
        ConfigurationError: with each of them.
    """
    faults = []
    for word in composed.overrides:
        key = key_of(word).partition(".")[0]
        if key in OF_ONE_PLACE:
            name = word.partition("=")[2]
            fix = (
                f"authorities=[{name},...] chooses them"
                if key == "place" and "." not in key_of(word)
                else "leave it out"
            )
            faults.append(Fault(word, OF_ONE_PLACE[key], fix))
    if faults:
        raise ConfigurationError(*faults)
