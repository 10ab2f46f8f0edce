"""Asks the questions of the command `redesign` from Python: every question is a function that gives its results."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from experiments.configuration.command_line import folders_in
from experiments.configuration.compose import planned
from experiments.errors import STOPPED, ConfigurationError, Fault, Stopped, unknown
from experiments.questions import declared, question
from experiments.questions.base import Question
from experiments.running.machine.signals import stops_as_ctrl_c
from experiments.text.telling import silent
from redesign.overrides import overrides
from redesign.result import Result

Folders = str | Path | Sequence[str | Path] | None


def names() -> list[str]:
    """Every question."""
    return list(declared())


def function(name: str) -> Callable[..., Result]:
    """A question as a function.

    Raises:
        AttributeError: there is no such question.
    """
    if name not in declared():
        raise AttributeError(unknown(f"redesign.{name}", "question", name, names()).wrong)

    def asked(*, config_dir: Folders = None, progress: bool = True, **settings: Any) -> Result:
        return ask(name, settings, config_dir, progress)

    said = declared()[name]
    asked.__name__ = asked.__qualname__ = name
    asked.__module__ = "redesign"
    asked.__doc__ = DOCUMENTATION.format(title=said.title, name=name)
    return asked


DOCUMENTATION = """{title}

The same results in the same folder as `redesign {name}`; what has finished before is not run again.

Args:
    config_dir: a folder of your own with policies, places and the like, or several.
    progress: whether a bar on the error stream, or under the cell of a notebook, shows how far the runs are.
    settings: any setting of `redesign {name} --help`; one with dots in its name as
        `**{{"policy.radical.levers.pooling.strength": 0.5}}`.

Returns:
    The results, as tables, figures and a page.

Raises:
    ConfigurationError: something asked for cannot be had; nothing was run.
    Stopped: the runs could not go on; what had finished is kept.
    KeyboardInterrupt: Ctrl-C was pressed, or the process was told to end; what had finished is kept.
"""


def ask(name: str, settings: Mapping[str, Any], config_dir: Folders = None, progress: bool = True) -> Result:
    """What a question finds; runs what has not been run before."""
    asked, words = question(name), overrides(settings)
    if not isinstance(asked, Question):
        raise ConfigurationError(Fault(name, "gives no results to look at in Python", f"redesign {name}"))
    with nullcontext() if progress else silent():
        return _carried_out(asked, planned(asked, words, folders_of(config_dir)))


def folders_of(config_dir: Folders) -> list[Path]:
    """The folders that a user's own configuration lies in.

    Raises:
        ConfigurationError: one is not there.
    """
    folders = [config_dir] if isinstance(config_dir, str | Path) else list(config_dir or ())
    return folders_in([f"--config-dir={Path(folder).expanduser()}" for folder in folders])


def _carried_out(asked: Question[Any], plans: Any) -> Result:
    """Runs what has not been run and writes the results, as the command does before it shows them."""
    session = asked.session(plans)
    if getattr(session.settings, "profile", False):
        raise ConfigurationError(Fault("profile=true", "gives no results", f"redesign {asked.name} profile=true"))
    for note in session.notes:
        warnings.warn(note, stacklevel=5)
    with silent():
        is_finished = session.is_finished()
    try:
        if not is_finished:
            with stops_as_ctrl_c():
                asked.fill(plans, session)
    except Stopped as stopped:
        if stopped.status == STOPPED:
            raise KeyboardInterrupt(str(stopped)) from stopped
        raise
    return Result(session.out)
