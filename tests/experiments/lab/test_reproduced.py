"""What the lab shows is what `redesign compare` gives for the configuration that the lab hands out, to the last byte."""

import io
import json
import zipfile

import pytest

from experiments import cli
from experiments.lab import configuration
from experiments.lab.benches import worker
from experiments.lab.benches.worker import stages
from experiments.lab.lay_words import pages
from experiments.lab.state import Choice, State, read_state
from experiments.questions.compare import question as compare
from experiments.results import run_index, store

CHANGED = State(
    years=1,
    replicates=3,
    seed=7,
    a=Choice("radical", {"pooling": "off", "envelope.others.police": 0.15}),
    b=Choice(
        "radical", {"support.per_head": 9.0, "eligibility": "on", "eligibility.fit": 2.0, "portfolio.start": 24.0}
    ),
)


def unpacked(state, folder):
    with zipfile.ZipFile(io.BytesIO(configuration.archive(state))) as packed:
        packed.extractall(folder)
    return folder / "lab-config"


@pytest.mark.slow
def test_the_downloaded_configuration_gives_the_lab_s_results_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(compare.Compare, "figures", lambda question, out, artists: None)
    configuration.write(CHANGED, tmp_path / "own")
    told = []
    (tmp_path / "settled").mkdir()
    worker.run(tmp_path / "own", tmp_path / "lab", tmp_path / "settled", lambda what, **more: told.append((what, more)))
    assert [what for what, _ in told if what == "picture"] == ["picture"] * len(stages(3))
    lab = store.outputs(next((tmp_path / "lab").iterdir()))

    folder, out = unpacked(CHANGED, tmp_path), tmp_path / "compared"
    assert cli.main(["compare", "--config-dir", str(folder), "experiment=from_the_lab", f"out={out}"]) == 0
    compared = store.outputs(out)
    assert {"runs.parquet", "summary.csv", "paired.parquet", "services.parquet"} <= set(lab)
    lab.pop(run_index.DESIGN)  # says in which folder the configuration lay
    assert lab == {name: compared[name] for name in lab}
    assert json.loads((out / "manifest.json").read_text())["arms"] == ["radical_changed", "radical_changed_again"]


def test_what_was_chosen_is_what_is_run(tmp_path):
    configuration.write(CHANGED, tmp_path)
    plan = worker.plan_of(tmp_path)
    assert (plan.settings.seed, plan.settings.years, plan.settings.replicates) == (7, 1, 3)
    first, second = (policy.levers for policy in plan.policies.values())
    assert "pooling" not in first
    assert first["envelope"].others["police"] == 0.15
    assert (second["support"].per_head, second["eligibility"].fit, second["portfolio"].start) == (9.0, 2.0, 24)


@pytest.mark.slow
@pytest.mark.parametrize("name", pages()["presets"])
def test_every_preset_is_a_comparison_that_can_be_run(name, tmp_path):
    state = read_state({key: str(value) for key, value in pages()["presets"][name]["address"].items()})
    configuration.write(state, tmp_path)
    plan = worker.plan_of(tmp_path)
    assert list(plan.policies) == list(configuration.arms_of(state))
    first, second = plan.policies.values()
    assert (first.levers == second.levers) == (name == "same_levers")


def test_a_lever_that_is_taken_out_is_gone_and_the_rest_stays(tmp_path):
    configuration.write(State(b=Choice("radical", {"pooling": "off"})), tmp_path)
    changed = worker.plan_of(tmp_path).policies["radical_changed"]
    assert "pooling" not in changed.levers
    assert {"envelope", "freedom", "portfolio", "transition", "support", "indicators"} == set(changed.levers)


def test_a_single_design_is_all_that_may_be_tried(tmp_path):
    state = State(a=Choice("radical", {"portfolio": "off"}), b=Choice("radical", {"portfolio.only": "patient_hotel"}))
    configuration.write(state, tmp_path)
    without, only = worker.plan_of(tmp_path).policies.values()
    assert "portfolio" not in without.levers
    assert only.levers["portfolio"].designs == ("patient_hotel",)
    assert {*only.levers} - {*without.levers} == {"portfolio"}
    assert list(configuration.titles(state).values()) == [
        "Radical redesign, without new ways of working",
        "Radical redesign, only Patient hotel (Sweden)",
    ]
