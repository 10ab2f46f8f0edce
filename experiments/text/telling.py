"""What the user is told meanwhile, and whether anything is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from experiments.text.streams import readable

_SILENT: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silent() -> Iterator[None]:
    """Lets nothing be told of what runs inside the block."""
    before = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(before)


def is_silent() -> bool:
    """Whether nothing is to be told."""
    return _SILENT.get()


def tell(words: str) -> None:
    """Tells the user something on the error stream; whatever it quotes gives the terminal no commands."""
    if not is_silent():
        print(readable(words), file=sys.stderr)
