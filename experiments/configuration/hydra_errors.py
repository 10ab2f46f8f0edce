"""Says in plain words what Hydra or OmegaConf refused."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf.errors import InterpolationKeyError, InterpolationResolutionError, OmegaConfBaseException

from experiments.configuration import options
from experiments.configuration.words.former_names import in_its_place
from experiments.errors import Fault, listed, nearest

COMPLAINTS = (HydraException, OmegaConfBaseException, yaml.YAMLError, ValueError)
QUOTE = "put lists and anything with [ ] { } , in quotes for the shell: 'arms=[status_quo,radical]'"
Tree = Callable[[], Any]
"""Composes the configuration without any override, as plain data, to see which keys there are."""


def culprit(error: Exception, words: Sequence[str]) -> str | None:
    """The override that Hydra stopped at."""
    if isinstance(error, OverrideParseException):
        return next((word for word in words if word == error.override), None)
    text = f"{error} {error.__cause__ or ''}"
    named = re.findall(r"'([^']+)'|merging override (\S+)", text)
    for candidate in [a or b for a, b in named]:
        for word in words:
            key, _, value = word.lstrip("+~").partition("=")
            if candidate in (word, key, f"{key}/{value}"):
                return word
    return None


def in_words(error: Exception, tree: Tree, folders: Sequence[Path], words: Sequence[str] = ()) -> Fault:
    """One of Hydra's complaints as a fault, with the override as it was typed where it is about one."""
    fault = _worded(error, tree, folders, words)
    typed = culprit(error, words)
    key = typed.partition("=")[0].lstrip("+~") if typed else ""
    if typed and key == fault.where.lstrip("+~").removesuffix("=..."):
        return Fault(typed, fault.wrong, fault.fix.replace(f"{key}=...", typed.lstrip("+~")))
    return fault


def _worded(error: Exception, tree: Tree, folders: Sequence[Path], words: Sequence[str]) -> Fault:
    """One of Hydra's complaints as a fault."""
    text = str(error).strip() or str(error.__cause__ or "").strip()
    if isinstance(error, OverrideParseException):
        word = str(error.override)
        key, equals, value = word.partition("=")
        quoted = f"'{key}=\"{value}\"' for a text with other letters than a-z, 0-9, _ . / and -"
        fix = QUOTE if set(value) & set("[]{},") else quoted
        return Fault(word, "cannot be read as key=value", fix if equals else f"{word}=... with a value")
    if isinstance(error, MissingConfigException):
        return _missing_option(text, error, folders)
    if text.startswith("Config group override must be"):
        return _no_option(words, folders)
    if found := re.match(r"Ambiguous value for argument '([^']+)'", text):
        word = found.group(1)
        key, _, values = word.partition("=")
        return Fault(
            word, "is several values and not one", f"--multirun for a run of each, or '{key}=[{values}]' for a list"
        )
    if found := re.search(r"Could not override '([^']+)'", text):
        return _unknown_key(found.group(1), tree)
    if found := re.search(r"Could not delete[^']*'([^']+)' does not exist", text):
        return _unknown_key(found.group(1), tree, "~")
    if found := re.search(r"Could not append to config. An item is already at '([^']+)'", text):
        key = found.group(1)
        return Fault(f"+{key}", "is there already; + is for keys that are not", f"{key}=... without the +")
    if isinstance(error, InterpolationResolutionError | InterpolationKeyError):
        return _dangling(error)
    if "Error merging override" in text:
        return Fault(text.split("Error merging override", 1)[1].strip(), "cannot be put there: " + str(error.__cause__))
    if found := re.search(r"Override (\S+) looks like a config group override, but config group '([^']+)'", text):
        return Fault(found.group(1), f"there is no group '{found.group(2)}'", f"leave {found.group(1)} out")
    return Fault("", " ".join(line.strip() for line in text.splitlines() if line.strip()).replace("\t", " "))


def _no_option(words: Sequence[str], folders: Sequence[Path]) -> Fault:
    """The fault of choosing for a group what cannot be the name of an option."""
    for word in words:
        key, _, value = word.lstrip("+~").partition("=")
        known = list(options.find(key, folders)) if key.isidentifier() else []
        if known and value not in known:
            return Fault(word, f"must name one: {options.in_words(key, folders)}", f"for example {key}={known[0]}")
    nameless = next((word for word in words if word.lstrip("+~").startswith("=")), "a group")
    return Fault(nameless, "cannot be read as key=value", "name the key, as in years=5")


def _missing_option(text: str, error: MissingConfigException, folders: Sequence[Path]) -> Fault:
    """The fault of choosing an option that is not there."""
    group, _, option = str(error.missing_cfg_file or "").removesuffix(".yaml").rpartition("/")
    if not group:
        return Fault(str(error.missing_cfg_file or ""), " ".join(text.split()))
    known = list(options.find(group, folders))
    if not option:
        given = "leeds" if group == options.PLACE else next(iter(known), "NAME")
        return Fault(
            f"{group}=",
            f"names none; there are: {options.in_words(group, folders)}",
            f"give a {group}, as {group}={given}",
        )
    close = nearest(option, known)
    search = "redesign list places WORD searches them; or " if group == options.PLACE else "name one of them, or "
    return Fault(
        f"{group}={option}",
        f"there is no {group} '{option}'; there are: {options.in_words(group, folders)}",
        f"did you mean {group}={close}?"
        if close
        else f"{search}put {group}/{option}.yaml in a folder of yours and add --config-dir",
    )


def _dangling(error: OmegaConfBaseException) -> Fault:
    """The fault of a value that is taken from a key which is not there."""
    key, what = str(error.full_key or ""), str(error).splitlines()[0]
    return Fault(
        key,
        f"takes its value from another key, but {what[:1].lower()}{what[1:]}",
        f"{key}=... with a value of its own" if key else "",
    )


def _unknown_key(key: str, tree: Tree, sign: str = "") -> Fault:
    """The fault of setting a key that does not exist, with the keys that do."""
    if key in options.ALL_AT_ONCE:
        plural = {"policy": "arms=[...]", "challenge": "challenges=[...]", "design": "designs=[...]"}[key]
        return Fault(
            f"{sign}{key}=...", f"every {key} is in the configuration at once, as {key}.<name>; choose with {plural}"
        )
    node = tree()
    reached: list[str] = []
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            break
        reached, node = [*reached, part], node[part]
    known = [str(each) for each in node if each != "hydra"] if isinstance(node, dict) else []
    wrong = key.split(".")[len(reached)] if len(reached) < len(key.split(".")) else key
    close = nearest(wrong, known)
    rest = key.split(".")[len(reached) + 1 :]
    where = f"in {'.'.join(reached)} " if reached else ""
    return Fault(
        f"{sign}{key}",
        f"there is no key '{wrong}' {where}; there are: {listed(known)}".replace(" ;", ";"),
        in_its_place(key)
        or (f"did you mean {'.'.join([*reached, close, *rest])}?" if close else f"leave {key}=... out"),
    )
