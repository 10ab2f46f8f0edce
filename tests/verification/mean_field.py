"""A stock-and-flow twin of one challenge: the same month as the agents', lived by shares of people instead of people.

The twin knows nothing of the simulation's code. It reads a challenge's numbers and moves shares of a large population
between stocks. With the network off (no ties, contagion or co-needs), people equal but for luck, and enough capacity
for everybody, each agent is an independent draw from it, so the agents' means must be the twin's. With too little
capacity people compete, and the means agree when there are many.

A stock is (level, cause, since, place):

    level   0 none, 1 emerging, 2 established, 3 crisis
    cause   of a further contact: "" none, "refused", "abandoned", "unresolved", "relapsed"
    since   months since that failure
    place   "" no contact, "waiting prevention", "waiting core", ("prevention", months), ("core", months),
            "acute", ("ready", months)
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Stock(NamedTuple):
    """Where some people stand with the one need of the place."""

    level: int = 0
    cause: str = ""
    since: int = 0
    place: Any = ""


WELL, LATENT = Stock(), Stock(cause="relapsed")
Moves = Iterator[tuple[Stock, float]]
HIGHEST = 0.5  # no monthly chance of need moving is larger
SUREST = 0.95  # no monthly chance of asking, being helped or leaving is larger


@dataclass
class Twin:
    """One challenge as stocks and flows.

    Attributes:
        challenge: its configuration.
        memory: months for which a failure makes the next contact failure demand.
        places: cases that each open tier can hold per person, or None where everybody eligible gets a place.
        stocks: shares of people.
        flows: what happened this month, per person.
    """

    challenge: Any
    memory: float
    places: dict[str, float] | None = None
    stocks: dict[Stock, float] = field(default_factory=lambda: {WELL: 1.0})
    flows: dict[str, float] = field(default_factory=dict)

    def month(self) -> None:
        """The need moves, people ask, places are filled, outcomes fall."""
        self.flows = defaultdict(float)
        for phase in (self.need, self.ask):
            self.each(phase)
        self.fill()
        self.each(self.outcome)
        self.each(self.remember)

    def each(self, phase: Callable[[Stock], Moves]) -> None:
        """Every stock flows where a phase sends it."""
        after: dict[Stock, float] = defaultdict(float)
        for stock, people in self.stocks.items():
            self.size = people
            for where, share in phase(stock):
                after[where] += people * share
        self.stocks = {stock: people for stock, people in after.items() if people > 1e-15}

    def count(self, what: str, share: float) -> None:
        """Something happens to a share of the stock that is moving."""
        self.flows[what] += self.size * share

    def need(self, stock: Stock) -> Moves:
        """A need begins, worsens, mends or returns."""
        about = self.challenge.need
        if stock.level == 0:
            begins = min(HIGHEST, (about.onset if stock == WELL else about.relapse).number)
            fades = 0.0 if stock == WELL else about.latent_fade.number
            if stock == WELL:
                self.count("new", begins)
            yield stock._replace(level=1, since=0), begins
            yield WELL, fades
            yield stock, 1 - begins - fades
        elif stock.level == 3:
            yield stock, 1.0
        else:
            served = stock.place[0] if isinstance(stock.place, tuple) else None
            held = getattr(self.challenge.services, served).holding.number if served else 0.0
            worsens = min(HIGHEST, about.escalation.row[stock.level - 1] * (1 - held))
            mends = min(HIGHEST, about.recovery.row[stock.level - 1])
            if stock.level == 2:
                self.count("crises", worsens)
                self.count("failure" if stock.cause and not served else "value", worsens)
                yield stock._replace(level=3, place="acute"), worsens
                yield stock._replace(level=1), mends
            else:
                yield stock._replace(level=2), worsens
                yield WELL, mends
            yield stock, 1 - worsens - mends

    def ask(self, stock: Stock) -> Moves:
        """Some of those without contact ask; the core service refuses emerging need and may signpost it."""
        if stock.level not in (1, 2) or stock.place != "":
            yield stock, 1.0
            return
        about = self.challenge.seeking
        again = stock.cause in ("refused", "abandoned", "unresolved")
        asks = min(SUREST, about.ask_again.number if again else about.rate.row[stock.level - 1])
        self.count("failure" if stock.cause else "value", asks)
        core = asks * (about.core_first.number if stock.level == 1 else 1.0)
        refused = core if stock.level == 1 else 0.0
        self.count("refused", refused)
        failed = stock._replace(cause="refused", since=0)
        yield stock._replace(place="waiting core"), core - refused
        yield stock._replace(place="waiting prevention"), asks - core
        yield failed._replace(place="waiting prevention"), refused * about.signposted.number
        yield failed, refused * (1 - about.signposted.number)
        yield stock, 1 - asks

    def fill(self) -> None:
        """Free places go to those who wait and to those ready to leave acute care, by lot."""
        chance = {"prevention": 1.0, "core": 1.0}
        for tier in chance if self.places is not None else ():
            taken = sum(n for s, n in self.stocks.items() if isinstance(s.place, tuple) and s.place[0] == tier)
            wanted = sum(n for s, n in self.stocks.items() if wants(s, tier))
            chance[tier] = min(1.0, max(0.0, self.places[tier] - taken) / wanted) if wanted else 1.0
        self.each(lambda stock: self.admit(stock, chance))

    def admit(self, stock: Stock, chance: dict[str, float]) -> Moves:
        """Whoever draws a place moves into it; those from acute care leave it at emerging or established need."""
        tier = "core" if wants(stock, "core") else "prevention" if wants(stock, "prevention") else None
        if tier is None:
            yield stock, 1.0
            return
        in_service = stock._replace(place=(tier, 0))
        if isinstance(stock.place, tuple):
            relief = self.challenge.services.acute.relief.number
            yield in_service._replace(level=1), chance[tier] * relief
            yield in_service._replace(level=2), chance[tier] * (1 - relief)
        else:
            self.count("admitted", chance[tier])
            yield in_service, chance[tier]
        yield stock, 1 - chance[tier]

    def outcome(self, stock: Stock) -> Moves:
        """What waiting and being served do."""
        services = self.challenge.services
        if stock.place == "acute":
            leaves = min(SUREST, services.acute.leave.number)
            ready = leaves * services.acute.step_down.number
            yield stock._replace(place=("ready", 0)), ready
            yield from self.go_home(stock, leaves - ready)
            yield stock, 1 - leaves
        elif isinstance(stock.place, tuple) and stock.place[0] == "ready":
            months = stock.place[1] + 1
            if months >= services.acute.longest_delay.number:
                yield Stock(2, "unresolved", 0, ""), 1.0
            else:
                yield stock._replace(place=("ready", months)), 1.0
        elif isinstance(stock.place, tuple):
            yield from self.be_served(stock, getattr(services, stock.place[0]))
        elif stock.place:
            gives_up = getattr(services, stock.place.split()[1]).abandonment.number
            self.count("abandoned", gives_up)
            yield stock._replace(cause="abandoned", since=0, place=""), gives_up
            yield stock, 1 - gives_up
        else:
            yield stock, 1.0

    def go_home(self, stock: Stock, leaves: float) -> Moves:
        """Home from acute care without a core place: cured where the root cause went, else only better."""
        acute = self.challenge.services.acute
        cured = leaves * acute.root_removed.number
        self.count("resolved", cured)
        home = Stock(cause="relapsed")
        yield WELL, cured
        yield home._replace(level=1), (leaves - cured) * acute.relief.number
        yield home._replace(level=2), (leaves - cured) * (1 - acute.relief.number)

    def be_served(self, stock: Stock, service: Any) -> Moves:
        """A month in prevention or core: resolved for good or for a while, going on, or closed unresolved."""
        tier, months = stock.place
        resolved = min(SUREST, service.resolve.number)
        self.count("resolved", resolved)
        yield WELL, resolved * service.root_removed.number
        yield LATENT, resolved * (1 - service.root_removed.number)
        over = months + 1 >= service.longest_case.number
        failed = stock._replace(cause="unresolved", since=0, place="")
        yield failed if over else stock._replace(place=(tier, months + 1)), 1 - resolved

    def remember(self, stock: Stock) -> Moves:
        """Failures are remembered for a year or so, while the need lasts."""
        if not stock.cause or stock.level == 0:
            yield stock, 1.0
        elif stock.since + 1 > self.memory:
            yield stock._replace(cause="", since=0), 1.0
        else:
            yield stock._replace(since=stock.since + 1), 1.0

    def share(self, which: Callable[[Stock], bool]) -> float:
        """The share of people in some stocks."""
        return sum(people for stock, people in self.stocks.items() if which(stock))


def wants(stock: Stock, tier: str) -> bool:
    """Whether people of a stock are waiting for a place in a tier."""
    ready = isinstance(stock.place, tuple) and stock.place[0] == "ready"
    return stock.place == f"waiting {tier}" or (ready and tier == "core")
