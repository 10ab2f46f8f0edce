"""What is typed means one thing: no key is given twice, and no number is written as only a computer would read it."""

import pytest
from hostile import QUICK, Case, outcome_of
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from experiments import cli, questions
from experiments.configuration.compose import planned
from experiments.configuration.words.spelt_out import spelt_out
from experiments.errors import ConfigurationError

TOWN = ("place=teaching_town", "scale=0.05", "replicates=2")


def refused(question, *words):
    with pytest.raises(ConfigurationError) as refusal:
        planned(questions.question(question), list(words), [])
    return refusal.value.message()


@pytest.mark.parametrize("question", [name for name in QUICK if name != "lab"])
def test_a_setting_is_given_once(question):
    said = refused(question, *QUICK[question], "seed=1", "seed=2")
    assert "  seed\n" in said
    assert "is given twice: 1, 2" in said


@pytest.mark.unhurried
@pytest.mark.parametrize(
    "words",
    [
        ("place=croydon", "place=teaching_town"),
        ("place=croydon", "place=croydon"),
        ("policy.radical.levers.pooling.strength=0", "years=1", "policy.radical.levers.pooling.strength=1"),
        ("+policy.radical.levers.pooling.strength=0", "policy.radical.levers.pooling.strength=1"),
        ("++years=1", "years=1"),
        ("policy.*.levers.envelope.cut=0.3", "policy.radical.levers.envelope.cut=0.2"),
        ("policy.r*.levers.envelope.cut=0.3", "policy.radical.levers.envelope.cut=0.2"),
        ("out=a", "out=b", "out=c"),
        ("arms=[null,radical]", "arms=[null,rationing]"),
    ],
)
def test_any_key_is_given_once(words):
    said = refused("compare", *words)
    last = words[-1].lstrip("+").partition("=")
    assert f"  {last[0]}\n" in said
    assert "is given " in said
    assert last[2] in said


@pytest.mark.parametrize(
    "words",
    [
        ["~policy.radical.levers.pooling", "+policy.radical.levers.pooling={strength:1}"],
        ["policy.radical.levers.pooling={strength:1}", "policy.radical.levers.pooling.agencies=[nhs,police]"],
        ["years=1", "replicates=1"],
        ["--config-dir=a", "--config-dir=b"],
    ],
)
def test_what_is_about_different_things_is_let_through(words):
    assert spelt_out(words, lambda rest: {}) == words


@pytest.mark.parametrize(
    "words",
    [
        ["--multirun", "years=1,2", "years=3"],
        ["--multirun", "hydra.sweep.dir=a", "hydra.sweep.dir=b"],
        ["--cfg", "job", "years=1", "years=2"],
    ],
)
def test_a_key_is_given_once_where_hydra_runs_the_question(words, capsys):
    assert cli.main(["compare", *words]) == 2
    assert "is given twice" in capsys.readouterr().err


APART = [
    "1_0",
    "-1_0",
    "1_0.5",
    "1_0.",
    ".5_0",
    "1_0e1",
    "1e1_0",
    "1_000_000",
    "[1,1_0]",
    "{a:{b:[1_0]}}",
    "1_0,2",
    "choice(1_0,2)",
]


@pytest.mark.parametrize("typed", APART)
def test_a_number_has_nothing_between_its_digits(typed):
    with pytest.raises(ConfigurationError, match="_ between its digits"):
        spelt_out([f"years={typed}"], lambda rest: {})


@pytest.mark.parametrize("typed", ["run_1_0", "a/1_0", "'1_0'", "1_0_", "_1_0", "x1_0", '"1_0"', "1_0/a"])
def test_a_text_may_have_what_a_number_may_not(typed):
    assert spelt_out([f"out={typed}"], lambda rest: {}) == [f"out={typed}"]


def test_a_folder_named_like_a_number_is_not_changed_in_silence():
    said = refused("compare", *TOWN, "out=2024_01")
    assert "put it in quotes" in said


NO_WHOLE = [
    "0x10",
    "0b11",
    "0o10",
    "010",
    "1e1",
    "2.0",
    "1:30",
    "１０",
    "٣",
    "1 0",
    "10%",
    "ten",
    "1,5",
    "- 1",
    "1__0",
    "true",
]
NO_SHARE = ["0x1", "0,5", "1:30", "０.５", "½", "50%", "5e", "1e400", "nan", "inf", "-inf", "0.5.0", "true", "1__0"]


def plan_as_typed(key, typed):
    """The plan of a comparison with one key as Hydra reads it; nothing else of it is composed anew."""
    (word,) = spelt_out([f"{key}={typed}"], lambda rest: {})
    value = OverridesParser.create().parse_override(word).value()
    return outcome_of(Case("compare", tuple(key.split(".")), value))


@pytest.mark.parametrize("typed", NO_WHOLE)
@pytest.mark.parametrize("key", ["years", "workers", "seed"])
def test_what_is_no_whole_number_is_refused_for_one(key, typed):
    try:
        refusal = plan_as_typed(key, typed)
    except (HydraException, ConfigurationError):
        return  # no word that can be read
    assert refusal is not None
    assert key in refusal.message()


@pytest.mark.parametrize("typed", NO_SHARE)
@pytest.mark.parametrize("key", ["scale", "policy.radical.levers.pooling.strength", "behaviour.capacity.slack.value"])
def test_what_is_no_number_is_refused_for_one(key, typed):
    try:
        refusal = plan_as_typed(key, typed)
    except (HydraException, ConfigurationError):
        return
    assert refusal is not None
    assert key in refusal.message()


def test_the_same_way_a_number_is_taken():
    assert plan_as_typed("years", "1") is None
    assert plan_as_typed("policy.radical.levers.pooling.strength", "5e-1") is None


@pytest.mark.parametrize("typed", ["1_0", "１", "0x1", "1e1", "+1", "-1", "1.0", " 1", "01", "٣", "", "9" * 30, "true"])
def test_other_commands_read_whole_numbers_as_strictly(typed, capsys, tmp_path):
    assert cli.main(["verify", str(tmp_path), f"rerun={typed}"]) == 2
    assert "rerun=" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["evidence", "grade=J", "grade=A"],
        ["evidence", "challenge=obesity", "challenge=climate"],
        ["evidence", "place=croydon", "place=teaching_town"],
        ["verify", "somewhere", "rerun=1", "rerun=2"],
        ["show", "policy=radical", "policy=rationing"],
        ["show", "place=croydon", "place=croydon"],
        ["report", "somewhere", "somewhere"],
        ["replay", "0123456789abcdef-00000", "0123456789abcdef-00001"],
    ],
)
def test_other_commands_are_told_each_thing_once(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("calibrate", "demography=[0,nan]"),
        ("calibrate", "calibration=[england_2010]"),
        ("compare", "place=[croydon,westminster]"),
        ("compare", "+experiment=[1]"),
        ("compare", "costs= [[]]"),
        ("lesson", "lesson=[climate,obesity]"),
        ("nation", "behaviour=[true]"),
    ],
)
def test_of_a_group_one_option_is_chosen(question, word):
    said = refused(question, word)
    group = word.partition("=")[0].lstrip("+")
    assert f"  {word}\n" in said
    assert f"names several, where one option of {group} is chosen" in said
    assert f"{group}=NAME" in said
