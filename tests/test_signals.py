"""Signals of a network: FACTS of the collapse, an oracle for each size, and what is no number."""

import io
import math
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from lessons.maths.networks.initialisers import standard_deviation
from lessons.maths.networks.network import Network
from lessons.maths.networks.signals import KINDS, UniformNetwork, measure_signals, rms
from lessons.panels.kit.figure import DARK, LIGHT, RenderContext
from lessons.panels.kit.prose import plain
from lessons.panels.signals import picture as pictures
from lessons.panels.signals import words as signals_words
from tests.test_figure import contrast

LOOK = RenderContext(600, 380)
#: Each way to go wrong, and the verdict on it.
WAYS = {
    "collapsed": {"init": "normal"},
    "healthy": {},
    "vanishing": {"activation": "sigmoid", "init": "xavier"},
    "exploding": {"init": ("normal", 1.0)},
    "symmetric": {"activation": "sigmoid", "init": "zeros"},
    "dead": {"bias": -0.35},
    "too small": {"init": ("normal", 1e-60)},
    "too large": {"init": ("normal", 1e60)},
}


@pytest.fixture(scope="module")
def found():
    """UniformNetwork and signals of each way."""
    stacks = {name: UniformNetwork(**given) for name, given in WAYS.items()}
    return {name: (stack, stack.signals()) for name, stack in stacks.items()}


# The sizes.


def test_small_random_weights_collapse_equally_in_every_layer():
    """Ten layers of 64 ReLU units with std 0.01: weight gradients near 1e-12 in each of them."""
    for seed in range(4):
        stack = UniformNetwork(depth=10, width=64, activation="relu", init="normal", seed=seed)
        assert stack.std == 0.01
        signals = stack.signals()
        sizes = signals.sizes("dL_dW")
        assert len(sizes) == 10 and all(1e-13 < size < 1e-11 for size in sizes)
        middle = math.exp(np.mean(np.log(sizes)))
        assert middle == pytest.approx(1e-12, rel=0.5)
        # A ratio between layers shows nothing; each of the other two falls by ten decades.
        assert signals.spread < 3 and signals.verdict == "collapsed"
        assert signals.sizes("a")[0] / signals.sizes("a")[-1] > 1e10
        assert signals.sizes("dL_dz")[-1] / signals.sizes("dL_dz")[0] > 1e10


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "leaky_relu"])
def test_each_size_is_that_of_a_plain_loop(activation):
    stack = UniformNetwork(4, 12, activation, ("normal", 0.5), -0.1, seed=3)
    network, (x, y) = stack.network(), stack.batch()
    signals = stack.signals()
    slopes = {
        "relu": lambda z: (z > 0).astype(float),
        "leaky_relu": lambda z: np.where(z > 0, 1.0, 0.01),
        "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "tanh": lambda z: 1 / np.cosh(z) ** 2,
    }
    values = {
        "relu": lambda z: np.maximum(z, 0),
        "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
    }
    inputs, zs = [x], []
    for W, b in zip(network.W, network.b, strict=True):
        zs.append(inputs[-1] @ W.T + b)
        inputs.append(values[activation](zs[-1]))
    dL_da = (inputs[-1] - y) / len(x)
    for i in (3, 2, 1, 0):
        dL_dz = dL_da * slopes[activation](zs[i])
        layer = signals.layers[i]
        assert layer.layer == i + 1 and layer.units == 12
        assert layer.a == pytest.approx(np.sqrt(np.mean(inputs[i + 1] ** 2)), rel=1e-12)
        assert layer.dL_dz == pytest.approx(np.sqrt(np.mean(dL_dz**2)), rel=1e-12)
        assert layer.dL_dW == pytest.approx(np.sqrt(np.mean((dL_dz.T @ inputs[i]) ** 2)), rel=1e-12)
        dead = sum((zs[i][:, unit] <= 0).all() for unit in range(12))
        assert layer.dead == (dead if activation == "relu" else 0)
        assert layer.zeros == np.mean(inputs[i + 1] == 0)
        dL_da = dL_dz @ network.W[i]
    assert signals.loss == pytest.approx(0.5 * np.mean(np.sum((inputs[-1] - y) ** 2, axis=1)))


def test_the_weight_gradient_agrees_with_central_differences():
    network = Network((3, 4, 2), "tanh", seed=1)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    measured = measure_signals(network, x, y).sizes("dL_dW")
    for W, size in zip(network.W, measured, strict=True):
        slopes = []
        for place in np.ndindex(W.shape):
            kept, h = W[place], 1e-6
            W[place] = kept + h
            above = network.mean_loss(x, y)
            W[place] = kept - h
            slopes.append((above - network.mean_loss(x, y)) / (2 * h))
            W[place] = kept
        assert size == pytest.approx(np.sqrt(np.mean(np.square(slopes))), rel=1e-7)


def test_one_sample_may_be_given_without_n():
    network = Network((3, 4, 2), seed=1)
    x, y = np.array([1.0, -2.0, 0.5]), np.array([1.0, 0.0])
    assert measure_signals(network, x, y) == measure_signals(network, x[None], y[None])


def test_the_sigmoid_takes_at_most_a_quarter_from_layer_to_layer(found):
    stack, signals = found["vanishing"]
    assert stack.std * math.sqrt(stack.width) == 1.0
    assert 0.2 < signals.factor("dL_dz") < 0.25
    chain = measure_signals(
        Network((1,) * 11, "sigmoid", "sigmoid", init={
            f"{letter}{i}": [[1.0]] if letter == "W" else [0.0]
            for i in range(1, 11) for letter in "Wb"
        }), [[0.0]], [[1.0]],
    )  # fmt: skip
    sizes = chain.sizes("dL_dz")
    assert all(one <= 0.25 * two for one, two in pairwise(sizes))


@pytest.mark.parametrize(
    ("activation", "init", "factor"),
    [("relu", "he", 1.0), ("identity", "xavier", 1.0), ("relu", "xavier", math.sqrt(0.5))],
)
def test_the_remedies_keep_the_size_of_what_goes_through(activation, init, factor):
    """Variance: n products of std**2 each; ReLU lets half of it through."""
    factors = [
        UniformNetwork(10, 96, activation, init, seed=seed).signals().factor(kind)
        for seed in range(4)
        for kind in ("a", "dL_dz")
    ]
    assert np.mean(factors) == pytest.approx(factor, rel=0.08)


def test_he_and_xavier_are_two_scales_of_one_formula():
    assert standard_deviation("he", 64, 64) == math.sqrt(2 / 64)
    assert standard_deviation("xavier", 64, 64) == math.sqrt(1 / 64)


# Verdicts.


@pytest.mark.parametrize("verdict", WAYS)
def test_each_way_to_go_wrong_is_named(found, verdict):
    assert found[verdict][1].verdict == verdict


def test_exact_zeros_are_no_underflow(found):
    signals = found["symmetric"][1]
    assert signals.sizes("dL_dW")[:-1] == (0.0,) * 9 and signals.sizes("dL_dW")[-1] > 0
    assert all(layer.alike for layer in signals.layers[:-1]) and not signals.layers[-1].lost
    assert all(layer.lost == frozenset() for layer in signals.layers)
    assert math.isnan(signals.spread) and math.isnan(signals.factor("dL_dz"))


def test_underflow_is_no_fact_about_the_network(found):
    signals = found["too small"][1]
    # 5.8e-60 a layer: layer 6 would be near 1e-356. Every gradient is lost with it.
    assert [("a" in layer.lost) for layer in signals.layers] == [False] * 5 + [True] * 5
    assert all({"dL_dz", "dL_dW"} <= layer.lost for layer in signals.layers)
    assert signals.layers[-1].dead == 0
    # dL_dW alone is lost where it is a product of two small numbers.
    twice = UniformNetwork(2, 8, "identity", ("normal", 1e-200)).signals()
    assert twice.layers[0].lost == frozenset() and twice.layers[0].dL_dW > 0
    deep = UniformNetwork(3, 8, "identity", ("normal", 1e-200)).signals()
    assert deep.layers[1].lost == {"a", "dL_dW"} and deep.layers[1].dL_dz > 0
    assert deep.layers[0].lost == {"dL_dz", "dL_dW"} and deep.layers[0].a > 0


def test_a_saturated_unit_is_rounded_to_zero_and_told_so():
    signals = UniformNetwork(3, 16, "tanh", ("normal", 1e6)).signals()
    assert signals.sizes("dL_dz")[0] == 0 and "dL_dz" in signals.layers[0].lost
    assert signals.verdict == "too small"


def test_overflow_names_the_first_size_that_is_too_large(found):
    signals = found["too large"][1]
    assert signals.first_too_large == "a of layer 6"
    assert math.isinf(signals.sizes("a")[5])
    wide = UniformNetwork(10, 64, "relu", ("normal", 1e25)).signals()
    assert all(math.isfinite(size) for size in wide.sizes("a"))
    assert wide.first_too_large.startswith("dL_d")


def test_dead_units_are_counted_and_the_leaky_ones_live(found):
    signals = found["dead"][1]
    assert signals.layers[-1].dead == 64 and signals.sizes("dL_dW") == (0.0,) * 10
    leaky = UniformNetwork(activation="leaky_relu", bias=-0.35).signals()
    assert leaky.dead == 0 and all(size > 1e-6 for size in leaky.sizes("dL_dW"))


@pytest.mark.parametrize("size", [0.0, 1e-310, 1e-200, 1.0, 1e200])
def test_the_rms_is_right_where_squares_leave_the_floats(size):
    assert rms(np.array([size, -size, size])) == pytest.approx(size, rel=1e-6, abs=0)
    assert math.isnan(rms(np.array([1.0, math.nan]))) and math.isinf(rms(np.array([math.inf])))


# The stack.


def test_one_seed_gives_the_same_numbers_and_more_layers_leave_the_first_alone():
    short, long = UniformNetwork(depth=3, seed=5), UniformNetwork(depth=6, seed=5)
    assert short.signals() == UniformNetwork(depth=3, seed=5).signals()
    assert short.signals() != UniformNetwork(depth=3).signals()
    assert short.signals().sizes("a") == long.signals().sizes("a")[:3]


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"depth": 0}, ValueError, "depth is 0; give a whole number from 1 to 60"),
        ({"depth": 2.5}, TypeError, "depth is 2.5; give a whole number"),
        ({"width": 1000}, ValueError, "width is 1000"),
        ({"seed": -1}, ValueError, "seed is -1"),
        ({"activation": "relo"}, ValueError, "no activation 'relo'; choose one of identity, relu"),
        ({"init": "him"}, ValueError, "there is no initialiser 'him'"),
        ({"init": ("normal", -1.0)}, ValueError, "give a finite one, 0 or more"),
        ({"bias": math.nan}, ValueError, "bias is nan"),
        ({"bias": "low"}, TypeError, "bias"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(given, error, told):
    with pytest.raises(error, match=told):
        UniformNetwork(**given)


def test_an_unknown_curve_is_refused(found):
    with pytest.raises(ValueError, match="no curve 'dW'; choose one of a, dL_dz, dL_dW"):
        found["healthy"][1].sizes("dW")


# The picture.


def shown(signals, look=LOOK):
    figure = Figure(figsize=(look.width / 100, look.height / 100), dpi=100 * look.ratio)
    FigureCanvasAgg(figure)
    artists = pictures._draw(figure, look, pictures.frame_for(signals))
    pictures._move(artists, signals)
    return figure, artists


@pytest.mark.parametrize("look", [LOOK, RenderContext(400, 380, 2.0, True, True)], ids=str)
def test_the_fast_drawing_is_the_full_drawing_pixel_for_pixel(found, look):
    picture = pictures.signal_picture()
    for verdict in ("collapsed", "dead", "too large", "too small", "healthy"):
        signals = found[verdict][1]
        frame = pictures.frame_for(signals)
        fast = picture.png(frame, signals, look)
        full = pictures.signal_picture().fresh(frame, signals, look)
        assert np.array_equal(imread(io.BytesIO(fast)), imread(io.BytesIO(full)))


@pytest.mark.parametrize("verdict", WAYS)
def test_every_size_is_drawn_and_none_is_dropped(found, verdict):
    """On the scale, among the zeros, among the lost, or among the too large: each exactly once."""
    signals = found[verdict][1]
    figure, artists = shown(signals)
    scale = artists["a"].axes
    for kind in KINDS:
        drawn = {layer: [] for layer in range(1, 11)}
        for place, height in zip(*artists[kind].get_data(), strict=True):
            if not math.isnan(height):
                drawn[place].append(10**height)
                assert scale.get_ylim()[0] <= height <= scale.get_ylim()[1]
        for name, value in (("zero", 0.0), ("lost", 0.0), ("large", math.inf)):
            if f"{kind} {name}" in artists:
                for place in artists[f"{kind} {name}"].get_xdata():
                    drawn[place].append(value)
        for layer in signals.layers:
            size = getattr(layer, kind)
            expected = size if math.isfinite(size) else math.inf
            assert drawn[layer.layer] == [pytest.approx(expected, rel=1e-9)], (kind, layer.layer)
    figure.canvas.draw()
    assert all(text.get_window_extent().x1 <= figure.bbox.x1 + 1 for text in figure.texts)


def test_zeros_lie_in_the_strip_below_and_say_what_they_are(found):
    _, artists = shown(found["symmetric"][1])
    assert list(artists["dL_dW zero"].get_xdata()) == list(range(1, 10))
    assert artists["zero words"].get_text() == "above: exactly 0"
    strip, scale = artists["dL_dW zero"].axes, artists["dL_dW"].axes
    assert strip.get_position().y1 < scale.get_position().y0
    _, artists = shown(found["too small"][1])
    assert artists["zero words"].get_text() == "above: too small for a float"
    assert list(artists["a zero"].get_xdata()) == []
    _, artists = shown(found["healthy"][1])
    assert artists["zero words"].get_text() == ""


def test_the_scale_is_absolute_and_the_frame_seldom_changes(found):
    frames = {verdict: pictures.frame_for(signals) for verdict, (_, signals) in found.items()}
    usual = ("collapsed", "healthy", "vanishing", "symmetric", "dead")
    assert {frames[verdict] for verdict in usual} == {pictures.Frame(10)}
    assert frames["exploding"] == pictures.Frame(10, high=23)
    assert frames["too large"].too_large and not frames["too small"].too_large


@pytest.mark.parametrize("layers", [1, 2, 3, 10, 26, 37, 60])
def test_the_layers_are_numbered_without_crowding(layers):
    signals = UniformNetwork(depth=layers, width=4).signals()
    for look in (LOOK, RenderContext(300, 380)):
        figure, artists = shown(signals, look)
        figure.canvas.draw()
        labels = artists["a zero"].axes.get_xticklabels()
        boxes = [label.get_window_extent() for label in labels]
        assert labels[-1].get_text() == str(layers)
        assert all(one.x1 < two.x0 for one, two in pairwise(boxes))


def test_the_curves_are_told_apart_without_colour():
    styles = pictures._styles(LIGHT)
    assert len({(str(s["ls"]), pictures._MARKERS[k], s["mfc"]) for k, s in styles.items()}) == 3
    for palette in (LIGHT, DARK):
        for style in pictures._styles(palette).values():
            assert contrast(style["color"], palette.ground) >= 3


# The words.


@pytest.mark.parametrize("verdict", WAYS)
def test_the_words_say_the_verdict_and_its_numbers(found, verdict):
    stack, signals = found[verdict]
    told = signals_words.plain_sentence(stack, signals)
    assert told.startswith(signals_words.TITLES[verdict])
    expected = {
        "collapsed": ["9.5e−13", "1.5 times the smallest", "absolute scale"],
        "healthy": ["1.0 in layer 1", "71 of 640 units are dead"],
        "vanishing": ["8.0e−8 in layer 1", "6.1e−2 in layer 10", "0.23"],
        "exploding": ["2.1e14 in layer 1", "5.8"],
        "symmetric": ["all units give the same output", "9 of 10 weight gradients are exactly 0"],
        "dead": ["223 of 640", "All weight gradients are exactly 0"],
        "too small": ["4.9e−324", "underflowed"],
        "too large": ["a of layer 6", "overflowed"],
    }
    for words in expected[verdict]:
        assert words in told
    assert "<" not in told and "nan" not in told


def test_the_table_and_the_alternative_text_hold_the_numbers(found):
    for stack, signals in found.values():
        html, table = signals_words.layer_table(signals), signals_words.table(stack, signals)
        assert html.count("<tr>") == 11 and len(table.splitlines()) == 13
        assert table.isascii() and "nan" not in html
        assert signals_words.name(stack) in signals_words.alt(stack, signals)
    assert "underflow" in signals_words.table(*found["too small"])
    assert "too large" in signals_words.table(*found["too large"])
    assert "exactly 0 in 9 of 10 layers" in signals_words.alt(*found["symmetric"])


def test_the_formula_predicts_what_is_measured(found):
    stack, signals = found["collapsed"]
    told = plain(signals_words.factor_formula(stack, signals))
    assert "0.0566" in told and "0.0579" in told and "0.0576" in told
    stack, signals = found["vanishing"]
    assert "At most" in signals_words.factor_formula(stack, signals)


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0, "0"), (9.49e-13, "9.5e−13"), (0.0566, "5.7e−2"), (0.2566, "0.26"), (1.04, "1.0"),
     (39.4, "39"), (994.0, "990"), (999.0, "1.0e3"), (math.inf, "too large"), (0.0999, "0.10")],
)  # fmt: skip
def test_a_size_has_two_digits(value, told):
    assert signals_words.size(value) == told
