"""Scotland's councils as places: what is published is their own, zones follow the rule, money is filled and says so."""

from functools import cache
from math import isfinite

import numpy as np
import pandas as pd
import pytest

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.configuration.files.in_hydra import laid_out
from experiments.configuration.files.place_tables import locate, read_areas
from experiments.configuration.places.authorities import lines, places, scottish
from experiments.configuration.places.figures import FILLED
from experiments.configuration.points import elsewhere
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.evidence.authorities.filled import powers_of_income
from experiments.evidence.authorities.scotland import DATA_ZONES, deprivation
from experiments.running import engine
from simulation.parameters import PlaceConfig

LIKE, ZONES = "east_lothian", "east_lothian_zones"
TABLES = ("authorities", "budgets")
COUNCILS = [each.place for each in scottish().values()]


@cache
def place(name):
    """A place as the simulation takes it."""
    option = options.find("place")[name]
    data = option.read()
    rows = read_areas(locate(data["areas_file"], "place.areas_file", option, ()), "place", data["areas_file"])
    return PlaceConfig(**data, areas=rows)


def line(name):
    """What the table says of a council."""
    return lines("authorities", "Scotland")[places()[name].name][0]


def rule(name):
    """Deprivation of a council's zones by the rule."""
    known = line(name)
    tenth, fifth = (float(known[f"zones_most_deprived_{part}"]) for part in ("tenth", "fifth"))
    mean = 1 - (float(known["mean_rank"]) - 0.5) / DATA_ZONES
    return deprivation(tenth, fifth, mean), tenth, fifth, mean


def domains(areas):
    """Deprivation by area and domain."""
    return np.array([area.deprivation for area in areas])


def people(areas):
    """People by area and age."""
    return np.array([area.people for area in areas])


def a_head(name, agency):
    """A budget a head."""
    return place(name).budgets[agency].number / place(name).population.number


@pytest.mark.parametrize("name", COUNCILS)
def test_zones_hold_the_shares_and_the_mean_rank_that_are_published(name):
    zones, tenth, fifth, mean = rule(name)
    assert zones.mean() == pytest.approx(mean, abs=0.002)
    assert np.all(np.diff(zones) < 0)
    assert np.sum(zones > 0.9) == pytest.approx(10 * tenth, abs=1)
    assert np.sum(zones > 0.8) == pytest.approx(10 * fifth, abs=1)
    assert len(place(name).areas) == 10
    sizes = people(place(name).areas).sum(axis=1)
    assert sizes.max() - sizes.min() < 10


def test_every_domain_of_every_zone_goes_with_the_rule_by_one_slope():
    """The table that ships is what the rule gives: all 320 zones lie on one line for each domain, as far as ranks go."""
    whole = np.concatenate([rule(name)[0] for name in COUNCILS])
    for domain in np.concatenate([domains(place(name).areas) for name in COUNCILS]).T:
        slope = np.polyfit(whole - 0.5, domain - 0.5, 1)[0]
        expected = 0.5 + slope * (whole - 0.5)
        assert domain == pytest.approx(expected.clip(0.0005, 0.9995), abs=0.003)


def test_scotland_as_a_whole_is_in_the_middle_of_its_ranks():
    sizes = np.array([place(name).population.number for name in COUNCILS])
    means = np.array([domains(place(name).areas).mean(axis=0) for name in COUNCILS])
    assert sizes @ means / sizes.sum() == pytest.approx(0.5, abs=0.02)


def test_east_lothian_in_zones_has_the_money_of_all_its_data_zones_to_the_pound():
    full, zones = place(LIKE), place(ZONES)
    assert zones.budgets == full.budgets
    assert zones.cut.value == full.cut.value
    assert zones.population.value == full.population.value
    assert zones.localities == full.localities
    assert zones.usual_scale == full.usual_scale
    for key in ("income_deprived_share", "employment_deprived_share", "employment_rate", "claimant_share"):
        assert zones.observed[key] == full.observed[key], key
    assert zones.observed["population_growth"].value == full.observed["population_growth"].value
    assert zones.observed["looked_after_children_per_10000"] == full.observed["looked_after_children_per_10000"]


def test_east_lothian_in_zones_has_nearly_the_people_and_deprivation_of_its_data_zones():
    """Its data zones were never used to lay its zones out, save for how domains go with the whole."""
    full, zones = place(LIKE), place(ZONES)
    sizes = people(full.areas).sum(axis=1)
    assert people(zones.areas).sum(axis=0) == pytest.approx(people(full.areas).sum(axis=0), rel=0.07)
    assert domains(zones.areas).mean(axis=0) == pytest.approx(sizes @ domains(full.areas) / sizes.sum(), abs=0.08)
    poor = domains(full.areas)[:, :2].mean(axis=1)
    order = np.argsort(-poor)
    passed = (sizes[order].cumsum() - sizes[order] / 2) / sizes.sum()
    tenths = np.interp((np.arange(10) + 0.5) / 10, passed, poor[order])
    assert domains(zones.areas)[:, :2].mean(axis=1) == pytest.approx(tenths, abs=0.08)
    assert zones.departures.number == full.departures.number
    assert full.arrivals.low < zones.arrivals.number < full.arrivals.high


@pytest.mark.parametrize("name", [name for name in COUNCILS if name != ZONES])
def test_money_is_east_lothian_s_a_head_within_reason_filled_and_graded_so(name):
    for agency, budget in place(name).budgets.items():
        assert 0.5 < a_head(name, agency) / a_head(LIKE, agency) < 2, agency
        assert budget.grade == "J"
        assert budget.note.startswith(FILLED)
        assert budget.low < budget.number < budget.high
    cut = place(name).cut
    assert cut.row == place(LIKE).cut.row
    assert (cut.grade, cut.note.startswith(FILLED), place(name).income) == ("C", True, None)


def test_money_goes_with_children_and_with_poverty():
    assert a_head("glasgow", "dwp") > 1.5 * a_head(LIKE, "dwp") > 2 * a_head("aberdeenshire", "dwp")
    assert a_head("west_dunbartonshire", "children") > 1.3 * a_head(LIKE, "children")
    assert a_head("edinburgh", "schools") < a_head(LIKE, "schools") < a_head("west_lothian", "schools")
    assert a_head("edinburgh", "nhs") < a_head(LIKE, "nhs") < a_head("dumfries_and_galloway", "nhs")
    assert a_head("glasgow", "public_health") == pytest.approx(a_head(LIKE, "public_health"), rel=1e-4)


def test_the_table_s_money_follows_what_england_s_councils_spent():
    """By the powers of income deprivation that the how-to names, from the tables of England that ship."""
    england = {name: pd.DataFrame([row for rows in lines(name).values() for row in rows]) for name in TABLES}
    code = dict(zip(england["authorities"]["name"], england["authorities"]["code"], strict=True))
    zones = pd.read_csv(options.find("place")["leeds"].beside("england.zones.csv"), comment="#")
    zones["code"] = zones["place"].map(code)
    own, spent = (england[name].set_index(england[name]["name"].map(code)) for name in TABLES)
    numbers = [column for column in spent if column != "name"]
    powers = powers_of_income(
        own.astype({"income_deprived": float}), spent.astype(dict.fromkeys(numbers, float)), zones
    )
    assert powers == {"adult_care": 0.22, "children": 0.66, "housing": 0.81, "council_other": 0.18, "schools": 0.16}
    for name in COUNCILS:
        poor = float(line(name)["income_deprived"]) / float(line(ZONES)["income_deprived"])
        ages = people(place(name).areas).sum(axis=0)
        like = people(place(ZONES).areas).sum(axis=0)
        children = ages[:3].sum() / ages.sum() / (like[:3].sum() / like.sum())
        for agency, power in powers.items():
            times = poor**power * (children if agency in ("children", "schools") else 1)
            assert float(line(name)[agency]) == pytest.approx(times, abs=0.002), agency


def test_what_is_published_by_council_is_its_own_and_what_is_not_says_so():
    fife, glasgow = place("fife"), place("glasgow")
    own = [fife.population, fife.life_satisfaction, fife.observed["income_deprived_share"]]
    own += [glasgow.observed[key] for key in ("employment_rate", "claimant_share", "population_growth")]
    for figure in own:
        assert FILLED not in figure.note
        assert figure.grade in "AB"
    filled = [glasgow.observed["income_deprived_share"], fife.departures, fife.observed["cold_homes_share"]]
    for figure in filled:
        assert figure.note.startswith(FILLED)
        assert figure.grade in "CJ"
    assert "filled by a rule (J)" in fife.source
    assert "2011 to 2012" in fife.observed["population_growth"].note


def test_every_council_validates_as_a_whole_plan():
    base = check(compose("compare", ["place=glasgow"], ()))
    assert base.world.place.title == "Glasgow"
    for name, data in laid_out("place", COUNCILS).items():
        assert elsewhere(base, name, data, lambda _: 1).world.place.title == place(name).title


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("glasgw", "glasgow"), ("orkney", "orkney_islands"), ("na_h_eileanan_sia", "na_h_eileanan_siar")],
)
def test_a_misspelt_council_is_told_the_nearest(typed, meant):
    with pytest.raises(ConfigurationError, match=rf"32 councils.*\n.*did you mean place={meant}"):
        compose("compare", [f"place={typed}"], ())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "scale"), [("glasgow", 0.02), ("orkney_islands", 0.5)])
def test_a_council_settles_and_lives(name, scale):
    typed = [f"place={name}", f"scale={scale}", "years=1", "arms=[status_quo,rationing]"]
    plan = check(compose("compare", typed, ()))
    months = engine.run(engine.settle(plan.world), plan.policies, 0, 1).months["rationing"]
    people_there = months["citizens"].mean()
    assert people_there == pytest.approx(scale * scottish()[name].population, rel=0.05)
    in_need = months["in_need"].mean() / people_there
    assert isfinite(in_need)
    assert 0.1 < in_need < 0.4
