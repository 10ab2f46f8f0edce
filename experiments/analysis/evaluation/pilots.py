"""Many pilots drawn from kept lives, each judged as evaluators would, and what their judgements are worth."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.evaluation import by_library, estimators
from experiments.analysis.evaluation.by_library import FEWEST_OTHERS, YEARS_BEFORE
from experiments.analysis.evaluation.choosing import CHOICES, SETTLED, matched_pairs, paired, starting
from experiments.analysis.evaluation.estimators import LEVEL, Estimate, Estimator
from experiments.analysis.evaluation.lives import NEVER, Lives, Rows, Run, Years, luck_of, treated
from experiments.analysis.statistics.paired import difference_interval

QUICK: Mapping[str, Estimator] = {
    "before_after": estimators.before_after,
    "matched_difference": estimators.matched_difference,
    "randomisation": estimators.randomisation,
}
"""Methods of a few lines, of which thousands can be tried."""
BY_LIBRARY: Mapping[str, Estimator] = {
    "two_way_fixed_effects": by_library.two_way_fixed_effects,
    "callaway_santanna": by_library.callaway_santanna,
    "synthetic_control": by_library.synthetic_control,
}
"""Methods of the field's libraries, which take up to seconds each."""
ESTIMATORS: Mapping[str, Estimator] = {**QUICK, **BY_LIBRARY}


@dataclass(frozen=True)
class Design:
    """How a pilot is set up, and when it is judged.

    Attributes:
        chosen: how zones are chosen, by the word for it.
        zones: how many.
        starts: the first years of being a zone, one where all begin together; zones whose year has not come when the pilot is
            judged are none yet.
        year: the last whose figures are known when the pilot is judged.
    """

    chosen: str
    zones: int
    starts: tuple[int, ...]
    year: int

    @property
    def is_settled(self) -> bool:
        """Whether zones and their starts leave nothing to chance, so that each replication has one pilot only."""
        return self.chosen in SETTLED and len(self.starts) == 1

    def unfit(self, method: str, authorities: int) -> str:
        """What a method lacks in such a pilot, in words; empty where it can be used."""
        if method == "synthetic_control" and min(self.starts) < YEARS_BEFORE:
            return "needs three years before the first zone begins"
        if authorities - self.zones < (fewest := FEWEST_OTHERS.get(method, 0)):
            return (
                f"needs {fewest} authorities that are no zones, and {self.zones} zones leave {authorities - self.zones}"
            )
        return ""


class Drawn(NamedTuple):
    """Who becomes a zone in one pilot.

    Attributes:
        number: of the pilot.
        replication: whose lives it shows.
        first: the first year of each authority as a zone, or `NEVER`.
        pairs: pairs x 2, rows of authorities of which zones are one each, where they were chosen so.
    """

    number: int
    replication: int
    first: Years
    pairs: Rows | None


def drawn(chosen_by: Sequence[Lives], design: Design, count: int, seed: int = 0) -> Iterator[Drawn]:
    """Draws pilots, replication by replication in turn.

    Args:
        chosen_by: both lives of every authority in the outcome by which zones are chosen.
        design: how pilots are set up.
        count: how many pilots; one for each replication at most where nothing is left to chance.
        seed: of who is drawn.
    """
    for number in range(min(count, len(chosen_by)) if design.is_settled else count):
        rng = np.random.default_rng([seed, number, design.zones, *map(ord, design.chosen)])
        replication = number % len(chosen_by)
        known_by = chosen_by[replication].until(design.year)
        zones = CHOICES[design.chosen](known_by, design.zones, rng)
        first = starting(zones, len(known_by.outside), design.starts, rng)
        first[first > design.year] = NEVER
        yield Drawn(number, replication, first, paired(known_by) if design.chosen == matched_pairs.__name__ else None)


def pilots(
    replications: Sequence[Lives],
    design: Design,
    count: int,
    wanted: Sequence[str],
    seed: int = 0,
    chosen_by: Sequence[Lives] | None = None,
    run: Mapping[int, Run] | None = None,
) -> pd.DataFrame:
    """Draws pilots and evaluates each, and a sham of each in which being a zone changes nothing.

    Args:
        replications: both lives of every authority, for one outcome; pilots take them in turn.
        design: how pilots are set up.
        count: how many pilots; one for each replication at most where nothing is left to chance.
        wanted: the methods of evaluation.
        seed: of who is drawn.
        chosen_by: the same lives in the outcome by which zones are chosen; by the one that is evaluated where there is none.
        run: by number, pilots as they were run; those with a year that has no value are not evaluated. None where nothing that
            zones do reaches others, so that a pilot is put together of both lives.

    Returns:
        One row for each pilot and method: the replication it was drawn from, whether the same pilot had been drawn from it
        before, what tells its zones from those of others, what was true of zones and of others; how far its zones were from
        the same authorities in other replications in the last year before and, had they been none, in their years as zones
        (NaN of one replication); what was found, and what was found of the sham.
    """
    luck = luck_of(replications)
    methods = [name for name in wanted if not design.unfit(name, len(replications[0].outside))]
    rows: list[dict[str, object]] = []
    known: set[tuple[int, bytes]] = set()
    for number, replication, first, pairs in drawn(chosen_by or replications, design, count, seed):
        lives = (replications[replication] if run is None else run[number]).until(design.year)
        own = luck[replication][:, : design.year + 1]
        seen, sham = lives.seen(first, pairs), lives.sham().seen(first, pairs)
        if not np.isfinite([seen.values, sham.values]).all():
            continue
        which = (replication, first.tobytes())
        about = {
            "pilot": number,
            "replication": replication,
            "repeated": which in known,
            "zones_are": _named_by(first),
            "true": lives.true_effect(first),
            "true_of_others": lives.effect_on_others(first),
            "luck_before": own[first != NEVER, min(design.starts) - 1].mean(),
            "luck_after": own[treated(first, own.shape[1])].mean(),
        }
        known.add(which)
        for name in methods:
            found, nothing = ESTIMATORS[name](seen), ESTIMATORS[name](sham)
            rows.append({**about, "estimator": name, **_named(found, ""), **_named(nothing, "sham_")})
    return pd.DataFrame(rows)


def _named_by(first: Years) -> str:
    """What tells one set of zones and starts from another."""
    return hashlib.sha256(first.tobytes()).hexdigest()[:8]


def _named(estimate: Estimate, what: str) -> dict[str, float]:
    """An estimate as columns."""
    return {f"{what}{name}": value for name, value in estimate._asdict().items()}


def judged(found: pd.DataFrame, better: int) -> pd.DataFrame:
    """What judgements are worth, method by method.

    All pilots of one replication share its lives, so replications count alike and are what intervals are made of.

    Args:
        found: pilots and what each method found, as `pilots` returns them.
        better: 1 where more of the outcome is better, -1 where less is.

    Returns:
        For each estimator: pilots, how many of them differ, and the replications they were drawn from; the true effect, that
        on others than zones, and the one found; the luck that zones were chosen for and what is left of it; bias with its
        interval over replications (NaN where they are too few), between what 95% of findings lie, coverage of the true effect
        with Wilson's interval over pilots that differ, shares of pilots that find clearly better or clearly worse, of findings
        clear on the wrong side, and false alarms of shams, where there is nothing to find.
    """
    return pd.DataFrame([{"estimator": name, **_worth(own, better)} for name, own in _in_order(found)])


def _in_order(found: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The findings of each method, in the order in which methods are always named."""
    return ((name, own) for name in ESTIMATORS if len(own := found[found["estimator"] == name]))


def _worth(own: pd.DataFrame, better: int) -> dict[str, float]:
    """What the judgements of one method are worth."""
    true, up, down = own["true"], own["low"] > 0, own["high"] < 0
    clear_better, clear_worse = (up, down) if better > 0 else (down, up)
    each = pd.DataFrame(
        {
            "true_effect": true,
            "found": own["effect"],
            "coverage": (own["low"] <= true) & (true <= own["high"]),
            "clear_better": clear_better,
            "clear_worse": clear_worse,
            "wrong_side": (up & (true < 0)) | (down & (true > 0)),
            "sham_alarm": (own["sham_low"] > 0) | (own["sham_high"] < 0),
            "bias": own["effect"] - true,
            "luck_before": own["luck_before"],
            "luck_after": own["luck_after"],
            "effect_on_others": own["true_of_others"],
        }
    )
    by_replication = each.astype(float).groupby(own["replication"]).mean()
    low, high, _ = difference_interval(by_replication["bias"])
    differ = each["coverage"][~own["repeated"]]
    cover = stats.binomtest(int(differ.sum()), len(differ)).proportion_ci(LEVEL, method="wilson")
    return {
        "pilots": len(own),
        "distinct_pilots": int((~own["repeated"]).sum()),
        "replications": len(by_replication),
        **by_replication.mean(),
        "bias_low": low,
        "bias_high": high,
        "coverage_low": cover.low,
        "coverage_high": cover.high,
        "found_low": own["effect"].quantile((1 - LEVEL) / 2),
        "found_high": own["effect"].quantile(0.5 + LEVEL / 2),
    }
