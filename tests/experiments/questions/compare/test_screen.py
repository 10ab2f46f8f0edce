"""What a reader sees: numbers without exponents, tables that fit, sources that are not cut to one side."""

import math
import re

import pandas as pd
import pytest
from rich.console import Console

from experiments.cli import list_options
from experiments.configuration import consistency
from experiments.configuration.consistency import portfolio_of
from experiments.configuration.parse import read_policies
from experiments.questions.compare import screen
from experiments.text import numerals

EXPONENT = re.compile(r"\de[+-]?\d")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1030, "1,030"),
        (0.0008, "0.000800"),
        (0, "0"),
        (9.996, "10.0"),
        (99.96, "100"),
        (1.2e7, "12,000,000"),
        (-0.5, "-0.500"),
        (1e-9, "0"),
        (float("nan"), "-"),
    ],
)
def test_numbers_are_written_plainly(value, words):
    assert numerals.plain(value) == words


def test_numbers_as_configured_keep_their_figures_and_none_of_the_computers():
    assert [numerals.exact(v) for v in (97_500_000.0, 0.00002, 0.1 + 0.2, 100 * 0.028, 0.0)] == [
        "97,500,000",
        "0.00002",
        "0.3",
        "2.8",
        "0",
    ]


@pytest.mark.parametrize(
    ("diff", "low", "high", "whole", "brief"),
    [
        (0.000349, -0.000721, 0.00142, "+0.0003 (-0.0007 to 0.0014)", "+0.0003 ±0.0011"),
        (-1.21, -19.5, 17.1, "-1 (-20 to 17)", "-1 ±18"),
        (0.013, -2.1, 2.1, "0.0 (-2.1 to 2.1)", "0.0 ±2.1"),
        (-1234.0, -1240.0, -1228.0, "-1,234 (-1,240 to -1,228)", "-1,234 ±6"),
    ],
)
def test_decimals_follow_the_wider_of_difference_and_interval(diff, low, high, whole, brief):
    row = {"diff": diff, "ci_lo": low, "ci_hi": high}
    assert (screen.difference(row), screen.difference(row, brief=True)) == (whole, brief)


def wide_run(monkeypatch):
    """A finished run with tiny and huge numbers, and arms with long names."""
    arms = ["status_quo", "rationing", "radical_without_pooling"]
    outcomes = {
        "crises": "per 1,000 people a year",
        "life_satisfaction": "points out of 10",
        "public_spend": "£ per head a year",
        "need_share": "%",
    }
    rows = [
        {
            "outcome": name,
            "title": name.replace("_", " ").capitalize(),
            "unit": unit,
            "horizon": year,
            **dict.fromkeys(arms, size),
            "diff": -size / 7,
            "ci_lo": -size / 3,
            "ci_hi": size / 21,
            "smallest_seen": size / 5,
            "n": 30,
            "winrate": 1.0,
            "wr_lo": 0.21,
            "wr_hi": 1.0,
            "vrf": 5000.0,
            "contrast": f"{arms[2]} minus {arms[1]}",
        }
        for year in (1, 3, 5, 10)
        for (name, unit), size in zip(outcomes.items(), (0.00123, 4.5e-5, 123456.7, 0.5), strict=True)
    ]
    facts = {
        "contrast": [arms[2], arms[1]],
        "arms": arms,
        "years": 10,
        "replicates": 30,
        "place_title": "Anywhere",
        "people_simulated": 35000,
        "scale": 0.1,
        "same_money": "",
    }
    monkeypatch.setattr(screen.pd, "read_csv", lambda path, **how: pd.DataFrame(rows))
    monkeypatch.setattr("experiments.storage.remarks", lambda path: 0)
    monkeypatch.setattr(screen.results_folder, "read_manifest", lambda out: facts)


@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_screen_fits_and_cuts_no_column(width, monkeypatch, tmp_path, capsys):
    wide_run(monkeypatch)
    screen.show(tmp_path, console=Console(width=width, highlight=False))
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines if not line.startswith("Results")) <= width
    assert sum(">999" in line for line in lines) == 4
    assert not [line for line in lines if EXPONENT.search(line) or "…" in line]


def with_vrf(vrf, n=30):
    """Two outcomes at two horizons; the first has the factor given in year 5."""
    rows = [
        {"outcome": name, "title": name.capitalize(), "horizon": year, "n": n, "vrf": 4.0}
        for name in ("crises", "deaths")
        for year in (5, 10)
    ]
    rows[0]["vrf"] = vrf
    return pd.DataFrame(rows)


def test_luck_that_hardly_helps_is_told_by_outcome_and_year():
    words = screen.weak_pairing(with_vrf(1.13), ["crises", "deaths"])
    assert "below 1.2" in words
    assert words.endswith(": Crises, year 5 (1.1).")
    for vrf in (1.21, math.inf, math.nan):
        assert screen.weak_pairing(with_vrf(vrf), ["crises", "deaths"]) == ""


def test_nobody_is_warned_of_other_outcomes_or_by_too_few_pairs():
    assert screen.weak_pairing(with_vrf(0.8), ["deaths"]) == ""
    assert screen.weak_pairing(with_vrf(0.8, n=9), ["crises"]) == ""
    assert screen.weak_pairing(with_vrf(0.8, n=10), ["crises"]) != ""


def test_the_warning_stands_on_the_screen(monkeypatch, tmp_path, capsys):
    wide_run(monkeypatch)
    screen.show(tmp_path, console=Console(width=100, highlight=False))
    assert "hardly helps" not in capsys.readouterr().out
    told = pd.read_csv(None).assign(vrf=1.05, n=30)
    monkeypatch.setattr(screen.pd, "read_csv", lambda path, **how: told)
    screen.show(tmp_path, console=Console(width=100, highlight=False))
    assert "The same luck hardly helps here" in capsys.readouterr().out


def test_a_source_in_a_list_keeps_what_speaks_against_a_design():
    source = "For: " + "it worked very well, " * 20 + "all said. Against: " + "nobody else could repeat it, " * 20
    cut = list_options._cut(source)
    assert "Against: nobody" in cut
    assert len(cut) <= list_options.MOST_LETTERS + 10


def test_a_design_of_ones_own_that_no_portfolio_names_is_told_of(composed, monkeypatch):
    found = dict(consistency.options.find("design"))
    mine = consistency.options.Option("design", "mine", found["reablement"].folder, False)
    monkeypatch.setattr(consistency.options, "find", lambda group, folders=(): {**found, "mine": mine})
    policies = read_policies(composed.data, ["status_quo", "radical"], [])
    (note,) = consistency.never_tried(composed, [*found, "mine"], policies)
    assert "design mine is never tried" in note
    assert "policy.radical.levers.portfolio.designs=[" in note
    assert note.endswith("youth_streetwork,mine]'")
    assert consistency.never_tried(composed, found, policies) == []


def test_a_portfolio_inside_zones_counts(composed):
    policy = read_policies(composed.data, ["zones_pilot"], [])["zones_pilot"]
    assert "housing_first" in portfolio_of(policy)
