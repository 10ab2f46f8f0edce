"""One authority's replications up to a year's end, in a country whose councils see what designs others have in use."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from experiments.results import store
from experiments.running.job import Job, OfEverybody, as_it_is, settled_for

Seen = Mapping[str, Any]
"""By kind of service, of the shape (years that have ended, designs): how many other councils had each design in use."""


@dataclass(frozen=True)
class RoundJob(Job):
    """The replications of one authority in one yearly round.

    Attributes:
        country: names the country; a life goes on only where it began.
        councils: how many others are looked to.
        seen: by replication and arm, what is seen of them.
        as_zone: by replication and arm, the policy it lives where that is another than the arm's own.
        last: whether the lives end here and their months are kept; else only what they have in use.
        most_people: rows of citizens that a process may keep in memory until the next round.
    """

    country: str = ""
    councils: int = 0
    seen: Mapping[int, Mapping[str, Seen]] = field(default_factory=dict)
    as_zone: Mapping[tuple[int, str], Any] = field(default_factory=dict)
    last: bool = False
    most_people: int = 0

    def carry_out(self, replication: int) -> None:
        """Lives every arm to the end of the round and keeps what is asked of it."""
        began, found = time.perf_counter(), {}
        for called in [each for each in _lives if each[0] != self.country]:  # of a country that was left
            _lives.pop(called).let_go()
        for arm in self.seen[replication]:
            life = self._life(replication, arm)
            life.live_to(self.years, self.councils, self.seen[replication][arm])
            found[arm] = (self.reduce or as_it_is)(life.months()) if self.last else life.designs_in_use()
            if self.last or not self._has_room(life):
                life.let_go()
            else:
                _lives[self._called(replication, arm)] = life
        seconds = time.perf_counter() - began
        store.write_part(self.parts, self.key, replication, OfEverybody(found), seconds, totals_only=True)

    def _called(self, replication: int, arm: str) -> tuple[Any, ...]:
        """What tells one life from another."""
        return self.country, self.settled.name, replication, arm

    def _life(self, replication: int, arm: str) -> Any:
        """The life as this process left it some years ago, or from the policy date; kept again only once it stands well."""
        life = _lives.pop(self._called(replication, arm), None)
        if life is None or life.year > self.years:
            engine, policy = import_module(self.engine), self.as_zone.get((replication, arm), self.policies[arm])
            life = engine.YearlyLife(settled_for(self), policy, replication, self.threads)
        return life

    def _has_room(self, life: Any) -> bool:
        """Whether this process may keep a life until the next round; those that it keeps already stay."""
        return bool(sum(each.people for each in _lives.values()) + life.people <= self.most_people)


_lives: dict[tuple[Any, ...], Any] = {}
"""Lives that this process keeps until the next round. Whoever finds none lives the years before again, to the same bits."""
