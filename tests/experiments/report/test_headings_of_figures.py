"""What stands over a figure: what it shows, in ten words, never against its own numbers; and what a phone gets of it."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.analysis.statistics.paired import difference_interval
from experiments.analysis.uncertainty.discovery.scenario_discovery import OPEN
from experiments.analysis.uncertainty.screening import LUCK
from experiments.analysis.verdicts.responses import SOCIAL_VALUE
from experiments.questions.attribute.figures import largest
from experiments.questions.attribute.lever_shares import sentence
from experiments.questions.compare.figures import drawn_for
from experiments.questions.compare.findings import with_finding
from experiments.questions.discover.figures import wins
from experiments.questions.frontier.tables import at_same_money
from experiments.questions.sensitivity.figures import can_turn, most_hangs_on
from experiments.questions.stress.findings import AS_USED
from experiments.questions.stress.structures_figure import survives
from experiments.questions.sweep.figures import won_and_lost
from experiments.report.drawing import MOST_WORDS, NARROW, Drawing, in_ten_words, save
from experiments.report.folder_contents import read_results
from experiments.report.narrow import WIDTH
from experiments.report.style import fit_axis, house_style

pytestmark = pytest.mark.unhurried

ARMS = ("radical", "rationing")
EMPTY = Drawing("What is measured", "", None, "", pd.DataFrame())
FEWER = {"outcomes_over_time": "crises", "served_and_turned_away": "refused", "failure_demand": "failure_demand"}
CASES = {"fewer": (-3, -4, -2), "more": (3, 2, 4), "hides": (1, -1, 3), "too few": (1, math.nan, math.nan)}


@pytest.fixture(scope="module")
def results(reported):
    """The made-up comparison."""
    return read_results(reported)


def changed(results, outcome, numbers):
    """The comparison with another difference in one outcome, at every horizon."""
    summary = results.summary.copy()
    summary.loc[summary["outcome"] == outcome, ["diff", "ci_lo", "ci_hi"]] = numbers
    return replace(results, summary=summary)


@pytest.mark.parametrize("said", CASES)
@pytest.mark.parametrize("name", FEWER)
def test_a_heading_points_where_its_numbers_point(results, name, said):
    told = with_finding(name, EMPTY, changed(results, FEWER[name], CASES[said])).finding
    assert said in told.lower()
    assert not [word for word in CASES if word != said and word in told.lower()]
    assert len(told.split()) <= MOST_WORDS


@pytest.mark.parametrize(("early", "late"), [("fewer", "more"), ("more", "fewer"), ("unclear", "fewer")])
def test_the_transition_is_told_year_by_year(results, early, late):
    numbers = {"fewer": (-3, -4, -2), "more": (3, 2, 4), "unclear": (1, -1, 3)}
    summary = results.summary.copy()
    years = sorted(summary["horizon"].unique())
    for year, word in ((years[0], early), (years[-1], late)):
        asked = (summary["outcome"] == "crises") & (summary["horizon"] == year)
        summary.loc[asked, ["diff", "ci_lo", "ci_hi"]] = numbers[word]
    told = with_finding("transition_dip", EMPTY, replace(results, summary=summary)).finding
    assert told.endswith(f"{early} in year {years[0]}, {late} in year {years[-1]}")


def test_society_is_better_off_only_where_luck_did_not_make_it(results):
    told = with_finding("money_back", EMPTY, results).finding
    table = results.told("economics")
    asked = (table["comparison"] == "radical minus rationing") & (table["measure"] == "social_value")
    row = table[asked].sort_values("horizon").iloc[-1]
    open_ = "too few runs" if np.isnan(row["lo"]) else "luck hides"
    word = "better" if row["lo"] > 0 else "worse" if row["hi"] < 0 else open_
    assert word in told.lower()


def test_every_figure_says_what_it_shows_and_draws_what_it_says(reported, results):
    for name in drawn_for(results):
        svg = reported / "figures" / f"{name}.svg"
        if not svg.is_file():
            continue
        title = re.search("<title>(.*?)</title>", svg.read_text(encoding="utf-8"))[1]
        assert len(title.split()) <= MOST_WORDS, title
        assert (reported / "figures" / f"{name}.caption.txt").read_text(encoding="utf-8").startswith("Measured: ")
        narrow = (reported / "figures" / f"{name}{NARROW}").read_text(encoding="utf-8")
        assert float(re.search(r'width="([\d.]+)pt"', narrow)[1]) == pytest.approx(72 * WIDTH)


def test_the_largest_part_is_named_and_no_sum_of_parts(results):
    parts = {"designs": -1.0, "management": -0.6, "together": 0.1, "rest": 0.5, "whole": -1.0, "unmanaged": -1.4}
    words = {part: f"words of {part}" for part in parts}
    asked = {"contrast": "radical minus rationing", "outcome": "crises"}
    table = pd.DataFrame([{**asked, "part": part, "diff": diff, "words": words[part]} for part, diff in parts.items()])
    told = with_finding("made_of", EMPTY, replace(results, components=table)).finding
    assert told == "The largest part in crises: words of designs"


@pytest.mark.parametrize(("costs", "said"), [([-1, -2, 3], "2 of 3 pairs"), ([1, 2, 3], "0 of 3 pairs")])
def test_more_is_for_less_only_where_society_gives_up_less(results, costs, said):
    plane = pd.DataFrame({"effect": [1.0, 1.0, 1.0], "social_cost": costs, "public_cost": -1.0})
    changed = replace(results, economics={**results.economics, "plane": plane})
    assert with_finding("gain_and_cost", EMPTY, changed).finding.endswith(f"more for less in {said}")


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["gains"] * 3 + ["loses"] * 2, "3 of 5 fifths gain in life satisfaction, 2 lose"),
        (["gains"] * 3 + ["too small to matter"] * 2, "Life satisfaction: 3 fifths gain, 0 lose, 2 hardly differ"),
        (["too small to matter"] * 5, "Life satisfaction differs too little to matter in 5 fifths"),
        (["cannot tell"] * 5, "Luck hides which fifths gain or lose in life satisfaction"),
    ],
)
def test_fifths_that_hardly_differ_are_not_counted_as_gaining(results, verdicts, said):
    asked = {"outcome": "life_satisfaction", "by": "deprivation fifth", "measure": "difference"}
    told = pd.DataFrame([{**asked, "verdict": verdict} for verdict in verdicts])
    changed = replace(results, economics={**results.economics, "equity": told})
    assert with_finding("gains_by_group", EMPTY, changed).finding == said


def test_long_names_give_way_to_shorter_words():
    assert in_ten_words("one " * 11, "two two") == "Two two"
    assert in_ten_words("one " * 11) == ""


def test_headings_of_other_questions_count_their_own_rows():
    first = pd.Series({"contrast": "radical minus rationing", "unit": "per 1,000"})
    assert (
        won_and_lost(pd.Series(["better", "worse", "toss-up"]), first) == "Radical better at 1 of 3 points, worse at 1"
    )
    assert "luck hides" in won_and_lost(pd.Series(["toss-up", "unknown"]), first).lower()
    cells = pd.DataFrame({"winner": ["radical", "radical", "rationing", OPEN]})
    assert wins(cells, ARMS) == "Radical better in 2 of 4 cells, rationing in 1"
    assert "open" in wins(cells[3:], ARMS)
    mechanisms = pd.DataFrame({"choice": [AS_USED, "a", "b", "c"], "winner": ["radical", "radical", "rationing", OPEN]})
    assert survives(mechanisms) == "The answer holds in 1 of 3, turns in 1"
    mechanisms["winner"] = [OPEN, "radical", OPEN, OPEN]
    assert survives(mechanisms) == "Open as used; decided by 1 of 3 others"
    budgets = pd.DataFrame({"better": ["radical", "", "rationing", "radical"]})
    assert in_ten_words(*at_same_money(budgets, ARMS)) == "Radical better at 2 of 4 budgets, rationing at 1"
    assert can_turn(pd.DataFrame({"flips": [True, False]})) == "1 of 2 numbers can turn it alone"
    assert can_turn(pd.DataFrame({"flips": [False]})) == "No number alone turns it round"
    hidden = can_turn(pd.DataFrame({"flips": [False], "settled": [False]}))
    assert hidden == "Its sign as used is not told from luck"
    assert can_turn(pd.DataFrame({"flips": [False], "settled": [False]}), few=True) == "Too few runs to tell its sign"


@pytest.mark.parametrize(("low", "told"), [(0.4, "Most hangs on: pooling"), (0.2, "No number stands out from luck")])
def test_a_number_stands_out_only_from_more_than_noise(low, told):
    rows = pd.DataFrame({"input": ["x", LUCK], "called": ["Pooling", "luck"], "ST": [0.6, 0.3], "ST_lo": [low, 0.1]})
    assert most_hangs_on(rows) == told


RUNS = np.array([-0.4, 0.3, 0.1, -0.2, 0.2, -0.1, 0.4, -0.3])
"""Luck of eight replications; none in the mean."""


def shared(**means):
    """Shares of levers in eight replications, as an attribution keeps them: a row a lever, and a row a replication."""
    runs = {name: mean + np.roll(RUNS, place) for place, (name, mean) in enumerate(means.items())}
    runs["(whole difference)"] = sum(runs.values())
    rows = [{"lever": name, "share": each.mean(), **difference_interval(each)._asdict()} for name, each in runs.items()]
    table = pd.DataFrame(rows).rename(columns={"low": "ci_lo", "high": "ci_hi"})
    about = {"measure": SOCIAL_VALUE, "title": "Crises begun", "unit": "per 1,000 people a year"}
    return table.assign(**about), pd.DataFrame({"measure": SOCIAL_VALUE, **runs})


def test_the_largest_share_is_named_only_where_luck_did_not_make_it():
    rows, runs = shared(pooling=-1.0, support=3.0)
    assert largest(rows, runs, "lever") == "What moves crises begun most: support"
    assert "support has the largest share (+3.00)." in sentence(rows, runs, ARMS, "lever")
    hidden = rows.assign(ci_lo=-9.0, ci_hi=9.0)
    assert largest(hidden, runs, "lever") == "Luck hides which lever moves crises begun"


def test_a_lead_that_luck_could_have_made_is_none():
    rows, runs = shared(pooling=1.2, support=-1.3, freedom=0.2)
    assert largest(rows, runs, "lever") == "Luck hides which lever moves crises begun most"
    told = "luck cannot tell which of pooling (+1.20) and support (-1.30) has the largest share."
    assert told in sentence(rows, runs, ARMS, "lever")
    few = rows.assign(ci_lo=np.nan, ci_hi=np.nan)
    assert "support has the largest share (-1.30, against" in sentence(few, runs[:3], ARMS, "lever")


def test_what_has_the_same_share_leads_together():
    rows, runs = shared(pooling=1.2, support=0.5)
    runs["freedom"] = runs["pooling"]
    rows = pd.concat([rows, rows[:1].assign(lever="freedom")])
    assert largest(rows, runs, "lever") == "Pooling and freedom move crises begun alike"
    assert "pooling and freedom have the same share (+1.20 each)." in sentence(rows, runs, ARMS, "lever")


def test_a_phone_gets_panels_below_each_other_with_all_their_words(tmp_path):
    with house_style():
        figure = Figure(figsize=(10, 3), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True)
        for axes, title in zip(panels, ("Left", "Right"), strict=True):
            axes.plot([0, 1], [95, 100], label="a name that is much too long for one line of a phone")
            axes.set_title(f"{title}\n", loc="left")
            fit_axis(axes, 95, 100)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower left", ncols=3)
        save(
            Drawing("Measured", "Read it", figure, "Words", pd.DataFrame({"a": [1]}), finding="Found"), tmp_path, "two"
        )
    boxes = [axes.get_position() for axes in panels]
    assert boxes[0].y0 > boxes[1].y1
    text = (tmp_path / f"two{NARROW}").read_text(encoding="utf-8")
    assert all(words in text for words in ("Left", "Right", "Found", "Measured", "much too long"))
    assert text.count("axis does not start at 0") == 2
