"""Makes a result folder of made-up numbers with every column that real runs have; nothing is simulated."""

import hashlib
import json
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.analysis.economics import economics_tables
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics import outcomes as recording
from experiments.analysis.statistics import summary as comparing
from experiments.analysis.statistics.outcomes import load_outcomes
from experiments.questions.compare.report import write_report

CHALLENGES = ("child_poverty", "education", "obesity", "climate", "later_life", "safety")
VALUES = Valuation.model_validate(
    yaml.safe_load(resources.files("configs").joinpath("valuation/hmt_2026.yaml").read_text(encoding="utf-8"))
)
TIERS = ("prevention", "core", "acute")
OWNERS = {
    "child_poverty": ("public_health", "children", "children"),
    "education": ("schools", "schools", "children"),
    "obesity": ("public_health", "nhs", "nhs"),
    "climate": ("housing", "housing", "nhs"),
    "later_life": ("adult_care", "adult_care", "nhs"),
    "safety": ("council_other", "police", "police"),
}
AGENCIES = {
    "adult_care": 210.0,
    "children": 170.0,
    "public_health": 40.0,
    "housing": 60.0,
    "council_other": 420.0,
    "schools": 900.0,
    "nhs": 1650.0,
    "police": 190.0,
    "dwp": 1300.0,
    "centre": 25.0,
}
CHALLENGE_SHARE = 0.3
FIFTHS = {f"fifth_{n}": (0.2, 1.6 - 0.2 * n) for n in range(1, 6)}
AGES = {
    "age_0_17": (0.24, 0.7),
    "age_18_44": (0.4, 0.6),
    "age_45_64": (0.22, 1.0),
    "age_65_74": (0.08, 1.9),
    "age_75plus": (0.06, 3.4),
}
KINDS = ("staff", "cover", "demand_led", "inspection", "redesign", "double_running")
DESIGNS = (
    "community_policing",
    "patient_hotel",
    "family_coaching",
    "peer_network",
    "neighbourhood_team",
    "retrofit_coop",
    "restorative_justice",
)
PEOPLE_RATES = {
    "crises": 0.0042,
    "contacts.value": 0.021,
    "contacts.refused": 0.006,
    "contacts.abandoned": 0.002,
    "contacts.unresolved": 0.004,
    "contacts.relapsed": 0.003,
    "refused": 0.008,
    "admitted": 0.012,
    "abandoned": 0.002,
    "resolved": 0.009,
    "root_removed": 0.003,
    "deaths": 0.0007,
    "delayed_days": 0.02,
    "delayed_days_assessment": 0.0003,
    "delayed_days_nhs": 0.001,
    "emergency_visits": 0.005,
    "acute_stays": 0.004,
    "waiting": 0.02,
    "in_service": 0.05,
    "in_need": 0.14,
}
CITIZENS = 5_000
RISES_UNDER_RATIONING = {
    "refused": 0.8,
    "contacts.refused": 0.9,
    "crises": 0.12,
    "waiting": -0.15,
    "delayed_days": 0.4,
    "in_need": 0.08,
    "contacts.relapsed": 0.25,
    "admitted": -0.12,
}
RISES_UNDER_RADICAL = {
    "refused": -0.2,
    "contacts.refused": -0.3,
    "crises": -0.12,
    "waiting": -0.1,
    "delayed_days": -0.25,
    "in_need": -0.05,
    "contacts.unresolved": -0.3,
}


def seed_of(*parts: object) -> np.random.Generator:
    """Gives luck that depends on the parts' names alone, so that arms can be listed in any order."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))


def effect_of(arm: str, measure: str, months: np.ndarray) -> np.ndarray:
    """Multiplies a rate under an arm: rationing grows slowly worse, redesign dips before it gains."""
    grown = 1 - np.exp(-np.maximum(months, 0) / 40)
    if arm in ("status_quo", "burn_in"):
        return np.ones(len(months))
    if arm.startswith("radical"):
        dip = 0.18 * np.exp(-(((months - 12) / 9) ** 2)) * (measure in ("crises", "waiting", "refused", "delayed_days"))
        return 1 + RISES_UNDER_RADICAL.get(measure, 0.0) * grown + dip
    strength = 1.0 if arm == "rationing" else 0.4
    return 1 + strength * RISES_UNDER_RATIONING.get(measure, 0.0) * grown


def run(arm: str, replication: int, months: np.ndarray) -> pd.DataFrame:
    """Makes the months of one arm and replication."""
    luck = seed_of("luck", replication, months[0])
    own = seed_of("own", arm, replication)
    n = len(months)
    columns: dict[str, np.ndarray] = {"citizens": np.full(n, CITIZENS, dtype=np.int64)}
    for group, (share, _) in {**FIFTHS, **AGES}.items():
        columns[f"citizens@{group}"] = np.full(n, round(CITIZENS * share), dtype=np.int64)
    for measure, rate in PEOPLE_RATES.items():
        level = luck.normal(1, 0.02)
        mean = rate * level * effect_of(arm, measure, months)
        for by in (FIFTHS, AGES):
            drawn = {}
            for group, (share, risk) in by.items():
                common = luck.normal(0, 1, n)
                expected = CITIZENS * share * mean * risk
                drawn[group] = np.maximum(
                    0, np.rint(expected + np.sqrt(expected) * (0.7 * common + 0.4 * own.normal(0, 1, n)))
                )
            for group, values in drawn.items():
                columns[f"{measure}@{group}"] = values.astype(np.int64)
            columns[measure] = np.sum(list(drawn.values()), axis=0).astype(np.int64)
    columns["waited_months"] = columns["admitted"] * 2.4 * effect_of(arm, "waiting", months)
    columns["life_satisfaction_total"] = columns["citizens"] * 7.45 - 0.4 * columns["in_need"]
    ramp = effect_of(arm, "in_need", months)
    columns["life_satisfaction_in_need_total"] = columns["in_need"] * (5.6 - 1.5 * (ramp - 1) + own.normal(0, 0.01, n))
    columns |= amounts(arm, months, luck, own)
    frame = pd.DataFrame(columns)
    frame.insert(0, "month", months.astype(np.int32))
    frame.insert(0, "replication", np.full(n, replication, dtype=np.int32))
    frame.insert(0, "arm", arm)
    return frame


def amounts(arm: str, months: np.ndarray, luck: np.random.Generator, own: np.random.Generator) -> dict[str, np.ndarray]:
    """Makes the ledger lines in pence and the other measures of everybody."""
    n = len(months)
    columns: dict[str, np.ndarray] = {}
    cut = 1 - (arm not in ("status_quo", "burn_in")) * 0.2 * np.clip(months / 48, 0, 1)
    for challenge in CHALLENGES:
        for tier, agency in zip(TIERS, OWNERS[challenge], strict=True):
            base = AGENCIES[agency] * CHALLENGE_SHARE / 4 * CITIZENS * 100 / 12
            for kind in KINDS:
                share = {"staff": 0.7, "cover": 0.08, "demand_led": 0.2, "inspection": 0.02}.get(kind, 0.0)
                if kind in ("redesign", "double_running") and arm.startswith("radical"):
                    share = 0.12 * np.exp(-(((months - 14) / 10) ** 2))
                scale = effect_of(arm, "crises", months) if tier == "acute" else cut
                pence = base * share * scale * (1 + luck.normal(0, 0.01, n) + own.normal(0, 0.004, n))
                columns[f"spend.{agency}.{challenge}.{tier}.{kind}"] = np.rint(pence).astype(np.int64)
    for agency, head in AGENCIES.items():
        other = head * (1 - CHALLENGE_SHARE) * CITIZENS * 100 / 12 * (1 if agency in ("nhs", "dwp") else cut)
        columns[f"spend.{agency}.other_services"] = np.rint(other * np.ones(n)).astype(np.int64)
        columns[f"spend.{agency}.transfer"] = np.zeros(n, dtype=np.int64)
        columns[f"envelope.{agency}"] = sum(c for name, c in columns.items() if name.startswith(f"spend.{agency}."))
        for name in ("reserves", "fund", "deficit", "frozen"):
            columns[f"{name}.{agency}"] = np.zeros(n, dtype=np.int64)
    unpaid = 38.0 * CITIZENS * 100 * effect_of(arm, "in_need", months) ** 2
    columns["spend.households.informal_care"] = np.rint(unpaid).astype(np.int64)
    for place, challenge in enumerate(CHALLENGES):
        stays = (20 + 2 * place) * effect_of(arm, "crises", months) + luck.normal(0, 1, n)
        columns[f"in_service.{challenge}.acute"] = np.rint(stays).astype(np.int64)
    columns |= {
        "services.total": np.full(n, 60),
        "satisfaction_total": np.full(n, 6600.0),
        "satisfaction_users": np.full(n, 100),
    }
    return columns


def services_of(arm: str, replication: int, years: int) -> pd.DataFrame:
    """Makes every service at every year's end."""
    luck = seed_of("services", replication)
    rows = []
    for year in range(1, years + 1):
        for number, (challenge, tier, catchment) in enumerate(
            (c, t, k) for c in CHALLENGES for t in TIERS for k in range(1 if t == "acute" else 6)
        ):
            tried = arm.startswith("radical") and (number * 7 + replication) % 10 < min(6, year)
            rows.append(
                {
                    "arm": arm,
                    "replication": replication,
                    "month": 12 * year - 1,
                    "service": number,
                    "challenge": challenge,
                    "tier": tier,
                    "agency": OWNERS[challenge][TIERS.index(tier)],
                    "catchment": catchment,
                    "design": DESIGNS[number % len(DESIGNS)] if tried else "standard",
                    "staff": 10.0,
                    "morale": 0.6,
                    "queue": 12,
                    "caseload": int(luck.gamma(2, 25)),
                    "threshold": 1.0,
                    "reported": 70.0,
                    "true": 62.0,
                    "spend_pence": 10_000_000,
                }
            )
    return pd.DataFrame(rows)


def network_of(services: pd.DataFrame) -> dict[str, object]:
    """Makes the graph of services and agencies in node-link form: services by name there, by number in their table."""
    one = services.drop_duplicates("service")
    names = [f"{row.challenge}.{row.tier}.{row.catchment + 1}" for row in one.itertuples()]
    nodes: list[dict[str, object]] = [{"id": agency, "kind": "agency"} for agency in AGENCIES]
    nodes += [
        {"id": name, "kind": "service", "challenge": row.challenge, "tier": row.tier, "catchment": row.catchment}
        for name, row in zip(names, one.itertuples(), strict=True)
    ]
    links: list[dict[str, object]] = [
        {"source": row.agency, "target": name, "kind": "ownership"}
        for name, row in zip(names, one.itertuples(), strict=True)
    ]
    for challenge in CHALLENGES:
        for catchment in range(1, 7):
            core, acute = f"{challenge}.core.{catchment}", f"{challenge}.acute.1"
            links.append({"source": core, "target": f"{challenge}.prevention.{catchment}", "kind": "referral"})
            links.append({"source": acute, "target": core, "kind": "step_down"})
    return {"directed": True, "multigraph": False, "graph": {}, "nodes": nodes, "links": links}


def write_folder(
    out: Path,
    arms: Sequence[str] = ("status_quo", "rationing", "radical"),
    years: int = 10,
    replications: int = 12,
    place: str = "croydon",
) -> Path:
    """Writes a finished result folder, its statistics worked out as for real runs."""
    out.mkdir(parents=True, exist_ok=True)
    contrast = (arms[-1], arms[-2])
    if {"radical", "rationing"} <= set(arms):
        contrast = ("radical", "rationing")
    months = np.arange(12 * years)
    runs = pd.concat([run(arm, r, months) for arm in arms for r in range(replications)], ignore_index=True)
    burn_in = pd.concat([run("burn_in", r, np.arange(-60, 0)) for r in range(replications)], ignore_index=True)
    services = pd.concat([services_of(arm, r, years) for arm in arms for r in range(replications)], ignore_index=True)
    outcomes = recorded(runs)
    comparing.summarise(runs, outcomes, contrast).to_csv(out / "summary.csv", index=False)
    comparing.paired_table(runs, outcomes, contrast).to_parquet(out / "paired.parquet")
    runs.to_parquet(out / "runs.parquet")
    burn_in.to_parquet(out / "burn_in.parquet")
    services.to_parquet(out / "services.parquet")
    economics_tables.write(out, contrast, VALUES, 0.1, comparing.horizons_for(years))
    (out / "network.json").write_text(json.dumps(network_of(services)), encoding="utf-8")
    (out / "manifest.json").write_text(
        json.dumps(manifest_of(arms, contrast, years, replications, place)), encoding="utf-8"
    )
    typed = [f"arms=[{','.join(arms)}]", f"years={years}", f"replicates={replications}", f"place={place}"]
    typed += [f"contrast=[{','.join(contrast)}]", "policy.radical.levers.pooling.strength=0.5"]
    (out / "design.json").write_text(json.dumps({"overrides": typed}), encoding="utf-8")
    return out


def recorded(runs: pd.DataFrame) -> dict[str, object]:
    """Keeps the outcomes whose measures the made-up runs hold."""
    kept = {}
    for name, outcome in load_outcomes().items():
        try:
            recording.outcome_values(runs[runs["replication"] == 0], {name: outcome}, [1])
        except KeyError:
            continue
        kept[name] = outcome
    return kept


def manifest_of(
    arms: Sequence[str], contrast: Sequence[str], years: int, replications: int, place: str
) -> dict[str, object]:
    """Makes what a run says about how it was made."""
    config = {
        "place": place,
        "arms": list(arms),
        "contrast": list(contrast),
        "years": years,
        "replicates": replications,
        "seed": 1,
        "scale": 0.1,
        "engine": "fast",
        "burn_in": {"settling": 12, "planned": 24, "own": 24},
    }
    return {
        "purpose": "To explore and not to forecast.",
        "question": "compare",
        "place": place,
        "place_title": place.replace("_", " ").title(),
        "small_areas": 220,
        **{name: config[name] for name in ("arms", "contrast", "scale", "years", "replicates", "seed", "engine")},
        "people_simulated": CITIZENS,
        "wall_seconds": 81.3,
        "citizen_months_per_second": 14_200_000,
        "versions": {"redesign": "0.1.0", "numpy": "2.4.6"},
        "python": "3.11.2",
        "platform": "Linux x86_64",
        "git": {"commit": "0123456789abcdef", "dirty": False},
        "configuration": config,
    }


@pytest.fixture(scope="session")
def make_folder() -> Callable[..., Path]:
    return write_folder


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three arms and several replications, its report written."""
    out = write_folder(tmp_path_factory.mktemp("results") / "three arms", years=4, replications=5)
    write_report(out)
    return out
