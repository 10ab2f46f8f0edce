"""A place of one's own from whatever table there is."""

import re

import pytest
import yaml

from experiments.cli import main
from experiments.configuration import options
from experiments.configuration.files.place_tables import PEOPLE, read_areas
from simulation.parameters.quantity import DOMAINS

ROWS = ((60, 130, 25, 90, 280, 250, 90, 50, 25), (1050, 1120, 25, 70, 1260, 1270, 100, 60, 25))
PLAIN = "Area,0-4,5-15,16-17,18-24,25-44,45-64,65-74,75-84,85+,IMD decile\n" + "".join(
    f"{name},{','.join(map(str, row))},{decile}\n" for name, row, decile in zip("NS", ROWS, (1, 6), strict=True)
)


def semicolons(text):
    return text.replace(",", ";")


HABITS = {
    "as it should be": PLAIN,
    "semicolons": semicolons(PLAIN),
    "tabs": PLAIN.replace(",", "\t"),
    "capitals": PLAIN.upper().replace("\nN", "\nN").replace("\nS", "\nS"),
    "a mark of the byte order": "\ufeff" + PLAIN,
    "Windows line ends": PLAIN.replace("\n", "\r\n"),
    "thousands with commas": re.sub(r"\b1(\d{3})\b", r'"1,\1"', PLAIN),
    "thousands with dots": semicolons(re.sub(r"\b1(\d{3})\b", r"1.\1", PLAIN)),
    "thousands with spaces": re.sub(r"\b1(\d{3})\b", r"1 \1", PLAIN),
    "blank lines": PLAIN.replace("\n", "\n\n,,,,,,,,,,\n"),
    "a title above": "Small areas of Newtown\n\n" + PLAIN,
    "blank columns": PLAIN.replace("\n", ",,\n"),
    "a line of totals": PLAIN + "Total," + ",".join(str(sum(each)) for each in zip(*ROWS, strict=True)) + ",\n",
    "words for ages": PLAIN.replace("0-4", "Under 5").replace("85+", "Aged 85 and over").replace("5-15", "5 to 15"),
    "the program's own headings": PLAIN.replace("0-4,5-15,16-17,18-24,25-44,45-64,65-74,75-84,85+", ",".join(PEOPLE)),
    "decimals": PLAIN.replace(",1\n", ",1.0\n"),
    "decimal commas": semicolons(PLAIN).replace(";1\n", ";1,0\n"),
    "all people too": "\n".join(
        f"{line},{total}"
        for line, total in zip(PLAIN.splitlines(), ("ALL AGES", sum(ROWS[0]), sum(ROWS[1])), strict=True)
    ),
    "columns that mean nothing": "\n".join(
        f"{line},{other}" for line, other in zip(PLAIN.splitlines(), ("Colour", "red", "blue"), strict=True)
    ),
}


@pytest.fixture
def make(tmp_path, capsys, monkeypatch):
    """Types `place new` with a table of that text; returns status, and what was said in one line."""
    monkeypatch.chdir(tmp_path)

    def typed(text, *words, coding="utf-8", name="newtown"):
        (tmp_path / "areas.csv").write_bytes(text.encode(coding) if isinstance(text, str) else text)
        status = main(["place", "new", "--areas", "areas.csv", "--like", "leeds", "--name", name, *words])
        captured = capsys.readouterr()
        return status, " ".join((captured.err if status else captured.out).split())

    return typed


@pytest.fixture
def unchecked(monkeypatch):
    """Leaves Hydra's composition out, which takes a second; it has its own tests below."""
    plan = type("Plan", (), {"notes": ()})()
    monkeypatch.setattr("experiments.configuration.own_place.making.compose", lambda *_: None)
    monkeypatch.setattr("experiments.configuration.own_place.making.check", lambda _: plan)


def areas(folder, name="newtown"):
    return read_areas(folder / "my" / "place" / f"{name}.areas.csv", "areas")


@pytest.mark.parametrize("habit", HABITS)
def test_every_habit_of_spreadsheets_gives_the_same_areas(make, tmp_path, unchecked, habit):
    status, said = make(HABITS[habit])
    assert status == 0, said
    found = areas(tmp_path)
    assert [area.people for area in found] == list(ROWS), said
    assert [area.deprivation for area in found] == [(0.95,) * 7, (0.45,) * 7]


@pytest.mark.parametrize("coding", ["utf-16", "cp1252"])
def test_other_codings_are_read(make, tmp_path, unchecked, coding):
    status, said = make(PLAIN.replace("\nN", "\nCaf\u00e9"), coding=coding)
    assert status == 0
    assert f"read as {coding}" in said
    assert areas(tmp_path)[0].area == "Caf\u00e9"


def test_it_says_what_it_took_each_column_for_and_what_it_filled(make, unchecked):
    _, said = make("Ward;Population;Income rank;Colour\nN;1.200;1;red\nS;2.300;32844;blue\n")
    for each in (
        "Ward the area's name", "Population all people", "Income rank deprivation: income (rank", "Colour nothing: left out",
        "ages Leeds's, alike in every area", "Leeds's pounds a head", "3,500 people in 2 areas",
    ):  # fmt: skip
        assert each in said


def test_broad_ages_are_split_as_in_the_like_place_and_nobody_is_lost(make, tmp_path, unchecked):
    make("Ward,0-15,16-64,65+\nN,100,300,50\nS,10,20,5\n")
    found = areas(tmp_path)
    for area, (young, middle, old) in zip(found, ((100, 300, 50), (10, 20, 5)), strict=True):
        assert sum(area.people) == young + middle + old
        assert sum(area.people[:2]) == pytest.approx(young, abs=1)
        assert sum(area.people[6:]) == pytest.approx(old, abs=1)
    like = [sum(row) for row in zip(*(area.people for area in leeds()), strict=True)]
    assert found[0].people[8] / 50 == pytest.approx(like[8] / sum(like[6:]), abs=0.02)


def leeds():
    option = options.find("place")["leeds"]
    file = option.read()["areas_file"]
    return read_areas(option.folder.joinpath(file.split("#")[0]), "areas", file)


def test_ages_in_percent_are_taken_of_all_people(make, tmp_path, unchecked):
    make("Ward,People,0-15,16-64,65+\nN,1000,20%,65%,15%\nS,200,25%,50%,25%\n")
    assert [sum(area.people) for area in areas(tmp_path)] == [1000, 200]


def test_without_deprivation_it_says_that_no_area_is_more_deprived(make, unchecked):
    assert "no area is then more deprived than another" in make("Ward,People\nN,1000\n")[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["no lines under its headings"]),
        ("Ward,People\n", ["no lines under its headings"]),
        ("Ward,Colour\nN,red\n", ["no column of people", "fix: a column 'population'"]),
        ("Ward,People\nN,many\n", ["line 2, People", "'many'", "number of people"]),
        ("Ward,People\nN,-5\n", ["line 2, People", "'-5'"]),
        ("Ward,People,Income decile\nN,10,11\n", ["line 2, Income decile", "a decile from 1 to 10"]),
        ("Ward,People,Income rank\nN,10,40000\n", ["a rank from 1 to 32,844"]),
        ("Ward,People,Income\nN,10,28000\n", ["Income", "a percentile"]),
        ("Ward,0-15,16-64\nN,1,2\n", ["end at 64", "65+"]),
        ("Ward,0-15,18-64,65+\nN,1,2,3\n", ["leave people out", "begins at 18"]),
        ("Ward,0-17,16-64,65+\nN,1,2,3\n", ["count people twice"]),
        ("Ward,0-15,16-64,65+,Total\nN,10,20,30,100\n", ["60 people by age and 100 in all"]),
        ("Ward,People\nN,10\nS,20\nTotal,40\n", ["line 4, People", "says 40", "add up to 30"]),
        ("Ward,People\nN,10\nN,20\n", ["line 3", "'N' is there already, on line 2"]),
        ("Ward,People,people\nN,10,10\n", ["'People' more than once"]),
        ("Ward,People\nN,1,200\n", ["line 2 has 3 entries", "quotes"]),
        ("Ward,0-15,16-64,65+\nN,20%,60%,20%\n", ["percent and no column of all people"]),
        (b"PK\x03\x04 a workbook", ["is a workbook", "save the sheet as CSV"]),
        ("Ward,People\nN,0\n", ["line 2", "has no people", "leave the line out"]),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_leaves_nothing_behind(make, tmp_path, unchecked, text, words):
    status, said = make(text)
    assert status == 2, said
    assert all(word in said for word in words), said
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("*.yaml"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--people", "5000"], ["is 5,000, and the table holds 5,980"]),
        (["--people", "some"], ["is 'some'; a number above 0"]),
        (["--budget", "houses=5"], ["no agency 'houses'", "housing=5"]),
        (["--budget", "housing=lots"], ["a number above 0"]),
        (["--like", "ledes"], ["no place 'ledes'", "did you mean leeds?"]),
        (["--like", "atlantis"], ["no place 'atlantis'", "fix: redesign list places WORD"]),
        (["--name", "Croydon"], ["ships with the program", "my_croydon"]),
        (["--areas", "nowhere.csv"], ["nowhere.csv", "cannot be read"]),
        (["--colour", "red"], ["unrecognized arguments: --colour red"]),
    ],
)
def test_slips_on_the_command_line_are_told(make, unchecked, typed, words):
    status, said = make(PLAIN, *typed)
    assert status == 2
    assert all(word in said for word in words), said


def test_a_name_is_not_taken_twice(make, unchecked):
    assert make(PLAIN)[0] == 0
    status, said = make(PLAIN)
    assert (status, "is there already" in said) == (2, True)


@pytest.mark.slow
def test_what_it_writes_is_a_place_with_what_was_typed(make, tmp_path):
    """Composed and checked in full, as a comparison would."""
    status, said = make(PLAIN, "--people", "5,900", "--budget", "housing=300000", name="New Town")
    assert status == 0, said
    data = yaml.safe_load((tmp_path / "my" / "place" / "new_town.yaml").read_text(encoding="utf-8"))
    assert data["population"]["value"] == sum(map(sum, ROWS))
    assert data["budgets"]["housing"]["value"] == 300_000
    assert data["budgets"]["police"]["note"].startswith("filled: Leeds's")
    assert "redesign compare --config-dir my place=new_town" in said
    assert main(["compare", "--config-dir", "my", "place=new_town", "--cfg", "job"]) == 0


@pytest.mark.slow
def test_money_that_no_place_could_have_is_refused_and_leaves_nothing_behind(make, tmp_path):
    status, said = make(PLAIN, "--budget", "housing=300000000")
    assert (status, "England's was" in said) == (2, True), said
    assert not list((tmp_path / "my").rglob("*.*"))


def test_percentiles_of_each_domain_are_taken_as_they_are(make, tmp_path, unchecked):
    heading = ",".join(["Area", "People", *(f"{domain} percentile" for domain in DOMAINS)])
    make(f"{heading}\nN,100,90,80,70,60,50,40,30\nS,100,10,20,30,40,50,60,70\n")
    assert areas(tmp_path)[0].deprivation == (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
