"""What questions about one pair of lives have in common: their folder, and where both lives begin."""

from collections.abc import Mapping
from typing import Any

from experiments.configuration.validate import Plan
from experiments.configuration.words.paths import path_of
from experiments.results import manifest, results_folder
from experiments.running.session import Session, model_version
from simulation.place import PlaceState
from simulation.policy.policy import Policy
from simulation.run import policy_date
from simulation.settling.settled import Settled


def session_of(question: str, plan: Plan, own: Mapping[str, Any]) -> Session:
    """The folder of a pair of lives, known by the place, the two policies and what the question asks besides."""
    model = model_version()
    policies = [(arm, plan.policies[arm].model_dump(mode="json")) for arm in plan.settings.contrast]
    world = results_folder.world_key(plan, model)
    key = results_folder.hashed([question, world, policies, plan.settings.years, own])
    out = path_of(plan.settings.out or f"results/{question}-{plan.place}-{key[:8]}", "out=")
    claim = results_folder.configuration(plan) | {question: own}
    return Session(question, out, key, claim, plan.settings, model=model, notes=plan.notes)


def said_of(session: Session, plan: Plan, own: Mapping[str, Any], findings: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest of a pair of lives says."""
    question = session.question
    content = manifest.describe(plan, session.model, {"question": question, **findings, "replicates": 1})
    return content | {question: own, "uncertainty": findings["caution"], "configuration": session.asked}


def begun(session: Session, plan: Plan, replication: int) -> tuple[Settled, PlaceState, dict[str, Policy]]:
    """The settled place, the place on the policy date with a replication's people and luck, and both policies, base first."""
    place = session.place_of(plan)
    session.settle(plan, place, lambda *steps: None)
    settled: Settled = session.settled(place)
    start, _ = policy_date(settled, replication, plan.settings.threads or 1)
    second, first = plan.settings.contrast
    return settled, start, {arm: plan.policies[arm] for arm in (first, second)}
