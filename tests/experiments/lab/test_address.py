"""A visitor's choice survives the address of the page, and an address that cannot be read is refused kindly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from experiments.configuration import options
from experiments.errors import ConfigurationError
from experiments.evidence import lever_ranges
from experiments.lab.state import (
    LARGEST_SEED,
    MOST_REPLICATES,
    MOST_YEARS,
    Choice,
    State,
    challenges,
    range_of,
    read_state,
    written,
)

NUMBERS = sorted(
    key for lever, all_of in lever_ranges.of_levers().items() for s in all_of if range_of(key := f"{lever}.{s}")
)


@some.composite
def choices(draw):
    changes = {}
    for key in draw(some.lists(some.sampled_from(NUMBERS), max_size=5, unique=True)):
        low, high = range_of(key)
        changes[key] = float(written(draw(some.floats(low, high))))
        changes[key] = min(max(changes[key], low), high)
    for lever in draw(some.lists(some.sampled_from(["pooling", "eligibility"]), unique=True)):
        changes[lever] = draw(some.sampled_from(["on", "off"]))
    if draw(some.booleans()):
        changes["portfolio.only"] = draw(some.sampled_from(list(options.find("design"))))
    return Choice(draw(some.sampled_from(list(options.find("policy")))), changes)


STATES = some.builds(
    State,
    place=some.sampled_from(list(options.in_full("place"))),
    challenge=some.sampled_from(challenges()),
    a=choices(),
    b=choices(),
    years=some.integers(1, MOST_YEARS),
    replicates=some.integers(2, MOST_REPLICATES),
    seed=some.integers(0, LARGEST_SEED),
    management=some.sampled_from(["as_judged", "none"]),
)


@settings(max_examples=60, deadline=None)
@given(STATES)
def test_what_was_chosen_is_read_back_from_the_address(state):
    assert read_state(state.address()) == state


def test_the_usual_choice_makes_a_short_address():
    assert State().address() == {"a": "rationing", "b": "radical"}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"place": "atlantis"}, "there is no place 'atlantis'"),
        ({"a": "rationning"}, "did you mean rationing?"),
        ({"years": "1000"}, "a whole number from 1 to 20"),
        ({"replicates": "-3"}, "a whole number from 2 to 30"),
        ({"b.envelope.cut": "0.99"}, "a number from -0.155 to 0.4"),
        ({"b.envelope.cut": "nan"}, "a number from -0.155 to 0.4"),
        ({"b.envelope.path": "1"}, "no number that the lab can change"),
        ({"b.magic": "on"}, "there is no lever 'magic'"),
        ({"b.pooling": "perhaps"}, "on, off is wanted"),
        ({"b.portfolio.only": "patient_motel"}, "did you mean patient_hotel?"),
        ({"management": "no"}, "there is no management 'no'"),
        ({"colour": "red"}, "there is no setting 'colour'"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(address, said):
    with pytest.raises(ConfigurationError) as refused:
        read_state(address)
    assert said in refused.value.message()
