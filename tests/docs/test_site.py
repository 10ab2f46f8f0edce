"""The site that needs no installing: what it is drawn from, what it says, and that its sliders say how wrong they may be."""

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reading import DOCS, ROOT

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.configuration import options
from simulation.compile import sources_hash


@pytest.fixture
def site(scripts, monkeypatch):
    """Imports a script of the site by its name."""
    monkeypatch.syspath_prepend(str(DOCS / "site"))
    return scripts


def made_up(site, noise=0.1, seed=1):
    """A kept table in which a difference in crises falls with the share that works, and everything else is noise."""
    points, rng = site("slider_points"), np.random.default_rng(seed)
    values, rows = points.values(), []
    for number, (cut, working, pooling, closing) in enumerate(values):
        for name in site("slider_answers").SHOWN:
            diff = 2.0 - 10.0 * working if name == "crises" else 0.0
            told = {"diff": diff, "radical": 3.0 + 5 * cut, "rationing": 3.0 + 5 * cut, "level": 45.0}
            row = {"point": number, "outcome": name} | {
                key: value + noise * rng.normal() for key, value in told.items()
            }
            rows.append({**row, "pairs": 6, "cut": cut, "working": working, "pooling": pooling, "closing": closing})
    return pd.DataFrame(rows)


@pytest.fixture
def kept(site, tmp_path):
    """A folder of kept tables with made-up sliders in it and nothing else."""
    found = site("kept_tables").Kept(tmp_path)
    made_up(site).to_csv(found.sliders, index=False)
    facts = {"model": sources_hash(), "command": "redesign sweep", "pairs": 6}
    found.sliders.with_suffix(".json").write_text(json.dumps(facts))
    return found


def test_points_fill_the_sliders_and_are_what_a_sweep_can_take(site, tmp_path):
    points = site("slider_points")
    values = points.values()
    for slider, column in zip(points.SLIDERS, values.T, strict=True):
        assert min(slider.stops) <= column.min() < column.max() <= max(slider.stops)
        assert slider.used in slider.stops
    points.write_table(tmp_path / "points.csv")
    assert len((tmp_path / "points.csv").read_text().splitlines()) == points.POINTS + 1
    assert points.outcome_shares(0.3) == [0.05, 0.25, 0.55, 0.15]
    for working in np.linspace(0, 1, 21):
        shares = points.outcome_shares(float(working))
        assert sum(shares) == pytest.approx(1.0)
        assert shares[0] + shares[1] == pytest.approx(working, abs=0.001)


@pytest.mark.slow
def test_sliders_find_what_was_put_in(site):
    """Crises are worse where few designs work and better where most do; noise is called too close to call."""
    table, answers, page = made_up(site), site("slider_answers"), site("slider_page")
    told = page.shown(answers.answers(table, page.places_of(table)))
    settings = answers.settings()
    crises = next(each for each in told["outcomes"] if each["title"] == "Crises begun")
    words = {setting: crises["shown"][crises["at"][k]][1] for k, setting in enumerate(settings)}
    assert all(
        word == ("worse" if setting[1] == 0 else "better") for setting, word in words.items() if setting[1] in (0, 5)
    )
    waits = next(each for each in told["outcomes"] if each["title"].startswith("Mean wait"))
    assert {waits["shown"][at][1] for at in waits["at"]} == {page.WORDS["unclear"]}
    says = [told["headlines"][at] for at in told["says"]]
    assert {says[k] for k, setting in enumerate(settings) if setting[1] == 0} != {
        says[k] for k, setting in enumerate(settings) if setting[1] == 5
    }
    assert all(len(headline.split()) <= 14 for headline in told["headlines"])


def within(answers, places, output):
    """Of points that neither the curve nor its error has seen, whether each lies within the stated error."""
    folds, found = np.arange(len(output)) % answers.FOLDS, []
    for fold in range(answers.FOLDS):
        aside = folds == fold
        curve = answers.emulated(places[~aside], output[~aside])
        found += list(np.abs(output[aside] - answers.foretold(curve.emulator, places[aside])) <= curve.error)
    return found


@pytest.mark.slow
def test_an_error_is_as_wide_as_it_must_be(site):
    """Of the misses of made-up curves nine in ten lie within the stated error: false alarm below one in 10,000."""
    answers, rng = site("slider_answers"), np.random.default_rng(7)
    places = site("slider_points").places()
    found = [
        inside
        for _ in range(12)
        for inside in within(
            answers, places, 3 * places[:, 1] - places[:, 0] * places[:, 2] + rng.normal(size=len(places))
        )
    ]
    assert 0.82 < np.mean(found) < 0.98
    assert answers.bound(np.arange(9.0), 0.9) == 8.0


@pytest.mark.slow
def test_kept_runs_that_were_held_out_lie_within_the_stated_error(site):
    """Nine in ten of the kept points, over all differences that are shown; one in twenty may be chance."""
    answers, kept = site("slider_answers"), site("kept_tables").Kept()
    table = pd.read_csv(kept.sliders)
    places = site("slider_page").places_of(table)
    found = {
        name: within(answers, places, table[table["outcome"] == name].sort_values("point")["diff"].to_numpy())
        for name in answers.SHOWN
    }
    assert np.mean(list(found.values())) >= 0.85
    assert min(np.mean(inside) for inside in found.values()) >= 0.75


@pytest.mark.slow
def test_what_was_made_by_another_model_is_said_on_the_page(site, kept, monkeypatch):
    pages, sliders = site("site_pages"), site("slider_page")
    assert pages.unlike(kept.made_by(), sources_hash()) == []
    warnings = pages.unlike(kept.made_by(), "other")
    assert "The numbers of the sliders: made by version" in warnings[0]
    assert "docs/remake.py" in warnings[0]
    text = sliders.page_of(kept, pages.Frame(warnings=warnings))
    assert f"made by version {sources_hash()} of the model" in text
    assert "Take care." in text


def test_versions_that_give_the_same_numbers_are_those_that_live_alike(site):
    """Whoever changes a number of the model changes the hash there, and whoever changes none adds the version to its line."""
    structures = (ROOT / "tests" / "simulation" / "test_structures.py").read_text(encoding="utf-8")
    as_shipped = re.search(r'^AS_SHIPPED = "(\w+)"$', structures, re.MULTILINE)[1]
    assert list(site("site_pages").SAME_NUMBERS) == [as_shipped]
    assert sources_hash() in site("site_pages").SAME_NUMBERS[as_shipped]


def test_kept_tables_are_small_and_of_one_model(site):
    kept = site("kept_tables").Kept()
    assert kept.sliders.is_file()
    assert kept.absent() == []
    assert site("site_pages").unlike(kept.made_by(), sources_hash()) == []
    size = sum(path.stat().st_size for path in kept.folder.rglob("*") if path.is_file())
    assert size < 5_000_000


def test_every_lesson_is_kept_as_it_asks_now(site):
    """A slider that was changed and not run again is refused."""
    lessons, kept = site("kept_lessons"), site("kept_tables").Kept()
    assert set(kept.lessons()) == set(options.find("lesson"))
    assert len(lessons.pages(kept)) == len(kept.lessons())
    told = kept.lessons()["climate"]
    file = options.find("lesson")["climate"]
    assert lessons.with_words("climate", told, file)["lesson"]["title"] == told["lesson"]["title"]
    told["lesson"]["sliders"][0]["values"] = [0.1, 0.286]
    with pytest.raises(lessons.Moved, match="lesson climate: its sliders"):
        lessons.with_words("climate", told, file)


@pytest.mark.unhurried
def test_links_between_documents_lead_to_pages(site):
    pages = site("site_pages")
    known = pages.documents()
    text = pages.document_page(DOCS.relative_to(ROOT) / "how-to" / "teach.md", known, pages.Frame())
    assert 'href="../lessons/climate.html"' in text
    assert 'id="in-the-classroom"' in text
    there = {pages.address_of(each) for each in known}
    for document in known:
        text = pages.document_page(document, known, pages.Frame())
        assert "<!--" not in text
        assert "<script>" not in text
        for link in re.findall(r'href="([^":#]+)(?:#[^"]*)?"', text):
            target = (ROOT / pages.address_of(document)).parent / link
            address = target.resolve().relative_to(ROOT).as_posix()
            assert address in there or address in {"index.html", "sliders.html", "map.html"}, (document, link)


def test_on_a_phone_each_line_of_a_table_says_what_it_is(site, tmp_path, monkeypatch):
    """Rows are cards there; a cell is named by the words over it, and one with none over it by nothing."""
    pages = site("site_pages")
    (tmp_path / "page.md").write_text(
        "| place | of *all* | |\n| --- | --- | --- |\n| Leeds | 3 | met |\n| York | 4 | |\n"
    )
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    text = pages.document_page(Path("page.md"), [], pages.Frame())
    assert re.findall(r'<td data-head="([^"]*)">([^<]*)', text) == [
        ("place: ", "Leeds"),
        ("of all: ", "3"),
        ("", "met"),
        ("place: ", "York"),
        ("of all: ", "4"),
        ("", ""),
    ]


@pytest.mark.slow
def test_the_sliders_table_and_the_answer_above_it_go_by_one_rule(site):
    """What the answer calls too small to matter no cell calls better, and the other way round."""
    table, page = pd.read_csv(site("kept_tables").Kept().sliders), site("slider_page")
    told = page.shown(site("slider_answers").answers(table, page.places_of(table)))
    words = {each.title: each.words for each in load_outcomes().values() if each.family != "money"}
    found = set()
    for outcome in (each for each in told["outcomes"] if each["title"] in words):
        for at, feel in zip(outcome["at"], told["feel"], strict=True):
            small = outcome["shown"][at][1] == "too small to matter"
            listed = told["feels"][feel].partition("Too small to matter: ")[2].partition(".")[0]
            assert small == (words[outcome["title"]] in listed)
            found.add(small)
    assert found == {True, False}, "both are met with"


def test_a_page_without_a_policy_is_not_taken(site, tmp_path):
    pages = site("site_pages")
    with pytest.raises(pages.Unsafe, match="no content policy"):
        pages.write(tmp_path / "watch.html", "<html><title>A town</title></html>")
    assert not (tmp_path / "watch.html").exists()


def test_croydons_answer_is_that_of_the_readme(site):
    home = site("home_page")
    brief, times = home.croydon(home.SCREEN.read_text(encoding="utf-8"))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"{brief.headline}." in readme
    assert all(f"{line.label}. {line.text}" in readme for line in brief.lines)
    assert f"{times} replications" in readme


def test_a_folder_that_holds_something_else_is_left_alone(site, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert site("build_site").main([str(tmp_path)]) == 2
    assert "holds something that is no site" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_kept_folder_opens_again(site, tmp_path):
    folders, out = site("kept_folders"), tmp_path / "out"
    out.mkdir()
    pd.DataFrame({"a": [1.5], "citizens@x": [2.0], "left@x": [3.0]}).to_parquet(out / "runs.parquet")
    (out / "summary.csv").write_text("a\n1\n")
    (out / "manifest.json").write_text(json.dumps({"question": "compare", "outputs": {"runs.parquet": "x"}}))
    folders.keep(out, tmp_path / "kept.zip")
    assert folders.manifest_of(tmp_path / "kept.zip") == {"question": "compare"}
    with folders.opened(tmp_path / "kept.zip") as folder:
        assert (folder / "summary.csv").read_text() == "a\n1\n"
        assert list(pd.read_parquet(folder / "runs.parquet")) == ["a", "citizens@x"]
    assert zipfile.is_zipfile(tmp_path / "kept.zip")
