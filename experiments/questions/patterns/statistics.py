"""Works out the numbers by which patterns are judged from what was recorded, one value a replication.

Year 0 is the last year before the policy date; year 1 the first year under policy.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.paired import difference_interval

Floats = NDArray[np.float64]
Settings = Mapping[str, Any]
Verdict = Literal["met", "partly", "failed"]
MONTHS_A_YEAR = 12
OPEN_TIERS = ("prevention", "core")
TRANSFERS = re.compile(r"spend\.\w+\.transfer")
NOT_SYSTEM = re.compile(r"spend\.(households\..*|\w+\.(transfer|other_services|working_age_care|placements|windfall))")
"""Money lines outside the services simulated: households' own time, payments inside a pool, other services."""
EMBEDDED = "embedded"


@dataclass(frozen=True)
class Record:
    """What was recorded of a pattern's experiment.

    Attributes:
        runs: every month of every arm and replication.
        before: the months before the policy date, in each replication's own luck.
        services: every service at each year's end.
    """

    runs: pd.DataFrame
    before: pd.DataFrame
    services: pd.DataFrame


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    """A measure's name with * for one part and ** for one or more."""
    return re.compile(re.escape(name).replace(r"\*\*", ".+").replace(r"\*", "[^.]+"))


def columns(table: pd.DataFrame, names: Sequence[str], without: re.Pattern[str] = TRANSFERS) -> list[str]:
    """The columns that patterns of names stand for, each once.

    Raises:
        KeyError: a pattern stands for nothing that was recorded.
    """
    found: dict[str, None] = {}
    for name in names:
        matches = [column for column in table.columns if _pattern(name).fullmatch(column)]
        if not matches:
            raise KeyError(f"nothing was recorded under '{name}'")
        found |= {column: None for column in matches if not without.fullmatch(column)}
    return list(found)


def in_year(record: Record, arm: str, names: Sequence[str], year: int, without: re.Pattern[str] = TRANSFERS) -> Floats:
    """A year's total of some measures in every replication of an arm; year 0 is the last before the policy date."""
    if year == 0:
        table = record.before[record.before["month"] >= -MONTHS_A_YEAR]
    else:
        runs = record.runs
        table = runs[(runs["arm"] == arm) & (runs["month"] // MONTHS_A_YEAR == year - 1)]
    total = table.groupby("replication", sort=True)[columns(table, names, without)].sum().sum(axis=1)
    return np.asarray(total, dtype=np.float64)


def _rate(record: Record, arm: str, settings: Settings, year: int) -> Floats:
    """A year's total, or its ratio to another where one is named."""
    top = in_year(record, arm, settings["numerator"], year)
    if not settings.get("denominator"):
        return top
    return np.asarray(top / in_year(record, arm, settings["denominator"], year))


def _percent(new: Floats, old: Floats) -> Floats:
    """By how many per cent the new is above the old; the per cent are of the old's mean over all replications.

    Dividing each replication by its own old value would tilt the mean upwards where that value is small and varies.
    """
    known = np.isfinite(new) & np.isfinite(old)
    usual = float(old[known].mean()) if known.any() else 0.0
    return np.asarray(100 * (new - old) / usual if usual else np.full(new.shape, np.nan))


def change(record: Record, settings: Settings) -> Floats:
    """How much something changed in one arm since the year before the policy date, per cent."""
    arm = settings["arm"]
    return _percent(_rate(record, arm, settings, settings["year"]), _rate(record, arm, settings, 0))


def share_change(record: Record, settings: Settings) -> Floats:
    """By how many percentage points a share rose since the year before the policy date."""
    arm = settings["arm"]
    return 100 * (_rate(record, arm, settings, settings["year"]) - _rate(record, arm, settings, 0))


def difference(record: Record, settings: Settings) -> Floats:
    """By how many per cent something is above what it is in another arm in the same luck, in one year."""
    year = settings["year"]
    return _percent(_rate(record, settings["arm"], settings, year), _rate(record, settings["against"], settings, year))


def per_hundred_cut(record: Record, settings: Settings) -> Floats:
    """Pounds more spent on one thing for every hundred pounds less on another, over all years so far."""
    years = range(1, settings["years"] + 1)

    def more(names: Sequence[str]) -> Floats:
        return np.sum(
            [
                in_year(record, settings["arm"], names, year) - in_year(record, settings["against"], names, year)
                for year in years
            ],
            axis=0,
        )

    gained, cut = more(settings["gained"]), -more(settings["cut"])
    return np.asarray(100 * np.divide(gained, cut, out=np.full(cut.shape, np.nan), where=cut != 0))


def gap(record: Record, settings: Settings) -> Floats:
    """By how much one measure is above another in an average month of a year."""
    arm, year = settings["arm"], settings["year"]
    upper, lower = (in_year(record, arm, [settings[key]], year) for key in ("upper", "lower"))
    return (upper - lower) / MONTHS_A_YEAR


def _log_changes(record: Record, names: Sequence[str], settings: Settings) -> Floats:
    """How something changed from one year to another in each of several arms, in logarithms: (arms, replications)."""
    since, year = settings["since"], settings["year"]

    def logs(arm: str, of: int) -> Floats:
        return np.log(in_year(record, arm, names, of))

    return np.array([logs(arm, year) - logs(arm, since) for arm in settings["arms"]])


def slope(record: Record, settings: Settings) -> Floats:
    """By how many per cent something changes more in arms where something else is higher by so much.

    A straight line through the arms, each with the same weight, in every replication. `per` is how much: of the change
    of other measures in logarithms (`along`; 0.1 is about ten per cent), or of numbers that each arm stands for (`at`).
    """
    y = _log_changes(record, settings["numerator"], settings)
    x = _log_changes(record, settings["along"], settings) if "along" in settings else np.array(settings["at"])[:, None]
    x = np.broadcast_to(x - x.mean(axis=0), y.shape)
    return np.asarray(100 * settings["per"] * (x * y).sum(axis=0) / (x**2).sum(axis=0))


def spread(record: Record, settings: Settings) -> Floats:
    """How differently something changes between arms: the standard deviation of its changes, per cent."""
    return np.asarray(100 * _log_changes(record, settings["numerator"], settings).std(axis=0, ddof=1))


def _at_end(record: Record, arm: str, year: int) -> pd.DataFrame:
    """An arm's services at the end of a year, by replication and service."""
    rows = record.services
    chosen = rows[(rows["arm"] == arm) & (rows["month"] == MONTHS_A_YEAR * year - 1)]
    return chosen.set_index(["replication", "service"]).sort_index()


def quarter(record: Record, settings: Settings) -> Floats:
    """How a quarter of the open services does against the same services in another arm, per cent.

    Services are ranked by what they are in the other arm at the end of year one, within each kind of service, so that
    no kind is weak as such; 1 is the weakest quarter, 4 the strongest. Compared are means over the last two years.
    """
    arm, against, measure, year = (settings[key] for key in ("arm", "against", "measure", "year"))
    start = _at_end(record, against, 1)
    start = start[start["tier"].isin(OPEN_TIERS)]
    rank = start.groupby(["replication", "challenge", "tier"])[measure].rank(method="first", pct=True)
    here = rank.index[np.ceil(4 * rank - 1e-9) == settings["quarter"]]

    def mean(of: str) -> pd.Series:
        both = pd.concat([_at_end(record, of, each).loc[here, measure] for each in (year - 1, year)])
        return both.groupby("replication", sort=True).mean()

    return _percent(np.asarray(mean(arm), dtype=np.float64), np.asarray(mean(against), dtype=np.float64))


def unit_cost(record: Record, settings: Settings) -> Floats:
    """What a case costs at services with a redesign embedded, against the same services in another arm, per cent."""
    year = settings["year"]
    now, other = _at_end(record, settings["arm"], year), _at_end(record, settings["against"], year)
    done = now[(now["stage"] == EMBEDDED) & now["tier"].isin(OPEN_TIERS)].index
    every = now.index.unique("replication")

    def cost(of: pd.DataFrame) -> Floats:
        sums = of.loc[done].groupby("replication")[["spend_pence", "caseload"]].sum().reindex(every)
        return np.asarray(sums["spend_pence"] / sums["caseload"].where(sums["caseload"] > 0), dtype=np.float64)

    return _percent(cost(now), cost(other))


def system_cost(record: Record, settings: Settings) -> Floats:
    """What all simulated services cost together, set-up and double running included, against another arm, per cent."""
    arm, against, year = settings["arm"], settings["against"], settings["year"]
    return _percent(*(in_year(record, each, ["spend.**"], year, NOT_SYSTEM) for each in (arm, against)))


def _halves(record: Record, arm: str) -> tuple[Floats, Floats]:
    """Months in hospital a person in the first and in the second half of what was followed."""
    rows = record.runs[record.runs["arm"] == arm]
    middle = (rows["month"].max() + 1) // 2
    later = (rows["month"] >= middle).rename("later")
    sums = rows.groupby(["replication", later])[["in_hospital", "people"]].sum()
    each = sums["in_hospital"] / sums["people"].where(sums["people"] > 0)
    return tuple(np.asarray(each.xs(half, level="later"), dtype=np.float64) for half in (False, True))  # type: ignore[return-value]


def before_after(record: Record, settings: Settings) -> Floats:
    """How much the people of a scheme changed from the year before they were recruited to the year after, per cent."""
    first, second = _halves(record, settings["arm"])
    return _percent(second, first)


def against_controls(record: Record, settings: Settings) -> Floats:
    """The same less the change of people like them outside the scheme, as a share of their own year before, per cent."""
    first, second = _halves(record, settings["arm"])
    other_first, other_second = _halves(record, settings["against"])
    return _percent(second - (other_second - other_first), first)


STATISTICS: dict[str, Callable[[Record, Settings], Floats]] = {
    each.__name__: each
    for each in (change, share_change, difference, per_hundred_cut, gap, slope, spread, quarter, unit_cost, system_cost,
                 before_after, against_controls)
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One number of the model and how it does.

    Attributes:
        mean: over replications.
        low, high: 95% interval of the mean as far as chance is concerned.
        p5, p95: the middle nine in ten of single replications.
        replications: that had a value.
        verdict: of the mean.
        certain: whether the whole interval gets the same verdict.
    """

    mean: float
    low: float
    high: float
    p5: float
    p95: float
    replications: int
    verdict: Verdict
    certain: bool


def verdict_of(value: float, met: Sequence[float], partly: Sequence[float]) -> Verdict:
    """Met, partly met or failed. What cannot be worked out has failed."""
    if math.isfinite(value) and met[0] <= value <= met[1]:
        return "met"
    return "partly" if math.isfinite(value) and partly[0] <= value <= partly[1] else "failed"


def judge(values: Floats, met: Sequence[float], partly: Sequence[float]) -> Judged:
    """Holds one value a replication against its tolerance."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Judged(math.nan, math.nan, math.nan, math.nan, math.nan, 0, "failed", True)
    mean, interval = float(finite.mean()), difference_interval(finite)
    p5, p95 = (float(each) for each in np.percentile(finite, [5, 95]))
    verdict = verdict_of(mean, met, partly)
    ends = {verdict_of(end, met, partly) for end in interval[:2]}
    certain = math.isfinite(interval.low) and ends == {verdict}
    return Judged(mean, interval.low, interval.high, p5, p95, int(finite.size), verdict, certain)


def verdict_of_pattern(verdicts: Sequence[Verdict]) -> Verdict:
    """A pattern is met when all its numbers are, has failed when its first has, and is partly met otherwise."""
    if verdicts[0] == "failed":
        return "failed"
    return "met" if set(verdicts) == {"met"} else "partly"
