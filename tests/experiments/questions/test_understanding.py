"""Attribution, sensitivity and stopping when sure, on a world whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.stopping_rule import Precision, verdict
from experiments.analysis.uncertainty import value_of_information
from experiments.configuration.compose import compose
from experiments.questions.attribute import question as attribute
from experiments.questions.compare import question as compare
from experiments.questions.sensitivity import question as sensitivity
from experiments.questions.sensitivity import screen

SMALL = {"arms": ["rationing", "radical"], "replicates": 3, "years": 1, "workers": 1, "out": "out"}


@pytest.fixture
def asked(put, monkeypatch):
    """Asks a question of the stand-in, without its figures; returns what was said, and why it stopped."""
    monkeypatch.setattr(compare.Compare, "figures", lambda self, out, artists=None: None)
    monkeypatch.setattr("experiments.questions.attribute.figures.write_figures", lambda *given: None)
    monkeypatch.setattr("experiments.questions.sensitivity.figures.write_figures", lambda *given: None)

    def run(question, **own):
        return put(question, "stand_in", {**SMALL, **own})

    return run


@pytest.mark.slow
def test_shares_of_levers_add_up_to_the_whole_difference(asked, tmp_path):
    """In the stand-in every lever of strength 1 adds the same, so all shares are alike and none acts on another."""
    _, said = asked(attribute.QUESTION)
    assert not said.strip(), said
    table = pd.read_csv(tmp_path / "out" / "attribution.csv")
    for measure, rows in table.groupby("measure"):
        by = rows.set_index("lever")["share"]
        assert by.drop("(whole difference)").sum() == pytest.approx(by["(whole difference)"], abs=1e-9), measure
    crises = table[table["measure"] == "crises"].set_index("lever")
    own = [name for name in crises.index if not name.startswith("(")]
    assert set(own) == {"freedom", "indicators", "pooling", "support", "portfolio", "transition"}
    assert crises.loc[own, "share"].to_numpy() == pytest.approx([12.0] * 6)
    assert crises.loc["(without the other's levers)", "share"] == pytest.approx(-3 * 12.0)
    assert crises.loc[own, "first_in_share"].to_numpy() == pytest.approx([12.0] * 6)
    pairs = pd.read_csv(tmp_path / "out" / "interactions.csv")
    assert pairs[pairs["measure"] == "crises"]["share"].abs().max() == pytest.approx(0, abs=1e-9)
    borrowed = pd.read_csv(tmp_path / "out" / "borrowed.csv")
    assert borrowed[borrowed["measure"] == "crises"]["share"].to_numpy() == pytest.approx([12.0] * 6)
    assert len(pd.read_parquet(tmp_path / "out" / "points.parquet")) == 1 + 2**6 + 6
    assert cli.main(["replay", "out"]) == 0


def test_a_lever_that_is_not_in_the_package_is_refused(asked):
    assert "lever of its own in this package" in asked(attribute.QUESTION, levers=["eligibility"])[1]
    assert "fix: for example levers=[" in asked(attribute.QUESTION, levers=["foo"])[1]
    assert "from 1 to 10" in asked(attribute.QUESTION, arms=["rationing", "null"], contrast=["null", "rationing"])[1]


@pytest.mark.slow
def test_the_number_that_matters_is_found(asked, tmp_path, trouble):
    """The stand-in's only number that acts is people's trust at the start: all of the variance hangs on it."""
    (trouble / "trust_helps").write_text("100")
    how = {"inputs": ["behaviour.citizens.*"], "trajectories": 4, "base_points": 16, "replicates": 2}
    _, said = asked(sensitivity.QUESTION, **how)
    out, acts = tmp_path / "out", "behaviour.citizens.trust_start"
    table = {
        name: pd.read_csv(out / f"{name}.csv").query("response == 'crises'").set_index("input")
        for name in ("indices", "screening", "tornado")
    }
    assert table["indices"].index[0] == acts, said
    assert table["indices"].loc[acts, "ST"] == pytest.approx(1, abs=0.25)
    assert table["screening"].drop(acts)["mu_star"].max() == pytest.approx(0, abs=1e-6)
    ends = table["tornado"].loc[acts]
    assert ends["low_end"] < ends["as_used"] < ends["high_end"]
    assert pd.read_csv(out / "noise.csv").set_index("response").loc["crises", "noise_share"] < 0.05
    again, said = asked(sensitivity.QUESTION, **how)
    assert "finished" in said
    assert acts.rpartition(".")[2] in "".join(again.split())
    assert "As valued here, with the numbers as used: too few runs to say" in " ".join(again.split())
    assert cli.main(["replay", str(out / "variance")]) == 0


@pytest.mark.slow
def test_where_nothing_matters_nothing_is_followed_up(asked, tmp_path):
    out, _ = asked(sensitivity.QUESTION, inputs=["behaviour.citizens.*"], trajectories=2, replicates=2)
    assert "No input moves the difference" in " ".join(out.split())
    assert not (tmp_path / "out" / "indices.csv").exists()


def test_inputs_that_are_none_are_refused(asked):
    assert "fewer than two" in asked(sensitivity.QUESTION, inputs=["no.such"])[1]
    assert "power of 2" in asked(sensitivity.QUESTION, base_points=63)[1]


@pytest.mark.slow
def test_replications_stop_when_the_difference_is_sure(asked, tmp_path):
    """The stand-in's paired differences do not vary, so the first look at 30 holds and 35 confirm it."""
    asked(compare.QUESTION, precision=0.5, replicates=60, precise="life_satisfaction")
    kept = pd.read_parquet(tmp_path / "out" / "kept.parquet")
    assert len(kept) == 35
    summary = pd.read_csv(tmp_path / "out" / "summary.csv")
    row = summary[(summary["outcome"] == "life_satisfaction") & (summary["horizon"] == 1)].iloc[0]
    assert (row["n"], row["stop_rule_met"]) == (35, True)


@pytest.mark.unhurried
def test_precision_that_is_not_reached_is_said(asked, tmp_path):
    out, _ = asked(compare.QUESTION, precision=1e-9, replicates=7, precise="crises", seed=2)
    kept = pd.read_parquet(tmp_path / "out" / "kept.parquet")
    assert len(kept) == 7
    assert "NOT reached with all 7 replications allowed" in " ".join(out.split())


@pytest.mark.parametrize("wrong", ["0", "-1", "five", "0%", "nan", True])
def test_a_precision_that_is_none_is_refused(asked, wrong):
    assert "must be null, a width above 0" in asked(compare.QUESTION, precision=wrong)[1]
    assert "no outcome" in asked(compare.QUESTION, precision=1, precise="crisises")[1]


@pytest.mark.slow
def test_a_sweep_stops_point_by_point(asked, tmp_path):
    from experiments.questions.sweep import question as sweep

    grid = {"policy.radical.levers.pooling.strength": [0, 1]}
    asked(sweep.QUESTION, precision="50%", replicates=50, grid=grid)
    points = pd.read_parquet(tmp_path / "out" / "points.parquet")
    assert points["sure"].tolist() == [True, True]
    assert pd.read_parquet(tmp_path / "out" / "kept.parquet").groupby("point").size().tolist() == [35, 35]


def test_what_is_used_does_not_depend_on_when_it_is_looked_at():
    """Differences that settle down: the rule's own answer, whatever batches they come in."""
    import numpy as np

    chance = np.random.default_rng(5)
    d = 1 + chance.normal(size=400)
    precision = Precision(load_outcomes()["crises"], absolute=0.2)
    used = precision.rule(d).confirmed
    n, looks = 0, []
    while not precision.rule(d[:n]).met:
        n = precision.next_look(d[:n], 400)
        looks.append(n)
    assert precision.rule(d[:n]).confirmed == used
    assert looks[0] == 35
    assert 60 < used < 160
    assert "NOT reached" in verdict(precision, 400, False, 400)
    assert "200 replications" in verdict(precision, 41, True, 200)


@pytest.mark.slow
def test_points_are_not_swept_across_the_evidence(asked):
    assert "is a way to compare" in asked(attribute.QUESTION, uncertainty="evidence")[1]


@pytest.mark.slow
def test_the_social_value_that_is_shared_is_that_of_compare(asked, tmp_path):
    """The same runs valued twice, by the whole package's shares and by the economics of a comparison."""
    for own in ({}, {"valuation.effect": "qaly", "valuation.discount": "none"}):
        valued = {**compose("compare", [], []).data["valuation"]}
        valued |= {key.partition(".")[2]: value for key, value in own.items()}
        asked(compare.QUESTION, valuation=valued, out=f"compared{len(own)}")
        out, said = asked(attribute.QUESTION, valuation=valued, out=f"shared{len(own)}")
        told = pd.read_csv(tmp_path / f"compared{len(own)}" / "economics" / "economics.csv")
        whole = told[(told["measure"] == "social_value") & (told["comparison"] == "radical minus rationing")]
        table = pd.read_csv(tmp_path / f"shared{len(own)}" / "attribution.csv").query("measure == 'social_value'")
        shares = table.set_index("lever")["share"]
        assert shares["(whole difference)"] == pytest.approx(float(whole["value"].iloc[0]), rel=1e-12), said
        assert shares.drop("(whole difference)").sum() == pytest.approx(shares["(whole difference)"], rel=1e-12)
        assert "vintage 2026-02" in " ".join(out.split())


@pytest.mark.parametrize("points", [8, 64], ids=["too few for a curve", "enough"])
def test_what_knowing_is_worth_is_told_however_many_points(points, tmp_path, monkeypatch, capsys):
    """A table that holds nothing but an empty worth is read as numbers all the same."""
    luck = np.random.default_rng(1)
    known = {"a": luck.random(points)}
    gain = 100 * (known["a"] - 0.5) + luck.normal(size=points)
    whole = value_of_information.together(gain, known)
    table = value_of_information.table(
        whole, value_of_information.one_by_one(gain, known, 9e9), response="social_value"
    )
    table.assign(points=points).to_csv(tmp_path / "worth_knowing.csv", index=False)
    facts = {
        "place_title": "Town",
        "inputs": 1,
        "survivors": ["a"],
        "replicates": 2,
        "sentence": "",
        "contrast": ["x", "y"],
    }
    monkeypatch.setattr("experiments.results.results_folder.read_manifest", lambda out: facts)
    screen.show(tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert ("Find out first: a" in said) == (points == 64)
    assert ("too few sets for a curve" in said) == (points == 8)
