"""The page says what the difference is made of, where some replications were split."""

import shutil

import numpy as np
import pytest

from experiments import storage
from experiments.analysis.statistics import components
from experiments.analysis.statistics.components import COMPONENTS, ONLY_EFFORT, PARTS, WHOLE, WITHOUT_GAINS, WORLDS
from experiments.analysis.statistics.outcomes import ByArm, load_outcomes
from experiments.questions.compare.evidence_figures import made_of
from experiments.questions.compare.report import page_again
from experiments.report.folder_contents import LeftOut, read_results
from experiments.report.style import house_style

PAIRS = 8


@pytest.fixture
def split(reported, tmp_path):
    """The folder of a comparison of which eight replications were split, with made-up parts."""
    out = tmp_path / "split"
    shutil.copytree(reported, out)
    results = read_results(out)
    names = [name for name in results.summary["outcome"].unique() if results.outcomes.get(name, None)]
    first, second = results.contrast
    luck = np.random.default_rng(1).normal(size=(len(names), results.years, PAIRS))
    lives = {}
    for number, world in enumerate(WORLDS):
        lives[first, world] = ByArm(names, np.arange(PAIRS), {first: luck + 4 - number})
        lives[second, world] = ByArm(names, np.arange(PAIRS), {second: luck * 0.9})
    pairs = components.by_replication(lives, (first, second), results.years, PAIRS)
    storage.write_csv(out / COMPONENTS, components.summarise(pairs, load_outcomes(), results.years))
    return out


@pytest.mark.unhurried
def test_the_figure_has_a_line_for_every_part_their_sum_and_what_doubt_leaves(split):
    results = read_results(split)
    with house_style():
        drawing = made_of.draw(results)
    spoken = [name for name, each in results.outcomes.items() if each.spoken and each.family != "money"]
    told = results.components[results.components["outcome"].isin(spoken)]
    panels = [axes for axes in drawing.figure.axes if axes.get_visible()]
    assert len(panels) == told["outcome"].nunique()
    for axes in panels:
        assert len(axes.patches) == len(PARTS) + 2
    for words in PARTS.values():
        assert words in drawing.alt
    lengths = [bar.get_width() for bar in panels[0].patches]
    *parts, whole, left = lengths
    assert sum(parts) == pytest.approx(whole)
    assert left == pytest.approx(whole - WORLDS.index(WITHOUT_GAINS))
    assert set(drawing.data["part"]) == {*PARTS, WHOLE, ONLY_EFFORT}


@pytest.mark.slow
def test_the_page_shows_it_under_its_own_heading(split, reported):
    page = page_again(split)
    assert 'id="made_of"' in page
    assert "What the difference is made of" in page
    assert "made_of" not in page_again(reported), "nothing was split there"


def test_without_a_split_there_is_no_such_figure(reported):
    with pytest.raises(LeftOut, match="components=auto"):
        made_of.draw(read_results(reported))
