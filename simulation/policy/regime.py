"""What is in force in one month: the only thing about policy that the dynamics ever see."""

from dataclasses import dataclass, field
from typing import Literal

from simulation.parameters.quantity import BUDGET_HOLDERS

Per = Literal["head", "place"]


def _ones() -> dict[str, float]:
    return dict.fromkeys(BUDGET_HOLDERS, 1.0)


def _zeros() -> dict[str, float]:
    return dict.fromkeys(BUDGET_HOLDERS, 0.0)


@dataclass(frozen=True)
class Start:
    """A design that services are to begin now, because it was so decided and not because they came upon it.

    Attributes:
        design: its name.
        services: kinds of service, as challenge.tier; none for all at which the design can be used.
        share: of these services, those that have no redesign under way.
        month: in which they are first to begin it.
    """

    design: str
    services: tuple[str, ...]
    share: float
    month: int


@dataclass(frozen=True)
class Regime:
    """The rules of one month in one zone. The defaults are the place as it was at the policy date.

    Attributes:
        envelope: real budget of each agency as a share of its opening budget.
        care: of the council's, what social care has as a share of its opening budget; none where the April plan settles it.
        per: whether that is so much for each head of the people there are, or for the place, however many they are.
        ring_fence: share of each agency's open services and other services that the planner may not cut.
        statutory_rise: how far statutory floors are raised towards the whole budget (0-1).
        threshold_rise: points of severity added to core thresholds outright.
        threshold_fit: readiness to raise core thresholds, in points of severity, per share of capacity short.
        efficiency: share of hours per case that services are asked to go without.
        pressure: added pressure of central targets, as a share of what is left between 2010's and the hardest.
        inspection: added inspection and compliance hours, as a share of 2010's.
        freedom: share of central targets and inspection removed and of thresholds and design handed to services.
        indicator: how well services and their public see local outcomes (0 as in 2010, 1 without error).
        audited: share of the gap between reported and true performance that auditing outcomes closes.
        pools: the pool each pooled agency belongs to.
        whole_place: whether members of a pool share one envelope, and with it every cut.
        pool_share: share of savings falling elsewhere in the pool that a planner counts.
        support: coaching, tools and aspiration (0 none, 1 the whole offer).
        support_per_head: pounds per resident and year spent on it.
        designs: catalogue designs that may be tried, and how eagerly (1 = as often as anywhere).
        starts: designs that services are to begin as soon as there is money for it.
        mandated: designs that are kept whatever their test shows.
        fund: share of open services' budgets set aside each year to set redesigns up.
        double_running: share of a service's cost paid on top while old and new run side by side.
        decommission: yearly chance that an embedded redesign's old service is closed.
        redundancy: redundancy pay as a multiple of the standard terms.
        pay_restraint: share of 2010's real pay that staff go without.
        charge: share of what adult care's core services cost that users pay, on top of what they paid in 2010.
        reserves_spent: share of the reserves meant to be held that the planner may spend.
    """

    envelope: dict[str, float] = field(default_factory=_ones)
    care: float | None = None
    per: Per = "head"
    ring_fence: dict[str, float] = field(default_factory=_zeros)
    statutory_rise: float = 0.0
    threshold_rise: float = 0.0
    threshold_fit: float = 0.0
    efficiency: float = 0.0
    pressure: float = 0.0
    inspection: float = 0.0
    freedom: float = 0.0
    indicator: float = 0.0
    audited: float = 0.0
    pools: dict[str, str] = field(default_factory=dict)
    whole_place: bool = False
    pool_share: float = 0.0
    support: float = 0.0
    support_per_head: float = 0.0
    designs: dict[str, float] = field(default_factory=dict)
    starts: tuple[Start, ...] = ()
    mandated: tuple[str, ...] = ()
    fund: float = 0.0
    double_running: float = 0.0
    decommission: float = 0.0
    redundancy: float = 1.0
    pay_restraint: float = 0.0
    charge: float = 0.0
    reserves_spent: float = 0.0

    def but(self, **changes: object) -> "Regime":
        """The same rules but for some."""
        assert changes.keys() <= self.__dict__.keys(), f"no such rules: {changes.keys() - self.__dict__.keys()}"
        other = object.__new__(Regime)  # a tenth of the time that dataclasses.replace takes, every month
        other.__dict__.update(self.__dict__ | changes)
        return other
