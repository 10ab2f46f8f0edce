"""Names that are none or come twice, empty lists, blank texts, contradictions, stars, home folders: each said at once."""

import math
from pathlib import Path
from typing import Any

import pytest
from hostile import QUICK, base_of, models_of, put
from hydra.core.override_parser.overrides_parser import OverridesParser

from experiments import questions
from experiments.configuration.compose import Composed, planned
from experiments.configuration.declared import declared
from experiments.configuration.settings import Settings
from experiments.configuration.validate import check
from experiments.configuration.words.spelt_out import spelt_out
from experiments.errors import ConfigurationError

pytestmark = pytest.mark.slow  # some 300 configurations are put together, a second each

TOWN = ("place=teaching_town", "scale=0.05", "years=2", "replicates=2")


def plan_of(question, changes):
    """The plan of a question with some keys changed."""
    base = base_of(question)
    data = base.data
    for key, value in changes.items():
        data = put(data, key.split("."), value)
    return questions.question(question).plans(Composed(data, base.choices, base.folders))


def refusal(question, changes):
    """What is said of a question with some keys changed."""
    with pytest.raises(ConfigurationError) as refused:
        plan_of(question, changes)
    assert refused.value.status == 2
    return refused.value.message()


def typed(question, *words):
    """The plan of a question as it is typed."""
    return planned(questions.question(question), [*TOWN, *words], [])


NOTHING_SEARCHED = {
    "discover": {
        "ranges": {f"policy.radical.levers.{key}": [0.1, 0.2] for key in ("envelope.cut", "pooling.strength")}
    },
    "stress": {"evaluations": 0},
}
"""What goes with naming no inputs."""


WITHOUT_ARMS = ("calibrate", "lab", "patterns", "pilot")
"""Questions that hold no two policies against each other."""


def lists_of_names():
    """Every setting of every question that holds a list, with a list that would do."""
    found = {}
    for name in QUICK:
        common = {} if name in WITHOUT_ARMS else Settings.model_fields
        fields = {**common, **questions.question(name).settings.model_fields}
        for key, field in fields.items():
            if ("tuple[" in str(field.annotation) or field.annotation is Any) and "lesson" not in key:
                found[name, key] = field.annotation
    return found


SEVERAL = lists_of_names()
LISTS = [each for each, kind in SEVERAL.items() if kind is not Any]
"""Those that are never anything but a list of one kind."""
MAY_COME_TWICE = ("waves",)
"""Of a calibration: so many runs in one wave, and as many in the next."""
NAMES_OF = {
    "arms": ["status_quo", "radical", "radical"],
    "authorities": ["leeds", "hartlepool", "leeds"],
    "budgets": [0.2, 0.2, 0.3],
    "challenges": ["obesity", "obesity"],
    "chosen": ["random", "random"],
    "contrast": ["radical", "radical"],
    "designs": ["patient_hotel", "patient_hotel"],
    "free": ["eligibility.fit", "eligibility.fit"],
    "horizons": [1, 1],
    "inputs": ["lever.*", "lever.*"],
    "inside": ["zones_from_2012", "zones_from_2012"],
    "judged": [2, 2],
    "levers": ["pooling", "pooling"],
    "map": ["lever.envelope.cut", "lever.envelope.cut"],
    "methods": ["randomisation", "randomisation"],
    "only": ["crime_and_police", "crime_and_police"],
    "outcomes": ["qalys", "qalys"],
    "structures": ["cut", "cut"],
    "zones": [6, 6],
}


def test_every_other_question_holds_policies_against_each_other():
    assert {name for name in QUICK if "contrast" not in base_of(name).data} == set(WITHOUT_ARMS)


@pytest.mark.parametrize(("question", "key"), [each for each in SEVERAL if each[1] not in MAY_COME_TWICE])
def test_a_list_names_each_thing_once(question, key):
    assert key in refusal(question, {key: NAMES_OF[key]})


@pytest.mark.parametrize(
    ("question", "changes", "where"),
    [
        ("frontier", {"free": {"rationing": ["eligibility.fit", "eligibility.fit"]}}, "free.rationing"),
        ("frontier", {"free": {"radical": ["pooling.*", "transition.fund", "pooling.*"]}}, "free.radical"),
        ("frontier", {"free": ["eligibility.*"] * 3}, "free"),
        ("compare", {"horizons": [2, 1, 2]}, "horizons"),
        ("sweep", {"grid": {"seed": [1, 2, 1]}}, "grid"),
    ],
)
def test_what_comes_twice_is_named_wherever_it_stands_among_settings(question, changes, where):
    said = refusal(question, {"years": 2, **changes})
    assert where in said
    assert "twice" in said


def test_as_many_runs_may_be_in_two_waves():
    assert plan_of("calibrate", {"waves": [20, 20]}).settings.waves == (20, 20)


@pytest.mark.parametrize(("question", "key"), LISTS)
def test_an_empty_list_is_refused_unless_none_is_what_is_usual_or_what_the_words_say(question, key):
    own = questions.question(question).settings
    model = own if key in own.model_fields else Settings
    said_to_be_none = "[]: none" in declared(model)[key].words
    if said_to_be_none or model.model_fields[key].default == ():
        plan_of(question, {key: [], **({} if said_to_be_none else NOTHING_SEARCHED[question])})
    else:
        assert key in refusal(question, {key: []})


TWICE_INSIDE = {
    "policy.radical.levers.pooling.agencies": ["nhs", "police", "nhs"],
    "policy.radical.levers.portfolio.designs": ["patient_hotel", "patient_hotel"],
    "design.patient_hotel.applies_to": ["*.acute", "*.acute"],
    "challenge.obesity.observed.prevalence_emerging.model.of": ["citizens", "citizens"],
}


@pytest.mark.parametrize("key", TWICE_INSIDE)
def test_a_list_in_a_file_names_each_thing_once(key):
    said = refusal("compare", {key: TWICE_INSIDE[key]})
    assert key in said
    assert "twice" in said


def test_what_names_a_thing_twice_is_told_how_it_would_do():
    assert "fix: outcomes=[qalys,crises]" in refusal("compare", {"outcomes": ["qalys", "crises", "qalys"]})
    assert (
        "agencies=[nhs]"
        not in refusal("compare", {"policy.radical.levers.pooling.agencies": ["nhs", "nhs"]}).split("fix:")[1]
    )


@pytest.mark.parametrize(
    ("question", "key", "name"),
    [
        ("compare", "outcomes", "abc"),
        ("compare", "outcomes", ["crises_atlantis"]),
        ("compare", "precise", "abc"),
        ("sweep", "outcomes", "abc"),
        ("stress", "outcomes", "abc"),
        ("stress", "structures", ["cuts"]),
        ("compare", "challenges", ["obesety"]),
        ("compare", "designs", ["motel"]),
        ("compare", "arms", ["status_quo", ["radical"]]),
        ("compare", "challenges", [["obesity"]]),
        ("attribute", "levers", ["pool"]),
        ("patterns", "only", ["crime"]),
        ("frontier", "free", ["eligibility.fitt"]),
        ("discover", "inputs", ["levers.*"]),
    ],
)
def test_a_name_that_is_none_is_refused(question, key, name):
    assert key in refusal(question, {key: name})


def test_an_outcome_of_one_challenge_is_known_where_that_challenge_is_simulated():
    plan_of("compare", {"outcomes": ["crises_obesity"], "precise": "crises_obesity", "precision": "5%"})
    said = refusal("compare", {"outcomes": ["crises_obesity"], "challenges": ["climate"]})
    assert "obesity is not among challenges=[climate]" in said
    assert "stands for several" in refusal("compare", {"precise": "crises_{challenge}", "precision": "5%"})


@pytest.mark.parametrize(
    "wrong", ["1_0%", "5 %", "1_000", "٥", "0", "-1", "nan", "inf", "1e400", True, " ", [], {}, "9" * 5000]
)
def test_a_precision_is_a_plain_number_or_percentage(wrong):
    assert "precision" in refusal("compare", {"precision": wrong})


def test_a_precision_needs_more_than_one_difference():
    assert "needs replicates=2 or more" in refusal("compare", {"precision": "5%", "replicates": 1})


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\x00", "\x1b[2J", "\ud800", "x" * 10_000])
@pytest.mark.parametrize(
    "key",
    [
        "place.title", "place.summary", "place.source", "place.budgets.nhs.source", "place.budgets.nhs.unit",
        "policy.radical.title", "policy.radical.levers.pooling.source", "challenge.obesity.summary",
        "design.patient_hotel.source", "valuation.title", "valuation.wellby.source", "demography.source", "costs.title",
    ],
)  # fmt: skip
def test_a_title_summary_unit_or_source_says_something(key, blank):
    assert key in refusal("compare", {key: blank})


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("compare", "scale"),
        ("compare", "place.budgets.nhs.high"),
        ("compare", "policy.radical.levers.envelope.others"),
        ("compare", "valuation.wellby.value"),
        ("compare", "challenge.obesity.services.acute.payment.payers"),
        ("compare", "behaviour.ties.networkx"),
        ("sweep", "grid"),
        ("discover", "peel_alpha"),
        ("frontier", "budgets"),
        ("lab", "minutes"),
        ("patterns", "pattern.accountability_removed.measures.in_force.settings"),
        ("calibrate", "cut"),
    ],
)
def test_no_number_is_infinite_however_deep(question, key, number):
    deep = {
        "policy.radical.levers.envelope.others": {"nhs": number},
        "challenge.obesity.services.acute.payment.payers": {"nhs": number},
        "behaviour.ties.networkx": {"generator": "path_graph", "arguments": {"k": number}},
        "grid": {"policy.radical.levers.pooling.strength": [0.5, number]},
        "budgets": [0.2, number],
    }
    if question == "patterns":
        name = next(iter(base_of("patterns").data["pattern"]["accountability_removed"]["measures"]))
        key, deep = f"pattern.accountability_removed.measures.{name}.settings", {}
        deep[key] = {
            **base_of("patterns").data["pattern"]["accountability_removed"]["measures"][name]["settings"],
            "x": number,
        }
    assert key.split(".")[-1] in refusal(question, {key: deep.get(key, number)})


COUNCIL = ("adult_care", "children", "public_health", "housing", "council_other")


def test_the_council_means_its_five_agencies():
    plan = _policies({"policy.radical.levers.pooling.agencies": ["nhs", "council"]})
    assert plan["radical"].levers["pooling"].agencies == ("nhs", *COUNCIL)
    ring = {"policy.radical.levers.protection": {"ring_fence": {"council": 0.5, "nhs": 1}}}
    assert _policies(ring)["radical"].levers["protection"].ring_fence == {**dict.fromkeys(COUNCIL, 0.5), "nhs": 1}
    zones = {"count": 2, "levers": {"pooling": {"agencies": ["council", "police"]}}}
    inside = _policies({"policy.radical.levers.zones": zones})["radical"].levers["zones"].levers["pooling"]
    assert inside.agencies == (*COUNCIL, "police")


def _policies(changes):
    """The policies of a comparison with some keys changed."""
    base = base_of("compare")
    data = base.data
    for key, value in changes.items():
        data = put(data, key.split("."), value)
    return check(Composed(data, base.choices)).policies


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("policy.radical.levers.pooling.agencies", ["council", "children"]),
        ("policy.radical.levers.protection", {"ring_fence": {"council": 0.5, "children": 1}}),
        ("policy.radical.levers.envelope.others", {"council": 0.5}),
        ("challenge.obesity.services.core.owner", "council"),
        ("challenge.obesity.services.acute.payment.payers", {"council": 1.0}),
    ],
)
def test_where_the_council_cannot_be_meant_as_a_whole_its_agencies_are_named(key, value):
    said = refusal("compare", {key: value})
    assert "children" in said
    assert "did you mean council_other" not in said


def spelt(*words, **settings):
    """What words with stars are spelt out to, where a comparison has some settings."""
    return spelt_out(words, lambda rest: {**base_of("compare").data, **settings})


@pytest.mark.parametrize("sign", ["", "+", "++", "~"])
def test_a_key_with_a_star_is_that_key_of_every_arm_that_has_it(sign):
    arms = ["status_quo", "rationing", "radical"]
    having = ["rationing", "radical"] if sign != "+" else arms
    value = "" if sign == "~" else "=0.3"
    if sign == "+":  # is for what is not there yet
        assert sorted(spelt("+policy.*.levers.support={}", arms=arms)) == sorted(
            f"+policy.{arm}.levers.support={{}}" for arm in having
        )
    else:
        key = "levers.envelope.cut"
        assert sorted(spelt(f"{sign}policy.*.{key}{value}", arms=arms)) == sorted(
            f"{sign}policy.{arm}.{key}{value}" for arm in having
        )


def test_stars_reach_whatever_takes_part_and_settings_that_no_file_mentions():
    assert sorted(spelt("challenge.*.need.relapse.note=x", challenges=["obesity", "climate"])) == [
        "challenge.climate.need.relapse.note=x", "challenge.obesity.need.relapse.note=x"
    ]  # fmt: skip
    arms = ["rationing", "radical"]
    assert sorted(spelt("policy.r*.levers.envelope.strength=0.5", arms=arms)) == sorted(
        f"policy.{arm}.levers.envelope.strength=0.5" for arm in arms
    )
    assert spelt("policy.*.title=x", "years=3", arms=[None, "radical"]) == [
        "policy.null.title=x", "policy.radical.title=x", "years=3"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("policy.*.levers.envelop.cut=0.3",), "stands for no key"),
        (("polic*.x=1",), "stands for no key"),
        (("~policy.*.levers.zones",), "stands for no key"),
        (("*=1", "--multirun"), "redesign sweep"),
        (("-m", "policy.*.levers.envelope.cut=0.1,0.2"), "redesign sweep"),
    ],
)
def test_a_star_that_cannot_be_meant_is_refused(words, said):
    with pytest.raises(ConfigurationError, match=said):
        spelt(*words)


def test_a_command_with_a_star_is_the_command_with_every_arm_in_full():
    plan = typed("compare", "arms=[status_quo,rationing,radical]", "policy.*.levers.envelope.cut=0.3")
    levers = [policy.levers for policy in plan.policies.values()]
    assert [each["envelope"].cut for each in levers if "envelope" in each] == [0.3, 0.3]
    assert plan.notes == []


@pytest.mark.parametrize(
    "grid",
    [
        "grid={seed:[1],seed:[2]}",
        "grid={policy.*.levers.envelope.cut:[0.1],policy.radical.levers.envelope.cut:[0.2]}",
        "ranges={policy.radical.levers.envelope.cut:[0.1,0.2],policy.r*.levers.envelope.cut:[0.2,0.3]}",
        "grid={policy.radical.levers.pooling.strength:[0.5,0.5]}",
        "grid={policy.radical.levers.pooling:[{agencies:[nhs,police],agencies:[nhs,dwp]}]}",
    ],
)
def test_a_sweep_sets_each_key_once_and_to_each_value_once(grid):
    with pytest.raises(ConfigurationError, match="twice"):
        typed("sweep", grid, "points=2")


@pytest.mark.parametrize("folder", ["~/somewhere", "~", "~/a b'c"])
def test_a_folder_in_ones_home_is_read(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    plan = typed("compare", f"out={folder}")
    assert Path(plan.settings.out).expanduser() == Path(folder).expanduser()


@pytest.mark.parametrize("word", ["out=a(b", "out=x`y", "outcomes=!all"])
def test_what_cannot_be_read_is_told_to_be_put_in_quotes_that_help(word):
    with pytest.raises(ConfigurationError) as refused:
        typed("compare", word)
    (fault,) = refused.value.faults
    assert fault.where == word
    again = fault.fix.partition(" for ")[0].strip("'")
    OverridesParser.create().parse_override(again)


def test_models_are_found_for_every_group():
    """What attacks are derived from: nothing that a question reads is without a model."""
    for name in QUICK:
        left = set(base_of(name).data) - set(models_of(name))
        assert left == set(), name
