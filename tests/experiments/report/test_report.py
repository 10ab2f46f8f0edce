"""What a reader finds in a written report; every number in the made-up folder is arbitrary."""

import ast
import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from experiments.questions.compare.figures import FIGURES
from experiments.questions.compare.report import write_report
from experiments.report.folder_contents import read_results
from experiments.report.style import LOOKS, PALETTE, figures, looks, push_apart
from experiments.storage import write_whole

pytestmark = pytest.mark.unhurried

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"−?\d(?:,?\d)*(?:\.\d+)?")
VOID = {"meta", "source", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Notes every tag with its attributes, and whether tags close in the order in which they opened."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.crossed, self.text = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page(reported):
    return Page((reported / "report.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_its_five_files(reported, name):
    for suffix in (".png", ".svg", ".alt.txt", ".csv", ".caption.txt"):
        assert (reported / "figures" / f"{name}{suffix}").stat().st_size > 0, suffix


def test_nothing_half_written_stays(reported):
    assert [path.name for path in reported.rglob(".*")] == []
    assert len(list((reported / "figures").iterdir())) == 6 * len(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_drawing_carries_its_own_words(reported, name):
    root = ET.parse(reported / "figures" / f"{name}.svg").getroot()
    alt = (reported / "figures" / f"{name}.alt.txt").read_text(encoding="utf-8").strip()
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text == alt


def test_words_hold_the_numbers_of_the_data(reported):
    alt = (reported / "figures" / "outcomes_over_time.alt.txt").read_text(encoding="utf-8")
    data = pd.read_csv(reported / "figures" / "outcomes_over_time.csv")
    last = data[(data["year"] == 4) & (data["outcome"] == "Crises begun") & (data["shows"] == "level")]
    assert len(last) == 3
    for row in last.itertuples():
        assert f"{figures(row.mean)} ({figures(row.low)} to {figures(row.high)})" in alt


def test_words_hold_the_numbers_of_the_summary(reported):
    alt = (reported / "figures" / "outcomes_over_time.alt.txt").read_text(encoding="utf-8")
    summary = pd.read_csv(reported / "summary.csv")
    row = summary[(summary["outcome"] == "crises") & (summary["horizon"] == 4)].iloc[0]
    assert f"Status quo {figures(row['status_quo'])}" in alt
    assert f"Radical {figures(row['radical'])}" in alt


def test_added_up_differences_end_where_the_summary_does(reported):
    data = pd.read_csv(reported / "figures" / "transition_dip.csv")
    summary = pd.read_csv(reported / "summary.csv")
    spent = summary[(summary["outcome"] == "public_spend_total") & (summary["horizon"] == 4)].iloc[0]["diff"]
    last = data[(data["outcome"] == "Public spending") & (data["view"].str.startswith("added"))].iloc[-1]
    assert last["month"] == 48
    assert last["difference"] == pytest.approx(spent)
    crises = summary[(summary["outcome"] == "crises") & (summary["horizon"] == 1)].iloc[0]["diff"]
    begun = data[(data["outcome"] == "Crises begun") & (data["month"] == 12)].set_index("view")["difference"]
    assert begun["added up since the policy date"] == pytest.approx(crises)


def test_agencies_add_up_to_public_spending(reported):
    data = pd.read_csv(reported / "figures" / "cost_per_head_by_agency.csv")
    summary = pd.read_csv(reported / "summary.csv")
    spent = summary[(summary["outcome"] == "public_spend") & (summary["horizon"] == 4)].iloc[0]
    agencies = data[~data["agency"].str.startswith("Unpaid")].groupby("arm")["last"].sum()
    assert agencies["radical"] == pytest.approx(spent["radical"])


def test_page_needs_nothing_from_outside(page):
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed"), tag
        for name in ("src", "href", "srcset", "action", "poster"):
            target = attributes.get(name, "")
            assert target.startswith(("#", "data:")) or not target, (tag, target[:60])
    style = (Path(__file__).parents[3] / "experiments" / "report" / "page.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_every_picture_on_the_page_has_words(page, reported):
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    alts = [(reported / "figures" / f"{name}.alt.txt").read_text(encoding="utf-8").strip() for name in FIGURES]
    assert sorted(attributes["alt"] for attributes in pictures) == sorted(alts)
    assert not [tag for tag, _ in page.tags if tag == "svg"]


def test_questions_come_in_the_order_in_which_a_reader_asks(page):
    names = [attributes["id"] for tag, attributes in page.tags if tag in ("h2", "h3")]
    asked = ("lives", "cost", "pays_back", "gains", "flips", "levers", "assumed", "making")
    assert [name for name in names if name in asked] == list(asked)
    assert names.index("lives") < names.index("outcomes_over_time") < names.index("cost")
    assert names.index("pays_back") < names.index("money_back") < names.index("gains")


def test_page_is_well_formed(page):
    assert page.crossed == []
    assert page.open == []
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))
    targets = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]
    assert set(targets) <= set(names)
    assert dict(page.tags)["html"]["lang"] == "en-GB"
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


def test_page_says_what_must_be_said(page):
    text = " ".join(page.text)
    for words in (
        "To explore and not to forecast.",
        "about chance only",
        "public money per head",
        "redesign compare 'arms=[status_quo,rationing,radical]' years=4 replicates=5",
        "contrast=[radical,rationing]",
        "policy.radical.levers.pooling.strength=0.5",
        "place=croydon",
        "What people feel.",
        "What it costs, and whom.",
        "Radical minus Rationing",
        "0123456789abcdef",
        "Over 4 years",
    ):
        assert words in text, words


@pytest.mark.parametrize("name", FIGURES)
def test_text_in_figures_is_large_enough(reported, name):
    from experiments.report.style import house_style

    with house_style():
        figure = FIGURES[name](read_results(reported)).figure
    sizes = [text.get_fontsize() for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))]
    assert min(sizes) >= 11


@pytest.mark.slow
def test_same_results_give_the_same_bytes(reported, tmp_path, make_folder):
    again = make_folder(tmp_path / "again", years=4, replications=5)
    write_report(again)
    for path in [reported / "report.html", *sorted((reported / "figures").iterdir())]:
        twin = again / path.relative_to(reported)
        assert path.read_bytes() == twin.read_bytes(), path.name


def test_order_of_arms_changes_nothing_but_order(reported, tmp_path, make_folder):
    arms = ("radical", "status_quo", "rationing")
    swapped = read_results(make_folder(tmp_path / "swapped", arms, years=4, replications=5))
    assert swapped.arms == arms
    for name in FIGURES:
        drawing = FIGURES[name](swapped)
        one, other = pd.read_csv(reported / "figures" / f"{name}.csv"), drawing.data
        keys = [c for c in one.columns if c in ("year", "month") or not pd.api.types.is_numeric_dtype(one[c])]
        one, other = (table.sort_values(keys, ignore_index=True) for table in (one, other))
        pd.testing.assert_frame_equal(one, other[one.columns], check_dtype=False, rtol=1e-12)
        told = (reported / "figures" / f"{name}.alt.txt").read_text(encoding="utf-8")
        assert sorted(NUMBER.findall(told)) == sorted(NUMBER.findall(drawing.alt)), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arms", "years", "replications"), [(("a", "b"), 1, 1), (("a", "b", "c", "d", "e", "f"), 2, 1)]
)
def test_small_and_large_comparisons_are_reported(tmp_path, make_folder, arms, years, replications):
    out = make_folder(tmp_path / "out", arms, years, replications, place="teaching_town")
    write_report(out)
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == len(FIGURES)
    text = " ".join(page.text)
    assert "nan" not in text.split()
    assert "Teaching Town" in text
    if replications == 1:
        assert "middle 95%" not in (out / "figures" / "outcomes_over_time.alt.txt").read_text(encoding="utf-8")


def test_years_before_budgets_are_opened_are_no_drift(tmp_path, make_folder):
    """What is set while a place settles (budgets, the level of life satisfaction) jumps then; the figure begins after."""
    out = make_folder(tmp_path / "out", years=1, replications=2)
    record = pd.read_parquet(out / "burn_in.parquet")
    spending = [name for name in record if name.startswith("spend.") and "@" not in name]
    record[spending] = record[spending].where(record["month"] >= -48, record[spending] // 10)
    content = "life_satisfaction_in_need_total"
    record[content] = record[content].where(record["month"] >= -24, 0.9 * record[content])
    record.to_parquet(out / "burn_in.parquet")
    for title in ("Public spending", "Life satisfaction of people in need"):
        assert _first_to_last(out, title) == pytest.approx(1, abs=0.03), title


def _first_to_last(out, title):
    """How many times its first yearly value an outcome's last is, by the words of the figure before the policy date."""
    told = FIGURES["burn_in"](read_results(out)).alt.split(f"{title} (")[1]
    first, last = re.findall(r"(?:first|last) year (-?[\d.,]+\d)", told)[:2]
    return float(last.replace(",", "")) / max(1.0, float(first.replace(",", "")))


@pytest.mark.parametrize("name", ["summary.csv", "runs.parquet", "burn_in.parquet", "services.parquet", "network.json"])
def test_a_folder_that_lacks_a_file_of_every_comparison_is_refused(tmp_path, make_folder, name):
    out = make_folder(tmp_path / "out", years=1, replications=1)
    (out / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"holds no {re.escape(name)}"):
        write_report(out)


def test_looks_follow_the_order_and_never_the_name():
    assert [*looks(["radical", "rationing"]).values()] == [*looks(["rationing", "radical"]).values()]
    for part in ("colour", "dash", "marker"):
        assert len({getattr(look, part) for look in LOOKS}) == 6


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other="#ffffff"):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_stand_out_from_the_paper():
    assert min(contrast(colour) for colour in PALETTE) >= 3
    style = (Path(__file__).parents[3] / "experiments" / "report" / "page.css").read_text(encoding="utf-8")
    for block in re.findall(r":root { (.*?) }", style)[:2]:  # by day and by night
        named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
        for name in ("ink", "quiet", "blue"):
            for paper in (named["paper"], named["tint"]):
                assert contrast(named[name], paper) >= 4.5, name


def test_labels_are_pushed_apart_no_further_than_needed():
    places = pd.Series([0.5, 0.51, 0.9]).to_numpy()
    moved = push_apart(places, 0.1)
    assert moved[1] - moved[0] == pytest.approx(0.1)
    assert moved[2] == pytest.approx(0.9)
    assert (moved[0] + moved[1]) / 2 == pytest.approx(0.505)
    assert push_apart(places[:1] + 0.7, 0.1)[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (-0.0, "0"), (12.345, "12.3"), (-4321.4, "−4,320"), (0.00712, "0.00712"), (math.nan, "not known")],
)
def test_numbers_have_three_figures(value, words):
    assert figures(value) == words


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    write_whole(target, b"before")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("no room")))
    with pytest.raises(OSError, match="no room"):
        write_whole(target, b"after")
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_report_never_reads_the_simulation():
    folder = Path(__file__).parents[3] / "experiments" / "report"
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] in ("simulation", "hydra", "omegaconf", "mesa")], path.name
