"""Python's values reach the configuration as they are, whatever they hold."""

import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.errors import ConfigurationError
from redesign.overrides import overrides

PARSER = OverridesParser.create()
KEYS = st.from_regex(r"[a-z_][a-z_.0-9]{0,5}", fullmatch=True).filter(
    lambda key: key not in ("null", "true", "false", "nan", "inf")
)
NASTY = st.text("\\'\"${}[]()#~,:%&=! \n\tabn1")
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | NASTY
VALUES = st.recursive(
    PLAIN, lambda each: st.lists(each, max_size=4) | st.dictionaries(KEYS, each, max_size=3), max_leaves=8
)


def arrives(value):
    """What the configuration holds where a value was given."""
    (word,) = overrides({"key": value})
    config = OmegaConf.create({"key": None})
    OmegaConf.update(config, "key", PARSER.parse_override(word).value())
    return OmegaConf.to_container(config, resolve=True)["key"]


@pytest.mark.unhurried
@given(VALUES)
def test_a_value_arrives_as_it_is(value):
    found = arrives(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("teaching_town", "key=teaching_town"),
        (["rationing", "radical"], "key=[rationing,radical]"),
        ({"seed": [1, 2], "policy.radical.levers.pooling.strength": [0.5]}, None),
        (True, "key=true"),
        (None, "key=null"),
        ("null", "key='null'"),
        (1e-7, "key=1e-07"),
        (np.float64(0.5), "key=0.5"),
        (np.arange(3), "key=[0,1,2]"),
        (("a", 2), "key=[a,2]"),
    ],
)
def test_what_would_be_typed_is_written_as_it_would_be_typed(value, word):
    (found,) = overrides({"key": value})
    assert found == (word or "key={seed:[1,2],policy.radical.levers.pooling.strength:[0.5]}")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"place": object()}, "cannot hold a value of type object"),
        ({"grid": {"a,b": [1]}}, "cannot have a key 'a,b'"),
        ({"grid": {"true": [1]}}, "cannot have a key 'true'"),
        ({"years=3 place": 1}, "cannot be the name of a setting"),
        ({"hydra.run.dir": "here"}, "cannot be the name of a setting"),
        ({"--multirun": "x"}, "cannot be the name of a setting"),
    ],
)
def test_what_cannot_be_a_setting_is_refused(settings, said):
    with pytest.raises(ConfigurationError, match=said):
        overrides(settings)
