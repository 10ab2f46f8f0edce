"""Reads the words of a command that is not Hydra's: help on request, one clear message where they cannot be read."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from experiments.configuration.command_line import folders_in, without_folders
from experiments.errors import ConfigurationError, Fault


class Parser(argparse.ArgumentParser):
    """A parser of the words after `redesign <command>`, which refuses as everything else does."""

    def __init__(self, command: str, usage: str, about: str, examples: Sequence[str], words: str):
        super().__init__(
            prog=f"redesign {command}",
            usage=f"redesign {command} {usage}",
            description=about,
            epilog="\n".join(["Try:", *(f"  redesign {command} {each}".rstrip() for each in examples)]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument("words", nargs="*", metavar="words", help=words)

    @property
    def fix(self) -> str:
        """What to type, in one line."""
        return str(self.usage)

    def error(self, message: str) -> NoReturn:
        """Refuses words that cannot be read.

        Raises:
            ConfigurationError: always.
        """
        raise ConfigurationError(Fault(self.prog.removeprefix("redesign "), message, self.fix))

    def words(self, typed: Sequence[str]) -> list[str]:
        """The words without options; prints the help and leaves where that is wanted."""
        return list(self.parse_intermixed_args(list(typed)).words)

    def words_and_folders(self, typed: Sequence[str]) -> tuple[list[str], list[Path]]:
        """The words, and the user's own configuration folders, of a command that knows `--config-dir`."""
        self.add_argument("--config-dir", "-cd", action="append", metavar="FOLDER", help="with files of your own")
        return without_folders(self.words(typed)), folders_in(typed)
