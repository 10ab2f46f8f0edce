"""Points that differ in how redesigns go share one settled place and every life without redesigns, to the same bytes."""

import pytest

from experiments.configuration.compose import compose
from experiments.questions.sweep import question as sweep
from experiments.running import engine, job

GRID = "{behaviour.redesign.hurdle.value:[0.0,0.1],behaviour.redesign.months_test.value:[6,9]}"
SMALL = ["place=teaching_town", "scale=0.1", "arms=[rationing,radical]", "years=3", "replicates=2", "workers=1"]


@pytest.fixture
def swept(elsewhere, monkeypatch):
    """Sweeps a small town over two numbers of redesign; returns what was lived, how often it settled, and the bytes."""
    monkeypatch.setattr("experiments.questions.sweep.figures.write_figures", lambda out: None)

    def run(out):
        lived, settled = [], []
        with monkeypatch.context() as patch:
            settle, live = engine.settle, engine.run
            patch.setattr(engine, "settle", lambda *given: settled.append(1) or settle(*given))
            patch.setattr(engine, "run", lambda place, arms, *more: lived.extend(arms) or live(place, arms, *more))
            sweep.QUESTION.answer(sweep.QUESTION.plans(compose("sweep", [*SMALL, f"grid={GRID}", f"out={out}"], [])))
        return sorted(lived), len(settled), (elsewhere / out / "runs.parquet").read_bytes()

    return run


@pytest.mark.slow
def test_sleeping_numbers_cost_nothing_and_change_nothing(swept, monkeypatch):
    lived, settled, together = swept("together")
    assert (lived, settled) == (["radical"] * 8 + ["rationing"] * 2, 1)
    monkeypatch.setattr(engine, "what_settles", lambda world: world.model_dump(mode="json"))
    monkeypatch.setattr(job, "LIVES", 0)
    lived, settled, apart = swept("apart")
    assert (lived, settled) == (["radical"] * 8 + ["rationing"] * 8, 4)
    assert together == apart
