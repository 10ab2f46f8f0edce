"""Which lines say everything by themselves, and where what they made would be."""

import re
from collections.abc import Sequence
from pathlib import Path

IDLE = ("out", "workers", "threads")
PLAIN = re.compile(
    r"(authorities|spread|arms|contrast|challenges|outcomes|horizons)=[\w.,:\[\]]+|(scale|years|replicates|seed)=\d[\w.]*"
    r"|(workers|threads)=[1-9]\d?|out=[\w./~-]+"
)
"""A word that says all by itself."""
SHORT = 8
"""Letters of a results key in the name of a folder."""


def all_plain(words: Sequence[str]) -> bool:
    """Whether every word of a line says all by itself."""
    return all(PLAIN.fullmatch(word) for word in words)


def out_of(words: Sequence[str]) -> str | None:
    """The folder that a line names; nothing where it names none."""
    outs = [word.partition("=")[2] for word in words if word.startswith("out=")]
    return outs[-1] if outs else None


def usual_of(question: str) -> str:
    """How folders of a question are called that were not given a name, but for the hash at the end."""
    return f"results/{question}-*"


def folders_of(usual: str, out: str | None) -> list[Path]:
    """The folders in which something may have finished.

    Args:
        usual: how folders are called that were not given a name, but for the hash at the end; a `*` stands for anything.
        out: the folder that was named, if one was.
    """
    return [Path(out).expanduser()] if out else sorted(Path().glob(f"{usual}-{'?' * SHORT}"))


def may_have_finished(question: str, words: Sequence[str]) -> bool:
    """Whether there may be a finished folder that the very same line made; cheap to ask."""
    return all_plain(words) and any(each.is_dir() for each in folders_of(usual_of(question), out_of(words)))
