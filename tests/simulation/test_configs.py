"""What ships as data: it validates, says where it comes from, and holds the places as they are."""

import csv

import pytest
import yaml
from worlds import CONFIGS, PLACES, SHIPPED, shipped, world_of

from simulation.parameters import BehaviourConfig, ChallengeConfig, CostsConfig, DemographyConfig, DesignConfig
from simulation.parameters.observed import Observed
from simulation.parameters.quantity import BUDGET_HOLDERS, TIERS, Quantity

KINDS = {
    "challenge": ChallengeConfig,
    "design": DesignConfig,
    "costs": CostsConfig,
    "behaviour": BehaviourConfig,
    "demography": DemographyConfig,
}
FILES = sorted(path for group in (*KINDS, "place", "policy") for path in (CONFIGS / group).glob("*.yaml"))
AREAS = {"croydon": 220, "east_lothian": 132, "westminster": 128, "teaching_town": 14, "average_england": 14}
PEOPLE = {
    "croydon": 357_951,
    "east_lothian": 97_500,
    "westminster": 217_187,
    "teaching_town": 5_000,
    "average_england": 100_000,
}
POLICIES = {
    "status_quo",
    "null",
    "rationing",
    "radical",
    "freedom_only",
    "funding_only",
    "support_only",
    "radical_without_pooling",
    "ration_then_redesign",
    "foundation_council",
    "audit_not_inspection",
    "wigan_deal",
    "zones_pilot",
}
CHALLENGES = {"child_poverty", "education", "obesity", "climate", "later_life", "safety"}


def read(path):
    """A file as plain data."""
    return yaml.safe_load(path.read_text())


def quantities(node, at=""):
    """Every number with its source, anywhere in plain data."""
    if isinstance(node, dict):
        if "value" in node and "low" in node:
            yield at, node
        else:
            for key, inner in node.items():
                yield from quantities(inner, f"{at}.{key}".strip("."))
    elif isinstance(node, list):
        for k, inner in enumerate(node):
            yield from quantities(inner, f"{at}[{k}]")


def ident(path):
    """group/name."""
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name in KINDS], ids=ident)
def test_every_file_of_every_group_validates(path):
    KINDS[path.parent.name].model_validate(read(path))


@pytest.mark.unhurried
@pytest.mark.parametrize("place", PLACES)
def test_every_place_makes_a_world(place):
    assert world_of(place).place.areas


@pytest.mark.parametrize("path", FILES, ids=ident)
def test_every_file_has_a_title_and_a_source(path):
    data = read(path)
    assert len(data["title"]) > 2
    assert len(data["source"]) > 10
    if path.parent.name in ("challenge", "design", "place", "policy"):
        assert len(data["summary"]) > 20
    assert path.read_text().startswith("#"), "begins with a line that says what it is"


@pytest.mark.parametrize("path", FILES, ids=ident)
def test_every_number_has_unit_source_and_grade(path):
    for at, data in quantities(read(path)):
        quantity = Observed.model_validate(data) if ".observed." in f".{at}" else Quantity.model_validate(data)
        assert quantity.unit.strip(), at
        assert len(quantity.source.strip()) >= len("assumption"), at
        assert quantity.grade in "ABCJ", at
        if quantity.grade in "AB":
            assert not quantity.source.startswith("assumption"), (
                f"{at}: graded {quantity.grade}, said to be an assumption"
            )


@pytest.mark.parametrize("path", FILES, ids=ident)
def test_what_is_recalled_and_unverified_is_visible_as_such(path):
    """Grade C is for numbers recalled and not yet checked: a source that says so must be graded so, and be kept in sight."""
    for at, data in quantities(read(path)):
        if "recalled" in data["source"] and not data["source"].startswith("assumption"):
            assert data["grade"] in "CJ", at


def test_unverified_numbers_are_a_minority():
    """Recalled numbers are to be replaced by read ones; half of all numbers with evidence is the most to be borne."""
    grades = [data["grade"] for path in FILES for _, data in quantities(read(path))]
    assert grades.count("C") <= 0.5 * (grades.count("A") + grades.count("B") + grades.count("C"))


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name == "policy"], ids=ident)
def test_every_lever_setting_of_a_policy_has_a_source(path):
    for name, lever in (read(path).get("levers") or {}).items():
        if lever is not None:
            assert len(lever.get("source", "")) > 10, name


def test_the_shipped_policies_are_there():
    assert set(SHIPPED) >= POLICIES
    used = set().union(*(policy.levers for policy in shipped().values()))
    assert len(used) >= 11, "between them they show nearly all of what policy can do"


def test_every_arm_takes_the_same_cut():
    """All but the status quo, which takes none: the same money, unless the user says otherwise."""
    cut = shipped("null")["null"].levers["envelope"]
    for name, policy in shipped().items():
        if name == "status_quo":
            assert policy.levers == {}
        else:
            assert policy.levers["envelope"] == cut, name


def test_a_policy_is_the_sum_of_its_parts():
    """The parts of the radical policy hold its own levers, unchanged; without pooling it lacks pooling alone."""
    levers = {name: _without_words(policy.levers) for name, policy in shipped().items()}
    radical = levers["radical"]
    assert levers["radical_without_pooling"] == {k: v for k, v in radical.items() if k != "pooling"}
    for name, lever in (("freedom_only", "freedom"), ("funding_only", "pooling"), ("support_only", "support")):
        assert levers[name] == {k: v for k, v in radical.items() if k in ("envelope", lever)}, name
    inside = _without_words(shipped("zones_pilot")["zones_pilot"].levers["zones"].levers)
    assert inside == {k: v for k, v in radical.items() if k in inside}


def test_rationing_first_is_rationing_and_then_radical_as_many_months_late():
    """Whatever a lever does in a month, but for the cut, whose path goes on."""
    policies, late = shipped(), 48
    both, cut = policies["ration_then_redesign"], policies["null"].levers["envelope"]
    radical = {name: lever for name, lever in policies["radical"].levers.items() if name != "envelope"}
    redesign = policies["radical"].model_copy(update={"levers": radical})
    for month in range(120):
        if month < late:
            assert both.regime_at(month) == policies["rationing"].regime_at(month), month
        else:
            assert both.regime_at(month) == cut.apply(redesign.regime_at(month - late), month), month


def _without_words(levers):
    """Levers by what they do alone."""
    return {name: lever.model_copy(update={"note": "", "source": ""}) for name, lever in levers.items()}


@pytest.mark.parametrize("name", sorted(CHALLENGES))
def test_every_challenge_has_a_design_for_some_of_its_services(name):
    world = world_of()
    kinds = {f"{name}.{tier}" for tier in TIERS}
    assert any(kinds & set(design.applies_to) for design in world.designs.values())


def test_every_design_applies_somewhere():
    world = world_of()
    kinds = {f"{c}.{tier}" for c in world.challenges for tier in TIERS} | {f"*.{tier}" for tier in TIERS}
    for name, design in world.designs.items():
        assert set(design.applies_to) <= kinds, name
        assert design.applies_to, name


def test_the_catalogue_holds_the_named_designs_and_challenges():
    world = world_of()
    assert len(world.designs) >= 10
    assert {"community_policing", "patient_hotel"} <= set(world.designs)
    assert set(world.challenges) == CHALLENGES
    assert set(PLACES) >= {"croydon", "east_lothian", "westminster", "teaching_town", "average_england"}


@pytest.mark.parametrize("place", AREAS)
class TestPlaces:
    """The real places, as they were in 2010."""

    def test_small_areas_and_people_are_as_published(self, place):
        config = world_of(place).place
        assert len(config.areas) == AREAS[place]
        assert config.population.number == PEOPLE[place]

    def test_areas_add_up_to_the_population(self, place):
        config = world_of(place).place
        people = sum(sum(area.people) for area in config.areas)
        assert people == pytest.approx(config.population.number, rel=0.001)

    def test_areas_are_named_once_and_lived_in(self, place):
        config = world_of(place).place
        assert len({area.area for area in config.areas}) == len(config.areas)
        assert all(sum(area.people) > 100 for area in config.areas)
        assert all(len(area.people) == 9 for area in config.areas)

    def test_deprivation_is_a_national_percentile_and_varies(self, place):
        areas = world_of(place).place.areas
        for domain in range(7):
            column = [area.deprivation[domain] for area in areas]
            assert min(column) >= 0
            assert max(column) <= 1
            assert max(column) - min(column) > 0.2

    def test_every_agency_has_a_real_budget_with_a_source(self, place):
        config = world_of(place).place
        for agency in BUDGET_HOLDERS:
            budget = config.budgets[agency]
            per_head = budget.number / config.population.number
            assert 5 < per_head < 3000, f"{agency}: {per_head:.0f} pounds a head"

    def test_the_areas_file_is_the_one_the_place_names(self, place):
        data = read(CONFIGS / "place" / f"{place}.yaml")
        with open(CONFIGS / "place" / data["areas_file"]) as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == AREAS[place]
        assert rows[0]["area"] == world_of(place).place.areas[0].area


def test_the_life_table_is_a_life_table():
    table = world_of().demography.life_table
    assert len(table) == 101
    assert all(0 < chance <= 1 for row in table for chance in row)
    assert table[10][0] < table[40][0] < table[80][0] < table[100][0]
    assert sum(male > female for male, female in table) > 90
