"""Follows demand that is avoided in acute care down the ladder to cash, and says on which rung it stays.

1 demand avoided -> 2 capacity released -> 3 what can be taken out in whole steps -> 4 cash that was withdrawn ->
5 what was refilled or kept. Only acute care is followed: people come to it because of need, so fewer of them is demand
avoided, where fewer in core or prevention may only have been refused. Where the first arm has *more* demand all rungs are
negative. Money is pounds a year for the whole place.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.economics.ledgers import Book
from experiments.analysis.economics.social_value import POUNDS
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR
from experiments.analysis.statistics.paired import difference_interval

Floats = NDArray[np.float64]

FOLLOWED = "acute"
HELD_BY_STAFF = ("staff", "cover", "inspection")
CASE_BY_CASE = ("demand_led",)
RUNGS = {
    "demand_avoided": ("1 Demand avoided", "£ a year at average cost"),
    "capacity_released": ("2 Capacity released", "£ a year at average cost of staff and bills"),
    "removable": ("3 Removable in whole steps", "£ a year"),
    "withdrawn": ("4 Cash withdrawn", "£ a year"),
    "refilled": ("5 Refilled, or kept", "£ a year"),
}


@dataclass(frozen=True)
class Ladder:
    """The rungs of one service, each (replications, years).

    Attributes:
        episodes: person-months of acute care avoided.
        posts: whole-time posts released.
        demand_avoided: value of the person-months at average cost.
        capacity_released: what staff and bills for them cost on average.
        removable: bills, and posts in whole steps that were spare for the whole lag.
        withdrawn: what really left the service's spending, no more than was removable.
        refilled: removable but not withdrawn: other people were served, or the capacity was kept.
    """

    episodes: Floats
    posts: Floats
    demand_avoided: Floats
    capacity_released: Floats
    removable: Floats
    withdrawn: Floats
    refilled: Floats


def whole_steps(released: ArrayLike, step: float) -> Floats:
    """Counts only whole steps of what was released, towards 0 where more is needed instead."""
    return np.asarray(np.trunc(np.asarray(released, dtype=np.float64) / step + 1e-12) * step)


def spare_throughout(released: ArrayLike, lag: int) -> Floats:
    """Gives what has been spare in each year and all of the lag before it; years are the last axis."""
    table = np.asarray(released, dtype=np.float64)
    found = table.copy()
    for back in range(1, lag + 1):
        earlier = np.zeros_like(table)
        earlier[..., back:] = table[..., : max(table.shape[-1] - back, 0)]
        same = np.sign(found) == np.sign(earlier)
        found = np.where(same, np.sign(found) * np.minimum(np.abs(found), np.abs(earlier)), 0.0)
    return found


def bounded(change: ArrayLike, limit: ArrayLike) -> Floats:
    """Gives the part of a change that goes the way of a limit and not beyond it."""
    c, most = np.asarray(change, dtype=np.float64), np.asarray(limit, dtype=np.float64)
    same = np.sign(c) == np.sign(most)
    return np.asarray(np.where(same, np.sign(most) * np.minimum(np.abs(c), np.abs(most)), 0.0))


def climb(
    episodes: tuple[Floats, Floats],
    cost: tuple[Floats, Floats],
    bills: tuple[Floats, Floats],
    staff_cost: tuple[Floats, Floats],
    posts: tuple[Floats, Floats],
    step: float,
    lag: int,
) -> Ladder:
    """Takes one service up the ladder; every pair is (first arm, second arm), each (replications, years).

    Average costs are those of both arms together, so that swapping the arms turns every sign and nothing else.
    """
    avoided = episodes[1] - episodes[0]

    def per_episode(pair: tuple[Floats, Floats]) -> Floats:
        together = episodes[0] + episodes[1]
        return np.divide(pair[0] + pair[1], together, out=np.zeros_like(together), where=together > 0)

    released_posts = avoided * per_episode(posts)
    pay = np.divide(
        staff_cost[0] + staff_cost[1], posts[0] + posts[1], out=np.zeros_like(avoided), where=posts[0] + posts[1] > 0
    )
    fewer_bills = avoided * per_episode(bills)
    steps = whole_steps(spare_throughout(released_posts, lag), step)
    removable = fewer_bills + steps * pay
    withdrawn = bounded(cost[1] - cost[0], removable)
    return Ladder(
        avoided,
        released_posts,
        avoided * per_episode(cost),
        fewer_bills + released_posts * pay,
        removable,
        withdrawn,
        removable - withdrawn,
    )


def ladders(book: Book, services: pd.DataFrame, first: int, second: int, step: float, lag: int) -> dict[str, Ladder]:
    """Takes every acute service of the place up the ladder, at the place's full size.

    Args:
        book: what was recorded.
        services: staff of every service at each year's end.
        first: place of the arm asked about.
        second: place of the arm it is compared with.
        step: posts that can only leave together.
        lag: years for which capacity must have been spare.
    """
    names = dict.fromkeys(line.service for line in book.lines if line.service.endswith(f".{FOLLOWED}"))
    staff = _posts(book, services)
    found = {}
    for service in names:
        challenge = service.split(".", 1)[0]
        stays = book.measures.get(f"in_service.{service}")
        if stays is None or challenge not in staff:
            continue
        episodes = book.total(f"in_service.{service}") / book.scale

        def spent(service: str = service, kinds: tuple[str, ...] = ()) -> Floats:
            pence = book.pence(lambda line: line.service == service and (not kinds or line.kind in kinds))
            return np.asarray(pence * POUNDS / book.scale)

        def both(values: Floats) -> tuple[Floats, Floats]:
            return values[first], values[second]

        found[service] = climb(
            both(episodes),
            both(spent()),
            both(spent(kinds=CASE_BY_CASE)),
            both(spent(kinds=HELD_BY_STAFF)),
            both(staff[challenge] / book.scale),
            step,
            lag,
        )
    return found


def _posts(book: Book, services: pd.DataFrame) -> dict[str, Floats]:
    """Staff of each challenge's acute services at each year's end, (arms, replications, years)."""
    if not {"arm", "replication", "month", "challenge", "tier", "staff"} <= set(services.columns):
        return {}
    acute = services[(services["tier"] == FOLLOWED) & services["replication"].isin(book.replications)]
    year = (acute["month"] + 1) // MONTHS_A_YEAR
    found = {}
    for challenge, part in acute.groupby("challenge", sort=False, observed=True):
        table = part.groupby([part["arm"].astype(str), "replication", year])["staff"].sum()
        index = pd.MultiIndex.from_product([book.arms, book.replications, range(1, book.years + 1)])
        values = table.reindex(index).fillna(0.0).to_numpy(dtype=np.float64)
        found[str(challenge)] = values.reshape(len(book.arms), len(book.replications), book.years)
    return found


def table(found: dict[str, Ladder], years: int) -> pd.DataFrame:
    """Averages each rung over the years and replications, service by service and for all of them.

    Returns:
        Columns service, rung, title, value, lo, hi, unit; the physical rungs come first.
    """
    rows = []
    for service, ladder in found.items():
        rows += _rungs(
            service,
            {"episodes": ladder.episodes, "posts": ladder.posts, **{rung: getattr(ladder, rung) for rung in RUNGS}},
            years,
        )
    if found:
        everything = {
            rung: sum(getattr(ladder, rung) for ladder in found.values()) for rung in ("episodes", "posts", *RUNGS)
        }
        rows += _rungs("all acute services", everything, years)
    return pd.DataFrame(rows, columns=["service", "rung", "title", "value", "lo", "hi", "unit"])


def _rungs(service: str, parts: dict[str, Floats], years: int) -> list[tuple[object, ...]]:
    """One service's rungs as rows."""
    titles = {
        "episodes": ("Person-months of acute care avoided", "person-months a year"),
        "posts": ("Posts released", "whole-time posts"),
        **RUNGS,
    }
    rows: list[tuple[object, ...]] = []
    for rung, values in parts.items():
        yearly = values[:, :years].mean(axis=1)
        interval = difference_interval(yearly)
        title, unit = titles[rung]
        rows.append((service, rung, title, float(yearly.mean()), interval.low, interval.high, unit))
    return rows
