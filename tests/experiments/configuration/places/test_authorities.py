"""Authorities as records, and how they are found."""

from collections import Counter

import pytest

from experiments.configuration import options
from experiments.configuration.places.authorities import authorities, places, scottish, search


def test_all_upper_tier_authorities_of_2019_are_there_each_kind_as_often_as_it_was():
    kinds = Counter(each.kind for each in authorities().values())
    assert kinds == {"London borough": 33, "metropolitan district": 36, "unitary": 56, "county": 26}
    assert len({each.region for each in authorities().values()}) == 9


def test_together_they_have_england_s_people():
    assert sum(each.population for each in authorities().values()) == pytest.approx(52_642_000, rel=1e-4)


def test_names_and_codes_are_each_one_authority_s_in_both_nations():
    found = [*authorities().values(), *scottish().values()]
    assert [each.name for each in found] == [*authorities(), *scottish()]
    for of in (lambda a: a.name, lambda a: a.title, lambda a: a.code, lambda a: a.place):
        assert len({of(each) for each in found}) == len(found)
    assert all(options.NAME.fullmatch(each.place) for each in found)
    assert [each.code for each in found] == sorted(each.code for each in found)


def test_hexagons_are_each_one_authority_s():
    assert len({(each.column, each.row) for each in authorities().values()}) == len(authorities())


def test_scotland_s_councils_are_there_with_its_people():
    kinds = Counter(each.kind for each in scottish().values())
    assert kinds == {"council area": 29, "islands council": 3}
    assert sum(each.population for each in scottish().values()) == 5_222_100
    assert {each.nation for each in scottish().values()} == {"Scotland"}
    assert {"edinburgh", "argyll_and_bute", "na_h_eileanan_siar", "aberdeen", "aberdeenshire"} <= set(scottish())


def test_a_place_that_ships_in_full_keeps_its_name_and_its_zones_have_another():
    assert authorities()["croydon"].place == "croydon_zones"
    assert "croydon" not in places()
    assert authorities()["leeds"].place == "leeds"
    assert scottish()["east_lothian"].place == "east_lothian_zones"
    assert set(places()) & set(options.in_full("place")) == set()
    assert set(places()) | set(options.in_full("place")) == set(options.find("place"))


def test_who_depends_most_on_grants_is_no_surprise():
    by_grant = sorted(authorities().values(), key=lambda each: each.grant_dependence)
    assert all(0 < each.grant_dependence < 1 for each in by_grant)
    assert {"hackney", "tower_hamlets", "newham"} <= {each.name for each in by_grant[-15:]}
    assert {"surrey", "dorset", "richmond_upon_thames"} <= {each.name for each in by_grant[:15]}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["hull"], ["kingston_upon_hull", "solihull"]),
        (["E08000035"], ["leeds"]),
        (["Yorkshire", "county"], ["north_yorkshire"]),
        (["london borough", "richmond"], ["richmond_upon_thames"]),
        (["nowhere"], []),
        (["scotland", "ayrshire"], ["east_ayrshire", "north_ayrshire", "south_ayrshire"]),
        (["western isles"], ["na_h_eileanan_siar"]),
        (["perth"], ["perth_and_kinross"]),
    ],
)
def test_every_word_must_be_told_of_what_is_found(words, names):
    assert [each.name for each in search(words)] == names
