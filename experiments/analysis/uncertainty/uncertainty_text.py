"""Says in plain words what is chance, what is evidence, and in which share of plausible worlds the first arm is better."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.statistics.summary import CHANCE
from experiments.analysis.uncertainty.two_uncertainties import EVIDENCE, UNSPLIT
from experiments.analysis.verdicts.sentence import listed, number, signed

NOT_PROBABILITY = "These are shares of the numbers held plausible, not probabilities."


def evidence_words(
    summary: pd.DataFrame,
    shares: pd.DataFrame,
    outcomes: Mapping[str, Outcome],
    contrast: Sequence[str],
    unusable: Mapping[int, str],
) -> list[str]:
    """The sentences of a comparison across the evidence: one outcome in full, the shares, and what was left out."""
    last = summary[summary["horizon"] == summary["horizon"].max()]
    spoken = [name for name, outcome in outcomes.items() if outcome.spoken and name in set(last["outcome"])]
    said = [_both_intervals(last, outcomes[spoken[0]], contrast)] if spoken else []
    said.append(_shares(shares, contrast))
    unsplit = set(last.loc[last["ci_method"] == UNSPLIT, "outcome"])
    unclear = [outcomes[name].words for name in spoken if name in unsplit]
    if unclear:
        said.append(
            f"Sets differ by no more than luck makes them on {listed(unclear)}: there the range of the evidence holds "
            "luck too; more replications would tell them apart."
        )
    said.extend(_left_out(unusable, int(shares["of"].max())))
    return said


def _row(last: pd.DataFrame, outcome: Outcome, kind: str) -> dict[str, Any]:
    """One outcome's row of one kind of uncertainty."""
    found = last[(last["outcome"] == outcome.name) & (last["uncertainty_type"] == kind)]
    return {str(key): value for key, value in found.iloc[0].to_dict().items()}


def _both_intervals(last: pd.DataFrame, outcome: Outcome, contrast: Sequence[str]) -> str:
    """One outcome with its two intervals, each called by its name."""
    chance, evidence = (_row(last, outcome, kind) for kind in (CHANCE, EVIDENCE))
    from_, to = (bare(evidence[key], outcome.unit) for key in ("ci_lo", "ci_hi"))
    luck = f", with the numbers as used; too few runs for an interval of chance (fewer than {FEWEST_FOR_INTERVAL})."
    if math.isfinite(chance["ci_lo"]):
        low, high = (bare(chance[key], outcome.unit) for key in ("ci_lo", "ci_hi"))
        luck = f" ({low} to {high}). This interval is chance: luck alone, with the numbers as used."
    some = "all sets" if str(evidence["ci_method"]).startswith("all") else "nine sets in ten"
    return (
        f"{outcome.title}, {' minus '.join(contrast).replace('_', ' ')}: {signed(chance['diff'], outcome.unit)}{luck} "
        f"Across the evidence ({int(evidence['n'])} sets of plausible numbers) the difference is "
        f"{bare(evidence['diff'], outcome.unit)} on average, and {some} lie between {from_} and {to}."
    )


def bare(value: float, unit: str) -> str:
    """A difference with its sign and no more of its unit than the pounds."""
    money = unit.startswith("£")
    return f"{'-' if value < 0 else '+'}{'£' if money else ''}{number(abs(value), money=money)}"


def _shares(shares: pd.DataFrame, contrast: Sequence[str]) -> str:
    """In how many sets the first arm is better on what."""
    share = {row["better_on"]: row for row in shares.to_dict("records")}
    first, second = (arm.replace("_", " ") for arm in contrast)

    def told(name: str) -> str:
        row = share[name]
        return f"{row['sets']} ({100 * row['share']:.0f}%, {100 * row['low']:.0f}-{100 * row['high']:.0f})"

    return (
        f"Of {share['both']['of']} sets of plausible numbers, {first} gave more quality-adjusted years of life than {second} in "
        f"{told('outcomes')}, cost the public less in {told('cost')}, did both in {told('both')} and neither in "
        f"{told('neither')}. {NOT_PROBABILITY}"
    )


def _left_out(unusable: Mapping[int, str], used: int) -> list[str]:
    """How many sets the place could not be lived with."""
    if not unusable:
        return []
    number, why = next(iter(unusable.items()))
    return [
        f"{len(unusable)} of {len(unusable) + used} sets are left out because the place cannot settle or run with them: "
        f"set {number}, for one: {why}. All are in parameter_sets.parquet with the reason."
    ]
