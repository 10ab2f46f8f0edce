"""The patterns are experiments that can be run, told only what they may be told, and judged by what they recorded."""

import copy
import re
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.configuration.compose import Composed, compose
from experiments.errors import ConfigurationError
from experiments.questions.patterns import cohort, page, runs, schema, statistics
from experiments.questions.patterns.question import check

THIRTEEN = 13
WITH_THE_REAL_PATH = (1, 2, 3, 4, 5, 6, 11, 12, 13)


@pytest.fixture(scope="module")
def asked():
    return compose("patterns", [], [])


@pytest.fixture(scope="module")
def trials(asked):
    return {trial.name: trial for trial in check(asked).trials}


OF_CARE_AND_REST = ("cut_of_care", "cut_of_the_rest")


def refusal(asked, pattern=None, settings=None, **changes):
    """What is said of one pattern with something in it changed."""
    data = copy.deepcopy(asked.data)
    data |= {"only": [pattern] if pattern else "all", **(settings or {})}
    if pattern:
        data["pattern"][pattern] |= changes
    with pytest.raises(ConfigurationError) as refused:
        check(Composed(data, asked.choices))
    return refused.value.message()


def test_there_are_thirteen_patterns_in_their_order(trials):
    assert [trial.pattern.number for trial in trials.values()] == list(range(1, THIRTEEN + 1))


def test_patterns_of_the_real_years_are_told_the_money_and_nothing_else(trials):
    """No lever but the envelope: a pattern that passes because of a policy put in says nothing of the model."""
    levers = {
        name: {lever for policy in trial.plan.policies.values() for lever in policy.levers}
        for name, trial in trials.items()
        if trial.pattern.number in WITH_THE_REAL_PATH
    }
    assert all(each == {"envelope"} for each in levers.values()), levers


def test_the_real_path_is_what_was_spent(trials):
    """In all, whoever lives there: -14.8% by the sixth year for councils; health, schools and benefits left alone."""
    path = trials["social_care_share"].plan.policies["real_path"]
    year_six, year_seven = (path.regime_at(12 * year - 12).envelope for year in (6, 7))
    assert path.regime_at(0).per == "place"
    assert year_six["adult_care"] == pytest.approx(1 - 0.148)
    assert year_seven["council_other"] == pytest.approx(1 - 0.151)
    assert year_seven["police"] == pytest.approx(1 - 0.165)
    assert [year_seven[agency] for agency in ("nhs", "schools", "dwp")] == [1, 1, 1]


@pytest.mark.unhurried
@pytest.mark.parametrize("place", ["croydon", "westminster", "east_lothian"])
def test_the_real_path_of_another_place_is_its_own(asked, place):
    data = copy.deepcopy(asked.data) | {"only": ["social_care_share"]}
    data["pattern"]["social_care_share"]["place"] = place
    plan = check(Composed(data, asked.choices)).trials[0].plan
    envelopes = [plan.policies["real_path"].regime_at(12 * year).envelope["children"] for year in range(8)]
    own = plan.world.place.cut.row
    assert envelopes == pytest.approx([1 - share for share in (*own, own[-1])])


@pytest.mark.parametrize("place", ["croydon", "westminster", "teaching_town"])
def test_care_and_the_rest_of_an_english_place_add_up_to_its_cut(place):
    """With the same share of care, within what rounding leaves, in every year: nothing is left out and nothing counted twice."""
    world = compose("compare", [f"place={place}"], []).data["place"]
    care, rest, whole = (
        np.array(each["value"]) for each in (*(world["observed"][key] for key in OF_CARE_AND_REST), world["cut"])
    )
    share = (whole - rest) / np.where(care == rest, np.nan, care - rest)
    steady = share[np.abs(care - rest) > 0.05]
    assert steady == pytest.approx(np.full(steady.size, np.median(steady)), abs=0.02)
    assert 0.45 < np.median(steady) < 0.62
    money = world["budgets"]
    both = money["adult_care"]["value"] + money["children"]["value"]
    rest_money = money["housing"]["value"] + money["council_other"]["value"]
    assert np.median(steady) == pytest.approx(both / (both + rest_money), abs=0.02)


def test_police_money_falls_by_eleven_per_cent_in_four_years(trials):
    policy = trials["crime_and_police"].plan.policies["fewer_police"]
    assert policy.regime_at(36).envelope["police"] == pytest.approx(0.89, abs=0.0005)


def test_the_cut_follows_from_dependence_on_grants(trials):
    """649 of 1,000 pounds lose 49.1%, the other 351 gain 3.2%."""
    policies = trials["cuts_by_deprivation"].plan.policies
    assert policies["most_deprived"].levers["envelope"].cut == pytest.approx(0.649 * 0.491 - 0.351 * 0.032, abs=1e-4)
    assert policies["least_deprived"].levers["envelope"].cut == pytest.approx(0.319 * 0.491 - 0.681 * 0.032, abs=1e-4)


def test_experiments_that_are_the_same_are_lived_once(trials):
    same = {
        runs.key_of(trials[name], "model")
        for name in ("social_care_share", "community_care", "looked_after_children", "users_and_hours")
    }
    assert len(same) == 1
    assert runs.key_of(trials["crime_and_police"], "model") not in same


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"settings": {"only": ["hard_target"]}}, "there is no pattern 'hard_target'.*did you mean hard_targets"),
        ({"settings": {"replicates": 1}}, "replicates=1"),
        ({"settings": {"colour": "red"}}, "there is no key 'colour'"),
        (
            {"pattern": "hard_targets", "arms": {"hard_targets": "nobody", "as_before": "null"}},
            "there is no policy 'nobody'",
        ),
        ({"pattern": "hard_targets", "arms": {"a": "null", "b": "status_quo"}}, "names the arm hard_targets"),
        ({"pattern": "hard_targets", "years": 3}, "year=5.*the experiment lasts 3 years"),
        ({"pattern": "hard_targets", "place": "atlantis"}, "atlantis"),
        ({"pattern": "across_councils", "years": 5}, "year=6.*the experiment lasts 5 years"),
        ({"pattern": "across_councils", "arms": {"lost_most": "null", "gained": "null"}}, "names the arm lost_more"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_runs(asked, changes, said):
    assert re.search(said, refusal(asked, **changes), flags=re.DOTALL)


def people(rows, months=24):
    return np.zeros((months, rows), dtype=bool)


def test_recruits_and_controls_are_old_ill_lately_and_alike():
    seen = people(60)
    seen[8, :40] = True  # forty with an emergency within six months of recruitment
    seen[2, 20:40] = True  # twenty of them with another one before
    seen[3, 40:] = True  # twenty with none lately
    band = np.where(np.arange(60) % 4 == 0, 5, 7)  # every fourth is younger than 65
    recruited, controls = cohort.choose(seen, {"there": np.arange(60), "band": band}, replication=0)
    both = [*recruited, *controls]
    assert len(set(both)) == len(both) == 2 * len(recruited) > 20
    assert all(row < 40 and band[row] == 7 for row in both)
    assert list(seen[:12, recruited].sum(axis=0)) == list(seen[:12, controls].sum(axis=0))
    other, _ = cohort.choose(seen, {"there": np.arange(60), "band": band}, replication=1)
    assert set(other) != set(recruited), "the lot differs between replications"


@pytest.mark.slow
def test_a_few_patterns_run_from_the_command_line(tmp_path, monkeypatch, capsys):
    """Two patterns in a hamlet: results, figure and page; a second time nothing is run again."""
    monkeypatch.chdir(tmp_path)
    words = [
        "patterns",
        "only=[regression_to_the_mean,hard_targets]",
        "scale=0.1",
        "replicates=2",
        "workers=1",
        "threads=1",
        "pattern.hard_targets.place=teaching_town",
        "pattern.regression_to_the_mean.place=teaching_town",
        "pattern.regression_to_the_mean.years=2",
        "out=found",
        "write=pages/patterns.md",
    ]
    assert cli.main(words) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "Not a forecast" in " ".join(said.split())
    summary = pd.read_csv(tmp_path / "found" / "summary.csv")
    assert list(summary["pattern"].unique()) == ["regression_to_the_mean", "hard_targets"]
    gap = summary[summary["measure"] == "reporting_gap"].iloc[0]
    assert gap["model"] == pytest.approx(19.0, abs=2.0), "the gap is an input, less where it meets 100"
    each = pd.read_csv(tmp_path / "found" / "replications.csv")
    assert each.groupby(["pattern", "measure"])["replication"].count().eq(2).all()
    text = (tmp_path / "pages" / "patterns.md").read_text()
    assert re.search(r"Made on \d{4}-\d\d-\d\d with commit `[0-9a-f]{12}`", text)
    assert "## 9 Hard targets" in text
    assert (tmp_path / "pages" / "patterns.png").read_bytes() == (
        tmp_path / "found" / "figures" / "patterns.png"
    ).read_bytes()
    monkeypatch.setattr("experiments.questions.patterns.runs.live", None)
    assert cli.main(words) == 0
    assert capsys.readouterr().out == said


BY = {"rain": "behaviour", "snow": "input", "hail": "behaviour"}


def test_a_page_says_what_a_miss_speaks_against(asked):
    row = {
        "number": 1,
        "pattern": "rain",
        "title": "Rain",
        "use": "hold-out",
        "measure": "depth",
        "measure_title": "Depth",
        "unit": "%",
        "observed": 3.0,
        "observed_low": 2.0,
        "observed_high": 4.0,
        "observed_words": "",
        "source": "Almanac",
        "year": 1900,
        "grade": "B",
        "model": -7.04,
        "ci_low": -8.0,
        "ci_high": -6.0,
        "p5": -9.0,
        "p95": -5.0,
        "replications": 4,
        "met_low": 1.0,
        "met_high": 5.0,
        "partly_low": -0.25,
        "partly_high": 6.0,
        "verdict": "failed",
        "certain": True,
        "indicts": "the clouds",
        "place": "here",
        "place_title": "Here",
        "scale": 1.0,
        "years": 2,
        "pattern_verdict": "failed",
        "met_by": "behaviour",
        "beside": 1.5,
        "beside_arm": "as_before",
    }
    facts = {"purpose": "p", "commit": "c", "dirty": False, "day": "d", "sizes": "s", "seed": 7}
    about = {"rain": {"summary": "It rained", "fed_in": "nothing", "why": "", "note": ""}}
    text = page.page(pd.DataFrame([row]), facts, about)
    assert (
        "| Depth | +3.0% (+2.0 to +4.0%) [B] | −7.0% (−8.0 to −6.0%); as before: +1.5% "
        "| +1 to +5% | −0.25 to +6% | behaviour | **failed** |" in text
    )
    assert "- *Depth*: the clouds." in text
    assert "0 met, 0 partly met, 1 failed" in text
    assert "Met or partly met by behaviour: 0; through an input: 0." in text
    assert "seed 7" in text
    met = [row | {"verdict": "met", "pattern_verdict": "met", "pattern": name, "met_by": by} for name, by in BY.items()]
    assert page.by_what(pd.DataFrame(met)) == "Met or partly met by behaviour: 2; through an input: 1"


def test_every_statistic_that_a_pattern_may_name_is_there():
    assert tuple(statistics.STATISTICS) == get_args(schema.Statistic)
