"""Whole sets of plausible numbers: the set as used first, then sets drawn from the register or accepted by calibration."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.configuration import options
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault
from experiments.evidence import register

if TYPE_CHECKING:
    import pandas as pd

AS_USED = 0
"""The number of the set whose values are those of the configuration, undrawn."""
INDEX = "parameter_set"
POSTERIOR = "calibration/posterior.csv"  # of the shipped configuration; its head, behind #, says how it was made
POSTERIOR_DRAW = 2**32  # told apart from the seed of the register's draw, which is the plan's own


def drawn(plan: Plan) -> pd.DataFrame:
    """The sets of a comparison: row 0 as used, then as many as were asked for; a column per uncertain number.

    Raises:
        ConfigurationError: calibration's sets were asked for and there are none, or too few, of this world's.
    """
    import pandas as pd

    settings = plan.settings
    found = register.uncertain(register.entries(plan.world, plan.policies))
    sets = register.draw(found, settings.parameter_sets, settings.seed)
    if settings.parameter_source == "posterior":
        accepted = _accepted([entry.key for entry in found], settings.parameter_sets, settings.seed)
        sets[accepted.columns] = accepted.to_numpy()
    sets.index = pd.RangeIndex(1, len(sets) + 1, name=INDEX)
    as_used = pd.DataFrame([{entry.key: entry.value for entry in found}], index=pd.RangeIndex(1, name=INDEX))
    return pd.concat([as_used, sets]).rename_axis(INDEX)


def fingerprint(sets: pd.DataFrame) -> str:
    """A hash of everything in the sets."""
    content = hashlib.sha256("\n".join(map(str, sets.columns)).encode())
    content.update(np.ascontiguousarray(sets.to_numpy(dtype=np.float64)).tobytes())
    return content.hexdigest()


def posterior_file() -> Path | None:
    """The file of accepted sets that ships with the project, where there is one."""
    file = Path(str(options.shipped_root().joinpath(POSTERIOR)))
    return file if file.is_file() else None


def _accepted(known: list[str], wanted: int, seed: int) -> pd.DataFrame:
    """So many of the sets that calibration accepted, without repeats, as far as they are about this world's numbers."""
    import pandas as pd

    where, file = "parameter_source=posterior", posterior_file()
    if file is None:
        raise ConfigurationError(
            Fault(
                where,
                f"there is no file of accepted sets (configs/{POSTERIOR})",
                "parameter_source=register draws from the evidence's ranges",
            )
        )
    table = pd.read_csv(file, comment="#")
    table = table[[key for key in known if key in table.columns]]
    if table.columns.empty:
        raise ConfigurationError(
            Fault(where, f"{file.name} holds none of this world's numbers", "parameter_source=register")
        )
    if len(table) < wanted:
        raise ConfigurationError(
            Fault(
                f"parameter_sets={wanted}",
                f"calibration accepted {len(table)} sets",
                f"parameter_sets={len(table)}, or parameter_source=register",
            )
        )
    return table.iloc[np.random.default_rng(seed + POSTERIOR_DRAW).permutation(len(table))[:wanted]]
