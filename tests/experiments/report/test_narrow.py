"""A figure on a phone: names beside its axis have room for all their lines."""

from itertools import pairwise

import pytest
from matplotlib.figure import Figure

from experiments.report.drawing import Drawing, _head
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
