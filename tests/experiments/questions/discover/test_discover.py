"""Where each policy does worse, on a world in which that is known."""

import json

import pandas as pd
import pytest

from experiments import cli
from experiments.analysis.statistics.paired import difference_interval
from experiments.analysis.uncertainty.discovery import boxes, scenario_discovery
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.prim_settings import How
from experiments.questions.discover import question as discover

TRUST = "behaviour.citizens.trust_start"
CUT = "policy.*.levers.envelope.cut"
EQUAL = 0.54
"""Trust at which the stand-in's policies are alike when trust helps by 100: above it radical has more crises."""
SMALL = {"arms": ["rationing", "radical"], "replicates": 8, "years": 1, "workers": 1, "out": "out"}


@pytest.fixture
def asked(put):
    """Asks the stand-in; returns what was said, and why it stopped."""

    def run(**own):
        said, complaint = put(discover.QUESTION, "stand_in", {**SMALL, **own})
        return " ".join(said.split()), complaint

    return run


@pytest.mark.slow
def test_the_side_on_which_each_loses_is_found(asked, tmp_path, trouble, figures_drawn):
    """Radical has more crises where trust is above 0.54, fewer below; the cut that both arms get does nothing."""
    (trouble / "trust_helps").write_text("100")
    how = {"map": [TRUST, CUT], "ranges": {CUT: [0.2, 0.4]}, "steps": 4, "points": 40, "inputs": []}
    said, complaint = asked(**how)
    out = tmp_path / "out"
    table = pd.read_csv(out / "win_map.csv")
    crises = table[(table["response"] == "crises") & (table["point"] > 0)]
    assert len(crises) == 16, complaint
    assert set(crises["winner"]) == {"radical", "rationing"}
    assert (crises["winner"] == "radical").equals(crises[TRUST] < EQUAL)
    found = pd.read_csv(out / "boxes.csv").query("response == 'crises'").set_index("loser")
    assert found["outcome"].tolist() == ["box", "box"]
    assert found["coverage"].min() > 0.95
    assert found["density"].min() > 0.95
    assert "radical does worse than rationing" in found.loc["radical", "words"]
    assert "people's trust at the start is above 0.5" in found.loc["radical", "words"]
    assert "people's trust at the start is below 0.5" in found.loc["rationing", "words"]
    sides = pd.read_csv(out / "box_sides.csv").query("response == 'crises'")
    assert set(sides["input"]) == {TRUST}
    assert sides["above"].iloc[0] == pytest.approx(EQUAL, abs=0.01)
    assert sides["below"].iloc[1] == pytest.approx(EQUAL, abs=0.01)
    assert sides["as_used"].tolist() == [0.55, 0.55]
    assert found.loc["radical", "words"] in said
    assert "As valued here, with the numbers as used: " in said
    for suffix in ("png", "svg", "alt.txt", "csv"):
        assert (out / "figures" / f"win_map_crises.{suffix}").stat().st_size > 100
    words = (out / "figures" / "win_map_crises.alt.txt").read_text()
    assert "of 16 points, radical does better at 8, rationing does better at 8, and 0 are too close to call" in words
    again, complaint = asked(**how)
    assert "finished" in complaint
    assert again == said
    assert cli.main(["replay", str(out / "map")]) == 0
    assert cli.main(["replay", str(out / "boxes")]) == 0


@pytest.mark.slow
def test_the_map_is_of_what_matters_most(asked, tmp_path, trouble, monkeypatch):
    """Of all that is said of citizens only trust at the start matters in the stand-in; with no floor luck picks the other."""
    monkeypatch.setattr(scenario_discovery.screening, "noise_floor", lambda *_: -1.0)
    (trouble / "trust_helps").write_text("100")
    how = {"map": "influential", "steps": 2, "points": 60, "inputs": ["behaviour.citizens.*"]}
    said, complaint = asked(**how)
    out = tmp_path / "out"
    shares = pd.read_csv(out / "influence.csv").query("response == 'crises'")
    assert shares["input"].iloc[0] == TRUST, complaint
    assert shares["S1"].iloc[0] > 0.8
    assert shares["S1"].iloc[1] < 0.2
    assert shares["meaning"].iloc[0] == "people's trust at the start"
    chosen = json.loads((out / "manifest.json").read_text())["map"]
    net = pd.read_csv(out / "influence.csv").query("response == 'social_value'")
    assert chosen == net["input"].head(2).tolist()
    table = pd.read_csv(out / "win_map.csv").query("response == 'crises' and point > 0")
    assert len(table[chosen].drop_duplicates()) == 4
    assert "each by itself makes:" in said
    assert cli.main(["replay", str(out / "map")]) == 0


@pytest.mark.slow
def test_where_nobody_loses_that_is_said(asked, tmp_path):
    """Without help of trust, radical has more crises everywhere, whatever the numbers."""
    said, _ = asked(map=None, points=20, inputs=["behaviour.citizens.trust_*"])
    found = pd.read_csv(tmp_path / "out" / "boxes.csv").query("response == 'crises'").set_index("loser")
    assert found.loc["radical", "outcome"] == "always"
    assert found.loc["rationing", "outcome"] == "never"
    assert "rationing does worse than radical in none of the 20 futures explored." in said
    assert not (tmp_path / "out" / "win_map.csv").exists()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["sentence"]


def paired(differences):
    rows = [(point, k, d) for point, ds in enumerate(differences) for k, d in enumerate(ds)]
    return pd.DataFrame(rows, columns=["point", "replication", "crises"]).set_index(["point", "replication"])


ONE = [Input("a", "a", "", 0, 1, 0.5)]
WORDS = {"crises": {"title": "Crises", "unit": "each", "better": "lower"}}


def test_an_interval_with_nothing_in_it_is_a_toss_up():
    """Fewer crises in the first arm is a win; 0 in the interval leaves it open; seven replications that differ say nothing."""
    skewed = [-2.0, -2.1, -1.9, -2.0, -2.2, -1.8, -2.0, -3.5]
    open_ = [-1.0, 1.1, 0.2, -0.4, 0.5, -0.1, 0.3, -0.6]
    found = paired([skewed, [-d for d in skewed], open_, [-5.0], skewed[:7]])
    table = scenario_discovery.winners(found, ONE, [[0.1], [0.2], [0.3], [0.4], [0.5]], WORDS, ("new", "old"))
    few = scenario_discovery.UNKNOWN
    assert table["winner"].tolist() == ["new", "old", scenario_discovery.OPEN, few, few]
    interval = difference_interval(skewed)
    assert table.loc[0, ["ci_lo", "ci_hi"]].tolist() == [interval.low, interval.high]
    assert table["n"].tolist() == [8, 8, 8, 1, 7]
    assert table.loc[3:, ["ci_lo", "ci_hi"]].isna().all(axis=None)
    assert table["a"].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert "at 2 there are too few runs to say, and 1 are too close to call" in scenario_discovery.tally(
        table, ("new", "old")
    )


def shares(**given):
    """Shares of the social value's variance, with a floor of a tenth."""
    ranked = sorted(given.items(), key=lambda each: -each[1])
    return pd.DataFrame(
        [{"response": "social_value", "input": k, "meaning": f"number {k}", "S1": v, "floor": 0.1} for k, v in ranked]
    )


TWO = [Input(name, f"number {name}", "", 0, 1, 0.5) for name in "ab"]


def test_no_axis_of_the_map_is_noise():
    assert scenario_discovery.most_influential(shares(a=0.5, b=0.2, c=0.15)) == ["a", "b"]
    assert scenario_discovery.most_influential(shares(a=0.5, b=0.09, c=0.02)) == []
    said = scenario_discovery.why_these(shares(a=0.5, b=0.09), [], wanted=True)
    assert "of 2 inputs only number a 50% by itself makes more of how the social value varies than noise does" in said
    assert "Noise makes shares up to 10%" in said
    assert "of 2 inputs none by itself makes more" in scenario_discovery.why_these(
        shares(a=0.05, b=0.09), [], wanted=True
    )
    assert scenario_discovery.why_these(shares(a=0.05, b=0.09), [], wanted=False) == ""
    still = scenario_discovery.why_these(shares(a=0.0, b=0.0).assign(floor=0.0), [], wanted=True)
    assert still == "No map was drawn: the social value is the same in all futures."


def test_a_map_that_is_asked_for_is_drawn_and_noise_is_named():
    said = scenario_discovery.why_these(shares(a=0.5, b=0.09, c=0.02), TWO, wanted=False)
    assert "each by itself makes: number a 50%, number b 9%; no other more than 2%" in said
    assert "So number b cannot be told from noise" in said
    assert "cannot be told" not in scenario_discovery.why_these(shares(a=0.5, b=0.3), TWO, wanted=True)


@pytest.mark.slow
def test_where_one_number_matters_no_map_is_drawn(asked, tmp_path, trouble):
    """Only trust makes a difference in the stand-in: the screen says that there is no second axis."""
    (trouble / "trust_helps").write_text("100")
    said, complaint = asked(map="influential", steps=2, points=60, inputs=["behaviour.citizens.trust_*"])
    assert "No map was drawn" in said, complaint
    assert "people's trust at the start" in said
    assert "corrected for that many tests (Holm)" in said
    assert not (tmp_path / "out" / "win_map.csv").exists()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["map"] == []
    assert pd.read_csv(tmp_path / "out" / "boxes.csv")["tests"].nunique() == 1
    assert (pd.read_csv(tmp_path / "out" / "influence.csv")["floor"] > 0).any()


@pytest.mark.unhurried
def test_with_few_replications_nobody_is_said_to_lose(asked, tmp_path):
    said, _ = asked(map=None, points=20, replicates=2, inputs=["behaviour.citizens.trust_*"])
    assert "too few runs to say in all 20 futures explored; give replicates=8 or more" in said


@pytest.mark.parametrize(("cases", "outcome"), [(0, "never"), (3, "too few"), (40, "always"), (38, "nearly always")])
def test_boxes_are_not_made_of_nothing(cases, outcome):
    rows = pd.DataFrame({"response": "crises", "title": "Crises", "a": range(40), "winner": "new"})
    rows.loc[: cases - 1, "winner"] = "old"
    found, sides = boxes.boxes(rows, ONE, ("new", "old"), How(), 1)
    assert found.set_index("loser").loc["new", "outcome"] == outcome
    assert sides.empty


def test_where_the_arms_change_places():
    rows = pd.DataFrame(
        {
            "point": [1, 2, 3, 4],
            "a": [0.25, 0.25, 0.75, 0.75],
            "b": [0.25, 0.75, 0.25, 0.75],
            "diff": [-1.0, -5.0, 3.0, -4.0],
        }
    )
    on_map = [Input("a", "first", "", 0, 1, 0.3), Input("b", "second", "", 0, 1, 0.2)]
    said = scenario_discovery.break_points(rows, on_map, ("new", "old"))
    assert "where first passes 0.375 (0.300 as used)" in said
    assert "nowhere along second from 0 to 1.00 (0.200 as used)" in said
    on_map[1] = Input("b", "second", "", 0.3, 1, 0.2)
    said = scenario_discovery.break_points(rows, on_map, ("new", "old"))
    assert "nowhere along second from 0.300 to 1.00 (0.200 as used, which lies outside)" in said


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"map": ["no.such", TRUST]}, "is no number of the register"),
        ({"map": [TRUST, TRUST]}, "names the same input twice"),
        ({"map": [TRUST]}, "two keys as [one,another]"),
        ({"map": "influential", "points": 0}, "is found among futures"),
        ({"map": None, "inputs": ["no.such*"]}, "fits no uncertain number"),
        ({"map": None, "inputs": [TRUST]}, "fewer than two"),
        ({"map": None, "points": 0}, "nothing to find out"),
        ({"points": 5}, "at least 20"),
        ({"map": [TRUST, CUT], "ranges": {CUT: [0.4, 0.2]}}, "must rise"),
        ({"map": [TRUST, CUT], "ranges": {CUT: [0.2, 7]}}, "cut"),
        ({"map": [TRUST, CUT], "ranges": {CUT: [0.2, 0.4], TRUST: [0, 7]}}, "trust_start"),
        ({"map": None, "inputs": ["behaviour.citizens.*"], "uncertainty": "evidence"}, "is a way to compare"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, tmp_path, own, why):
    assert why in asked(**own)[1]
