"""Draws: each has a name and a date.

A draw belongs to (seed, replication, entity, month, event, index) and to nothing else, so two policies meet the
same people on the same days with the same luck: who is refused in one world falls ill at the same moment in the
other unless something in their lives has changed the odds. The policy is never part of the key.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), checked in the tests against its published
known answers.
"""

from enum import IntEnum
from hashlib import blake2b
from struct import pack
from typing import NamedTuple

import numpy as np
from numba import uint64

from simulation.compile import maker, row, rule


class Event(IntEnum):
    """The permanent registry of what draws are for. Codes are never reused and never renumbered.

    Codes 4 and 28 are retired.
    """

    MONTH = 1
    EPISODE = 2
    SEEK = 3
    SIGNPOST = 5
    ORDER = 6
    ABANDON = 7
    CARE = 8
    ROOT = 9
    LEAVE = 10
    STEP_DOWN = 11
    BIRTH = 12
    ARRIVAL = 13
    START = 14
    QUALITY = 15
    ATTEMPT = 16
    CHOICE = 17
    DESIGN_EFFECT = 18
    PLACE_EFFECT = 19
    SERVICE_EFFECT = 20
    SIGNAL = 21
    DECOMMISSION = 22
    CLOSURE = 23
    PLANNER = 24
    HOUSEHOLD = 25
    PEOPLE = 26
    TIES = 27
    RESEMBLES = 29
    BEGIN = 30


class Key(NamedTuple):
    """The two 32-bit words that a seed and a replication come to."""

    k0: int
    k1: int


class Now(NamedTuple):
    """The month, and the key of the replication's draws."""

    month: int
    k0: int
    k1: int


def key_of(seed: int, replication: int, later: int = 0) -> Key:
    """The key of every draw of one replication of one experiment.

    Args:
        seed: the experiment's seed, 0 included, below 2^63.
        replication: 0 and up; -1 is the settling of the place, common to all replications.
        later: which of the lives that the replication's people may lead from the policy date on; 0 for its own luck all along.
    """
    dated = (later,) if later else ()
    digest = blake2b(b"stream-v1" + pack(f"<{2 + len(dated)}q", seed, replication, *dated), digest_size=8).digest()
    return Key(int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little"))


@row
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32: four words of chance for one counter.

    Args:
        c0: entity, low word.
        c1: entity, high word.
        c2: month.
        c3: event code x 256 + index // 4.
        k0: key, first word.
        k1: key, second word.

    Returns:
        Four unsigned 32-bit words (as 64-bit integers).
    """
    low = uint64(0xFFFFFFFF)
    x0, x1, x2, x3 = uint64(c0), uint64(c1), uint64(c2), uint64(c3)
    a, b = uint64(k0), uint64(k1)
    for _ in range(10):
        p0 = uint64(0xD2511F53) * x0
        p1 = uint64(0xCD9E8D57) * x2
        x0, x1, x2, x3 = (p1 >> uint64(32)) ^ x1 ^ a, p1 & low, (p0 >> uint64(32)) ^ x3 ^ b, p0 & low
        a = (a + uint64(0x9E3779B9)) & low
        b = (b + uint64(0xBB67AE85)) & low
    return x0, x1, x2, x3


@row
def unit(word):
    """A word of chance as a number inside (0, 1)."""
    return (float(word) + 0.5) * 2.3283064365386963e-10


@row
def words_below(chance):
    """How many words of chance, from 0 on, are below a chance as a number; a chance of 1 is not asked for."""
    word = uint64(chance * 4294967296.0)
    return word + uint64(unit(word) < chance)


@rule
def four(uid, month, event, block, k0, k1):
    """Four uniform draws for an entity, a month and an event: indices 4 x block to 4 x block + 3."""
    c3 = (uint64(event) << uint64(8)) | uint64(block)
    entity = uint64(uid)
    month32 = uint64(month) & uint64(0xFFFFFFFF)
    r0, r1, r2, r3 = philox(entity & uint64(0xFFFFFFFF), entity >> uint64(32), month32, c3, k0, k1)
    return unit(r0), unit(r1), unit(r2), unit(r3)


@rule
def draw(uid, month, event, index, k0, k1):
    """One uniform draw in (0, 1)."""
    u0, u1, u2, u3 = four(uid, month, event, index >> 2, k0, k1)
    which = index & 3
    if which == 0:
        return u0
    if which == 1:
        return u1
    if which == 2:
        return u2
    return u3


@maker
def many(uids, month, event, index, k0, k1):
    """The same draw for many entities: float64 in (0, 1), one per entity."""
    out = np.empty(uids.size)
    for n in range(uids.size):
        out[n] = draw(uids[n], month, event, index, k0, k1)
    return out
