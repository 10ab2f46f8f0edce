"""Every authority as a place: it can be simulated, adds up, and agrees with the places that ship in full."""

from copy import deepcopy
from functools import cache
from math import exp

import pytest
from hydra.core.config_store import ConfigStore
from omegaconf import OmegaConf

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.configuration.files import in_hydra, place_totals
from experiments.configuration.files.place_tables import locate, read_areas
from experiments.configuration.places.authorities import authorities, lines, places
from experiments.configuration.places.figures import FILLED
from experiments.configuration.places.profile import profile
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from simulation.parameters import PlaceConfig

IN_FULL = ("croydon", "westminster")
NOT_PUBLISHED = ("nhs", "police", "dwp")


@cache
def place(name):
    """An authority as the simulation takes it."""
    option = options.find("place")[name]
    data = option.read()
    rows = read_areas(
        locate(data["areas_file"], "place.areas_file", option, ()), "place.areas_file", data["areas_file"]
    )
    return PlaceConfig(**data, areas=rows)


@cache
def in_full(name):
    """A place that ships in full."""
    return options.find("place")[name].read()


def people(areas):
    return [sum(area.people[band] for area in areas) for band in range(9)]


def mean(areas):
    """Deprivation by domain, over people."""
    everybody = sum(sum(area.people) for area in areas)
    return [sum(a.deprivation[d] * sum(a.people) for a in areas) / everybody for d in range(7)]


@pytest.mark.parametrize("name", list(places()))
def test_every_authority_is_a_place_whose_people_and_money_add_up(name):
    found = place(name)
    assert place_totals.check_people(found) == []
    assert place_totals.check_money(found) == []
    assert 1 <= len(found.areas) <= 18
    assert sum(people(found.areas)) == places()[name].population
    deprived = [sum(area.deprivation[:2]) for area in found.areas]
    assert sum(deprived[: len(deprived) // 2]) >= sum(deprived[len(deprived) // 2 :]) or len(deprived) == 1
    assert 6.9 < found.life_satisfaction.number < 8.2
    assert found.departures.low < found.departures.number < found.departures.high


@pytest.mark.parametrize("name", list(places()))
def test_people_follow_their_own_path(name):
    """Births, deaths and moves make up the growth that was seen from 2010 to 2020."""
    (line,) = lines("authorities", places()[name].nation)[places()[name].name]
    found = place(name)
    yearly = float(line["births"]) - float(line["deaths"]) + found.arrivals.number - found.departures.number
    assert exp(yearly / 100) == pytest.approx(int(line["people_2020"]) / int(line["people_2010"]), abs=0.002)


@pytest.mark.parametrize("name", IN_FULL)
def test_zones_have_the_money_and_the_path_of_the_place_that_ships_in_full(name):
    """Both were worked out from the same returns, by different people: whatever is published by council is the same."""
    full, zones = in_full(name), profile(authorities()[name])
    for agency, budget in full["budgets"].items():
        if agency not in NOT_PUBLISHED:
            assert zones["budgets"][agency]["value"] == pytest.approx(budget["value"], abs=10_000), agency
    assert zones["cut"]["value"] == full["cut"]["value"]
    assert zones["population"]["value"] == full["population"]["value"]
    for key, income in full["income"].items():
        assert zones["income"][key]["value"] == income["value"], key
    for key in ("cut_of_care", "cut_of_adult_care", "cut_of_childrens_care", "cut_of_the_rest"):
        assert zones["observed"][key]["value"] == full["observed"][key]["value"], key


@pytest.mark.parametrize("name", IN_FULL)
def test_zones_have_nearly_the_ages_and_the_deprivation_of_all_small_areas(name):
    option = options.find("place")[name]
    file = option.read()["areas_file"]
    full, zones = read_areas(locate(file, "areas_file", option, ()), "areas_file"), place(f"{name}_zones").areas
    assert people(zones) == pytest.approx(people(full), rel=0.07)
    assert mean(zones) == pytest.approx(mean(full), abs=0.04)


def test_what_is_not_the_authority_s_own_says_so_and_is_graded_so():
    found = place("leeds")
    filled = [
        found.departures,
        *(found.budgets[agency] for agency in NOT_PUBLISHED),
        found.observed["cold_homes_share"],
    ]
    for figure in filled:
        assert figure.note.startswith(FILLED)
        assert figure.grade in "CJ"
    for figure in (found.population, found.budgets["adult_care"], found.cut, found.life_satisfaction):
        assert FILLED not in figure.note
        assert figure.grade in "AB"


def test_a_county_says_what_its_districts_spend_and_what_is_its_own():
    kent, leeds = place("kent").budgets["housing"], place("leeds").budgets["housing"]
    (money,) = lines("budgets")["kent"]
    assert kent.number == int(money["housing"]) + int(money["district_housing"])
    assert kent.note.startswith(FILLED)
    assert kent.low < kent.number
    assert not leeds.note.startswith(FILLED)


def test_housing_is_never_less_than_the_simulated_services_take_and_says_so():
    """They take £18 to £27 a head; a place may be short of its real budget by half at most before it is refused."""
    heads = {name: place(name).budgets["housing"].number / places()[name].population for name in places()}
    assert min(heads.values()) > 23
    short = place("northumberland").budgets["housing"]
    assert short.note.startswith(FILLED)
    assert f"its own was {int(lines('budgets')['northumberland'][0]['housing']):,}" in short.note
    assert short.grade == "J"


def test_what_a_disaster_cost_is_no_part_of_a_path():
    cut = place("kensington_and_chelsea").cut
    assert "Grenfell" in cut.note
    assert abs(cut.row[6] - cut.row[5]) < 0.06


def test_a_missing_return_is_filled_and_says_so():
    """The Isles of Scilly made none for 2016-17."""
    cut = place("isles_of_scilly").cut
    assert "2016-17" in cut.note
    assert cut.grade == "C"
    assert cut.row[5] == pytest.approx((cut.row[4] + cut.row[6]) / 2, abs=0.02)


def test_life_satisfaction_is_drawn_towards_like_places_by_how_unsure_it_is():
    given = [line for (line,) in lines("authorities").values() if line["satisfaction_answered"]]
    answered = [float(line["satisfaction_answered"]) for line in given]
    drawn = [float(line["satisfaction"]) for line in given]
    assert max(drawn) - min(drawn) < max(answered) - min(answered)
    assert sum(drawn) / len(drawn) == pytest.approx(sum(answered) / len(answered), abs=0.01)
    assert all(0 < float(line["satisfaction_unsure"]) < 0.15 for line in given)


def test_an_authority_composes_as_a_file_would():
    plan = check(compose("compare", ["place=leeds", "place.population.note=changed"], ()))
    assert plan.place == "leeds"
    assert plan.world.place.title == "Leeds"
    assert plan.world.place.population.note == "changed"
    assert plan.world.place.areas == place("leeds").areas


@pytest.mark.unhurried
def test_a_file_of_one_s_own_may_begin_from_an_authority(tmp_path):
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "my_leeds.yaml").write_text("defaults: [leeds@_here_, _self_]\ntitle: My Leeds\n", encoding="utf-8")
    plan = check(compose("compare", ["place=my_leeds"], (tmp_path,)))
    assert plan.world.place.title == "My Leeds"
    assert plan.world.place.budgets == place("leeds").budgets


def test_an_unknown_authority_is_told_the_nearest():
    with pytest.raises(ConfigurationError, match=r"151 authorities.*\n.*did you mean place=manchester"):
        compose("compare", ["place=manchster"], ())


def test_a_place_that_a_table_of_several_has_not_is_refused():
    with pytest.raises(ConfigurationError, match="no line whose place is 'atlantis'"):
        check(compose("compare", ["place=leeds", "place.areas_file='england.zones.csv#atlantis'"], ()))


def test_an_authority_is_put_together_only_when_it_is_read(monkeypatch):
    """Where a place is unknown Hydra goes through the names of all, and would put a hundred and fifty together."""
    compose("compare", [], [])
    made = []
    monkeypatch.setattr(options, "profile", lambda place: made.append(place) or profile(place))
    in_hydra._text.cache_clear()
    monkeypatch.setitem(ConfigStore.instance().repo, "place", in_hydra._OnDemand())
    with pytest.raises(ConfigurationError, match="leedz"):
        compose("compare", ["place=leedz"], [])
    assert made == []
    assert compose("compare", ["place=leeds"], []).data["place"]["title"] == "Leeds"
    assert len(made) == 1


def test_what_hydra_keeps_is_not_copied_for_each_composition():
    compose("compare", ["place=leeds"], [])
    store = ConfigStore.instance()
    copied = deepcopy(store.repo)
    for name in ("every_option.yaml", "every_challenge.yaml", "every_pattern.yaml"):
        assert copied[name] is store.repo[name]


@pytest.mark.unhurried
def test_what_is_typed_does_not_stay_in_what_hydra_keeps():
    compose("compare", ["~policy.null.levers"], [])  # composed of every option, as the others below
    kept = ConfigStore.instance().repo["every_option.yaml"].node
    before = OmegaConf.to_container(kept)
    typed = [
        "challenge.obesity.need.onset.value=0.5",
        "~policy.radical.levers.pooling",
        "+policy.null.levers.freedom={}",
    ]
    assert compose("compare", typed, []).data["challenge"]["obesity"]["need"]["onset"]["value"] == 0.5
    assert ConfigStore.instance().repo["every_option.yaml"].node is kept
    assert OmegaConf.to_container(kept) == before
