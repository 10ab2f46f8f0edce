"""The tables of authorities and councils, made of a made-up nation's files whose answers are known by hand."""

import runpy
import sys

import made_up
import numpy as np
import pandas as pd
import pytest

from experiments.configuration import options
from experiments.configuration.files.place_tables import PEOPLE
from experiments.configuration.places import profile, scotland
from experiments.evidence.authorities.filled import powers_of_income
from experiments.evidence.authorities.money import budgets, paths
from experiments.evidence.authorities.people import _care, moves, satisfaction
from experiments.evidence.authorities.scotland import LIKE, _times_like, deprivation
from experiments.evidence.authorities.sources import by_rank, of_councils
from experiments.evidence.authorities.zones import _deprivation, zones
from simulation.parameters import DemographyConfig
from simulation.parameters.quantity import DOMAINS

NAMES = (
    *(f"england.{name}" for name in ("authorities", "zones", "budgets", "paths")),
    *(f"scotland.{name}" for name in ("authorities", "zones")),
)
HULL, MEDWAY, BOURNEMOUTH, DORSET = "E06000010", "E06000035", "E06000058", "E06000059"
CROYDON, KENSINGTON, BUCKINGHAMSHIRE, HAMPSHIRE = "E09000008", "E09000020", "E10000002", "E10000014"
ENGLAND = np.array(made_up.MIX) / 1000
BY_CODE = sorted(made_up.AUTHORITIES.index)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of the tables as the command wrote them."""
    folder = tmp_path_factory.mktemp("nation")
    root = made_up.write_configuration(folder / "configs", NAMES)
    published = made_up.write(folder / "published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "shipped_root", lambda: root)
        patch.setattr(
            options,
            "find",
            lambda group: {f.stem: options.Option(group, f.stem, root / group, True) for f in (root / group).iterdir()},
        )
        patch.setattr(sys, "argv", ["authorities", str(published)])
        runpy.run_module("experiments.evidence.authorities", run_name="__main__")
    return root / "place"


@pytest.fixture(scope="module")
def table(made):
    """Reads one of the tables."""
    return lambda name: pd.read_csv(made / f"{name}.csv", comment="#")


@pytest.fixture(scope="module")
def england(table):
    return table("england.authorities").set_index("code")


@pytest.fixture(scope="module")
def scottish(table):
    return table("scotland.authorities").set_index("name")


@pytest.fixture
def files():
    """The publishers' files, to be changed."""
    return made_up.publishers()


def changed(files, name, column, value, **where):
    """Puts a value into the lines of a file in which columns say so."""
    found = np.logical_and.reduce([files[name][key] == each for key, each in where.items()])
    assert found.any()
    files[name].loc[found, column] = value
    return made_up.reading(files)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_writes_a_table_under_the_first_lines_that_were_there(made, name):
    first, second, heading, *rows = (made / f"{name}.csv").read_text("utf-8").splitlines()
    assert first == f"# What {name} is."
    assert second == "# Whose it is, “as they say”."
    assert heading.split(",")[0] in ("name", "place")
    counts = {"england.zones": 34, "england.paths": 14 * 7, "scotland.authorities": 7, "scotland.zones": 70}
    assert len(rows) == counts.get(name, 14)


def test_the_command_writes_nothing_else(made):
    others = {"average_england.areas.csv", "croydon.yaml", "east_lothian.yaml"}
    assert {file.name for file in made.iterdir()} == {f"{name}.csv" for name in NAMES} | others


def test_authorities_come_in_the_order_of_their_codes(table, england):
    assert england.index.tolist() == BY_CODE
    names = england["name"].tolist()
    assert table("england.budgets")["name"].tolist() == names
    assert table("england.paths")["name"].drop_duplicates().tolist() == names
    assert table("england.zones")["place"].drop_duplicates().tolist() == names
    codes = table("scotland.authorities")["code"].tolist()
    assert codes == sorted(made_up.SCOTTISH["la_code"])


def test_an_authority_is_called_what_people_call_it(england):
    assert england["title"][HULL] == "Kingston upon Hull"
    assert england["name"][HULL] == "kingston_upon_hull"
    assert england["title"][BOURNEMOUTH] == "Bournemouth, Christchurch and Poole"
    assert england["name"][BOURNEMOUTH] == "bournemouth_christchurch_and_poole"
    assert england["region"][HULL] == "Yorkshire"


def test_the_first_three_letters_of_a_code_say_its_kind(england):
    kinds = england["kind"][[HULL, "E08000003", CROYDON, HAMPSHIRE]].tolist()
    assert kinds == ["unitary", "metropolitan district", "London borough", "county"]
    assert england.loc[HULL, ["column", "row"]].tolist() == [1, 7]


def test_people_are_the_series_own_or_its_successors_or_districts(england):
    people = made_up.AUTHORITIES["people"][BY_CODE]
    assert england["people_2010"].to_dict() == people.to_dict()
    assert england["people_2020"][HULL] == 110_517
    assert england["people_2020"][HAMPSHIRE] == 63_000 + 42_000
    assert england["people_2020"]["E10000021"] == 2 * 52_500


def test_people_come_and_go_so_that_growth_is_the_authoritys_own(england):
    # Births: (0.12/11 + 0.02 + 0.1 + 0.28) / 2 * 96. Deaths: 1% of 800 and 5% of 200. Leaving: 6 + 6 + 1 + 20 + 28.
    # Hull grows by 10 in 1,000 a year: 10 - 19.72 + 18 + 61 come.
    assert england.loc[HULL, ["births", "deaths", "departures", "arrivals"]].tolist() == [19.7, 18.0, 61.0, 69.3]
    grows = 100 * np.log(1.05)
    assert england["arrivals"][MEDWAY] == pytest.approx(grows - 19.72 + 18 + 61, abs=0.051)


def test_london_boroughs_are_left_as_many_times_as_croydon_is(england):
    boroughs = england["kind"] == "London borough"
    assert (england["departures"][boroughs] == made_up.CROYDON).all()
    assert (england["departures"][~boroughs] == 61.0).all()
    assert england["arrivals"][KENSINGTON] - england["arrivals"][MEDWAY] == pytest.approx(61.0)


def test_the_oldest_die_as_those_of_them_do_who_are_alive():
    # Half of those of 85 die in the year and the other half in the next: two thirds of a year's people on the mean.
    known = people_who_live([(0.0, 0.0)] * 85 + [(0.4, 0.6), (1.0, 1.0)])
    zone = pd.DataFrame([dict.fromkeys(PEOPLE, 0) | {"p85p": 100, "code": "old"}])
    found = moves(zone, pd.DataFrame({"people_2010": [100], "people_2020": [100]}, index=["old"]), known, 1.0)
    assert found.loc["old"].tolist() == pytest.approx([0.0, 666.7, 0.0, 666.7])


def test_deprivation_is_the_mean_of_districts_by_their_people(england):
    columns = ["imd_2019", "imd_2010", "income_deprived", "children_deprived"]
    assert england.loc[HULL, columns].tolist() == [35.0, 36.0, 25.0, 0.25]
    assert england.loc[HAMPSHIRE, columns].tolist() == pytest.approx([14.0, 15.0, 0.6 * 2 + 0.4 * 7, 0.04])


def asked(**answers):
    """A reader of what places answer, and places alike in kind whose deprivation is 10, 10, 20, 20 and 15."""
    told = pd.DataFrame({"area_code": list(answers), "life_satisfaction_2011_12": list(answers.values())})
    places = pd.DataFrame({"kind": "unitary"}, index=list("abcde"))
    return satisfaction(lambda _: told, places, pd.Series([10.0, 10.0, 20.0, 20.0, 15.0], index=places.index))


def test_satisfaction_is_drawn_towards_like_places_by_how_unsure_an_answer_is():
    # Like places: 7.4 and 7.2. All are 0.2 from that: 0.16 / 2 = 0.08, of which 0.005857 is luck, so 0.92678 is trusted.
    found = asked(a=7.6, b=7.2, c=7.4, d=7.0)
    assert found["satisfaction_answered"].tolist()[:4] == [7.6, 7.2, 7.4, 7.0]
    assert found["satisfaction"].tolist()[:4] == [7.59, 7.21, 7.39, 7.01]
    assert (found["satisfaction_unsure"][:4] == 0.14).all()


def test_who_was_not_asked_answers_as_like_places_and_is_less_sure():
    found = asked(a=7.6, b=7.2, c=7.4, d=7.0).loc["e"]
    assert np.isnan(found["satisfaction_answered"])
    assert found["satisfaction"] == 7.3
    assert found["satisfaction_unsure"] == 0.53


def test_answers_no_further_apart_than_luck_puts_them_are_all_drawn_in():
    found = asked(a=7.45, b=7.35, c=7.25, d=7.15)
    assert found["satisfaction"].tolist() == [7.4, 7.4, 7.2, 7.2, 7.3]
    assert (found["satisfaction_unsure"] == 0).all()


def test_places_of_another_kind_are_not_alike():
    given = {"a": 7.6, "b": 7.4, "c": 7.6, "d": 7.4, "x": 6.6, "y": 6.4}
    told = pd.DataFrame({"area_code": list(given), "life_satisfaction_2011_12": list(given.values())})
    places = pd.DataFrame({"kind": ["unitary"] * 5 + ["county"] * 3}, index=list("abcdexyz"))
    found = satisfaction(
        lambda _: told, places, pd.Series([1.0, 1.0, 2.0, 2.0, 1.5, 1.5, 1.5, 1.5], index=places.index)
    )
    assert found["satisfaction"][["e", "z"]].tolist() == [7.5, 6.5]


def test_what_was_not_answered_is_graded_as_filled(england):
    def graded(code):
        text = england.astype(object).where(england.notna(), "").loc[code].astype(str)
        found = profile._satisfaction(text)
        return found["grade"], found["note"].startswith("filled:")

    assert graded(HULL) == ("B", False)
    assert graded(MEDWAY) == ("C", True)


def test_people_in_care_are_found_by_councils_names_as_they_were_typed(england):
    care = ["home_care", "care", "care_low", "care_high"]
    assert england.loc["E06000022", care].tolist() == [700, 1300, 1250, 1500]
    assert england.loc["E06000047", care].tolist() == [1000, 1500, 1500, 1500], "2012's says nobody"
    assert england.loc[HULL, care].tolist() == [400, 800, 800, 900], "2010's return has gaps"
    assert england.loc[BOURNEMOUTH, care].tolist() == [1330, 2230, 2230, 2230], (
        "Poole's returns of 2010 and 2012 have gaps"
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (MEDWAY, "nobody counted those in care homes in 2011"),
        ("E06000020", "nobody in home care is a gap"),
        (CROYDON, "only 2010's is there"),
        ("E08000003", "it made no return"),
    ],
)
def test_people_in_care_are_not_known_where_the_return_of_2011_has_gaps(england, code, why):
    assert england.loc[code, ["home_care", "care", "care_low", "care_high"]].isna().all(), why


def test_half_a_successors_people_in_care_are_not_taken_for_all(files):
    read = changed(files, "asc_users_la_2010_2014", "resid65", np.nan, la="Bournemouth", mar=2011)
    found = _care(read, ["Bournemouth, Christchurch and Poole"], pd.Index([BOURNEMOUTH]))
    assert found.isna().all(axis=None)


def test_zones_add_up_to_their_authoritys_people(table, england, scottish):
    for zoned, people in ((table("england.zones"), england.set_index("name")), (table("scotland.zones"), scottish)):
        found = zoned.groupby("place")[list(PEOPLE)].sum().sum(axis=1)
        assert found.to_dict() == people["people_2010"].to_dict()


def test_zones_have_their_own_broad_ages_and_within_them_their_districts(table):
    hull = table("england.zones").query("place == 'kingston_upon_hull'")[list(PEOPLE)].to_numpy()
    assert hull.tolist() == [
        [4500, 9000, 1500, 5000, 14000, 11000, 2500, 1750, 750],
        [1500, 3000, 500, 5000, 14000, 11000, 7500, 5250, 2250],
    ]


def test_zones_come_the_most_deprived_first_with_numbers(table):
    zoned = table("england.zones")
    hampshire = zoned[zoned["place"] == "hampshire"]
    assert hampshire["area"].tolist() == [1, 2, 3, 4]
    assert hampshire["crime"].tolist() == [0.6, 0.6, 0.2, 0.2]
    assert hampshire["income"].tolist() == [0.06, 0.21, 0.02, 0.07]
    assert hampshire["employment"].tolist() == [0.06, 0.21, 0.02, 0.07]


def test_ages_are_shifted_as_englands_were(files):
    as_many = ENGLAND[[1, 0, *range(2, 9)]]  # in 2011, twice as many of 0 to 4 as of 5 to 15 and not half
    found = zones(made_up.reading(files), as_many).query("code == @HULL")[["p0_4", "p5_15", "p16_17"]]
    assert found.to_numpy().tolist() == [[9000, 4500, 1500], [3000, 1500, 500]]


def test_zones_people_follow_their_own_districts_growth_back(files):
    read = changed(files, "la_population_2009_2020", "pop2010", 30_000, la_code="E07000084")
    found = zones(read, ENGLAND).query("code == @HAMPSHIRE")[list(PEOPLE)].sum(axis=1)
    assert found.tolist() == [15_000, 20_000, 15_000, 20_000]


def test_a_rank_is_read_off_the_small_areas_that_are_known():
    small = pd.DataFrame({"inc_pct": [10.0, 10.0, 20.0, 30.0], "income_rank": [32_844, 24_633, 16_422, 20_000]})
    found = by_rank(np.array([5.0, 10.0, 15.0, 30.0]), small, "income")
    # Of 10%, halfway between two ranks; of 30%, as of 20%: no share has a rank above that of a lesser share.
    assert found.tolist() == pytest.approx([0.125, 0.125, 0.3125, 0.5])


def test_the_living_environment_is_nearer_the_middle_than_a_districts_rank():
    # Two districts of as many people are a quarter from the middle; the worse one's small areas are a tenth from it.
    districts = pd.DataFrame({"pop19": [100, 100], "livenv_sc": [9.0, 1.0]}, index=["worse", "better"])
    small = pd.DataFrame({"la_code": ["worse"] * 2, "livenv_rank": [0.3 * 32_844, 0.5 * 32_844]})
    for short, rank in (("inc_pct", "income_rank"), ("emp_pct", "employ_rank")):
        small[short], small[rank] = [0.0, 50.0], [32_844, 0]
    parts = pd.DataFrame({"la_code": ["better", "worse"], "inc_pct": [5.0, 10.0], "emp_pct": [15.0, 20.0]})
    parts = parts.assign(educ_ptl=[1, 2], health_ptl=[3, 4], crime_ptl=[5, 6], housing_ptl=[7, 8])
    found = pd.DataFrame(_deprivation(parts, districts, small), columns=list(DOMAINS))
    assert found["living"].tolist() == pytest.approx([0.4, 0.6])
    others = found.loc[1, ["income", "employment", "education", "health", "crime", "housing"]].tolist()
    assert others == pytest.approx([0.2, 0.4, 0.02, 0.04, 0.06, 0.08])


def test_a_return_that_was_not_made_is_halfway_between_its_neighbours(files):
    found = of_councils(made_up.reading(files)).loc[HAMPSHIRE]
    assert found["absent"].tolist() == [year == "2014-15" for year in found.index]
    assert found["social_care"].tolist() == [30, 30, 30, 30, 45, 60, 30, 30]
    assert found["rest"]["2014-15"] == pytest.approx(15.0)


@pytest.mark.parametrize("year", ["2010-11", "2017-18"])
def test_a_return_that_is_absent_at_an_end_is_not_halfway_to_another_councils(files, year):
    amounts = files["ro_upper_tier_la_by_service"].columns[4:]
    read = changed(files, "ro_upper_tier_la_by_service", amounts, np.nan, ons=BUCKINGHAMSHIRE, year=year)
    found = of_councils(read).loc[(BUCKINGHAMSHIRE, year)]
    assert found["absent"]
    assert np.isnan(found["social_care"])


def test_the_fire_is_left_out_of_what_kensington_spent(files):
    found = of_councils(made_up.reading(files)).loc[KENSINGTON]
    assert found["central"].nunique() == 1
    assert found["rest"].round(6).tolist() == [15.0] * 8
    assert found["total_service"]["2017-18"] == pytest.approx(found["total_service"]["2016-17"])


def test_successors_spend_a_head_what_those_before_them_did(files):
    found = of_councils(made_up.reading(files))["social_care"].unstack()["2010-11"]
    assert found[BOURNEMOUTH] == pytest.approx(60 * 1.47752), "100,000 people before, 147,752 now"
    assert found[DORSET] == pytest.approx(60 * 0.52248)


def test_a_councils_budget_is_split_by_department(table):
    # Hull's people are poorer than 16% by half, so that it spends 1.25 times the made-up lines.
    found = table("england.budgets").set_index("name")
    million = found.loc["kingston_upon_hull"] / 1e6
    assert million[["adult_care", "children"]].tolist() == [50, 25], "as in 2011-12"
    assert million["public_health"] == 8.0, "2013-14's, in the prices of 2010-11: 10 of them bought 8"
    assert million[["housing", "council_other", "schools"]].tolist() == [6.25, 68.75, 100]


def test_what_districts_spend_goes_to_two_tier_areas_by_their_people(table):
    found = table("england.budgets").set_index("name")[["district_housing", "district_other"]] / 1e6
    two_tier = ["dorset", "buckinghamshire", "hampshire", "northamptonshire"]
    assert (found.drop(two_tier) == 0).all(axis=None)
    people = np.array([52_248, 100_000, 100_000, 100_000]) / 352_248
    assert found.loc[two_tier, "district_housing"].tolist() == pytest.approx(30 * people, abs=0.005)
    assert found.loc[two_tier, "district_other"].tolist() == pytest.approx(45 * people, abs=0.005)


def test_a_line_below_nothing_is_no_budget(files):
    read = changed(files, "ro_upper_tier_la_by_service", "highways_transport", -30.0, ons=HULL, year="2010-11")
    # What is missing from the total is the rest's: 12.5 and 30 more.
    assert budgets(read)["council_other"][HULL] == pytest.approx(1e6 * (68.75 - 12.5 + 42.5))


def test_what_councils_lost_is_in_real_terms(table):
    found = table("england.paths").set_index(["name", "year"])
    columns = ["cut", "care", "adult_care", "childrens_care", "the_rest", "council_tax"]
    assert found.loc[("kingston_upon_hull", "2012-13"), columns].tolist() == [0, 0, 0, 0, 0, 0.6]
    assert found.loc[("kingston_upon_hull", "2013-14"), columns].tolist() == [0.2, 0.2, 0.2, 0.2, 0.2, 0.6]
    assert found.loc[("kensington_and_chelsea", "2017-18"), "cut_low"] == 0.2
    assert found.loc[("hampshire", "2014-15"), ["cut", "absent"]].tolist() == pytest.approx([1 - 0.8 * 1.5, 1])
    assert found["absent"].sum() == 1


def test_a_head_of_the_population_is_a_reading_of_the_cut(files):
    read = changed(files, "la_population_2009_2020", "pop2017", 125_000, la_code=HULL)
    found = paths(read).set_index(["code", "year"])["cut_high"].xs("2017-18", level="year")
    assert found[HULL] == pytest.approx(1 - 0.8 / 1.25), "by the series of people"
    assert found[BUCKINGHAMSHIRE] == pytest.approx(1 - 0.8 / 1.05**0.7), "as evenly as in ten years, where it has none"
    assert found[MEDWAY] == pytest.approx(0.2)


def test_spending_goes_with_the_root_of_income_deprivation_and_the_smallest_say_nothing(files, england):
    read = made_up.reading(files)
    spent, laid_out = budgets(read), zones(read, ENGLAND)
    found = powers_of_income(england, spent, laid_out)
    assert (found["adult_care"], found["children"], found["schools"]) == (0.5, 0.5, 0.5)
    assert found["housing"] < found["council_other"] < 0.5, "richer areas have districts that spend besides"
    alone = spent.assign(district_housing=0, district_other=0)
    without = powers_of_income(england, alone, laid_out)
    assert (without["housing"], without["council_other"]) == (0.5, 0.5)


def test_schools_and_childrens_care_are_counted_a_child(files, england):
    read = made_up.reading(files)
    spent, laid_out = budgets(read), zones(read, ENGLAND)
    poor = laid_out["code"].isin(england.index[england["income_deprived"] == 25])
    laid_out.loc[poor, list(PEOPLE[:3])] *= 2
    found = powers_of_income(england, spent, laid_out)
    assert found["schools"] == found["children"] < found["adult_care"]


def test_scottish_councils_are_called_what_people_call_them(scottish):
    titles = scottish["title"].to_dict()
    assert titles["glasgow"] == "Glasgow"
    assert titles["edinburgh"] == "Edinburgh"
    assert titles["na_h_eileanan_siar"] == "Na h-Eileanan Siar (Western Isles)"
    assert titles["argyll_and_bute"] == "Argyll and Bute"
    islands = scottish.index[scottish["kind"] == "islands council"].tolist()
    assert islands == ["na_h_eileanan_siar", "shetland_islands"]
    assert set(scottish["kind"]) == {"islands council", "council area"}
    assert set(scottish["region"]) == {"Scotland"}


def test_scottish_people_and_work_are_the_councils_own(scottish):
    edinburgh = scottish.loc["edinburgh"]
    assert edinburgh[["people_2010", "people_2020", "step_2012"]].tolist() == [500_000, 525_000, 0.02]
    assert edinburgh[["employment_rate", "claimants"]].tolist() == [0.7, 0.035], "2010's, not 2009's"
    assert edinburgh[["zones_most_deprived_tenth", "zones_most_deprived_fifth", "mean_rank"]].tolist() == [
        0.05,
        0.12,
        4500,
    ]


def test_rates_that_are_not_published_are_those_of_councils_of_such_ranks(scottish):
    assert scottish["rates_published"].to_dict() == {name: int(name != "glasgow") for name in scottish.index}
    # The rule: 20% and 0.1 of the tenth's, 0.2 (0.1) of the fifth's share, less 3 (2) in 100,000 of the mean rank.
    assert scottish["income_deprived"]["glasgow"] == pytest.approx(0.2 + 0.03 + 0.09 - 0.06)
    assert scottish["employment_deprived"]["glasgow"] == pytest.approx(0.2 + 0.03 + 0.045 - 0.04)
    assert scottish["income_deprived"]["east_lothian"] == pytest.approx(0.1)


def test_rates_that_are_not_published_are_graded_as_filled(scottish):
    for name, grades in (("glasgow", {"C"}), ("edinburgh", {"A", "B"})):
        observed = scotland.observed(scottish.loc[name].astype(str))
        assert {observed[key]["grade"] for key in scotland.BY_RANKS} <= grades
        assert all(("filled:" in observed[key].get("note", "")) == (grades == {"C"}) for key in scotland.BY_RANKS)
        assert observed["income_deprived_share"]["value"] == scottish["income_deprived"][name]


def test_scots_leave_as_many_times_as_east_lothian_is_left(scottish):
    assert (scottish["departures"] == made_up.EAST_LOTHIAN).all(), "their ages are alike"
    flows = scottish["births"] - scottish["deaths"] + scottish["arrivals"] - scottish["departures"]
    assert flows.tolist() == pytest.approx([100 * np.log(1.05)] * 7, abs=0.2)


def test_scots_who_were_not_asked_answer_as_like_councils(scottish):
    assert np.isnan(scottish["satisfaction_answered"]["shetland_islands"])
    assert 7.4 < scottish["satisfaction"]["shetland_islands"] < 7.7
    assert scottish["satisfaction_unsure"]["shetland_islands"] > scottish["satisfaction_unsure"]["aberdeen"] > 0


def test_a_councils_tenths_lie_as_its_three_figures_say():
    assert deprivation(0.1, 0.2, 0.5).tolist() == pytest.approx(np.arange(0.95, 0, -0.1)), "as all of Scotland"
    found = deprivation(0.3, 0.45, 0.7)
    assert found[:3].tolist() == pytest.approx([1 - 0.1 / 6, 0.95, 0.9 + 0.1 / 6]), (
        "three tenths within the worst tenth"
    )
    assert found.mean() == pytest.approx(0.7, abs=1e-3)
    assert deprivation(0.0, 0.0, 0.3).max() < 0.8, "nobody within the worst fifth"


def test_a_council_has_ten_zones_of_as_many_people_and_domains_that_go_as_in_east_lothian(table):
    zoned = table("scotland.zones").query("place == 'glasgow'")
    people = zoned[list(PEOPLE)].sum(axis=1)
    assert zoned["area"].tolist() == list(range(1, 11))
    assert people.max() - people.min() <= len(PEOPLE)
    from_the_middle = zoned["income"] - 0.5
    assert from_the_middle.iloc[0] == pytest.approx(0.5 - 0.1 / 6, abs=0.001)
    for domain, slope in made_up.SLOPES.items():
        found = zoned[{"access": "living"}.get(domain, domain)] - 0.5
        assert found.tolist() == pytest.approx(slope * from_the_middle, abs=0.001)


def test_scots_ages_are_shifted_to_those_of_the_census(table):
    zoned = table("scotland.zones")
    ages = zoned[list(PEOPLE)].sum() / zoned[list(PEOPLE)].to_numpy().sum()
    broad = [ages.iloc[:2].sum(), ages.iloc[2:6].sum(), ages.iloc[6:].sum()]
    assert broad == pytest.approx(np.array([916, 3489, 890]) / 5295, abs=1e-4)
    assert ages["p5_15"] / ages["p0_4"] == pytest.approx(2, abs=0.01), "within a broad age as in 2020"


def test_scottish_budgets_go_with_income_deprivation_as_englands_and_with_children(scottish):
    agencies = ["adult_care", "children", "housing", "council_other", "schools", "dwp", "nhs", "police"]
    assert (scottish.loc["east_lothian", agencies] == 1).all()
    glasgow = scottish.loc["glasgow"]
    assert glasgow["dwp"] == pytest.approx(2.6)
    assert glasgow["adult_care"] == pytest.approx(2.6**0.5, abs=1e-3)
    assert glasgow["schools"] == glasgow["children"] == pytest.approx(2.6**0.5, abs=2e-3), "as many children"
    assert glasgow["nhs"] > 1
    assert glasgow["police"] > 1


def test_a_council_of_twice_the_children_gets_twice_the_schools(files):
    like = pd.DataFrame({"income_deprived": [0.1, 0.1]}, index=[LIKE, "young"])
    zone = dict.fromkeys(PEOPLE, 100.0) | dict.fromkeys(DOMAINS, 0.5)
    young = zone | {"p0_4": 300.0, "p5_15": 300.0, "p18_24": 0.0, "p25_44": 0.0, "p45_64": 0.0, "p65_74": 0.0}
    laid_out = pd.DataFrame([zone | {"code": LIKE}, young | {"code": "young"}])
    found = _times_like(like, laid_out, {"schools": 1.0, "children": 1.0, "housing": 1.0})
    assert found.loc["young", ["schools", "children", "housing"]].tolist() == pytest.approx(
        [700 / 300, 700 / 300, 1.0], abs=1e-3
    )


def test_codes_are_freed_of_stray_spaces(england):
    assert england["satisfaction_answered"].notna().sum() == 13, "all but Medway, though the file has spaces"


def people_who_live(life_table):
    """The shipped demography with another life table."""
    data = options.Option("demography", "uk", options.shipped_root().joinpath("demography"), True).read()
    data["moves"] |= {"value": [0.0] * 9, "low": [0.0] * 9}
    return DemographyConfig(**data | {"life_table": life_table})
