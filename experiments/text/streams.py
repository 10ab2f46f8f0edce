"""What this process writes on its streams: a text gives a terminal no commands, and what cannot be shown is replaced."""

import codecs
import os
import re
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any, TextIO

COMMANDS_TO_TERMINALS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # of ASCII and of the eight bits after it
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # of lines and directions
    "\ud800-\udfff\ufffe\uffff]"  # halves, and none
)
"""What no screen shows and many obey: it colours, deletes, rings, or turns the direction of reading; and what is no letter."""
INSTEAD = {
    "−": "-", "–": "-", "—": "-", "±": "+/-", "×": "x", "£": "GBP ", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"',
    "→": "->", "≤": "<=", "≥": ">=",
}  # fmt: skip
"""What stands for a letter where it cannot be shown; a number keeps its sign. Every other such letter becomes ?."""
IN_PLAIN_LETTERS = "in_plain_letters"


def readable(text: str) -> str:
    """A text without the letters that would give a terminal commands."""
    return COMMANDS_TO_TERMINALS.sub("", text)


class _Watched(FileIO):
    """Where standard output goes when it goes to no terminal; remembers why something could not be written."""

    failure: OSError | None = None

    def write(self, content: Any) -> int:
        """Writes bytes."""
        try:
            return super().write(content)
        except OSError as error:
            self.failure = error
            raise


def get_ready() -> None:
    """Lets nothing that is written end the program: what a stream cannot show is replaced, and a closed one swallows all."""
    codecs.register_error(IN_PLAIN_LETTERS, _in_plain_letters)
    for name in (
        "stdin",
        "stdout",
        "stderr",
    ):  # in this order each gets its own number back, which no other file may have
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, TextIOWrapper(FileIO(os.devnull, "r" if name == "stdin" else "w"), encoding="utf-8"))
        elif name == "stdout" and not stream.isatty():
            watched = BufferedWriter(_Watched(stream.fileno(), "wb", closefd=False))
            sys.stdout = TextIOWrapper(watched, encoding=stream.encoding, errors=IN_PLAIN_LETTERS)
        elif name != "stdin" and isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=IN_PLAIN_LETTERS)


def lost(stream: TextIO) -> OSError | None:
    """Why what was written on a stream did not arrive, if so; from then on it leads nowhere."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    failure: OSError | None = getattr(raw, "failure", None)
    try:
        stream.flush()
    except OSError as error:
        failure = error
    if failure is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return failure


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What stands for letters that a stream cannot show."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(INSTEAD.get(letter, "?") for letter in error.object[error.start : error.end]), error.end
