"""Puts a question's configuration together with Hydra, and turns whatever Hydra refuses into one clear message."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from string import Template
from typing import Any, ClassVar, Protocol

from omegaconf import DictConfig, OmegaConf
from pydantic import BaseModel

from experiments.configuration import options
from experiments.configuration.command_line import check, check_overrides, folders_in, options_first, without_folders
from experiments.configuration.declared import settings_help
from experiments.configuration.files.in_hydra import laid_over, left_out, register
from experiments.configuration.files.references import check_references
from experiments.configuration.files.shipped_files import hand_over, whole_or_outlined
from experiments.configuration.files.user_files import groups
from experiments.configuration.hydra_errors import COMPLAINTS, Tree, culprit, in_words
from experiments.configuration.settings import Settings
from experiments.configuration.words.spelt_out import spelt_out
from experiments.errors import STOPPED, ConfigurationError, Fault, Stopped
from experiments.text.streams import readable
from simulation.parameters.quantity import Strict

CONFIGS = "configs"
HELP = "redesign_settings"
NEEDS_ALL = re.compile(r"^[~+]|^[^=]*[.\[][0-9]|\$\{")
"""A word that takes a key away, adds one that must not be there, counts into a list, or refers to another key."""
OF_A_QUESTION = re.compile(r"(?!experiment=)[a-z_]+=")
"""What a word begins with that is about a question's own settings, or about which place it is and the like."""
ASKS_FOR_HELP = frozenset({"--help", "-h"})


@dataclass(frozen=True)
class Composed:
    """A configuration as plain data, and how it came about.

    Attributes:
        data: every key, resolved.
        choices: the option chosen of each group.
        folders: the user's own configuration folders.
        overrides: what was typed.
    """

    data: dict[str, Any]
    choices: dict[str, str]
    folders: tuple[Path, ...] = ()
    overrides: tuple[str, ...] = ()

    def option(self, group: str) -> options.Option:
        """The file that was chosen of a group."""
        return options.find(group, self.folders)[self.choices[group]]


class Asks(Protocol):
    """What a question does with its configuration."""

    name: ClassVar[str]
    settings: ClassVar[type[Strict]]

    def plans(self, composed: Composed) -> Any:
        """Makes the plan, or refuses."""

    def answer(self, asked: Any) -> int:
        """Carries the plan out."""


OF_HYDRA = ("-", "hydra.", "+hydra.", "++hydra.")
"""What a word begins with that asks something of Hydra itself, as several jobs."""


def answer_to(question: Asks, words: Sequence[str]) -> Callable[[], int]:
    """What answers a line about a question, once its configuration is put together; it returns the exit status.

    A line that asks for it is answered as a Hydra application, which composes every configuration twice, first to see how many
    jobs there are.
    """
    check(words)
    folders, words = folders_in(words), without_folders(words)
    if ASKS_FOR_HELP.intersection(words):
        return partial(_printed, _help_of(question, _overrides(words), folders))
    if not any(word.startswith(OF_HYDRA) for word in words):
        return partial(question.answer, planned(question, words, folders))
    return partial(_run_application, question, words, folders)


def _printed(text: str) -> int:
    """Prints a text."""
    print(text)
    return 0


@contextmanager
def _own_plugins_alone() -> Iterator[None]:
    """Lets Hydra know this project's source of files, and no module of a folder `hydra_plugins` where one types."""
    before = sys.modules.get("hydra_plugins", ...)
    sys.modules["hydra_plugins"] = None  # type: ignore[assignment]
    try:
        hand_over()
        yield
    finally:
        sys.modules.pop("hydra_plugins")
        if before is not ...:
            sys.modules["hydra_plugins"] = before


def _help_of(question: Asks, words: Sequence[str], folders: Sequence[Path]) -> str:
    """A question's help, with its settings as the words leave them.

    Raises:
        ConfigurationError: the words cannot be put together.
    """
    OmegaConf.register_new_resolver(HELP, partial(_settings_help, question.settings), replace=True)
    try:
        config = _hydra_compose(question.name, words, folders, whole=False)
        listed = (f"{group}: {', '.join(options.in_full(group, folders))}" for group in groups())
        return Template(config.hydra.help.template).substitute(APP_CONFIG_GROUPS="\n".join(listed))
    except COMPLAINTS as error:
        raise ConfigurationError(*_every_fault(error, question.name, question, words, folders)) from error


def _run_application(question: Asks, words: Sequence[str], folders: Sequence[Path]) -> int:
    """Runs a question as a Hydra application, with all of Hydra's own options; returns the exit status."""
    import hydra

    name = question.name
    register(folders)
    words = spelt_out(words, lambda rest: _plain(name, folders, _overrides(rest)))
    statuses: list[int] = []
    inside: list[Exception] = []

    def job(config: DictConfig) -> None:
        try:
            statuses.append(question.answer(question.plans(_read(config, name, folders))))
        except (ConfigurationError, Stopped) as error:
            if error.status == STOPPED:
                raise KeyboardInterrupt from error
            if not _is_sweep():
                inside.append(error)
                return
            said = error.message() if isinstance(error, ConfigurationError) else f"redesign: {error}"
            print(readable(said), file=sys.stderr)
            statuses.append(error.status)
        except Exception as error:
            inside.append(error)

    application = hydra.main(version_base="1.3", config_path=f"pkg://{CONFIGS}", config_name=name)(job)
    with _own_plugins_alone(), _command_line(words):
        try:
            application()
        except KeyboardInterrupt as error:
            raise (error.__cause__ or error) from None
        except BrokenPipeError:
            raise
        except SystemExit as left:  # Hydra leaves the program once it has shown what it was asked
            if left.code:
                raise
        except Exception as error:
            raise ConfigurationError(*_every_fault(error, name, question, words, folders)) from error
    if inside:
        raise inside[0]
    return max(statuses, default=0)


def _settings_help(own: type[BaseModel], *, _root_: DictConfig) -> str:
    """The part of a question's help that is about its settings; Hydra asks for it as `${redesign_settings:}`."""
    values = {key: OmegaConf.select(_root_, str(key), throw_on_resolution_failure=False) for key in _root_}
    plain = {
        str(key): OmegaConf.to_object(v) if OmegaConf.is_config(v) else v for key, v in values.items() if key != "hydra"
    }
    return settings_help(own, Settings, plain)


def _read(config: DictConfig, name: str, folders: Sequence[Path]) -> Composed:
    """What Hydra composed, as plain data.

    Raises:
        ConfigurationError: a value refers to what is not there.
    """
    try:
        return _composed(config, folders)
    except COMPLAINTS as error:
        raise ConfigurationError(in_words(error, _tree(name, folders), folders)) from error


def compose(name: str, overrides: Sequence[str], folders: Sequence[Path]) -> Composed:
    """Composes a configuration without running anything.

    Raises:
        ConfigurationError: Hydra's first complaint, in plain words.
    """
    try:
        return _put_together(name, overrides, folders)
    except COMPLAINTS as error:
        raise ConfigurationError(in_words(error, _tree(name, folders), folders)) from error


def planned(question: Asks, overrides: Sequence[str], folders: Sequence[Path]) -> Any:
    """The plans of a question, as its command line would make them.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    try:
        composed = _put_together(question.name, overrides, folders)
    except COMPLAINTS as error:
        faults = _every_fault(error, question.name, question, overrides, folders)
        raise ConfigurationError(*faults) from error
    return question.plans(composed)


def _put_together(name: str, overrides: Sequence[str], folders: Sequence[Path]) -> Composed:
    """What Hydra composes of a question's configuration.

    Hydra copies every node of what it has with each file that it adds, and most nodes are numbers of the world and of
    policies that nobody has typed a word about. So it composes what was typed about them, which is laid over what they say;
    where that could come to something else, as where a key is to be taken away, it composes everything. What it refuses
    there it may complain of otherwise, but for settings that know nothing of what was left out.
    """
    if not folders and not any(NEEDS_ALL.search(word) for word in overrides):
        with suppress(*(() if all(map(OF_A_QUESTION.match, overrides)) else COMPLAINTS)):
            typed = _composed(_hydra_compose(name, overrides, folders, whole=False), folders, of_hydra=True)
            under = left_out(typed.data, typed.choices)
            if all(isinstance(typed.data[key], dict) for key in under):
                return replace(typed, data=typed.data | {key: laid_over(under[key], typed.data[key]) for key in under})
    return _composed(_hydra_compose(name, overrides, folders), folders, of_hydra=True)


def _hydra_compose(name: str, overrides: Sequence[str], folders: Sequence[Path], whole: bool = True) -> DictConfig:
    """Hydra's own composition, its part included; of everything, or of that alone which is not `left_out`."""
    import hydra

    check_overrides(overrides)
    register(folders, whole)
    kept = spelt_out(list(overrides), partial(_plain, name, folders))
    with (
        _own_plugins_alone(),
        _set_aside(),
        whole_or_outlined(whole),
        hydra.initialize_config_module(config_module=CONFIGS, version_base="1.3"),
    ):
        return hydra.compose(name, overrides=kept, return_hydra_config=True)


def _plain(name: str, folders: Sequence[Path], overrides: Sequence[str]) -> dict[str, Any]:
    """A configuration as plain data, with references to other keys as they stand."""
    found: Any = OmegaConf.to_container(_hydra_compose(name, overrides, folders))
    return {key: value for key, value in found.items() if key != "hydra"}


@contextmanager
def _set_aside() -> Iterator[None]:
    """Lets a question that Hydra is answering compose another one's configuration meanwhile."""
    from hydra.core.global_hydra import GlobalHydra

    here = GlobalHydra.instance()
    answering = here.hydra
    here.clear()
    try:
        yield
    finally:
        here.hydra = answering


def _composed(config: DictConfig, folders: Sequence[Path], of_hydra: bool = False) -> Composed:
    """The configuration as plain data."""
    if of_hydra:
        about = config.hydra
    else:
        from hydra.core.hydra_config import HydraConfig

        about = HydraConfig.get()
    if folders:
        check_references(config)
    _usual_scale(config)
    choices = {str(group): str(option) for group, option in about.runtime.choices.items() if option is not None}
    tasks = tuple(about.overrides.task)
    if of_hydra:  # what is left is composed for this caller alone
        OmegaConf.set_struct(config, False)
        config.pop("hydra")
    data = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    plain = {str(key): value for key, value in dict(data).items()}  # type: ignore[arg-type]
    return Composed(plain, choices, tuple(folders), tasks)


def _usual_scale(config: DictConfig) -> None:
    """A place whose file does not say how large a part of it to simulate gets the ordinary part."""
    from simulation.parameters import PlaceConfig

    place = config.get("place")
    if isinstance(place, DictConfig) and place.get("usual_scale") is None:
        OmegaConf.update(config, "place.usual_scale", PlaceConfig.model_fields["usual_scale"].default, force_add=True)


def _is_sweep() -> bool:
    """Whether Hydra is running several jobs."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    return HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN


def _overrides(words: Sequence[str]) -> list[str]:
    """The words of a command line that change the configuration, without Hydra's own options and their values."""
    return [word for word in options_first(words) if not word.startswith("-") and ("=" in word or word.startswith("~"))]


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


def _every_fault(
    error: Exception, name: str, question: Asks, words: Sequence[str], folders: Sequence[Path]
) -> list[Fault]:
    """Hydra stops at the first override it cannot use; this goes on without it to find what else is wrong."""
    faults = [in_words(error, _tree(name, folders), folders, words)]
    left = [word for word in words if "=" in word or word.startswith("~")]
    if len(left) != len([word for word in words if not word.startswith("-")]) or "--multirun" in words or "-m" in words:
        return faults
    while stopped_at := culprit(error, left):
        left.remove(stopped_at)
        if not left:  # nothing else was typed that could be wrong
            break
        try:
            question.plans(_put_together(name, left, folders))
        except ConfigurationError as refusal:
            return [*faults, *refusal.faults]
        except COMPLAINTS as following:
            error = following
            faults.append(in_words(error, _tree(name, folders), folders, left))
            continue
        break
    return faults


def _tree(name: str, folders: Sequence[Path]) -> Tree:
    """How to see the configuration without any override; empty where it cannot be put together."""

    def tree() -> Any:
        with suppress(*COMPLAINTS):
            return _put_together(name, [], folders).data
        return {}

    return tree


@lru_cache(maxsize=4)
def referred_keys(name: str, folders: tuple[Path, ...]) -> set[str]:
    """The keys from which other values of a configuration are taken, as `${place.usual_scale}` does.

    Of shipped files only questions take any: all others need not be read.
    """
    found: Any = {}
    with suppress(*COMPLAINTS):
        found = OmegaConf.to_container(_hydra_compose(name, [], folders, whole=bool(folders)))
    return set(re.findall(r"\$\{([\w.]+)\}", str(found)))
