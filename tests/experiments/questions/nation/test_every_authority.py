"""Every authority of England can settle: its money pays for what is simulated of its services."""

import pytest

from experiments.configuration.compose import compose
from experiments.questions.nation.question import QUESTION
from experiments.running import engine


@pytest.mark.slow
@pytest.mark.nightly
def test_every_authority_settles():
    asked = QUESTION.plans(compose("nation", ["scale=0.01", "years=1", "replicates=2"], []))
    refused = {}
    for point, plan in zip(asked.points, asked.plans, strict=True):
        try:
            engine.settle(plan.world, None, 2)
        except ValueError as error:
            refused[point.where] = str(error)
    assert len(asked.points) == 151
    assert refused == {}
