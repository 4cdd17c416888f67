"""Networks: gradients against the recorded engine, differences and PyTorch; shapes; bad input."""

import copy

import numpy as np
import pytest

import lessons
from lessons import Network, loss_slope, slope, softmax
from lessons.maths.functions import ACTIVATIONS, FUNCTIONS
from lessons.maths.losses.losses import LOSSES
from lessons.maths.networks.activations import ARRAY_ACTIVATIONS, ARRAY_LOSSES
from lessons.maths.networks.network import HIDDEN, Parameters
from tests.scalar_network import recorded

CATEGORICAL = "categorical_cross_entropy_from_logits"
BINARY = "binary_cross_entropy_from_logits"

#: Every activation and every loss, depths from 1 to 4, and batches from one sample up.
NETWORKS = [
    *[((3, 4, 2), name, "identity", "half_squared_error", 3) for name in HIDDEN],
    *[((2, 3, 2), "tanh", name, "mean_squared_error", 2) for name in HIDDEN],
    ((3, 4, 1), "relu", "sigmoid", "binary_cross_entropy", 4),
    ((3, 4, 1), "relu", "identity", BINARY, 4),
    ((3, 4, 3), "sigmoid", "softmax", "categorical_cross_entropy", 4),
    ((3, 4, 3), "relu", "identity", CATEGORICAL, 4),
    ((2, 2), "relu", "softmax", "half_squared_error", 3),
    ((4, 1), "relu", "relu", "half_squared_error", 6),
    ((4, 2), "relu", "identity", "half_squared_error", 1),
    ((3, 2), "relu", "identity", CATEGORICAL, 1),
    ((2, 3, 3, 4, 2), ["relu", "tanh", "softplus"], "identity", CATEGORICAL, 5),
]


def made(sizes, hidden, output, loss, n, seed=1):
    """A network with biases that are not 0, and a batch that fits it."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, hidden, output, loss, init="he", seed=seed)
    for b in network.b:
        b[:] = rng.normal(size=len(b)) / 2
    x = rng.normal(size=(n, sizes[0]))
    k = sizes[-1]
    if LOSSES[loss].classes:
        y = np.eye(k)[rng.integers(0, k, n)]
    elif loss.startswith("binary"):
        y = rng.integers(0, 2, (n, 1)).astype(float)
    else:
        y = rng.normal(size=(n, k))
    return network, x, y


def nudged(function, at, h=1e-6):
    """Central differences of a function of an array, entry by entry. ``at`` is left as it was."""
    found = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        kept = at[place]
        at[place] = kept + h
        above = function()
        at[place] = kept - h
        found[place] = (above - function()) / (2 * h)
        at[place] = kept
    return found


# Gradients.


@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_the_recorded_engine_finds_the_same_loss_and_gradients(case):
    network, x, y = made(*case)
    found = network.backward(network.forward(x), y)
    loss, dL_dx, dL_dtheta = recorded(network, x, y)
    assert found.loss == pytest.approx(loss, rel=1e-12, abs=1e-12)
    assert found.dL_dtheta == pytest.approx(np.array(dL_dtheta), rel=1e-12, abs=1e-12)
    assert found.dL_dx.ravel() == pytest.approx(np.array(dL_dx), rel=1e-12, abs=1e-12)
    assert np.abs(found.dL_dtheta).max() > 1e-3  # there is something to compare


@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_central_differences_find_the_same_gradients(case):
    network, x, y = made(*case, seed=2)
    found = network.backward(network.forward(x), y)
    by_theta = nudged(lambda: network.mean_loss(x, y), network.theta)
    by_x = nudged(lambda: network.mean_loss(x, y), x)
    assert found.dL_dtheta == pytest.approx(by_theta, rel=1e-6, abs=1e-8)
    assert found.dL_dx == pytest.approx(by_x, rel=1e-6, abs=1e-8)


def test_the_gradients_by_z_and_a_are_those_of_the_rest_of_the_network():
    network, x, y = made((3, 4, 5, 2), ["relu", "tanh"], "sigmoid", "half_squared_error", 3)
    forward = network.forward(x)
    backward = network.backward(forward, y)
    for layer in range(3):
        names = network.activations[layer:]
        W, b = network.W[layer + 1 :], network.b[layer + 1 :]
        # The layers from here on, behind one that hands z on as it is.
        rest = Network(
            [network.sizes[layer + 1], *network.sizes[layer + 1 :]], names[:-1], names[-1]
        )
        rest.W[0][:] = np.eye(len(rest.W[0]))
        for view, values in zip([*rest.W[1:], *rest.b[1:]], [*W, *b], strict=True):
            view[:] = values
        after = rest.backward(rest.forward(forward.z[layer]), y)
        assert backward.dL_dz[layer] == pytest.approx(after.dL_dx, rel=1e-12)
        assert backward.dL_da[layer] == pytest.approx(after.dL_da[0], rel=1e-12)
        if layer < 2:
            assert backward.dL_da[layer] == pytest.approx(
                nudged_by_output(network, layer, forward.a[layer].copy(), y), rel=1e-6, abs=1e-9
            )


def nudged_by_output(network, layer, a, y):
    """dL_da of a layer by central differences of what the later layers make of a."""
    names = network.activations[layer + 1 :]
    rest = Network(network.sizes[layer + 1 :], names[:-1], names[-1])
    for view, values in zip(
        [*rest.W, *rest.b], [*network.W[layer + 1 :], *network.b[layer + 1 :]], strict=True
    ):
        view[:] = values
    return nudged(lambda: rest.mean_loss(a, y), a)


@pytest.mark.parametrize("loss", [CATEGORICAL, BINARY, "mean_squared_error"])
def test_pytorch_finds_the_same_gradients(loss):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    k = 1 if loss == BINARY else 10
    network, x, y = made((64, 32, 16, k), ["relu", "tanh"], "identity", loss, 32)
    theta = {name: torch.tensor(v, requires_grad=True) for name, v in network.parameters.items()}
    inputs = torch.tensor(x, requires_grad=True)
    a = torch.relu(functional.linear(inputs, theta["W1"], theta["b1"]))
    a = torch.tanh(functional.linear(a, theta["W2"], theta["b2"]))
    z = functional.linear(a, theta["W3"], theta["b3"])
    given = {
        CATEGORICAL: functional.cross_entropy,
        BINARY: functional.binary_cross_entropy_with_logits,
        "mean_squared_error": functional.mse_loss,
    }[loss](z, torch.tensor(y))
    given.backward()
    found = network.backward(network.forward(x), y)
    assert found.loss == pytest.approx(given.item(), rel=1e-12)
    assert found.dL_dx == pytest.approx(inputs.grad.numpy(), rel=1e-12, abs=1e-14)
    for name, gradient in found.gradients.items():
        assert gradient == pytest.approx(theta[name].grad.numpy(), rel=1e-12, abs=1e-14)


# The twins of the tables.

EDGES = np.array([[0.0, -0.0, 1e-300, -1e-300, 30.0], [-30.0, 800.0, -800.0, 1.5, -1.5]])


@pytest.mark.parametrize("name", HIDDEN)
def test_an_activation_over_arrays_is_the_one_of_the_table(name):
    z = np.vstack([EDGES, np.random.default_rng(0).normal(size=(6, 5)) * 3])
    upstream = np.random.default_rng(1).normal(size=z.shape)
    rule, function = ARRAY_ACTIVATIONS[name], FUNCTIONS[name]
    a = rule.value(z)
    expected = function.value(z, *function.defaults)
    assert a == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert rule.back(upstream, z, a) == pytest.approx(upstream * slope(name, z), abs=1e-12)


def test_every_activation_of_the_table_can_be_that_of_a_layer():
    assert set(HIDDEN) == {"identity", *ACTIVATIONS}
    assert set(ARRAY_LOSSES) == set(LOSSES)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh", "softplus", "identity"])
def test_nan_stays_nan_through_an_activation(name):
    assert np.isnan(ARRAY_ACTIVATIONS[name].value(np.array([[np.nan]]))).all()


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("scale", [0.1, 3.0, 30.0, 55.0, 60.0, 300.0, 1e5])
def test_a_loss_over_arrays_is_the_one_of_the_table(name, scale):
    rng = np.random.default_rng(3)
    row, k = LOSSES[name], 1 if name.startswith("binary") else 4
    prediction = rng.normal(size=(7, k)) * scale
    y = np.eye(4)[rng.integers(0, 4, 7)] if row.classes else rng.integers(0, 2, (7, k)) * 1.0
    if row.letter == "p":
        prediction = ARRAY_ACTIVATIONS["softmax" if row.classes else "sigmoid"].value(
            prediction / 10
        )
    with np.errstate(all="ignore"):  # as a network runs them
        loss, slopes = ARRAY_LOSSES[name](prediction, y)
    assert loss == pytest.approx(getattr(lessons, name)(prediction, y), rel=1e-12, abs=2e-13)
    assert slopes == pytest.approx(loss_slope(name, prediction, y), rel=1e-12, abs=1e-12)
    assert slopes.shape == prediction.shape


def test_logits_of_any_size_give_finite_losses_and_slopes():
    z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]])
    loss, slopes = ARRAY_LOSSES[CATEGORICAL](z, np.array([[0.0, 1, 0], [0, 0, 1]]))
    assert loss == pytest.approx((2e4 + np.log(2)) / 2)
    assert slopes == pytest.approx(np.array([[0.5, -0.5, 0], [0, 0.25, -0.25]]))


def test_softmax_as_an_output_is_the_one_of_the_course():
    z = np.random.default_rng(0).normal(size=(4, 3)) * 50
    assert ARRAY_ACTIVATIONS["softmax"].value(z) == pytest.approx(softmax(z), rel=1e-12)


# Facts.


def test_system_t_has_the_gradients_of_the_facts():
    network = Network((1, 1, 1), "identity", "relu", init={
        "W1": [[3.0]], "b1": [0.0], "W2": [[0.5]], "b2": [0.0],
    })  # fmt: skip
    forward = network.forward([2.0])
    backward = network.backward(forward, [1.0])
    assert [float(a[0]) for a in forward.a] == [6.0, 3.0]
    assert backward.loss == 2.0
    assert backward.gradients["W2"].item() == 12.0
    assert backward.gradients["W1"].item() == 2.0
    assert backward.dL_da[1].item() == 2.0
    assert backward.dL_dx.tolist() == [3.0]


def test_system_m_sums_over_the_nodes_of_the_next_layer():
    network = Network((10, 10, 10), "identity", seed=4)
    network_x = np.linspace(-1, 1, 10)
    forward = network.forward(network_x)
    backward = network.backward(forward, np.zeros(10))
    dL_dz, W = backward.dL_dz[1], network.W[1]
    by_hand = [sum(W[i, j] * dL_dz[i] for i in range(10)) for j in range(10)]
    assert backward.dL_da[0] == pytest.approx(np.array(by_hand), rel=1e-12)
    assert backward.dL_dW[1] == pytest.approx(np.outer(dL_dz, forward.a[0]), rel=1e-12)
    assert len(network.W[0].ravel()) + len(network.b[0]) == 110


# Shapes, views and copies.


def test_shapes_of_a_batch_and_of_a_sample():
    network, x, y = made((3, 4, 2), "relu", "identity", "half_squared_error", 5)
    batch, sample = network.forward(x), network.forward(x[2])
    back, one = network.backward(batch, y), network.backward(sample, y[2])
    assert [a.shape for a in batch.a] == [a.shape for a in batch.z] == [(5, 4), (5, 2)]
    assert [a.shape for a in sample.a] == [a.shape for a in sample.z] == [(4,), (2,)]
    assert [d.shape for d in back.dL_dz] == [d.shape for d in back.dL_da] == [(5, 4), (5, 2)]
    assert [d.shape for d in one.dL_dz] == [d.shape for d in one.dL_da] == [(4,), (2,)]
    assert (back.dL_dx.shape, one.dL_dx.shape) == ((5, 3), (3,))
    assert [d.shape for d in back.dL_dW] == [W.shape for W in network.W] == [(4, 3), (2, 4)]
    assert [d.shape for d in back.dL_db] == [b.shape for b in network.b] == [(4,), (2,)]
    assert list(back.gradients) == list(network.parameters) == ["W1", "b1", "W2", "b2"]
    assert batch.a[1][2] == pytest.approx(sample.a[1], rel=1e-12)
    mean = np.mean([network.backward(network.forward(r), t).dL_dtheta
                    for r, t in zip(x, y, strict=True)], axis=0)  # fmt: skip
    assert back.dL_dtheta == pytest.approx(mean, rel=1e-12, abs=1e-15)


def test_parameters_are_views_of_theta_and_the_flat_gradient_has_their_layout():
    network, x, y = made((3, 4, 2), "relu", "identity", "half_squared_error", 5)
    theta = network.theta
    assert theta.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    network.parameters["W2"][1, 3] = 7.0
    assert network.W[1][1, 3] == 7.0
    assert theta[12 + 4 + 7] == 7.0
    network.theta = np.arange(26)
    assert network.theta is theta
    assert network.b[1].tolist() == [24.0, 25.0]
    network.theta -= 1.0
    assert network.theta is theta
    assert network.W[0][0, 0] == -1.0
    back = network.backward(network.forward(x), y)
    flat = np.concatenate([g.ravel() for g in back.gradients.values()])
    assert flat.tolist() == back.dL_dtheta.tolist()
    assert [len(layer) for layer in Parameters((3, 4, 2)).layers] == [16, 10]


def test_a_copy_changes_on_its_own():
    network = Network((2, 3, 1), "tanh", "sigmoid", "binary_cross_entropy", ("normal", 0.5), 7)
    network.theta += 0.5
    for other in (network.copy(), copy.copy(network), copy.deepcopy(network)):
        assert repr(other) == repr(network)
        assert other.theta.tolist() == network.theta.tolist()
        other.theta[:] = 0
        assert not other.W[0].any()
        assert network.theta.any()


def test_predictions_are_probabilities_where_the_loss_takes_logits():
    network, x, _ = made((3, 4, 3), "relu", "identity", CATEGORICAL, 6)
    z = network.forward(x).a[-1]
    assert network.predict(x) == pytest.approx(softmax(z), rel=1e-12)
    assert network.predict(x[0]) == pytest.approx(softmax(z)[0], rel=1e-12)
    assert network.classify(x).tolist() == np.argmax(z, axis=1).tolist()
    assert network.classify(x[1]).tolist() == [np.argmax(z[1])]
    binary, x, y = made((3, 4, 1), "relu", "identity", BINARY, 40)
    z = binary.forward(x).a[-1]
    assert binary.predict(x) == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-12)
    assert binary.classify(x).tolist() == (z[:, 0] > 0).astype(int).tolist()
    right = np.mean((z[:, 0] > 0) == (y[:, 0] == 1))
    assert binary.accuracy(x, y) == right
    assert 0 < right < 1
    plain, x, _ = made((3, 4, 2), "relu", "identity", "half_squared_error", 6)
    assert plain.predict(x).tolist() == plain.forward(x).a[-1].tolist()


# Bad input.


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sizes": (3,)}, r"sizes is \(3,\); give the number of inputs"),
        ({"sizes": (3, 0)}, "whole numbers from 1"),
        ({"sizes": (3, 2.5)}, "whole numbers from 1"),
        ({"sizes": 3}, "sizes is 3"),
        ({"sizes": (3, 4, 2), "hidden": "rellu"}, "layer 1 has the activation 'rellu'; choose"),
        ({"sizes": (3, 4, 2), "hidden": ["relu", "relu"]}, "names 2 activations, and there are 1"),
        ({"sizes": (3, 2), "output": "softmix"}, "there is no output 'softmix'"),
        ({"sizes": (3, 2), "loss": "hinge"}, "there is no loss 'hinge'"),
        ({"sizes": (3, 2), "loss": CATEGORICAL, "output": "softmax"}, "has the softmax inside"),
        ({"sizes": (3, 2), "loss": BINARY}, f"one output, .* has 2; .* use {CATEGORICAL}"),
        ({"sizes": (3, 1), "loss": CATEGORICAL}, f"layer has 1; for one output use {BINARY}"),
        ({"sizes": (3, 2), "init": "hee"}, "there is no initialiser 'hee'"),
        ({"sizes": (3, 2), "init": {"W1": np.eye(2)}}, "init holds W1, .* has W1, b1; give each"),
        (
            {"sizes": (3, 2), "init": {"W1": np.ones((3, 2)), "b1": [0, 0]}},
            r"W1 has the shape \(3, 2\), and layer 1 of the sizes \(3, 2\) needs \(2, 3\)",
        ),
        (
            {"sizes": (1, 1), "init": {"W1": [[np.nan]], "b1": [0]}},
            r"W1\[0, 0\] is nan",
        ),
        ({"sizes": (3, 2), "seed": -1}, "seed is -1"),
    ],
)
def test_a_network_that_does_not_fit_together_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Network(**given)


HOLED = np.ones((5, 3))
HOLED[3, 1] = np.nan


@pytest.mark.parametrize(
    ("x", "error", "said"),
    [
        (np.ones((4, 2)), ValueError, r"x has the shape \(4, 2\), and W1 of layer 1 has \(4, 3\)"),
        (np.ones(4), ValueError, r"shape \(4,\), .* one sample \(3,\)"),
        (np.ones((2, 2, 3)), ValueError, r"shape \(2, 2, 3\)"),
        (5.0, ValueError, r"shape \(\)"),
        (np.ones((0, 3)), ValueError, r"the batch x is empty, \(0, 3\)"),
        (HOLED, ValueError, r"x\[3, 1\] is nan, .* repair row 3"),
        (np.full((5, 3), np.inf), ValueError, r"x\[0, 0\] is inf, and 4 more rows are like it"),
        ([[1, 2, 3], [1, 2]], TypeError, "x is uneven"),
        ([["a", "b", "c"]], TypeError, "x holds what is no real number"),
        (np.ones((2, 3)) * 1j, TypeError, "complex"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(x, error, said):
    network = Network((3, 4, 2))
    for asked in (network.forward, network.predict, network.classify):
        with pytest.raises(error, match=said):
            asked(x)


@pytest.mark.parametrize(
    ("loss", "k", "y", "said"),
    [
        ("half_squared_error", 1, np.ones(4), r"y.reshape\(-1, 1\)"),
        ("half_squared_error", 1, np.ones((1, 4)), r"y has the shape \(1, 4\), .* \(4, 1\)"),
        ("half_squared_error", 2, np.ones((3, 2)), "one row of y for each row of x"),
        ("half_squared_error", 2, np.ones((4, 3)), r"output of layer 2, the last one, has \(4, 2"),
        ("half_squared_error", 2, np.full((4, 2), np.nan), r"y\[0, 0\] is nan"),
        (CATEGORICAL, 3, np.array([0, 1, 2, 0]), "write y one-hot"),
        (CATEGORICAL, 3, np.eye(3)[[0, 1, 2, 0]] * 2, r"y\[0\]\[0\] is 2.0, and a label is 0 or 1"),
        (CATEGORICAL, 3, np.ones((4, 3)), r"y\[0\] holds 3 ones"),
        (CATEGORICAL, 3, np.zeros((4, 3)), r"y\[0\] holds 0 ones"),
        (BINARY, 1, np.array([[0], [1], [2], [1]]), r"y\[2\]\[0\] is 2.0"),
        (BINARY, 1, np.array([0, 1, 1, 1]), "every sample against every other"),
    ],
)
def test_targets_that_do_not_fit_are_refused(loss, k, y, said):
    network = Network((3, 4, k), loss=loss)
    forward = network.forward(np.ones((4, 3)))
    with pytest.raises(ValueError, match=said):
        network.backward(forward, y)
    with pytest.raises(ValueError, match=said):
        network.mean_loss(forward.x, y)
    with pytest.raises(ValueError, match=said):
        network.accuracy(forward.x, y)


def test_accuracy_of_other_targets_than_labels_is_refused():
    network = Network((3, 4, 2))
    for y in ([[0.5, 0.2]], [[1, 1]]):
        with pytest.raises(ValueError, match="look at the loss instead"):
            network.accuracy(np.ones((1, 3)), y)


def test_a_way_back_through_other_parameters_is_refused():
    network = Network((3, 4, 2))
    forward = network.forward(np.ones((4, 3)))
    network.theta -= 0.1
    with pytest.raises(ValueError, match=r"run forward\(x\) again"):
        network.backward(forward, np.ones((4, 2)))
    with pytest.raises(ValueError, match="of another network"):
        Network((3, 5, 2)).backward(forward, np.ones((4, 2)))


def test_parameters_of_another_shape_are_refused_and_nothing_changes():
    network = Network((3, 4, 2))
    kept = network.theta.copy()
    with pytest.raises(ValueError, match=r"theta has the shape \(25,\), .* has \(26,\)"):
        network.theta = np.ones(25)
    with pytest.raises(ValueError, match="seed is -5"):
        network.initialise(-5)
    assert network.theta.tolist() == kept.tolist()
    assert network.seed == 0


def test_an_overflow_is_infinity_and_no_warning():
    network = Network((1, 1, 1), init={"W1": [[1e200]], "b1": [0], "W2": [[1e200]], "b2": [0]})
    assert network.mean_loss([[1.0]], [[0.0]]) == np.inf
    assert network.backward(network.forward([1.0]), [0.0]).loss == np.inf
