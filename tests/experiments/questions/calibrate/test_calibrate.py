"""Calibration knows no policy, keeps every run, rules out and keeps what it should, and finds known worlds again."""

import ast
import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import experiments
from experiments import cli
from experiments.analysis.uncertainty.history_matching import Facts
from experiments.configuration.compose import compose
from experiments.errors import ConfigurationError, Stopped
from experiments.evidence.register import Entry
from experiments.questions.calibrate import measures, recovery, runs, space, targets, waves, work
from experiments.questions.calibrate import question as calibrate
from experiments.questions.calibrate.waves import Bank, Judge
from experiments.running import worker

ROOMS = Path(experiments.__file__).parent
MODULES = [
    *sorted((ROOMS / "questions" / "calibrate").glob("*.py")),
    *(
        ROOMS / "analysis" / "uncertainty" / f"{name}.py"
        for name in ("history_matching", "emulator", "approximate_bayes")
    ),
]
OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from experiments.configuration.compose import compose
from experiments.questions.calibrate.question import QUESTION
QUESTION.plans(compose("calibrate", [], []))
print("\\n".join(name for name in opened if name.endswith((".yaml", ".csv"))))
"""


@pytest.fixture(scope="module")
def asked():
    """The shipped calibration, composed."""
    return compose("calibrate", [], [])


@pytest.fixture(scope="module")
def planned(asked):
    """The shipped calibration, ready to run."""
    return calibrate.QUESTION.plans(asked)


def imported(path):
    """Every module that a file imports, functions' own imports included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_calibration_imports_no_policy_and_no_lever(path):
    """Settling itself needs a policy that does nothing, from `simulation.run`; nothing else of policies comes in."""
    late = {
        name for name in imported(path) if name.startswith(("simulation.policy", "experiments.evidence.lever_ranges"))
    }
    assert late == set()
    words = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not words & {"policies", "levers", "read_policies", "of_levers"}


@pytest.mark.slow
def test_calibration_reads_no_policy_no_design_and_no_lever(asked):
    assert not {"policy", "design", "arms"} & set(asked.data)
    told = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True).stdout
    files = [Path(line) for line in told.splitlines()]
    assert {"england_2010.yaml", "teaching_town.yaml", "obesity.yaml"} <= {file.name for file in files}
    assert not [f for f in files if f.parent.name in ("policy", "design", "experiment") or f.name == "levers.yaml"]


def test_a_policy_cannot_be_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="policy"):
        compose("calibrate", ["policy.radical.levers.pooling.strength=1"], [])
    assert list(tmp_path.iterdir()) == []


def test_figures_are_split_before_looking(planned):
    held = {target.name for target in planned.targets if target.held_out}
    assert {"poverty_entry", "disabled_65plus", "delayed_days", "top_twentieth"} <= held
    steering = [target for target in planned.targets if not target.held_out]
    kinds = {target.measure.partition(".")[0] for target in steering}
    assert {
        "need_of",
        "failure_share",
        "started_within_two_months",
        "adults_who_take_half_the_cost",
        "staff_turnover",
        "vacancy_share",
        "spend_per_head",
        "spend_per_person_65plus",
    } <= kinds
    assert 40 <= len(planned.space.keys) <= 120


def test_variances_come_from_ranges_and_discrepancies(planned):
    chosen = [target for target in planned.targets if target.name == "obesity.prevalence_emerging"]
    facts = targets.facts_of(chosen)
    assert facts.observed == pytest.approx([0.18])
    assert facts.observation == pytest.approx([((0.21 - 0.15) / 3.919928) ** 2], rel=1e-5)
    assert facts.discrepancy == pytest.approx([(0.2 * 0.18) ** 2])  # grade C


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"calibration.targets.vacancies.measure": "vacancy_shares"}, "there is no measure 'vacancy_shares'"),
        ({"calibration.parameters": ["behaviour.planning.reserves"]}, "not for the years before the policy date"),
        ({"calibration.parameters": ["behaviour.capacity.slacks"]}, "names no uncertain number"),
        ({"keep": 500}, "is more than sample"),
        ({"waves": []}, "waves"),
        ({"arms": ["radical"]}, "there is no key 'arms'"),
        ({"challenges": ["gravity"]}, "there is no challenge 'gravity'"),
        ({"calibration.of_challenges": ["happiness"]}, "there is no figure 'happiness'"),
    ],
)
def test_mistakes_are_refused(asked, changes, told):
    data = json.loads(json.dumps(asked.data))
    for key, value in changes.items():
        *path, last = key.split(".")
        node = data
        for part in path:
            node = node[part]
        node[last] = value
    with pytest.raises(ConfigurationError) as refusal:
        calibrate.QUESTION.plans(replace(asked, data=data))
    assert told in refusal.value.message()


def test_sets_stay_in_their_ranges_and_follow_their_distributions(planned):
    sets = waves.hypercube(planned.space, 400, seed=1)
    places = planned.space.places(sets)
    assert places.min() >= 0
    assert places.max() <= 1
    for k, entry in enumerate(planned.space.entries):
        assert np.median(sets[:, k]) == pytest.approx(float(entry.at(0.5)), rel=0.02)
    again = waves.hypercube(planned.space, 400, seed=1)
    assert (sets == again).all()
    assert not (sets == waves.hypercube(planned.space, 400, seed=2)).all()


def test_a_set_changes_the_place_and_its_luck(planned):
    key = "challenge.obesity.need.onset"
    usual = dict(zip(planned.space.keys, planned.space.usual(), strict=True))
    world = space.changed(planned.world, {key: usual[key] * 1.1}, 77)
    assert world.seed == 77
    assert world.challenges["obesity"].need.onset.number == pytest.approx(
        1.1 * planned.world.challenges["obesity"].need.onset.number
    )
    assert world.challenges["safety"] == planned.world.challenges["safety"]


class Noted:
    """A year watched, with costs written by hand."""

    yearly_cost = np.array([50.0, 30.0, 10.0, 5.0, 5.0])
    served_adult = np.array([True, True, True, True, False])
    adults, people = 10.0, 20.0
    months = {  # noqa: RUF012
        **{f"contacts.{why}": np.full(12, 5.0) for why in measures.FAILURES},
        "contacts.value": np.full(12, 60.0),
        "contacts.safety.failure": np.full(12, 1.0),
        "contacts.safety.value": np.full(12, 3.0),
        "vacancies": np.full(12, 2.0),
        "staff_funded": np.full(12, 20.0),
    }


def test_measures_are_what_they_say():
    assert measures.failure_share(Noted) == pytest.approx(20 / 80)
    assert measures.failure_share(Noted, "safety") == pytest.approx(1 / 4)
    assert measures.vacancy_share(Noted) == pytest.approx(0.1)
    assert measures.adults_who_take_half_the_cost(Noted) == pytest.approx(1 / 10)  # 50 of 95
    assert measures.top_twentieth_of_cost(Noted) == pytest.approx(0.5)  # one of twenty people


def of_two(low=0.0, high=1.0):
    """Two numbers, each anywhere in its range."""
    shared = {"distribution": "uniform", "unit": "", "source": "assumption", "grade": "J"}
    return space.Space(tuple(Entry(name, 0.5, low, high, **shared) for name in ("a", "b")))


def judge_of(observed, spread=0.02, chance=1e-4, **how):
    """Figures of two outputs, each a number itself."""
    facts = Facts(("a", "b"), np.array(observed), np.full(2, spread**2), np.zeros(2))
    return Judge(of_two(), facts, np.full(2, chance), **how)


def ran(sets, chance=1e-4, seed=0, wave=1):
    """The runs of a model whose outputs are its numbers, and chance."""
    noise = np.random.default_rng(seed).normal(0, np.sqrt(chance), sets.shape)
    return Bank(sets, sets + noise, np.full(len(sets), wave))


def test_what_is_left_is_what_agrees():
    """Outputs equal to the numbers, sd 0.02: within three lies a square of side 0.12, that is 1.44% of the prior.

    Of 40,000 draws 576 are expected to be left, give or take 24; the emulator's uncertainty widens the square a little.
    """
    judge = judge_of([0.5, 0.5]).learn(ran(waves.hypercube(of_two(), 200, 1)))
    share, left, _ = waves.search(judge, 40_000, seed=1)
    assert share == pytest.approx(0.0144, rel=0.25)
    assert np.abs(left - 0.5).max() < 0.075
    either = replace(judge, worst=2)  # the second worst of two is the better: a cross instead of a square
    assert waves.search(either, 40_000, seed=1).share == pytest.approx(2 * 0.12 - 0.0144, rel=0.2)


def test_a_walk_fills_what_is_left_evenly_and_never_leaves_it():
    judge = judge_of([0.3, 0.7], spread=0.01).learn(ran(waves.hypercube(of_two(), 300, 2), chance=1e-6))
    found = waves.search(judge, 20_000, seed=2).left
    for start in (found[:3], found[:0]):
        sets = waves.fill(judge, start, 400, seed=3)
        assert sets.shape == (400, 2)
        assert judge.keeps(sets).all()
        assert np.unique(sets, axis=0).shape[0] > 200
        assert sets.mean(axis=0) == pytest.approx(found.mean(axis=0), abs=0.006)
        assert sets.std(axis=0) == pytest.approx(found.std(axis=0), rel=0.25)


def test_where_everything_is_ruled_out_it_says_so():
    judge = judge_of([5.0, 5.0]).learn(ran(waves.hypercube(of_two(), 200, 1)))
    with pytest.raises(ValueError, match="contradict"):
        waves.fill(judge, np.zeros((0, 2)), 20, seed=1)


def test_rejection_keeps_draws_from_the_posterior():
    """Outputs equal to the numbers, sd 0.05, a uniform prior: the posterior is normal, cut off at three sd.

    Of 40,000 draws about 600 are kept; bounds are five standard errors, and the emulators add a little.
    """
    judge = judge_of([0.4, 0.6], spread=0.05).learn(ran(waves.hypercube(of_two(), 300, 1)))
    found = waves.search(judge, 40_000, seed=1)
    kept = found.accepted
    assert 400 < len(kept) < 900
    assert judge.keeps(kept).all()
    assert kept.mean(axis=0) == pytest.approx([0.4, 0.6], abs=5 * 0.05 / np.sqrt(len(kept)))
    assert kept.std(axis=0) == pytest.approx([0.05, 0.05], rel=0.2)
    again = waves.search(judge, 40_000, seed=1)
    assert (again.accepted == kept).all()


@pytest.mark.unhurried
def test_known_worlds_are_found_again():
    """Simulation-based calibration on a model whose answer is known.

    100 truths with two parameters: coverage of 200 intervals wavers by 0.021 around 0.9; the bounds are four times that.
    Both parameters are pinned to a few per cent of their ranges, so an interval that held by being wide would not pass.
    """
    bank = ran(waves.hypercube(of_two(), 400, 4))
    found = recovery.recover(judge_of([0.5, 0.5], spread=0.05), bank, 100, seed=5)
    brief = recovery.in_brief(found, ["a"])
    assert brief["intervals"] == 200
    assert brief["covered"] == pytest.approx(0.9, abs=0.085)
    assert brief["contraction_of_best"] > 0.9
    assert brief["correlation_of_best"] > 0.95


def analytic(wave, number):
    """Stands in for settling: figures that follow the numbers in a simple way."""
    values, seed = wave.values(number), wave.seed + number
    draws = np.random.default_rng(seed)
    usual = {name: 1.0 for name, _ in wave.measures}
    onset = values["challenge.obesity.need.onset"] / 0.0045
    usual["obesity.prevalence_emerging"] = 0.18 * onset
    found = {name: value * (1 + 0.01 * draws.standard_normal()) for name, value in usual.items()}
    calls.append(seed)
    wave.keep(number, {runs.MEASURED: found})


calls: list[int] = []
SMALL = {
    "challenges": ["obesity"],
    "waves": [40],
    "sample": 30,
    "keep": 12,
    "replicates": 4,
    "candidates": 2000,
    "recovery_truths": 3,
    "workers": 1,
    "worst": 5,
    "cut": 10.0,
}


@pytest.fixture
def answered(asked, tmp_path, monkeypatch, capsys):
    """Answers the question with an analytic model in the place of the simulation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runs.Wave, "carry_out", analytic)
    monkeypatch.setattr(work, "facts_of", lambda found: lenient(targets.facts_of(found)))
    calls.clear()

    def run(**changes):
        data = {**asked.data, **SMALL, "out": "out", **changes}
        calibrate.QUESTION.answer(calibrate.QUESTION.plans(replace(asked, data=data)))
        return capsys.readouterr().out

    return run


def lenient(facts):
    """Figures that only obesity's emerging need decides about."""
    loose = np.array([0.0 if name == "obesity.prevalence_emerging" else 1e12 for name in facts.names])
    return replace(facts, discrepancy=facts.discrepancy + loose)


@pytest.mark.slow
def test_the_question_is_answered_kept_and_shown_again(answered, tmp_path):
    said = answered()
    out = tmp_path / "out"
    listed = json.loads((out / "manifest.json").read_text())["outputs"]
    assert {
        "posterior.csv",
        "parameters.csv",
        "targets.csv",
        "waves.csv",
        "emulators.csv",
        "recovery.csv",
        "runs.parquet",
        "figures/agreement.png",
        "figures/prior_and_posterior.png",
    } <= set(listed)
    assert "Policies were not looked at" in said
    head = (out / "posterior.csv").read_text().splitlines()[:5]
    assert all(line.startswith("# ") for line in head)
    posterior = pd.read_csv(out / "posterior.csv", comment="#", index_col="parameter_set")
    assert posterior.shape[0] == 12
    assert 20 < posterior.shape[1] < 60
    kept = pd.read_parquet(out / "runs.parquet").query("kept")
    assert len(kept) == 12
    assert sorted(posterior["challenge.obesity.need.onset"]) == pytest.approx(
        sorted(kept["challenge.obesity.need.onset"]), rel=1e-4
    )
    ran_before = len(calls)
    assert answered() == said
    assert len(calls) == ran_before


@pytest.mark.slow
def test_a_killed_calibration_goes_on(answered, tmp_path, monkeypatch):
    """Killed after thirty runs, then finished: no run is done twice, and the result is that of one undisturbed go."""

    def killed(wave, number):
        if len(calls) == 30:
            raise KeyboardInterrupt
        analytic(wave, number)

    monkeypatch.setattr("experiments.questions.calibrate.figures.write_figures", lambda out: None)
    monkeypatch.setattr(runs.Wave, "carry_out", killed)
    with pytest.raises(Stopped, match="26 of 40 runs are kept in out"):
        answered()
    monkeypatch.setattr(runs.Wave, "carry_out", analytic)
    answered()
    assert len(calls) == len(set(calls)) == 4 + 40 + 30
    answered(out="again")
    one, two = ((tmp_path / out / "runs.parquet").read_bytes() for out in ("out", "again"))
    assert one == two


@pytest.fixture
def wave(planned, tmp_path):
    """Two parameter sets to be tried out for real."""
    sets = waves.hypercube(planned.space, 2, 1)
    return runs.Wave(
        planned.world, (("vacancies", "vacancy_share"),), tuple(planned.space.keys), sets, 1, tmp_path, "x"
    )


def test_a_place_that_no_budget_can_pay_for_is_ruled_out_and_kept_with_the_reason(wave, monkeypatch):
    why = "the modelled services of police cost far more than its budget"

    def refuse(config):
        raise ValueError(why)

    monkeypatch.setattr(runs, "settle", refuse)
    assert [worker.simulate(wave, number).trouble for number in range(2)] == ["", ""]
    assert wave.is_done(1)
    assert json.loads(wave.file(1).read_text())[runs.TROUBLE] == why
    assert np.isnan(wave.outputs()).all()
    assert np.isinf(waves.judged_by(np.full((1, 1), np.nan))).all()


def test_a_worker_keeps_a_run_where_whoever_asked_for_it_looks(wave):
    sent = pickle.loads(pickle.dumps(wave))
    assert sent.file(0) == wave.file(0) != wave.file(1)
    assert replace(wave, sets=wave.sets[::-1]).file(0) != wave.file(0)


@pytest.mark.slow
def test_the_teaching_town_is_calibrated_for_real(tmp_path, monkeypatch, capsys):
    """A small calibration of the real model, start to end: what is kept agrees better than the prior does."""
    monkeypatch.chdir(tmp_path)
    status = cli.main(
        [
            "calibrate",
            "waves=[60]",
            "sample=30",
            "keep=10",
            "replicates=4",
            "candidates=5000",
            "recovery_truths=3",
            "workers=1",
            "out=out",
        ]
    )
    assert status == 0, capsys.readouterr().err
    table = pd.read_csv("out/targets.csv").query("role == 'calibrated to'")
    assert table["posterior_away"].median() < 1.5
    assert len(pd.read_csv("out/posterior.csv", comment="#")) == 10


def test_the_shipped_posterior_lies_in_the_register(planned):
    """Every set that ships names numbers of the register and lies in their ranges; there are a hundred or more."""
    file = Path(calibrate.__file__).parents[3] / "configs" / "calibration" / "posterior.csv"
    sets = pd.read_csv(file, comment="#", index_col="parameter_set")
    assert 100 <= len(sets) <= 150
    known = {entry.key: entry for entry in planned.space.entries}
    assert set(sets.columns) == set(known)
    for key, values in sets.items():
        assert values.between(known[key].low, known[key].high).all(), key
    assert (sets.nunique() > len(sets) // 2).all()


def test_every_measure_that_a_target_may_name_is_there():
    assert list(targets.MEASURES) == list(measures.MEASURES)
