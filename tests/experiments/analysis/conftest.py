"""Small stored runs to analyse: made up, never simulated."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

CHALLENGES = ("child_poverty", "education", "obesity", "climate", "later_life", "safety")
AGENCIES = {
    "adult_care": "later_life",
    "children": "child_poverty",
    "public_health": "obesity",
    "housing": "climate",
    "schools": "education",
    "police": "safety",
}
GROUPED = (
    "citizens",
    "deaths",
    "in_need",
    "crises",
    "refused",
    "waiting",
    "admitted",
    "waited_months",
    "contacts.value",
    "contacts.refused",
    "contacts.abandoned",
    "contacts.unresolved",
    "contacts.relapsed",
    "abandoned",
    "resolved",
    "root_removed",
    "delayed_days",
    "delayed_days_assessment",
    "delayed_days_nhs",
    "emergency_visits",
    "acute_stays",
    "informal_care_hours",
    "qalys",
    "trust_total",
    "capability_total",
    "life_satisfaction_total",
    "life_satisfaction_in_need_total",
)
WHOLE = (
    "turned_away",
    "waiting_p90",
    "carbon_tonnes",
    "satisfaction_total",
    "satisfaction_users",
    "staff",
    "staff_funded",
    "vacancies",
    "morale",
    "jobs_lost",
    "reported_performance",
    "served_performance",
    "helped",
    "services.total",
    "services.standard",
    "services.patient_hotel",
    *(f"redesigns.{stage}" for stage in ("begun", "embedded", "adapted", "stopped", "decommissioned")),
    *(f"users.{tier}" for tier in ("prevention", "core", "acute")),
)
GROUPS = ("fifth_1", "fifth_2", "fifth_3", "fifth_4", "fifth_5", "age_0_17", "age_75plus")


def measure_names() -> list[str]:
    """Lists every measure that the shipped catalogue may ask for, as the store writes them."""
    names = [*GROUPED, *WHOLE, *(f"{name}@{group}" for name in GROUPED for group in GROUPS)]
    for challenge in CHALLENGES:
        names += [f"crises.{challenge}", f"contacts.{challenge}.value", f"contacts.{challenge}.failure"]
        names += [f"need.{challenge}.{level}" for level in (1, 2, 3)]
    for agency, challenge in AGENCIES.items():
        for tier in ("prevention", "core", "acute"):
            names += [f"spend.{agency}.{challenge}.{tier}.{kind}" for kind in ("staff", "cover", "redesign")]
        names += [f"spend.{agency}.{kind}" for kind in ("other_services", "transfer")]
        names += [f"{kind}.{agency}" for kind in ("envelope", "deficit", "reserves", "fund", "frozen")]
    return [*names, "spend.nhs.redundancy", "spend.council_other.other_services", "spend.households.informal_care"]


@pytest.fixture
def made_up_runs() -> Callable[..., pd.DataFrame]:
    """Makes up a record in which arms with the same `shift` are the same and others differ in everything."""

    def make(shifts: dict[str, float], replications: int = 8, years: int = 1, seed: int = 5) -> pd.DataFrame:
        names, months = measure_names(), 12 * years
        luck = np.random.default_rng(seed).integers(100, 200, (replications, months, len(names)))
        luck[:, :, names.index("citizens")] += 5_000
        own = np.random.default_rng(seed + 1).integers(0, 10, (replications, months, len(names)))
        parts = []
        for arm, shift in shifts.items():
            values = (luck + np.round(shift * (own + 3))).astype(np.int64).reshape(-1, len(names))
            index = {
                "arm": arm,
                "replication": np.repeat(np.arange(replications, dtype=np.int32), months),
                "month": np.tile(np.arange(months, dtype=np.int32), replications),
            }
            parts.append(pd.concat([pd.DataFrame(index), pd.DataFrame(values, columns=names)], axis=1))
        return pd.concat(parts, ignore_index=True)

    return make


@pytest.fixture
def hand_made() -> pd.DataFrame:
    """Two years of two arms, one replication, small enough to work out by hand."""
    month = np.arange(24, dtype=np.int32)
    steady = pd.DataFrame(
        {
            "arm": "steady",
            "replication": np.int32(0),
            "month": month,
            "citizens": np.where(month < 12, 1_000, 2_000),
            "crises": np.where(month < 12, 2, 3),
            "citizens@fifth_1": 400,
            "crises@fifth_1": 1,
            "citizens@fifth_2": 600,
            "crises@fifth_2": np.where(month < 12, 1, 2),
            "jobs_lost": month,
            "waiting_p90": np.where(month == 0, np.nan, 3.0),
            "spend.nhs.later_life.acute.staff": 100_000,
            "spend.nhs.later_life.prevention.staff": 25_000,
            "spend.nhs.transfer": 7_000,
            "spend.housing.other_services": 75_000,
            "spend.housing.transfer": -7_000,
            "spend.households.informal_care": 999_999,
            "deficit.nhs": 0,
            "envelope.nhs": 132_000,
            "envelope.housing": 68_000,
        }
    )
    cheaper = steady.assign(arm="cheaper", **{"spend.housing.other_services": 65_000, "deficit.nhs": 500})
    return pd.concat([steady, cheaper], ignore_index=True)
