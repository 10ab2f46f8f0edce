"""Lays a finished figure out anew for a phone: panels below each other, keys in one column, long words on several lines."""

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

WIDTH = 4.4
"""Inches: on a screen of 390 dots, 11 point text is 12 dots."""
OF_A_LINE, OF_A_CORNER, OF_TWO_CORNERS, BESIDE, OF_AN_AXIS = 40, 24, 12, 17, 34
"""Letters that fit on a line across the figure, in half of it, in each corner where both are taken, beside an axis, and along
one."""
OF_A_NUMBER = 6
"""Letters beside an axis for which a line across the figure has room."""
LEAST_INCHES, LINE_INCHES = 2.6, 0.23
TICKS = 4
CORNER, ABOVE, CLOSE = 0.5, 1.01, 1.1
"""Where in a panel its upper corner begins, what is above it, and how close lines stand there."""


def narrow(figure: Figure) -> None:
    """Turns a figure of any width into a narrow one, keeping every mark and every word."""
    height, kept = figure.get_size_inches()[1], []
    for axes in figure.axes:
        if axes.get_subplotspec() is None or not axes.get_visible():
            continue
        if axes.axison or axes.has_data() or axes.get_legend():
            inches = max(LEAST_INCHES, height * axes.get_position().height, _panel(axes))
            kept.append((axes, min(inches, WIDTH) if axes.get_aspect() == 1 else inches))
        else:
            axes.set_visible(False)
    grid = GridSpec(len(kept), 1, figure=figure, height_ratios=[inches for _, inches in kept])
    for place, (axes, _) in enumerate(kept):
        axes.set_subplotspec(grid[place])
    for legend in (*figure.legends, *filter(None, (axes.get_legend() for axes, _ in kept))):
        _one_column(legend)
        for words in legend.get_texts():
            _wrap(words, OF_A_LINE)
    keys = sum(len(legend.get_texts()) for legend in figure.legends)
    figure.set_size_inches(WIDTH, sum(inches + 0.9 for _, inches in kept) + 0.25 * keys + 0.9)
    figure.set_layout_engine("constrained")


def _one_column(legend: Legend) -> None:
    """Puts the entries of a key below each other; a key that is drawn has no public way to say so."""
    columns = legend._legend_handle_box.get_children()  # type: ignore[attr-defined]
    for column in columns[1:]:
        columns[0].get_children().extend(column.get_children())
    del columns[1:]


def _panel(axes: Axes) -> float:
    """Gives a panel that stands alone its own numbers and names, on as many lines as they take; inches that its names need."""
    axes.tick_params(labelbottom=axes.xaxis.get_ticks_position() != "top", labelleft=True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_visible(True)
        _wrap(axis.label, OF_AN_AXIS)
    _fold_names(axes)
    line, more = _letters_over(axes), 0
    for words in axes.texts:
        if (
            axes.get_aspect() == 1
            and words.get_transform() == axes.transAxes
            and words.get_verticalalignment() == "top"
        ):
            _lift(words)
        outside = words.get_transform() == axes.transAxes and not 0 < words.get_position()[1] <= 1
        above = outside and words.get_position()[1] > 1
        _wrap(words, line if outside else OF_TWO_CORNERS if _is_faced(words, axes) else OF_A_CORNER)
        more += above * words.get_text().count("\n")
    axes.set_title(_folded(axes.get_title("left"), line) + "\n" * more, loc="left", fontsize="medium")
    if isinstance(axes.xaxis.get_major_locator(), MaxNLocator):
        axes.locator_params(axis="x", nbins=TICKS)
    _thin_out(axes)
    lines = max((1 + name.get_text().count("\n") for name in axes.get_yticklabels()), default=1)
    return len(axes.get_yticklabels()) * lines * LINE_INCHES if lines > 1 else 0.0


def _fold_names(axes: Axes) -> None:
    """Breaks long names beside a panel into lines."""
    names = axes.get_yticklabels()
    if any(len(name.get_text()) > BESIDE for name in names):
        looks = [name.get_fontweight() for name in names]
        axes.set_yticks(axes.get_yticks(), [_folded(" ".join(name.get_text().split()), BESIDE) for name in names])
        for name, look in zip(axes.get_yticklabels(), looks, strict=True):
            name.set_fontweight(look)


def _letters_over(axes: Axes) -> int:
    """Letters that fit on a line over a panel, which begins where the names beside it end."""
    lines = [line for name in axes.get_yticklabels() for line in name.get_text().split("\n")]
    return OF_A_LINE - max(0, max(map(len, lines), default=0) - OF_A_NUMBER)


def _is_faced(words: Text, axes: Axes) -> bool:
    """Whether other words stand in the corner across from these."""
    across, up = words.get_position()
    corners = [each.get_position() for each in axes.texts if each.get_transform() == axes.transAxes]
    return words.get_transform() == axes.transAxes and any(
        (x > CORNER) != (across > CORNER) and y == up for x, y in corners
    )


def _thin_out(axes: Axes) -> None:
    """Leaves years out that do not fit along an axis on which each year is named."""
    names = [name.get_text() for name in axes.get_xticklabels()]
    every = -(-sum(len(name) + 2 for name in names) // OF_AN_AXIS)
    if every > 1 and all(name.isdigit() for name in names):
        axes.set_xticks(axes.get_xticks()[::every], names[::every])


def _lift(words: Text) -> None:
    """Moves words from the upper corner of a map, which fills its panel on a phone, to above it."""
    across, up = words.get_position()
    if up > CORNER:
        words.set_position((across, ABOVE))
        words.set_verticalalignment("bottom")
        words.set_linespacing(CLOSE)


def _wrap(words: Text, letters: int) -> None:
    """Breaks words into lines."""
    words.set_text(_folded(words.get_text(), letters))


def _folded(words: str, letters: int) -> str:
    """Words on lines of so many letters; where lines were broken before, they stay broken."""
    return "\n".join(textwrap.fill(line, letters) for line in words.split("\n"))
