"""What questions about one pair of lives are not for."""

from experiments.configuration.validate import Plan
from experiments.errors import Fault


def misplaced(plan: Plan, what: str) -> list[Fault]:
    """What does not go with one pair of lives; `what` says what is done with them."""
    faults, settings = [], plan.settings
    if settings.uncertainty != "chance":
        faults.append(Fault("uncertainty=evidence", f"is a way to compare; {what} with the numbers as used"))
    if settings.runner != "local":
        faults.append(Fault(f"runner={settings.runner}", "is for questions that run many points at once, as sweep"))
    return faults
