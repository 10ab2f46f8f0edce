"""What evaluators do with the field's own libraries (the extra `pilot`), which take long to load and are loaded when used."""

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.analysis.evaluation.estimators import LEVEL, Estimate, cohorts
from experiments.analysis.evaluation.lives import NEVER, Rows, Seen

DONORS = 30
"""Of how many authorities that are no zones a synthetic one is made: those most like the zones in the years before."""
PLACEBOS = 39
"""How many groups of authorities that are no zones are treated as if they were, for the synthetic control's interval.

One more among 39 like it lies outside all of them in 2 cases of 40, which is 5%."""
FEWEST_OTHERS = {"callaway_santanna": 5, "synthetic_control": 5}
"""How many authorities must be no zones: fewer are refused by the one library, and make too few placebos for the other."""
YEARS_BEFORE = 3
"""How many years before the zones a synthetic control must be fitted to."""


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keeps what libraries print and warn of from the screen."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def long_table(seen: Seen) -> pd.DataFrame:
    """One row for each authority and year, as the libraries take it."""
    authorities, years = seen.values.shape
    return pd.DataFrame(
        {
            "authority": np.repeat(np.arange(authorities), years),
            "year": np.tile(np.arange(years), authorities),
            "value": seen.values.ravel(),
            "zone": seen.treated.ravel().astype(float),
            "first": np.repeat(np.where(seen.first == NEVER, 0, seen.first), years),
        }
    )


def two_way_fixed_effects(seen: Seen) -> Estimate:
    """A regression on being a zone, with an effect for each authority and for each year, and errors clustered by authority."""
    import pyfixest

    with _quietly():
        fitted = pyfixest.feols("value ~ zone | authority + year", long_table(seen), vcov={"CRV1": "authority"})
        low, high = fitted.confint(alpha=1 - LEVEL).loc["zone"]
        return Estimate(float(fitted.coef()["zone"]), float(low), float(high))


def callaway_santanna(seen: Seen) -> Estimate:
    """Callaway and Sant'Anna: each year's zones against those that are never one, put together (J. Econometrics 225, 2021)."""
    from csdid.att_gt import ATTgt

    with _quietly():
        fitted = ATTgt(
            yname="value", gname="first", idname="authority", tname="year", data=long_table(seen), cband=False
        )
        fitted.fit(est_method="dr", bstrap=False).aggte(typec="simple", bstrap=False)
    effect, half = float(fitted.atte["overall_att"]), stats.norm.ppf(0.5 + LEVEL / 2) * float(fitted.atte["overall_se"])
    return Estimate(effect, effect - half, effect + half)


def synthetic_control(seen: Seen) -> Estimate:
    """The zones' mean against a mixture of others that had the same years before (Abadie, Diamond and Hainmueller 2010).

    Zones that began together have a synthetic control of their own; each counts by its zones' years as zones. The interval is
    that of groups as large as the zones, drawn from the others, for which nothing changed.
    """
    began = cohorts(seen)
    starts, sizes = [first for first, _ in began], np.array([len(zones) for _, zones in began])
    effect = _apart(seen.values, [zones for _, zones in began], seen.others, starts)
    rng = np.random.default_rng(0)
    largest = np.maximum(1, np.minimum(sizes, sizes * (len(seen.others) // 2) // sizes.sum()))
    ends = np.cumsum(largest)
    nothing = []
    for _ in range(PLACEBOS):
        taken = rng.choice(seen.others, ends[-1], replace=False)
        groups = [taken[end - size : end] for end, size in zip(ends, largest, strict=True)]
        nothing.append(_apart(seen.values, groups, np.setdiff1d(seen.others, taken), starts))
    return Estimate(effect, effect - max(nothing), effect - min(nothing))


def _apart(values: NDArray[np.float64], groups: Sequence[Rows], others: Rows, starts: Sequence[int]) -> float:
    """How far groups lie from their synthetic selves, in the mean over their authorities' years as zones."""
    weights = [len(group) * (values.shape[1] - first) for group, first in zip(groups, starts, strict=True)]
    gaps = [_gap(values, group, others, first) for group, first in zip(groups, starts, strict=True)]
    return float(np.average(gaps, weights=weights))


def _gap(values: NDArray[np.float64], group: Rows, others: Rows, first: int) -> float:
    """How far the mean of a group lies from its synthetic self, in the mean over the years from the first on."""
    from pysyncon import Synth

    mean = values[group].mean(axis=0)
    apart = ((values[others, :first] - mean[:first]) ** 2).sum(axis=1)
    donors = others[np.argsort(apart, kind="stable")[:DONORS]]
    before = pd.DataFrame(values[donors, :first].T, columns=donors)
    zones = pd.Series(mean[:first], name="zones")
    with _quietly():
        synth = Synth()
        synth.fit(X0=before, X1=zones, Z0=before, Z1=zones, custom_V=np.ones(first))
    return float((mean[first:] - np.asarray(synth.W) @ values[donors, first:]).mean())
