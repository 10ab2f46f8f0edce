"""Worst cases and structural alternatives, on functions and worlds whose worst case is known."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.scenario_discovery import OPEN, UNKNOWN
from experiments.configuration import validate
from experiments.configuration.compose import Composed
from experiments.errors import ConfigurationError
from experiments.evidence import parameter_sets, structural_alternatives
from experiments.questions.stress import findings as analysis
from experiments.questions.stress import question as stress
from experiments.questions.stress import worst_case
from experiments.questions.stress.narrowed import accepted_ranges
from experiments.results import manifest
from simulation.parameters.structure import StructureConfig

TRUST = "behaviour.citizens.trust_start"
SMALL = {
    "arms": ["rationing", "radical"],
    "replicates": 2,
    "years": 1,
    "workers": 1,
    "out": "out",
    "objective": "crises",
    "inputs": ["behaviour.citizens.trust_*"],
    "evaluations": 10,
    "members": 5,
    "report_replicates": 8,
    "structures": ["cut"],
}


@pytest.fixture
def asked(put, monkeypatch):
    """Asks the stand-in; returns what was said, and why it stopped."""

    def run(figures=False, **own):
        if not figures:
            monkeypatch.setattr("experiments.questions.stress.figures.write_figures", lambda out: None)
        said, complaint = put(stress.QUESTION, "stand_in", {**SMALL, **own})
        return " ".join(said.split()), complaint

    return run


class TestSearch:
    """The lowest value of functions of which it is known."""

    def test_a_corner_and_a_valley_are_found(self):
        target = np.array([1.0, 0.0, 0.3, 0.7])

        def far(generation, shares):
            return ((shares - target) ** 2).sum(axis=1)

        tried = worst_case.lowest(far, np.full((1, 4), 0.5), evaluations=600, members=20, seed=1)
        assert np.abs(tried.shares[tried.best] - target).max() < 0.05
        assert len(tried.values) == 600
        assert tried.generation.tolist() == sorted(tried.generation) == [k // 20 for k in range(600)]
        assert (tried.shares[0] == 0.5).all(), "the guess is looked at first"

    def test_the_same_seed_asks_for_the_same_points(self):
        def value_of(generation, shares):
            return shares[:, 0] - shares[:, 1]

        one, two, other = (worst_case.lowest(value_of, np.empty((0, 2)), 30, 6, seed) for seed in (1, 1, 2))
        assert (one.shares == two.shares).all()
        assert not (one.shares == other.shares).all()

    def test_points_without_a_value_are_passed_over(self):
        def value_of(generation, shares):
            return np.where(shares[:, 0] > 0.5, np.nan, -shares[:, 0])

        tried = worst_case.lowest(value_of, np.array([[0.9], [0.1]]), 60, 6, 3)
        assert np.isinf(tried.values[0])
        assert 0.4 < tried.shares[tried.best, 0] <= 0.5

    def test_one_generation_is_no_evolution(self):
        tried = worst_case.lowest(lambda generation, shares: shares[:, 0], np.empty((0, 1)), 7, 7, 1)
        assert tried.values.size == 7
        assert set(tried.generation) == {0}


@pytest.mark.slow
def test_both_worst_cases_are_found_and_told(asked, tmp_path, trouble, figures_drawn):
    """Radical has the more crises the more trust there is, rationing the fewer: the ends of that one range."""
    (trouble / "trust_helps").write_text("100")
    (trouble / "equal_shares_help").write_text("-50")
    said, complaint = asked(figures=True)
    out = tmp_path / "out"
    inputs = pd.read_csv(out / "worst_inputs.csv", keep_default_na=False).set_index(["arm", "input"])
    for arm, end, value in (("radical", "highest", 0.7), ("rationing", "lowest", 0.4)):
        row = inputs.loc[arm, TRUST]
        assert row["end"] == end, complaint
        assert row["worst"] == pytest.approx(value, abs=0.01)
        assert float(row["harm_gone"]) == pytest.approx(1, abs=0.01), "it is all because of trust"
    assert "trust refused" not in said.partition("What has to be true for that:")[2].partition(".")[0]
    cases = pd.read_csv(out / "worst_cases.csv").query("response == 'crises'").set_index("arm")
    assert cases["winner"].to_dict() == {"radical": "rationing", "rationing": "radical"}
    assert cases.loc["radical", "diff"] > cases.loc["radical", "as_used"] > cases.loc["rationing", "diff"]
    assert (cases["regret"] == cases["diff"].abs()).all()
    assert (cases["n"] == 8).all()
    search = pd.read_csv(out / "search.csv")
    assert search.groupby("arm").size().to_dict() == {"radical": 10, "rationing": 10}
    best = search[search["is_worst"]].set_index("arm")["objective"]
    assert best["radical"] == search[search["arm"] == "radical"]["objective"].max()
    assert best["rationing"] == search[search["arm"] == "rationing"]["objective"].min()
    assert "At its worst for radical" in said
    assert (
        "What has to be true for that: people's trust at the start at 0.700, the highest that is plausible (as used 0.550)"
        in said
    )
    found = pd.read_csv(out / "structures.csv", keep_default_na=False).query("response == 'crises'").set_index("choice")
    assert found["answer"].to_dict() == {
        "equal_shares": analysis.TURNED,
        analysis.AS_USED: analysis.SAME,
        "others_first": analysis.SAME,
    }
    assert next(iter(found.index)) == "equal_shares", "best for radical first"
    assert found.loc["others_first", "change"] == 0
    assert found.loc["equal_shares", "change_hi"] < 0
    assert "the other way round under equal shares (how the April plan shares a cut)." in said
    assert "As valued here, with the numbers as used: " in said
    for name in ("worst_case_radical", "worst_case_rationing", "structures_crises"):
        for suffix in ("png", "svg", "alt.txt", "csv"):
            assert (out / "figures" / f"{name}.{suffix}").stat().st_size > 100
    again, complaint = asked()
    assert "finished" in complaint
    assert again == said
    assert cli.main(["replay", str(out / "reported")]) == 0
    assert cli.main(["replay", str(out / "search" / "radical" / "001")]) == 0


@pytest.mark.slow
def test_what_is_reported_has_luck_of_its_own(asked, tmp_path, trouble):
    """Whoever picks the worst of many picks bad luck too; what is reported has never been looked at."""
    (trouble / "trust_helps").write_text("100")
    asked(trajectories=0, evaluations=5, structures=[])
    searched = json.loads((tmp_path / "out" / "search" / "radical" / "000" / "design.json").read_text())
    reported = json.loads((tmp_path / "out" / "reported" / "design.json").read_text())
    assert not any("seed" in point["values"] for point in searched["points"])
    assert {point["values"]["seed"] for point in reported["points"]} == {searched["data"]["seed"] + 1}
    facts = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert facts["report_seed"] == searched["data"]["seed"] + 1
    assert not (tmp_path / "out" / "screening").exists()


@pytest.mark.slow
def test_a_search_that_was_stopped_goes_on_where_it_was(asked, tmp_path, trouble):
    """The disk fills while results are reported: the search is not run again."""
    (trouble / "trust_helps").write_text("100")
    (trouble / "full-2").touch()  # only what is reported has a third replication
    _, complaint = asked(structures=[], evaluations=5)
    assert "No space left on device" in complaint
    before = len(list(trouble.glob("ran-*")))
    assert before > 2 * 2 * 5
    (trouble / "full-2").unlink()
    said, complaint = asked(structures=[], evaluations=5)
    assert "At its worst" in said, complaint
    after = len(list(trouble.glob("ran-*"))) - before
    assert 0 < after <= 3 * (1 + 2 * (1 + 5))


@pytest.mark.slow
def test_where_no_place_can_be_is_no_worst_case(asked, tmp_path, trouble):
    """Places with much trust cannot be settled: the worst that can be lived in is just short of that."""
    (trouble / "trust_helps").write_text("100")
    (trouble / "settles_up_to").write_text("0.6")
    _, complaint = asked(trajectories=0, structures=[], inputs=[TRUST])
    search = pd.read_csv(tmp_path / "out" / "search.csv")
    radical = search[search["arm"] == "radical"]
    assert radical["objective"].isna().any(), complaint
    assert 0.55 <= radical.loc[radical["is_worst"], TRUST].iloc[0] <= 0.6


@pytest.mark.unhurried
def test_structures_alone_need_no_search(asked, tmp_path):
    said, complaint = asked(evaluations=0, structures="all", inputs=[])
    table = pd.read_csv(tmp_path / "out" / "structures.csv", keep_default_na=False).query("response == 'crises'")
    others = sum(len(m.choices) - 1 for m in structural_alternatives.mechanisms().values())
    assert len(table) == others + 1, complaint
    assert f"with {others} others, one at a time: the answer is the same under all {others}." in said
    assert not (tmp_path / "out" / "worst_cases.csv").exists()


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"objective": "crisis"}, "did you mean crises"),
        ({"inputs": ["no.such*"]}, "fits no uncertain number"),
        ({"inputs": []}, "no inputs"),
        ({"structures": ["cuts"]}, "did you mean cut"),
        ({"structures": ["foo"]}, "fix: for example structures=[cut]"),
        ({"evaluations": 3}, "less than one generation"),
        ({"members": 4}, "members"),
        ({"evaluations": 0, "structures": []}, "nothing to find out"),
        ({"report_seed": 1}, "luck of the search"),
        ({"report_replicates": 1}, "report_replicates"),
        ({"screened": "nowhere"}, "is no folder"),
        ({"uncertainty": "evidence"}, "is a way to compare"),
        ({"evalutions": 3}, "evalutions"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, tmp_path, own, why):
    _, complaint = asked(**own)
    assert why in complaint, complaint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [("behaviour.structure.cut", "salami", "weighted"), ("behaviour.structure.cuts", "equal_shares", "cuts")],
)
def test_a_structure_that_there_is_not_is_refused(refused, composed, key, value, why):
    given = composed.data["behaviour"].get("structure", {})
    name = key.rpartition(".")[2]
    assert why in refused({"behaviour.structure": {**given, name: value}})


def test_every_choice_is_in_words_and_the_shipped_configuration_is_the_model(composed):
    """The catalogue, the simulation's own list and the shipped file agree; every choice says who holds it."""
    found = structural_alternatives.mechanisms()
    assert {name: each.used for name, each in found.items()} == StructureConfig().model_dump()
    assert composed.data["behaviour"]["structure"] == StructureConfig().model_dump()
    assert len(found) >= 4
    for mechanism in found.values():
        assert all(choice.source and choice.grade for choice in mechanism.choices.values())


def test_choices_are_listed(redesign):
    status, said, _ = redesign("list", "structures")
    assert status == 0
    for name, mechanism in structural_alternatives.mechanisms().items():
        for choice in mechanism.choices:
            assert f"{name}={choice}" in said


def test_calibration_narrows_what_it_was_about(composed):
    """Ranges of the posterior lie inside those of the evidence, and only calibrated numbers have any."""
    base = validate.check(composed)
    ranges = accepted_ranges(base)
    sets = pd.read_csv(parameter_sets.posterior_file(), comment="#")
    assert set(ranges) <= set(sets.columns)
    data = {**composed.data, **SMALL, "objective": "social_value", "inputs": ["behaviour.capacity.*"]}
    wide = stress.QUESTION.plans(Composed(data, composed.choices)).inputs
    narrow = stress.QUESTION.plans(Composed({**data, "parameter_source": "posterior"}, composed.choices)).inputs
    assert wide.keys() == narrow.keys()
    for name, each in narrow.items():
        inside = wide[name].input.low <= each.input.low < each.input.high <= wide[name].input.high
        assert inside
        assert (name in ranges) == (each.input.low > wide[name].input.low or each.input.high < wide[name].input.high)


def test_a_finished_screening_picks_the_inputs(composed, tmp_path):
    folder = tmp_path / "screened"
    folder.mkdir()
    rows = [
        ("behaviour.capacity.slack", 1.0),
        ("lever.transition.decommission", 3.0),
        ("behaviour.capacity.admin_share", 2.0),
    ]
    pd.DataFrame([{"input": name, "mu_star": size, "response": "crises"} for name, size in rows]).to_csv(
        folder / "screening.csv", index=False
    )
    manifest.write(folder, {"question": "sensitivity"}, finished=True)
    data = {**composed.data, **SMALL, "objective": "social_value", "screened": str(folder), "survivors": 1}
    found = stress.QUESTION.plans(Composed({**data, "inputs": ["behaviour.*"]}, composed.choices)).inputs
    assert list(found) == ["behaviour.capacity.admin_share"]
    manifest.write(folder, {"question": "sweep"}, finished=True)
    with pytest.raises(ConfigurationError, match="no finished sensitivity"):
        stress.QUESTION.plans(Composed({**data, "inputs": ["behaviour.*"]}, composed.choices))


WORDS = {"crises": {"title": "Crises", "unit": "each", "better": "lower"}}


def test_harm_that_was_only_luck_is_called_that():
    """With fresh luck the worst case is no worse than the numbers as used, so no input can be needed for it."""
    roles = pd.DataFrame(
        [
            {"point": 0, "role": analysis.AS_USED},
            {"point": 1, "role": analysis.WORST, "arm": "new"},
            {
                "point": 2,
                "role": analysis.BUT_ONE,
                "arm": "new",
                "input": "a",
                "called": "a",
                "measured_in": "",
                "low": 0.0,
                "high": 1.0,
                "as_used": 0.5,
                "worst": 1.0,
                "share": 1.0,
                "share_used": 0.5,
            },
        ]
    )
    index = pd.MultiIndex.from_product([[0, 1, 2], range(3)], names=["point", "replication"])
    found = pd.DataFrame({"crises": [1.0, 1.1, 0.9, 0.5, 0.6, 0.4, 0.7, 0.8, 0.6]}, index=index)
    search = pd.DataFrame({"arm": ["new"], "objective": [5.0], "is_worst": [True]})
    made = analysis.tables(roles, found, search, WORDS, ("new", "old"), "crises")
    assert made["worst_inputs"]["harm_gone"].isna().all()
    assert made["worst_inputs"]["end"].tolist() == ["highest"]
    assert made["worst_inputs"]["way"].tolist() == [1.0]
    assert made["worst_cases"]["in_the_search"].tolist() == [5.0]
    assert made["worst_cases"]["regret"].tolist() == [pytest.approx(0.5)]
    told = " ".join(analysis.sentences(made, ("new", "old"), "crises"))
    assert "what the search found was luck" in told
    assert "What has to be true" not in told


def test_which_way_is_worse():
    arms = ("new", "old")
    assert [analysis.toward_worse(a, b, arms) for a in arms for b in ("higher", "lower")] == [1, -1, -1, 1]
    assert analysis.share_of(Input("a", "a", "", 1, 100, 10, log=True), 10) == pytest.approx(0.5)
    assert analysis.share_of(Input("a", "a", "", 2, 4, 3), 3.5) == 0.75
    assert analysis._survives("new", "new") == analysis.SAME
    assert analysis._survives("new", OPEN) == OPEN
    assert analysis._survives("new", "old") == analysis.TURNED
    assert analysis._survives(OPEN, "old") == "old does better"
    assert analysis._survives(UNKNOWN, UNKNOWN) == analysis._survives("new", UNKNOWN) == UNKNOWN


def test_a_worst_case_of_too_few_runs_has_no_interval_and_no_winner():
    """Its sentence names the difference and says why there is no more to it."""
    row = {"arm": "new", "title": "Crises", "unit": "each", "diff": -2.0, "as_used": 1.0, "ci_lo": np.nan, "ci_hi": np.nan,
           "winner": UNKNOWN, "at_an_end": 0, "inputs": 1, "way_to_the_ends": 0.5}  # fmt: skip
    inputs = pd.DataFrame({"arm": ["new"], "harm_gone": [0.01]})
    said = analysis._of_a_case(row, inputs, ("new", "old"))[0]
    assert said.endswith(
        "new minus old, is -2.00 each, where it is +1.00 each with the numbers as used: too few runs to say."
    )
