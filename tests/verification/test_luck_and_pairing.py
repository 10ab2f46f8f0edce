"""Luck belongs to people and dates: what else draws, who else is looked at, and when it begins change nothing."""

import numpy as np
import pytest
from plain import begin, settled
from worlds import EVERY_LEVER, columns_differ, differences, live, policy_of, shipped, under

from experiments.analysis.statistics import paired
from simulation.draws import many
from simulation.model import PlaceModel
from simulation.run import run

EVERYTHING = policy_of(EVERY_LEVER)
UNUSED_EVENT = 999


class WithMoreLuck(PlaceModel):
    """A place in which something without effect happens to everybody every month."""

    def step(self):
        """Draws nobody uses, from the keyed stream and from every other there is; then the month."""
        rows = np.arange(self.state.people.alive.size)
        assert 0 < many(rows, self.month, UNUSED_EVENT, 0, *self.key).mean() < 1
        self.random.random()
        self.rng.random()
        np.random.default_rng().random()
        super().step()


def test_a_new_random_event_without_effect_changes_nothing(hamlet_2011):
    """R7."""
    plain = live(under(hamlet_2011, EVERYTHING), 24)
    start = hamlet_2011.state.copy()
    more = live(WithMoreLuck(hamlet_2011.world, start, EVERYTHING, hamlet_2011.key), 24)
    assert differences(plain.recorder.table(), more.recorder.table()) == []
    assert columns_differ(plain.state.people, more.state.people) == []


def test_banning_one_person_from_one_action_changes_nobody_else():
    """R5: one isolated person never asks for help, where there is room for everybody: all others live as before."""
    need = (("need.onset", 0.02), ("seeking.rate", (0.2, 0.3)))
    place = settled((500, 1, (), need))
    free, banned = (begin(place, elastic=True) for _ in range(2))
    live(free, 60)
    asked = np.flatnonzero((free.state.people.trust > 0) & (free.state.people.generation == 0))
    who = next(row for row in asked if free.state.people.state[row, 0])
    people = banned.state.people
    people.trust[who] = people.trust_usual[who] = 0.0
    live(banned, 60)
    others = np.arange(people.alive.size) != who
    assert columns_differ(free.state.people, people, others) == []
    assert columns_differ(free.state.people, people, [who]) != []


@pytest.mark.parametrize("watched", ["agents", "collector", "description"])
def test_whoever_looks_changes_nothing(hamlet_2011, watched):
    """R6: asking for agents, collecting data or describing services, in any month."""
    from mesa import DataCollector

    from simulation.agents import Citizen, Service

    unseen, seen = under(hamlet_2011, EVERYTHING), under(hamlet_2011, EVERYTHING)
    collector = DataCollector(
        model_reporters={"month": "month"},
        agenttype_reporters={Citizen: {"trust": "trust"}, Service: {"queue": "queue"}},
    )
    for _ in range(13):
        unseen.step()
        seen.step()
        if watched == "agents":
            seen.agents_by_type[Citizen].shuffle().agg("age", max)
        elif watched == "collector":
            collector.collect(seen)
        else:
            seen.describe_services()
    assert differences(unseen.recorder.table(), seen.recorder.table()) == []


PRIMARY = {
    "crises": ("crises", "citizens"),
    "established need": ("in_need", "citizens"),
    "life satisfaction": ("life_satisfaction_total", "citizens"),
    "refused": ("refused", "citizens"),
}
LEAST = 1.2


@pytest.mark.slow
def test_common_luck_saves_replications_in_every_year(town):
    """R11: rationing against radical in the teaching town, sixteen lucks: pairing divides the variance of the difference
    by 1.2 at least, in each of five years, on the outcomes about lives. A true factor of 4 is seen as less than 1.2 in
    sixteen pairs about once in 400 (F with 15 and 30 degrees of freedom); there are twenty factors."""
    runs = [run(town, shipped("rationing", "radical"), replication, years=5).months for replication in range(16)]
    low = {}
    for name, (above, below) in PRIMARY.items():
        for year in range(5):
            months = slice(12 * year, 12 * year + 12)
            values = {
                arm: [months_of[arm][above][months].sum() / months_of[arm][below][months].sum() for months_of in runs]
                for arm in ("rationing", "radical")
            }
            factor = paired.variance_reduction(values["radical"], values["rationing"])
            if factor < LEAST:
                low[name, year + 1] = round(factor, 2)
    assert low == {}
