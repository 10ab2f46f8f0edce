"""A model that has lived leaves nothing behind: a country is hundreds of them, one after another."""

import gc
import weakref

import pytest
from worlds import shipped

from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.run import on_policy_date


@pytest.mark.unhurried
def test_a_model_that_is_let_go_is_gone(hamlet):
    model = PlaceModel(hamlet.world, on_policy_date(hamlet, 0).copy(), shipped()["rationing"], key_of(1, 0))
    model.step()
    gone = weakref.ref(model)
    model.let_go()
    del model
    gc.collect()
    assert gone() is None
