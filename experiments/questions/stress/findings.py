"""Says what came of looking for worst cases and of other mechanisms: how bad, what has to be true, does the answer survive."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.statistics import paired
from experiments.analysis.statistics.point_differences import POINT
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.scenario_discovery import (
    UNDECIDED,
    UNKNOWN,
    is_cost,
    outcome_of,
    plain,
    winners,
)
from experiments.analysis.verdicts.sentence import listed, number, signed
from experiments.evidence.structural_alternatives import mechanisms
from experiments.text.numerals import counted, decimals, fixed

AS_USED, WORST, BUT_ONE, STRUCTURE = "as used", "worst case", "worst case but for one", "structure"
AT_AN_END = 0.02
"""An input counts as being at an end of its range within this share of it."""
MATTERS = 0.1
"""An input has to be so if putting it back takes away this share of the harm or more."""
SAME, TURNED = "the same", "the other way round"
Words = Mapping[str, Mapping[str, str]]


def toward_worse(arm: str, better: str, arms: Sequence[str]) -> float:
    """What the difference (first arm minus second) is multiplied by so that lower is worse for one of them."""
    sign = -1.0 if better == "lower" else 1.0
    return sign if arm == arms[0] else -sign


def share_of(one: Input, value: float) -> float:
    """Where a value lies in an input's range, from 0 to 1."""
    if one.log:
        return math.log(value / one.low) / math.log(one.high / one.low)
    return (value - one.low) / (one.high - one.low)


def tables(
    roles: pd.DataFrame,
    found: pd.DataFrame,
    search: pd.DataFrame | None,
    words: Words,
    arms: Sequence[str],
    objective: str,
) -> dict[str, pd.DataFrame]:
    """Everything that is reported.

    Args:
        roles: what every point is for.
        found: paired differences with fresh luck, a column per response, a row per point and replication.
        search: every point that was looked at.
        words: title, unit and direction by response.
        arms: the two that are compared.
        objective: the response that was made as bad as it can be.
    """
    rows = winners(found, [], [], words, arms).merge(roles, on=POINT)
    made = {}
    if search is not None:
        made["worst_inputs"] = _inputs(rows[rows["response"] == objective], words[objective]["better"], arms)
        made["worst_cases"] = _cases(rows, search, made["worst_inputs"], words, arms, objective)
    if (roles["role"] == STRUCTURE).any():
        made["structures"] = _structures(rows, found, words)
    return made


def _cases(
    rows: pd.DataFrame, search: pd.DataFrame, inputs: pd.DataFrame, words: Words, arms: Sequence[str], objective: str
) -> pd.DataFrame:
    """How badly each arm does at its worst, on every response, beside the numbers as used and beside what the search saw."""
    parts = []
    for arm in arms:
        own = inputs[inputs["arm"] == arm]
        for response, about in words.items():
            each = rows[rows["response"] == response]
            used, worst = (_one(each, role, arm) for role in (AS_USED, WORST))
            if used is None or worst is None:
                continue
            seen = search[(search["arm"] == arm) & search["is_worst"]]["objective"]
            parts.append({
                "arm": arm, "response": response, **about, "as_used": used["diff"], "as_used_lo": used["ci_lo"],
                "as_used_hi": used["ci_hi"], "as_used_winner": used["winner"], "diff": worst["diff"],
                "ci_lo": worst["ci_lo"], "ci_hi": worst["ci_hi"], "n": worst["n"], "winner": worst["winner"],
                "in_the_search": float(seen.iloc[0]) if response == objective and len(seen) else math.nan,
                "regret": max(0.0, -toward_worse(arm, about["better"], arms) * float(worst["diff"])),
                "inputs": len(own), "at_an_end": int((own["end"] != "").sum()),
                "way_to_the_ends": float(own["way"].mean()) if len(own) else math.nan,
            })  # fmt: skip
    return pd.DataFrame(parts)


def _one(rows: pd.DataFrame, role: str, arm: str) -> Mapping[str, Any] | None:
    """The row of a role, of an arm where the role has one."""
    chosen = rows[(rows["role"] == role) & ((rows["arm"] == arm) if role != AS_USED else True)]
    return chosen.iloc[0].to_dict() if len(chosen) else None


def _inputs(rows: pd.DataFrame, better: str, arms: Sequence[str]) -> pd.DataFrame:
    """What every input is at each arm's worst, and how much of the harm goes if it alone is put back."""
    found = []
    for arm in arms:
        used, worst = _one(rows, AS_USED, arm), _one(rows, WORST, arm)
        if used is None or worst is None:
            continue
        harm = float(used["diff"]) - float(worst["diff"])
        held_up = toward_worse(arm, better, arms) * harm > 0
        for row in rows[(rows["role"] == BUT_ONE) & (rows["arm"] == arm)].to_dict("records"):
            share, from_used = float(row["share"]), float(row["share_used"])
            room = 1 - from_used if share > from_used else from_used
            found.append(
                {
                    **{key: row[key] for key in ("arm", "input", "low", "high", "as_used", "worst", "share")},
                    "title": row["called"],
                    "unit": row["measured_in"],
                    "end": "lowest" if share <= AT_AN_END else "highest" if share >= 1 - AT_AN_END else "",
                    "way": abs(share - from_used) / room if room > 0 else 0.0,
                    "diff_if_as_used": row["diff"],
                    "ci_lo": row["ci_lo"],
                    "ci_hi": row["ci_hi"],
                    "harm_gone": (float(row["diff"]) - float(worst["diff"])) / harm if held_up else math.nan,
                }
            )
    columns = ["arm", "input", "title", "unit", "low", "high", "as_used", "worst", "share", "end", "way", "diff_if_as_used",
               "ci_lo", "ci_hi", "harm_gone"]  # fmt: skip
    table = pd.DataFrame(found, columns=columns)
    ranked = table.assign(place=table["arm"].map({arm: k for k, arm in enumerate(arms)}))
    return ranked.sort_values(["place", "harm_gone"], ascending=[True, False], kind="stable").drop(columns="place")


def _structures(rows: pd.DataFrame, found: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Every alternative by how well the first arm does under it, the model's own structure among them."""
    parts = []
    for response, about in words.items():
        if about["better"] == "neither":
            continue
        each = rows[(rows["response"] == response) & rows["role"].isin([AS_USED, STRUCTURE])]
        used = each[each["role"] == AS_USED].iloc[0]
        own = found[response].xs(0, level=POINT)
        for row in each.to_dict("records"):
            change = (found[response].xs(row[POINT], level=POINT) - own).dropna()
            interval = paired.difference_interval(change.to_numpy())
            is_used = row["role"] == AS_USED
            parts.append({
                "response": response, **about, "mechanism": "" if is_used else row["mechanism"],
                "choice": AS_USED if is_used else row["choice"], "summary": "" if is_used else row["summary"],
                "source": "" if is_used else row["source"], "grade": "" if is_used else row["grade"],
                "diff": row["diff"], "ci_lo": row["ci_lo"], "ci_hi": row["ci_hi"], "n": row["n"], "winner": row["winner"],
                "answer": _survives(str(used["winner"]), str(row["winner"])), "change": float(change.mean()),
                "change_lo": interval.low, "change_hi": interval.high,
            })  # fmt: skip
    table = pd.DataFrame(parts)
    good = np.where(table["better"] == "lower", -table["diff"], table["diff"])
    ranked = table.assign(good=good, place=table["response"].map({name: k for k, name in enumerate(words)}))
    return ranked.sort_values(["place", "good"], ascending=[True, False], kind="stable").drop(columns=["good", "place"])


def _survives(used: str, here: str) -> str:
    """Whether who does better is the same as with the model's own structure."""
    if UNKNOWN in (used, here):
        return UNKNOWN
    if used == here:
        return SAME
    return TURNED if {used, here}.isdisjoint(UNDECIDED) else outcome_of(here)


def sentences(tables: Mapping[str, pd.DataFrame], arms: Sequence[str], objective: str) -> list[str]:
    """The answer, for the response that was searched: each arm's worst case, and what other mechanisms do to it."""
    told = []
    for row in tables["worst_cases"].to_dict("records") if "worst_cases" in tables else ():
        if row["response"] == objective:
            told += _of_a_case(row, tables["worst_inputs"], arms)
    if "structures" in tables:
        told.append(_of_structures(tables["structures"], objective))
    return told


def _of_a_case(row: Mapping[str, Any], inputs: pd.DataFrame, arms: Sequence[str]) -> list[str]:
    """How bad one arm's worst case is, and what has to be true for it."""
    arm, (first, second), unit = str(row["arm"]), arms, str(row["unit"])
    who = outcome_of(str(row["winner"]), is_cost(row))
    known = math.isfinite(row["ci_lo"]) and math.isfinite(row["ci_hi"])
    places = decimals(max(abs(row[key]) for key in ("diff", "ci_lo", "ci_hi"))) if known else 0
    interval = f" ({fixed(row['ci_lo'], places)} to {fixed(row['ci_hi'], places)})" if known else ""
    told = [
        f"At its worst for {plain(arm)}: {row['title']}, {plain(first)} minus {plain(second)}, is "
        f"{signed(row['diff'], unit)}{interval}, where it is "
        f"{signed(row['as_used'], unit)} with the numbers as used: {who}."
    ]
    mine = inputs[inputs["arm"] == arm]
    own = mine[mine["harm_gone"] >= MATTERS]
    if mine["harm_gone"].isna().all():
        return [*told, "With fresh luck that is no worse than as used: what the search found was luck."]
    if len(own):
        needed = [f"{each.title} {_moved(each)}" for each in own.itertuples()]
        told.append(f"What has to be true for that: {listed(needed)}.")
    else:
        told.append("No single input has to be so for that: put back alone, each takes away less than a tenth of it.")
    if int(row["inputs"]) == 1:
        return told
    told.append(
        f"Inputs at an end of their range: {int(row['at_an_end'])} of {int(row['inputs'])}; on average inputs have gone "
        f"{100 * row['way_to_the_ends']:.0f}% of the way there."
    )
    return told


def number_of(value: float) -> str:
    """A number of either sign."""
    return f"-{number(-value)}" if value < 0 else number(value)


def _moved(each: Any) -> str:
    """Where an input is, and where it is used."""
    end = f", the {each.end} that is plausible" if each.end else ""
    return f"at {number_of(each.worst)}{end} (as used {number_of(each.as_used)})"


def _of_structures(table: pd.DataFrame, objective: str) -> str:
    """In how many alternatives the answer is the same, and in which it is not."""
    rows = table[(table["response"] == objective) & (table["choice"] != AS_USED)]
    used = table[(table["response"] == objective) & (table["choice"] == AS_USED)].iloc[0]
    who = outcome_of(str(used["winner"]), is_cost(used))
    same = int((rows["answer"] == SAME).sum())
    under = f"all {same}" if same == len(rows) else str(same or "none")
    told = [
        f"With the model's own mechanisms ({who}) and with {counted(len(rows), 'other')}, one at a time: the answer is the same "
        f"under {under}"
    ]
    for answer, group in rows[rows["answer"] != SAME].groupby("answer", sort=False):
        named = [structure_in_words(str(row.mechanism), str(row.choice)) for row in group.itertuples()]
        told.append(f"{answer} under {listed(named)}")
    return "; ".join(told) + "."


def structure_in_words(mechanism: str, choice: str) -> str:
    """What a mechanism is taken to be, and which mechanism."""
    known = mechanisms().get(mechanism)
    return f"{plain(choice)} ({known.title if known else plain(mechanism)})"
