"""Ranks the uncertain numbers by how far they move the difference between radical redesign and rationing.

python docs/thirty_numbers.py FOLDER FOLDER    two folders of `redesign discover`, made by the commands of thirty-numbers.md
                                               with out=FOLDER; writes docs/images/thirty-numbers.csv

By linear regression: one input after another is taken in, as long as it explains more than chance would.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from wordlist import DOCS

from experiments.analysis.statistics.point_differences import paired_responses
from experiments.configuration.compose import planned
from experiments.evidence import register
from experiments.questions.discover import steps
from experiments.questions.discover.question import QUESTION

KEPT = DOCS / "images" / "thirty-numbers.csv"
COMMAND = (
    "place=croydon", "scale=0.03", "years=10", "replicates=1", "workers=1", "threads=1", 'inputs=["*"]', "map=null",
    "burn_in.searches=1", "burn_in.elastic=36", "burn_in.settling=24", "burn_in.planned=24", "burn_in.own=12",
)  # fmt: skip
POINTS = {1: 220, 2: 170}
"""By seed of the design."""
FROM_MONTH, A_YEAR = 60, 12_000
SHOWN = 60
DIGITS = {
    "crises_begun": 3, "asked_and_got_nothing": 2, "life_satisfaction_in_need": 5, "social_value": 1, "score": 3
}  # fmt: skip
MOST_TAKEN, LEAST_TOLD, FAR = 40, 2.6, 4.0
"""Inputs taken in at most; standard errors below which an effect is chance; robust spreads beyond which values are cut off."""
UNIFORM = np.sqrt(12)


def drawn(folder: Path, seed: int) -> tuple[pd.DataFrame, np.ndarray, dict[str, float]]:
    """The differences at every point of a folder, the shares of each input's range there, and each input's own spread."""
    typed = [*COMMAND, f"design_seed={seed}", f"points={POINTS[seed]}", f"out={folder}"]
    asked = planned(QUESTION, typed, [])
    _, shares = steps.shares_of(asked, "boxes")
    entries = {entry.key: entry for entry in register.entries(asked.base.world, asked.base.policies)}
    spread = {}
    for name, varied in asked.inputs.items():
        key, (low, high, kind) = next(iter(varied.ends.items()))
        at = np.asarray(entries[key].at(np.linspace(0.0025, 0.9975, 200)))
        ends = np.log([low, high]) if kind == "log" else np.array([low, high])
        spread[name] = float((((np.log(at) if kind == "log" else at) - ends[0]) / (ends[1] - ends[0])).std())
    found = differences(folder / "boxes", asked)
    return found, shares[found.index.to_numpy()], spread


def differences(where: Path, asked: steps.Asked) -> pd.DataFrame:
    """Radical less rationing by point: three outcomes over years 6 to 10, and the social value over all."""
    settings = asked.base.settings
    months = pd.read_parquet(where / "runs.parquet").query("month >= @FROM_MONTH")
    sums = months.groupby(["point", "arm"])[
        ["citizens", "crises", "refused", "turned_away", "abandoned", "in_need", "life_satisfaction_in_need_total"]
    ].sum()
    rates = pd.DataFrame(
        {
            "crises_begun": A_YEAR * sums.crises / sums.citizens,
            "asked_and_got_nothing": A_YEAR * (sums.refused + sums.turned_away + sums.abandoned) / sums.citizens,
            "life_satisfaction_in_need": sums.life_satisfaction_in_need_total / sums.in_need,
        }
    )
    first, second = settings.contrast
    found = rates.xs(first, level="arm") - rates.xs(second, level="arm")
    valued = paired_responses(where, settings.years, asked.base.valuation, settings.outcomes, settings.contrast)
    return found.assign(social_value=valued.groupby(level="point").mean()["social_value"]).sort_index()


def effects(shares: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Standard deviations of the response for one of each input, taken in one after another."""
    middle = np.median(response)
    far = FAR * 1.4826 * np.median(np.abs(response - middle))
    y = np.clip(response, middle - far, middle + far)
    y, x, n = (y - y.mean()) / y.std(), (shares - 0.5) * UNIFORM, len(y)
    taken: list[int] = []
    left, slopes = y.copy(), np.zeros(0)
    for _ in range(min(MOST_TAKEN, n // 8)):
        told = x.T @ left / n
        told[taken] = 0
        best = int(np.abs(told).argmax())
        if abs(told[best]) < LEAST_TOLD / np.sqrt(n) * left.std():
            break
        taken.append(best)
        design = np.column_stack([np.ones(n), x[:, taken]])
        slopes = np.linalg.lstsq(design, y, rcond=None)[0]
        left = y - design @ slopes
    found = np.asarray(x.T @ left / n)
    found[taken] = slopes[1:]
    return found


def ranked(points: pd.DataFrame, shares: np.ndarray, spread: dict[str, float]) -> pd.DataFrame:
    """Every input's effects for one standard deviation of its own distribution, in units, and its score; the largest first."""
    own = np.array(list(spread.values())) * UNIFORM
    table = pd.DataFrame({name: own * effects(shares, points[name].to_numpy()) for name in points}, index=list(spread))
    score = np.sqrt((table**2).mean(axis=1))
    return (
        (table * [clipped(points[name]) for name in points]).assign(score=score).sort_values("score", ascending=False)
    )


def clipped(values: pd.Series) -> float:
    """The spread of a response without its far points."""
    middle = values.median()
    far = FAR * 1.4826 * (values - middle).abs().median()
    return float(values.clip(middle - far, middle + far).std(ddof=0))


def main(folders: list[str]) -> int:
    """Ranks, says how far two halves agree, and keeps the first."""
    if len(folders) != len(POINTS):
        print(__doc__, file=sys.stderr)
        return 2
    every = [drawn(Path(folder), seed) for folder, seed in zip(folders, POINTS, strict=True)]
    points = pd.concat([found for found, _, _ in every])
    shares, spread = np.vstack([each for _, each, _ in every]), every[-1][2]
    table = ranked(points, shares, spread)
    halves = [ranked(points.iloc[k::2], shares[k::2], spread).index for k in (0, 1)]
    same = {n: len(set(halves[0][:n]) & set(halves[1][:n])) for n in (10, 30)}
    print(
        f"{len(points)} points, {len(spread)} inputs; of two halves' first 10 and 30 the same: {same[10]} and {same[30]}"
    )
    print(points.mean().round(2).to_dict())
    kept = table.head(SHOWN).rename_axis("number").reset_index()
    kept.insert(0, "rank", np.arange(SHOWN) + 1)
    kept.round(DIGITS).to_csv(KEPT, index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
