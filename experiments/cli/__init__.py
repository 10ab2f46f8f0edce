"""The command `redesign`: finds the question that was asked and hands the rest of the line to it."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from experiments.errors import FAILED, STOPPED, USER_MISTAKE, ConfigurationError, Stopped, nearest
from experiments.text.purpose import PURPOSE

QUESTIONS = {
    "compare": "what two policies do to one place, under the same luck",
    "attribute": "which levers of a package did it, and what each would do for the other policy",
    "sensitivity": "on which uncertain numbers the difference hangs",
    "discover": "where each policy does worse: a map over two numbers, boxes over many",
    "frontier": "both policies at their best under the same money, and what each needs for the same outcome",
    "stress": "how badly each policy can plausibly do, and whether the answer survives other mechanisms",
    "sweep": "how the difference changes when settings do: a grid, a hypercube, a table",
    "biography": "where the two lives of one citizen part, under the same luck (an illustration)",
    "patterns": "whether the model does what really happened from 2010 to 2018",
    "calibrate": "which numbers agree with the years before the policy date",
    "lab": "a page in the browser to try, predict and look into policies",
    "lesson": "a page for a classroom without a server: predict first, then see; alone it lists them",
}
"""Each is a module of this package with a Hydra application `ask` and a primary configuration of the same name."""
COMMANDS = {
    "list": "what there is to choose: places policies levers challenges designs structures outcomes",
    "report": "the page of any finished results folder, written anew from its files: results/compare-croydon-0123abcd",
    "replay": "a kept run once more, to prove that it gives the same bytes: 0123456789abcdef-00003",
    "show": "one of them in full: place=croydon  policy=radical  challenge=obesity  design=patient_hotel",
    "evidence": "every number with its range, source and grade: grade=J  challenge=obesity  lever=pooling  out=all.csv",
}
PATIENCE = 3  # times Ctrl-C is pressed before the command gives up on good order
COMPLETION = ("-sc", "--shell-completion")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line, by default this process's own (which then answers to Ctrl-C); returns the exit status."""
    if arguments is not None:
        return _answer(list(arguments))
    _stop_once()
    status = _answer(sys.argv[1:])
    _stop_no_more()
    return status


def _answer(words: list[str]) -> int:
    """Runs one command line, and says why where it failed."""
    try:
        return _dispatch(words)
    except SystemExit as left:  # argparse leaves once it has shown a command's help
        return int(left.code or 0)
    except Exception as error:
        return _failed(error)
    except KeyboardInterrupt:
        return _end("redesign: stopped", STOPPED)


def _failed(error: Exception) -> int:
    """Says why a command failed; whatever an interruption grew into inside a library is still an interruption."""
    if _was_interrupted(error) and not isinstance(error, Stopped):
        return _end("redesign: stopped", STOPPED)
    if isinstance(error, ConfigurationError):
        return _end(error.message(), error.status)
    if isinstance(error, Stopped):
        return _end(f"redesign: {error}", error.status)
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return _end(
        f"redesign: an error that is not yours: {type(error).__name__}: {error}\n"
        "  REDESIGN_DEBUG=1 redesign ... shows where it happened",
        FAILED,
    )


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is among the causes of an error."""
    if error is None or isinstance(error, KeyboardInterrupt):
        return error is not None
    return _was_interrupted(error.__cause__) or _was_interrupted(error.__context__)


def _stop_once() -> None:
    """Lets the first Ctrl-C stop the run in good order; the next is ignored meanwhile, and a third ends it at once."""
    pressed = 0

    def stop(number: int, frame: object) -> None:
        nonlocal pressed
        pressed += 1
        if pressed == 1:
            raise KeyboardInterrupt
        if pressed >= PATIENCE:
            os._exit(STOPPED)

    signal.signal(signal.SIGINT, stop)


def _stop_no_more() -> None:
    """Lets Ctrl-C do nothing from now on: there is nothing left to stop, and Python would end noisily or by the signal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(message: str, status: int) -> int:
    """Says why a command ended."""
    if os.environ.get("REDESIGN_DEBUG"):
        traceback.print_exc()
    print(message, file=sys.stderr, flush=True)
    return status


def _dispatch(words: list[str]) -> int:
    """Hands the line to whoever answers it."""
    first = words[0] if words else "--help"
    if first in ("--help", "-h", "help"):
        print(_help())
        return 0 if words else USER_MISTAKE
    if first in ("--version", "-V"):
        print(f"redesign {_version()}")
        return 0
    if first in COMPLETION:
        from experiments.cli.completion import complete

        return complete(words, QUESTIONS, COMMANDS)
    if first == "report":
        from experiments.cli.report import report_command

        return report_command(words[1:])
    if first == "replay":
        from experiments.cli.replay import replay_command

        return replay_command(words[1:])
    if first in COMMANDS:
        from experiments.cli import list_options

        return int(getattr(list_options, f"{first}_command")(words[1:]))
    if first in QUESTIONS:
        from experiments.configuration.compose import run_question

        module, rest = import_module(f"experiments.{first}"), words[1:]
        return run_question(first, module.ask, module.named(rest) if first == "lesson" else rest)
    close = nearest(first.lstrip("-"), [*QUESTIONS, *COMMANDS])
    hint = f" Did you mean: redesign {close}" if close else ""
    print(f"redesign: there is no question '{first}'.{hint}\n\n{_help()}", file=sys.stderr)
    return USER_MISTAKE


def _help() -> str:
    """What the command can do, on one screen."""
    entries = [*QUESTIONS.items(), *COMMANDS.items()]
    return "\n".join(
        [
            PURPOSE,
            "",
            "Questions and commands:",
            *(f"  redesign {name:<11} {about}" for name, about in entries),
            "",
            "Try:",
            "  redesign compare                                       Croydon, ten years, rationing and radical redesign",
            "  redesign compare place=teaching_town replicates=5      a small town, in seconds",
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


if __name__ == "__main__":
    sys.exit(main())
