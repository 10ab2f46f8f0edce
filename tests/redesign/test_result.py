"""Results are read from their folder: tables, arrays, figures, a page, and what a notebook shows."""

import builtins

import numpy as np
import pandas as pd
import pytest

import redesign
from redesign import notebook

pytestmark = pytest.mark.slow
INDEX = ["arm", "replication", "month"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A small real comparison."""
    out = tmp_path_factory.mktemp("small") / "a<b"
    return redesign.compare(place="teaching_town", scale=0.1, years=1, replicates=2, workers=1, out=str(out))


def test_tables_are_those_of_the_folder(found):
    pd.testing.assert_frame_equal(found.runs, pd.read_parquet(found.folder / "runs.parquet"))
    pd.testing.assert_frame_equal(found.paired, pd.read_parquet(found.folder / "paired.parquet"))
    assert found.summary["outcome"].tolist() == pd.read_csv(found.folder / "summary.csv")["outcome"].tolist()
    assert {"runs", "paired", "summary", "burn_in", "economics/economics"} <= set(found.tables)
    with pytest.raises(redesign.ConfigurationError, match=r"did you mean paired\?"):
        found.table("pairde")


def test_a_tidy_row_is_one_number_of_the_runs(found):
    tidy = found.tidy("crises*")
    assert tidy.columns.tolist() == [*INDEX, "measure", "group", "value"]
    measures = [name for name in found.runs.columns if name.startswith("crises")]
    assert len(tidy) == len(measures) * len(found.runs)
    wide = tidy[tidy["group"] == "fifth_1"].pivot(index=INDEX, columns="measure", values="value").reset_index()
    merged = found.runs.merge(wide, on=INDEX, suffixes=("_all", ""))
    assert (merged["crises"] == merged["crises@fifth_1"]).all()
    assert set(tidy[tidy["group"] == "everybody"]["measure"]) == {name for name in measures if "@" not in name}
    with pytest.raises(redesign.ConfigurationError, match=r"did you mean crises\?"):
        found.tidy("crisis")


def test_arrays_hold_the_same_months(found):
    arrays = found.to_xarray("crises", "waiting*")
    assert dict(arrays.sizes) == {"arm": 3, "replication": 2, "month": 12}
    assert arrays["arm"].values.tolist() == found.facts["arms"]
    one = found.runs.query("arm == 'radical' and replication == 1")["crises"].to_numpy()
    np.testing.assert_array_equal(arrays["crises"].sel(arm="radical", replication=1).to_numpy(), one)


def test_without_xarray_it_says_how_to_get_it(found, monkeypatch):
    plain = builtins.__import__

    def without(name, *rest, **how):
        if name == "xarray":
            raise ImportError(name)
        return plain(name, *rest, **how)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'redesign\[notebook\]'"):
        found.to_xarray("crises")


def test_an_outcome_is_drawn_with_a_line_for_every_arm(found):
    (axes,) = found.plot("crises").axes
    assert axes.get_title(loc="left").strip() == "Crises begun"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == found.facts["arms"]
    line = axes.get_lines()[2].get_ydata()[-1]
    rows = found.paired.query("outcome == 'crises' and year == 1")
    assert line == pytest.approx(rows["first"].mean())
    assert found.plot("crises_obesity").axes[0].get_title(loc="left").strip() == "Crises begun: obesity"
    assert found.plot("crises")._repr_png_().startswith(b"\x89PNG")


def test_a_figure_of_the_report_is_shown_by_its_name(found):
    assert "service_network" in found.figures
    assert found.plot("service_network").axes[0].get_images()
    with pytest.raises(redesign.ConfigurationError, match=r"did you mean crises\?"):
        found.plot("crisis")


def test_the_page_is_found_or_written(found):
    page = found.report()
    before = page.read_bytes()
    assert found.report() == page
    page.unlink()
    assert found.report().read_bytes() == before


def test_any_folder_is_opened_by_its_name_or_its_page(found):
    for named in (found.folder, str(found.folder), found.folder / "report.html"):
        assert redesign.open(named).folder == found.folder
    with pytest.raises(redesign.ConfigurationError, match="is no folder"):
        redesign.open("nowhere")
    with pytest.raises(redesign.ConfigurationError, match="no finished results"):
        redesign.open(found.folder.parent)


def test_a_notebook_shows_a_table_with_every_word_escaped(found):
    shown = found._repr_html_()
    assert "Crises begun" in shown
    assert "Not a forecast" in shown or "not a forecast" in shown
    assert repr(found).startswith("<redesign compare: Teaching town, status_quo, rationing, radical, 1 years")
    facts = {**found.facts, "place_title": "<script>"}
    object.__setattr__(found, "facts", facts)
    assert "<script>" not in found._repr_html_()
    assert "&lt;script&gt;" in found._repr_html_()
    object.__delattr__(found, "facts")


def test_what_is_no_comparison_shows_its_first_rows():
    rows = pd.DataFrame({"point": range(40), "outcome": "crises", "horizon": 1, "a": 0.0, "b": 1.0, "diff": 1.0})
    assert len(notebook.table({"arms": ["a", "b"]}, rows)) == notebook.MOST_ROWS
