"""The stand-in with frontiers that are known: what each policy's levers do, what it spends, and how luck acts."""

import numpy as np
import stand_in
from stand_in import (
    baseline_report,
    in_world,
    is_compiled,
    manages_otherwise,
    model_version,
    settle,
    settled_type,
    tries_redesigns,
    what_settles,
)

__all__ = [
    "baseline_report",
    "in_world",
    "is_compiled",
    "manages_otherwise",
    "model_version",
    "run",
    "settle",
    "settled_type",
    "tries_redesigns",
    "what_settles",
]

AHEAD = 0.4
"""Years per 1,000 by which radical does better at its best, at any money spent."""
A_POUND = 0.01
"""Years per 1,000 that a pound more a head and year brings."""
FIT = 2.5
"""Best eligibility.fit of rationing."""
CHEATS_BELOW, CHEAT = 0.02, 2.0
"""Below this efficiency.yearly rationing spends more and more too much, up to 2%, and gets what that money brings."""


def fund(cut):
    """Best transition.fund of radical at a cut."""
    return 0.02 + 0.1 * (cut - 0.17)


def run(settled, policies, replication, years, threads=1, totals_only=False):
    found = stand_in.run(settled, policies, replication, years, threads, totals_only)
    for arm, policy in policies.items():
        _set_known(found.months[arm], policy, settled, replication)
    return found


def _set_known(columns, policy, settled, replication):
    levers, citizens = policy.levers, settled.citizens
    cut = levers["envelope"].cut if "envelope" in levers else 0.0
    common = np.random.default_rng([settled.seed, replication]).normal()
    given = 4000 * (1 - 0.2 * cut) + 10 * common
    spent, quality = given, 970.0 + 0.3 * common
    if "eligibility" in levers:
        spent *= 1 + CHEAT * max(0.0, CHEATS_BELOW - levers["efficiency"].yearly)
        quality -= 0.2 * (levers["eligibility"].fit - FIT) ** 2
    if "transition" in levers:
        quality += AHEAD - 2000 * (levers["transition"].fund - fund(cut)) ** 2
    own = [round(1e6 * value) for value in (cut, *_settings(levers))]
    noise = stand_in._asked(settled.trouble, "noise", 0.02)
    quality += A_POUND * (spent - 3700) + noise * np.random.default_rng([settled.seed, replication, *own]).normal()
    for name, column in columns.items():
        if name.startswith(("spend.", "envelope.", "deficit.")):
            column[:] = 0
    columns["spend.nhs.other_services"] += round(100 * citizens * spent / 12)
    columns["envelope.nhs"] += round(100 * citizens * given / 12)
    columns["qalys"][:] = citizens * quality / 12000


def _settings(levers):
    """What the tests let policies choose."""
    if "eligibility" in levers:
        return levers["eligibility"].fit, levers["efficiency"].yearly
    return (levers["transition"].fund,) if "transition" in levers else ()
