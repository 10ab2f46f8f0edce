"""The catalogue is whole, sound and says exactly what is wrong with an entry that is not."""

import fnmatch
import re

import pytest

from experiments.analysis.statistics.catalogue import expand, load_outcomes, matches, read_outcomes, resolve, select

ENTRY = {
    "title": "Crises",
    "unit": "per 1,000",
    "better": "lower",
    "family": "lives",
    "numerator": ["crises"],
    "denominator": ["citizens"],
    "factor": 12000,
    "window": "year",
    "description": "Crises begun.",
}
SPEND = [
    "spend.nhs.obesity.prevention.staff",
    "spend.nhs.obesity.acute.staff",
    "spend.nhs.transfer",
    "spend.housing.other_services",
    "spend.households.informal_care",
    "citizens",
    "citizens@fifth_1",
]


def test_shipped_catalogue_loads_and_covers_every_family() -> None:
    outcomes = load_outcomes()
    assert 35 <= len(outcomes) <= 60
    assert {outcome.family for outcome in outcomes.values()} == {"lives", "services", "money", "workforce", "redesign"}
    assert len({outcome.title for outcome in outcomes.values()}) == len(outcomes)


def test_shipped_headlines_are_few_judged_and_balanced_between_lives_and_money() -> None:
    headlines = [outcome for outcome in load_outcomes().values() if outcome.headline]
    money = [outcome for outcome in headlines if outcome.family == "money"]
    assert 10 <= len(headlines) - len(money) <= 12
    assert 2 <= len(money) <= 4
    assert all(outcome.matters and outcome.better != "neither" for outcome in headlines)
    assert {outcome.family for outcome in headlines} == {"lives", "services", "money"}


def test_every_public_spending_entry_leaves_out_households_and_transfers() -> None:
    for name, outcome in load_outcomes().items():
        for pattern in outcome.numerator:
            if pattern.startswith("spend."):
                plain = re.sub(r"\{\w+\}", "*", pattern).replace("**", "*")
                for kept_out in ("spend.households.transfer", "spend.nhs.a.core.transfer", "spend.nhs.transfer"):
                    if fnmatch.fnmatchcase(kept_out, plain):
                        assert any(matches(each, kept_out) for each in outcome.exclude), (name, kept_out)


def test_patterns_match_part_by_part() -> None:
    def hits(pattern: str) -> list[str]:
        return [name for name in SPEND if matches(pattern, name)]

    assert hits("spend.*.*.prevention.*") == SPEND[:1]
    assert hits("spend.*.*") == SPEND[2:5]
    assert hits("spend.**") == SPEND[:5]
    assert hits("spend.**.transfer") == ["spend.nhs.transfer"]
    assert hits("citizens") == ["citizens"]
    assert hits("**") == SPEND[:6]


def test_exclude_takes_from_patterns_and_never_from_names_in_full() -> None:
    entry = {**ENTRY, "numerator": ["spend.**"], "denominator": ["spend.nhs.transfer"]}
    exclude = ["spend.households.**", "spend.**.transfer"]
    outcome = read_outcomes({"spend": {**entry, "exclude": exclude}})["spend"]
    assert resolve(outcome, "numerator", SPEND) == [*SPEND[:2], "spend.housing.other_services"]
    assert resolve(outcome, "denominator", SPEND) == ["spend.nhs.transfer"]


def test_a_measure_brought_in_twice_counts_once() -> None:
    twice = read_outcomes({"spend": {**ENTRY, "numerator": ["spend.nhs.**", "spend.*.transfer"]}})["spend"]
    assert resolve(twice, "numerator", SPEND) == SPEND[:3]


def test_an_entry_per_agency_makes_one_outcome_for_each_recorded() -> None:
    entry = {**ENTRY, "title": "Spend: {agency}", "numerator": ["spend.{agency}.**"]}
    both = {"spend_{agency}": {**entry, "exclude": ["spend.households.**"]}}
    found = expand(read_outcomes(both), SPEND)
    assert {name: outcome.title for name, outcome in found.items()} == {
        "spend_nhs": "Spend: NHS",
        "spend_housing": "Spend: housing",
    }
    assert resolve(found["spend_nhs"], "numerator", SPEND) == SPEND[:3]
    assert expand(found, SPEND) == found
    with pytest.raises(KeyError, match=r"spend_\{agency\}.*numerator 'spend\.\{agency\}\.\*\*' is not recorded"):
        expand(read_outcomes(both), ["citizens"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"better": "bigger"}, "crises.better: Input should be 'lower', 'higher' or 'neither' (found 'bigger')"),
        ({"factor": 0}, "crises.factor: Input should be greater than 0 (found 0)"),
        ({"widow": "year"}, "crises.widow: Extra inputs are not permitted (found 'year')"),
        ({"numerator": []}, "crises.numerator: Tuple should have at least 1 item"),
        ({"matters": -1}, "crises.matters: Input should be greater than 0 (found -1)"),
        ({"average_denominator": True}, "average_denominator needs window: cumulative"),
        ({"numerator": ["crises.{challenge}"]}, "the {word} in an outcome's name"),
        ({"title": None}, "crises.title: Input should be a valid string"),
    ],
)
def test_errors_name_the_outcome_and_the_key(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_outcomes({"crises": {**ENTRY, **change}})


def test_a_missing_key_and_a_stray_value_are_both_reported() -> None:
    lacking = {key: value for key, value in ENTRY.items() if key != "window"}
    with pytest.raises(ValueError, match=r"(?s)2 fault.*crises\.window: Field required.*deaths: expected keys"):
        read_outcomes({"crises": lacking, "deaths": 3})


def test_none_in_words_is_no_denominator() -> None:
    assert read_outcomes({"crises": {**ENTRY, "denominator": "none"}})["crises"].denominator is None


def test_a_headline_is_one_outcome() -> None:
    entry = {**ENTRY, "numerator": ["crises.{challenge}"], "headline": True}
    with pytest.raises(ValueError, match="headline must be false"):
        read_outcomes({"crises_{challenge}": entry})


def test_unknown_outcome_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="unknown outcome 'crisis'; nearest: crises"):
        select(load_outcomes(), ["crisis"])
    assert list(select(load_outcomes(), ["deaths", "crises"])) == ["deaths", "crises"]
