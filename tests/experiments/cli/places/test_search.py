"""Finding an authority on the command line."""

import pytest

from experiments.cli import main


def said(capsys, *words, status=0):
    assert main(list(words)) == status
    captured = capsys.readouterr()
    return captured.err if status else captured.out


def test_the_list_of_places_stays_short_and_says_how_to_find_more(capsys):
    text = said(capsys, "list", "places")
    assert len(text.splitlines()) < 35
    assert "151 authorities" in text
    assert "32 councils" in " ".join(text.split())
    assert "redesign list places yorkshire" in text
    assert "barnsley" not in text


def test_a_region_lists_its_authorities(capsys):
    text = said(capsys, "list", "places", "yorkshire")
    assert "15 of England's 151 authorities" in " ".join(text.split())
    assert all(name in text for name in ("leeds", "kingston_upon_hull", "north_yorkshire"))
    assert "manchester" not in text


def test_a_place_that_ships_in_full_is_named_with_its_zones(capsys):
    text = said(capsys, "list", "places", "croyd")
    assert "croydon_zones" in text
    assert "place=croydon" in text.splitlines()[-1]


def test_each_nation_s_deprivation_is_told_by_its_own_measure(capsys):
    text = " ".join(said(capsys, "list", "places", "north").split())
    england, scotland = text.split("deprived: mean score")
    assert "north_yorkshire" in england
    assert "north_ayrshire" not in england
    assert "2 of Scotland's 32 councils" in scotland
    assert "not to be held against England's" in scotland


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("yorkshie", "yorkshire"), ("ledds", "leeds"), ("glasgw", "glasgow"), ("scottland", "scotland")],
)
def test_a_slip_is_told_what_is_near(capsys, typed, meant):
    assert f"redesign list places {meant}" in said(capsys, "list", "places", typed, status=2)
