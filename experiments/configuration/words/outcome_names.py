"""Names of outcomes: whether a run has them, and which were probably meant."""

from collections.abc import Iterable

from experiments.analysis.statistics.catalogue import load_outcomes, spelt_from
from experiments.configuration.validation_errors import shown
from experiments.errors import Fault, listed, nearest
from simulation.parameters.quantity import AGENCIES, TIERS


def unknown_outcomes(
    names: Iterable[str], challenges: Iterable[str], key: str = "outcomes", single: bool = False
) -> list[Fault]:
    """A fault for each name that is no outcome of a run with these challenges; or stands for several, where one is meant."""
    catalogue = load_outcomes()
    challenges = list(challenges)
    kinds = {"challenge": challenges, "agency": list(AGENCIES[:-1]), "tier": list(TIERS)}
    of_kinds = {
        entry: [entry.replace(f"{{{kind}}}", one) for one in kinds[kind]]
        for entry, outcome in catalogue.items()
        if (kind := outcome.per_kind) in kinds
    }
    known = [*catalogue, *(name for each in of_kinds.values() for name in each)]
    open_ended = [entry for entry, outcome in catalogue.items() if outcome.per_kind and entry not in of_kinds]
    faults = []
    for name in names:
        if single and name in catalogue and catalogue[name].per_kind:
            meant = of_kinds.get(name, [])
            why = "stands for several outcomes, and one is wanted here"
            faults.append(Fault(f"{key}: {name}", why, f"as {meant[0]}" if meant else ""))
        elif name not in known and not any(spelt_from(name, entry) for entry in open_ended):
            close = nearest(name, known)
            absent = next((value for entry in of_kinds if (value := spelt_from(name, entry))), "")
            why = f"{absent} is not among challenges=[{','.join(challenges)}]; " if absent else ""
            why += f"there is no outcome '{shown(name)}' in this run; there are: {listed(catalogue)}"
            faults.append(
                Fault(f"{key}: {shown(name)}", why, f"did you mean {close}?" if close else "redesign list outcomes")
            )
    return faults
