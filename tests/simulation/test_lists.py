"""Lists of what something may come of: they are complete, in order, and their draws are everybody's own."""

import numpy as np
import pytest
from numba import njit
from worlds import columns_differ, policy_of, under

from simulation.compile import turn_at
from simulation.draws import Event, four, unit, words_below
from simulation.mechanism.citizens import need, seek, snapshot
from simulation.mechanism.citizens.listed import CHUNK, draw_listed, find_marked, list_marked, room_for_lists
from simulation.mechanism.citizens.vital import HIGHEST_WORD
from simulation.state.tables import Unmoved
from simulation.state.tally import BLOCKS, empty_tally

MONTHS = 12
ABSURDLY_EASY = -1e3  # a burden that makes everybody think twice about every need


@njit
def found(mark, size, place):
    """What compiled rules find."""
    return find_marked(mark, size, place)


@njit
def listed_needs(first, size, listed, block):
    """What compiled rules list."""
    return list_marked(first, size, listed, block)


@njit
def drawn(length, listed, people, now, block):
    """What compiled rules draw for a list."""
    draw_listed(length, listed, people, now, block)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 1.0])
@pytest.mark.parametrize("size", [1, 63, 64, 65, 640])
def test_every_mark_is_found_and_nothing_else(share, size):
    mark = (np.random.default_rng(size).random(640) < share).astype(np.uint8) * np.uint8(3)
    expected = np.flatnonzero(mark[:size])
    place = np.full(640, -1)
    assert found(mark, size, place) == expected.size
    assert place[: expected.size].tolist() == expected.tolist()


@pytest.mark.parametrize("challenges", [1, 6, 7])
def test_marked_needs_are_listed_by_citizen_then_challenge(challenges):
    listed, count, first, block = room_for_lists(challenges), CHUNK - 3, 1000, 5
    mark = np.random.default_rng(1).random((count, challenges)) < 0.2
    listed.mark[block] = 1  # of those who were gone through before
    listed.mark[block, : mark.size] = mark.ravel()
    length = listed_needs(first, mark.size, listed, block)
    owner, challenge = np.nonzero(mark)
    assert listed.row[block, :length].tolist() == (first + owner).tolist()
    assert listed.challenge[block, :length].tolist() == challenge.tolist()


@pytest.mark.unhurried
def test_the_draws_of_a_list_are_those_of_each_need_alone(town_2011):
    model = under(town_2011, policy_of())
    people, listed, length, block = model.state.people, model.listed, 300, 3
    chance = np.random.default_rng(2)
    people.generation[:] = chance.integers(0, 5, people.generation.size)
    listed.row[block, :length] = chance.integers(0, people.alive.size, length)
    index = chance.integers(0, 9, length)
    listed.counter[block, :length] = int(Event.CARE) << 8 | index
    drawn(length, listed, people, model.now, block)
    for k in range(length):
        i = int(listed.row[block, k])
        uid = i + (int(people.generation[i]) << 32)
        own = four(uid, model.now.month, int(Event.CARE), index[k], model.now.k0, model.now.k1)
        assert tuple(unit(word) for word in listed.words[block, :, k]) == own


@pytest.mark.parametrize("chance", [0.0, 1e-12, 2.0**-33, 2.0**-32, 1.5 * 2.0**-32, 0.0046, 0.5, 1 - 2.0**-32])
def test_words_below_a_chance_are_those_whose_number_is(chance):
    words = int(words_below(chance))
    assert words == 0 or unit(words - 1) < chance
    assert unit(words) >= chance


def months_of_need(start, unmoved=None):
    """The people after some months of need alone, and what was counted; with other bounds on what leaves a need as it is."""
    model = under(start, policy_of())
    s, w = model.state, model.world
    tally = empty_tally(len(w.challenges), s.services.tier.size)
    usual = model.need_context._replace(tally=tally)
    if unmoved is not None:
        usual = usual._replace(rates=usual.rates._replace(unmoved=unmoved))
    for month in range(MONTHS):
        context = usual._replace(now=model.now._replace(month=month))
        snapshot.be_seen(turn_at(0), BLOCKS, w.edges, context)
        need.evolve(turn_at(0), BLOCKS, w.edges, context)
    return s.people, tally.people


def test_a_glance_overlooks_nobody_whose_needs_move(town_2011):
    """Looking closely at every need of everybody, whatever was drawn, comes to the same; looking at none does not."""
    usual, counts = months_of_need(town_2011)
    size = town_2011.world.rates.need.unmoved.least.size
    highest, lowest = np.full(size, HIGHEST_WORD, dtype=np.uint32), np.zeros(size, dtype=np.uint32)
    close, counted = months_of_need(town_2011, Unmoved(least=highest, most=lowest))
    assert columns_differ(usual, close) == []
    assert (counts == counted).all()
    blind, _ = months_of_need(town_2011, Unmoved(least=lowest, most=highest))
    assert "level" in columns_differ(usual, blind)


def asked(start, **changes):
    """Who asks for what in one month, with something else in how it comes about."""
    model = under(start, policy_of())
    s, w = model.state, model.world
    snapshot.be_seen(turn_at(0), BLOCKS, w.edges, model.need_context)
    seek.seek(turn_at(0), BLOCKS, w.edges, model.seek_context._replace(**changes))
    return s.people.asked


def test_nobody_who_would_ask_is_passed_over(town_2011):
    """Thinking twice about every need of everybody comes to the same requests; passing over everybody does not."""
    usual = asked(town_2011)
    assert usual.any()
    assert (usual == asked(town_2011, least_burden=ABSURDLY_EASY)).all()
    assert not asked(town_2011, least_burden=1.0).any()
