"""Works out every number of a comparison's summary again from its monthly log, without the project's own analysis.

    python tests/verification/recompute.py results/my-run

It reads runs.parquet (the log), summary.csv (what was reported) and the catalogue of outcomes (what each outcome is in
words: which columns over which), and nothing of the project's code. It ends with 1 and a list if a number differs.
"""

import math
import re
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy import stats

CATALOGUE = Path(__file__).parents[2] / "configs" / "outcomes.yaml"
FEWEST = 8
CLOSE = 1e-9


@cache
def columns_for(patterns, excluded, columns, word=None, value=None):
    """The log's columns that an outcome's patterns stand for; * is one part of a name, ** several."""
    found = []
    for pattern in patterns:
        pattern = pattern.replace(f"{{{word}}}", value) if word else pattern
        hits = [c for c in columns if expression(pattern).fullmatch(c)]
        if "*" in pattern:
            without = [e.replace(f"{{{word}}}", value) if word else e for e in excluded]
            hits = [c for c in hits if not any(expression(e).fullmatch(c) for e in without)]
        found += [c for c in hits if c not in found]
    return found


def expression(pattern):
    """A pattern as a regular expression."""
    parts = (r"[^@]+" if p == "**" else re.escape(p).replace(r"\*", r"[^.@]+") for p in pattern.split("."))
    return re.compile(r"\.".join(parts))


def outcomes_of(columns):
    """Every outcome as (name, entry, word, value): entries with a {word} once for each value in the log."""
    for name, entry in yaml.safe_load(CATALOGUE.read_text(encoding="utf-8")).items():
        words = re.findall(r"\{(\w+)\}", name)
        if not words:
            yield name, entry, None, None
            continue
        first = re.escape(entry["numerator"][0]).replace(r"\*\*", r"[^@]+").replace(r"\*", r"[^.@]+")
        first = re.compile(first.replace(rf"\{{{words[0]}\}}", r"(?P<value>[^.@]+)"))
        excluded = [expression(e.replace(f"{{{words[0]}}}", "*")) for e in entry.get("exclude", ())]
        values = [
            hit["value"] for c in columns if (hit := first.fullmatch(c)) and not any(e.fullmatch(c) for e in excluded)
        ]
        for value in dict.fromkeys(values):
            yield name.replace(f"{{{words[0]}}}", value), entry, words[0], value


def value_of(entry, word, value, life, horizon, columns):
    """An outcome of one arm and replication at a horizon: sums over months, divided, times the factor."""
    end = 12 * horizon
    months = {"year": slice(end - 12, end), "cumulative": slice(0, end), "end": slice(end - 1, end)}[entry["window"]]
    excluded = entry.get("exclude", ())

    def side(key):
        patterns = entry.get(key) or ()
        names = columns_for(tuple(patterns), tuple(excluded), columns, word, value)
        total = np.zeros(len(life))
        for name in names:
            total += life[name].to_numpy(float)
        return total + ("months" in patterns)

    above = side("numerator") - (side("minus") if entry.get("minus") else 0.0)
    seen = ~np.isnan(above)
    top = np.where(seen, above, 0.0)[months].sum()
    if entry.get("denominator") in (None, "none"):
        return above[months].sum() * entry["factor"]
    below = np.where(seen, side("denominator"), 0.0)[months]
    bottom = below.mean() if entry.get("average_denominator") else below.sum()
    return top / bottom * entry["factor"] if bottom else math.nan


def ratios(d):
    """Student's ratios that Hall's transformation takes to Student's outer quantiles: roots of a cubic."""
    n, a = d.size, stats.skew(d, bias=False) / 3
    cubic = [a**2 / (3 * n), a / math.sqrt(n), 1, a / (2 * math.sqrt(n))]
    for quantile in stats.t.ppf([0.975, 0.025], n - 1):
        roots = np.roots([*cubic[:3], cubic[3] - quantile])
        yield roots[np.argmin(abs(roots.imag))].real


def compared(first, second, better):
    """What the summary says of two arms' values in the same lucks."""
    kept = np.isfinite(first) & np.isfinite(second)
    a, b = first[kept], second[kept]
    d = a - b
    spread = d.std(ddof=1) if d.size > 1 else math.nan
    row = {
        "diff": d.mean(),
        "sd_diff": spread,
        "median": np.median(d),
        "p5": np.percentile(d, 5),
        "p95": np.percentile(d, 95),
        "n": d.size,
        "ties": (d == 0).sum(),
    }
    if better != "neither":
        won = (d < 0).sum() if better == "lower" else (d > 0).sum()
        decided = (d != 0).sum()
        row |= {"wins": won, "winrate": won / decided if decided else math.nan}
    if d.size > 1 and spread > CLOSE * max(1.0, abs(d).max()):
        row["vrf"] = (a.var(ddof=1) + b.var(ddof=1)) / d.var(ddof=1)
    if "vrf" in row and d.size >= FEWEST:
        row |= {
            end: d.mean() - t * spread / math.sqrt(d.size) for end, t in zip(("ci_lo", "ci_hi"), ratios(d), strict=True)
        }
    return row


def same(reported, found):
    """Whether two numbers agree to rounding; nothing agrees with nothing."""
    if pd.isna(reported) and pd.isna(found):
        return True
    return math.isclose(reported, found, rel_tol=CLOSE, abs_tol=CLOSE)


def differing(folder):
    """Every number of a run's summary that its log does not give, in words; and how many were looked at."""
    log = pd.read_parquet(Path(folder) / "runs.parquet").sort_values(["arm", "replication", "month"])
    summary = pd.read_csv(Path(folder) / "summary.csv", keep_default_na=True)
    columns = tuple(c for c in log.columns if c not in ("arm", "replication", "month") and "@" not in c)
    lives = dict(iter(log.groupby(["arm", "replication"], observed=True)))
    arms, lucks = list(dict.fromkeys(a for a, _ in lives)), sorted({r for _, r in lives})
    known = {name: (entry, word, value) for name, entry, word, value in outcomes_of(columns)}
    wrong, looked_at = [], 0
    if set(known) != set(summary["outcome"]):
        wrong.append(f"outcomes differ: {sorted(set(known) ^ set(summary['outcome']))}")
    for row in summary.to_dict("records"):
        entry, word, value = known[row["outcome"]]
        values = {
            arm: np.array([value_of(entry, word, value, lives[arm, r], row["horizon"], columns) for r in lucks])
            for arm in arms
        }
        first, second = row["contrast"].split(" minus ")
        found = {arm: v[np.isfinite(v)].mean() if np.isfinite(v).any() else math.nan for arm, v in values.items()}
        found |= compared(values[first], values[second], row["better"])
        for name, number in found.items():
            if name in row:
                looked_at += 1
                if not same(row[name], number):
                    wrong.append(
                        f"{row['outcome']}, year {row['horizon']}, {name}: {row[name]} reported, {number} logged"
                    )
    return wrong, looked_at


if __name__ == "__main__":
    faults, count = differing(sys.argv[1])
    print(*faults, f"{count} numbers worked out again, {len(faults)} differ", sep="\n")
    sys.exit(bool(faults))
