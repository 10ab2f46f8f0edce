"""Places that visitors of a lab make: as the command makes them, kept in the lab's folder alone, and nothing overwritten."""

import io
import json
import zipfile

import pytest

from experiments.analysis.verdicts import lever_words
from experiments.cli import main
from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.lab import configuration
from experiments.lab.benches.composing import composed
from experiments.lab.classroom import roles
from experiments.lab.controls import depth
from experiments.lab.own_places import kept
from experiments.lab.session import place_title
from experiments.lab.state import State, read_state
from experiments.questions.lab.question import SETTINGS

pytestmark = pytest.mark.unhurried

PLAIN = b"Ward,People,IMD decile\nNorth,1200,1\nSouth,2300,6\n"
NOTHING = ("", "")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of a lab that is served."""
    monkeypatch.setenv(SETTINGS, json.dumps({"folder": str(tmp_path / "lab")}))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "lab" / kept.FOLDER


@pytest.fixture
def unchecked(monkeypatch):
    """Leaves Hydra's composition out, which takes a second."""
    plan = type("Plan", (), {"notes": ()})()
    monkeypatch.setattr("experiments.configuration.own_place.making.compose", lambda *_: None)
    monkeypatch.setattr("experiments.configuration.own_place.making.check", lambda _: plan)


def made(content=PLAIN, called="areas.csv", like="leeds", title="New Town", known=NOTHING):
    return kept.made(content, called, like, title, known)[0]


def test_a_place_is_the_one_that_the_command_makes(home, unchecked, tmp_path):
    (tmp_path / "areas.csv").write_bytes(PLAIN)
    assert main(["place", "new", "--areas", "areas.csv", "--like", "leeds", "--name", "New Town"]) == 0
    place = made()
    assert list(place.files) == ["place/new_town.areas.csv", "place/new_town.yaml"]
    for name, content in place.files.items():
        assert (tmp_path / "my" / name).read_text(encoding="utf-8") == content
    assert not home.exists(), "a place that was only looked at is kept nowhere"


def test_what_was_filled_is_told_without_a_key(home, unchecked):
    told = [what for what, _ in made().filled(lever_words.named)]
    assert any("budgets: adult social care" in line and "the NHS" in line for line in told)
    assert "_" not in "".join(told)
    assert "deprivation: income, employment, education, health, crime, housing, living" in told


def test_a_kept_place_is_offered_lived_in_and_taken_home(home, tmp_path):
    """Composed as the benches compose it, and as `redesign compare` does with the files that were downloaded."""
    place = made(known=("3,500", "housing=120000"))
    kept.keep(place)
    state = read_state({"place": "new_town", "years": "1"})
    assert place_title("new_town") == "New Town"
    assert list(kept.every())[-1] == "new_town"
    assert depth("place", "new_town") == depth("place", "leeds")
    assert set(roles.budgets("new_town")) == set(roles.budgets("leeds"))
    assert configuration.work(state) == 3_500 * 8
    configuration.write(state, tmp_path / "asked")
    assert composed(tmp_path / "asked") == compose("compare", ["experiment=from_the_lab"], [tmp_path / "asked"])
    plan = check(composed(tmp_path / "asked"))
    assert (plan.place, sum(sum(area.people) for area in plan.world.place.areas)) == ("new_town", 3_500)
    for archive in (configuration.archive(state), configuration.archive_of(place)):
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            packed.extractall(tmp_path / "home")
    assert (
        check(compose("compare", ["place=new_town"], [tmp_path / "home" / "my"])).world
        == check(compose("compare", ["place=new_town"], [home])).world
    )
    assert (tmp_path / "home" / "lab-config" / "place" / "new_town.yaml").is_file()


def test_a_place_that_changes_is_another_comparison(home, unchecked):
    kept.keep(made())
    state = State(place="new_town")
    before = configuration.name_of(state)
    table = home / "place" / "new_town.areas.csv"
    table.write_text(table.read_text().replace("North", "Norden"))
    assert configuration.name_of(state) != before


def test_nothing_is_overwritten_and_a_full_lab_says_so(home, unchecked, monkeypatch):
    kept.keep(made())
    content = (home / "place" / "new_town.yaml").read_bytes()
    with pytest.raises(ConfigurationError, match="is there already"):
        made(title="new TOWN")
    place = made(title="Other")
    kept.keep(place)
    with pytest.raises(ConfigurationError, match="is there already"):
        kept.keep(place)
    assert (home / "place" / "new_town.yaml").read_bytes() == content
    monkeypatch.setattr(kept, "MOST", 2)
    with pytest.raises(ConfigurationError, match="keeps 2 places already"):
        kept.keep(made(title="Third"))
    assert sorted(kept.own()) == ["new_town", "other"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"title": ""}, "1 to 60 letters"),
        ({"title": "../../etc"}, "1 to 60 letters"),
        ({"title": "<script>"}, "1 to 60 letters"),
        ({"title": "a" * 61}, "1 to 60 letters"),
        ({"title": "[x](http://there)"}, "1 to 60 letters"),
        ({"title": "Croydon"}, "ships with the program"),
        ({"like": "ledes"}, "no place 'ledes'"),
        ({"like": "../place"}, "no place"),
        ({"content": b"x" * 2_000_001}, "larger than 2 megabytes"),
        ({"content": b"PK\x03\x04"}, "is a workbook"),
        ({"content": b"a\0b"}, "NUL"),
        ({"content": b"Ward,People\n" + b"".join(b"w%d,5\n" % n for n in range(3001))}, "a lab takes 3,000 of 200"),
        (
            {"content": b",".join(b"h%d" % n for n in range(201)) + b"\n" + b",".join([b"1"] * 201)},
            "takes 3,000 of 200",
        ),
        ({"content": b"Ward,People\n=cmd(),5\n"}, "begins as a formula does"),
        ({"content": b"Ward,People\n" + b"w" * 101 + b",5\n"}, "has a name that is long"),
        ({"content": b"Ward,People\na\x07,5\n"}, "letters that cannot be shown"),
        ({"content": b"Ward,People\na," + b"9" * 400 + b"\n"}, "a number of people from 0 to 10,000,000"),
        ({"known": ("9" * 400, "")}, "a number above 0"),
        ({"known": ("", "housing=" + "9" * 400)}, "a number above 0"),
        ({"known": ("", "=5")}, "no agency"),
        ({"known": ("5000", "")}, "the table holds 3,500 people"),
    ],
)
def test_what_is_hostile_or_a_slip_is_refused_in_words_and_leaves_nothing(home, unchecked, asked, words):
    with pytest.raises(ConfigurationError) as refused:
        made(**asked)
    assert words in refused.value.message()
    assert not home.exists()


def test_many_headings_are_read_in_no_time(home, unchecked):
    content = b",".join(b"h%d" % n for n in range(150_000)) + b"\n" + b"1," * 149_999 + b"1\n"
    with pytest.raises(ConfigurationError, match="150,000 columns"):
        made(content)


def test_the_name_of_a_file_is_only_a_name(home, unchecked):
    place = made(called="../../<b>my/areas.csv")
    assert place.data["summary"].startswith("3,500 people, from ....bmyareas.csv;")


def test_what_lies_in_the_folder_and_is_no_place_is_passed_over(home, unchecked, tmp_path):
    kept.keep(made())
    (home / "place" / "croydon.yaml").write_text("title: Mine")
    (home / "place" / "Bad Name.yaml").write_text("title: Mine")
    (home / "place" / "alone.yaml").write_text("title: Mine")
    (home / "place" / "far.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert list(kept.own()) == ["new_town"]
    assert kept.every()["croydon"].shipped


def test_without_a_lab_there_are_the_places_that_ship(monkeypatch):
    monkeypatch.delenv(SETTINGS, raising=False)
    assert kept.own() == {}
    with pytest.raises(ConfigurationError):
        read_state({"place": "new_town"})
