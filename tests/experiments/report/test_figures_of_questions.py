"""Figures of single questions: their words hold the numbers that are drawn, and say which policy is meant."""

import json

import numpy as np
import pandas as pd
import pytest
from test_report import Page

from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.scenario_discovery import OPEN, UNKNOWN
from experiments.analysis.uncertainty.two_uncertainties import EVIDENCE
from experiments.questions.attribute import figures as attribution
from experiments.questions.compare.report import write_report
from experiments.questions.discover import figures as win_map
from experiments.questions.patterns import figures as patterns
from experiments.questions.patterns.page import tallied
from experiments.questions.sensitivity import figures as sensitivity
from experiments.questions.stress import structures_figure, worst_case_figure
from experiments.questions.stress.findings import AS_USED
from experiments.questions.sweep import figures as sweep
from experiments.report.style import house_style

ARMS = ("radical", "rationing")


def kept(out, **tables):
    """Writes the tables of a finished folder, and as much of its manifest as figures look at."""
    for name, table in tables.items():
        table.to_csv(out / f"{name}.csv", index=False)
    (out / "manifest.json").write_text(json.dumps({"contrast": ARMS}))


def written(figure):
    """Every word in a picture."""
    return " ".join(text.get_text() for text in figure.findobj(lambda each: hasattr(each, "get_text")))


def test_a_worst_case_says_how_far_each_input_brings_it_back():
    case = {"arm": "rationing", "title": "Crises begun", "unit": "per 1,000", "diff": -4.0, "as_used": 1.5}
    inputs = pd.DataFrame(
        {
            "title": ["A title so long that it cannot stand beside any bar", "Short"],
            "end": ["highest", np.nan],
            "worst": [0.9, 0.2],
            "as_used": [0.5, 0.4],
            "diff_if_as_used": [-1.25, -3.5],
            "ci_lo": [-2.0, -4.0],
            "ci_hi": [-0.5, -3.0],
        }
    )
    with house_style():
        drawing = worst_case_figure.draw(case, inputs, ARMS)
    assert "1.50 as used, −4.00 at rationing's worst" in drawing.alt
    assert "With Short as used: −3.50." in drawing.alt
    words = written(drawing.figure)
    assert "stand beside.." in words.replace("\n", " ")
    assert "at 0.900, highest plausible (as used 0.500)" in words
    assert "at 0.200 (as used 0.400)" in words


def test_structures_are_named_and_the_models_own_stands_out():
    rows = pd.DataFrame(
        {
            "title": "Crises begun",
            "unit": "per 1,000",
            "mechanism": ["seeking", "", "queues"],
            "choice": ["other_way", AS_USED, "none"],
            "diff": [-2.0, -1.0, 0.25],
            "ci_lo": [-3.0, -1.5, -1.0],
            "ci_hi": [-1.0, -0.5, 1.5],
            "winner": ["radical", "radical", OPEN],
        }
    )
    with house_style():
        drawing = structures_figure.draw(rows, ARMS)
    assert "other way (seeking) −2.00 (radical)" in drawing.alt
    assert f"{structures_figure.OWN} −1.00" in drawing.alt
    labels = drawing.figure.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels if label.get_fontweight() == "bold"] == [structures_figure.OWN]


def test_a_cell_of_too_few_runs_has_no_winner_and_the_legend_says_so():
    on_map = (Input("a", "Depth", "m", 0.0, 4.0, 1.0), Input("b", "Pace", "", 0.0, 4.0, 1.0))
    rows = pd.DataFrame(
        {
            "point": [0, 1, 2, 3, 4],
            "title": "Crises begun",
            "unit": "per 1,000",
            "a": [1.0, 1.0, 3.0, 1.0, 3.0],
            "b": [1.0, 1.0, 1.0, 3.0, 3.0],
            "diff": [-1.0, -2.0, 0.1, 3.0, -0.5],
            "winner": [UNKNOWN, "radical", OPEN, UNKNOWN, UNKNOWN],
        }
    )
    with house_style():
        drawing = win_map.draw(rows, on_map, ARMS)
    assert f"at 2 there are {UNKNOWN}, and 1 are {OPEN}" in drawing.alt
    assert f"it is −1.00: {UNKNOWN}." in drawing.alt
    assert f"toss-up: {OPEN}, or {UNKNOWN}" in written(drawing.figure)


@pytest.mark.parametrize("known", [True, False], ids=["used somewhere", "used nowhere"])
def test_a_win_map_counts_its_cells_and_marks_what_is_used(known):
    on_map = (
        Input("a", "Depth", "m", 0.0, 4.0, 1.0 if known else np.nan),
        Input("b", "Pace", "", 1.0, 100.0, 10.0, True),
    )
    rows = pd.DataFrame(
        {
            "point": [0, 1, 2, 3, 4],
            "title": "Crises begun",
            "unit": "per 1,000",
            "a": [1.0, 1.0, 3.0, 1.0, 3.0],
            "b": [10.0, 3.0, 3.0, 30.0, 30.0],
            "diff": [-1.0, -2.0, 0.1, 3.0, -0.5],
            "winner": ["radical", "radical", OPEN, "rationing", "radical"],
        }
    )
    with house_style():
        drawing = win_map.draw(rows if known else rows[rows["point"] > 0], on_map, ARMS)
    assert "radical does better at 2, rationing does better at 1, and 1 are too close to call" in drawing.alt
    assert "from −2.00 to 3.00" in drawing.alt
    assert ("With the numbers as used it is −1.00: radical does better." in drawing.alt) == known
    axes = drawing.figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    assert len(axes.patches) == 4
    assert len(axes.lines) == known
    assert "Depth\n(m)" in written(drawing.figure)


def test_sensitivity_tells_shares_and_where_the_answer_flips(tmp_path):
    shared = {"response": "crises", "title": "Crises begun", "unit": "per 1,000", "input": ["x.y", "x.z"]}
    indices = {"ST": [0.7, 0.2], "ST_lo": [0.5, 0.1], "ST_hi": [0.9, 0.3], "S1": [0.6, 0.1], "S1_lo": [0.4, 0.0]}
    tornado = {"as_used": -1.0, "low_end": [-3.0, -1.1], "high_end": [2.0, -0.9], "highest": [2.0, -0.9]}
    tables = {
        "indices": pd.DataFrame({**shared, **indices, "S1_hi": [0.8, 0.2]}),
        "tornado": pd.DataFrame({**shared, **tornado, "flips": [True, False], "switching_value": [0.25, np.nan]}),
        "noise": pd.DataFrame({"response": ["crises"], "replications": [8]}),
    }
    kept(tmp_path, tornado=tables["tornado"])
    sensitivity.write_figures(tmp_path)
    assert not (tmp_path / "figures").exists()
    kept(tmp_path, **tables)
    sensitivity.write_figures(tmp_path)
    told = (tmp_path / "figures" / "variance_crises.alt.txt").read_text(encoding="utf-8")
    assert "0.70" in told
    assert "0.20" in told
    assert "As used −1.00." in (tmp_path / "figures" / "tornado_crises.alt.txt").read_text(encoding="utf-8")
    told = (tmp_path / "figures" / "tornado_crises.caption.txt").read_text(encoding="utf-8")
    assert "from its 5th to its 95th percentile. Crises begun: radical minus rationing. One at a time" in told


def test_attribution_tells_every_share(tmp_path):
    table = pd.DataFrame(
        {
            "measure": ["crises"] * 3 + ["cost"] * 3,
            "lever": ["pooling", "support", "own levers"] * 2,
            "title": ["Crises begun"] * 3 + ["Cost"] * 3,
            "unit": ["per 1,000"] * 3 + ["£"] * 3,
            "share": [-1.0, 0.5, np.nan, 0.0, 0.0, 0.0],
            **{key: [-0.5, 0.25, np.nan, 0.0, 0.0, 0.0] for key in ("first_in_share", "last_in_share")},
            **{key: [-1.5, 0.0, np.nan, 0.0, 0.0, 0.0] for key in ("ci_lo", "first_in_ci_lo", "last_in_ci_lo")},
            **{key: [0.0, 1.0, np.nan, 0.0, 0.0, 0.0] for key in ("ci_hi", "first_in_ci_hi", "last_in_ci_hi")},
        }
    )
    runs = table.pivot(index="measure", columns="lever", values="share").reset_index()
    pd.concat([runs, runs]).to_parquet(tmp_path / "attribution_by_replication.parquet")
    kept(tmp_path, attribution=table)
    attribution.write_figures(tmp_path)
    told = (tmp_path / "figures" / "attribution.alt.txt").read_text(encoding="utf-8")
    assert "Crises begun (per 1,000): pooling −1.00, support 0.500, own levers not known." in told
    kept(tmp_path, attribution=table.rename(columns={"lever": "part"}))
    attribution.write_figures(tmp_path)
    assert (tmp_path / "figures" / "attribution.alt.txt").read_text(encoding="utf-8") == told


def test_a_sweep_tells_the_span_of_its_points(tmp_path):
    table = pd.DataFrame(
        {
            "point": [0, 1, 2],
            "policy.radical.levers.pooling.strength": [0.0, 0.5, 1.0],
            "place": ["here", "there", "here"],
            "horizon": 1,
            "outcome": "tolls",
            "title": "Tolls",
            "unit": "£ a head",
            "contrast": "radical minus rationing",
            "diff": [-2.0, 0.0, 3.0],
            "ci_lo": [-3.0, -1.0, 2.0],
            "ci_hi": [-1.0, 1.0, 4.0],
            "better": "lower",
            "matters": 0.1,
        }
    )
    table.to_parquet(tmp_path / "sweep.parquet")
    with house_style():
        panels = [axes for axes in sweep.draw(table).figure.axes if axes.get_visible()]
    bars = [part for axes in panels for part in axes.collections if part.get_segments()]
    drawn = {tuple(ends[:, 1]) for part in bars for ends in part.get_segments() if ends[0, 0] == ends[1, 0]}
    assert {(-3.0, -1.0), (-1.0, 1.0), (2.0, 4.0)} <= drawn
    sweep.write_figures(tmp_path)
    told = (tmp_path / "figures" / "sweep_tolls.alt.txt").read_text(encoding="utf-8")
    assert told.startswith("3 points: ")
    assert "from −2.00 to 3.00 £ a head." in told


def test_patterns_are_drawn_with_what_really_happened(tmp_path):
    row = {"number": 1, "pattern": "rain", "title": "Rain", "measure_title": "Depth " + "of the deepest water " * 3}
    row |= {"unit": "%", "observed": 3.0, "observed_low": 2.0, "observed_high": 4.0, "observed_words": ""}
    row |= {"model": -7.04, "ci_low": -8.0, "ci_high": -6.0, "p5": -9.0, "p95": 900.0, "met_low": 1.0, "met_high": 5.0}
    row |= {"partly_low": -0.25, "partly_high": 6.0, "verdict": "failed", "certain": False, "pattern_verdict": "failed"}
    said = row | {"observed": np.nan, "observed_words": "somewhat (in words)", "verdict": "met", "certain": True}
    summary = pd.DataFrame([row, said | {"observed_low": np.nan, "observed_high": np.nan}])
    summary.to_csv(tmp_path / "summary.csv", index=False)
    patterns.write_figures(tmp_path)
    told = (tmp_path / "figures" / "patterns.alt.txt").read_text(encoding="utf-8")
    assert "really 3.00, model −7.04 %, failed" in told
    assert "really somewhat (in words), model −7.04 %, met" in told
    assert tallied(summary) == "0 met, 0 partly met, 1 failed"


@pytest.mark.slow
def test_a_comparison_across_the_evidence_shows_both_uncertainties(tmp_path, make_folder):
    out = make_folder(tmp_path / "out", years=2, replications=4)
    chance = pd.read_csv(out / "summary.csv").assign(uncertainty_type="chance")
    wider = chance.assign(uncertainty_type=EVIDENCE, ci_lo=chance["ci_lo"] - 1, ci_hi=chance["ci_hi"] + 1, n=3)
    pd.concat([chance, wider]).to_csv(out / "summary.csv", index=False)
    sides = {"better_on_outcomes": [True, True, False], "better_on_cost": [True, False, False]}
    numbers = {"parameter_set": [1, 2, 3], "qalys": [0.2, 0.1, -0.1], "public_spend_total": [-5.0, 3.0, 4.0]}
    pd.DataFrame(numbers | sides).to_csv(out / "sets.csv", index=False)
    share = {"means": "better lives, whatever the money", "sets": 2, "of": 3, "share": 2 / 3, "low": 0.2, "high": 0.9}
    pd.DataFrame([{"better_on": "outcomes", **share}]).to_csv(out / "shares.csv", index=False)
    plane = pd.read_csv(out / "economics" / "plane.csv")
    across = plane.assign(uncertainty_type=EVIDENCE, parameter_set=range(1, len(plane) + 1))
    across.to_csv(out / "economics" / "plane_across_evidence.csv", index=False)
    curves = pd.read_csv(out / "economics" / "curves.csv")
    curves.assign(evpi=1.0, evpi_with_luck=2.0).to_csv(out / "economics" / "curves_across_evidence.csv", index=False)
    write_report(out)
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    text = " ".join(page.text)
    drawn = (out / "figures" / "two_intervals.svg").read_text(encoding="utf-8")
    assert "differ beyond luck, " in drawn
    assert " alike in all sets" in drawn, "three sets are too few for shares"
    assert "Two uncertainties." in text
    assert "Every interval on this page is about chance only" not in text
    pictures = {attributes["alt"] for tag, attributes in page.tags if tag == "img"}
    held = {"two_intervals": ": chance ", "choice_across_evidence": "would be worth £1.00 per resident"}
    for name, words in held.items():
        told = (out / "figures" / f"{name}.alt.txt").read_text(encoding="utf-8").strip()
        assert words in told
        assert told in pictures
    assert "This figure is left out: qalys." in text, "the made-up runs have no years lived"
