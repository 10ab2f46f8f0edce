"""Writing that leaves no half: every file appears whole or not at all, and the same content gives the same bytes."""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

APOSTROPHE = "'"
"""Tells a spreadsheet that a cell is text."""
LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\n＝＋－＠].", re.DOTALL)
"""What a spreadsheet would work out, or what looks so but for apostrophes: with one more, every text can be read back."""
SET_APART = re.compile(r"'+[=+\-@\t\n＝＋－＠].", re.DOTALL)
"""What was written with one more."""


def why_not(error: OSError, where: Path) -> str:
    """Why something could not be written or read, and where; the system's own words for it where it has some."""
    return f"{os.strerror(error.errno) if error.errno else error}: {error.filename or where}"


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Writes under a temporary name and renames, so that a reader never sees half a file.

    Nobody can guess the name, so no link that lies in a stranger's folder leads the writing elsewhere.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file that appears whole."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_json(path: Path, content: object) -> None:
    """Writes data as readable JSON."""
    text = json.dumps(content, indent=1, ensure_ascii=False, default=plain) + "\n"
    write_whole(path, text.encode())


def plain(value: Any) -> Any:
    """NumPy's numbers and rows as Python's own."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def write_table(path: Path, table: pa.Table) -> None:
    """Writes one table as Parquet."""
    write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def csv_of(table: Any, **how: Any) -> str:
    """A table of pandas as CSV, without its index; a spreadsheet takes none of its texts and headings for a formula."""
    return str(_each_text(table, _as_text).to_csv(index=False, lineterminator="\n", **how))


def write_csv(path: Path, table: Any) -> None:
    """Writes a table of pandas as CSV, without its index; a spreadsheet takes no text for a formula."""
    write_whole(path, csv_of(table).encode())


def read_csv(path: Path, **how: Any) -> Any:
    """Reads a table that was written as CSV here; texts and headings are again what they were.

    Unless `how` says otherwise to pandas, what is empty is not a number, and words such as `null` and `none` are words.
    Remarks at its head are passed over.
    """
    how = how or {"keep_default_na": False, "na_values": [""], "skiprows": remarks(path)}
    return _each_text(pd.read_csv(path, **how), lambda text: text[1:] if SET_APART.match(text) else text)


def remarks(path: Path) -> int:
    """How many lines at the head of a table are words about it, which begin with #."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        return sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))


def _each_text(table: Any, change: Callable[[str], str]) -> Any:
    """A table with every text and heading changed; numbers are left as they are."""
    changed = table.rename(columns=lambda name: change(name) if isinstance(name, str) else name)
    for place, kind in enumerate(changed.dtypes):
        if kind.kind not in "biufcmM":
            column = changed.iloc[:, place]
            distinct = column.unique() if isinstance(kind, pd.StringDtype) else column
            others = {cell: change(cell) for cell in distinct if isinstance(cell, str)}
            if any(new != cell for cell, new in others.items()):  # else the column stays as it is, to the last digit
                new = [others.get(cell, cell) if isinstance(cell, str) else cell for cell in column]
                changed.isetitem(
                    place, pd.Series(new, changed.index, None if isinstance(kind, pd.CategoricalDtype) else kind)
                )
    return changed


def _as_text(text: str) -> str:
    """A text so that a spreadsheet takes it for nothing else and ends no row in it; what is a number stays one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not LIKE_A_FORMULA.match(text):
        return text
    try:
        float(text)
    except ValueError:
        return f"{APOSTROPHE}{text}"
    return text


def write_csvs(out: Path, tables: Mapping[str, Any]) -> None:
    """Writes tables of pandas as CSV, each under its name."""
    for name, table in tables.items():
        write_csv(out / f"{name}.csv", table)


def read_csvs(out: Path, *names: str) -> dict[str, Any]:
    """Reads those of some tables that were written."""
    files = {name: out / f"{name}.csv" for name in names}
    return {name: read_csv(file) for name, file in files.items() if file.is_file()}


def write_frame(path: Path, table: Any) -> None:
    """Writes a table of pandas as Parquet, without its index."""
    write_table(path, pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata())


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
