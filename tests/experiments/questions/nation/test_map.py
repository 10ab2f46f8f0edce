"""The map of a country and its groups: where authorities stand, what is hatched, and what is said of it in words."""

import re

import pandas as pd
import pytest
from matplotlib.patches import RegularPolygon
from matplotlib.text import Text

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.verdicts.sentence import plain_sentence
from experiments.questions.nation import facts, figures, groups_figure, map_figure, tables
from experiments.report.drawing import in_ten_words, save

CRISES = load_outcomes()["crises"]
ABOUT = {
    "outcome": "crises",
    "title": CRISES.title,
    "unit": CRISES.unit,
    "better": CRISES.better,
    "horizon": 10,
    "contrast": "radical minus rationing",
}


@pytest.fixture(scope="module")
def known():
    """What is known of every authority."""
    return facts.facts()


def rows(**differences):
    """A row of each authority, with an interval of half a crisis on both sides."""
    return pd.DataFrame(
        [
            {
                **ABOUT,
                "place": place,
                "called": place.title(),
                "diff": d,
                "ci_lo": d - 0.5,
                "ci_hi": d + 0.5,
                "p_of_all": 0.01,
            }
            for place, d in differences.items()
        ]
    )


def test_odd_rows_stand_half_a_hexagon_to_the_right():
    assert map_figure.centre(3, 2)[0] == 3
    assert map_figure.centre(3, 5)[0] == 3.5
    assert map_figure.centre(3, 5)[1] > map_figure.centre(3, 2)[1], "rows go up northwards"


def test_no_two_authorities_stand_on_one_another(known):
    places = {map_figure.centre(at.column, at.row) for at in known.itertuples()}
    assert len(places) == len(known)
    north, south = (
        map_figure.centre(*known.loc[name, ["column", "row"]])[1] for name in ("northumberland", "cornwall")
    )
    assert north > south


def test_what_chance_cannot_tell_is_hatched_and_who_was_not_asked_is_left_white(known):
    drawing = map_figure.draw(rows(leeds=-2.0, york=0.1, rutland=2.0), known)
    patches = [each for each in drawing.figure.axes[0].patches if isinstance(each, RegularPolygon)]
    assert len(patches) == len(known) + 1, "one more over the hatched one"
    assert sum(bool(each.get_hatch()) for each in patches) == 1
    assert drawing.data.set_index("place")["chance_can_tell"].to_dict() == {
        "leeds": True,
        "york": False,
        "rutland": True,
    }
    assert drawing.alt == (
        "3 authorities; in 2 the difference is more than luck: 1 of them below 0, 1 above, for Radical. Differences "
        "run from −2 in Leeds to 2 in Rutland, per 1,000 people a year."
    )
    assert "Open Innovations" in drawing.caption
    assert "MIT licence" in drawing.caption
    assert any("Open Innovations, MIT licence" in each.get_text() for each in drawing.figure.findobj(Text))


def test_blue_is_better_whichever_side_that_is():
    fewer, more = map_figure._colours("lower"), map_figure._colours("higher")
    assert fewer(0.0) == more(1.0)
    assert fewer(1.0) == more(0.0)
    assert fewer(0.0)[2] > fewer(0.0)[0], "blue"


def test_too_few_runs_are_no_finding(known):
    few = rows(leeds=-2.0, york=1.0).assign(ci_lo=float("nan"), ci_hi=float("nan"))
    few.loc[1, ["diff", "ci_lo", "ci_hi"]] = 0.0  # exactly the same, as far as two runs of a small place go
    drawing = map_figure.draw(few, known)
    assert not drawing.data["chance_can_tell"].any()
    assert drawing.finding == "Too few runs to say in any of 2 authorities"
    assert "too few runs to tell a difference from luck" in drawing.alt
    by_kind = [
        few.assign(by=by, group=group, authorities=2, people=10)
        for by, group in (("country", "England"), ("region", "London"))
    ]
    groups = groups_figure.draw(pd.concat([each.head(1) for each in by_kind]))
    assert groups.finding == "Too few runs to say in any of 1 group"
    assert "London −2 (too few runs for an interval)" in groups.alt


def test_where_nothing_differs_in_enough_runs_that_is_no_lack_of_runs(known):
    same = rows(leeds=0.0, york=0.0).assign(ci_lo=0.0, ci_hi=0.0)
    assert "too few" not in map_figure.draw(same, known).finding.lower()


@pytest.mark.parametrize(
    ("outcome", "less", "more", "found"),
    [
        ("crises", 91, 0, "Crises begun: lower in 91 of 151 authorities"),
        ("life_satisfaction_in_need", 0, 87, "Life satisfaction in need: higher in 87 of 151 authorities"),
        ("public_spend_total", 104, 0, "Public spending: lower in 104 of 151 authorities"),
        ("public_spend_total", 104, 3, "Lower in 104 of 151 authorities, higher in 3"),
        ("life_satisfaction_in_need", 1, 2, "Lower in 1 of 151 authorities, higher in 2"),
    ],
)
def test_a_finding_names_what_is_lower(outcome, less, more, found):
    about = {"outcome": outcome, "title": load_outcomes()[outcome].title}
    assert in_ten_words(*tables.lower_and_higher(about, less, more, "151 authorities")) == found


def test_groups_are_told_with_the_country_before_them(tmp_path):
    groups = [("country", "England", 3), ("region", "London", 1), ("region", "North East", 2), ("kind", "unitary", 3)]
    table = pd.DataFrame(
        [
            {
                **ABOUT,
                "by": by,
                "group": group,
                "authorities": n,
                "people": 10,
                "diff": -n,
                "ci_lo": -n - 1,
                "ci_hi": -n + 1,
                "p_of_all": 0.01 * n * n,
            }
            for by, group, n in groups
        ]
    )
    drawing = groups_figure.draw(table)
    assert "England −3 (−4 to −2); London −1" in drawing.alt
    labels = [each.get_text() for axes in drawing.figure.axes for each in axes.get_yticklabels()]
    assert labels == ["London (1)", "North East (2)", "unitary (3)"]
    # Of three intervals without 0 one is luck as far as anybody can tell who looks at three.
    assert drawing.finding == "Crises begun: lower in 2 of 3 groups"
    marks = [
        line
        for axes in drawing.figure.axes
        for line in axes.lines
        if line.get_marker() == "o" and len(line.get_xdata())
    ]
    hollow = [float(line.get_xdata()[0]) for line in marks if line.get_markerfacecolor() == "white"]
    assert hollow == [-3.0]
    assert "too narrow" in drawing.caption


@pytest.mark.slow
def test_every_outcome_that_is_told_of_is_drawn(tmp_path):
    every = pd.concat([rows(leeds=-2.0, york=0.1).assign(outcome=name) for name in tables.SHOWN])
    together = every.assign(by="country", group="England", authorities=2, people=10)
    both = pd.concat([together, together.assign(by="region", group="Yorkshire")])
    every.to_csv(tmp_path / tables.AUTHORITIES, index=False)
    both.to_csv(tmp_path / tables.TOGETHER, index=False)
    figures.write_figures(tmp_path)
    names = {path.stem for path in (tmp_path / "figures").glob("*.png")}
    assert names == {f"{kind}_{name}" for kind in ("map", "groups") for name in tables.SHOWN}


FIGURES = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def known_too_well(text):
    """Numbers in a text with more than two significant figures."""
    found = (number.replace(",", "").replace(".", "").strip("0") for number in FIGURES.findall(text))
    return [digits for digits in found if len(digits) > 2]


def test_words_of_a_country_have_two_figures_at_most(known):
    """The sentence of the screen, the report and the site's page, and what maps and groups say of themselves."""
    country = pd.DataFrame(
        {
            "outcome": name,
            "horizon": 10,
            "contrast": "radical minus rationing",
            "diff": d,
            "ci_lo": d * 1.1,
            "ci_hi": d / 2,
        }
        for name, d in (("crises", -1.789), ("life_satisfaction_in_need", -0.004968), ("public_spend_total", -123.4))
    )
    sentence = plain_sentence(country, load_outcomes(), ("radical", "rationing"))
    assert "(-1.8 per 1,000 people" in sentence
    assert "(-0.005 points out of 10)" in sentence
    assert known_too_well(sentence.replace("1,000 people", "")) == []
    drawn = map_figure.draw(rows(leeds=-123.456, york=2.3456, rutland=-0.0049678), known)
    seen = " ".join(text.get_text() for text in drawn.figure.findobj(Text) if "Furthest" in text.get_text())
    assert "−120" in seen
    assert known_too_well(f"{seen} {drawn.alt.replace('1,000 people', '')}") == []
    groups = pd.DataFrame(
        {
            **ABOUT,
            "by": by,
            "group": group,
            "authorities": 3,
            "people": 9,
            "diff": d,
            "ci_lo": d - 1.234,
            "ci_hi": d + 1.234,
            "p_of_all": 0.5,
        }
        for by, group, d in (("country", "England", -1.789), ("region", "London", 0.004968))
    )
    assert known_too_well(groups_figure.draw(groups).alt.replace("1,000 people", "")) == []


def test_on_a_phone_no_words_lie_on_an_authority(known, tmp_path, figures_drawn):
    """The map fills its panel there: what stood in its upper corners stands above it, and stays on the picture."""
    furthest = {name: -9.0 - k for k, name in enumerate(sorted(known.index, key=len)[-8:])}
    drawing = map_figure.draw(rows(**furthest, york=0.1), known)
    save(drawing, tmp_path, "map")
    figure = drawing.figure  # as it was drawn last, for a phone
    figure.canvas.draw()
    (axes, *_) = figure.axes
    hexagons = [p.get_window_extent() for p in axes.patches if isinstance(p, RegularPolygon)]
    corners = [words for words in axes.texts if words.get_transform() == axes.transAxes and words.get_text()]
    assert corners
    for words in corners:
        place = words.get_window_extent()
        assert not any(place.overlaps(each) for each in hexagons), words.get_text()
        assert figure.bbox.x0 <= place.x0 <= place.x1 <= figure.bbox.x1, words.get_text()
        assert figure.bbox.y0 <= place.y0 <= place.y1 <= figure.bbox.y1, words.get_text()
