"""Tables of a place: whoever is counted is counted once, and there are as many people and as much money as is said."""

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import configs
from experiments.configuration import options
from experiments.configuration.compose import Composed, compose
from experiments.configuration.files import csv_rows, place_totals
from experiments.configuration.files.place_tables import PEOPLE, read_areas, read_life_table
from experiments.configuration.points import Point, plans_of
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from simulation.parameters import PlaceConfig

SHIPPED = Path(configs.__file__).parent
AREAS = (SHIPPED / "place" / "teaching_town.areas.csv").read_text()
LIFE = (SHIPPED / "demography" / "uk.life_table.csv").read_text()
HEAD, *LINES = AREAS.splitlines()


def areas(tmp_path, text):
    """A table of areas, read."""
    file = tmp_path / "mine.areas.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_areas(file, "place.areas_file")


def with_column(name, cell):
    """The town's table with one more column."""
    return "\n".join([f"{HEAD},{name}", *(f"{line},{cell}" for line in LINES)])


def saved(separator):
    """The town's table with another separator."""
    return AREAS.replace(",", separator)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (with_column("p25_44", "900"), ["heading p25_44 more than once"]),
        (with_column("P25_44", "900"), ["heading p25_44 more than once"]),
        (with_column(" income ", "0.5"), ["heading income more than once"]),
        (with_column("", "900"), ["'900' in a column without a heading"]),
        (saved(";"), ["semicolons", "save it as CSV with commas"]),
        (saved("\t"), ["tabs", "save it as CSV with commas"]),
        (saved("|"), ["lacks the columns"]),
        (AREAS.encode("utf-16"), ["not text in UTF-8", "save it as UTF-8"]),
        (AREAS.replace("T02", "T\0" + "2"), ["NUL"]),
        (AREAS.replace("T02", '"T02'), ["cannot be read"]),
        (AREAS.replace("T02,", "T02,1,"), ["line 3", "18 entries", "first line 17"]),
        (AREAS.replace("T02,", ""), ["line 3", "16 entries"]),
        ("", ["is empty"]),
        ("\n \n,,,\n", ["is empty"]),
        (HEAD, ["no lines"]),
        (f"{HEAD}\n{',' * 16}\n", ["no lines"]),
        (AREAS + LINES[0], ["line 16, area", "there already"]),
    ],
)
def test_a_table_that_is_not_what_it_seems_is_refused(tmp_path, text, expected):
    with pytest.raises(ConfigurationError) as refusal:
        areas(tmp_path, text)
    message = refusal.value.message()
    assert [part for part in ["mine.areas.csv", *expected] if part not in message] == [], message


@pytest.mark.parametrize(
    "cell",
    [
        "1_000",
        "1,000",
        "1 000",
        "0x10",
        "010",
        "TRUE",
        "1e999",
        "nan",
        "inf",
        "-1",
        "1.5",
        "",
        "5%",
        "٣",
        "1:30",
        "None",
    ],
)
def test_no_other_writing_of_a_number_is_a_number_of_people(tmp_path, cell):
    first = LINES[0].split(",")
    quoted = ",".join([first[0], f'"{cell}"', *first[2:]])
    with pytest.raises(ConfigurationError) as refusal:
        areas(tmp_path, "\n".join([HEAD, quoted, *LINES[1:]]))
    assert f"line 2, {PEOPLE[0]}\n      is '{cell}'; a whole number" in refusal.value.message()


@pytest.mark.parametrize(
    "text",
    [
        AREAS.replace("\n", "\r\n"),
        AREAS.replace("\n", "\r"),
        b"\xef\xbb\xbf" + AREAS.encode(),
        AREAS.replace("\n", f"\n{',' * 16}\n") + "\n\n",
        "\n\n" + AREAS,
        "\n".join([HEAD, *(line.replace(",", ",  ", 1) for line in LINES)]),
        with_column("remark", '"a, b"'),
        "\n".join([f"{HEAD},", *(f"{line}," for line in LINES)]),
        AREAS.replace("T01", '"T01"'),
    ],
    ids=[
        "Windows",
        "old Mac",
        "byte order",
        "blank rows",
        "blank first",
        "blanks",
        "remarks",
        "a comma at the end",
        "quotes",
    ],
)
def test_a_table_that_another_program_saved_is_the_same_table(tmp_path, text):
    assert areas(tmp_path, text) == areas(tmp_path, AREAS)


@settings(deadline=None)
@given(st.text(alphabet="0123456789_.,eE+- xnaif", max_size=10))
def test_a_cell_is_a_finite_number_of_plain_figures_or_none(text):
    found = csv_rows.number(text)
    if not math.isnan(found):
        assert math.isfinite(found)
        assert set(text) <= set("0123456789.eE+-")
        assert found == float(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            LIFE.replace("age,male,female", "age,male,female,male")
            .replace("\n", ",0\n")
            .replace("female,male,0", "female,male"),
            "male more than once",
        ),
        (LIFE.replace(",", ";"), "semicolons"),
        (LIFE.replace("\n0,", "\n00,"), "line 2, age"),
        (LIFE.replace("\n1,", "\n7,", 1), "ages go up by one"),
    ],
)
def test_a_life_table_is_read_as_strictly(tmp_path, text, expected):
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=expected):
        read_life_table(file, "demography.life_table_file")


@pytest.fixture(scope="module")
def composed():
    """The shipped comparison in the smallest place."""
    return compose("compare", ["place=teaching_town"], [])


def refused(composed, **changes):
    """What is said of the town with other numbers; nothing where it is accepted, and its notes."""
    place = yaml.safe_load(yaml.safe_dump(composed.data["place"]))
    for key, value in changes.items():
        part, _, name = key.partition("__")
        node = place[part] if part == "population" else place["budgets"][part]
        node[name] = value
    try:
        return "", check(Composed({**composed.data, "place": place}, composed.choices)).notes
    except ConfigurationError as refusal:
        return refusal.message(), []


def declared(value, low, high):
    """A number of people as a place declares it."""
    return {"population__value": value, "population__low": low, "population__high": high}


@pytest.mark.parametrize(
    ("people", "accepted"),
    [
        ((5000, 5000, 5000), True),
        ((5100, 4900, 5300), True),
        ((50_000, 50_000, 50_000), False),
        ((1000, 1000, 1000), False),
        ((5001, 5001, 5001), False),
        ((5100, 5050, 5300), False),
        ((0, 0, 0), False),
    ],
)
def test_areas_add_up_to_the_people_that_are_declared(composed, people, accepted):
    said, _ = refused(composed, **declared(*people))
    assert (said == "") == accepted
    assert accepted or ("place.population" in said and "holds 5,000 people" in said)


def money(agency, times):
    """The town's budget of an agency, so many times."""
    value = {"nhs": 7_530_000, "police": 1_135_000, "housing": 236_000}[agency] * times
    return {f"{agency}__value": value, f"{agency}__low": value, f"{agency}__high": value}


@pytest.mark.parametrize(
    ("agency", "times", "accepted", "noted"),
    [
        ("nhs", 1, True, False),
        ("nhs", 3, True, False),
        ("nhs", 6, True, True),
        ("police", 0.2, True, True),
        ("nhs", 1000, False, False),
        ("police", 0.001, False, False),
        ("housing", 11, False, False),
        ("housing", 0, True, False),
    ],
)
def test_budgets_a_head_are_of_the_size_of_englands(composed, agency, times, accepted, noted):
    designs = {"challenges": ["education"]} if agency == "housing" else {}
    said, notes = refused(Composed({**composed.data, **designs}, composed.choices), **money(agency, times))
    if accepted and said:  # an agency without money may own services, which is another refusal
        assert "a head and England's" not in said
    else:
        assert (said == "") == accepted, said
    assert accepted or f"place.budgets.{agency}.value=" in said
    assert any(f"place.budgets.{agency} is" in note for note in notes) == noted


@pytest.mark.parametrize("name", list(options.in_full("place")))
def test_no_shipped_place_is_taken_for_unusual(name):
    option = options.find("place")[name]
    data = option.read()
    table = read_areas(option.beside(data["areas_file"]), "place.areas_file")
    place = PlaceConfig.model_validate({**data, "areas": table})
    assert (
        place_totals.check_people(place) == place_totals.check_money(place) == place_totals.unusual_money(place) == []
    )


def test_a_point_with_unusual_money_is_run(composed):
    values = {f"place.budgets.police.{end}": 1_135_000 * 5 for end in ("value", "low", "high")}
    (plan,) = plans_of("compare", composed, [Point(0, "point 0", values)], check)
    assert "place.budgets.police is £1,135 a head, 5 times England's £227" in plan.notes[0]
