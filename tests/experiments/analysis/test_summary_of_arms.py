"""The comparison of two arms favours neither: swapping them only turns signs and words round."""

import math
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.statistics.catalogue import Outcome, load_outcomes, read_outcomes
from experiments.analysis.statistics.equal_money import SAME_MONEY_TOLERANCE
from experiments.analysis.statistics.outcomes import Panel, expand, outcome_values
from experiments.analysis.statistics.summary import (
    horizons_for,
    paired_table,
    plain_sentence,
    same_money_check,
    summarise,
)
from experiments.analysis.verdicts.sentence import listed, number, signed, verdict

SHIPPED = load_outcomes()
MakeRuns = Callable[..., pd.DataFrame]
ABOUT = ["outcome", "title", "unit", "better", "horizon"]
PAIRED = [
    "contrast",
    "diff",
    "sd_diff",
    "ci_lo",
    "ci_hi",
    "ci_method",
    "smallest_seen",
    "median",
    "p5",
    "p95",
    "winrate",
    "wr_lo",
    "wr_hi",
    "wins",
    "ties",
    "n",
    "vrf",
    "stop_rule_met",
    "uncertainty_type",
]
SWAPPED = {"better": "worse", "worse": "better", "higher": "lower", "lower": "higher"}


@pytest.fixture
def different(made_up_runs: MakeRuns) -> pd.DataFrame:
    return made_up_runs({"a": 0.0, "b": 1.0}, replications=8)


@pytest.mark.parametrize(
    ("years", "expected"),
    [(1, [1]), (2, [1, 2]), (3, [1, 3]), (10, [1, 3, 5, 10]), (12, [1, 3, 5, 10, 12]), (30, [1, 3, 5, 10, 20, 30])],
)
def test_horizons(years: int, expected: list[int]) -> None:
    assert horizons_for(years) == expected


def test_a_run_lasts_at_least_a_year() -> None:
    with pytest.raises(ValueError, match="years is 0"):
        horizons_for(0)


def test_summary_has_the_columns_and_a_row_per_outcome_and_horizon(made_up_runs: MakeRuns) -> None:
    record = made_up_runs({"a": 0.0, "b": 1.0}, replications=3, years=3)
    summary = summarise(record, SHIPPED, ("a", "b"))
    assert list(summary.columns) == [*ABOUT, "a", "b", *PAIRED]
    assert sorted(set(summary["horizon"])) == [1, 3]
    assert not summary.duplicated(["outcome", "horizon"]).any()
    assert set(summary["contrast"]) == {"a minus b"}
    assert set(summary["n"]) == {3}
    assert not summary["stop_rule_met"].any()
    assert set(summary["uncertainty_type"]) == {"chance"}


def test_difference_is_first_minus_second(different: pd.DataFrame) -> None:
    row = summarise(different, {"crises": SHIPPED["crises"]}, ("b", "a")).iloc[0]
    values = outcome_values(different, {"crises": SHIPPED["crises"]}, [1])
    mean = values.groupby("arm")["value"].mean()
    assert row["a"] == pytest.approx(mean["a"])
    assert row["diff"] == pytest.approx(mean["b"] - mean["a"])
    assert row["ci_lo"] <= row["diff"] <= row["ci_hi"]
    assert row["wins"] + row["ties"] <= row["n"] == 8


def test_swapping_arms_negates_every_number(different: pd.DataFrame) -> None:
    here = summarise(different, SHIPPED, ("a", "b"))
    there = summarise(different, SHIPPED, ("b", "a"))
    mirror = {"diff": "diff", "ci_lo": "ci_hi", "ci_hi": "ci_lo", "median": "median", "p5": "p95"}
    for column, other in mirror.items():
        np.testing.assert_array_equal(here[column], -there[other], err_msg=column)
    for column in ("sd_diff", "vrf", "ties", "n", "ci_method", "stop_rule_met", "a", "b"):
        pd.testing.assert_series_equal(here[column], there[column])
    judged = here["better"] != "neither"
    np.testing.assert_allclose((here["winrate"] + there["winrate"])[judged], 1)
    assert here["winrate"][~judged].isna().all()
    assert here["wins"][~judged].isna().all()
    assert (here["wins"] + there["wins"] + here["ties"])[judged].eq(here["n"][judged]).all()


def test_swapping_arms_swaps_the_sentence_and_nothing_else(different: pd.DataFrame) -> None:
    def clauses(contrast: tuple[str, str]) -> list[set[str]]:
        sentence = plain_sentence(summarise(different, SHIPPED, contrast), SHIPPED, contrast)
        start = f"After 1 year with the same luck, {contrast[0]} compared with {contrast[1]}, "
        start += "for people and services: "
        assert sentence.startswith(start)
        assert sentence.endswith(".")
        return [set(part.split("; ")) for part in sentence[len(start) : -1].split(", and in money: ")]

    def turned(clause: str) -> str:
        word, rest = clause.split(" ", 1)
        return f"{SWAPPED.get(word, word)} {rest.translate(str.maketrans('+-', '-+'))}".replace("quality+", "quality-")

    here, there = clauses(("a", "b")), clauses(("b", "a"))
    assert len(here) == len(there) == 2
    assert [{turned(clause) for clause in part} for part in here] == there
    assert here != there


def test_identical_arms_differ_by_exactly_nothing(made_up_runs: MakeRuns) -> None:
    record = made_up_runs({"a": 1.0, "b": 1.0}, replications=40)
    summary = summarise(record, SHIPPED, ("a", "b"))
    for column in ("diff", "sd_diff", "ci_lo", "ci_hi", "median", "p5", "p95"):
        assert (summary[column] == 0.0).all(), column
    assert (summary["ties"] == 40).all()
    assert summary["winrate"].isna().all()
    assert np.isinf(summary["vrf"]).all()
    assert summary["stop_rule_met"].all()
    sentence = plain_sentence(summary, SHIPPED, ("a", "b"))
    assert sentence.count("exactly the same on") == 2
    assert not any(word in sentence for word in ("better", "worse", "higher", "lower", "tell apart"))
    assert "had the same public money per head (0.00% apart" in same_money_check(record, ("a", "b"))


def test_one_replication_has_no_interval_and_the_sentence_says_so(made_up_runs: MakeRuns) -> None:
    record = made_up_runs({"a": 0.0, "b": 1.0}, replications=1)
    summary = summarise(record, SHIPPED, ("a", "b"))
    assert summary["ci_lo"].isna().all()
    assert (summary["ci_method"] == "undefined: one pair").all()
    sentence = plain_sentence(summary, SHIPPED, ("a", "b"))
    assert "too few runs to say on crises begun" in sentence
    assert "better" not in sentence


def test_a_replication_without_a_value_is_left_out_of_the_pairs(different: pd.DataFrame) -> None:
    holed = different.copy()
    holed.loc[(holed["arm"] == "a") & (holed["replication"] == 2), "admitted"] = 0
    row = summarise(holed, {"wait_mean": SHIPPED["wait_mean"]}, ("a", "b")).iloc[0]
    assert row["n"] == 7
    assert math.isfinite(row["diff"])


@pytest.mark.parametrize(
    ("contrast", "said"),
    [
        (("a", "c"), "names the arm 'c', which was not run; arms: a, b"),
        (("a",), "give two arms, first minus second"),
        ("ab", "give two arms"),
    ],
)
def test_contrast_errors(different: pd.DataFrame, contrast: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        summarise(different, SHIPPED, contrast)


def test_arms_need_common_replications_and_names_of_their_own(different: pd.DataFrame) -> None:
    apart = different.assign(replication=different["replication"] + 100 * (different["arm"] == "b"))
    with pytest.raises(ValueError, match="share no replication"):
        summarise(apart, SHIPPED, ("a", "b"))
    with pytest.raises(ValueError, match="may not be called 'diff'"):
        summarise(different.replace({"arm": {"a": "diff"}}), SHIPPED, ("diff", "b"))


def test_paired_table_has_a_row_per_replication_year_and_outcome(made_up_runs: MakeRuns) -> None:
    record = made_up_runs({"a": 0.0, "b": 1.0, "other": 2.0}, replications=3, years=2)
    table = paired_table(record, SHIPPED, ("b", "a"))
    single = expand(SHIPPED, list(Panel.of(record).measures()))
    assert len(table) == 3 * 2 * len(single)
    assert list(table.columns) == ["outcome", "unit", "contrast", "replication", "year", "first", "second", "diff"]
    last = table[(table["outcome"] == "crises") & (table["year"] == 2)]
    summary = summarise(record, {"crises": SHIPPED["crises"]}, ("b", "a"), [2])
    assert last["diff"].mean() == pytest.approx(summary["diff"].item())
    assert set(last["unit"]) == {"per 1,000 people a year"}


def of(family: str, better: str, matters: float | None = None) -> Outcome:
    """Makes an outcome to judge."""
    entry = {
        "title": "It",
        "unit": "each",
        "better": better,
        "family": family,
        "numerator": ["it"],
        "denominator": "none",
        "factor": 1,
        "window": "end",
        "description": "It.",
        "matters": matters,
    }
    return read_outcomes({"it": entry})["it"]


def test_verdicts() -> None:
    assert verdict(of("lives", "lower"), -2, -3, -1) == "better"
    assert verdict(of("lives", "lower"), 2, 1, 3) == "worse"
    assert verdict(of("services", "higher"), 2, 1, 3) == "better"
    assert verdict(of("services", "neither"), 2, 1, 3) == "higher"
    assert verdict(of("money", "lower"), -2, -3, -1) == "lower"
    assert verdict(of("money", "lower"), 2, 1, 3) == "higher"
    assert verdict(of("lives", "lower"), -2, -5, 1) == "unclear"
    assert verdict(of("lives", "lower"), -2, -4, 0) == "unclear"
    assert verdict(of("lives", "lower", matters=5), -2, -3, -1) == "small"
    assert verdict(of("lives", "lower", matters=3), -2, -3, -1) == "better"
    assert verdict(of("lives", "lower", matters=5), -2, -5, 1) == "unclear"
    assert verdict(of("lives", "lower"), 0, 0, 0) == "same"
    assert verdict(of("lives", "lower"), 1, 1, 1) == "worse"
    assert verdict(of("lives", "lower"), 1, math.nan, math.nan) == "unknown"


def test_sentence_tells_lives_from_money() -> None:
    """Made-up numbers: better lives, worse waits, too close on deaths, dearer."""
    said = {
        "crises": (-12.345, -14, -10),
        "unmet_asks": (-40, -50, -30),
        "wait_mean": (0.4, 0.3, 0.5),
        "deaths": (0.1, -0.2, 0.4),
        "life_satisfaction": (0.001, 0.0005, 0.0015),
        "public_spend": (12.3, 8, 16),
        "deficit": (0.0, -1, 1),
    }
    contrast = "radical minus rationing"
    rows = [
        {"outcome": name, "horizon": 10, "contrast": contrast, "diff": d, "ci_lo": lo, "ci_hi": hi}
        for name, (d, lo, hi) in said.items()
    ]
    rows.append({**rows[0], "horizon": 3, "diff": 99.0})
    unmarked = {name: outcome.model_copy(update={"spoken": False}) for name, outcome in SHIPPED.items()}
    assert plain_sentence(pd.DataFrame(rows), unmarked, ("radical", "rationing")) == (
        "After 10 years with the same luck, radical compared with rationing, for people and services: "
        "worse on mean wait (+0.4 months); better on crises begun (-12 per 1,000 people a year) and unmet asks "
        "(-40 per 1,000 people a year); too small a difference to matter on everybody's life "
        "satisfaction (+0.001 points out of 10); could not tell apart on deaths, and in money: higher on "
        "public spending (+£12 per head a year); too small a difference to matter on deficits since the policy date."
    )


@pytest.mark.parametrize(
    ("diff", "said"),
    [
        (5.0, "worse on deaths (+5"),
        (-5.0, "better on crises begun (-5 per 1,000 people a year) and deaths (-5"),
        (0.5, ""),
    ],
)
def test_sentence_names_of_what_is_not_spoken_every_gain_and_loss_and_nothing_else(diff, said) -> None:
    """Losses first; what cannot be told from chance is left out unless it is spoken."""
    common = {"horizon": 1, "contrast": "a minus b"}
    better = {"diff": -5.0, "ci_lo": -6.0, "ci_hi": -4.0}
    summary = pd.DataFrame(
        [
            {"outcome": "crises", **common, **better},
            {"outcome": "deaths", **common, "diff": diff, "ci_lo": diff - 1, "ci_hi": diff + 1},
        ]
    )
    assert SHIPPED["crises"].spoken
    assert not SHIPPED["deaths"].spoken
    sentence = plain_sentence(summary, SHIPPED, ("a", "b"))
    assert "better on crises begun" in sentence
    assert said in sentence
    assert ("deaths" in sentence) is bool(said)
    assert sentence.find("worse on") < sentence.find("better on")


def test_sentence_refuses_another_contrast_or_nothing_to_say(different: pd.DataFrame) -> None:
    summary = summarise(different, SHIPPED, ("a", "b"))
    with pytest.raises(ValueError, match="not b minus a"):
        plain_sentence(summary, SHIPPED, ("b", "a"))
    with pytest.raises(ValueError, match="no headline outcome"):
        plain_sentence(summary[summary["outcome"] == "morale"], SHIPPED, ("a", "b"))


def test_numbers_in_words() -> None:
    assert [number(each) for each in (1234.5, 100.4, 99.94, 1.005, 0.01234, 0)] == [
        "1,234",
        "100",
        "99.9",
        "1.00",
        "0.0123",
        "0",
    ]
    assert signed(-1234.5, "£ per head") == "-£1,234 per head"
    assert signed(1.5, "%") == "+1.50 percentage points"
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_same_money_is_what_was_spent_and_what_was_kept(hand_made: pd.DataFrame) -> None:
    """An arm that keeps cash has had the same money, and has spent less of it."""
    assert same_money_check(hand_made, ("steady", "cheaper")) == (
        "Over 2 years the arms had the same public money per head (0.00% apart, within 0.5%): steady spent £32 and "
        "kept £0, cheaper spent £30 and kept £2. Spent per head beyond every budget and reserve (deficit): "
        "steady £0.00, cheaper £0.08."
    )
    money = [name for name in hand_made if name.partition(".")[0] in ("spend", "deficit", "envelope")]
    exactly = hand_made.assign(**{name: 10_000 * hand_made[name] for name in money})
    assert same_money_check(exactly, ("steady", "cheaper")) == (
        "Over 2 years the arms had the same public money per head (0.00% apart, within 0.5%): steady spent £320,000 and "
        "kept £0, cheaper spent £304,000 and kept £16,000. Spent per head beyond every budget and reserve (deficit): "
        "steady £0.00, cheaper £800.00."
    )


def test_same_money_within_tolerance(hand_made: pd.DataFrame) -> None:
    """Of 200,000 pence a month half a per cent of both arms' mean is 1,002; who spends from reserves is said to."""
    closer = hand_made.assign(**{"deficit.nhs": 0})
    richer = closer["arm"].eq("cheaper")
    closer.loc[richer, "envelope.housing"] = 68_900
    check = same_money_check(closer, ("steady", "cheaper"))
    assert 0 < float(re.search(r"the same public money per head \(([\d.]+)% apart, within 0\.5%\)", check)[1]) < 0.5
    assert SAME_MONEY_TOLERANCE == 0.005
    assert check.endswith("No arm ran a deficit.")
    closer.loc[richer, "envelope.housing"] = 58_000
    other = same_money_check(closer, ("steady", "cheaper"))
    for told in (other, same_money_check(closer, ("cheaper", "steady"))):
        assert "DIFFERENT amounts of public money per head (5.13% apart, more than 0.5%)" in told
    closer.loc[richer, "envelope.housing"] = 48_000
    assert "cheaper spent £30 and used £2 of reserves" in same_money_check(closer, ("steady", "cheaper"))


def test_same_money_errors(hand_made: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="arm 'radical' was not run; arms: steady, cheaper"):
        same_money_check(hand_made, ("steady", "radical"))
    with pytest.raises(ValueError, match="at least two arms"):
        same_money_check(hand_made, ("steady",))
