"""Puts a question's configuration together with Hydra, and turns whatever Hydra refuses into one clear message."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments import options
from experiments.faults import STOPPED, Fault, Refusal, Stopped, listed, nearest

CONFIGS = "configs"
QUOTE = "put lists and anything with [ ] { } , in quotes for the shell: 'arms=[status_quo,radical]'"


@dataclass(frozen=True)
class Composed:
    """A configuration as plain data, and how it came about.

    Attributes:
        data: every key, resolved.
        choices: the option chosen of each group.
        folders: the user's own configuration folders.
        overrides: what was typed.
        sweep: whether this is one of several jobs of a multirun.
    """

    data: dict[str, Any]
    choices: dict[str, str]
    folders: tuple[Path, ...] = ()
    overrides: tuple[str, ...] = ()
    sweep: bool = False

    def option(self, group: str) -> options.Option:
        """The file that was chosen of a group."""
        return options.find(group, self.folders)[self.choices[group]]


@dataclass(frozen=True)
class Question:
    """What a question does with its configuration: `check` refuses or returns a plan, `answer` carries it out."""

    check: Callable[[Composed], Any]
    answer: Callable[[Any], int]


def run_question(name: str, question: Question, words: Sequence[str]) -> int:
    """Runs a question as a Hydra application, with all of Hydra's own options; returns the exit status."""
    import hydra

    folders = options.folders_in(words)
    options.register(folders)
    statuses: list[int] = []
    inside: list[Exception] = []

    def job(config: DictConfig) -> None:
        try:
            statuses.append(question.answer(question.check(_composed(config, folders))))
        except (Refusal, Stopped) as error:
            if error.status == STOPPED:
                raise KeyboardInterrupt from error
            if not _is_sweep():
                inside.append(error)
                return
            print(error.message() if isinstance(error, Refusal) else f"redesign: {error}", file=sys.stderr)
            statuses.append(error.status)
        except Exception as error:
            inside.append(error)

    application = hydra.main(version_base="1.3", config_path=f"pkg://{CONFIGS}", config_name=name)(job)
    with _command_line(words), _mode_known(words):
        try:
            application()
        except KeyboardInterrupt as error:
            raise (error.__cause__ or error) from None
        except Exception as error:
            raise Refusal(*_every_fault(error, name, question, words, folders)) from error
    if inside:
        raise inside[0]
    return max(statuses, default=0)


def compose(name: str, overrides: Sequence[str], folders: Sequence[Path]) -> Composed:
    """Composes a configuration without running anything.

    Raises:
        Refusal: Hydra's first complaint, in plain words.
    """
    options.register(folders)
    try:
        return _composed(_hydra_compose(name, overrides, folders), folders, of_hydra=True)
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise Refusal(_in_words(error, name, folders)) from error


def _hydra_compose(name: str, overrides: Sequence[str], folders: Sequence[Path]) -> DictConfig:
    """Hydra's own composition, its part included."""
    import hydra

    search = [f"hydra.searchpath=[{','.join(f'file://{folder}' for folder in folders)}]"] if folders else []
    kept = [word for word in overrides if not word.startswith("hydra.searchpath=")]
    with hydra.initialize_config_module(config_module=CONFIGS, version_base="1.3"):
        return hydra.compose(name, overrides=[*search, *kept], return_hydra_config=True)


def _composed(config: DictConfig, folders: Sequence[Path], of_hydra: bool = False) -> Composed:
    """The configuration as plain data."""
    if of_hydra:
        about = config.hydra
    else:
        from hydra.core.hydra_config import HydraConfig

        about = HydraConfig.get()
    data = OmegaConf.to_container(
        OmegaConf.masked_copy(config, [key for key in config if key != "hydra"]) if of_hydra else config,
        resolve=True, throw_on_missing=True,
    )  # fmt: skip
    choices = {str(group): str(option) for group, option in about.runtime.choices.items() if option is not None}
    plain = {str(key): value for key, value in dict(data).items()}  # type: ignore[arg-type]
    return Composed(plain, choices, tuple(folders), tuple(about.overrides.task), not of_hydra and _is_sweep())


def _is_sweep() -> bool:
    """Whether Hydra is running several jobs."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    return HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN


TAKES_VALUE = ("--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd",
               "--experimental-rerun")  # fmt: skip
MAY_TAKE = {"--info": ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")}
MAY_TAKE["-i"] = MAY_TAKE["--info"]


def options_first(words: Sequence[str]) -> list[str]:
    """The same command line with Hydra's options before all overrides, the only order its parser is sure to read."""
    flags: list[str] = []
    rest: list[str] = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        is_value = before in TAKES_VALUE or word in MAY_TAKE.get(before, ())
        (flags if word.startswith("-") or is_value else rest).append(word)
    return [*flags, *rest]


@contextmanager
def _command_line(words: Sequence[str]) -> Iterator[None]:
    """Lets Hydra read this command line, and hand its errors on instead of printing them."""
    before, full = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv, os.environ["HYDRA_FULL_ERROR"] = ["redesign", *options_first(words)], "1"
    try:
        yield
    finally:
        sys.argv = before
        os.environ.pop("HYDRA_FULL_ERROR") if full is None else os.environ.update(HYDRA_FULL_ERROR=full)


@contextmanager
def _mode_known(words: Sequence[str]) -> Iterator[None]:
    """Spares a plain command line the composition by which Hydra learns whether a file asks for several jobs."""
    from hydra._internal.hydra import Hydra

    plain = not any(word.startswith(("-", "hydra.", "experiment=", "+experiment=")) for word in words)
    original = Hydra.get_mode
    if plain:
        Hydra.get_mode = lambda self, config_name, overrides: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        Hydra.get_mode = original  # type: ignore[method-assign]


def _every_fault(
    error: Exception, name: str, question: Question, words: Sequence[str], folders: Sequence[Path]
) -> list[Fault]:
    """Hydra stops at the first override it cannot use; this goes on without it to find what else is wrong."""
    faults = [_in_words(error, name, folders)]
    left = [word for word in words if "=" in word or word.startswith("~")]
    if len(left) != len([word for word in words if not word.startswith("-")]) or "--multirun" in words or "-m" in words:
        return faults
    while culprit := _culprit(error, left):
        left.remove(culprit)
        try:
            question.check(_composed(_hydra_compose(name, left, folders), folders, of_hydra=True))
        except Refusal as refusal:
            return [*faults, *refusal.faults]
        except (HydraException, OmegaConfBaseException, yaml.YAMLError) as following:
            error = following
            faults.append(_in_words(error, name, folders))
            continue
        break
    return faults


def _culprit(error: Exception, words: Sequence[str]) -> str | None:
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


def _in_words(error: Exception, name: str, folders: Sequence[Path]) -> Fault:
    """One of Hydra's complaints as a fault."""
    text = str(error).strip() or str(error.__cause__ or "").strip()
    if isinstance(error, OverrideParseException):
        return Fault(str(error.override), "cannot be read as key=value", QUOTE)
    if isinstance(error, MissingConfigException):
        return _missing_option(text, error, folders)
    if isinstance(error, yaml.YAMLError):
        return Fault("a configuration file", f"is not readable YAML: {' '.join(text.split())}")
    if found := re.search(r"Could not override '([^']+)'", text):
        return _unknown_key(found.group(1), name, folders)
    if found := re.search(r"Could not delete[^']*'([^']+)' does not exist", text):
        return _unknown_key(found.group(1), name, folders, "~")
    if "Error merging override" in text:
        return Fault(text.split("Error merging override", 1)[1].strip(), "cannot be put there: " + str(error.__cause__))
    if found := re.search(r"Override (\S+) looks like a config group override, but config group '([^']+)'", text):
        return Fault(found.group(1), f"there is no group '{found.group(2)}'")
    return Fault("", " ".join(line.strip() for line in text.splitlines() if line.strip()).replace("\t", " "))


def _missing_option(text: str, error: MissingConfigException, folders: Sequence[Path]) -> Fault:
    """The fault of choosing an option that is not there."""
    group, _, option = str(error.missing_cfg_file or "").removesuffix(".yaml").rpartition("/")
    if not group:
        return Fault(str(error.missing_cfg_file or ""), " ".join(text.split()))
    known = list(options.find(group, folders))
    close = nearest(option, known)
    return Fault(
        f"{group}={option}", f"there is no {group} '{option}'; there are: {listed(known)}",
        f"did you mean {group}={close}?" if close else f"put {group}/{option}.yaml in a folder of yours and add --config-dir",
    )  # fmt: skip


@lru_cache(maxsize=4)
def _plain_configuration(name: str, folders: tuple[Path, ...]) -> Any:
    """The configuration as it is without any override; empty where it cannot be put together."""
    try:
        return OmegaConf.to_container(_hydra_compose(name, [], folders))
    except (HydraException, OmegaConfBaseException, yaml.YAMLError):
        return {}


def _unknown_key(key: str, name: str, folders: Sequence[Path], sign: str = "") -> Fault:
    """The fault of setting a key that does not exist, with the keys that do."""
    if key in options.ALL_AT_ONCE:
        plural = {"policy": "arms=[...]", "challenge": "challenges=[...]", "design": "designs=[...]"}[key]
        return Fault(f"{sign}{key}=...", f"every {key} is in the configuration at once, as {key}.<name>; choose with {plural}")
    node = _plain_configuration(name, tuple(folders))
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
    return Fault(f"{sign}{key}", f"there is no key '{wrong}' {where}; there are: {listed(known)}".replace(" ;", ";"),
                 f"did you mean {'.'.join([*reached, close, *rest])}?" if close else "")  # fmt: skip
