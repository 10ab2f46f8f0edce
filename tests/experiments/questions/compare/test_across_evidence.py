"""Comparisons across the evidence: the same sets and luck for all arms, both uncertainties in the files, nothing lost."""

import json

import pandas as pd
import pytest

from experiments.configuration import validate
from experiments.configuration.compose import Composed
from experiments.errors import ConfigurationError
from experiments.evidence import parameter_sets, register
from experiments.results import results_folder

pytestmark = pytest.mark.slow  # a comparison across sets of numbers, made and made again

SETS, LUCK = 3, 2
ACROSS = {"years": 1, "uncertainty": "evidence", "parameter_sets": SETS, "replicates": LUCK, "out": "here"}
AS_USED = 0.55  # trust_start in the shipped configuration


@pytest.fixture
def plan(composed):
    """The plan of a comparison across the evidence, with some settings changed."""

    def make(**changes):
        data = {**composed.data, **ACROSS, **changes}
        return validate.check(Composed(data, composed.choices))

    return make


def test_files_tell_sets_and_uncertainties_apart(answered, tmp_path):
    said, _ = answered(**ACROSS)
    out = tmp_path / "here"
    runs = pd.read_parquet(out / "runs.parquet")
    assert list(runs.columns[:4]) == ["arm", "parameter_set", "replication", "month"]
    assert len(runs) == (1 + SETS) * LUCK * 3 * 12
    for name in ("burn_in", "services", "paired"):
        assert set(pd.read_parquet(out / f"{name}.parquet")["parameter_set"]) == set(range(1 + SETS)), name
    summary = pd.read_csv(out / "summary.csv")
    assert set(summary["uncertainty_type"]) == {"chance", "evidence"}
    kinds = summary.groupby("uncertainty_type")
    assert kinds["outcome"].nunique().nunique() == 1, "both say something of every outcome"
    assert set(kinds.get_group("evidence")["n"]) == {SETS}
    sets = pd.read_parquet(out / "parameter_sets.parquet")
    assert list(sets["parameter_set"]) == list(range(1 + SETS))
    assert sets["behaviour.citizens.trust_start"][0] == AS_USED
    assert sets["behaviour.citizens.trust_start"].nunique() == 1 + SETS
    words = " ".join(said.split())
    for part in (
        "too few runs for an interval of chance",
        "Across the evidence (3 sets of plausible numbers)",
        "by evidence",
        "(all sets)",
        "not probabilities",
        "Two intervals, never mixed",
    ):
        assert part in words
    manifest = json.loads((out / "manifest.json").read_text())
    assert {"parameter_sets.parquet", "shares.csv", "sets.csv"} <= set(manifest["outputs"])
    assert "never mixed" in manifest["uncertainty"]
    assert not (out / "parts").exists()


def test_every_set_has_the_same_luck_for_all_arms(answered, tmp_path):
    """The stand-in does not care for any number, so sets can differ by nothing but their luck."""
    answered(**ACROSS)
    runs = pd.read_parquet(tmp_path / "here" / "runs.parquet")
    first, *others = (
        own.drop(columns="parameter_set").reset_index(drop=True) for _, own in runs.groupby("parameter_set")
    )
    assert all(other.equals(first) for other in others)
    assert (
        not first[first["replication"] == 0]["crises"]
        .reset_index(drop=True)
        .equals(first[first["replication"] == 1]["crises"].reset_index(drop=True))
    )


def test_the_numbers_as_used_give_what_a_comparison_by_chance_gives(answered, tmp_path, trouble):
    (trouble / "trust_helps").write_text("20")
    answered(**ACROSS)
    answered(years=1, replicates=LUCK, out="chance")
    across, chance = (pd.read_csv(tmp_path / name / "summary.csv") for name in ("here", "chance"))
    own = across[across["uncertainty_type"] == "chance"][chance.columns].reset_index(drop=True)
    own = own.astype({"stop_rule_met": bool})
    pd.testing.assert_frame_equal(own, chance)
    runs = pd.read_parquet(tmp_path / "here" / "runs.parquet", filters=[("parameter_set", "==", 0)])
    by_chance = pd.read_parquet(tmp_path / "chance" / "runs.parquet")
    pd.testing.assert_frame_equal(runs.drop(columns="parameter_set"), by_chance)
    assert "parameter_set" not in by_chance.columns


def test_what_numbers_do_is_evidence_and_not_chance(answered, tmp_path, trouble):
    """The stand-in's second arm does more harm the higher a number: sets differ, luck does not touch the difference."""
    (trouble / "trust_helps").write_text("40")
    answered(**ACROSS)
    summary = pd.read_csv(tmp_path / "here" / "summary.csv").set_index(["uncertainty_type", "outcome", "horizon"])
    chance, evidence = (summary.loc[(kind, "crises", 1)] for kind in ("chance", "evidence"))
    assert chance[["ci_lo", "ci_hi"]].isna().all(), "two pairs have no interval, however many sets share their luck"
    assert evidence["variance_evidence"] > 0
    assert evidence["msw"] == pytest.approx(0)
    assert evidence["ci_lo"] < evidence["ci_hi"]


def test_a_set_with_which_nothing_settles_is_left_out_and_said(answered, tmp_path, trouble):
    (trouble / "settles_up_to").write_text(str(AS_USED))
    many = 6
    said, _ = answered(**{**ACROSS, "parameter_sets": many})
    sets = pd.read_parquet(tmp_path / "here" / "parameter_sets.parquet")
    high = sets["behaviour.citizens.trust_start"] > AS_USED
    assert 0 < high.sum() < many
    assert (sets["error"] != "").equals(high)
    assert set(sets.loc[high, "error"]) == {"too much trust to settle with"}
    runs = pd.read_parquet(tmp_path / "here" / "runs.parquet")
    assert set(runs["parameter_set"]) == set(sets.loc[~high, "parameter_set"])
    words = " ".join(said.split())
    assert f"{high.sum()} of {many} sets are left out because the place cannot settle or run with them" in words
    assert "too much trust to settle with" in words


def test_too_few_sets_to_say_anything_is_said(answered, trouble):
    (trouble / "settles_up_to").write_text(str(AS_USED))
    (trouble / "fail-1").touch()
    assert "1 of 4 parameter sets failed (0)" in answered(**ACROSS)[1], "the numbers as used must work"
    (trouble / "fail-1").unlink()
    assert "could be lived with in" in answered(**{**ACROSS, "out": "there", "seed": 5, "parameter_sets": 2})[1]


def test_a_stopped_run_goes_on_with_what_it_has(answered, tmp_path, trouble):
    """Stopped in the second replication of the first drawn set: neither whole sets nor half of one are lived twice."""
    (trouble / "trust_helps").write_text("20")
    answered(**{**ACROSS, "out": "undisturbed"})
    whole = sorted(path.name.split("-")[0] for path in trouble.glob("*-*-*"))
    for note in trouble.glob("*-*-*"):
        note.unlink()
    (trouble / "full-1").touch()
    complaint = answered(**{**ACROSS, "out": "again"})[1]
    assert "0 of 4 parameter sets are kept in" in complaint
    assert not list((tmp_path / "again").rglob("*.tmp"))
    (trouble / "full-1").unlink()
    answered(**{**ACROSS, "out": "again"})
    assert sorted(path.name.split("-")[0] for path in trouble.glob("*-*-*")) == sorted([*whole, "ran"])
    for name in ("runs.parquet", "paired.parquet", "parameter_sets.parquet", "summary.csv", "sets.csv", "shares.csv"):
        files = [(tmp_path / run / name).read_bytes() for run in ("undisturbed", "again")]
        assert files[0] == files[1], name


def test_results_depend_on_the_sets_and_chance_does_not_know_of_them(plan):
    def key(**changes):
        return results_folder.results_key(plan(**changes), "model")

    assert key() != key(parameter_sets=5)
    assert key() == key(workers=3)
    assert key(uncertainty="chance") == key(uncertainty="chance", parameter_sets=5)
    assert key(uncertainty="chance") != key()


def test_the_same_sets_are_drawn_again_and_others_with_another_seed(plan):
    first, again, other = (
        parameter_sets.drawn(plan()),
        parameter_sets.drawn(plan()),
        parameter_sets.drawn(plan(seed=2)),
    )
    assert first.equals(again)
    assert (first.loc[0] == other.loc[0]).all()
    assert (first.loc[1] != other.loc[1]).mean() > 0.99


def test_accepted_sets_take_the_place_of_drawn_ones(plan, tmp_path, monkeypatch):
    file = tmp_path / "posterior.csv"
    file.write_text("behaviour.citizens.trust_start,not.a.number\n" + "\n".join(f"{0.5 + k / 100},1" for k in range(6)))
    monkeypatch.setattr(parameter_sets, "posterior_file", lambda: file)
    drawn = parameter_sets.drawn(plan(parameter_source="posterior"))
    trust = drawn["behaviour.citizens.trust_start"]
    assert trust[0] == AS_USED
    assert set(trust[1:]) < {0.5 + k / 100 for k in range(6)}
    assert trust[1:].nunique() == SETS
    assert "not.a.number" not in drawn
    others = drawn.drop(columns="behaviour.citizens.trust_start")
    plain = parameter_sets.drawn(plan()).drop(columns="behaviour.citizens.trust_start")
    assert others.equals(plain), "numbers that calibration says nothing of come from the register"
    with pytest.raises(ConfigurationError, match="calibration accepted 6 sets"):
        parameter_sets.drawn(plan(parameter_source="posterior", parameter_sets=7))


def test_no_accepted_sets_is_said(plan, monkeypatch):
    monkeypatch.setattr(parameter_sets, "posterior_file", lambda: None)
    with pytest.raises(ConfigurationError, match="there is no file of accepted sets"):
        parameter_sets.drawn(plan(parameter_source="posterior"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"uncertainty": "evidence", "replicates": 1}, "needs replicates=2 or more"),
        ({"uncertainty": "doubt"}, "must be one of chance, evidence"),
        ({"parameter_sets": 1}, "parameter_sets"),
    ],
)
def test_what_cannot_be_asked_is_refused(refused, changes, said):
    assert said in refused(changes)


def test_only_uncertain_numbers_are_drawn(plan):
    made = plan()
    found = register.entries(made.world, made.policies)
    assert list(parameter_sets.drawn(made)) == [entry.key for entry in register.uncertain(found)]
    assert "lever.transition.fund" not in parameter_sets.drawn(made), "what a policy decides is no matter of evidence"


def test_economics_tell_chance_from_evidence(answered, tmp_path, trouble):
    """Chance: the tables of a comparison with the numbers as used. Evidence: what the drawn sets do, in files of their own."""
    (trouble / "trust_helps").write_text("100")
    said, _ = answered(**ACROSS | {"parameter_sets": 8})
    answered(years=1, replicates=LUCK, out="chance")
    here, alone = tmp_path / "here" / "economics", tmp_path / "chance" / "economics"
    for file in alone.glob("*.csv"):
        assert (here / file.name).read_bytes() == file.read_bytes(), file.name
    tidy = pd.read_csv(here / "across_evidence.csv")
    assert set(tidy["uncertainty_type"]) == {"evidence"}
    assert {"social_value", "social_cost", "public_cost", "quadrant_SE", "icer", "bcr"} <= set(tidy["measure"])
    assert set(tidy["n"]) == {8}
    assert tidy.set_index("measure").loc["bcr", "note"]
    curves = pd.read_csv(here / "curves_across_evidence.csv")
    losses = curves[["expected_loss_radical", "expected_loss_rationing"]]
    assert curves["evpi"].to_numpy() == pytest.approx(losses.min(axis=1).to_numpy(), abs=1e-6), (
        "EVPI is the lower envelope"
    )
    assert (curves["evpi"] <= curves["evpi_with_luck"] + 1e-9).all()
    worth = pd.read_csv(here / "worth_knowing.csv")
    most = worth[worth["input"] == "(everything)"].set_index("decision")["worth"]
    assert (worth["worth"] <= worth["decision"].map(most) + 1e-9).all()
    assert len(pd.read_csv(here / "plane_across_evidence.csv")) == 8
    back = pd.read_csv(here / "break_even_across_evidence.csv")
    assert set(back["n"]) == {8}
    groups = pd.read_csv(here / "equity_across_evidence.csv")
    assert set(groups["n"]) <= {8}
    assert {"public", "social", "own"} == set(back["ledger"])
    words = " ".join(said.split())
    for part in (
        "Who pays (present value",
        "Across the evidence, under radical society is",
        "Money back across the evidence",
        "Worth of",
    ):
        assert part in words


def test_the_number_that_acts_is_the_one_to_find_out(answered, tmp_path, trouble):
    """Trust alone acts in the stand-in: on life satisfaction, hence on the social value."""
    (trouble / "trust_helps").write_text("100")
    (trouble / "trust_gladdens").write_text("300")
    answered(**ACROSS | {"parameter_sets": 30, "years": 1})
    worth = pd.read_csv(tmp_path / "here" / "economics" / "worth_knowing.csv").query("decision == 'social_value'")
    assert worth["input"].iloc[:2].tolist() == ["(everything)", "behaviour.citizens.trust_start"]
    assert worth.iloc[1]["told_from_luck"]
