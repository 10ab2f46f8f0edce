"""`redesign pilot`: from a country's kept lives to what evaluators would have said, on the command line."""

import json
import shlex
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from made_country import BEGINS, COUNT, EFFECT, GLADNESS, INSIDE, LATER, OUTSIDE, REPLICATIONS, YEARS, lived

from experiments import cli, storage
from experiments.analysis.evaluation.choosing import CHOICES
from experiments.analysis.evaluation.pilots import BY_LIBRARY, ESTIMATORS
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.configuration.compose import planned
from experiments.configuration.places.authorities import authorities
from experiments.questions.pilot.country import Country
from experiments.questions.pilot.question import LIBRARIES, QUESTION
from experiments.questions.pilot.settings import Luck, Method, Way
from experiments.questions.pilot.words import CAUTION, METHODS, WAYS, sentences, shown_rows
from experiments.report.generic_page import command

pytestmark = pytest.mark.unhurried

QUICK = ["zones=[6,12]", "judged=[2,6]", "drawn=20", "methods=[before_after,matched_difference,randomisation]"]


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    return lived(tmp_path_factory.mktemp("lived") / "country")


@pytest.fixture(scope="module")
def answered(nation, tmp_path_factory):
    out = tmp_path_factory.mktemp("answered") / "pilot"
    assert cli.main(["pilot", f"nation={nation}", *QUICK, "workers=1", f"out={out}"]) == 0
    return out


def test_the_answer_finds_what_is_there(answered):
    table = storage.read_csv(answered / "answer.csv")
    assert len(table) == 5 * 2 * 2 * 3 * 2
    counts = table.groupby("chosen")[["pilots", "distinct_pilots", "replications"]].max()
    assert counts.loc["random"].tolist() == [20, 20, REPLICATIONS]
    assert counts.loc["most_deprived"].tolist() == [REPLICATIONS] * 3
    assert table["bias_low"].isna().all()  # of two replications nobody can say how far they differ
    assert table["true_effect"].to_numpy() == pytest.approx(EFFECT)
    fair = table[(table["chosen"] == "random") & (table["estimator"] == "randomisation")]
    assert fair["bias"].abs().max() < 0.5
    assert (fair["clear_better"] == 1).all()
    # Everything rises by one a year, which before and after takes for the zones' doing.
    naive = table[(table["chosen"] == "random") & (table["estimator"] == "before_after") & (table["year"] == YEARS - 1)]
    assert naive["bias"].to_numpy() == pytest.approx(YEARS / 2, abs=0.5)


def test_the_screen_says_it_and_says_it_again(nation, answered, capsys):
    assert cli.main(["pilot", f"nation={nation}", *QUICK, f"out={answered}"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "change it by -4 per 1,000 people a year" in text
    assert "100% found a clear improvement when judged in 2013, 100% in 2017" in text
    assert "Zones begin in 2012" in text
    assert "Pilots that differ: 20, by lot, one of each pair and volunteers; 2, the most deprived and the worst" in text
    assert "drawn from 2 replications, too few for an interval of bias" in text
    assert "Crises begun, 12 zones, judged in 2017" in text  # of 6 and 12 the nearer to the essay's 15 to 20


@pytest.mark.slow
def test_more_workers_find_the_same(nation, answered, tmp_path):
    out = tmp_path / "two"
    assert cli.main(["pilot", f"nation={nation}", *QUICK, "workers=2", f"out={out}"]) == 0
    for name in ("answer.csv", "pilots.parquet"):
        assert (out / name).read_bytes() == (answered / name).read_bytes()


@pytest.mark.slow
def test_other_seeds_draw_other_pilots(nation, answered, tmp_path):
    out = tmp_path / "other"
    assert cli.main(["pilot", f"nation={nation}", *QUICK, "seed=2", "workers=1", f"out={out}"]) == 0
    assert (out / "pilots.parquet").read_bytes() != (answered / "pilots.parquet").read_bytes()


def test_zones_may_start_apart(nation, tmp_path):
    out = tmp_path / "apart"
    words = [
        f"inside=[{INSIDE},{LATER}]",
        "zones=12",
        "chosen=random",
        "judged=[2,6]",
        "drawn=10",
        "methods=randomisation",
    ]
    assert cli.main(["pilot", f"nation={nation}", *words, "workers=1", f"out={out}"]) == 0
    table = storage.read_csv(out / "answer.csv").query("same_pilots").astype({"starts": str})
    assert table["starts"].tolist() == ["1 3", "1 3"]  # one pilot, judged twice
    assert table["true_effect"].to_numpy() == pytest.approx(EFFECT)


def test_arms_that_begin_together_and_arms_that_never_begin_are_refused(tmp_path, capsys):
    begins = {OUTSIDE: YEARS, INSIDE: 1, LATER: 1, "radical": YEARS}
    folder, words = lived(tmp_path / "country", begins=begins), ["zones=6", "judged=6", f"out={tmp_path / 'out'}"]
    assert cli.main(["pilot", f"nation={folder}", f"inside=[{INSIDE},{LATER},radical]", *words]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"inside: {INSIDE}, {LATER} begin in the same year (2)" in said
    assert f"inside: radical is in every year as {OUTSIDE} is" in said


def test_who_has_no_value_of_an_outcome_is_in_no_pilot_and_all_outcomes_are_of_the_same_pilots(tmp_path, capsys):
    folder, out = lived(tmp_path / "country", needy=3), tmp_path / "out"
    words = ["zones=6", "judged=6", "drawn=20", "methods=[matched_difference,randomisation]", "workers=1"]
    assert cli.main(["pilot", f"nation={folder}", *words, f"out={out}"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"3 authorities without a value of {GLADNESS} in some year of some life, in no pilot" in said
    every = pd.read_parquet(out / "pilots.parquet")
    assert np.isfinite(every[["true", "effect", "low", "high", "sham_low"]].to_numpy()).all()
    about = ["chosen", "pilot", "replication", "repeated", "zones_are"]
    glad, crises = (
        every[(every["outcome"] == name) & (every["estimator"] == "randomisation")][about].reset_index(drop=True)
        for name in (GLADNESS, "crises")
    )
    assert glad.equals(crises)
    # By another outcome others are chosen, where last year counts.
    other = tmp_path / "other"
    assert cli.main(["pilot", f"nation={folder}", *words, f"chosen_by={GLADNESS}", f"out={other}"]) == 0
    theirs = pd.read_parquet(other / "pilots.parquet").groupby("chosen")["zones_are"].unique()
    ours = every.groupby("chosen")["zones_are"].unique()
    assert {way for way in WAYS if set(ours[way]) != set(theirs[way])} == {
        "matched_pairs", "volunteers", "worst_last_year",
    }  # fmt: skip


def test_the_luck_of_everybody_is_less_than_that_of_a_few(tmp_path, capsys):
    folder = lived(tmp_path / "country", scale=0.1)
    words = ["zones=6", "judged=6", "chosen=random", "drawn=20", "methods=randomisation", "workers=1"]
    wide = {}
    for luck in get_args(Luck):
        out = tmp_path / luck
        assert cli.main(["pilot", f"nation={folder}", *words, f"luck={luck}", f"out={out}"]) == 0
        every = pd.read_parquet(out / "pilots.parquet")
        wide[luck] = (every["high"] - every["low"]).mean()
    assert wide["of_everybody"] < 0.7 * wide["as_lived"]
    said = " ".join(capsys.readouterr().out.split())
    assert "as if all their people had been simulated" in said


def test_zones_of_2012_are_chosen_by_the_index_of_2010(nation):
    every = list(authorities().values())[:COUNT]
    known = Country.of(nation).deprivation
    assert known.tolist() == [each.deprivation_2010 for each in every]
    assert known.tolist() != [each.deprivation for each in every]


def test_when_zones_begin_is_read_off_the_lives(nation):
    country = Country.of(nation)
    assert country.begins(OUTSIDE, INSIDE) == BEGINS[INSIDE]
    assert country.begins(OUTSIDE, LATER) == BEGINS[LATER]
    assert country.begins(OUTSIDE, OUTSIDE) is None
    lives = country.lives("crises", OUTSIDE, (INSIDE,))
    assert [one.outside.shape for one in lives] == [(COUNT, YEARS)] * REPLICATIONS
    assert lives[0].inside[1] - lives[0].outside == pytest.approx(
        EFFECT * (np.arange(YEARS) >= 1) + np.zeros((COUNT, 1))
    )


@pytest.mark.unhurried
def test_the_library_of_each_method_is_asked(nation, tmp_path):
    out = tmp_path / "libraries"
    words = ["zones=12", "chosen=random", "judged=6", "drawn=10", "by_library=2", f"inside={LATER}"]
    methods = "methods=[randomisation,two_way_fixed_effects,callaway_santanna]"
    assert cli.main(["pilot", f"nation={nation}", *words, methods, "workers=1", f"out={out}"]) == 0
    table = storage.read_csv(out / "answer.csv").query("not same_pilots").set_index("estimator")
    assert table["pilots"].to_dict() == {"randomisation": 10, "two_way_fixed_effects": 2, "callaway_santanna": 2}
    assert table["bias"].abs().max() < 1


REFUSED = {
    "no country": ([], "nation=results/country, after redesign nation"),
    "no folder": (["nation=nowhere"], "is no folder"),
    "too many zones": (["nation={}", "zones=39"], "2 to 38"),
    "too many pairs": (["nation={}", "zones=21", "chosen=matched_pairs"], "2 to 20"),
    "one zone": (["nation={}", "zones=1"], "at least 2"),
    "too late": (["nation={}", "judged=7"], "later than the 6 years that were lived"),
    "before anything has begun": (["nation={}", "judged=1", "zones=6"], "judged=[2]"),
    "an unknown arm": (["nation={}", "inside=zones"], "zones_from_2012"),
    "an arm against itself": (["nation={}", "inside=rationing"], "name another arm"),
    "an outcome that was not kept": (["nation={}", "outcomes=trust"], "crises"),
    "chosen by what was not kept": (["nation={}", "chosen_by=trust"], "crises"),
    "an unknown way": (["nation={}", "chosen=lottery"], "matched_pairs"),
    "an unknown method": (["nation={}", "methods=guess"], "before_after"),
    "an unknown key": (["nation={}", "zone=3"], "zones"),
    "one zone at a start": (["nation={}", f"inside=[{INSIDE},{LATER}]", "zones=3", "judged=6"], "zones=[4]"),
    "no method that can be used": (
        ["nation={}", "methods=synthetic_control", "zones=6", "judged=6"],
        "methods=[randomisation]",
    ),
    "no pilots": (["nation={}", "drawn=0"], "10"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_words(what, nation, tmp_path, capsys):
    words, expected = REFUSED[what]
    out = tmp_path / "refused"
    status = cli.main(["pilot", *(word.format(nation) for word in words), f"out={out}"])
    said = capsys.readouterr().err
    assert status == 2, said
    assert expected in said.replace("\n", " ")
    assert "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ({OUTSIDE: YEARS, INSIDE: 0}, "nobody is seen before it"),
        ({OUTSIDE: YEARS, INSIDE: YEARS}, "there is nothing to find"),
    ],
)
def test_a_country_that_shows_nothing_is_refused(begins, expected, tmp_path, capsys):
    folder = lived(tmp_path / "country", begins=begins)
    assert cli.main(["pilot", f"nation={folder}", "judged=6", "zones=6", f"out={tmp_path / 'out'}"]) == 2
    assert expected in capsys.readouterr().err.replace("\n", " ")


def test_a_country_whose_designs_cross_borders_is_no_pilot(tmp_path, capsys):
    """Its zones saw nothing but zones and its others none: that is two countries, and no zones in one."""
    words = ["zones=6", "judged=6", "drawn=10", "methods=before_after", "workers=1"]
    folder = lived(tmp_path / "borders", nation={"spread": "borders"})
    assert cli.main(["pilot", f"nation={folder}", *words, f"out={tmp_path / 'none'}"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "was lived with spread=borders" in said
    assert "allowed: a country lived with spread=within" in said
    assert "spread=within" in said.partition("fix:")[2]
    within = lived(tmp_path / "within", nation={"spread": "within"})
    assert cli.main(["pilot", f"nation={within}", *words, f"out={tmp_path / 'out'}"]) == 0
    kept = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert kept["configuration"]["nation"]["spread"] == "within"


def test_a_country_of_a_few_is_refused(tmp_path, capsys):
    assert cli.main(["pilot", f"nation={lived(tmp_path / 'few', count=3)}", "zones=2", "judged=6"]) == 2
    said = capsys.readouterr().err.replace("\n", " ")
    assert "has 3 authorities" in said
    assert "zones=[2]" not in said
    words = ["zones=2", "judged=6", "drawn=10", "methods=before_after", "workers=1", f"out={tmp_path / 'out'}"]
    assert cli.main(["pilot", f"nation={lived(tmp_path / 'enough', count=4)}", *words]) == 0


def test_the_methods_as_shipped_do_not_stop_where_hardly_anybody_is_no_zone(nation, tmp_path, capsys):
    out = tmp_path / "most"
    words = ["zones=[12,37]", "judged=6", "drawn=10", "by_library=2", "chosen=[random]", "workers=1", f"out={out}"]
    assert cli.main(["pilot", f"nation={nation}", *words]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "callaway_santanna: needs 5 authorities that are no zones, and 37 zones leave 3" in said
    table = storage.read_csv(out / "answer.csv")
    assert set(table.loc[table["estimator"] == "callaway_santanna", "zones"]) == {12}
    assert set(table.loc[table["estimator"] == "two_way_fixed_effects", "zones"]) == {12, 37}


def test_another_question_s_folder_and_a_damaged_one_are_refused(tmp_path, capsys):
    other = lived(tmp_path / "other", question="sweep")
    assert cli.main(["pilot", f"nation={other}"]) == 2
    assert "redesign sweep" in capsys.readouterr().err
    damaged = lived(tmp_path / "damaged")
    (damaged / "points.parquet").write_bytes(b"gone")
    assert cli.main(["pilot", f"nation={damaged}"]) == 2
    assert "damaged" in capsys.readouterr().err


@pytest.mark.slow
def test_what_is_kept_half_done_is_gone_on_with(nation, answered, tmp_path):
    """A piece that was damaged meanwhile is drawn again; the answer is the same."""
    out = tmp_path / "again"
    assert cli.main(["pilot", f"nation={nation}", *QUICK, "workers=1", f"out={out}"]) == 0
    (out / "answer.csv").unlink()
    assert cli.main(["pilot", f"nation={nation}", *QUICK, "workers=1", f"out={out}"]) == 0
    assert (out / "answer.csv").read_bytes() == (answered / "answer.csv").read_bytes()


def test_its_folder_has_a_page_and_no_runs_to_live_again(answered, tmp_path, capsys):
    assert cli.main(["report", str(answered)]) == 0
    page = (answered / "report.html").read_text(encoding="utf-8")
    assert "found_and_true_crises" in page
    assert "found a clear improvement when judged in 2013" in page
    assert CAUTION in page
    facts = json.loads((answered / "manifest.json").read_text(encoding="utf-8"))
    again = planned(QUESTION, shlex.split(command(facts, answered))[2:], [])
    assert json.loads(json.dumps(again.asked())) == facts["configuration"]
    capsys.readouterr()
    assert cli.main(["replay", str(answered)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_every_way_and_method_there_is_can_be_asked_for_and_is_in_words():
    assert get_args(Way) == tuple(CHOICES) == tuple(WAYS)
    assert get_args(Method) == tuple(ESTIMATORS) == tuple(METHODS)
    assert set(LIBRARIES) == set(BY_LIBRARY)


def test_sentences_name_what_the_choice_makes_by_luck(answered):
    table = storage.read_csv(answered / "answer.csv")
    rows = table[(table["zones"] == 12) & (table["year"] == YEARS - 1) & table["same_pilots"]]
    worst = rows[rows["chosen"] == "worst_last_year"].iloc[0]
    made = f"the difference, {worst['luck_after'] - worst['luck_before']:+.2g}, and it is made by the choice"
    assert any(made in said for said in sentences(table, load_outcomes()["crises"], "crises"))
    facts = json.loads((answered / "manifest.json").read_text(encoding="utf-8"))
    assert facts["starts"] == [1]


def test_methods_are_compared_over_the_same_pilots(nation, tmp_path):
    out = tmp_path / "libraries"
    words = ["zones=12", "chosen=random", "judged=6", "drawn=40", "by_library=10", "workers=1", f"out={out}"]
    methods = "methods=[randomisation,two_way_fixed_effects]"
    assert cli.main(["pilot", f"nation={nation}", *words, methods]) == 0
    table, every = storage.read_csv(out / "answer.csv"), pd.read_parquet(out / "pilots.parquet")
    counts = table.set_index(["same_pilots", "estimator"])["pilots"].to_dict()
    assert counts == {
        (False, "randomisation"): 40,
        (False, "two_way_fixed_effects"): 10,
        (True, "randomisation"): 10,
        (True, "two_way_fixed_effects"): 10,
    }
    # With one start both are the same difference in differences, so whatever luck remains is the same.
    same = table[table["same_pilots"]].set_index("estimator")
    assert same["bias"].nunique() == 1 or same["bias"].std() < 1e-9
    shown = shown_rows(table, "crises")
    assert shown["pilots"].unique().tolist() == [10]
    first = every[every["pilot"] < 10].groupby("estimator")["pilot"].nunique()
    assert first.to_dict() == {"randomisation": 10, "two_way_fixed_effects": 10}


def test_a_method_is_too_narrow_only_where_so_many_pilots_can_tell(answered):
    table = storage.read_csv(answered / "answer.csv").assign(year=9, zones=18, coverage=0.9)
    rows = table[(table["chosen"] == "random") & (table["estimator"] == "randomisation")]
    said = {
        high: " ".join(
            sentences(rows.assign(coverage_low=0.7, coverage_high=high), load_outcomes()["crises"], "crises")
        )
        for high in (0.97, 0.94)
    }
    assert "less often than the 95%" not in said[0.97]
    assert "randomisation inference 90% (70% to 94%)" in said[0.94]
