"""A watched training: the same numbers as the bare loop, every epoch kept, nothing lost."""

from itertools import pairwise

import numpy as np
import pytest

from lessons import Network, moons, noisy_line, split, train
from lessons.maths.data.dataset import Data
from lessons.maths.training.run import Run
from lessons.maths.training.settings import MOST_EPOCHS, OWN, Settings

USUAL = Settings("moons", 0.2, 80, (4, 3), "tanh", "gradient descent", 0.5, 16, 0)


def made(epochs=20, own=None, **changes):
    settings = {name: getattr(USUAL, name) for name in USUAL.__slots__}
    return Run(Settings(**{**settings, **changes}), epochs, own)


def trained(run, epochs):
    while run.latest < epochs:
        assert run.iterate() is not None
    return run


def thetas(run):
    found = []
    for epoch in range(run.latest + 1):
        run.scrub(epoch)
        found.append(run.theta.copy())
    return found


def state(run):
    """All that an action could have spoilt."""
    kept = (run.settings, run.iteration, run.latest, run.at, run.place, run.target, run.stopped)
    return (*kept, run.theta.tolist(), len(run.left), dict(run.changes), len(run.train))


# The same numbers as the bare loop.


def test_the_weights_of_every_epoch_are_those_of_the_bare_loop():
    run = trained(made(), 6)
    data, held = split(moons(80, noise=0.2, seed=0), 0.25, 0)
    loss = "binary_cross_entropy_from_logits"
    network = Network((2, 4, 3, 1), "tanh", loss=loss, init="xavier", seed=0)
    expected = [network.theta.copy()]
    for progress in train(network, data, epochs=6, batch=16, lr=0.5, seed=0):
        if progress.ends_epoch:
            expected.append(network.theta.copy())
    assert np.array_equal(thetas(run), expected)
    run.scrub(4)
    network.theta = expected[4]
    assert run.now.train_loss == network.mean_loss(data.x, data.y)
    assert run.now.test_loss == network.mean_loss(held.x, held.y)
    assert run.now.test_accuracy == network.accuracy(held.x, held.y)
    assert np.array_equal(run.network_shown().theta, expected[4])


def test_the_gradient_norms_agree_with_central_differences():
    run = trained(made(hidden=(3,)), 2)
    network, h = run.network_shown(), 1e-6
    slopes = []
    for i in range(len(network.theta)):
        ends = []
        for nudge in (h, -h):
            moved = network.theta.copy()
            moved[i] += nudge
            other = network.copy()
            other.theta = moved
            ends.append(other.mean_loss(run.train.x, run.train.y))
        slopes.append((ends[0] - ends[1]) / (2 * h))
    first = 3 * 2 + 3
    expected = np.linalg.norm(slopes[:first]), np.linalg.norm(slopes[first:])
    assert run.now.norms == pytest.approx(expected, rel=1e-6)


def test_iterations_and_epochs_are_counted_as_they_are_defined():
    run = made(batch=25)  # 60 points to train with: 25, 25 and the 10 that are left
    assert (len(run.train), len(run.test), run.iterations) == (60, 20, 3)
    places = []
    for _ in range(4):
        run.iterate()
        places.append((run.iteration, run.latest, round(run.at, 3)))
    assert places == [(1, 0, 0.333), (2, 0, 0.667), (3, 1, 1.0), (4, 1, 1.333)]
    run.scrub(1)
    assert run.updates == 3 and run.looks_back
    run.scrub(0)
    assert run.updates == 0


def test_the_same_seed_gives_the_same_numbers_and_another_does_not():
    run = trained(made(), 3)
    first = thetas(run)
    run.reset()
    assert run.latest == run.iteration == 0 and not run.changes
    assert np.array_equal(thetas(trained(run, 3)), first)
    run.set(seed=1)
    assert not np.allclose(trained(run, 3).theta, first[3])


# Looking back and branching.


def test_looking_back_does_not_move_the_training():
    run, straight = trained(made(), 3), trained(made(), 5)
    run.iterate()
    at = run.at
    run.scrub(1)
    assert run.looks_back and run.place == 1 and run.at == at
    assert run.now == run.measured(1) and run.curve()[-1][0] == at
    trained(run, 5)
    assert run.place == 5 and np.array_equal(run.theta, straight.theta)


def test_a_branch_goes_on_from_there_and_keeps_what_it_left():
    run = trained(made(), 6)
    before, losses = thetas(run), [run.measured(epoch).test_loss for epoch in range(7)]
    run.scrub(2)
    run.branch()
    assert (run.latest, run.iteration, run.target, run.shown) == (2, 8, 20, None)
    assert np.array_equal(run.theta, before[2])
    [left] = run.left
    assert [at for at, _ in left] == [2, 3, 4, 5, 6]
    assert [found.test_loss for _, found in left] == losses[2:]
    trained(run, 6)
    after = thetas(run)
    assert np.array_equal(after[:3], before[:3])
    # Another order of the samples: the second way is not the first one once more.
    assert not np.allclose(after[3], before[3])
    assert run.measured(6).test_loss != losses[6]


def test_where_the_training_stands_there_is_nothing_to_branch_from():
    run = trained(made(), 2)
    with pytest.raises(ValueError, match="look at an earlier epoch"):
        run.branch()


# Settings while it trains.


def test_a_rate_counts_from_the_next_iteration_on():
    run = trained(made(), 2)
    before = run.theta.copy()
    run.set(lr=1e-12)
    run.iterate()
    assert np.allclose(run.theta, before, atol=1e-10)
    run.set(lr=0.05)
    run.set(lr=0.04)
    # What was passed on the way is one change.
    assert list(run.changes.values()) == [{"lr": "1e\N{MINUS SIGN}12"}, {"lr": "0.04"}]


def test_a_batch_and_an_optimizer_count_from_the_next_iteration_on():
    run = trained(made(), 1)
    run.set(batch=60, optimizer="momentum")
    assert run.iterations == 1
    theta = run.theta.copy()
    network = run.network_shown()
    g = network.backward(network.forward(run.train.x), run.train.y).dL_dtheta
    run.iterate()
    assert run.latest == 2 and np.allclose(theta - 0.5 * g, run.theta, atol=1e-14)
    second = run.network_shown()
    v = 0.9 * g + second.backward(second.forward(run.train.x), run.train.y).dL_dtheta
    before = run.theta.copy()
    run.iterate()
    assert np.allclose(before - 0.5 * v, run.theta, atol=1e-14)


@pytest.mark.parametrize(
    ("changes", "sizes"),
    [
        ({"hidden": (5,)}, (2, 5, 1)),
        ({"hidden": ()}, (2, 1)),
        ({"data": "spirals"}, (2, 4, 3, 3)),
        ({"data": "noisy line"}, (1, 4, 3, 1)),
        ({"noise": 0.5}, (2, 4, 3, 1)),
        ({"activation": "relu"}, (2, 4, 3, 1)),
        ({"points": 200}, (2, 4, 3, 1)),
    ],
)
def test_what_changes_data_or_network_begins_anew(changes, sizes):
    run = trained(made(), 3)
    run.set(**changes)
    assert run.latest == run.iteration == 0 and run.network.sizes == sizes
    trained(run, 2)


def test_another_data_set_comes_with_its_own_noise():
    run = made(noise=0.4)
    run.set(data="circles")
    assert run.settings.noise == 0.1
    run.set(data="moons", noise=0.33)
    assert run.settings.noise == 0.33


def test_fewer_points_shrink_the_batch():
    run = made(batch=40)
    run.set(points=20)
    assert run.settings.batch == len(run.train) == 16


# What cannot go on.


def test_a_loss_that_leaves_all_bounds_stops_at_a_step_with_the_last_good_weights():
    run = made(data="noisy line", activation="identity", lr=9.0, noise=0.3)
    while run.iterate() is not None:
        pass
    assert f"Stopped at iteration {run.iteration + 1}" in run.stopped
    assert np.isfinite(run.theta).all()
    while run.iterate() is not None:  # going on from such weights ends the same way
        pass
    assert run.stopped and np.isfinite(run.theta).all()
    run.set(lr=0.001)
    run.scrub(0)
    run.branch()
    assert run.stopped == "" and trained(run, 1).now.train_loss < run.measured(0).train_loss
    run.set(lr=9.0)
    run.reset()
    assert run.iterate() is not None and run.stopped == ""


def test_curves_hold_numbers_that_no_picture_can_show():
    run = made(data="noisy line", activation="identity", lr=9.0, noise=0.3)
    while run.iterate() is not None:
        pass
    losses = [found.train_loss for _, found in run.curve()]
    assert losses[0] < 10 < max(losses)


BAD = [
    ({"data": "stars"}, ValueError, "there is no data set 'stars'; choose one of moons"),
    ({"data": OWN}, ValueError, "there is no data set 'yours'"),
    ({"noise": -0.1}, ValueError, "noise is -0.1"),
    ({"noise": float("nan")}, ValueError, "noise is nan"),
    ({"points": 5}, ValueError, "points is 5; give a whole number from 12 to 600"),
    ({"points": 50.5}, TypeError, "points is 50.5; give a whole number"),
    ({"hidden": 8}, TypeError, r"hidden is 8; give the width of each hidden layer, as in \(8, 8\)"),
    ({"hidden": (8, 0)}, ValueError, "a width in hidden is 0; give a whole number from 1 to 32"),
    ({"hidden": (2,) * 5}, ValueError, "hidden has 5 layers, and this panel shows 4"),
    ({"activation": "sin"}, ValueError, "there is no activation 'sin'; choose one of relu"),
    ({"optimizer": "sgd"}, ValueError, "there is no optimizer 'sgd'; choose one of gradient"),
    ({"lr": -1.0}, ValueError, "lr is -1"),
    ({"lr": float("nan")}, ValueError, "lr is nan"),
    ({"lr": "fast"}, TypeError, "lr is the text 'fast'"),
    ({"lr": lambda step: 0.1}, TypeError, "give one number, which the slider can change"),
    ({"batch": 0}, ValueError, "batch is 0; give a whole number, 1 or more"),
    ({"batch": 61}, ValueError, "batch is 61, and there are 60 points to train with; give 60"),
    ({"batch": 61, "seed": 3}, ValueError, "batch is 61, and there are 60 points"),
    ({"batch": True}, TypeError, "batch is True; give a whole number"),
    ({"seed": -1}, ValueError, "seed is -1"),
    ({"speed": 3}, ValueError, "speed cannot be set; there are data, noise"),
]


@pytest.mark.parametrize(("changes", "kind", "said"), BAD, ids=lambda v: str(v)[:30])
def test_what_does_not_fit_is_refused_and_nothing_is_lost(changes, kind, said):
    run = trained(made(), 2)
    run.iterate()
    before = state(run)
    with pytest.raises(kind, match=said):
        run.set(**changes)
    assert state(run) == before


@pytest.mark.parametrize("epoch", [-1, 3, 1.5, "first", True, float("inf")])
def test_only_epochs_that_were_trained_can_be_looked_at(epoch):
    run = trained(made(), 2)
    with pytest.raises((ValueError, TypeError), match="epoch is"):
        run.scrub(epoch)
    assert run.shown is None


def test_there_is_a_last_epoch():
    run = trained(made(points=12, hidden=(1,), batch=9), 3)
    with pytest.raises(ValueError, match=f"that would be epoch {MOST_EPOCHS + 1}"):
        run.ask_for(MOST_EPOCHS - 2)
    trained(run, 20)
    assert run.ended
    run.go_on()
    assert run.target == 40 and not run.ended
    with pytest.raises(ValueError, match="epochs is 0"):
        made(epochs=0)


def test_a_long_training_has_as_many_points_of_a_curve_as_a_picture_can_show():
    run = trained(made(epochs=1000, points=12, hidden=(1,), batch=9), 333)
    epochs = [at for at, _ in run.curve()]
    assert epochs[0] == 0 and epochs[-1] == 333 and len(epochs) <= 121
    assert {b - a for a, b in pairwise(epochs[:-1])} == {run.stride} == {9}


# The learner's own data.


def test_own_data_of_any_number_of_inputs_is_split_and_learnt():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 3))
    own = Data("mine.csv", x, x @ [[1.0], [-2.0], [0.5]])
    run = trained(made(data=OWN, own=own, hidden=(), lr=0.1), 20)
    assert (len(run.train), len(run.test)) == (30, 10) and run.now.train_accuracy is None
    assert run.now.test_loss < 0.01 < run.measured(0).test_loss
    assert run.name == "mine.csv"
    run.set(data="moons")
    run.set(data=OWN)  # and back
    assert run.train.x.shape == (30, 3)


def test_two_parts_are_taken_as_they_are():
    one, two = split(noisy_line(40, 0.1, 3), 0.5)
    run = made(data=OWN, own=(one, two))
    assert run.train is one and run.test is two
    x, y = run.sample(len(one) + 2)
    assert np.array_equal(x, two.x[2]) and np.array_equal(y, two.y[2])
    assert np.array_equal(run.sample(3)[0], one.x[3])


def test_the_nearest_point_is_near_on_the_page():
    run = made()
    for index in (0, 7, len(run.train) + 4):
        x, _ = run.sample(index)
        assert run.nearest(x + 1e-9, (1.0, 1.0)) == index
    # Two points as far away; the longer axis makes its difference the smaller one.
    pair = Data("two", [[0.0, 1.0], [1.0, 0.0]], [[0.0], [1.0]])
    run = made(data=OWN, own=(pair, pair), batch=2)
    assert run.nearest((0.0, 0.0), (2.0, 1.0)) == 1
    assert run.nearest((0.0, 0.0), (1.0, 2.0)) == 0
