"""Citizens, services and agencies are Mesa agents, and Mesa's own tools work on them."""

import copy
import pickle

import mesa
import numpy as np
import pytest
from mesa import DataCollector
from worlds import EVERY_LEVER, columns_differ, differences, live, policy_of, under

from simulation.agents import Agency, Citizen, Service
from simulation.model import PlaceModel
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, LEVELS, TIERS
from simulation.state.codes import ACUTE, CaseState


@pytest.fixture
def model(hamlet_2011):
    """The toy place at the policy date, under every lever."""
    return under(hamlet_2011, policy_of(EVERY_LEVER))


def test_the_model_is_a_mesa_model_with_three_kinds_of_agent(model):
    assert isinstance(model, mesa.Model)
    assert set(model.agents_by_type) == {Citizen, Service, Agency} == set(model.agent_types)
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert len(model.agents_by_type[Citizen]) == model.state.people.alive.sum()
    assert len(model.agents_by_type[Service]) == model.state.services.tier.size
    assert [agency.name for agency in model.agents_by_type[Agency]] == list(AGENCIES)
    assert len(model.agents) == sum(len(agents) for agents in model.agents_by_type.values())


def test_citizens_are_made_only_when_somebody_asks(model):
    live(model, 3)
    model.describe_services()
    assert not model._citizens
    assert len(model.agents_by_type[Citizen]) == len(model._citizens) > 0


def test_agent_sets_select_get_agg_and_do(model):
    citizens, people = model.agents_by_type[Citizen], model.state.people
    alive = people.alive == 1
    assert citizens.agg("wellbeing", np.mean) == pytest.approx(float(people.wellbeing[alive].mean()), rel=1e-6)
    old = citizens.select(lambda citizen: citizen.age >= 75)
    assert len(old) == (people.band[alive] >= 7).sum()
    assert sorted(old.get("row")) == list(np.flatnonzero(alive & (people.band >= 7)))
    assert len(citizens.select(at_most=10)) == 10
    assert citizens.groupby("age_band").count()["85+"] == (people.band[alive] == 8).sum()
    core = model.agents_by_type[Service].select(lambda service: service.tier_name == "core")
    assert core.agg("staff", sum) == pytest.approx(model.state.services.staff[model.state.services.tier == 1].sum())


def test_a_data_collector_works_on_all_kinds(model):
    collector = DataCollector(
        model_reporters={"crises": lambda m: int((m.state.people.level == 3).sum()), "month": "month"},
        agenttype_reporters={
            Service: {"queue": "queue", "morale": "morale"},
            Agency: {"cash": "cash"},
            Citizen: {"wellbeing": "wellbeing"},
        },
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert list(frame["month"]) == [1, 2, 3]
    services = collector.get_agenttype_vars_dataframe(Service)
    assert len(services) == 3 * model.state.services.tier.size
    assert len(collector.get_agenttype_vars_dataframe(Agency)) == 3 * len(AGENCIES)
    last = collector.get_agenttype_vars_dataframe(Citizen)["wellbeing"]
    assert last.between(0, 10).all()


def test_a_citizen_is_a_view_on_a_row(model):
    live(model, 2)
    people, ties, world = model.state.people, model.state.ties, model.world
    for citizen in model.agents_by_type[Citizen].select(at_most=200):
        i = citizen.row
        assert citizen.is_here
        assert citizen.wellbeing == people.wellbeing[i]
        assert citizen.trust == people.trust[i]
        assert citizen.capability == people.capability[i]
        assert citizen.age == (model.month - people.birth_month[i]) // 12
        assert citizen.age_band == AGE_BANDS[people.band[i]]
        assert citizen.area == world.config.place.areas[people.area[i]].area
        assert citizen.household == people.household[i]
        assert 0 <= citizen.deprivation <= 1
        assert citizen.needs == {c: LEVELS[n] for c, n in zip(world.challenges, people.level[i], strict=True) if n}
        for c, name in enumerate(world.challenges):
            case = citizen.cases.get(name)
            if people.state[i, c] == CaseState.NONE:
                assert case is None
            else:
                assert case == {
                    "state": CaseState(people.state[i, c]).name.lower(),
                    "tier": TIERS[people.tier[i, c]],
                    "months": people.months[i, c],
                    "service": people.service[i, c],
                }
        assert citizen.ties == list(ties.other[ties.start[i] : ties.start[i + 1]])


def test_a_citizen_sees_changes_of_its_row_and_its_own_month_changes_it(model):
    citizen = next(iter(model.agents_by_type[Citizen].select(lambda c: not c.needs)))
    model.state.people.level[citizen.row, 0] = 2
    assert citizen.needs[model.world.challenges[0]] == "established"
    model.state.people.wellbeing[citizen.row] = 1.0
    citizen.outcome()
    assert citizen.wellbeing > 1.0


def test_a_newcomer_is_not_the_citizen_whose_dwelling_it_takes(model):
    """Dwellings are taken over, lives are not: whoever dies or moves away is another agent than whoever comes."""
    before = dict(zip(model.agents_by_type[Citizen].get("row"), model.agents_by_type[Citizen], strict=True))
    generation = model.state.people.generation.copy()
    live(model, 12)
    after = dict(zip(model.agents_by_type[Citizen].get("row"), model.agents_by_type[Citizen], strict=True))
    people = model.state.people
    taken_over = [row for row in before if row in after and people.generation[row] > generation[row]]
    stayed = [row for row in before if row in after and people.generation[row] == generation[row]]
    assert taken_over
    assert all(before[row] is after[row] for row in stayed)
    assert not any(before[row] is after[row] for row in taken_over)


def test_who_is_gone_is_no_agent_any_more(model):
    gone = 0
    for _ in range(12):
        before = set(model.agents_by_type[Citizen].get("row"))
        model.step()
        now = set(model.agents_by_type[Citizen].get("row"))
        assert now == set(np.flatnonzero(model.state.people.alive))
        gone += len(before - now)
    assert gone > 0


def test_a_service_and_an_agency_are_views_on_their_rows(model):
    live(model, 13)
    services, agencies = model.state.services, model.state.agencies
    for service in model.agents_by_type[Service]:
        s = service.row
        assert service.staff == services.staff[s]
        assert service.agency == AGENCIES[services.owner[s]]
        assert service.tier_name == TIERS[services.tier[s]]
        assert service.challenge_name == model.world.challenges[services.challenge[s]]
        about = model.world.config.challenges[service.challenge_name].services
        assert service.title == getattr(about, service.tier_name).title
        assert service.design_name == "standard" or service.design_name in model.world.config.designs
    for agency in model.agents_by_type[Agency]:
        assert agency.income == agencies.income[agency.row]
        assert agency.cash == model.state.ledger.cash[agency.row]
        assert [s.row for s in agency.services] == list(np.flatnonzero(services.owner == agency.row))


def test_asking_an_agent_for_what_it_has_not_is_an_error(model):
    service = next(iter(model.agents_by_type[Service]))
    with pytest.raises(AttributeError, match="no_such_thing"):
        service.no_such_thing  # noqa: B018
    assert not hasattr(service, "_private")


def test_a_situation_survives_pickling(model):
    live(model, 14)
    again = pickle.loads(pickle.dumps(model.state))
    assert columns_differ(model.state.people, again.people) == []
    assert columns_differ(model.state.services, again.services) == []
    assert (model.state.ledger.balance == again.ledger.balance).all()
    one = PlaceModel(model.world, model.state.copy(), model.policy, model.key)
    other = PlaceModel(model.world, again, model.policy, model.key)
    assert differences(live(one, 12).recorder.table(), live(other, 12).recorder.table()) == []


def test_a_settled_place_survives_pickling(hamlet):
    again = pickle.loads(pickle.dumps(hamlet))
    assert columns_differ(hamlet.state.people, again.state.people) == []
    assert again.world.challenges == hamlet.world.challenges
    assert differences(hamlet.months, again.months) == []


@pytest.mark.parametrize(
    "duplicate", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
def test_a_model_with_its_agents_survives_copying(model, duplicate):
    live(model, 2)
    citizens = len(model.agents_by_type[Citizen])
    again = duplicate(model)
    assert len(again.agents_by_type[Citizen]) == citizens
    live(again, 3)
    live(model, 3)
    assert differences(model.recorder.table(), again.recorder.table()) == []


def test_a_copy_of_a_situation_lives_a_life_of_its_own(model):
    before = copy.deepcopy(model.state)
    live(under(model, policy_of()), 13)
    assert columns_differ(before.people, model.state.people) == []
    assert columns_differ(before.services, model.state.services) == []
    assert columns_differ(before.agencies, model.state.agencies) == []
    assert all(
        np.array_equal(getattr(before.seen, name), getattr(model.state.seen, name)) for name in vars(before.seen)
    )


def test_services_are_described_as_they_stand(model):
    live(model, 12)
    rows = model.describe_services()
    services = model.state.services
    assert [row["service"] for row in rows] == list(range(services.tier.size))
    for row in rows:
        s = row["service"]
        assert row["caseload"] == services.caseload[s]
        assert row["staff"] == services.staff[s]
        assert row["tier"] == TIERS[services.tier[s]]
        assert (row["threshold"] >= 1) or services.tier[s] == ACUTE
    spent = sum(row["spend_pence"] for row in rows)
    kinds = (".staff", ".cover", ".inspection", ".demand_led")
    table = model.recorder.table()
    paid = sum(c.sum() for n, c in table.items() if n.startswith("spend.") and n.endswith(kinds))
    assert spent == pytest.approx(paid + table["spend.adult_care.charges"].sum(), rel=1e-4)
