"""Tables of a sensitivity analysis: who survives the screening, shares of variance, noise, and where answers flip."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL, difference_interval
from experiments.analysis.uncertainty import screening, value_of_information
from experiments.analysis.verdicts.responses import SOCIAL_VALUE
from experiments.text.titles import called

LEAST_ALIKE, FEWEST_RANKED = 0.9, 3
"""Spearman's correlation from which two seed sets are said to rank inputs alike, and inputs below which it says nothing."""
HALF_A_PERCENT = 0.005
Words = Mapping[str, Mapping[str, str]]


def survivors(effects: pd.DataFrame, most: int) -> list[str]:
    """The inputs that move any response most, as shares of that response's largest effect, and more than luck does."""
    scores: dict[str, float] = {}
    for _, rows in effects.groupby("response", sort=False):
        top = float(rows["mu_star"].max())
        for name in screening.survivors(rows, len(rows)):
            score = float(rows.loc[rows["input"] == name, "mu_star"].iloc[0]) / top
            scores[name] = max(scores.get(name, 0.0), score)
    return sorted(scores, key=lambda name: (-scores[name], name))[:most]


def indices(names: Sequence[str], found: pd.DataFrame, words: Words, seed: int) -> pd.DataFrame:
    """Shares of variance of every response; `found` has a row per point and replication."""
    means = found.groupby(level="point").mean()
    parts = [
        screening.sobol_indices(names, means[name].to_numpy(), seed).assign(response=name, **about)
        for name, about in words.items()
    ]
    return pd.concat(parts, ignore_index=True)


def ranks(names: Sequence[str], found: pd.DataFrame, words: Words, seed: int) -> pd.DataFrame:
    """Whether two sets of seeds rank the inputs alike: total shares from every other replication, and from the rest.

    Returns:
        One row per response: `spearman` of the total shares (empty below three inputs or two replications), `alike` from
        `LEAST_ALIKE` on, and a note.
    """
    places = found.index.get_level_values("replication")
    halves = [found[places % 2 == k] for k in (0, 1)]
    own = [name for name in names if name != screening.LUCK]
    rows = []
    for response, about in words.items():
        rho, note = math.nan, ""
        if len(own) < FEWEST_RANKED or any(half.empty for half in halves):
            note = f"needs {FEWEST_RANKED} inputs and two replications"
        else:
            shares = [indices(names, half, {response: about}, seed).set_index("input")["ST"][own] for half in halves]
            varied = all(share.notna().all() and np.ptp(share) > 0 for share in shares)
            rho = float(shares[0].rank().corr(shares[1].rank())) if varied else math.nan
            note = "" if varied else "the response never varies"
        rows.append({"response": response, **about, "spearman": rho, "alike": rho >= LEAST_ALIKE,
                     "inputs": len(own), "note": note})  # fmt: skip
    return pd.DataFrame(rows)


def noise(found: pd.DataFrame, words: Words) -> pd.DataFrame:
    """How much of each response's variance is luck."""
    rows = []
    for name, about in words.items():
        seen = screening.noise(found[name].unstack("replication").to_numpy())
        rows.append({"response": name, **about, "noise_share": seen.share, "within": seen.within,
                     "between": seen.between, "replications": seen.replications})  # fmt: skip
    return pd.DataFrame(rows)


def tornado(
    found: pd.DataFrame,
    shares: Sequence[tuple[str, float]],
    values: Sequence[float],
    used: Mapping[str, float],
    words: Words,
) -> pd.DataFrame:
    """The response at each end of every input, widest first, and the value at which the answer flips.

    An answer can flip only where it is told from luck with the numbers as used (`settled`: its interval leaves out 0). Of
    several values at which it flips the one nearest to the value used is told, as shares of the input's distribution go.

    Args:
        found: a row per point and replication; point 0 is as used, the others follow `shares`.
        shares: input and share of its distribution of every point from 1 on.
        values: the input's value there.
        used: the value of every input as used.
        words: title, unit and direction by response.
    """
    means = found.groupby(level="point").mean()
    names = list(dict.fromkeys(name for name, _ in shares))
    rows = []
    for response, about in words.items():
        chance = difference_interval(found.loc[[0], response])
        settled = chance.low > 0 or chance.high < 0
        for name in names:
            places = [k for k, (other, _) in enumerate(shares) if other == name]
            at = [shares[k][1] for k in places]
            seen = [float(means.loc[k + 1, response]) for k in places]
            known = [values[k] for k in places]
            flips = (
                screening.switching_share(at, seen, float(np.interp(used[name], known, at))) if settled else math.nan
            )
            rows.append({
                "response": response, **about, "input": name, "as_used": float(means.loc[0, response]),
                "low_end": seen[0], "high_end": seen[-1], "lowest": min(seen), "highest": max(seen),
                "width": max(seen) - min(seen), "value_at_low_end": known[0], "value_at_high_end": known[-1],
                "settled": settled, "flips": math.isfinite(flips),
                "switching_value": float(np.interp(flips, at, known)) if math.isfinite(flips) else math.nan,
            })  # fmt: skip
    return pd.DataFrame(rows).sort_values(["response", "width"], ascending=[True, False], kind="stable")


def worth_knowing_of(found: pd.DataFrame, inputs: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """What it is worth, per resident, to know all inputs together and each alone before choosing by the social value.

    Points are spread evenly over what is held plausible; luck is an input of its own and never part of what can be known.

    Args:
        found: a row per point of Saltelli's design and replication. Only points that were drawn by themselves are looked at.
        inputs: values of every input of the design at its points, that of luck too.
    """
    gain = found[SOCIAL_VALUE].groupby(level="point").mean().to_numpy()
    apart = screening.drawn_apart(len(gain), len(inputs))
    gain, inputs = gain[apart], {name: values[apart] for name, values in inputs.items()}
    known = {name: values for name, values in inputs.items() if name != screening.LUCK}
    whole = value_of_information.together(gain, known)
    most = whole.value if np.isfinite(whole.value) else math.inf
    each = value_of_information.one_by_one(gain, inputs, most)
    return value_of_information.table(whole, each, response=SOCIAL_VALUE).assign(points=len(gain))


def sentence(tables: Mapping[str, pd.DataFrame], contrast: Sequence[str]) -> str:
    """Says which input the social value hangs on most, how much is luck, and what would flip the answer."""
    first, second = (arm.replace("_", " ") for arm in contrast)
    if "indices" not in tables:
        return f"No input moves the difference between {first} and {second} more than another seed does."
    top = tables["indices"]
    top = top[(top["response"] == SOCIAL_VALUE) & (top["input"] != screening.LUCK)].iloc[0]
    luck = tables["noise"].set_index("response").loc[SOCIAL_VALUE, "noise_share"]
    ends = tables["tornado"]
    ends = ends[ends["response"] == SOCIAL_VALUE]
    flips = "; ".join(
        f"{called(str(row.input))} at {row.switching_value:.3g}" for row in ends[ends["flips"]].itertuples()
    )
    told = f"What would flip its sign: {flips or 'none of them by itself'}."
    if not ends["settled"].all():
        why = "there are too few runs to tell it from luck" if few_runs(tables["noise"]) else "it is not told from luck"
        told = f"Its sign itself is not settled: with the numbers as used {why}."
    return (
        f"Of how the social value of {first} over {second} varies, most hangs on {called(top['input'])} "
        f"(total share {top['ST']:.2f}, 95% interval {top['ST_lo']:.2f} to {top['ST_hi']:.2f}); "
        f"{_share_in_words(luck)} of the variance is luck. {told} "
        f"{rank_words(tables['ranks'])}"
    )


def _share_in_words(share: float) -> str:
    """A share in whole per cents; what is not nothing is not called nothing."""
    if not math.isfinite(share):
        return "an unknown share"
    return "less than 1%" if 0 < share < HALF_A_PERCENT else f"{share:.0%}"


def few_runs(noise: pd.DataFrame) -> bool:
    """Whether a point has too few runs for an interval."""
    return bool((noise["replications"] < FEWEST_FOR_INTERVAL).any())


def rank_words(rows: pd.DataFrame) -> str:
    """Says whether other seeds would rank the inputs of the social value alike."""
    row = rows.set_index("response").loc[SOCIAL_VALUE]
    if not math.isfinite(row["spearman"]):
        return f"Whether other seeds rank the inputs alike cannot be said ({row['note']})."
    alike = (
        "rank the inputs alike" if row["alike"] else "do NOT rank the inputs alike: take more replicates or base_points"
    )
    return f"Two sets of seeds {alike} (Spearman {row['spearman']:.2f}, wanted {LEAST_ALIKE})."
