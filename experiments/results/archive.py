"""Takes a zip of a results folder apart: nothing in it leads outside, hides behind another name or grows without end."""

import os
import stat
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from experiments import regular_files
from experiments.errors import ConfigurationError, Fault
from experiments.results.open_results import MANIFEST

MOST_UNPACKED = 16 * 2**30
"""Bytes of all that is in a zip."""
MOST_RATIO, SMALL = 500, 2**20
"""How many times smaller than itself a file of more than a mebibyte may be packed."""
KINDS = (0, stat.S_IFREG, stat.S_IFDIR)
ENCRYPTED = 0x1
SEND_ANEW = "ask for the folder packed anew, as results alone"


def extracted(archive: Path, into: Path) -> Path:
    """Unpacks a zip into an empty folder; returns the results folder that is in it.

    Raises:
        ConfigurationError: it is no zip of one results folder, or something in it is not what a results folder holds.
    """
    try:
        with regular_files.opened(archive) as file, zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            if wrong := _wrong(entries):
                raise ConfigurationError(Fault(str(archive), wrong, SEND_ANEW))
            for entry in entries:
                _unpack(packed, entry, into / entry.filename)
    except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise ConfigurationError(Fault(str(archive), f"cannot be unpacked: {error}", SEND_ANEW)) from error
    roots = [path.parent for path in (into / MANIFEST, *sorted(into.glob(f"*/{MANIFEST}"))) if path.is_file()]
    if not roots or (roots[0] != into and len(roots) > 1):
        raise ConfigurationError(Fault(str(archive), f"holds {len(roots)} results folders; one is verified at a time"))
    return roots[0]


def _wrong(entries: Sequence[zipfile.ZipInfo]) -> str:
    """What is wrong with a zip, from what it says of its files; empty where nothing is."""
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename.removesuffix("/")
        said = regular_files.shown(name)
        alike = unicodedata.normalize("NFC", name).casefold()  # on some systems one file
        if not regular_files.is_inside(name) or PurePosixPath(name).is_absolute():
            return f"holds {said!r}, which leads out of its folder or is no name of a file"
        if stat.S_IFMT(entry.external_attr >> 16) not in KINDS:
            return f"holds {said!r}, which is a link or a device"
        if alike in seen:
            return f"holds {said!r} twice"
        if entry.flag_bits & ENCRYPTED:
            return f"holds {said!r} encrypted"
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * entry.compress_size:
            return f"holds {said!r}, which would be {entry.file_size // max(1, entry.compress_size):,} times as large unpacked"
        seen.add(alike)
    if len(entries) > regular_files.MOST_FILES:
        return f"holds {len(entries):,} files"
    size = sum(entry.file_size for entry in entries)
    return f"would have {size:,} bytes unpacked" if size > MOST_UNPACKED else ""


def _unpack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    """Writes one file that was not there before, with no more bytes than the zip says it has.

    Raises:
        OSError, ValueError: it is there, or has more.
    """
    if entry.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with packed.open(entry) as content, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(regular_files.PIECE):
            left -= len(piece)
            if left < 0:
                raise ValueError(f"{entry.filename} has more bytes than the zip says")
            file.write(piece)
