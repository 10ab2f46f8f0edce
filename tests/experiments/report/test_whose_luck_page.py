"""The page says whose luck the difference is, where peoples led several lives."""

import shutil

import numpy as np
import pytest

from experiments import storage
from experiments.analysis.statistics.outcomes import ByArm
from experiments.analysis.uncertainty.people_and_luck import by_life, summarise
from experiments.analysis.uncertainty.two_uncertainties import WHOSE_LUCK
from experiments.questions.compare.evidence_figures import whose_luck
from experiments.questions.compare.report import page_again
from experiments.report.folder_contents import LeftOut, read_results
from experiments.report.style import house_style

PEOPLES, LIVES = 9, 3


@pytest.fixture
def nested(reported, tmp_path):
    """The folder of a comparison of which nine peoples led three lives, one outcome with people's part below 0."""
    out = tmp_path / "nested"
    shutil.copytree(reported, out)
    results = read_results(out)
    names = [name for name, each in results.outcomes.items() if each.headline]
    luck = np.random.default_rng(1).normal(size=(LIVES, len(names), results.years, PEOPLES))
    luck[:, 1:] += 2 * np.arange(PEOPLES)
    luck[:, 0] -= luck[:, 0].mean(axis=0)
    first, second = results.contrast
    lives = [ByArm(names, np.arange(PEOPLES), {first: life, second: 0 * life}) for life in luck]
    table = summarise(by_life(lives, results.contrast, results.years), results.outcomes, results.years)
    storage.write_csv(out / WHOSE_LUCK, table)
    return out


def test_the_figure_has_a_bar_of_both_shares_for_every_headline_outcome(nested):
    results = read_results(nested)
    with house_style():
        drawing = whose_luck.draw(results)
    (axes,) = drawing.figure.axes
    bars = [bar.get_width() for bar in axes.patches]
    count = len(results.whose_luck)
    assert len(bars) == 2 * count
    assert np.add(bars[:count], bars[count:]) == pytest.approx(100)
    assert bars[0] == 0
    assert axes.get_yticklabels()[0].get_text().endswith(" *")
    assert "cut at 0" in drawing.caption
    assert ", cut at 0" in drawing.alt
    assert len(drawing.data) == count


@pytest.mark.slow
def test_the_page_shows_it_under_its_own_heading(nested, reported):
    page = page_again(nested)
    assert 'id="whose_luck"' in page
    assert "Later luck outweighs people in" in page
    assert "whose_luck" not in page_again(reported), "nobody led several lives there"


def test_without_several_lives_there_is_no_such_figure(reported):
    with pytest.raises(LeftOut, match="population_luck=nested"):
        whose_luck.draw(read_results(reported))
