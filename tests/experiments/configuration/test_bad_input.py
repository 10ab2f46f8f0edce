"""Whatever is wrong with a configuration is said at once, with key, value, what is allowed and the fix."""

import math
import re

import pytest
import yaml

from experiments.configuration import validate
from experiments.configuration.compose import Composed, compose
from experiments.configuration.files.place_tables import read_areas
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError, nearest, unknown

CASES = [
    ({"years": 0}, ["years=0", "whole number from 1 to 100", "fix: for example years=1"]),
    ({"years": "ten"}, ["years=ten", "whole number"]),
    ({"years": 2.5}, ["years=2.5", "whole number"]),
    ({"years": 101}, ["years=101", "fix: for example years=100"]),
    ({"years": [1, 2]}, ["years=[1,2]", "whole number"]),
    ({"years": True}, ["years=true", "whole number"]),
    ({"replicates": 0}, ["replicates=0", "from 1", "fix: for example replicates=1"]),
    ({"scale": math.nan}, ["scale=nan", "not a number", "more than 0"]),
    ({"scale": 0.0}, ["scale=0.0", "more than 0, at most 1"]),
    ({"scale": 1e-5}, ["scale=1e-05", "14 small areas", "fix: scale=0.003 or more"]),
    ({"seed": -1}, ["seed=-1", "from 0"]),
    ({"seed": math.inf}, ["seed=inf", "from 0", "fix: for example seed=9223372036854775807"]),
    ({"replicates": 10**9}, ["replicates=1000000000", "fix: for example replicates=100000"]),
    ({"engine": "slow"}, ["engine=slow", "fast, agents", "fix: for example engine=fast"]),
    ({"workers": 0}, ["workers=0", "auto or a whole number from 1"]),
    ({"out": 3}, ["out=3", "name of a folder"]),
    ({"arms": []}, ["arms=[]", "a list of names"]),
    ({"arms": ["radical"]}, ["arms", "at least two arms"]),
    ({"arms": ["radical", "radical"]}, ["arms", "names radical twice"]),
    ({"arms": ["radicle", "status_quo"]}, ["there is no policy 'radicle'", "did you mean radical?"]),
    ({"contrast": ["radical", "wigan_deal"]}, ["contrast=[radical,wigan_deal]", "wigan_deal is not among arms"]),
    ({"contrast": ["radical", "radical"]}, ["an arm with itself"]),
    ({"contrast": ["radical"]}, ["contrast=[radical]", "must be two arms"]),
    ({"horizons": 3}, ["horizons=3", "must be a list", "fix: horizons=[3]"]),
    ({"horizons": [1, 11]}, ["  horizons=[1,11]\n", "years from 1 to years=10", "fix: horizons=[1], or years=11"]),
    (
        {"runner": "dask"},
        ["  runner=dask\n", "address of the cluster's scheduler", "fix: runner=dask scheduler=tls://"],
    ),
    (
        {"scheduler": "tls://a:1"},
        ["  scheduler=tls://a:1\n", "is for runner=dask alone", "fix: runner=dask scheduler="],
    ),
    (
        {"population_luck": "nested", "replicates": 1},
        ["  population_luck=nested\n", "needs replicates=2 or more", "fix: replicates=2"],
    ),
    (
        {"settling_luck": "own", "population_luck": "shared"},
        ["  settling_luck=own\n", "whose people are their own", "fix: settling_luck=auto, or population_luck=own"],
    ),
    ({"arms": ["rationing", "foo"]}, ["  arms=[rationing,foo]\n", "no policy 'foo'", "fix: redesign list policies"]),
    ({"foo": 1}, ["there is no key 'foo'", "fix: leave foo=... out"]),
    ({"challenge.obesity.zzz": {}}, ["there is no such key", "fix: leave zzz out"]),
    ({"challenges": ["obesety"]}, ["there is no challenge 'obesety'", "did you mean obesity?"]),
    ({"designs": ["patient_motel"]}, ["there is no design 'patient_motel'", "did you mean patient_hotel?"]),
    ({"outcomes": ["crisis"]}, ["there is no outcome 'crisis'", "did you mean crises?"]),
    ({"yers": 5}, ["there is no key 'yers'", "did you mean years?"]),
    ({"burn_in": {"own": 13}}, ["burn_in.own=13", "multiple of 12"]),
    ({"place": None}, ["place=null", "choose one"]),
    ({"profile": "yes"}, ["profile=yes", "true or false", "fix: for example profile=true"]),
    ({"place.localities": "x"}, ["place.localities=x", "whole number from 1 to 2000"]),
    ({"place.budgets.nhs.value": math.nan}, ["place.budgets.nhs.value=nan", "not a number"]),
    (
        {"place.budgets.nhs": 5},
        ["place.budgets.nhs=5", "mapping with the keys value, low", "fix: place.budgets.nhs.value=5"],
    ),
    ({"place.budgets.navy": {}}, ["place.budgets.navy", "must be one of adult_care"]),
    ({"place.budgets.nhs.value": -5.0}, ["value -5 is outside its own range 6,551,000 to 8,734,000"]),
    ({"place.areas_file": "nowhere.csv"}, ["place.areas_file=nowhere.csv", "no such file beside teaching_town.yaml"]),
    ({"place.areas_file": None}, ["place.areas_file=null", "text"]),
    ({"challenge.obesity.need.onset.value": 0.9}, ["challenge.obesity.need.onset", "outside its own range"]),
    (
        {"behaviour.redesign.residual_cost": {"value": 0.2}},
        ["behaviour.redesign.residual_cost", "there is no such key", "fix: use behaviour.redesign.months_double"],
    ),
    ({"challenge.obesity.nead": {}}, ["challenge.obesity.nead", "did you mean need?"]),
    ({"challenge.obesity.services.core.staff": "wizard"}, ["staff=wizard", "no entry in costs.staff"]),
    ({"challenge.obesity.services.core.owner": "centre"}, ["core.owner=centre", "of adult_care", "police, dwp"]),
    ({"design.patient_hotel.applies_to": ["later_lif.acute"]}, ["no challenge 'later_lif'", "later_life"]),
    ({"design.patient_hotel.applies_to": ["later_life.ward"]}, ["must be challenge.tier", "prevention, core, acute"]),
    ({"policy.radical.levers.pooling.strength": 1.5}, ["levers.pooling.strength=1.5", "a number from 0 to 1"]),
    ({"policy.radical.levers.pooling.strength": math.nan}, ["pooling.strength=nan", "from 0 to 1"]),
    ({"policy.radical.levers.pooling.strenth": 1}, ["pooling.strenth=1", "did you mean strength?"]),
    ({"policy.radical.levers.poolin": {}}, ["there is no lever 'poolin'", "did you mean pooling?"]),
    ({"policy.radical.levers.pooling": 0.5}, ["must be a mapping", "fix: policy.radical.levers.pooling.strength=0.5"]),
    ({"policy.radical.levers.pooling.agencies": ["nhs", "centre"]}, ["agencies.1=centre", "police, dwp"]),
    ({"policy.radical.levers.pooling.agencies": ["nhs", "navy"]}, ["pooling.agencies.1=navy", "must be one of"]),
    ({"policy.radical.levers.pooling.agencies": ["nhs"]}, ["pooling.agencies=[nhs]", "at least 2 entries"]),
    ({"policy.radical.levers.pooling.agencies": "nhs"}, ["must be a list of at least 2", "fix: as in"]),
    ({"policy.radical.levers.protection.ring_fence": {"households": 0.5}}, ["fence.households", "police, dwp"]),
    ({"policy.radical.levers.protection.ring_fence": {"army": 0.5}}, ["ring_fence.army", "must be one of"]),
    ({"policy.radical.levers.portfolio.designs": ["patient_motel"]}, ["designs: patient_motel", "patient_hotel?"]),
    ({"policy.radical.levers.portfolio.begin": {"patient_motel": {}}}, ["designs: patient_motel", "patient_hotel?"]),
    (
        {"policy.radical.levers.portfolio.begin": {"patient_hotel": {"services": ["later_life.core"]}}},
        ["begin.patient_hotel.services: later_life.core", "can be used at", "services=[obesity.acute]"],
    ),
    ({"policy.radical.levers.portfolio.begin": {"patient_hotel": {"share": 0}}}, ["begin.patient_hotel.share=0"]),
    (
        {"challenges": ["education"], "policy.radical.levers.portfolio.designs": ["patient_hotel"]},
        ["none of these applies to the challenges in play (education)"],
    ),
]


EXAMPLE = re.compile(r"fix: (?:for example )?([\w.]+)=([^\s,]+)(?: or more)?$", re.MULTILINE)
"""What to type instead: whoever types just that must not be refused again for it."""


@pytest.mark.parametrize(("changes", "expected"), CASES, ids=[next(iter(changes)) for changes, _ in CASES])
def test_a_mistake_is_named_with_its_value_range_and_fix(refused, changes, expected):
    message = refused(changes)
    assert message is not None
    assert [part for part in expected if part not in message] == [], message
    assert "Traceback" not in message
    for key, value in EXAMPLE.findall(message):
        again = refused({key: yaml.safe_load(value)}) or ""
        assert f"  {key}" not in [line.partition("=")[0] for line in again.splitlines()], again


def test_the_shipped_comparison_is_accepted(refused):
    assert refused({}) is None


def test_all_mistakes_are_named_at_once(refused):
    message = refused(
        {"years": 0, "scale": math.nan, "place.localities": 9999, "policy.radical.levers.freedom.strength": 2}
    )
    for key in ("years=0", "scale=nan", "place.localities=9999", "policy.radical.levers.freedom.strength=2"):
        assert key in message
    assert message.startswith("redesign: 4 things")


@pytest.mark.parametrize(
    "changes",
    [{"policy.radical.levers.pooling.agencies": ["nhs", "navy"]}, {"place.areas_file": None}],
    ids=["a wrong name in a list", "a table that is not named"],
)
def test_one_mistake_is_one_fault(refused, changes):
    assert refused(changes).startswith("redesign: one thing to put right")


def test_an_agency_without_money_is_one_fault_however_many_services_it_owns(refused):
    message = refused(
        {"place.budgets.nhs.value": 0.0, "place.budgets.nhs.low": 0.0, "arms": ["status_quo", "support_only"]}
    )
    assert message.count("nhs has no budget") == 1 or " more)" in message


def test_no_agency_is_offered_that_has_no_budget(refused):
    message = refused({"policy.radical.levers.pooling.agencies": ["nhs", "navy"]})
    assert "centre" not in message
    assert "households" not in message


def test_a_policy_named_null_can_be_an_arm(refused):
    assert refused({"arms": [None, "radical"], "contrast": ["radical", None]}) is None


def test_a_place_taken_away_is_missed(composed):
    choices = {group: option for group, option in composed.choices.items() if group != "place"}
    with pytest.raises(ConfigurationError, match=r"place=null\s+is missing; choose one"):
        validate.check(Composed({**composed.data, "place": {"usual_scale": 0.1}}, choices))


def test_overrides_of_a_policy_that_does_not_exist_are_refused(refused):
    message = refused({}, overrides=["policy.radicle.levers.pooling.strength=0.5"])
    assert "there is no policy 'radicle'" in message


COLUMNS = "area,p0_4,p5_15,p16_17,p18_24,p25_44,p45_64,p65_74,p75_84,p85p,income,employment,education,health,crime,housing,living"
GOOD = "A1,1,2,3,4,5,6,7,8,9,0.1,0.2,0.3,0.4,0.5,0.6,0.7"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([COLUMNS.replace("p85p,", "").replace(",crime", ""), GOOD], ["lacks the columns p85p, crime"]),
        (
            [COLUMNS, GOOD.replace("A1,1,", "A1,-1,")],
            ["line 2, p0_4", "'-1'", "whole number from 0 to 10,000,000", "fix: correct that line"],
        ),
        ([COLUMNS, GOOD.replace("A1,1,", "A1,99999999999999999999,")], ["p0_4", "whole number from 0 to 10,000,000"]),
        ([COLUMNS, GOOD + ",9"], ["line 2", "has 18 entries and the first line 17"]),
        ([COLUMNS, GOOD.replace("0.7", "1.7")], ["line 2, living", "'1.7'", "from 0 to 1"]),
        ([COLUMNS, GOOD.replace("0.7", "nan")], ["line 2, living", "'nan'"]),
        ([COLUMNS, GOOD.replace("0.7", "")], ["line 2, living", "''"]),
        ([COLUMNS, GOOD.replace("1,2,", "1.5,2,", 1)], ["p0_4", "'1.5'", "whole number"]),
        ([COLUMNS, GOOD, GOOD], ["line 3, area", "'A1' is empty or there already"]),
        ([COLUMNS, "A1,0,0,0,0,0,0,0,0,0,0.1,0.2,0.3,0.4,0.5,0.6,0.7"], ["A1 has no people", "leave the line out"]),
        ([COLUMNS], ["has no lines"]),
    ],
)
def test_a_table_of_areas_is_checked_line_by_line(tmp_path, lines, expected):
    file = tmp_path / "areas.csv"
    file.write_text("\n".join(lines))
    with pytest.raises(ConfigurationError) as refusal:
        read_areas(file, "place.areas_file")
    message = refusal.value.message()
    assert [part for part in ["areas.csv", *expected] if part not in message] == [], message


def test_a_good_table_of_areas_is_read(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text(f"{COLUMNS}\n{GOOD}\n")
    (area,) = read_areas(file, "place.areas_file")
    assert area.people == (1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert area.deprivation[-1] == 0.7


PLACES = ["croydon", "east_lothian", "teaching_town", "westminster"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("croydn", "croydon"),
        ("Croydon", "croydon"),
        ("lothian", "east_lothian"),
        ("town", "teaching_town"),
        ("atlantis", ""),
        ("edinburgh", ""),
        ("east", "east_lothian"),
        ("westmin", "westminster"),
        ("lothia", "east_lothian"),
        ("st", ""),
        ("on", ""),
        (5, ""),
    ],
)
def test_only_a_name_that_is_near_is_suggested(typed, meant):
    """Atlantis shares half its letters with East Lothian and is not there; in Westminster and East Lothian alike is nothing."""
    assert nearest(typed, PLACES) == meant


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("milton", ["luton", "milton_keynes"], "milton_keynes"),
        ("newcastle", ["doncaster", "newcastle_upon_tyne"], "newcastle_upon_tyne"),
        ("keynes", ["kenes", "milton_keynes"], "milton_keynes"),
        ("stock", ["stick", "stockton_on_tees", "stockport"], "stockport"),
    ],
)
def test_a_name_that_begins_with_what_was_typed_or_holds_it_is_nearer_than_one_spelled_alike(typed, known, meant):
    assert nearest(typed, known) == meant


@pytest.mark.parametrize(
    ("where", "kind", "instead", "fix"),
    [
        ("need=foo", "challenge", "", "for example need=obesity"),
        ("structures=[foo]", "mechanism", "", "for example structures=[obesity]"),
        ("only=[obesity,foo]", "pattern", "", "leave foo out, or name one of them"),
        ("foo=1", "key", "", "leave foo=... out"),
        ("show policy=foo", "policy", "redesign list policies", "redesign list policies"),
    ],
)
def test_what_names_nothing_that_there_is_has_a_fix(where, kind, instead, fix):
    assert unknown(where, kind, "foo", ["obesity", "climate"], instead).fix == fix


@pytest.mark.parametrize("typed", ["workers=two", "place.arrivals.value=abc"])
def test_what_has_no_better_fix_can_be_left_out(typed):
    with pytest.raises(ConfigurationError) as refusal:
        check(compose("compare", ["place=teaching_town", typed], []))
    key = typed.partition("=")[0]
    assert f"{typed}\n" in refusal.value.message()
    assert f"fix: leave {key}=... out; it then has its usual value" in refusal.value.message()


@pytest.mark.parametrize("letters", [61, 26_000])
def test_of_a_name_that_is_longer_than_any_only_the_beginning_is_repeated(letters):
    fault = unknown(f"place={'x' * letters}", "place", "x" * letters, ["leeds"])
    assert fault.where == f"place={'x' * 57}..."
    assert fault.wrong == f"there is no place '{'x' * 57}...'; there are: leeds"
    assert unknown("place=y", "place", "y", ["leeds"]).where == "place=y"
