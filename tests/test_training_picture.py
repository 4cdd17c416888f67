"""The picture of a training: what is drawn is what the network says and what was measured."""

import numpy as np
import pytest

from lessons import moons, spirals
from lessons.maths.data.dataset import Data
from lessons.maths.networks.network import Network
from lessons.maths.training.run import Run
from lessons.maths.training.settings import MADE, OWN, Settings
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.prose import plain
from lessons.panels.training import decision_map, words
from lessons.panels.training import picture as training
from lessons.panels.training.decision_map import GRID, answers, bounds, kind_of
from lessons.panels.training.picture import (
    TrainingPicture,
    alt,
    frame,
    ground_of,
    height_for,
    moment_of,
)

LOOKS = [RenderContext(w, height_for(w), 1.0, dark) for w, dark in ((1000, False), (560, True))]


def made(data="moons", epochs=10, own=None, **changes):
    usual = {"hidden": (4,), "activation": "tanh", "optimizer": "gradient descent"}
    usual |= {"lr": 0.3, "batch": 16, "seed": 0, "points": 80}
    noise = MADE[data][1] if data in MADE else 0.0
    return Run(Settings(**{"data": data, "noise": noise, **usual, **changes}), epochs, own)


def trained(run, epochs):
    while run.latest < epochs and run.iterate() is not None:
        pass
    return run


def values_over_a_plane():
    x = np.random.default_rng(0).uniform(-1, 1, (40, 2))
    return Data("plane", x, x[:, :1] * 2 - x[:, 1:])


def four_inputs():
    x = np.random.default_rng(0).uniform(-1, 1, (40, 4))
    return Data("four", x, x[:, :1])


RUNS = {
    "classes": lambda: made(),
    "three classes": lambda: made("spirals"),
    "line": lambda: made("noisy line"),
    "values": lambda: made(OWN, own=values_over_a_plane()),
    "none": lambda: made(OWN, own=four_inputs()),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_kept_background_gives_the_same_pixels_as_the_picture_drawn_whole(name):
    run, picture = trained(RUNS[name](), 3), TrainingPicture()
    ground, look = ground_of(run, moment_of(run)), LOOKS[list(RUNS).index(name) % 2]
    for epoch in (0, 3, 1):
        run.scrub(epoch)
        moment = moment_of(run, chosen=epoch)
        kept = picture.png(ground, moment, look)
    # Nothing of an earlier state is left.
    assert kept == picture.fresh(ground, moment, look)
    assert kept[:4] == b"\x89PNG" and len(kept) > 5000


def test_the_margins_are_those_of_the_probabilities():
    data = spirals(30)
    network = Network((2, 5, 3), "tanh", loss="categorical_cross_entropy_from_logits")
    ends = bounds(data, data)
    said = answers(network, kind_of(data), ends)
    assert said.found.shape == (3, GRID, GRID)
    xs, ys = (np.linspace(*end, GRID) for end in ends)
    for row, column in ((0, 0), (10, 50), (63, 7)):
        p = network.predict(np.array([xs[column], ys[row]]))
        for label in range(3):
            expected = p[label] - np.delete(p, label).max()
            assert said.found[label, row, column] == pytest.approx(expected, abs=1e-12)
    # Exactly one class leads at each place, and that is the one of classify.
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    assert np.array_equal(said.found.reshape(3, -1).argmax(axis=0), network.classify(grid))


def test_two_classes_meet_where_the_probability_is_one_half():
    data = moons(20)
    network = Network((2, 4, 1), "tanh", loss="binary_cross_entropy_from_logits", seed=2)
    said = answers(network, kind_of(data), bounds(data, data))
    assert np.array_equal(said.found[0], -said.found[1])
    shares = decision_map.told(data, said)
    share = (said.found[1] > 0).mean()
    assert f"lower {100 * share:.0f} %" in shares


def test_a_line_is_the_prediction_over_the_whole_axis():
    run = trained(made("noisy line"), 2)
    moment = moment_of(run)
    x, y = moment.said.found
    (low, high), _ = bounds(run.train, run.test)
    assert (x[0], x[-1]) == (low, high)
    assert np.allclose(y, run.network_shown().predict(x[:, None])[:, 0])


def test_curves_and_weights_are_those_of_the_run():
    run = trained(made(hidden=(4, 3)), 5)
    run.iterate()
    moment = moment_of(run, chosen=2)
    assert moment.losses.shape == (3, 7) and moment.norms.shape == (3, 7)
    for at in range(6):
        found = run.measured(at)
        assert tuple(moment.losses[:, at]) == (at, found.train_loss, found.test_loss)
        assert tuple(moment.norms[:, at]) == found.norms
    assert moment.losses[0, -1] == run.at == moment.place
    assert [w.shape for w in moment.weights] == [(4, 3), (3, 5), (1, 4)]
    assert np.array_equal(moment.weights[1][:, -1], run.network.b[1])
    assert moment.chosen == tuple(run.train.x[2])
    run.set(lr=0.1)
    run.scrub(2)
    run.branch()
    moment = moment_of(run)
    assert [way[0].tolist()[:3] for way in moment.left] == [[2, 3, 4]] and moment.changes == ()


def test_axes_are_the_same_for_most_of_a_training():
    run, grounds = made(epochs=60), []
    while run.latest < 60:
        run.iterate()
        if run.latest and not run.iteration % 4:
            grounds.append(ground_of(run, moment_of(run)))
    assert len(set(grounds)) <= 4


def test_a_loss_of_many_sizes_has_a_logarithmic_axis():
    run = made("noisy line", activation="identity", lr=9.0)
    while run.iterate() is not None:
        pass
    moment = moment_of(run)
    ground = ground_of(run, moment)
    assert ground.log and ground.loss[0] < moment.losses[1:].min()
    assert not ground_of(made(), moment_of(made())).log
    assert len(TrainingPicture().png(ground, moment, LOOKS[0])) > 5000


def test_a_place_in_the_picture_is_a_place_in_the_plane():
    look = LOOKS[0]
    left, top, right, bottom = frame(look)
    places = training._places(look)["map"]
    assert (left, 1 - bottom) == pytest.approx(places[:2])
    assert (right - left, bottom - top) == pytest.approx(places[2:])
    assert 0 < left < right < 0.6 and 0 < top < bottom < 1


def test_signs_of_weights_are_told_by_hue_and_sizes_by_depth():
    look = LOOKS[0]
    heat = training._heat(np.array([[0.0, 2.0, -2.0, 1.0]]), 2.0, look)
    ground, positive, negative, half = heat[0]
    assert np.allclose(ground, 1.0)
    assert positive.argmax() == 1 and negative.argmin() == 1  # green, and purple
    assert (half > positive).all() and (half < ground).all()


def test_the_alternative_text_holds_the_numbers():
    run = trained(made(), 4)
    told = alt(ground_of(run, moment_of(run)), moment_of(run))
    assert f"{run.now.train_loss:.4f}".rstrip("0") in told and "weights of 2 layers" in told


# Words.


def test_a_point_is_told_with_what_the_network_says_of_it():
    run = trained(made("spirals"), 2)
    for index in (0, len(run.train)):
        x, y = run.sample(index)
        p = run.network_shown().predict(x)[int(y.argmax())]
        said = plain(words.point(run, index))
        assert f"{p:.3f}"[:5] in said and f"class arm {int(y.argmax())}" in said
    assert "Point 60, held out" in said
    two = made()
    label = int(two.train.labels[0])
    p = float(two.network.predict(two.train.x[0])[0])
    assert f"{(p if label else 1 - p):.3f}"[:5] in words.point(two, 0)


def test_a_change_of_settings_is_told_with_its_epoch():
    run = trained(made(), 3)
    assert "Changed" not in words.numbers(run)
    run.set(lr=0.05, optimizer="adam")
    assert "lr 0.05, optimizer adam at epoch 3, dotted line" in words.numbers(run)


def test_an_epoch_is_told_in_iterations():
    run = made(batch=25)
    assert "batches of 25, so 3 iterations are one epoch" in words.numbers(run)
    run.set(batch=60)
    assert "all training points in one batch" in words.numbers(run)
    run.set(batch=1)
    assert "one point at a time, so 60 iterations are one epoch" in words.numbers(run)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "less than a second"), (1.0, "about a second"), (41.2, "about 42 seconds"),
     (130, "about 2 minutes")],
)  # fmt: skip
def test_the_time_left_is_told_in_round_numbers(seconds, said):
    assert f"{said} left" in words.progress(made(), seconds)
    assert "left" not in words.progress(made(), None)
