"""The statistics of calibration against known answers: implausibility, the emulator, rejection, what is identified."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.uncertainty import approximate_bayes as abc
from experiments.analysis.uncertainty import emulator, history_matching


def test_implausibility_has_its_known_answer():
    """McCulloch et al. 2022: z 100, f 85, variances 9, 16 and 2.5 give 2.860387767736777, inside the cut of three."""
    found = history_matching.implausibility(100, 85, 9, 16, 2.5)
    assert found == pytest.approx(2.860387767736777, abs=1e-9)
    assert found < history_matching.CUT < history_matching.implausibility(100, 84, 9, 16, 2.5)


def test_more_runs_make_chance_smaller():
    """The chance of n runs counts for one nth of one run's."""
    one = history_matching.implausibility(100, 85, 9, 16, 2.5)
    four = history_matching.implausibility(100, 85, 9, 16, 2.5 / 4)
    assert four == pytest.approx(15 / np.sqrt(25 + 0.625))
    assert four > one


def test_the_second_worst_output_may_decide():
    scores = np.array([[1.0, 3.5, 2.0], [3.2, 3.5, 0.1], [np.nan, 0.1, 0.2]])
    assert history_matching.judged_by(scores, worst=1).tolist() == [3.5, 3.5, np.inf]
    assert history_matching.judged_by(scores, worst=2).tolist() == [2.0, 3.2, 0.2]
    assert history_matching.judged_by(scores, worst=3).tolist() == [1.0, 0.1, 0.1]


def test_weights_converge_to_the_conjugate_posterior():
    """Prior N(0, 10), 25 observations of sd 3 with mean 2: the posterior is N(1.992826, 0.598923).

    400,000 draws are worth some 17,000 of the posterior; the bounds are over four standard errors: a false alarm in 20,000.
    """
    theta = np.random.default_rng(1).normal(0, 10, 400_000)
    variance = np.full((theta.size, 1), 9 / 25)
    scores = history_matching.implausibility(2.0, theta[:, None], 9 / 25, 0, 0)
    weight = abc.weights(abc.likelihood(scores, variance))
    assert weight.sum() == pytest.approx(1)
    assert weight @ theta == pytest.approx(1.9928258270227184, abs=0.02)
    low = abc.weighted(theta, weight, 0.05)
    assert low == pytest.approx(1.9928258270227184 - 1.6448536 * 0.5989229072794673, abs=0.04)


def test_likelihood_counts_the_variance_and_knows_no_unknown_output():
    logs = abc.likelihood(np.array([[0.0], [0.0], [np.nan]]), np.array([[1.0], [4.0], [1.0]]))
    assert logs[0] == pytest.approx(-0.5 * np.log(2 * np.pi))
    assert logs[0] - logs[1] == pytest.approx(np.log(2))
    assert logs[2] == -np.inf


def test_intervals_hold_another_draw_nine_times_in_ten():
    """Of 20 draws the interval holds a 21st with probability 0.9; 4,000 trials waver by 0.005, the bound is four times that."""
    draws = np.random.default_rng(2).normal(size=(4000, 21))
    low, high = abc.interval(draws[:, :20].T)
    assert np.mean((low <= draws[:, 20]) & (draws[:, 20] <= high)) == pytest.approx(0.9, abs=0.02)


def test_what_the_data_leave_alone_is_called_not_identified():
    draws = np.random.default_rng(3)
    prior = pd.DataFrame({"a": draws.random(5000), "b": draws.random(5000), "c": np.ones(5000)})
    posterior = pd.DataFrame({"a": draws.uniform(0.4, 0.6, 500), "b": draws.random(500), "c": np.ones(500)})
    table = abc.prior_and_posterior(prior, posterior).set_index("key")
    assert table.loc["a", "contraction"] == pytest.approx(1 - 0.2**2, abs=0.02)
    assert table["verdict"].tolist() == ["identified", "not identified", "not identified"]
    higher = abc.prior_and_posterior(prior[["a"]], pd.DataFrame({"a": draws.uniform(0.7, 0.9, 500)}))
    assert higher["shift_in_prior_sd"].iloc[0] == pytest.approx(0.3 * 12**0.5, abs=0.05)


def toy(n, p=30, noise=0.1, seed=4):
    """An output that three of thirty parameters make, with chance on top."""
    draws = np.random.default_rng(seed)
    places = draws.random((n, p))
    smooth = 2 * places[:, 3] - 1.5 * places[:, 7] ** 2 + places[:, 3] * places[:, 11]
    return places, smooth, smooth + draws.normal(0, noise, n)


def test_the_emulator_finds_the_parameters_that_matter_and_foretells():
    places, _, output = toy(400)
    model = emulator.fit(places, output)
    assert {3, 7, 11} <= set(model.active)
    fresh, smooth, _ = toy(2000, seed=5)
    inside = model.inside(fresh)
    mean, _ = model.predict(fresh[inside], chance=0.01)
    assert 1 - np.mean((smooth[inside] - mean) ** 2) / np.var(smooth) > 0.97
    assert model.residual == pytest.approx(0.01, rel=0.25)  # what is left over is the chance in a run


def test_the_emulator_says_how_well_it_does():
    """Standardised residuals of 120 held-out runs: their spread wavers by 0.065 around 1, the bound is four times that."""
    places, _, output = toy(600)
    found = emulator.try_out(places, output, chance=0.01)
    assert found.r2 > 0.9
    assert found.r2 == pytest.approx(found.attainable, abs=0.04)
    assert found.scale == pytest.approx(1, abs=0.26)
    assert abs(found.bias) < 0.4
    noise = emulator.try_out(places, np.random.default_rng(6).normal(size=600), chance=1.0)
    assert noise.r2 < 0.2


def test_the_emulator_refuses_outside_what_was_simulated():
    places, _, output = toy(300)
    places = 0.2 + 0.6 * places
    model = emulator.fit(places, output)
    far = np.full((1, 30), 0.5)
    far[0, 3] = 0.95
    assert np.isnan(model.predict(far)[0]).all()
    assert not np.isnan(model.predict(np.full((1, 30), 0.5))[0]).any()
