"""What this process writes on its streams: a text gives a terminal no commands, and what cannot be shown is replaced."""

import codecs
import os
import re
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TextIO

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
            kept = BufferedWriter(
                FileIO(stream.fileno(), "wb", closefd=False)
            )  # keeps what it cannot write: see lost()
            sys.stdout = TextIOWrapper(kept, encoding=stream.encoding, errors=IN_PLAIN_LETTERS)
        elif name != "stdin" and isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=IN_PLAIN_LETTERS)


def lost(stream: TextIO) -> OSError | None:
    """Why what was written on a stream did not arrive, if so; from then on it leads nowhere."""
    try:
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What stands for letters that a stream cannot show."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(INSTEAD.get(letter, "?") for letter in error.object[error.start : error.end]), error.end
