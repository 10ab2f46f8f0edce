"""Who writes each column is found by living months, and said on the page."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from reading import DOCS

from simulation.month import PHASES
from simulation.policy.levers import LEVERS
from simulation.state.agencies import Agencies, empty_agencies
from simulation.state.columns import People, Services, empty

TABLES = {"Citizen": ("people", People), "Service": ("services", Services), "Agency": ("agencies", Agencies)}


def rows(entity):
    """What the page says writes each column of an entity."""
    text = (DOCS / "explanation" / "odd.md").read_text(encoding="utf-8")
    part = text[text.index(f"### {entity}\n") :].partition("<!-- end -->")[0]
    return dict(re.findall(r"^\| `(\w+)` \|.* \| ([^|]+) \|$", part, flags=re.MULTILINE))


@pytest.fixture
def place():
    """As much of a model as is watched."""
    state = SimpleNamespace(people=empty(People, 4, 2), services=empty(Services, 3), agencies=empty_agencies())
    return SimpleNamespace(state=state)


def step_named(name):
    return next((phase, step) for phase in PHASES for step in phase.steps if step.name == name)


def write_under_another_name(agencies):
    for column in (agencies.people, agencies.care_for):
        column += 1


def test_what_is_written_under_another_name_is_seen(scripts, place):
    found = {}
    watcher = scripts("watched").Watcher(place, found)
    write_under_another_name(place.state.agencies)
    watcher.after_step(*step_named("plan_year"), place)
    place.state.people.level[2, 1] = 3
    watcher.after_step(*step_named("evolve"), place)
    watcher.after_step(*step_named("seek"), place)
    assert found == {
        ("agencies", "people"): {"plan_year"},
        ("agencies", "care_for"): {"plan_year"},
        ("people", "level"): {"evolve"},
    }


def test_purses_that_are_divided_are_not_written(scripts, place):
    found = {}
    watcher = scripts("watched").Watcher(place, found)
    place.state.agencies = Agencies(*(np.concatenate([column, column]) for column in place.state.agencies))
    watcher.after_step(*step_named("in_force"), place)
    assert found == {}
    place.state.agencies.fund[-1] = 5.0
    watcher.after_step(*step_named("plan_year"), place)
    assert found == {("agencies", "fund"): {"plan_year"}}


def test_steps_are_told_phase_by_phase_in_the_order_of_the_month(scripts):
    steps = {"outcome", "fill_places", "welcome", "evolve"}
    assert scripts("watched").told(steps) == "need: evolve, welcome; serve: fill_places; outcome"


def test_every_lever_is_in_force_where_it_is_watched(scripts):
    watched = scripts("watched")
    assert {name for levers in watched.LEVERS for name in levers} == set(LEVERS)


def test_a_column_that_nothing_provoked_is_not_called_static(scripts, monkeypatch):
    parts, generate = scripts("parts_of_pages"), scripts("generate")
    monkeypatch.setattr(scripts("watched"), "writers", dict)
    with pytest.raises(SystemExit, match=r"no step changed people\.alive"):
        parts.entity("People", generate.COLUMNS, "people")


@pytest.mark.parametrize("entity", TABLES)
def test_the_page_calls_nothing_static_that_the_code_assigns(scripts, entity):
    table, kind = TABLES[entity]
    said = rows(entity)
    assert tuple(said) == kind._fields
    assigned = {column for _, column in scripts("sources").assigned({table: set(kind._fields)})}
    assert len(assigned) > 10
    assert not [name for name in assigned if said[name] == "static"]


def test_the_page_says_what_each_april_rewrites():
    """Whom purses are for, and what they held at the policy date, follow the people."""
    said = rows("Agency")
    assert {name for name, who in said.items() if "plan_year" in who} >= set(Agencies._fields) - {"drawn", "frozen"}
    people = rows("Citizen")
    assert all("outcome" in people[name] for name in ("wellbeing", "trust", "capability"))
    assert "be_seen" in people["seen"]
    assert people["area"] == people["trust_usual"] == "static"
