"""Completes the command line: the question first, then what Hydra knows of its configuration."""

import os
from collections.abc import Mapping, Sequence

from experiments import questions
from experiments.cli.list_evidence import FILTERS as EVIDENCE_FILTERS
from experiments.cli.list_options import GROUP_OF, KINDS
from experiments.configuration import options
from experiments.configuration.command_line import folders_in
from experiments.configuration.compose import answer_to

QUERY = "query="
OF_PLACE = ("new", "--areas", "--like", "--out", "--name", "--people", "--budget")


def complete(words: Sequence[str], commands: Mapping[str, str]) -> int:
    """Answers `redesign -sc install=bash` and what the shell then asks on every TAB."""
    names = list(questions.declared())
    if not any(word.startswith(QUERY) for word in words):
        return answer_to(questions.question(questions.FIRST), words)()
    line = os.environ.get("COMP_LINE", "")
    typed = line.split()
    choosing = len(typed) < 2 or (len(typed) == 2 and not line.endswith(" "))
    if choosing:
        print(" ".join(name for name in [*names, *commands] if name.startswith(typed[1] if len(typed) == 2 else "")))
        return 0
    if typed[1] in commands:
        print(" ".join(_after(typed[1], typed[-1] if not line.endswith(" ") else "", folders_in(typed))))
        return 0
    if typed[1] not in names:
        return 0
    os.environ["COMP_LINE"] = line[line.index(typed[1]) :]
    folders = [word for folder in folders_in(typed) for word in ("--config-dir", str(folder))]
    return answer_to(questions.question(typed[1]), [*words, *folders])()


def _after(command: str, word: str, folders: Sequence[object]) -> list[str]:
    """What may follow `list`, `evidence`, `place` and `show`."""
    if command == "list":
        return [kind for kind in KINDS if kind.startswith(word)]
    if command == "evidence":
        return [f"{filter_}=" for filter_ in EVIDENCE_FILTERS if filter_.startswith(word)]
    if command == "place":
        return [each for each in OF_PLACE if each.startswith(word)]
    found = [f"{group}={name}" for group in GROUP_OF.values() for name in options.find(group, folders)]  # type: ignore[arg-type]
    return [each for each in found if each.startswith(word)]
