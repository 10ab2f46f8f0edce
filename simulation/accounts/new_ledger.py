"""Opens the accounts of a place: which lines there are, and who pays each of them."""

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.double_entry import FIRST_LINE
from simulation.accounts.ledger import (
    AGENCY_KINDS,
    CARE_LINES,
    CHARGES,
    DEMAND_LED,
    HOUSEHOLDS,
    INFORMAL,
    PAY_FORGONE,
    SERVICE_KINDS,
    Ledger,
)
from simulation.parameters.quantity import AGENCIES, TIERS
from simulation.state.agencies import AGENCY_COUNT, INDEX
from simulation.state.columns import Services


def open_ledger(services: Services, challenges: tuple[str, ...], payers: NDArray[np.bool_]) -> Ledger:
    """Accounts with nothing in them yet.

    Args:
        services: whose lines there are.
        challenges: names, in the order services count them.
        payers: (services, agencies), who pays something case by case.
    """
    names: dict[str, int] = {}

    def line(name: str) -> int:
        return names.setdefault(name, len(names))

    what = [f"{challenges[services.challenge[s]]}.{TIERS[services.tier[s]]}" for s in range(services.tier.size)]
    owner = [AGENCIES[a] for a in services.owner]
    of_service = {
        kind: np.array([line(f"{owner[s]}.{what[s]}.{kind}") for s in range(len(what))], dtype=np.int64)
        for kind in SERVICE_KINDS
    }
    of_payment = np.full((len(what), len(AGENCIES)), -1, dtype=np.int64)
    service, agency = np.nonzero(payers)
    for s, a in zip(service, agency, strict=True):
        of_payment[s, a] = line(f"{AGENCIES[a]}.{what[s]}.{DEMAND_LED}")
    of_agency = {kind: np.array([line(f"{a}.{kind}") for a in AGENCIES[:-1]]) for kind in AGENCY_KINDS}
    of_agency["care"] = np.array([line(f"{a}.{CARE_LINES.get(a, 'other_services')}") for a in AGENCIES[:-1]])
    of_households = {what: line(f"{HOUSEHOLDS}.{what}") for what in (INFORMAL, PAY_FORGONE, CHARGES)}
    return Ledger(
        lines=tuple(names),
        of_service=of_service,
        of_payment=of_payment,
        lines_of_services=np.concatenate(list(of_service.values())),
        paying_services=np.tile(services.owner.astype(np.int64), len(SERVICE_KINDS)),
        paid=(service, agency),
        paying_cases=agency,
        last_payer=len(AGENCIES) - 1 - np.argmax(payers[:, ::-1], axis=1),
        has_payer=np.any(payers, axis=1),
        of_agency=of_agency,
        of_households=of_households,
        payer=np.array([INDEX[name.split(".", 1)[0]] for name in names]),
        balance=np.zeros(FIRST_LINE + len(names) + AGENCY_COUNT, dtype=np.int64),
        month=np.zeros(len(names), dtype=np.int64),
        income=np.zeros(len(AGENCIES), dtype=np.int64),
        opening=np.zeros(len(AGENCIES), dtype=np.int64),
    )
