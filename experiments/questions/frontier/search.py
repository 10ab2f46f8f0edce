"""Where each policy's best settings are looked for: a hypercube first, then whatever a smooth stand-in says looks best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.analysis.statistics.equal_money import SAME_MONEY_TOLERANCE
from experiments.analysis.statistics.point_differences import POINT
from experiments.questions.frontier import gaussian_process
from experiments.questions.frontier.curves import RECEIVED, SPENT, VALUE
from experiments.questions.frontier.decision_variables import Free

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """One policy with some settings under one cut.

    Attributes:
        arm: the policy.
        cut: depth of the council's cut.
        set_to: its free numbers by key; none as shipped.
        shares: their places in their ranges; none as shipped.
    """

    arm: str
    cut: float
    set_to: Mapping[str, float] = field(default_factory=dict)
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Search:
    """The search for the best settings of each policy at each budget.

    Attributes:
        budgets: depths of the cut, rising.
        free: what each policy may choose.
        points: tried first, for each number that varies, the cut among them.
        seed: of the places that are tried.
    """

    budgets: Sequence[float]
    free: Mapping[str, Sequence[Free]]
    points: int
    seed: int

    @cached_property
    def first(self) -> list[Spot]:
        """Each policy as shipped at every budget, then a Latin hypercube over its free numbers and the cut."""
        spots = [Spot(arm, cut) for arm in self.free for cut in self.budgets]
        for place, (arm, numbers) in enumerate(self.free.items()):
            if not numbers:
                continue
            cube = qmc.LatinHypercube(len(numbers) + 1, rng=np.random.default_rng([self.seed, place]))
            rows = np.round(cube.random(self.points * (len(numbers) + 1)), gaussian_process.DIGITS)
            low, high = self.budgets[0], self.budgets[-1]
            spots += [self._spot(arm, row[:-1], float(low + row[-1] * (high - low))) for row in rows]
        return spots

    def ends(self) -> list[Spot]:
        """Both ends of all ranges, and of the budgets: whatever the search comes upon lies between them."""
        return [
            self._spot(arm, np.full(len(numbers), end), cut)
            for arm, numbers in self.free.items()
            for end in (0.0, 1.0)
            for cut in (self.budgets[0], self.budgets[-1])
        ]

    def _spot(self, arm: str, shares: Doubles, cut: float) -> Spot:
        """A policy with its free numbers at given shares of their ranges."""
        given = tuple(float(share) for share in shares)
        set_to = {each.key: each.at(share) for each, share in zip(self.free[arm], given, strict=True)}
        return Spot(arm, cut, set_to, given)

    def table(self, spots: Sequence[Spot], found: pd.DataFrame, step: str) -> pd.DataFrame:
        """What came of each spot on average; spots of which a run failed are left out, the others had more luck."""
        counts = found.dropna().groupby(level=POINT).size()
        means = found.groupby(level=POINT).mean().loc[counts.index[counts == counts.max()]]
        rows = []
        for number, mean in means.iterrows():
            spot = spots[int(number)]
            over = (mean[SPENT] - mean[RECEIVED]) / mean[RECEIVED] if mean[RECEIVED] else 0.0
            rows.append({"step": step, "arm": spot.arm, "cut": spot.cut, "shipped": not spot.set_to, "spot": spot,
                         "outcome": mean[VALUE], "spent": mean[SPENT], "overspent": over})  # fmt: skip
        return pd.DataFrame(rows)

    def next(self, tried: pd.DataFrame, sign: float, round_: int) -> list[Spot]:
        """Two more spots for every policy with something to choose and every budget."""
        spots = []
        best = self.best(tried, sign)
        for place, (arm, numbers) in enumerate(self.free.items()):
            if not numbers:
                continue
            rows = tried[tried["arm"] == arm]
            places = np.array([self._place(spot) for spot in rows["spot"]])
            surface = gaussian_process.fit(places, sign * rows["outcome"].to_numpy(dtype=float))
            money = gaussian_process.fit(places, rows["overspent"].to_numpy(dtype=float))
            for cut in self.budgets:
                here = self._place(best[arm, cut])
                proposed = gaussian_process.propose(
                    surface, money, SAME_MONEY_TOLERANCE, here[-1:], here[:-1], self._luck(place, cut, round_)
                )
                spots += [self._spot(arm, shares, cut) for shares in proposed]
        return spots

    def _luck(self, place: int, cut: float, round_: int) -> int:
        """The seed of the places looked at for one policy, budget and round."""
        return int(np.random.SeedSequence([self.seed, place, self.budgets.index(cut), round_]).generate_state(1)[0])

    def _place(self, spot: Spot) -> Doubles:
        """The shares of a spot's ranges, the cut last."""
        low, high = self.budgets[0], self.budgets[-1]
        shares = spot.shares or tuple(each.place for each in self.free[spot.arm])
        return np.array([*shares, (spot.cut - low) / (high - low)])

    def best(self, tried: pd.DataFrame, sign: float) -> dict[tuple[str, float], Spot]:
        """The best spot run at each budget that kept to its money; the one as shipped wins ties, and where none kept to it."""
        found = {}
        for arm in self.free:
            for cut in self.budgets:
                rows = tried[(tried["arm"] == arm) & (tried["cut"] == cut)]
                rows = rows[rows["overspent"] <= SAME_MONEY_TOLERANCE]
                worth = sign * rows["outcome"].to_numpy(dtype=float)
                found[arm, cut] = rows["spot"].iloc[int(np.argmax(worth))] if len(rows) else Spot(arm, cut)
        return found

    def told(self, tried: pd.DataFrame) -> pd.DataFrame:
        """Everything that was tried, the settings in words."""
        names = {each.key: each.name for numbers in self.free.values() for each in numbers}
        words = ["; ".join(f"{names[key]}={value:.4g}" for key, value in spot.set_to.items()) for spot in tried["spot"]]
        return tried.drop(columns="spot").assign(settings=words)

    def promised(self, tried: pd.DataFrame, best: Spot) -> float:
        """The best's outcome minus that as shipped, with the luck for searching; not a number if either failed."""
        rows = tried[(tried["arm"] == best.arm) & (tried["cut"] == best.cut)]
        mine = [row.outcome for row in rows.itertuples() if row.spot == best]
        shipped = rows.loc[rows["shipped"], "outcome"].tolist()
        return float(mine[0] - shipped[0]) if mine and shipped else float("nan")
