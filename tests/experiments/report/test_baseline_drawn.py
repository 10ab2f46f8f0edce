"""Every difference says what 0 stands for, and shows where carrying on as before lies or that it is not there."""

import pandas as pd
import pytest

from experiments.questions.compare import interactive
from experiments.questions.compare.figures import FIGURES
from experiments.report import baseline
from experiments.report.drawing import CAPTION
from experiments.report.folder_contents import read_results
from experiments.report.style import figures, house_style

pytestmark = pytest.mark.unhurried

DIFFERENCES = ("transition_dip", "agency_by_year", "money_back", "gain_and_cost", "gains_by_group")


def caption(folder, name):
    return (folder / "figures" / f"{name}{CAPTION}").read_text(encoding="utf-8")


def drawn(folder, name):
    with house_style():
        drawing = FIGURES[name](read_results(folder))
    words = [text.get_text() for text in drawing.figure.findobj(lambda each: hasattr(each, "get_text"))]
    return drawing, " ".join(words).replace("\n", " ")


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_says_what_nothing_is_and_where_the_status_quo_lies(reported, name):
    told = caption(reported, name)
    assert "Rationing" in told
    assert "0 " in told
    assert "Status quo" in told
    drawing, words = drawn(reported, name)
    assert "tatus quo" in f"{drawing.title} {words}"


def test_the_ladder_says_that_it_has_no_status_quo(reported):
    assert baseline.TWO_ONLY in caption(reported, "ladder_to_cash")
    assert "0 = as under Rationing" in drawn(reported, "ladder_to_cash")[1]


def test_the_status_quo_is_where_the_summary_puts_it(reported):
    summary = pd.read_csv(reported / "summary.csv")
    row = summary[(summary["outcome"] == "public_spend_total") & (summary["horizon"] == 4)].iloc[0]
    data = pd.read_csv(reported / "figures" / "transition_dip.csv")
    last = data[(data["outcome"] == "Public spending") & data["view"].str.startswith("added")].iloc[-1]
    assert last["status_quo"] == pytest.approx(row["status_quo"] - row["rationing"])
    crises = summary[(summary["outcome"] == "crises") & (summary["horizon"] == 4)].iloc[0]
    groups = pd.read_csv(reported / "figures" / "gains_by_group.csv")
    ages = groups[(groups["title"] == "Crises begun") & (groups["by"] == "age")]["status_quo"]
    assert ages.min() <= crises["status_quo"] - crises["rationing"] <= ages.max()


def test_the_status_quo_is_worth_the_opposite_of_leaving_it(reported):
    told = pd.read_csv(reported / "economics" / "economics.csv")
    rows = told[(told["comparison"] == "rationing minus status_quo") & (told["measure"] == "social_cost")]
    cost = -float(rows[rows["horizon"] == 4]["value"].iloc[0])
    assert f"cost {'−' if cost < 0 else ''}£{figures(abs(cost))}" in drawn(reported, "gain_and_cost")[0].alt
    saved = pd.read_csv(reported / "figures" / "agency_by_year.csv").set_index("agency")
    years = pd.read_csv(reported / "economics" / "agency_year.csv")
    part = years[(years["comparison"] == "radical minus status_quo") & (years["agency"] == "nhs")]
    assert saved.loc["NHS", "all years vs status quo"] == pytest.approx(part["net_per_resident"].sum())


@pytest.mark.unhurried
@pytest.mark.parametrize("name", DIFFERENCES)
def test_without_a_status_quo_the_caption_says_so(tmp_path_factory, make_folder, name, without):
    assert "Status quo was not run." in drawn(without, name)[0].caption
    assert "off this scale" not in drawn(without, name)[1]


@pytest.fixture(scope="module")
def without(tmp_path_factory, make_folder):
    """A comparison of two policies that are both new."""
    return make_folder(tmp_path_factory.mktemp("two") / "arms", ("rationing", "radical"), years=2, replications=3)


@pytest.mark.unhurried
def test_against_the_status_quo_itself_it_is_the_line_of_nothing(tmp_path, make_folder):
    out = make_folder(tmp_path / "out", ("status_quo", "radical"), years=1, replications=2)
    drawing, words = drawn(out, "transition_dip")
    assert "0 = as under Status quo" in words
    assert "status_quo" not in drawing.data


@pytest.mark.unhurried
def test_figures_that_answer_say_it_too(reported):
    results = read_results(reported)
    with house_style():
        made = {name: FIGURES[name](results) for name in ("transition_dip", "gain_and_cost", "gains_by_group")}
    specs = {name: interactive.specify(name, each.data, each.alt, results) for name, each in made.items()}
    assert all("Status quo" in view["title"]["subtitle"][1] for view in specs["transition_dip"]["concat"])
    assert all("0 = as under Rationing" in view["title"]["subtitle"][0] for view in specs["transition_dip"]["concat"])
    assert "Status quo" in specs["gain_and_cost"]["title"]["subtitle"]
    assert len(specs["gain_and_cost"]["layer"]) == 5
    for view in specs["gains_by_group"]["concat"]:
        (words,) = [layer for layer in view["layer"] if layer["mark"]["type"] == "text"]
        assert words["transform"][0]["aggregate"] == [
            {"as": "least", "field": "status_quo", "op": "min"},
            {"as": "most", "field": "status_quo", "op": "max"},
        ]
        assert words["transform"][1]["calculate"].startswith("((('Status quo: ' + format(datum.least,")
