"""What a notebook shows of results: a heading and a small table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.summary import by_chance
from experiments.text.numerals import difference, plain

MOST_ROWS, MOST_COLUMNS = 12, 10


def title(facts: Mapping[str, Any]) -> str:
    """What was asked, of which place, arms, years and replications."""
    arms = ", ".join(map(str, facts.get("arms") or ()))
    counts = [f"{facts[name]} {name}" for name in ("years", "replicates", "points") if facts.get(name)]
    return ": ".join(map(str, [facts["question"], ", ".join(filter(None, [facts.get("place_title"), arms, *counts]))]))


def table(facts: Mapping[str, Any], summary: pd.DataFrame) -> pd.DataFrame:
    """Headline outcomes of a comparison at the last horizon, as the screen has them; of other questions the first rows."""
    if not {"outcome", "horizon", "diff", *facts["arms"]} <= set(summary.columns) or "point" in summary.columns:
        return summary.iloc[:MOST_ROWS, :MOST_COLUMNS]
    last = by_chance(summary)
    headline = [name for name, outcome in load_outcomes().items() if outcome.headline]
    last = last[(last["horizon"] == last["horizon"].max()) & last["outcome"].isin(headline)]
    arms = {arm: last[arm].map(plain) for arm in facts["arms"]}
    differences = [difference(row) for row in last.to_dict("records")]
    return pd.DataFrame({"outcome": last["title"], "unit": last["unit"], **arms, "difference (95%)": differences})
