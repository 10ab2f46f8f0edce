"""What is no number passes for none: not in a file, not in a table, not in a setting."""

import copy
import importlib
import math
import pkgutil

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import experiments.questions
import simulation
from experiments.configuration import validate
from experiments.configuration.compose import Composed, compose
from experiments.configuration.files import strict_yaml
from experiments.configuration.points import plans_of
from experiments.errors import ConfigurationError
from experiments.evidence.designs import DesignSettings, points_of
from simulation.parameters.quantity import NoNumber, Quantity, Strict, _numbers_of
from simulation.policy.levers import LEVERS

NO_NUMBERS = ["off", "yes", "On", "NO", "1:30", "190:20:30.15", "010", "-007", "0o10", "1_000", "1_0.5", "0x1F", "0b11", ".inf",
              "-.INF", ".nan", "2011-04-01", "1e999", "9" * 30]  # fmt: skip
NUMBERS = {"0": 0, "-3": -3, "+5": 5, "1e-05": 1e-05, "1e5": 1e5, ".5": 0.5, "5.": 5.0, "2.50": 2.5, "-1.5E+3": -1500.0}


@pytest.fixture(scope="module")
def composed():
    """The shipped comparison in the smallest place."""
    return compose("compare", ["place=teaching_town"], [])


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_a_file_says_numbers_as_everybody_reads_them(typed):
    with pytest.raises(ConfigurationError) as refusal:
        strict_yaml.read(f"levers:\n  freedom: {{strength: {typed}}}\n", "my/policy/mine.yaml")
    assert f"my/policy/mine.yaml, line 2: {typed[:40]}" in refusal.value.message()
    assert "fix: write a plain decimal number" in refusal.value.message()
    assert strict_yaml.read(f"note: '{typed}'\n", "f") == {"note": typed}


@pytest.mark.parametrize("typed", NUMBERS)
def test_a_plain_number_is_one_in_files_and_in_tables(typed):
    for found in (strict_yaml.read(f"a: {typed}", "f")["a"], strict_yaml.cell(typed)):
        assert found == NUMBERS[typed]
        assert type(found) is type(NUMBERS[typed])


LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff")
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(LETTERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS, min_size=1), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(PLAIN)
def test_whatever_is_written_is_read_as_the_same_or_refused(data):
    text = yaml.safe_dump({"a": data}, allow_unicode=True, sort_keys=False)
    try:
        found = strict_yaml.read(text, "f")["a"]
    except ConfigurationError:
        return
    assert repr(found) == repr(data)


@settings(deadline=None)
@given(st.text(alphabet="0123456789_:.xXoObeE+-,nafiuTRyso ", max_size=12))
def test_no_scalar_is_read_as_a_number_that_python_would_write_otherwise(text):
    """What is read as a number is one of plain decimal figures."""
    try:
        found = strict_yaml.cell(text)
    except strict_yaml.Unclear:
        return
    if isinstance(found, int | float) and not isinstance(found, bool):
        assert math.isfinite(found)
        assert not set(text.strip()) - set("0123456789.eE+-")
        assert found == float(text)


def models():
    """Every part of a configuration, and every question's settings."""
    for package in (simulation, experiments.questions):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if (
                found.name.rpartition(".")[2] in ("question", "schema", "plan", "settings", "targets")
                or "simulation.p" in found.name
            ):
                importlib.import_module(found.name)
    todo, known = [Strict], []
    while todo:
        known.append(todo.pop())
        todo += known[-1].__subclasses__()
    return sorted(set(known) - {Strict}, key=lambda model: (model.__module__, model.__name__))


@pytest.mark.parametrize("wrong", [True, False, "1", "0x10", "1_000", "010", "1e3"], ids=str)
def test_no_field_for_numbers_takes_anything_else(wrong):
    checked = 0
    for model in models():
        for name in _numbers_of(model):
            if model.__module__.startswith("tests") or model.__name__ == "MadeUp":
                continue
            for value in (wrong, [wrong], {"a": wrong}):
                with pytest.raises(ValueError, match=name) as refusal:
                    model.model_validate({name: value})
                mine = [each for each in refusal.value.errors() if each["loc"][:1] == (name,)]
                assert mine, (model, name)
            checked += 1
    assert checked > 150


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("policy.radical.levers.pooling.strength", False, ["strength=false", "a number from 0 to 1"]),
        ("policy.radical.levers.pooling.start", True, ["start=true", "a whole number"]),
        ("policy.radical.levers.envelope.path", [True, 1.0], ["path.0=true", "a number"]),
        ("policy.radical.levers.envelope.others", {"nhs": False}, ["others.nhs=false"]),
        ("place.budgets.nhs.value", True, ["place.budgets.nhs.value=true", "a number"]),
        ("place.budgets.nhs.value", "7530000", ["7530000", "this is a text", "without quotes"]),
        ("place.localities", "1_0", ["place.localities=1_0", "a whole number from 1 to 2000"]),
        ("challenge.obesity.need.onset.low", False, ["onset.low=false"]),
        ("burn_in.own", True, ["burn_in.own=true"]),
        ("scale", True, ["scale=true"]),
        ("workers", True, ["workers=true"]),
        ("horizons", [True], ["horizons.0=true"]),
        ("valuation.health.value_of_a_qaly.value", True, ["valuation", "value=true"]),
    ],
)
def test_a_truth_value_or_text_for_a_number_is_refused_with_key_value_and_range(composed, key, value, expected):
    data = copy.deepcopy(composed.data)
    node, parts = data, key.split(".")
    if parts[0] == "valuation":
        node, parts = _first_number(data["valuation"]), ["value"]
    for part in parts[:-1]:
        node = node[part]
    node[parts[-1]] = value
    with pytest.raises(ConfigurationError) as refusal:
        validate.check(Composed(data, composed.choices))
    message = refusal.value.message()
    assert [part for part in expected if part not in message] == [], message


def _first_number(node):
    """The first mapping with a single number as its value."""
    found = [each for each in node.values() if isinstance(each, dict)]
    return next(each for each in found if isinstance(each.get("value"), int | float))


def test_a_quantity_takes_numbers_as_it_did():
    given = {"value": [1, 2.5], "low": [0, 0], "high": [3, 3], "unit": "x", "source": "assumption", "grade": "J"}
    assert Quantity.model_validate(given).value == (1.0, 2.5)
    assert given["value"] == [1, 2.5]
    assert str(NoNumber(True)) == "true"
    assert LEVERS["freedom"](start=12.0).start == 12


def points(tmp_path, text):
    """The points of a table."""
    file = tmp_path / "points.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return points_of(DesignSettings(table=str(file)))


KEY = "policy.radical.levers.freedom.start"


@pytest.mark.unhurried
@pytest.mark.parametrize("typed", ["TRUE", "false", "True"])
def test_a_truth_value_in_a_table_is_no_number(composed, tmp_path, typed):
    found = points(tmp_path, f"{KEY}\n12\n{typed}\n")
    with pytest.raises(
        ConfigurationError, match=rf"line 3 of points\.csv: {KEY}={typed.lower()}\s+must be a whole number"
    ):
        plans_of("compare", composed, found, validate.check)


@pytest.mark.parametrize("typed", [each for each in NO_NUMBERS if each not in (".inf", "-.INF")])
def test_what_could_be_mistaken_in_a_table_is_refused_with_its_line(tmp_path, typed):
    with pytest.raises(ConfigurationError) as refusal:
        points(tmp_path, f"{KEY}\n12\n{typed}\n")
    assert f"line 3 of points.csv: {KEY}={typed}" in refusal.value.message()


def test_a_table_as_pandas_writes_it_is_read(tmp_path):
    found = points(tmp_path, "policy.radical.levers.pooling.strength,engine\r\n1e-05,fast\r\n,\r\n0.5,\r\n")
    assert [point.values for point in found] == [
        {"policy.radical.levers.pooling.strength": 1e-05, "engine": "fast"},
        {"policy.radical.levers.pooling.strength": 0.5},
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("\n\n , \n", "is empty"),
        (f"{KEY},years\n", "no lines"),
        (f"{KEY},years\n,\n , \n", "no lines"),
        (f"{KEY},{KEY}\n1,2\n", "more than once"),
        (f"{KEY};years\n1;2\n", "semicolons"),
        (f"{KEY}\tyears\n1\t2\n", "tabs"),
        (f"{KEY},years\n1\n", "has 1 entries"),
        (f"{KEY},\n1,2\n", "without a heading"),
        (f'{KEY}\n"1\n', "cannot be read"),
        (f"{KEY}\n1\0\n", "NUL"),
        (f"{KEY}\n1\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_table_without_points_or_with_torn_ones_is_refused_at_once(tmp_path, text, expected):
    with pytest.raises(ConfigurationError, match=expected) as refusal:
        points(tmp_path, text)
    assert "points.csv" in refusal.value.message()


def test_a_table_that_is_no_file_is_refused_and_nobody_waits():
    with pytest.raises(ConfigurationError, match="no ordinary file"):
        points_of(DesignSettings(table="/dev/zero"))
