"""What narrows a search for worst cases: the sets that calibration accepted, and the order of a sensitivity analysis."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments import storage
from experiments.configuration.validate import Plan
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.evidence import parameter_sets, register
from experiments.evidence.inputs import Varied
from experiments.results.open_results import open_results

SCREENING = "screening.csv"


def accepted_ranges(base: Plan) -> dict[str, Any]:
    """How far calibrated numbers of this run reach over the sets that calibration accepted: lowest, highest and kind.

    Raises:
        ConfigurationError: there are no accepted sets of this world's numbers.
    """
    file = parameter_sets.posterior_file()
    if file is None:
        raise ConfigurationError(
            Fault(
                "parameter_source=posterior",
                "there is no file of accepted sets",
                "parameter_source=register searches the evidence's ranges",
            )
        )
    sets = pd.read_csv(file, comment="#")
    known = {e.key: e for e in register.uncertain(register.entries(base.world, base.policies))}
    found = {}
    for key in sets.columns.intersection(list(known)):
        low, high = float(sets[key].min()), float(sets[key].max())
        if low < high:
            found[key] = [low, high, "log"] if known[key].distribution == "lognormal" else [low, high]
    if not found:
        raise ConfigurationError(
            Fault(
                "parameter_source=posterior",
                f"{file.name} holds none of this world's numbers",
                "parameter_source=register",
            )
        )
    return found


def first_of(found: Mapping[str, Varied], screened: str, most: int) -> dict[str, Varied]:
    """The first so many inputs in the order of a finished sensitivity analysis.

    Raises:
        ConfigurationError: it cannot be read, or holds none of them.
    """
    order = _order_of(screened)
    chosen = [name for name in order if name in found][:most]
    if not chosen:
        raise ConfigurationError(
            Fault(
                f"screened={screened}",
                "holds none of the inputs of this run",
                "inputs=[lever.*,behaviour.*], or screened=null",
            )
        )
    return {name: found[name] for name in chosen}


def _order_of(screened: str) -> list[str]:
    """The inputs of a finished sensitivity analysis, by how much they move the response they move most."""
    fix = "name the folder of a finished redesign sensitivity"
    try:
        found = open_results(path_of(screened, "screened="))
        effects = storage.read_csv(found.folder / SCREENING) if SCREENING in found.names else pd.DataFrame()
    except ConfigurationError as refusal:
        raise ConfigurationError(
            *(Fault(f"screened={screened}", each.wrong, each.fix or fix) for each in refusal.faults)
        ) from refusal
    except (OSError, ValueError) as error:
        raise ConfigurationError(Fault(f"screened={screened}", f"cannot be read: {error}", fix)) from error
    if found.question != "sensitivity" or not {"input", "mu_star", "response"} <= set(effects.columns):
        raise ConfigurationError(Fault(f"screened={screened}", "is no finished sensitivity analysis", fix))
    top = effects.groupby("response")["mu_star"].transform("max")
    scores = (effects["mu_star"] / top.where(top > 0)).groupby(effects["input"]).max()
    return [str(name) for name in scores.sort_values(ascending=False, kind="stable").index]
