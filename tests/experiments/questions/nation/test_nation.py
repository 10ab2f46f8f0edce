"""A country lived authority by authority on a made-up world: its sums, its seeds, its words, and what is refused."""

import shlex
from functools import partial

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.paired import difference_interval
from experiments.analysis.statistics.sides import ABOVE
from experiments.analysis.verdicts.multiplicity import holm
from experiments.configuration import compose, validate
from experiments.configuration.files import in_hydra
from experiments.configuration.places.authorities import authorities
from experiments.errors import ConfigurationError
from experiments.questions.nation import facts, plans, tables
from experiments.questions.nation import question as nation
from experiments.questions.nation.screen import by_itself
from experiments.results import open_results, results_folder, run_index

pytestmark = pytest.mark.unhurried

THREE = ["leeds", "york", "rutland"]
SMALL = {
    "arms": ["rationing", "radical"],
    "replicates": 8,
    "scale": 0.1,
    "years": 2,
    "workers": 1,
    "out": "out",
    "authorities": THREE,
    "spread": "within",
}
MONEY = "public_spend_total"


@pytest.fixture
def drawn(monkeypatch):
    """The folders whose figures were asked for; drawing takes longer than everything else here."""
    found = []
    monkeypatch.setattr(nation.Nation, "figures", lambda self, out, artists=None: found.append(out))
    return found


@pytest.fixture
def asked(put, drawn):
    """Asks the stand-in about a country; returns what was said, and why it stopped."""

    def run(**own):
        said, complaint = put(nation.QUESTION, "stand_in", {**SMALL, **own})
        return " ".join(said.split()), " ".join(complaint.split())

    return run


@pytest.fixture
def base(composed):
    """A plan to begin with."""
    return validate.check(compose.Composed({**composed.data, "arms": SMALL["arms"], "years": 2}, composed.choices))


def answers(out):
    """What the tables say of each authority in the last year, without what is known of it beforehand."""
    table = pd.read_csv(out / tables.AUTHORITIES)
    last = table[table["horizon"] == table["horizon"].max()]
    return {
        place: rows.set_index("outcome")[["rationing", "radical", "diff", "ci_lo", "ci_hi"]]
        for place, rows in last.groupby("place")
    }


def content(folder, names=("runs.parquet", tables.AUTHORITIES, tables.TOGETHER, run_index.KEPT)):
    """The bytes of the tables of a country."""
    return {name: (folder / name).read_bytes() for name in names}


def test_a_country_is_told_in_one_screen(asked):
    said, _ = asked()
    assert "York, Rutland and Leeds. 3 authorities, 1.0 million people, one in 10 simulated" in said
    assert "After 2 years with the same luck, radical compared with rationing" in said
    assert "Crises begun, radical against rationing, in 3 authorities: worse in 3." in said
    assert "Yorkshire and The Humber (2)" in said
    assert "redesign compare place=york seed=" in said


def test_a_country_s_money_is_the_sum_of_its_authorities(asked, tmp_path, trouble):
    (trouble / "people_of_place").write_text("0.001")
    asked()
    out = tmp_path / "out"
    runs, factor = pd.read_parquet(out / "runs.parquet"), load_outcomes()[MONEY].factor
    last = runs[runs["month"] == runs["month"].max()]
    together = (
        pd.read_csv(out / tables.TOGETHER).query("by == 'country' and outcome == @MONEY and horizon == 2").iloc[0]
    )
    people = last.groupby(["arm", "replication"])[f"{MONEY}.denominator"].sum()
    assert last[f"{MONEY}.denominator"].nunique() == len(THREE), "the made-up places have people of their own"
    pounds = last.groupby(["arm", "replication"])[MONEY + ABOVE].sum() * factor
    for arm in SMALL["arms"]:
        assert together[arm] == pytest.approx((pounds / people)[arm].mean(), rel=1e-9)
    every = pd.read_csv(out / tables.AUTHORITIES).query("outcome == @MONEY and horizon == 2")
    assert together["radical"] != pytest.approx(every["radical"].mean(), rel=0.01), "no mean of authorities"


def test_authorities_are_told_of_every_year_and_all_together_of_some(asked, tmp_path):
    asked(years=4)
    assert set(pd.read_csv(tmp_path / "out" / tables.AUTHORITIES)["horizon"]) == {1, 2, 3, 4}
    assert set(pd.read_csv(tmp_path / "out" / tables.TOGETHER)["horizon"]) == {1, 3, 4}


def test_groups_are_held_against_all_others_and_many_are_allowed_for(asked, tmp_path, trouble):
    (trouble / "people_of_place").write_text("0.001")
    (trouble / "has_lives").write_text("1")
    said, _ = asked()
    out = tmp_path / "out"
    together = (
        pd.read_csv(out / tables.TOGETHER).query("outcome == 'crises' and horizon == 2").set_index(["by", "group"])
    )
    runs = pd.read_parquet(out / "runs.parquet").query("month == 23")
    places = pd.read_parquet(out / "points.parquet").set_index("point")["place"]
    north = runs["point"].map(places).isin(["leeds", "york"])
    factor = load_outcomes()["crises"].factor

    def differences(rows):
        sums = rows.groupby(["arm", "replication"])[["crises" + ABOVE, "crises.denominator"]].sum()
        rate = sums["crises" + ABOVE] / sums["crises.denominator"] * factor
        return (rate["radical"] - rate["rationing"]).to_numpy()

    apart = differences(runs[north]) - differences(runs[~north])
    row = together.loc[("region", "Yorkshire and The Humber")]
    assert row["apart"] == pytest.approx(apart.mean())
    expected = difference_interval(apart)
    assert (row["apart_lo"], row["apart_hi"]) == pytest.approx((expected.low, expected.high))
    other = together.loc[("region", "East Midlands")]
    assert other["apart"] == pytest.approx(-row["apart"])
    groups = together[together.index.get_level_values("by") != "country"]
    assert groups["p_of_all"].to_numpy() == pytest.approx(holm(groups["p"]))
    assert groups["apart_p_of_all"].to_numpy() == pytest.approx(holm(groups["apart_p"]))
    assert together.loc["country"][["p_of_all", "apart", "apart_p"]].isna().all(axis=None)
    assert f"with {len(groups)} groups looked at (Holm's correction)" in said
    assert "for what designs are worth everywhere these intervals are too narrow" in said


def test_where_one_group_is_all_there_are_no_others(asked, tmp_path):
    asked(authorities=["leeds", "bradford"])
    together = pd.read_csv(tmp_path / "out" / tables.TOGETHER)
    assert together[together["by"] == "region"]["apart"].isna().all()


def test_an_authority_has_luck_of_its_own_and_the_same_for_both_arms(asked, tmp_path):
    asked()
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet").query("arm == 'rationing' and month == 11")
    crises = runs.pivot(index="replication", columns="point", values="crises" + ABOVE)
    assert not (crises[0] == crises[1]).any()
    assert not (crises[0] == crises[2]).any()
    assert pd.read_csv(tmp_path / "out" / tables.AUTHORITIES).query("outcome == 'crises'")["sd_diff"].max() == 0


def test_authorities_that_swap_tables_swap_answers(asked, tmp_path, monkeypatch):
    asked(out="before")
    laid_out, other = in_hydra.laid_out, {"leeds": "york", "york": "leeds"}

    def swapped(group, names):
        found = laid_out(group, [*names, *other])
        return {name: found[other.get(name, name)] for name in names}

    monkeypatch.setattr(plans, "laid_out", swapped)
    asked(out="after")
    before, after = answers(tmp_path / "before"), answers(tmp_path / "after")
    assert after["leeds"].equals(before["york"])
    assert after["york"].equals(before["leeds"])
    assert after["rutland"].equals(before["rutland"])
    assert not before["york"].equals(before["leeds"])


@pytest.mark.slow
def test_another_seed_is_other_luck_everywhere(asked, tmp_path):
    asked()
    asked(out="other", seed=2)
    before, after = (pd.read_parquet(tmp_path / out / "points.parquet")["seed"] for out in ("out", "other"))
    assert not (before == after).any()


@pytest.mark.slow
def test_whatever_the_workers_and_whoever_is_killed_the_bytes_are_the_same(asked, tmp_path, trouble):
    five = [*THREE, "luton", "wigan"]
    asked(authorities=five, out="alone")
    for name in ("kill-2", "kill-5"):
        (trouble / name).touch()
    _, complaint = asked(authorities=five, out="two", workers=2)
    assert not (trouble / "kill-2").exists(), complaint
    assert content(tmp_path / "two") == content(tmp_path / "alone")


def test_what_failed_is_said_and_left_out(asked, tmp_path, trouble):
    (trouble / "fail-3").touch()
    said, complaint = asked()
    assert "3 replications failed and are left out" in complaint
    assert "MISSING" not in said, "every authority has others"
    assert set(pd.read_csv(tmp_path / "out" / tables.TOGETHER)["n"]) == {7}


def test_an_authority_without_any_run_is_named(asked, base, tmp_path):
    asked()
    out = tmp_path / "out"
    runs = pd.read_parquet(out / "runs.parquet")
    runs[runs["point"] > 0].to_parquet(out / "runs.parquet")
    found = tables.tabulated(base, out)
    assert found["absent"] == ["York"]
    assert found["told"][0] == "MISSING, because every run failed: York; kept.parquet says why."
    assert found["authorities"] == 2
    assert set(pd.read_csv(out / tables.AUTHORITIES)["called"]) == {"Leeds", "Rutland"}
    assert pd.read_csv(out / tables.TOGETHER).query("by == 'country'")["authorities"].unique().tolist() == [2]


@pytest.mark.slow
def test_the_line_for_one_authority_asks_for_the_very_same_lives(asked, tmp_path):
    asked()
    out = tmp_path / "out"
    row = pd.read_csv(out / tables.AUTHORITIES).query("place == 'leeds'").iloc[0]
    line = by_itself(out, row, results_folder.read_manifest(out))
    _, question, *words = shlex.split(line)
    found = validate.check(compose.compose(question, words, ()))
    key = results_folder.replication_key(found, "m")
    again = nation.QUESTION.plans(compose.compose("nation", [f"authorities=[{','.join(THREE)}]", "years=2"], ()))
    assert key == next(results_folder.replication_key(plan, "m") for plan in again.plans if plan.place == "leeds")


def test_a_finished_country_can_be_verified_and_lived_again(asked, tmp_path, capsys):
    asked()
    assert cli.main(["verify", "out", "rerun=2"]) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert "2 follow from the record, byte for byte" in said
    assert "2 of 24 lived again: the same bytes" in said
    assert cli.main(["replay", "out"]) == 0
    assert "the same bytes" in capsys.readouterr().out
    assert open_results.look(tmp_path / "out").is_whole


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["leds", "york"], "did you mean leeds?"),
        ("region:yorksher", "fix: authorities=region:yorkshire"),
        ("region:east", "fits North East, East Midlands, East of England"),
        ("region:east", "fix: for example authorities=region:north_east"),
        ("region:foo", "fix: for example authorities=region:"),
        ("colour:red", "authorities are asked for by region, kind"),
        ("leeds", "is one authority, and a country is at least 2"),
        (["leeds", "glasgow"], "Glasgow is in Scotland, and a country is made of England's 151 authorities alone"),
        (["leeds", "east_lothian"], "redesign compare place=east_lothian_zones"),
        ("region:scotland", "there is no such region; there are: North East"),
        ([], "at least 1 entry"),
        (["leeds", "leeds"], "names leeds twice"),
    ],
)
def test_what_is_no_country_is_refused_with_the_nearest(asked, words, told):
    assert told in asked(authorities=words)[1]


def test_a_scale_too_small_for_an_authority_names_it():
    asked = compose.compose("nation", [f"authorities=[{','.join(THREE)}]", "scale=0.0005"], ())
    with pytest.raises(ConfigurationError) as refusal:
        nation.QUESTION.plans(asked)
    (fault,) = refusal.value.faults
    assert fault.where == "rutland: scale=0.0005"
    assert "leaves 19 people for 17 small areas" in fault.wrong


@pytest.mark.parametrize("word", ["place=leeds", "place.localities=3", "precision=5%"])
def test_what_only_one_place_can_have_is_refused(redesign, word):
    status, _, complaint = redesign("nation", word)
    assert status == 2
    assert word in complaint


def test_regions_and_kinds_are_found_however_they_are_written():
    chosen = partial(nation.chosen)
    assert len(chosen(("all",))) == len(authorities()) == 151
    assert {each.region for each in chosen(("region:Yorkshire and the-humber",))} == {"Yorkshire and The Humber"}
    assert {each.kind for each in chosen(("kind:county",))} == {"county"}
    assert [each.name for each in chosen(("croydon_zones", "leeds"))] == ["leeds", "croydon"]


def test_fifths_hold_as_many_authorities_each():
    known = facts.facts()
    for by in ("deprivation_fifth", "grants_fifth"):
        assert known[by].value_counts().between(30, 31).all()
    assert known.groupby("deprivation_fifth")["deprivation"].mean().loc[list(facts.DEPRIVATION)].is_monotonic_increasing
    some = facts.fifths(pd.Series([3.0, np.nan, 1.0]), facts.GRANTS)
    assert some.isna().tolist() == [False, True, False]


def test_no_two_authorities_have_the_same_seed(base):
    seeds = {point.values["seed"] for point, _ in plans.planned(base, nation.chosen(("all",)))}
    assert len(seeds) == len(authorities())


def test_a_country_of_before_groups_were_looked_at_together_is_still_shown(asked, tmp_path):
    asked()
    out = tmp_path / "out"
    now = tables.read_groups(out)
    new = [name for name in now if name.startswith("apart") or name.endswith("_of_all")]
    now.drop(columns=new).to_csv(out / tables.TOGETHER, index=False)
    before = tables.read_groups(out)
    assert before["p_of_all"].to_numpy() == pytest.approx(now["p_of_all"].to_numpy(), nan_ok=True)
    said = tables.groups_told(before, "crises")
    assert "from 0." in said
    assert "all other authorities" not in said
    assert "all other authorities" in tables.groups_told(now, "crises")
