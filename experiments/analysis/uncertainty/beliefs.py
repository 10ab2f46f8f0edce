"""What society gains by one policy rather than another, as a function of what one believes, with an error that was tried out.

Runs over many beliefs at once give the parts of the social value: the gain, what it costs, and what services outside the model
lose. Each part becomes a quick stand-in (`emulator`); what a pound outside or a year of life is worth is put in afterwards,
exactly. Runs kept aside say how far the stand-in is off; others, which decided nothing, say whether that was so.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.uncertainty import emulator

Doubles = NDArray[np.float64]
ASIDE = 0.25
"""Share of the runs by which the error is measured, and as many again by which it is tried out."""
WITHIN = 0.9
FEWEST = 40
"""Points from which half can be kept aside and the rest still be fitted."""


class Fitted(NamedTuple):
    """A stand-in for each part, and how far all of them were off on the runs kept aside.

    Attributes:
        models: by part.
        measured: what runs gave less what was foretold, by part, on the runs by which the error is measured.
        tried: the same on the runs by which that error is tried out.
    """

    models: Mapping[str, emulator.Emulator]
    measured: Mapping[str, Doubles]
    tried: Mapping[str, Doubles]


def fitted(places: Doubles, parts: Mapping[str, Doubles], seed: int = 0) -> Fitted:
    """Fits every part on half of the points and sees how far it is off on the rest.

    Args:
        places: points (rows) by beliefs (columns), 0 to 1 within the range of each.
        parts: what the runs gave at every point.
        seed: by which points are kept aside.

    Raises:
        ValueError: there are too few points.
    """
    if len(places) < FEWEST:
        raise ValueError(f"{len(places)} points are too few to keep some aside and fit the others: {FEWEST} or more")
    order, cut = np.random.default_rng(seed).permutation(len(places)), round(ASIDE * len(places))
    measure, check, used = order[:cut], order[cut : 2 * cut], order[2 * cut :]
    models = {name: emulator.fit(places[used], values[used]) for name, values in parts.items()}

    def off(rows: NDArray[np.int64]) -> dict[str, Doubles]:
        return {
            name: parts[name][rows] - emulator.terms(places[rows], model.pairs) @ model.weights
            for name, model in models.items()
        }

    return Fitted(models, off(measure), off(check))


def error(off: Mapping[str, Doubles], weights: Mapping[str, float]) -> float:
    """How far a sum of parts is off at most in nine of ten runs kept aside (split conformal: Lei and others 2018)."""
    sums = np.sort(np.abs(total(off, weights)))
    return float(sums[min(len(sums), int(np.ceil(WITHIN * (len(sums) + 1)))) - 1])


def total(parts: Mapping[str, Doubles], weights: Mapping[str, float]) -> Doubles:
    """The parts, each by its weight, added up."""
    return np.asarray(sum(weight * parts[name] for name, weight in weights.items()))


def as_data(found: Fitted) -> dict[str, Any]:
    """The stand-ins and what they were off by, for a page that works them out itself."""
    return {
        "models": {n: {"pairs": m.pairs.tolist(), "weights": m.weights.tolist()} for n, m in found.models.items()},
        "off": {name: values.tolist() for name, values in found.measured.items()},
    }
