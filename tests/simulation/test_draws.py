"""Luck: known answers, evenness, independence, and names that last."""

import inspect

import numpy as np
import pytest
from scipy import stats
from worlds import toy

from simulation import draws
from simulation.draws import Event, Key, draw, four, key_of, many, philox, unit
from simulation.settling.settle import settle

# Random123's published known answers for Philox4x32-10: counter, key, four words.
KNOWN = (
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)

# Codes are permanent: this list may grow, nothing in it may change, and a retired code never comes back.
REGISTRY = {
    "MONTH": 1,
    "EPISODE": 2,
    "SEEK": 3,
    "SIGNPOST": 5,
    "ORDER": 6,
    "ABANDON": 7,
    "CARE": 8,
    "ROOT": 9,
    "LEAVE": 10,
    "STEP_DOWN": 11,
    "BIRTH": 12,
    "ARRIVAL": 13,
    "START": 14,
    "QUALITY": 15,
    "ATTEMPT": 16,
    "CHOICE": 17,
    "DESIGN_EFFECT": 18,
    "PLACE_EFFECT": 19,
    "SERVICE_EFFECT": 20,
    "SIGNAL": 21,
    "DECOMMISSION": 22,
    "CLOSURE": 23,
    "PLANNER": 24,
    "HOUSEHOLD": 25,
    "PEOPLE": 26,
    "TIES": 27,
    "RESEMBLES": 29,
}
RETIRED = {4, 28}

N = 1 << 16
UIDS = np.arange(N, dtype=np.uint64)
KEY = key_of(1, 0)
EVENT = int(Event.CARE)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_gives_its_published_known_answers(counter, key, words):
    assert tuple(int(word) for word in philox(*counter, *key)) == words


def test_seeds_and_replications_have_keys_of_their_own():
    keys = {key_of(seed, replication) for seed in range(30) for replication in range(-1, 30)}
    assert len(keys) == 30 * 31
    assert all(0 <= word < 2**32 for key in (*keys, key_of(2**62, 999)) for word in key)


def test_luck_is_the_same_in_every_version():
    """Results of one version can be had again from the next only if the same names keep the same luck."""
    assert key_of(1, 0) == Key(3510474295, 2689489058)
    assert draw(5, 3, EVENT, 2, *key_of(1, 0)).hex() == "0x1.4103248d00000p-1"


@pytest.mark.unhurried
def test_seed_0_is_a_seed_like_any_other():
    assert key_of(0, 0) != key_of(1, 0)
    zero, one = (settle(toy().model_copy(update={"seed": seed})).months["crises"] for seed in (0, 1))
    again = settle(toy().model_copy(update={"seed": 0})).months["crises"]
    assert (zero == again).all()
    assert (zero != one).any()


def test_draws_are_spread_evenly():
    """Kolmogorov-Smirnov over 65,536 draws along each of five axes; false alarms 5 in 10,000."""
    along = {
        "entity": many(UIDS, 3, EVENT, 0, *KEY),
        "generation": many(UIDS << np.uint64(32), 3, EVENT, 0, *KEY),
        "month": np.array([draw(7, month, EVENT, 0, *KEY) for month in range(N // 8)]),
        "index": np.array([draw(7, 3, EVENT, index, *KEY) for index in range(1024)]),
        "replication": np.array([draw(7, 3, EVENT, 0, *key_of(1, r)) for r in range(2000)]),
    }
    for axis, sample in along.items():
        assert stats.kstest(sample, "uniform").pvalue > 1e-4, axis


def test_neighbouring_draws_have_nothing_to_do_with_each_other():
    """|r| < 4/sqrt(n) along every axis; eight comparisons, false alarms 5 in 10,000."""
    base = many(UIDS, 3, EVENT, 0, *KEY)
    others = {
        "next entity": many(UIDS + np.uint64(1), 3, EVENT, 0, *KEY),
        "next in the same row": many(UIDS + np.uint64(1 << 32), 3, EVENT, 0, *KEY),
        "next month": many(UIDS, 4, EVENT, 0, *KEY),
        "month before the policy date": many(UIDS, -3, EVENT, 0, *KEY),
        "next event": many(UIDS, 3, EVENT + 1, 0, *KEY),
        "next index": many(UIDS, 3, EVENT, 1, *KEY),
        "next block": many(UIDS, 3, EVENT, 4, *KEY),
        "next replication": many(UIDS, 3, EVENT, 0, *key_of(1, 1)),
    }
    for name, other in others.items():
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / np.sqrt(N), name


def test_a_draw_depends_on_its_name_and_date_alone():
    first = [draw(5, 3, EVENT, 2, *KEY) for _ in range(3)]
    assert len(set(first)) == 1
    assert first[0] == many(np.array([5], dtype=np.uint64), 3, EVENT, 2, *KEY)[0]
    assert tuple(draw(5, 3, EVENT, k, *KEY) for k in range(4, 8)) == four(5, 3, EVENT, 1, *KEY)


def test_draws_stay_inside_0_and_1():
    assert 0.0 < unit(0) < 1e-9
    assert 1 - 1e-9 < unit(2**32 - 1) < 1.0


def test_the_policy_is_no_part_of_the_key():
    """What a draw may depend on is named by its arguments, and none of them is a policy, an arm or a lever."""
    assert list(inspect.signature(key_of).parameters) == ["seed", "replication", "later"]
    allowed = {"c0", "c1", "c2", "c3", "uid", "uids", "month", "event", "index", "block", "k0", "k1", "word"}
    for function in (philox, four, draw, many, unit):
        assert set(inspect.signature(function.py_func).parameters) <= allowed
    assert not {"policy", "arm", "lever", "regime"} & set(vars(draws))


def test_event_codes_are_unique_and_permanent():
    codes = {event.name: int(event) for event in Event}
    assert {name: codes.get(name) for name in REGISTRY} == REGISTRY
    assert len(set(codes.values())) == len(Event.__members__) == len(codes)
    assert not RETIRED & set(codes.values())
    assert all(0 < code < 2**24 for code in codes.values())
