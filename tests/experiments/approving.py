"""Words, tables and drawings in a form that can be kept, read and approved, and held against what comes next time.

When a change is meant, look at what `git diff` shows after

    APPROVE=1 python -m pytest -m "" TESTS

and commit it with the change. Numbers go by five digits and drawings by tenths of a point: no machine's last digit matters.
"""

import hashlib
import html
import os
import re

import numpy as np
import pandas as pd

from experiments import storage


def masked(words, here):
    """Words without what differs from run to run: folders, times, sums of files, versions of packages."""
    words = words.replace(str(here), "HERE")
    for what, instead in (
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?\S*", "WHEN"),
        (r"\b\d{1,2} [A-Z][a-z]+ 20[23]\d\b", "DAY"),
        (r"\b[0-9a-f]{8,}\b", "HASH"),
        (r"\b\d+(\.\d+)? (s|seconds?|minutes?)\b", "SOME TIME"),
        (r"[━╸╺─]{3,}", "───"),
        (r"(?m)^(Source|Versions|Python|Platform|Seconds taken|Citizen-months a second)\n.*$", r"\1\n..."),
    ):
        words = re.sub(what, instead, words)
    return "\n".join(line.rstrip() for line in words.splitlines()).strip() + "\n"


def read_aloud(page):
    """The words of a page, a line for each piece."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", "", page)
    page = re.sub(r"(?s)<svg\b.*?</svg>", "\n[a drawing]\n", page)
    page = re.sub(r"(?s)<tbody\b.*?</tbody>", lambda rows: f"\n[{rows[0].count('<tr')} rows, {short(rows[0])}]\n", page)
    lines = (" ".join(line.split()) for line in html.unescape(re.sub(r"<[^>]+>", "\n", page)).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def fingerprint(column):
    """A column in one line: what its numbers come to, or that its words are the same."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = np.nan_to_num(column.to_numpy(dtype=float), posinf=1e9, neginf=-1e9)
        told = numbers[np.isfinite(column.to_numpy(dtype=float))]
        places = (np.arange(numbers.size) % 7 + 1) * numbers  # so that what has changed its row shows too
        return f"{column.isna().sum()} empty, sum {told.sum():.5g}, in order {places.sum():.5g}"
    return f"words {short(column.astype(str).str.cat(sep='|'))}"


def table_of(file):
    """What the columns of a table come to; those of a recording and of a drawing all in one."""
    table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, skiprows=storage.remarks(file))
    columns = [f"  {name}: {fingerprint(table[name])}" for name in table]
    if file.suffix == ".parquet" or file.parent.name == "figures":
        columns = [f"  {len(columns)} columns, {short(' '.join(columns))}"]
    return [f"  {len(table)} rows", *columns]


def drawing_of(file):
    """Where everything stands in a drawing, in tenths of a point; a tenth is not cut where round numbers lie."""
    tenths = re.sub(r"-?\d+\.\d+", lambda number: str(int(float(number[0]) * 10 + 1000.37)), file.read_text())
    return [f"  {short(re.sub(r'[0-9a-z]{10,}', 'ID', tenths))}"]


def told_by(out):
    """What a folder of results holds: for every table what its columns come to, for every drawing where things stand."""
    lines = []
    for file in sorted(out.rglob("*")):
        if file.suffix in (".csv", ".parquet", ".svg") and file.is_file():
            lines += [str(file.relative_to(out)), *(drawing_of(file) if file.suffix == ".svg" else table_of(file))]
    return "\n".join(lines) + "\n"


def hold_against(folder, came):
    """Compares what came, by file, with what was approved, or approves it where that was asked for."""
    if os.environ.get("APPROVE"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in came.items():
            (folder / name).write_text(text, encoding="utf-8")
    for name, text in came.items():
        approved = (folder / name).read_text(encoding="utf-8")
        assert text.splitlines() == approved.splitlines(), f"{folder.name}/{name} is not what was approved"
