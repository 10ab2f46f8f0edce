"""What the guide to the lab says of each ready-made comparison is what comes out when it is run again, to the last digit told."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.verdicts.sentence import verdict
from experiments.lab import configuration
from experiments.lab.benches import worker
from experiments.lab.lay_words import pages
from experiments.lab.state import read_state

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "lab.md"
RUNS = {"redesign_loses": 12}
SAID = {
    "ration": [
        ("crises", 10, 1, "{size} more crises per 1,000 people ({low} to {high})"),
        ("need_share", 10, 1, "{size} points more people in need ({low} to {high})"),
        ("refused", 10, 0, "{size} more refused per 1,000 ({low} to {high})"),
        ("public_spend", 10, 0, "£{size} a head less spent ({low} to {high})"),
    ],
    "redesign": [
        ("crises", 10, 1, "{size} fewer crises per 1,000 than under rationing ({low} to {high})"),
        ("need_share", 10, 1, "{size} points fewer in need ({low} to {high})"),
    ],
    "same_levers": [],
    "without_pooling": [
        ("crises", 10, 1, "{size} fewer crises ({low} to {high})"),
        ("need_share", 10, 1, "{size} points fewer in need ({low} to {high})"),
    ],
    "slow_start": [
        ("wait_mean", 5, 2, "people wait {size} months longer than under rationing ({low} to {high})"),
        ("need_share", 10, 1, "{size} points fewer in need ({low} to {high})"),
    ],
    "rationing_looks_fine": [
        ("crises", 2, 1, "crises (+{size}, −{low} to {high})"),
        ("need_share", 2, 2, "people in need (+{size} points, −{low} to {high})"),
        ("refused", 2, 0, "{size} more per 1,000 are refused already ({low} to {high})"),
    ],
    "redesign_loses": [
        ("wait_mean", 2, 2, "people wait {size} months longer than under rationing ({low} to {high})"),
        ("refused", 2, 0, "{size} fewer per 1,000 are refused ({low} to {high})"),
    ],
    "child_poverty": [],
    "education": [("wait_mean", 10, 1, "in education the wait is {size} months shorter ({low} to {high})")],
    "climate": [("need_share", 10, 1, "climate and obesity have {size} ({low} to {high})")],
    "obesity": [("need_share", 10, 1, "and {size} points ({low} to {high}) fewer people in need")],
    "community_policing": [
        ("refused", 10, 1, "{size} more refused per 1,000 ({low} to {high})"),
        ("wait_mean", 10, 2, "waits {size} months longer ({low} to {high})"),
    ],
    "patient_hotels": [],
}
"""By preset: outcome, year, decimals, and the words around its difference in the guide."""
FEWER = "fewer", "less", "shorter", "climate and obesity have"
UNTOLD = {
    "redesign": ["refused", "wait_mean", "public_spend"],
    "slow_start": ["crises"],
    "rationing_looks_fine": ["crises", "need_share"],
    "redesign_loses": ["crises", "need_share"],
    "child_poverty": ["crises", "need_share", "life_satisfaction_in_need", "refused", "wait_mean", "public_spend"],
    "education": ["crises", "need_share", "refused"],
    "climate": ["crises", "refused", "wait_mean"],
    "obesity": ["crises", "refused", "wait_mean"],
    "community_policing": ["crises", "need_share"],
    "patient_hotels": ["crises", "need_share", "refused", "wait_mean", "public_spend"],
}
"""By preset: outcomes whose difference, in the last year, the guide says cannot be told or is too small to matter."""


def row_of(name):
    """The line of the guide's table about a preset, by the name that its button has."""
    title = pages()["presets"][name]["title"]
    found = [
        line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("|") and f"*{title}*" in line
    ]
    assert len(found) == 1, f"{title} stands in {len(found)} rows"
    return found[0]


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    return tmp_path_factory.mktemp("settled")


def ended(name, seed, folder, settled):
    """The preset run as a visitor would run it: every outcome's difference, by outcome and year."""
    state = read_state({key: str(value) for key, value in pages()["presets"][name]["address"].items()})
    state = replace(state, seed=seed, replicates=RUNS.get(name, state.replicates))
    configuration.write(state, folder / "own")
    worker.run(folder / "own", folder / "lab", settled, lambda what, **more: None)
    return pd.read_csv(next((folder / "lab").iterdir()) / "summary.csv").set_index(["outcome", "horizon"])


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SAID))
def test_the_guide_says_of_every_preset_what_comes_out(name, tmp_path, settled):
    (tmp_path / "lab").mkdir()
    table, row = ended(name, 1, tmp_path, settled), row_of(name)
    for outcome, year, decimals, words in SAID[name]:
        found = table.loc[(outcome, year)]
        low, high = sorted(abs(found[end]) for end in ("ci_lo", "ci_hi"))
        if found["ci_lo"] < 0 < found["ci_hi"]:
            low, high = -found["ci_lo"], found["ci_hi"]
        said = words.format(
            **{k: f"{v:.{decimals}f}" for k, v in {"size": abs(found["diff"]), "low": low, "high": high}.items()}
        )
        assert said in row
        assert (found["diff"] < 0) == any(word in words for word in FEWER)
    last = table.index.get_level_values("horizon").max()
    verdicts = {
        outcome: verdict(load_outcomes()[outcome], *table.loc[(outcome, last), ["diff", "ci_lo", "ci_hi"]])
        for outcome in UNTOLD.get(name, [])
    }
    assert set(verdicts.values()) <= {"unclear", "small", "same"}, verdicts
    if name == "same_levers":
        assert (table["diff"] == 0).all()


@pytest.mark.slow
def test_the_guide_says_how_redesign_loses_with_other_luck(tmp_path, settled):
    waits = []
    for seed in (2, 3):
        (tmp_path / str(seed) / "lab").mkdir(parents=True)
        found = ended("redesign_loses", seed, tmp_path / str(seed), settled).loc[("wait_mean", 2)]
        assert found["ci_lo"] > 0
        waits.append(f"{found['diff']:.2f}")
    assert f"with luck numbers 2 and 3 {waits[0]} and {waits[1]}" in row_of("redesign_loses")


def test_every_preset_stands_in_the_guide():
    assert set(SAID) == set(pages()["presets"])
    for name in SAID:
        row_of(name)
