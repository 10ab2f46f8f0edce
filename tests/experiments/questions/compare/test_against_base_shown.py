"""More than three arms, or base=: the screen, the page, the folder and Python hold every arm against one."""

import json

import pandas as pd
import pytest

import redesign
from experiments import storage
from experiments.analysis.verdicts.against_base import TABLE
from experiments.questions.compare.figures import against_base
from experiments.questions.compare.report import page_again
from experiments.report.folder_contents import LeftOut, read_results
from experiments.report.style import house_style

FOUR = ["null", "rationing", "radical", "support_only"]


@pytest.fixture
def many(answered, tmp_path):
    """A year of eight replications of the stand-in under several arms; what was said, why it stopped, and the folder."""

    def make(**changes):
        said, why = answered(**{"years": 1, "replicates": 8, "out": "here", "components": 0, "arms": FOUR, **changes})
        return " ".join(said.split()), why, tmp_path / "here"

    return make


@pytest.mark.slow
def test_four_arms_are_held_against_the_cut_alone_everywhere(many):
    said, _, out = many()
    table = storage.read_csv(out / TABLE)
    assert set(table["arm"]) == {"rationing", "radical", "support_only"}
    assert set(table["base"]) == {"null"}
    assert "Against the cut alone," in said
    assert f"{table['looked_at'].iloc[0]} comparisons are looked at together" in said
    drawn = page_again(out)
    assert 'id="against_base"' in drawn
    assert "Every arm against the cut alone in year 1" in drawn
    found = redesign.open(out).table("against_base")
    assert found["diff"].tolist() == pytest.approx([float(diff) for diff in table["diff"]])
    summary = pd.read_csv(out / "summary.csv").set_index("outcome")
    row = table[(table["arm"] == "radical") & (table["outcome"] == "crises")].iloc[0]
    assert float(row["mean"]) == pytest.approx(summary.loc["crises", "radical"])


@pytest.mark.unhurried
def test_a_base_can_be_named(many):
    said, _, out = many(base="rationing", arms=["status_quo", "rationing", "radical"])
    assert set(storage.read_csv(out / TABLE)["base"]) == {"rationing"}
    assert "Against rationing," in said


@pytest.mark.unhurried
@pytest.mark.parametrize("arms", [["rationing", "radical"], ["status_quo", "rationing", "radical"]])
def test_two_or_three_arms_need_no_such_table(many, arms):
    said, _, out = many(arms=arms)
    assert not (out / TABLE).exists()
    assert "comparisons are looked at together" not in said
    with pytest.raises(LeftOut, match="base="):
        against_base.draw(read_results(out))


def test_a_base_that_is_no_arm_is_refused(many):
    _, why, out = many(base="wigan_deal")
    assert "base=wigan_deal" in why
    assert "is not among arms=[null,rationing,radical,support_only]" in why
    assert not out.exists()


@pytest.mark.slow
def test_a_damaged_table_is_made_again(many):
    _, _, out = many()
    before = (out / TABLE).read_bytes()
    (out / TABLE).write_bytes(b"damaged")
    many()
    assert (out / TABLE).read_bytes() == before
    assert TABLE in json.loads((out / "manifest.json").read_text())["outputs"]


@pytest.mark.unhurried
def test_the_figure_fills_only_what_is_more_than_luck(many):
    _, _, out = many()
    with house_style():
        drawing = against_base.draw(read_results(out))
    panels = [axes for axes in drawing.figure.axes if axes.get_visible()]
    assert len(panels) == drawing.data["outcome"].nunique()
    assert [words.get_text() for words in panels[0].get_yticklabels()] == ["Rationing", "Radical", "Support only"]
    for axes, (_, rows) in zip(panels, drawing.data.groupby("outcome", sort=False), strict=True):
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        filled = [dot.get_markerfacecolor() != "white" for dot in dots]
        assert filled == [verdict not in ("unclear", "unknown") for verdict in rows["verdict"]]
