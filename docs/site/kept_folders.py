"""A finished results folder in small: what its page and figures are drawn from and nothing else, in one archive."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import storage
from experiments.report.folder_contents import BY_GROUP

MANIFEST, DESIGN = "manifest.json", "design.json"
TABLES = ("*.csv", "economics/*.csv", "*.json", "runs.parquet", "burn_in.parquet", "services.parquet", "points.parquet")
LEFT_OUT = ("outputs", "inputs", "checksums")
"""What the manifest holds of files that are not kept."""


def keep(out: Path, archive: Path) -> None:
    """Writes the tables of a finished folder into an archive: of months only what pages read, in single precision."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as kept:
        for path in sorted({path for pattern in TABLES for path in out.glob(pattern)}):
            name = path.relative_to(out).as_posix()
            kept.writestr(zipfile.ZipInfo(name), _small(path, out), zipfile.ZIP_LZMA)


def _small(path: Path, out: Path) -> bytes:
    """A file as it is kept; where it lay on the machine that made it is nobody's business."""
    if path.suffix == ".json":
        said = json.loads(path.read_text(encoding="utf-8").replace(str(out), f"results/{out.name}"))
        kept = {name: value for name, value in said.items() if path.name != MANIFEST or name not in LEFT_OUT}
        return json.dumps(kept).encode()
    if path.suffix != ".parquet":
        return path.read_bytes()
    table = pd.read_parquet(path)
    names = [name for name in table if "@" not in name or name.partition("@")[0] in BY_GROUP]
    small = table[names].astype({name: "float32" for name in names if table[name].dtype == "float64"})
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "table.parquet"
        storage.write_frame(written, small)
        return written.read_bytes()


@contextmanager
def opened(archive: Path) -> Iterator[Path]:
    """The archive as a folder, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(archive, folder, "zip")
        yield Path(folder)


def manifest_of(archive: Path) -> dict[str, Any]:
    """How the results were made."""
    with zipfile.ZipFile(archive) as kept:
        return dict(json.loads(kept.read(MANIFEST)))
