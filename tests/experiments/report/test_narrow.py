"""A figure on a phone: all its words have room, and none lie over others."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.report.drawing import NARROW, Drawing, _head, save
from experiments.report.narrow import narrow
from experiments.report.style import house_style

LONG = "what core services do that are short of hours: never let cases go"


@pytest.mark.parametrize("rows", [5, 20])
def test_names_that_take_several_lines_do_not_lie_over_each_other(rows):
    with house_style():
        figure = Figure(figsize=(8, 2 + 0.4 * rows), layout="constrained")
        axes = figure.subplots()
        axes.plot(range(rows), range(rows), "o")
        axes.set_yticks(range(rows), [f"{LONG} {k}" for k in range(rows)])
        narrow(figure)
        _head(Drawing("What is measured", "How to read it.", figure, "A chart.", None), 40)
        boxes = sorted((name.get_window_extent() for name in axes.get_yticklabels()), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))


def laid_out(draw):
    """A narrow figure whose one panel was drawn by a function, with all its places known."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    draw(axes)
    narrow(figure)
    _head(Drawing("What is measured", "How to read it.", figure, "A chart.", None), 40)
    return figure, axes


def inside(figure, words):
    box = words.get_window_extent()
    return box.x0 >= 0 and box.x1 <= figure.bbox.x1


def test_words_over_a_panel_end_before_the_figure_does():
    """They begin where the names beside the panel end, so the longer those are the sooner a line is broken."""

    def draw(axes):
        axes.set_yticks([0, 1], ["management (a judgement)", "all else"])
        axes.set_title("Refused, turned away or gave up, per 1,000 people", loc="left")
        axes.text(0, 1.02, "average a year; 0 = as under rationing; lines are intervals", transform=axes.transAxes)

    with house_style():
        figure, axes = laid_out(draw)
        assert all(inside(figure, words) for words in (axes.title, axes._left_title, *axes.texts))


def test_words_in_facing_corners_do_not_meet():
    def draw(axes):
        axes.text(0.02, 0.97, "less effect, no less cost: 10%", transform=axes.transAxes, va="top")
        axes.text(0.98, 0.97, "more effect, more cost: 90%", transform=axes.transAxes, va="top", ha="right")
        axes.set_ylabel(
            "Cost to society: resources, carbon, services cut\noutside the model (£ per resident, present value)"
        )

    with house_style():
        _, axes = laid_out(draw)
        left, right = (words.get_window_extent() for words in axes.texts)
    assert left.x1 < right.x0


@pytest.mark.parametrize(
    ("names", "left"),
    [
        ([str(year) for year in range(2012, 2022)], ["2012", "2014", "2016", "2018", "2020"]),
        (["1", "2", "3"], ["1", "2", "3"]),
        (["most deprived", "second", "third", "fourth", "least deprived"], None),
    ],
)
def test_years_are_left_out_where_they_do_not_fit_but_no_names(names, left):
    with house_style():
        _, axes = laid_out(lambda axes: axes.set_xticks(range(len(names)), names))
    assert [name.get_text() for name in axes.get_xticklabels()] == (left or names)


def test_a_table_has_a_picture_of_its_own_for_a_phone(tmp_path):
    with house_style():
        wide, slim = (Figure(figsize=(8, 3), layout="constrained") for _ in range(2))
        wide.subplots().set_xlabel("ten columns")
        slim.subplots().set_xlabel("two columns")
        save(Drawing("Measured", "Read it", wide, "Words", pd.DataFrame({"a": [1]}), on_phone=slim), tmp_path, "table")
    assert "two columns" in (tmp_path / f"table{NARROW}").read_text(encoding="utf-8")


def test_what_was_laid_out_by_hand_is_not_squeezed(tmp_path):
    """A phone shows it whole, to be made larger; a narrow drawing from before goes."""
    (tmp_path / f"by_hand{NARROW}").write_text("from before")
    with house_style():
        figure = Figure(figsize=(8, 3))
        figure.add_axes((0.3, 0.3, 0.6, 0.6))
        save(Drawing("Measured", "Read it", figure, "Words", pd.DataFrame({"a": [1]})), tmp_path, "by_hand")
    assert (tmp_path / "by_hand.svg").is_file()
    assert not (tmp_path / f"by_hand{NARROW}").exists()
