"""Initialisers: their spreads, the fixed seed, and what is refused."""

import numpy as np
import pytest

from lessons import Network
from lessons.maths.networks.initialisers import INITIALISERS, initial_weights, standard_deviation

SPREADS = [
    ("zeros", 0.0),
    ("normal", 0.01),
    ("xavier", (2 / (100 + 400)) ** 0.5),
    ("he", (2 / 400) ** 0.5),
    (("normal", 0.3), 0.3),
]


@pytest.mark.parametrize(("how", "std"), SPREADS, ids=str)
def test_the_spread_is_the_one_of_the_formula(how, std):
    W = initial_weights(how, 100, 400, np.random.default_rng(5))
    assert W.shape == (100, 400)
    assert standard_deviation(how, 100, 400) == pytest.approx(std)
    assert W.std() == pytest.approx(std, rel=0.02)
    assert abs(W.mean()) <= 4 * std / 200


def test_every_name_has_a_spread():
    assert {how for how, _ in SPREADS if isinstance(how, str)} == set(INITIALISERS)


def test_with_one_seed_two_initialisers_differ_in_scale_alone():
    he, small = (
        initial_weights(how, 4, 3, np.random.default_rng(0)) for how in ("he", ("normal", 1.0))
    )
    assert he == pytest.approx(small * (2 / 3) ** 0.5)


def test_a_seed_gives_the_same_numbers_every_time_and_another_gives_others():
    network = Network((3, 5, 2), seed=3)
    first = network.theta.copy()
    assert Network((3, 5, 2), seed=3).theta.tolist() == first.tolist()
    network.initialise(4)
    assert network.seed == 4
    assert not np.array_equal(network.theta, first)
    network.initialise(3)
    assert network.theta.tolist() == first.tolist()
    assert not network.b[0].any()
    assert not network.b[1].any()


def test_he_keeps_the_size_of_the_signal_through_relu_layers():
    network = Network((64,) * 11, "relu", "relu", seed=1)
    x = np.random.default_rng(2).normal(size=(500, 64))
    a = network.forward(x).a
    sizes = [float(np.mean(each**2)) for each in a]
    # Small random weights shrink it by about 0.01 * sqrt(64 / 2) in each layer.
    assert 0.1 < sizes[-1] / sizes[0] < 10
    small = Network((64,) * 11, "relu", "relu", init="normal", seed=1).forward(x).a
    assert float(np.mean(small[-1] ** 2)) < 1e-20


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("He", "there is no initialiser 'He'; choose one of zeros, normal, xavier, he"),
        (("normal", -1), "give a finite one, 0 or more"),
        (("normal", float("nan")), "give a finite one"),
        (("normal", "big"), "give it a number"),
        (("uniform", 1.0), "there is no initialiser"),
        (None, "there is no initialiser None"),
    ],
)
def test_other_initialisers_are_refused(how, said):
    with pytest.raises(ValueError, match=said):
        initial_weights(how, 2, 3, np.random.default_rng(0))
