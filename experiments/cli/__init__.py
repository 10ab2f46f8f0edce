"""The command `redesign`: finds the question that was asked and hands the rest of the line to it."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from experiments import questions
from experiments.errors import FAILED, STOPPED, USER_MISTAKE, ConfigurationError, Stopped, nearest
from experiments.running.machine import signals
from experiments.text import streams
from experiments.text.purpose import PURPOSE

COMMANDS = {
    "list": "what there is to choose: places policies levers challenges designs structures outcomes",
    "report": "the page of any finished results folder, written anew from its files: results/compare-croydon-0123abcd",
    "replay": "a kept run once more, to prove that it gives the same bytes: 0123456789abcdef-00003",
    "verify": "whether a results folder, or a zip of one, is what it says it is: from-a-friend.zip rerun=5",
    "show": "one of them in full: place=croydon  policy=radical  challenge=obesity  design=patient_hotel",
    "place": "a place of your own from a table of its areas: new --areas my.csv --like leeds",
    "evidence": "every number with its range, source and grade: grade=J  challenge=obesity  lever=pooling  out=all.csv",
}
"""What is no question, by what it does; `<name>_command` carries it out."""
MODULES = {"show": "list_options", "list": "list_options", "evidence": "list_options", "place": "places.command"}
"""The module of this package that holds a command, where it is not called like it."""
COMPLETION = ("-sc", "--shell-completion")
Answer = Callable[[], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line, by default this process's own (which can then be told to stop); returns the exit status."""
    if arguments is not None:
        return _status(list(arguments))
    streams.get_ready()
    with signals.one_stop() as stop:
        status = _delivered(_status(sys.argv[1:]))
    return stop.status if status == STOPPED and stop.number else status


def _status(words: list[str]) -> int:
    """Answers a line and says what went wrong with it, if anything did; returns the exit status."""
    try:
        return _answer_to(words)()
    except SystemExit as left:  # argparse leaves once it has shown a command's help
        return int(left.code or 0)
    except Exception as error:
        return _failed(error)
    except KeyboardInterrupt:
        return _end("redesign: stopped", STOPPED)


def _delivered(status: int) -> int:
    """The status of an answer, once it is certain that nothing of it was lost on its way out."""
    error = streams.lost(sys.stdout)
    return status if error is None else status or _undelivered(error)


def _undelivered(error: OSError) -> int:
    """Says why an answer could not be given; nothing to a reader who has left, as `head` does."""
    if isinstance(error, BrokenPipeError):
        return FAILED
    why = error.strerror or str(error)
    return _end(
        f"redesign: the answer cannot be written to standard output: {why}; results in folders are kept", FAILED
    )


def _failed(error: Exception) -> int:
    """Says why a command failed; whatever an interruption grew into inside a library is still an interruption."""
    if _was_interrupted(error) and not isinstance(error, Stopped):
        return _end("redesign: stopped", STOPPED)
    if cause := streams.lost(sys.stdout):
        return _undelivered(cause)
    if isinstance(error, ConfigurationError):
        return _end(error.message(), error.status)
    if isinstance(error, Stopped):
        return _end(f"redesign: {error}", error.status)
    if isinstance(error, BrokenPipeError):
        return FAILED
    return _end(
        f"redesign: an error that is not yours: {type(error).__name__}: {error}\n"
        "  REDESIGN_DEBUG=1 redesign ... shows where it happened",
        FAILED,
    )


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether being told to stop is among the causes of an error."""
    if error is None or isinstance(error, KeyboardInterrupt):
        return error is not None
    return _was_interrupted(error.__cause__) or _was_interrupted(error.__context__)


def _end(message: str, status: int) -> int:
    """Says why a command ended."""
    if os.environ.get("REDESIGN_DEBUG"):
        traceback.print_exc()
    with suppress(OSError):
        print(streams.readable(message), file=sys.stderr, flush=True)
    streams.lost(sys.stderr)
    return status


def _answer_to(words: list[str]) -> Answer:
    """Finds who answers the line; nothing that is not needed for the answer is loaded."""
    first = words[0] if words else "--help"
    if first in ("--help", "-h", "help"):
        return partial(_told, _help(), 0 if words else USER_MISTAKE)
    if first in ("--version", "-V"):
        return partial(_told, f"redesign {_version()}", 0)
    if first in COMPLETION:
        return partial(_of("completion").complete, words, COMMANDS)
    if first in COMMANDS:
        return partial(getattr(_of(MODULES.get(first, first)), f"{first}_command"), words[1:])
    if first in questions.declared():
        asked = questions.question(first)
        typed = asked.words(words[1:])
        found: Answer = asked.at_once(typed) or import_module("experiments.configuration.compose").answer_to(
            asked, typed
        )
        return found
    close = nearest(first.lstrip("-"), [*questions.declared(), *COMMANDS])
    hint = f" Did you mean: redesign {close}" if close else ""
    return partial(_end, f"redesign: there is no question '{first}'.{hint}\n\n{_help()}", USER_MISTAKE)


def _of(module: str) -> ModuleType:
    """A module of this package."""
    return import_module(f"{__name__}.{module}")


def _told(text: str, status: int) -> int:
    """Prints a text."""
    print(text)
    return status


def _help() -> str:
    """What the command can do, on one screen."""
    entries = [*((name, said.summary) for name, said in questions.declared().items()), *COMMANDS.items()]
    return "\n".join(
        [
            PURPOSE,
            "",
            "Questions and commands:",
            *(f"  redesign {name:<11} {about}" for name, about in entries),
            "",
            "Try:",
            "  redesign compare                                       Croydon, ten years, rationing and radical redesign",
            "  redesign compare place=teaching_town replicates=8      a small town, in seconds",
            "  redesign compare policy.radical.levers.pooling.strength=0.5",
            "  redesign compare 'arms=[status_quo,wigan_deal]'        any of: redesign list policies",
            "  redesign compare --help                                every setting",
            "  redesign compare --config-dir my/                      with policies, places ... in files of your own",
        ]
    )


def _version() -> str:
    """The installed version."""
    try:
        return version("redesign")
    except PackageNotFoundError:
        return "(not installed)"
