"""The training loop: its arithmetic, its records, changes on the way, divergence, bad input."""

import numpy as np
import pytest
from tqdm import tqdm

from lessons import Network, digits, loss_slope, split, train
from lessons.maths.data.toy import moons, noisy_line
from lessons.maths.networks.network import Parameters
from lessons.maths.optimizers.optimizers import Adam, GradientDescent, Momentum
from lessons.maths.training.loop import Diverged

CATEGORICAL = "categorical_cross_entropy_from_logits"
BINARY = "binary_cross_entropy_from_logits"


def small(seed=0):
    return Network((2, 6, 1), "tanh", loss=BINARY, seed=seed)


def orders(samples, seed=0):
    """The order of the samples, epoch after epoch, as ``train`` draws it."""
    rng = np.random.default_rng(seed)
    while True:
        yield rng.permutation(samples)


# Its arithmetic.


def test_it_is_forward_loss_backward_update_bit_by_bit():
    data, network, own = moons(50), small(), small()
    losses, own_losses, norms, own_norms = [], [], [], []
    for progress in train(network, data, epochs=3, batch=16, lr=0.5):
        losses.append(progress.loss)
        norms.append(progress.gradient_norms)
    for _, order in zip(range(3), orders(50), strict=False):
        for start in range(0, 50, 16):
            rows = order[start : start + 16]
            forward = own.forward(data.x[rows])
            backward = own.backward(forward, data.y[rows])
            own.theta = own.theta - 0.5 * backward.dL_dtheta
            own_losses.append(backward.loss)
            own_norms.append(
                tuple(
                    np.hypot(np.linalg.norm(W), np.linalg.norm(b))
                    for W, b in zip(backward.dL_dW, backward.dL_db, strict=True)
                )
            )
    assert losses == own_losses
    assert network.theta.tolist() == own.theta.tolist()
    assert np.array(norms) == pytest.approx(np.array(own_norms), rel=1e-12)


def test_it_is_the_loop_written_by_hand():
    data = split(digits())[0].part(slice(0, 300))
    network = Network((64, 32, 10), loss=CATEGORICAL, seed=2)
    (W1, W2), (b1, b2) = ([v.copy() for v in views] for views in (network.W, network.b))
    losses = [progress.loss for progress in train(network, data, epochs=2, lr=0.3, seed=5)]
    by_hand = []
    for _, order in zip(range(2), orders(300, 5), strict=False):
        for start in range(0, 300, 32):
            rows = order[start : start + 32]
            x, y = data.x[rows], data.y[rows]
            z1 = x @ W1.T + b1
            a1 = np.maximum(z1, 0)
            z2 = a1 @ W2.T + b2
            p = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
            by_hand.append(-np.log((p * y).sum(axis=1)).mean())
            dL_dz2 = (p - y) / len(x)
            dL_dz1 = (dL_dz2 @ W2) * (z1 > 0)
            W1, b1 = W1 - 0.3 * dL_dz1.T @ x, b1 - 0.3 * dL_dz1.sum(axis=0)
            W2, b2 = W2 - 0.3 * dL_dz2.T @ a1, b2 - 0.3 * dL_dz2.sum(axis=0)
    assert losses == pytest.approx(by_hand, rel=1e-12)
    for found, expected in zip([*network.W, *network.b], [W1, W2, b1, b2], strict=True):
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-13)


def test_an_epoch_takes_every_sample_once():
    data = noisy_line(50)
    network = Network((1, 3, 1), "tanh")
    whole = network.mean_loss(data.x, data.y)
    # With a rate that moves nothing the losses of the batches add up to that of the data.
    for epoch in range(1, 4):
        taken = list(train(network, data, epochs=1, batch=16, lr=1e-300, seed=epoch))
        total = sum(p.loss * n for p, n in zip(taken, [16, 16, 16, 2], strict=True))
        assert total / 50 == pytest.approx(whole, rel=1e-12)


def test_the_whole_data_as_one_batch_is_plain_gradient_descent():
    data, network = noisy_line(40), Network((1, 1), init="zeros")
    w = b = 0.0
    x, y = data.x[:, 0], data.y[:, 0]
    for _ in train(network, data, epochs=20, batch=40, lr=0.1):
        slope = loss_slope("half_squared_error", w * x + b, y)
        w, b = w - 0.1 * float(slope @ x), b - 0.1 * float(slope.sum())
    assert network.theta == pytest.approx(np.array([w, b]), rel=1e-10)


def test_it_learns_to_read_digits():
    learnt, held = split(digits())
    network = Network((64, 32, 10), loss=CATEGORICAL)
    training = train(network, learnt, epochs=20, lr=0.3, test=held)
    before = training.test_accuracy
    *_, last = training
    assert before < 0.3
    assert training.test_accuracy >= 0.96
    assert training.test_accuracy == network.accuracy(held.x, held.y)
    assert training.test_loss == network.mean_loss(held.x, held.y) < 0.2
    assert last.iteration == 20 * 43


@pytest.mark.parametrize("optimizer", ["adam", Adam(0.02), Momentum(0.02)])
def test_every_optimizer_moves_the_network(optimizer):
    data, network = moons(60), small()
    before = network.mean_loss(data.x, data.y)
    training = train(network, data, epochs=30, lr=0.02, optimizer=optimizer)
    assert list(training)[-1].epoch == 30
    assert training.optimizer.steps == 60
    assert training.optimizer.lr == 0.02
    assert network.mean_loss(data.x, data.y) < before / 2


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others():
    def losses(seed):
        network = small(3)
        return [p.loss for p in train(network, moons(40), epochs=3, batch=8, seed=seed)]

    assert losses(1) == losses(1)
    assert losses(1) != losses(2)


# Its records.


def test_a_record_says_where_it_stands():
    training = train(small(), moons(50), epochs=2, batch=16)
    assert len(training) == 8
    told = [
        (p.epoch, p.iteration, p.iterations, p.ends_epoch) for p in tqdm(training, disable=True)
    ]
    assert told == [
        (1, 1, 4, False), (1, 2, 4, False), (1, 3, 4, False), (1, 4, 4, True),
        (2, 5, 4, False), (2, 6, 4, False), (2, 7, 4, False), (2, 8, 4, True),
    ]  # fmt: skip
    assert len(training) == 8
    assert list(training) == []


def test_seconds_are_those_of_the_training_and_not_of_the_caller(monkeypatch):
    now = 0.0

    def clock():
        nonlocal now
        now += 1.0
        return now

    monkeypatch.setattr("lessons.maths.training.loop.time.perf_counter", clock)
    seconds = []
    for progress in train(small(), moons(40), epochs=2, batch=20):
        seconds.append(progress.seconds)
        now += 1000.0
    assert seconds == [1.0, 2.0, 3.0, 4.0]


def test_the_norm_is_of_the_gradient_before_the_update_and_can_be_asked_later():
    data, network = moons(30), small()
    before = network.copy()
    history = list(train(network, data, epochs=5, batch=30))
    gradient = before.backward(before.forward(data.x), data.y)
    first = history[0]
    assert first.loss == pytest.approx(gradient.loss, rel=1e-12)
    assert first.gradient_norm == pytest.approx(np.linalg.norm(gradient.dL_dtheta), rel=1e-12)
    assert history[-1].gradient_norm < first.gradient_norm


def test_what_needs_the_batch_is_there_until_the_next():
    data, network = moons(30), small()
    expected = network.accuracy(data.x, data.y)
    training = train(network, data, batch=30)
    first = next(training)
    assert first.accuracy == expected
    second = next(training)
    assert 0 <= second.accuracy <= 1
    assert second.gradient_norm == pytest.approx(np.hypot(*second.gradient_norms), rel=1e-12)
    for asked in ("accuracy", "gradient_norms"):
        with pytest.raises(RuntimeError, match=f"for the training is at 2; ask for {asked} inside"):
            getattr(first, asked)
    line = next(train(Network((1, 1)), noisy_line(30), batch=30))
    with pytest.raises(ValueError, match="look at the loss instead"):
        _ = line.accuracy


def test_the_caller_keeps_its_own_handling_of_floating_point_errors():
    kept = np.geterr()
    for _ in train(small(), moons(40), epochs=1):
        assert np.geterr() == kept


# Changes on the way.


def test_the_batch_and_the_rate_may_change_while_it_runs():
    data, network, own = moons(50), small(), small()
    training = train(network, data, epochs=2, batch=20, lr=0.5)
    told = []
    for progress in training:
        told.append((progress.epoch, progress.iterations, progress.ends_epoch))
        if progress.iteration == 1:
            training.batch = 10
            training.optimizer.lr = 0.1
            assert len(training) == 1 + 3 + 5
    assert told == [
        (1, 3, False), (1, 4, False), (1, 4, False), (1, 4, True), *[(2, 5, False)] * 4,
        (2, 5, True),
    ]  # fmt: skip
    batches = [(0, 20, 0.5), (20, 30, 0.1), (30, 40, 0.1), (40, 50, 0.1)]
    order = next(orders(50))
    for start, end, lr in batches:
        rows = order[start:end]
        backward = own.backward(own.forward(data.x[rows]), data.y[rows])
        own.theta -= lr * backward.dL_dtheta
    one = train(small(), data, epochs=1, batch=20, lr=0.5)
    for progress in one:
        if progress.iteration == 1:
            one.batch, one.optimizer.lr = 10, 0.1
    assert one.network.theta.tolist() == own.theta.tolist()


def test_a_change_that_is_refused_leaves_the_training_as_it_was():
    training = train(small(), moons(50), batch=20)
    next(training)
    for wrong, error in ((0, ValueError), (51, ValueError), (2.5, TypeError), (True, TypeError)):
        with pytest.raises(error, match="batch is"):
            training.batch = wrong
    assert training.batch == 20
    assert next(training).iteration == 2


# Divergence.


FAR = (np.linspace(900, 1100, 40)[:, None], np.ones((40, 1)))


@pytest.mark.parametrize(
    ("sizes", "data", "optimizer", "what"),
    [
        ((1, 1), FAR, GradientDescent(1e-5), "the gradient became too large for a float"),
        ((1, 8, 1), noisy_line(40), Momentum(50.0), "the loss became inf"),
    ],
)
def test_a_rate_too_large_is_stopped_and_the_last_good_weights_are_kept(
    sizes, data, optimizer, what
):
    network, own = Network(sizes, "leaky_relu"), Network(sizes, "leaky_relu")
    seen, thetas = [], []
    training = train(network, data, epochs=500, optimizer=optimizer)
    with pytest.raises(Diverged, match=f"{what} .* with lr = {optimizer.lr:g}; the") as caught:
        for progress in training:
            seen.append(progress.loss)
    told = caught.value
    assert told.iteration == len(seen) + 1 > 2
    assert told.epoch == (told.iteration + 1) // 2
    assert f"iteration {told.iteration}, in epoch {told.epoch}" in str(told)
    assert isinstance(told, ArithmeticError)
    assert np.isfinite(seen).all()
    assert optimizer.state == {}
    assert list(training) == []
    # The same way again, weights after each update, as far as it was good.
    for _, _ in zip(train(own, data, epochs=500, optimizer=optimizer), seen, strict=False):
        thetas.append(own.theta.tolist())
        if len(thetas) == len(seen):
            break
    assert network.theta.tolist() == thetas[-2 if "loss" in what else -1]
    assert np.isfinite(network.mean_loss(*(data if data is FAR else (data.x, data.y))))


def test_weights_that_overflow_are_never_left_in_the_network():
    network = Network((1, 1), init={"W1": [[1e100]], "b1": [0.0]})
    with pytest.raises(Diverged, match=r"weights became too large .* iteration 1, in epoch 1"):
        list(train(network, ([[1.0]], [[0.0]]), batch=1, lr=1e300))
    assert network.theta.tolist() == [1e100, 0.0]


def test_a_loss_that_is_infinite_from_the_start_changes_nothing():
    network = Network((1, 1), init={"W1": [[1e200]], "b1": [0.0]})
    with pytest.raises(Diverged, match="the loss became inf at iteration 1"):
        next(train(network, ([[1.0]], [[0.0]]), batch=1))
    assert network.theta.tolist() == [1e200, 0.0]


# Bad input.

HOLED = moons(20).x.copy()
HOLED[7, 1] = np.nan


@pytest.mark.parametrize(
    ("data", "settings", "error", "said"),
    [
        (moons(20), {"batch": 0}, ValueError, "batch is 0; give a whole number, 1 or more"),
        (moons(20), {"batch": 21}, ValueError, "batch is 21, and there are 20 samples; give 20"),
        (moons(20), {"batch": 4.0}, TypeError, "batch is 4.0"),
        (moons(20), {"epochs": 0}, ValueError, "epochs is 0"),
        (moons(20), {"seed": "a"}, TypeError, "seed is 'a'"),
        (moons(20), {"lr": -1.0}, ValueError, "lr"),
        (moons(20), {"optimizer": "adamm"}, ValueError, "there is no optimizer 'adamm'"),
        (moons(20), {"optimizer": 3}, TypeError, "optimizer is 3; give an optimizer"),
        ((HOLED, moons(20).y), {}, ValueError, r"data: x\[7, 1\] is nan, .* repair row 7"),
        ((moons(20).x, moons(20).y[:, 0]), {}, ValueError, r"data: y .* y.reshape\(-1, 1\)"),
        ((moons(20).x, moons(20).y[:19]), {}, ValueError, r"\(19, 1\), .*\(20, 1\); give one row"),
        ((moons(20).x, moons(20).y + 1), {}, ValueError, "data: .* a label is 0 or 1"),
        ((np.ones((0, 2)), np.ones((0, 1))), {}, ValueError, "data: the batch x is empty"),
        (noisy_line(20), {}, ValueError, r"data: x has the shape \(20, 1\), and W1 of layer 1"),
        (moons(20), {"test": noisy_line(20)}, ValueError, r"test: x has the shape \(20, 1\)"),
        (moons(20).x, {}, TypeError, "data is a ndarray; give a Data or a pair"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(data, settings, error, said):
    network = small()
    kept = network.theta.copy()
    with pytest.raises(error, match=said):
        train(network, data, **{"batch": 5, **settings})
    assert network.theta.tolist() == kept.tolist()


def test_test_data_that_were_not_given_are_asked_for():
    training = train(small(), moons(40))
    for ask in ("test_loss", "test_accuracy"):
        with pytest.raises(ValueError, match="there are no test data; give them"):
            getattr(training, ask)


def test_the_step_of_a_training_leaves_the_data_alone():
    data = moons(40)
    x, y = data.x.copy(), data.y.copy()
    list(train(small(), data, epochs=2))
    assert data.x.tolist() == x.tolist()
    assert data.y.tolist() == y.tolist()


def test_a_gradient_of_parameters_begins_at_zero():
    assert not Parameters((2, 3, 1)).flat.any()


def test_plain_gradient_descent_is_the_default():
    training = train(small(), moons(40), lr=0.25)
    assert type(training.optimizer) is GradientDescent
    assert training.optimizer.lr == 0.25
