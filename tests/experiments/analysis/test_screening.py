"""Screening and variance shares against published and exact values; what noise is; where an answer flips."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.uncertainty import screening
from experiments.questions.sensitivity import tables

ISHIGAMI_S1, ISHIGAMI_ST = (0.313905, 0.442411, 0.0), (0.557589, 0.442411, 0.243684)
LINEAR = (1 / 14, 4 / 14, 9 / 14)


def ishigami(shares, a=7.0, b=0.1):
    x = (2 * shares - 1) * np.pi
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def by_input(table):
    return table.set_index("input")


def test_sobol_indices_of_ishigamis_function():
    """Ishigami and Homma 1990 with a = 7, b = 0.1; a fixed seed, so nothing is left to chance."""
    names = ["x1", "x2", "x3", screening.LUCK]
    shares = screening.sobol_shares(names, 2048, seed=1)
    found = by_input(screening.sobol_indices(names, ishigami(shares), seed=1)).loc[names]
    assert found["S1"][:3].to_numpy() == pytest.approx(ISHIGAMI_S1, abs=0.02)
    assert found["ST"][:3].to_numpy() == pytest.approx(ISHIGAMI_ST, abs=0.02)
    assert found.loc[screening.LUCK, ["S1", "ST"]].to_numpy(dtype=float) == pytest.approx([0, 0], abs=1e-9)
    assert ((found["ST_lo"] <= found["ST"]) & (found["ST"] <= found["ST_hi"])).all()


def test_sobol_indices_of_a_sum_add_up_to_one():
    names = ["x1", "x2", "x3"]
    shares = screening.sobol_shares(names, 1024, seed=3)
    found = by_input(screening.sobol_indices(names, shares @ np.array([1.0, 2.0, 3.0]), seed=1)).loc[names]
    assert found["S1"].to_numpy() == pytest.approx(LINEAR, abs=0.01)
    assert found["ST"].to_numpy() == pytest.approx(LINEAR, abs=0.01)
    assert screening.sobol_shares(names, 64, 1).shape == (64 * 5, 3)


def test_a_response_that_never_varies_has_no_indices():
    found = screening.sobol_indices(["a", "b"], np.ones(64 * 4), seed=1)
    assert found["ST"].isna().all()


def test_morris_of_saltellis_exercise_4():
    """Saltelli et al. 2008, Primer, exercise 4 (the book rounds mu1 to 0.66)."""
    walks = [
        [[0, 1 / 3], [0, 1], [2 / 3, 1]],
        [[0, 1 / 3], [2 / 3, 1 / 3], [2 / 3, 1]],
        [[2 / 3, 0], [2 / 3, 2 / 3], [0, 2 / 3]],
        [[1 / 3, 1], [1, 1], [1, 1 / 3]],
        [[1 / 3, 1], [1 / 3, 1 / 3], [1, 1 / 3]],
        [[1 / 3, 2 / 3], [1 / 3, 0], [1, 0]],
    ]
    response = [
        [0.97, 0.71, 2.39],
        [0.97, 2.3, 2.39],
        [1.87, 2.4, 0.87],
        [2.15, 1.71, 1.54],
        [2.15, 2.17, 1.54],
        [2.2, 1.87, 1.0],
    ]
    found = by_input(
        screening.morris_effects(
            ["x1", "x2"], np.array(walks, dtype=float).reshape(-1, 2), np.array(response).ravel(), seed=1
        )
    )
    assert found.loc[["x1", "x2"], "mu"].to_numpy() == pytest.approx([0.65, 0.21], abs=1e-6)
    assert found.loc[["x1", "x2"], "mu_star"].to_numpy() == pytest.approx([1.62, 0.35], abs=1e-6)
    assert found.loc[["x1", "x2"], "sigma"].to_numpy() == pytest.approx([1.794107, 0.411995], abs=1e-6)
    assert list(found["bends"]) == [True, True]


def test_screening_keeps_what_does_more_than_nothing():
    names = ["strong", "weak", "none", screening.LUCK]
    shares = screening.morris_shares(names, 10, seed=2)
    assert shares.shape == (10 * 5, 4)
    found = screening.morris_effects(names, shares, 5 * shares[:, 0] + shares[:, 1] ** 2, seed=2)
    assert screening.survivors(found, most=8) == ["strong", "weak"]
    assert screening.survivors(found, most=1) == ["strong"]
    assert by_input(found).loc["strong", "mu_star"] == pytest.approx(5)


def test_noise_is_the_part_of_the_variance_that_more_replications_remove():
    """Three points of two replications, worked by hand: within (2 + 8 + 2) / 3 = 4, over 2; means 1, 4, 7 vary by 9."""
    found = screening.noise(np.array([[0.0, 2.0], [2.0, 6.0], [6.0, 8.0]]))
    assert (found.within, found.between) == (4.0, 9.0)
    assert found.share == pytest.approx(4 / 2 / 9)
    assert np.isnan(screening.noise(np.ones((4, 1))).share)


def test_where_an_answer_flips():
    assert screening.switching_share([0.05, 0.5, 0.95], [-1, 1, 3], 0.5) == pytest.approx(0.275)
    assert np.isnan(screening.switching_share([0.05, 0.5, 0.95], [1, 2, 3], 0.5))
    assert screening.switching_share([0.05, 0.5], [2, 0], 0.5) == 0.5
    assert screening.switching_share([0.1, 0.2, 0.8, 0.9], [-1, 1, 1, -1], 0.6) == pytest.approx(0.85), "the nearest"
    assert screening.switching_share([0.1, 0.2, 0.8, 0.9], [-1, 1, 1, -1], 0.4) == pytest.approx(0.15)


ABOUT = {"title": "Social value", "unit": "£", "better": "higher"}


@pytest.mark.parametrize(("replications", "spread", "settled"), [(5, 1, False), (10, 1, True), (10, 30, False)])
def test_an_answer_flips_only_where_it_is_told_from_luck(replications, spread, settled):
    """As used it is 4; the input's ends and middle give -4, 4, 12 and -4, so that it flips on both sides of 7."""
    luck = spread * np.where(np.arange(replications) % 2, 1.0, -1.0)
    index = pd.MultiIndex.from_product([range(5), range(replications)], names=["point", "replication"])
    means = np.array([4.0, -4.0, 4.0, 12.0, -4.0])
    found = pd.DataFrame({"social_value": (means[:, None] + luck).ravel()}, index=index)
    shares = [("x.y", share) for share in (0.05, 0.25, 0.75, 0.95)]
    told = tables.tornado(found, shares, [1.0, 3.0, 7.0, 9.0], {"x.y": 7.0}, {"social_value": ABOUT})
    row = told.iloc[0]
    assert (row["settled"], row["flips"]) == (settled, settled)
    assert row["switching_value"] == pytest.approx(8.5) if settled else np.isnan(row["switching_value"])
    noise = pd.DataFrame([{"response": "social_value", "noise_share": 0.001, "replications": replications}])
    shown = pd.DataFrame([{"response": "social_value", "input": "x.y", "ST": 0.7, "ST_lo": 0.6, "ST_hi": 0.8}])
    ranks = pd.DataFrame([{"response": "social_value", "spearman": np.nan, "note": "one input", "alike": False}])
    said = tables.sentence({"indices": shown, "noise": noise, "tornado": told, "ranks": ranks}, ("new", "old"))
    assert ("What would flip its sign" in said) == settled
    assert ("Its sign itself is not settled" in said) != settled
    assert ("there are too few runs to tell it from luck" in said) == (replications < 8)
    assert "less than 1% of the variance is luck" in said


def test_other_seeds_must_rank_inputs_alike():
    """Four inputs of clear weights rank alike whatever the luck; of four that do nothing luck makes the order."""
    names = ["a", "b", "c", "d", screening.LUCK]
    shares = screening.sobol_shares(names, 64, seed=1)
    index = pd.MultiIndex.from_product([range(len(shares)), range(4)], names=["point", "replication"])
    words = {"y": {"title": "y"}, "luck": {"title": "luck"}}
    luck = np.random.default_rng(1).normal(0, 0.3, (len(shares), 4))
    clear = (shares @ [1.0, 2.0, 4.0, 8.0, 0.0])[:, None] + luck
    found = pd.DataFrame({"y": clear.ravel(), "luck": luck.ravel()}, index=index)
    told = tables.ranks(names, found, words, 1).set_index("response")
    assert (told.loc["y", "spearman"], told.loc["y", "alike"]) == (1, True)
    assert not told.loc["luck", "alike"]
    one = tables.ranks(names, found[index.get_level_values("replication") == 0], words, 1)
    assert np.isnan(one["spearman"]).all()
    assert "two replications" in one["note"].iloc[0]


@pytest.mark.slow
def test_noise_is_told_from_what_matters():
    """Of 22 idle inputs in 200 futures some reaches 5 to 12%; an input that makes a tenth of the variance lies above."""
    from scipy.stats import qmc

    luck, points = np.random.default_rng(5), qmc.LatinHypercube(22, rng=np.random.default_rng(4)).random(200)
    names, idle = [str(k) for k in range(22)], luck.normal(size=200)
    floor = screening.noise_floor(points, idle, 1)
    assert 0.05 < floor < 0.15
    assert screening.own_shares(names, points, idle, 1)["S1"].max() < floor
    for weight in (1.5, 5):
        driven = idle + weight * points[:, 3]
        found = screening.own_shares(names, points, driven, 1)
        above = found[found["S1"] > screening.noise_floor(points, driven, 1)]
        assert above["input"].tolist() == ["3"]
    assert screening.noise_floor(points, np.ones(200), 1) == 0.0


@pytest.mark.slow
def test_the_floor_is_passed_by_noise_as_often_as_it_says():
    """Of 200 tables of noise about 10 have a share above the floor; more than 19 are 1 in 370 by luck."""
    passed = 0
    for seed in range(200):
        draws = np.random.default_rng(seed)
        points, noise = draws.random((40, 5)), draws.normal(size=40)
        shares = screening.own_shares([*"abcde"], points, noise, seed, resamples=2)
        passed += shares["S1"].max() > screening.noise_floor(points, noise, seed)
    assert passed <= 19


def test_own_shares_from_points_drawn_for_something_else():
    """A hypercube of 400 points finds the known shares of two functions; a response that never varies hangs on nothing."""
    from scipy.stats import qmc

    points = qmc.LatinHypercube(3, rng=np.random.default_rng(1)).random(400)
    for response, known in ((ishigami(points), ISHIGAMI_S1), (points @ [1.0, 2.0, 3.0], LINEAR)):
        found = by_input(screening.own_shares(["a", "b", "c"], points, response, 1))
        assert found.loc[["a", "b", "c"], "S1"].to_numpy() == pytest.approx(known, abs=0.08)
        assert (found["S1_ci"] > 0).all()
    still = screening.own_shares(["a", "b", "c"], points, np.ones(400), 1)
    assert still["S1"].tolist() == [0.0, 0.0, 0.0]
