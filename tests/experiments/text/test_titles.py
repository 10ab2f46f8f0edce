"""What numbers are called: every one that can be varied, in words, and no two alike."""

import pytest

from experiments.configuration import validate
from experiments.configuration.compose import compose
from experiments.evidence import register
from experiments.text import titles
from experiments.text.titles import called, titled


@pytest.fixture(scope="module")
def keys():
    asked = ["place=teaching_town", "arms=[status_quo,rationing,radical]"]
    plan = validate.check(compose("compare", asked, []))
    return list(dict.fromkeys(e.common or e.key for e in register.entries(plan.world, plan.policies) if e.low < e.high))


def test_every_number_that_is_varied_has_a_title_of_its_own(keys):
    by_title = {}
    for key in keys:
        assert titled(key), key
        by_title.setdefault(titled(key), []).append(key)
    assert not {title: each for title, each in by_title.items() if len(each) > 1}


def test_no_title_is_of_nothing(keys):
    """Numbers of levers that no shipped policy pulls, and those without a range, may have one as well."""
    plain = [key for key in titles._titles() if "*" not in key and not key.startswith("lever.")]
    every = {entry.common or entry.key for entry in _all_entries()}
    assert not sorted(set(plain) - every)
    ranged = [p for p in titles._patterns() if not p.pattern.startswith("lever")]
    assert not [p.pattern for p in ranged if not any(p.fullmatch(key) for key in every)]


def _all_entries():
    plan = validate.check(compose("compare", ["place=teaching_town"], []))
    return register.entries(plan.world, plan.policies)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("behaviour.redesign.hurdle", "gain from which a test counts as a success"),
        ("behaviour.redesign.hurdle.value", "gain from which a test counts as a success"),
        ("policy.*.levers.envelope.cut", "cut in the council's budget"),
        ("policy.radical.levers.envelope.cut", "cut in the council's budget"),
        ("challenge.child_poverty.need.onset", "Child poverty: how often need begins"),
        ("challenge.later_life.services.core.resolve", "Later life: how soon cases are resolved, core"),
        ("place.budgets.adult_care", "opening budget, adult care"),
        ("settings.nothing_like.it_is", "nothing like it is"),
    ],
)
def test_what_a_number_is_called(key, words):
    assert called(key) == words
