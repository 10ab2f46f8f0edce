"""Makes of what was typed what Hydra can read: stars are spelt out, a home folder is put in quotes, keys are given once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from experiments.configuration.words.stars import EVERY, keys_meant, taking_part
from experiments.errors import ConfigurationError, Fault, listed

SIGNS = "+~"
APART = re.compile(r"[0-9]_+[0-9]")
DIGITS = "[0-9]+(?:_[0-9]+)*"
NUMBER = re.compile(rf"[-+]?(?:{DIGITS}(?:\.(?:{DIGITS})?)?|\.{DIGITS})(?:[eE][-+]?{DIGITS})?")
"""A number in Hydra's grammar."""
SEVERAL_RUNS = ("--multirun", "-m")
Data = Callable[[list[str]], Mapping[str, Any]]
"""Gives the configuration that some of the words make, as plain data."""


def spelt_out(words: Sequence[str], data: Data) -> list[str]:
    """The same words as Hydra can read them.

    Raises:
        ConfigurationError: a key with stars stands for nothing, a key is given twice, or a number could be mistaken.
    """
    faults = [fault for word in words for fault in (*_unclear(word), *_twice_inside(word))]
    quoted = [_quoted(word) for word in words]
    starred = [word for word in quoted if EVERY in key_of(word)]
    faults += [] if starred else given_twice(quoted)
    if faults:
        raise ConfigurationError(*faults)
    if not starred:
        return quoted
    if any(word in SEVERAL_RUNS for word in words):
        why = "has a star, and --multirun would run every combination of what it stands for"
        raise ConfigurationError(
            *(Fault(word, why, f"redesign sweep 'grid={{{key_of(word)}:[...]}}'") for word in starred)
        )
    plain = data([word for word in quoted if word not in starred])
    among = taking_part(plain)
    every = [spelt for word in quoted for spelt in (_spelt_out(word, plain, among) if word in starred else [word])]
    if faults := given_twice(every):
        raise ConfigurationError(*faults)
    return every


def key_of(word: str) -> str:
    """The key that a word is about, without a sign; empty for Hydra's own options."""
    return "" if word.startswith("-") else word.partition("=")[0].lstrip(SIGNS)


def _spelt_out(word: str, data: Mapping[str, Any], among: Mapping[str, Sequence[str]]) -> list[str]:
    """A word once for every key that it stands for."""
    head, equals, value = word.partition("=")
    key = head.lstrip(SIGNS)
    sign = head[: len(head) - len(key)]
    return [f"{sign}{each}{equals}{value}" for each in keys_meant(key, data, among, new=sign.startswith("+"))]


def _quoted(word: str) -> str:
    """A word whose value is a path in somebody's home folder, in quotes: Hydra cannot read a tilde."""
    head, equals, value = word.partition("=")
    is_home = equals and value.startswith("~") and not word.startswith("-")
    return "{}='{}'".format(head, value.replace("'", r"\'")) if is_home else word


def given_twice(words: Sequence[str]) -> list[Fault]:
    """A fault for each key that several words give; Hydra takes the last and says nothing."""
    found: dict[str, list[str]] = {}
    for word in words:
        head, equals, value = word.partition("=")
        if equals and not head.startswith(("-", "~")):
            found.setdefault(key_of(word), []).append(value)
    return [
        Fault(
            key,
            f"is given {'twice' if len(given) == 2 else f'{len(given)} times'}: {listed(given)}",
            f"give {key} once",
        )
        for key, given in found.items()
        if len(given) > 1
    ]


def _twice_inside(word: str) -> list[Fault]:
    """A fault for each mapping inside a word that gives a key twice; Hydra takes the last and says nothing."""
    if "{" not in word or word.count(":") < 2:  # two keys at least have a colon each
        return []
    found = []
    for mapping in _inside(_parsed(word), "dictKeyValuePair"):
        keys = [pair.dictKey().getText() for pair in mapping.dictKeyValuePair()]
        twice = list(dict.fromkeys(key for key in keys if keys.count(key) > 1))
        found += [
            Fault(f"{key_of(word)}: {key}", "is given twice, and only one would count", "give it once") for key in twice
        ]
    return found


def _unclear(word: str) -> list[Fault]:
    """A fault for each number with _ between its digits, which Hydra reads as if it were not there."""
    value = word.partition("=")[2]
    if word.startswith("-") or not APART.search(value):
        return []
    typed = dict.fromkeys(node.getText().strip() for node in _inside(_parsed(word), "INT"))
    return [
        Fault(
            f"{key_of(word)}={each}",
            "is a number with _ between its digits",
            f"write {each.replace('_', '')}, or put it in quotes if it is a text",
        )
        for each in typed
        if "_" in each and NUMBER.fullmatch(each)
    ]


def _parsed(word: str) -> Any:
    """A word as Hydra's own grammar takes it apart; what cannot be read is Hydra's to refuse."""
    from antlr4 import CommonTokenStream, InputStream
    from hydra.grammar.gen.OverrideLexer import OverrideLexer
    from hydra.grammar.gen.OverrideParser import OverrideParser

    lexer = OverrideLexer(InputStream(word))
    parser = OverrideParser(CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()
    return parser.override()


def _inside(node: Any, kind: str) -> Iterator[Any]:
    """Every node of a kind in what was parsed."""
    if hasattr(node, kind):
        yield node
    for child in getattr(node, "children", None) or ():
        yield from _inside(child, kind)
