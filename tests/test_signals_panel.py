"""The panel of signals: controls in, pictures out, the same numbers as the measure itself."""

import ast
import io
import math

import numpy as np
import pytest
from matplotlib.image import imread

from lessons import Network, follow_signals, measure_signals
from lessons.maths.networks.signals import UniformNetwork
from lessons.panels.signals import picture as pictures
from lessons.panels.signals import words
from lessons.panels.signals.panel import PRESETS, STARTS
from tests.bench import signals as bench
from tests.hand import put
from tests.static_output import still

VERDICTS = (
    "vanishing", "exploding", "collapsed", "symmetric", "dead", "healthy", "healthy", "healthy",
)  # fmt: skip


@pytest.fixture
def panel():
    return follow_signals()


def shown(panel):
    """Everything that is on the page."""
    names = ("say", "steps", "formula", "picture", "alt", "error", "old")
    return {name: getattr(panel._front, name) for name in names}


def assert_page_is(panel, stack):
    """Every part of the page is made from one stack, measured here anew."""
    signals = stack.signals()
    assert panel.stack == stack and panel.signals == signals
    assert panel._front.say == words.sentence(stack, signals)
    assert words.layer_table(signals) in panel._front.steps
    frame = pictures.frame_for(signals)
    full = pictures.signal_picture().fresh(frame, signals, panel._look)
    assert np.array_equal(imread(io.BytesIO(panel._front.picture)), imread(io.BytesIO(full)))
    assert not panel._front.error and not panel._front.old


# Presets.


@pytest.mark.parametrize(("name", "verdict"), list(zip(PRESETS, VERDICTS, strict=True)))
def test_each_preset_shows_what_it_is_named_after(panel, name, verdict):
    panel.set(depth=3, seed=4)
    panel.preset(name)
    assert panel.verdict == verdict and panel.stack.depth == 10 and panel.stack.seed == 0
    assert_page_is(panel, panel.stack)


def test_a_preset_shows_it_however_the_panel_began():
    began = follow_signals(activation="tanh", init="normal")
    for name, verdict in zip(PRESETS, VERDICTS, strict=True):
        began.preset(name)
        assert began.verdict == verdict, name


def test_the_remedies_are_remedies():
    panel = follow_signals()
    panel.preset("low biases: dead ReLU")
    assert max(panel.signals.sizes("dL_dW")) == 0
    panel.preset("remedy: leaky ReLU")
    assert panel.stack.bias == -0.35 and min(panel.signals.sizes("dL_dW")) > 1e-6


# Controls.


def test_each_slider_changes_its_value(panel):
    for name, value in (("depth", 14), ("width", 32), ("bias", 0.5), ("seed", 3)):
        panel._controls[name].slider.value = value
        assert getattr(panel.stack, name) == value
    panel._controls["std"].slider.value = -1.0  # over the logarithm
    assert panel.stack == UniformNetwork(14, 32, "relu", ("normal", 0.1), 0.5, 3)
    assert panel._start.widget.value == "own"
    assert_page_is(panel, panel.stack)


def test_a_slider_on_its_way_is_followed(panel):
    for value in (11.0, 12.0, 13.0):
        put(panel, panel._controls["depth"].slider, value=value)
        assert panel.stack.depth == value
    assert panel._controls["depth"].box.value == 13.0


def test_the_boxes_take_any_number(panel):
    panel._controls["std"].box.set_state({"value": 0.123})
    assert panel.stack.init == ("normal", 0.123)
    panel._controls["std"].box.set_state({"value": 0.0})
    assert panel.stack.init == "zeros" and panel._controls["std"].box.value == 0.123
    panel._controls["width"].box.set_state({"value": 7.0})
    assert panel.stack.width == 7


@pytest.mark.parametrize(("label", "init"), list(STARTS.items()))
def test_the_menu_of_starts(panel, label, init):
    panel._start.widget.label = label
    expected = ("normal", math.sqrt(2 / 64)) if init == "own" else init
    assert panel.stack.init == expected
    # The slider of std says what is in use.
    if init != "zeros":
        assert panel._controls["std"].box.value == pytest.approx(panel.stack.std, rel=1e-5)
    assert_page_is(panel, panel.stack)


def test_the_menu_of_activations_and_the_reset(panel):
    panel._activation.widget.value = "tanh"
    assert panel.stack == UniformNetwork(activation="tanh")
    panel.reset()
    assert panel.stack == UniformNetwork() and panel._activation.widget.value == "relu"


def test_nothing_is_measured_twice_for_the_same_network(panel, monkeypatch):
    monkeypatch.setattr(UniformNetwork, "signals", lambda self: 1 / 0)
    panel.set(depth=10)
    panel.reset()
    panel._front.look = {"width": 500, "ratio": 1.0, "dark": True}
    assert panel._look.width == 500 and panel._look.dark


# From Python.


def test_the_network_on_show_can_be_taken_and_measured(panel):
    panel.set(activation="sigmoid", init="xavier", depth=5)
    network = panel.network
    assert isinstance(network, Network) and network.sizes == (64,) * 6
    assert measure_signals(network, *panel.stack.batch()) == panel.signals
    network.W[0][...] = 0.0
    assert measure_signals(panel.network, *panel.stack.batch()) == panel.signals


def test_the_sentence_is_plain_text(panel):
    panel.set(init="normal")
    assert panel.sentence.startswith("Collapsed. 10 layers of 64 ReLU units, normal (std 0.01).")
    assert "<" not in panel.sentence


def test_the_start_may_be_given(panel):
    assert follow_signals(std=0.02).stack.init == ("normal", 0.02)
    assert follow_signals(init="normal", activation="tanh", depth=3).verdict == "healthy"
    own = follow_signals(presets={"mine": {"depth": 20}})
    own.preset("mine")
    assert own.stack.depth == 20


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda p: p.set(depth=99), "depth is 99; give a whole number from 1 to 60"),
        (lambda p: p._controls["depth"].box.set_state({"value": 2.5}), "depth is 2.5"),
        (lambda p: p._controls["std"].box.set_state({"value": -1.0}), "0 or more"),
        (lambda p: p.set(lr=0.1), "lr cannot be set; there are depth, width, activation"),
        (lambda p: p.set(std=0.1, init="he"), "give one of them"),
        (lambda p: p.preset("cure"), "no preset 'cure'; there are sigmoid: vanishing"),
        (lambda p: p.set(std=math.inf), "std is inf"),
    ],
)
def test_an_error_is_told_and_leaves_the_panel_as_it_was(panel, action, told):
    panel.set(std=0.5, depth=7)
    before, stack = shown(panel), panel.stack
    with pytest.raises((ValueError, TypeError), match=told):
        action(panel)
    assert told in panel._front.error.replace("&#x27;", "'") and panel._front.old
    assert panel.stack == stack
    assert panel._controls["depth"].box.value == 7 and panel._controls["std"].box.value == 0.5
    panel.set()
    assert shown(panel) == before


def test_a_wrong_preset_is_refused_at_once():
    with pytest.raises(ValueError, match=r"preset 'deep': depth is 1000"):
        follow_signals(presets={"deep": {"depth": 1000}})


def test_the_static_output_is_the_same_every_time(panel):
    panel.set(init="normal")
    data = panel._repr_mimebundle_()
    again = follow_signals(init="normal")._repr_mimebundle_()
    assert data["text/html"] == again["text/html"]
    assert still(data)[1].startswith("Three curves")
    rows = data["text/plain"].splitlines()
    assert rows[0] == "10 layers of 64 ReLU units, normal (std 0.01): collapsed"
    assert len(rows) == 13
    assert repr(panel) == "SignalPanel of 10 layers of 64 ReLU units, normal (std 0.01): collapsed"


def test_the_benchmark_draws_the_same_curves():
    usual: dict = {}
    # Without its pyplot lines: those need a backend that the tests must not choose.
    kept = bench.USUAL.replace("import matplotlib.pyplot as plt\n", "")
    exec(compile(ast.parse(kept), "usual", "exec"), usual)
    for bias in (0.0, 0.3, -0.35):
        signals = UniformNetwork(bias=bias).signals()
        expected = np.array([signals.sizes(kind) for kind in ("a", "dL_dz", "dL_dW")]).T
        assert np.allclose(usual["sizes"](bias), expected, rtol=1e-9, atol=1e-300)
    for source in bench.VERSUS.sources:
        ast.parse(source)
