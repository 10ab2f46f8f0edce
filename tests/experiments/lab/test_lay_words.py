"""Nothing on the lab's pages is called by its key, and every number is told in a unit that people use."""

import pytest

from experiments.evidence import lever_ranges
from experiments.lab import lay_words
from experiments.lab.configuration import changed, title_of
from experiments.lab.state import COMMON, WHOLE_LEVER, Choice, range_of

LEVERS = sorted({*lever_ranges.of_levers(), *WHOLE_LEVER} - {"zones"})
KEYS = [f"{lever}.{setting}" for lever in LEVERS for setting in [*lever_ranges.of_levers().get(lever, {}), *COMMON]]
NUMBERS = [key for key in KEYS if range_of(key)]


@pytest.mark.parametrize("key", NUMBERS)
def test_every_number_has_words_of_its_own(key):
    words = lay_words.number(key)
    assert words[0].isupper()
    assert "_" not in words + lay_words.change(key, 0.2)
    assert "." not in words


def test_every_lever_has_words_and_a_slider_is_a_number_that_can_be_moved():
    assert len({lay_words.lever(name) for name in LEVERS}) == len(LEVERS)
    assert set(lay_words.pages()["numbers"]) <= set(NUMBERS)
    assert len(lay_words.pages()["sliders"]) <= 7
    assert set(lay_words.pages()["sliders"]) <= set(lay_words.pages()["numbers"])


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("envelope.cut", 0.149, "cut 14.9%"),
        ("support.per_head", 26.0, "help to change £26"),
        ("efficiency.years", 4.0, "years of faster cases 4"),
        ("pooling.strength", 0.5, "pooled money, strength 50%"),
        ("portfolio.start", 36, "new ways of working, from month 36"),
        ("envelope.others.nhs", -0.02, "NHS cut -2%"),
    ],
)
def test_a_change_is_told_in_percent_pounds_or_months(key, value, told):
    assert lay_words.change(key, value) == told


def test_a_slider_shows_what_is_told():
    assert lay_words.unit("envelope.cut").printf % 14.9 == "14.9%"
    assert lay_words.unit("support.per_head").printf % 5 == "£5"
    assert lay_words.unit("transition.start").printf % 36 == "36"


def test_a_policy_that_was_changed_is_called_so_without_any_key():
    choice = Choice("radical", {"envelope.cut": 0.3, "pooling": "off"})
    assert title_of(choice) == "Radical redesign, cut 30%, without pooled money"
    assert changed(choice) == "cut 30%; without pooled money"
