"""A headline says what its table says: made-up comparisons are judged by a reader with logic of its own."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from briefs import HEADLINE, OUTCOMES, complaints, grade, made_up

from experiments.analysis.verdicts.headline import MOST_WORDS
from experiments.text.numerals import two

MADE_UP = 200
WARNINGS = ("borrowed", "for more money", "other services pay")


@pytest.mark.unhurried
def test_no_headline_contradicts_its_table():
    wrong = {seed: (found.brief.words, why) for seed in range(MADE_UP) if (why := complaints(found := made_up(seed)))}
    assert wrong == {}


@pytest.mark.unhurried
def test_made_up_comparisons_are_of_every_kind():
    said = " ".join(made_up(seed).brief.headline for seed in range(MADE_UP))
    for words in ("a little better", "worse in others", "other services pay", "on borrowed money", "for less money",
                  "for more money", "oo few runs", "neither undoes the cut", "beats", "o clear difference",
                  "unless freer management backfires", "other services gain"):  # fmt: skip
        assert words in said, words


@pytest.mark.parametrize(
    ("outcome", "change", "why"),
    [
        ("crises", {"diff": 9.0, "ci_lo": 8.0, "ci_hi": 10.0}, "better"),
        ("deficit", {"diff": 90.0, "ci_lo": 80.0, "ci_hi": 99.0}, "keeps silent of who pays"),
    ],
)
def test_the_reader_notices_what_a_headline_leaves_out(outcome, change, why):
    """The brief of one table held against another: the reader must complain."""
    silent = [a for a in map(made_up, range(MADE_UP)) if not any(w in a.brief.headline for w in WARNINGS)]
    won = [a for a in silent if "beats" in a.brief.headline or "does better" in a.brief.headline]
    good = next(a for a in won if all(len(arm.split("_")) <= 2 for arm in a.contrast))
    other = good.table.copy()
    other.loc[other["outcome"] == outcome, list(change)] = list(change.values())
    forged = replace(good, table=other)
    forged.__dict__["brief"] = good.brief
    assert why in complaints(forged)


def test_a_brief_reads_at_grade_eight_or_below():
    hardest = max((made_up(seed) for seed in range(MADE_UP)), key=lambda found: grade(found.brief.words))
    assert grade(hardest.brief.words) <= 8, hardest.brief.words


def test_the_grade_is_that_of_the_formula():
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade("Redistribution of expenditure necessitates administrative coordination.") > 20


@pytest.mark.parametrize("seed", range(12))
def test_names_of_any_length_leave_a_headline_short(seed):
    found = made_up(seed)
    called = dict.fromkeys(found.contrast, "a policy with a name that nobody would want to read aloud at any meeting")
    assert len(found.briefly(called).headline.split()) <= MOST_WORDS


def test_where_only_some_outcomes_were_recorded_the_rest_is_not_spoken_of():
    found = made_up(3)
    alone = replace(found, table=found.table[found.table["outcome"] == "crises"])
    assert complaints_free(alone)
    bare = replace(alone, facts=type(found.facts)())
    assert "was not worked out" in bare.brief.words


def complaints_free(found):
    """Whether a brief could be written and says nothing of what is not in its table."""
    words = found.brief.words
    return not [OUTCOMES[name].words for name in HEADLINE if name != "crises" and f"{OUTCOMES[name].words} (" in words]


@pytest.mark.parametrize(
    ("value", "words"),
    [(13.8, "14"), (226.4, "230"), (-0.0373, "0.037"), (42_322, "42,000"), (0.0, "0"), (9.96, "10"), (2.0, "2"),
     (math.nan, "not known")],
)  # fmt: skip
def test_two_figures_are_all_that_words_hold(value, words):
    assert two(value) == words


def turned_round(answer):
    """The same comparison, asked the other way round."""

    def turn(table, low="ci_lo", high="ci_hi", value="diff", what="contrast"):
        swapped = table.copy()
        swapped[value], swapped[low], swapped[high] = -table[value], -table[high], -table[low]
        return swapped.assign(**{what: " minus ".join(reversed(answer.contrast))})

    facts = answer.facts
    economics = None if facts.economics is None else turn(facts.economics, "lo", "hi", "value", "comparison")
    parts = None if facts.components is None else turn(facts.components)
    return replace(answer, table=turn(answer.table), facts=replace(facts, economics=economics, components=parts))


def test_asking_the_other_way_round_drops_no_warning():
    turned = {"hangs": 0, "pays": 0}
    for answer in map(made_up, range(MADE_UP)):
        if answer.facts.components is None or any(len(arm.split("_")) > 2 for arm in answer.contrast):
            continue
        one, other = answer.brief.headline, turned_round(answer).brief.headline
        hangs = "unless freer management backfires"
        assert (hangs in one) == (hangs in other), (one, other)
        turned["hangs"] += hangs in one
        for pay, gain in (("other services pay", "other services gain"), ("other services gain", "other services pay")):
            if pay in one and "more money" not in other and "borrowed" not in other:
                assert gain in other, (one, other)
                turned["pays"] += 1
    assert all(turned.values()), turned


def test_luck_that_left_pairs_alike_is_told():
    answer = next(a for a in map(made_up, range(MADE_UP)) if "Luck: " in a.brief.words)
    table = answer.table.assign(ties=7)
    assert ", and just the same in 7." in replace(answer, table=table).brief.words
    assert "just the same in" not in answer.brief.words


def test_what_society_is_left_with_where_management_only_costs_effort_is_told():
    answer = next(a for a in map(made_up, range(MADE_UP)) if "Freer management is" in a.brief.words)
    row = {"contrast": " minus ".join(answer.contrast), "part": "only_effort", "horizon": answer.year}
    for size, low, high, expected in (
        (-520.0, -892.0, -449.0, "and society would be £520 worse off."),
        (72.0, -49.0, 300.0, "and society would be £72 better off (could be luck)."),
    ):
        valued = pd.DataFrame([{**row, "diff": size, "ci_lo": low, "ci_hi": high}])
        told = replace(answer, facts=replace(answer.facts, valued=valued)).brief.words
        assert expected in told


def test_too_few_pairs_to_see_even_the_whole_cannot_say_what_is_lost():
    hangs = "unless freer management backfires"
    answer = next(a for a in map(made_up, range(MADE_UP)) if hangs in a.brief.headline)
    parts = answer.facts.components.copy()
    whole = parts["part"] == "whole"
    parts.loc[whole, ["ci_lo", "ci_hi"]] = [-99.0, 99.0]
    unsure = replace(answer, facts=replace(answer.facts, components=parts)).brief
    assert hangs not in unsure.headline
    assert "more runs are needed to say what is left" in unsure.words


def test_no_change_that_does_better_is_not_read_as_nothing_doing_better():
    said = [made_up(seed).brief.headline for seed in range(MADE_UP)]
    assert not any("o change beats" in each or "o change does" in each for each in said)
    assert any("arrying on" in each for each in said)
    assert not any("crises or need for" in each or "crises or need on" in each for each in said)


def test_a_sum_of_gaps_that_are_each_too_small_is_said_to_be_one():
    words = "It adds up gaps that are each too small to matter."
    answer = next(a for a in map(made_up, range(MADE_UP)) if "All in all society is" in a.brief.words)
    economics = answer.facts.economics.copy()
    economics.loc[economics["measure"] == "social_value", ["value", "lo", "hi"]] = [130.0, 100.0, 160.0]
    clear, small = replace(answer.facts, economics=economics), answer.table.copy()
    for name in ("life_satisfaction", "public_spend_total"):
        matters = OUTCOMES[name].matters
        small.loc[small["outcome"] == name, ["diff", "ci_lo", "ci_hi"]] = [matters / 2, matters / 3, matters / 1.5]
    assert words in replace(answer, table=small, facts=clear).brief.words
    small.loc[small["outcome"] == "life_satisfaction", ["diff", "ci_lo", "ci_hi"]] = [0.3, 0.2, 0.4]
    assert words not in replace(answer, table=small, facts=clear).brief.words
