"""Policies are told from their levers: nothing is left out, defaults are the levers' own, numbers are those in force."""

import copy
import re

import pytest
from briefs import grade

from experiments.analysis.verdicts import policies
from experiments.analysis.verdicts.lever_words import date
from experiments.analysis.verdicts.policies import LEVERS, described
from experiments.configuration.compose import compose
from simulation.policy.levers import LEVERS as KINDS
from simulation.policy.levers.money.envelope import Envelope


@pytest.fixture(scope="module")
def data():
    """The shipped comparison in Croydon."""
    return compose("compare", ["place=croydon"], []).data


def told(data, levers):
    """The lines of one policy."""
    one = {**data, "policy": {"mine": {"title": "Mine", "summary": "A policy", "levers": levers}}}
    return {line.label: line.text for line in described(one, ["mine"])[0].does}


def test_every_lever_has_words_of_its_own():
    assert set(LEVERS) == set(KINDS)
    assert len({label for label, _ in LEVERS.values()}) == len(LEVERS)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"zones", "portfolio"}))
def test_what_is_not_given_is_told_as_the_lever_has_it(data, name):
    whole = KINDS[name]().model_dump(mode="json")
    assert told(data, {name: {}}) == told(data, {name: whole})


def test_the_cut_is_the_place_s_own_in_shares_pounds_and_years(data):
    cut = told(data, {"envelope": {"cut": "place", "others": {"police": 0.2, "nhs": 0.0}}})["The cut"]
    council = ("adult_care", "children", "public_health", "housing", "council_other")
    whole = sum(data["place"]["budgets"][name]["value"] for name in council)
    a_head = 0.149 * whole / data["place"]["population"]["value"]
    assert cut.startswith("The council has 15% less to spend by 2017-18")
    assert abs(int(re.search(r"£(\d+) a head", cut)[1]) - a_head) <= 5
    assert "the police 20% less" in cut
    assert "Not cut: the NHS" in cut
    assert Envelope.model_fields["cut"].default == policies.ENGLAND
    assert Envelope.model_fields["path"].default == policies.PATH


@pytest.mark.parametrize(
    ("levers", "label", "words"),
    [
        ({"support": {"per_head": 26.0, "ramp": 12}}, "Support",
         "Growing until April 2012: services get coaching and tools, for £26 a"),
        ({"freedom": {"strength": 0.4, "start": 9, "end": 60}}, "Freedom",
         "From January 2012, until April 2016: at 40% of full strength"),
        ({"pooling": {"scope": "whole_place"}}, "Pooled money", "own one budget"),
        ({"eligibility": {"rise": 0.5, "fit": 0}}, "Rationing", "The bar goes up by 0.5 of a level"),
        ({"envelope": {"cut": [0.1, 0.3]}}, "The cut", "30% less to spend by 2012-13"),
        ({"envelope": {"cut": -0.1}}, "The cut", "10% more to spend by 2017-18"),
        ({"protection": {"ring_fence": {"children": 1.0}}}, "Protected money", "100% of children's services may not be cut"),
        ({"portfolio": {"designs": ["patient_hotel"], "begin": {"patient_hotel": {"month": 6, "judged": False}}}},
         "New ways of working", "begun in October 2011 by services, and kept whatever its test shows"),
        ({"zones": {"count": 3, "levers": {"freedom": {}}, "without": ["targets"]}}, "Zones", "Up to 3 neighbourhoods"),
    ],
)  # fmt: skip
def test_amounts_and_dates_are_those_in_force(data, levers, label, words):
    assert words in told(data, levers)[label]


def test_a_lever_that_is_off_is_not_told(data):
    assert list(told(data, {"freedom": {"strength": 0.0}, "targets": None})) == ["Money and rules"]


def test_the_shipped_policies_differ_in_words_and_read_easily(data):
    found = described(data, list(data["policy"]))
    texts = [" ".join(line.text for line in each.does) for each in found]
    assert len(set(texts)) == len(texts) == len(data["policy"])
    for each, text in zip(found, texts, strict=True):
        assert grade(text) <= 12, (each.arm, grade(text))


def test_changing_a_number_changes_the_words(data):
    other = copy.deepcopy(data)
    other["policy"]["radical"]["levers"]["support"]["per_head"] = 17.0
    first, second = (described(each, ["radical"])[0].does for each in (data, other))
    assert [a.label for a, b in zip(first, second, strict=True) if a != b] == ["Support"]


@pytest.mark.parametrize(
    ("month", "words"), [(0, "April 2011"), (8, "December 2011"), (9, "January 2012"), (12, "April 2012")]
)
def test_months_are_counted_from_april_2011(month, words):
    assert date(month) == words


@pytest.mark.parametrize("policy", [{"title": 1}, {"title": "a", "summary": "b", "levers": {"freedom": 3}}, 7])
def test_what_are_no_policies_are_refused(policy):
    with pytest.raises(ValueError, match="cannot be read"):
        described({"policy": {"mine": policy}}, ["mine"])
