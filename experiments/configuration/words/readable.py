"""Makes of what was typed what Hydra can read: stars are spelt out, a home folder is put in quotes, keys are given once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from experiments.configuration.words.stars import EVERY, keys_meant, taking_part
from experiments.errors import ConfigurationError, Fault

SIGNS = "+~"
SEVERAL_RUNS = ("--multirun", "-m")
Data = Callable[[list[str]], Mapping[str, Any]]
"""Gives the configuration that some of the words make, as plain data."""


def readable(words: Sequence[str], data: Data) -> list[str]:
    """The same words as Hydra can read them.

    Raises:
        ConfigurationError: a key with stars stands for nothing, or a mapping gives a key twice.
    """
    faults = [fault for word in words for fault in _given_twice(word)]
    if faults:
        raise ConfigurationError(*faults)
    quoted = [_quoted(word) for word in words]
    starred = [word for word in quoted if EVERY in _key(word)]
    if not starred:
        return quoted
    if any(word in SEVERAL_RUNS for word in words):
        why = "has a star, and --multirun would run every combination of what it stands for"
        raise ConfigurationError(
            *(Fault(word, why, f"redesign sweep 'grid={{{_key(word)}:[...]}}'") for word in starred)
        )
    plain = data([word for word in quoted if word not in starred])
    among = taking_part(plain)
    return [spelt for word in quoted for spelt in (_spelt_out(word, plain, among) if word in starred else [word])]


def _key(word: str) -> str:
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


def _given_twice(word: str) -> list[Fault]:
    """A fault for each mapping inside a word that gives a key twice; Hydra takes the last and says nothing."""
    if "{" not in word or word.count(":") < 2:  # two keys at least have a colon each
        return []
    from antlr4 import CommonTokenStream, InputStream  # type: ignore[import-untyped]
    from hydra.grammar.gen.OverrideLexer import OverrideLexer
    from hydra.grammar.gen.OverrideParser import OverrideParser

    lexer = OverrideLexer(InputStream(word))
    parser = OverrideParser(CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()  # what cannot be read is Hydra's to refuse
    found = []
    for keys in _keys_of_mappings(parser.override()):
        twice = list(dict.fromkeys(key for key in keys if keys.count(key) > 1))
        found += [
            Fault(f"{_key(word)}: {key}", "is given twice, and only one would count", "give it once") for key in twice
        ]
    return found


def _keys_of_mappings(node: Any) -> Iterator[list[str]]:
    """The keys of every mapping in what was parsed."""
    if hasattr(node, "dictKeyValuePair"):
        yield [pair.dictKey().getText() for pair in node.dictKeyValuePair()]
    for child in getattr(node, "children", None) or ():
        yield from _keys_of_mappings(child)
