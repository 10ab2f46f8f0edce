"""Diffusion of redesigns against closed forms: no adaptation loss, tests that never err, endless money.

The lucks are fixed; false-alarm rates say how likely a right model would have been to draw a failing set.
"""

from functools import cache

import numpy as np
import pytest
from diffusion_theory import bass, geometric, group_curve, logistic, mean_field_curve
from plain import begin, plain
from scipy import stats
from worlds import policy_of, with_behaviour, with_numbers, world_of

from simulation.settling.settle import settle
from simulation.state.codes import Stage

ATTEMPTS = 1.2  # a year: one try in ten months
CHANCE = ATTEMPTS / 12
PIPELINE = 3  # months of discovering, prototyping and testing, one of each
WORKS = {"outcome_shares": (1.0, 0.0, 0.0, 0.0), "cost_change": (-0.5,) * 4, "outcome_change": (0.5,) * 4}
FAILS = {"outcome_shares": (1.0, 0.0, 0.0, 0.0), "cost_change": (0.5,) * 4, "outcome_change": (0.0,) * 4}
FREE = {"set_up": 0.0}
CHALLENGES = 10


@cache
def place_of(areas, decoys, copying=0.0, people=5):
    """Many services of a kind; one design that works and some that do not; no peer knows more than what is embedded."""
    behaviour = {
        "redesign__attempts": ATTEMPTS,
        "redesign__capability_2010": 1.0,
        "redesign__capability_growth": 0.0,
        "redesign__constrained": 1.0,
        "redesign__months_discover": 1.0,
        "redesign__months_prototype": 1.0,
        "redesign__months_test": 1.0,
        "redesign__months_embed": 1.0,
        "redesign__hurdle": 0.1,
        "redesign__adaptation_loss": 0.0,
        "redesign__copy_weight": copying,
        "accountability__indicator_noise": 0.0,
        "accountability__target_noise": 0.0,
    }
    config = with_behaviour(plain(people, areas), **behaviour)
    shipped = next(iter(world_of().designs.values())).model_copy(
        update={"applies_to": ("*.prevention", "*.core"), "needs_host": False, "step_down_places": False}
    )
    designs = {"good": with_numbers(shipped, {**WORKS, **FREE})}
    designs |= {f"decoy_{k}": with_numbers(shipped, {**FAILS, **FREE}) for k in range(decoys)}
    one = next(iter(config.challenges.values()))
    challenges = {f"need_{k}": one for k in range(CHALLENGES)}
    return settle(config.model_copy(update={"designs": designs, "challenges": challenges}))


def embedded(place, replication, months, everybody_peers=False):
    """The share of open services with the good design in use, by each month's end: (months, services)."""
    names = list(place.world.config.designs)
    model = begin(place, replication, policy=policy_of({"portfolio": {"designs": names}}))
    services = model.state.services
    open_tier = services.tier < 2
    if everybody_peers:
        same = open_tier[:, None] & open_tier[None, :] & ~np.eye(open_tier.size, dtype=bool)
        model.redesigning.catalogue = model.redesigning.catalogue._replace(peers=same)
    rows = []
    for _ in range(months):
        model.step()
        assert not ((services.stage >= Stage.EMBED) & (services.design != 0)).any(), "a design that fails was kept"
        rows.append((services.stage >= Stage.EMBED)[open_tier].copy())
    return np.array(rows)


@pytest.mark.unhurried
def test_one_design_that_works_spreads_geometrically():
    """Two hundred services over four years, five lucks: adopters are binomial at each of eight dates; 4.5 standard
    errors, false alarms below 1 in 3,000. Adoptions over all months and lucks are a binomial share of the months in which
    somebody could try: 4 standard errors, false alarms 1 in 15,000."""
    months, place = 48, place_of(areas=10, decoys=0)
    expected = geometric(CHANCE, PIPELINE, months)
    tries = adoptions = 0
    for replication in range(5):
        adopted = embedded(place, replication, months)
        tries += (~adopted[PIPELINE - 1 : -1]).sum()
        adoptions += adopted[-1].sum()
        spread = np.sqrt(adopted.shape[1] * expected * (1 - expected))
        gap = np.abs(adopted.sum(axis=1) - adopted.shape[1] * expected)
        assert (gap <= 4.5 * spread)[5::6].all()
        assert not adopted[:PIPELINE].any(), "no test is over sooner"
    assert abs(adoptions - CHANCE * tries) < 4 * np.sqrt(CHANCE * (1 - CHANCE) * tries)


@pytest.mark.unhurried
@pytest.mark.parametrize(("decoys", "copying"), [(4, 0.0), (4, 12.0), (9, 40.0)])
def test_small_groups_of_peers_follow_the_exact_chain(decoys, copying):
    """Groups of five, each the others' peers, in which one design of five or ten works: 20 groups in each of six lucks.
    At six dates the mean share of adopters is within 4.5 standard errors of the chain's (from the spread of groups):
    false alarms about 1 in 5,000 for each case."""
    months, size = 72, 5
    place = place_of(areas=size, decoys=decoys, copying=copying)
    expected = group_curve(size, CHANCE, decoys, copying, PIPELINE, months)
    groups = []
    for replication in range(6):
        adopted = embedded(place, replication, months)
        groups.append(adopted.reshape(months, -1, size).mean(axis=2))  # services of a kind are next to each other
    groups = np.concatenate(groups, axis=1)
    error = groups.std(axis=1, ddof=1) / np.sqrt(groups.shape[1])
    assert (np.abs(groups.mean(axis=1) - expected) <= 4.5 * error + 1e-9)[11::12].all()


def test_copying_peers_is_what_speeds_a_good_design_up():
    months = 72
    alone = group_curve(5, CHANCE, 9, 0.0, PIPELINE, months)
    copied = group_curve(5, CHANCE, 9, 40.0, PIPELINE, months)
    assert copied[-1] > alone[-1] + 0.1
    growth = np.diff(copied)
    assert growth.argmax() > 2 * PIPELINE, "with imitation the fastest growth comes late: an S, not a saturating curve"
    assert np.diff(alone).argmax() <= PIPELINE


@pytest.mark.slow
def test_where_everybody_is_a_peer_adoption_is_the_mean_field_curve():
    """Two hundred services all watching each other, six lucks: the mean over lucks at six dates is within 5.9 standard
    errors (t with 5 degrees of freedom: 1 in 500 for each date) plus 1 / services of the mean field."""
    months, decoys, copying = 96, 9, 40.0
    place = place_of(areas=10, decoys=decoys, copying=copying)
    expected = mean_field_curve(CHANCE, decoys, copying, PIPELINE, months)
    curves = np.array([embedded(place, r, months, everybody_peers=True).mean(axis=1) for r in range(6)])
    margin = stats.t.isf(0.001, 5) * curves.std(axis=0, ddof=1) / np.sqrt(6) + 1 / 200
    assert (np.abs(curves.mean(axis=0) - expected) <= margin)[15::16].all()


class TestTheory:
    """The curves themselves, against the published ones."""

    def test_without_copying_the_size_of_a_group_does_not_matter(self):
        field = mean_field_curve(CHANCE, 4, 0.0, 1, 60)
        assert np.abs(field - group_curve(4, CHANCE, 4, 0.0, 1, 60)).max() < 1e-12

    def test_the_mean_field_tends_to_bass(self):
        """Many decoys, short steps, no time lost: innovation chance / (1 + decoys), imitation that times copying."""
        fine, decoys, copying, months = 0.01, 10_000, 100.0, 60_000
        idle, done, curve = 1.0, 0.0, []
        innovation = fine / (1 + decoys)
        for _ in range(months):
            step = idle * innovation * (1 + copying * done)
            idle, done = idle - step, done + step
            curve.append(done)
        times = np.arange(1, months + 1, dtype=float)
        assert np.allclose(curve, bass(innovation, copying * innovation, times), atol=2e-3)
        field = mean_field_curve(fine, decoys, copying, 1, months)
        assert np.allclose(field[::1000], np.array(curve)[::1000], atol=0.02)

    def test_bass_without_innovation_is_logistic(self):
        times = np.linspace(0, 40, 81)
        tiny = 1e-9
        shifted = bass(tiny, 0.4, times + np.log(0.4 / tiny * 0.01 / 0.99) / 0.4)
        assert np.allclose(shifted, logistic(0.4, 0.01, times), atol=1e-4)
