"""The training panel: everything on the page is one run, by hand, from Python and in between."""

import asyncio

import numpy as np
import pytest

from lessons import moons, noisy_line, split, watch_training
from lessons.maths import text
from lessons.maths.data.dataset import Data
from lessons.panels.kit.door import widgets_in
from lessons.panels.training import background
from lessons.panels.training.decision_map import bounds
from lessons.panels.training.picture import TrainingPicture, frame
from tests.hand import press, put
from tests.static_output import still

SMALL = {"points": 40, "hidden": (3,), "batch": 8, "epochs": 12}


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """What is drawn, told in bytes instead of pixels: the picture has tests of its own."""

    def png(self, ground, moment, look, level=1):
        said = [moment.place, moment.chosen, ground, look, moment.losses, *moment.weights]
        return b"PNG " + repr(said).encode()

    monkeypatch.setattr(TrainingPicture, "png", png)


@pytest.fixture
def panel():
    return watch_training("moons", **SMALL)


def front(panel):
    return panel._front


def slide(panel, name, value):
    """What the page sends while a handle is dragged."""
    put(panel, panel._controls[name].slider, value=value)


def happened(panel, **event):
    press(panel, **event)


def parts(panel):
    names = ("say", "timeline", "formula", "history", "alt", "picture", "error")
    return {name: getattr(front(panel), name) for name in names}


async def paused(panel):
    await asyncio.wait_for(panel.ended(), 10)


def playing(then, panel):
    """Play inside an event loop, as a notebook has one, and then run a coroutine."""

    async def main():
        panel.play()
        try:
            await asyncio.wait_for(then(panel), 10)
        finally:
            panel.pause()
            while background._tasks:
                await asyncio.sleep(0.001)

    asyncio.run(main())


# Step by step, without an event loop.


def test_one_iteration_one_epoch_and_the_rest(panel):
    assert panel.sentence.startswith("Epoch 0, the fresh network: the loss is ")
    panel.iterate()
    assert panel.sentence.startswith("Iteration 1, in epoch 1: one batch of 8 gave the loss ")
    panel.epoch()
    assert panel.sentence.startswith("After epoch 1 of 12: ") and len(panel.history) == 2
    panel.run(4)
    assert panel.sentence.startswith("After epoch 5 of 12: ")
    panel.run()
    assert len(panel.history) == 13 and "After epoch 12 of 12" in panel.sentence
    panel.iterate()
    assert "Iteration 49, in epoch 13" in panel.sentence
    assert panel.history[12].train_loss < panel.history[0].train_loss


def test_what_is_on_the_page_is_what_the_run_says(panel):
    panel.run(7)
    last, page = panel.history[-1], parts(panel)
    for value in (last.train_loss, last.test_loss, *last.norms):
        assert text.number(value) in page["formula"]
    assert 'value="7.000"' in page["timeline"] and "epoch 7 of 12" in page["timeline"]
    assert "28 iterations so far, 4 in an epoch" in page["formula"]
    assert panel._controls["epoch"].slider.value == 7 and page["picture"][:4] == b"PNG "


def test_scrubbing_shows_that_epoch_everywhere_and_moves_nothing(panel):
    panel.run(6)
    at_six, theta = parts(panel), panel.network.theta
    panel.scrub(2)
    assert "Looking back at epoch 2 of 6" in panel.sentence
    seen = panel.history[2]
    assert panel.network.mean_loss(*_train(panel)) == seen.train_loss
    assert parts(panel)["picture"] != at_six["picture"]
    assert text.number(seen.test_loss) in front(panel).formula
    panel.scrub(6)
    assert parts(panel) == at_six
    panel.scrub(0)
    panel.epoch()  # from where the training stands, not from what is looked at
    assert len(panel.history) == 8 and not np.array_equal(panel.network.theta, theta)


def _train(panel):
    return panel._run.train.x, panel._run.train.y


def test_a_branch_is_told(panel):
    panel.run(6)
    panel.scrub(3)
    panel._tools.branch.click()
    assert "A branch from epoch 3: what had followed stays as a thin line" in panel.sentence
    panel.run(3)
    assert len(panel.history) == 7 and "thin" not in panel.sentence


def test_reset_gives_the_same_numbers(panel):
    panel.run(5)
    first, weights = panel.history, panel.network.theta
    panel._tools.bar.children[4].click()
    assert len(panel.history) == 1
    panel.run(5)
    assert panel.history == first and np.array_equal(panel.network.theta, weights)


def test_a_run_that_leaves_all_bounds_is_told_and_drawn_up_to_there():
    panel = watch_training("noisy line", hidden=(3,), activation="identity", lr=9.0, batch=8)
    panel.run()
    assert panel.stopped.startswith("Stopped at iteration ") and panel.sentence == panel.stopped
    assert np.isfinite(panel.network.theta).all()
    assert panel._run.curve()[-1][0] > 0
    panel.set(lr=0.01)
    panel.reset()
    panel.run(1)
    assert panel.stopped == "" and panel.sentence.startswith("After epoch 1")


def test_overfitting_is_named_with_its_epoch_and_noise_is_not():
    pair = moons(30, noise=0.4, seed=1), moons(200, noise=0.4, seed=2)
    panel = watch_training(pair, hidden=(32, 32), batch=8, epochs=250)
    panel.run(120)
    assert "overfitting" not in panel.sentence
    panel.run()
    assert panel.sentence.endswith("that is overfitting.")
    told = float(panel.sentence.split("around epoch ")[1].split(",")[0])
    losses = [found.test_loss for found in panel.history]
    assert abs(told - int(np.argmin(losses))) < 25 and losses[-1] > 1.2 * losses[int(told)]
    # A loss that jumps about is no overfitting.
    jumpy = watch_training("spirals", hidden=(16, 16), lr=0.5, epochs=100)
    for _ in range(10):
        jumpy.run(10)
        assert "overfitting" not in jumpy.sentence


# Controls.


def test_each_control_is_a_setting(panel):
    for name, value in (("noise", 0.3), ("points", 60.0), ("seed", 4.0), ("lr", -2.0)):
        slide(panel, name, value)
    settings = panel.settings
    assert (settings.noise, settings.points, settings.seed, settings.lr) == (0.3, 60, 4, 0.01)
    slide(panel, "layers", 3.0)
    assert panel.settings.hidden == (3, 3, 3)
    slide(panel, "width", 5.0)
    assert panel.settings.hidden == (5, 5, 5)
    slide(panel, "layers", 0.0)
    slide(panel, "layers", 1.0)
    assert panel.settings.hidden == (8,)
    menus = panel._tools.menus
    for name, value in (("activation", "relu"), ("optimizer", "adam"), ("batch", 16)):
        menus[name].widget.value = value
        assert getattr(panel.settings, name) == value
    menus["data"].widget.value = "spirals"
    assert panel.network.sizes == (2, 8, 3) and menus["batch"].widget.value == 16
    panel.iterate()


def test_the_slider_of_epochs_scrubs_as_far_as_it_was_trained(panel):
    panel.run(5)
    slide(panel, "epoch", 2.0)
    assert "Looking back at epoch 2 of 5" in panel.sentence
    slide(panel, "epoch", 11.0)
    assert panel._controls["epoch"].box.value == 5 and "After epoch 5" in panel.sentence


def test_keys(panel):
    happened(panel, kind="forward")
    assert len(panel.history) == 2
    happened(panel, kind="forward")
    happened(panel, kind="back")
    assert "Looking back at epoch 1 of 2" in panel.sentence
    happened(panel, kind="forward")
    assert "After epoch 2" in panel.sentence and len(panel.history) == 3
    happened(panel, kind="first")
    assert "Looking back at epoch 0" in panel.sentence
    happened(panel, kind="last")
    assert "After epoch 2" in panel.sentence


def test_a_click_in_the_map_chooses_the_nearest_point(panel):
    run = panel._run
    ends = bounds(run.train, run.test)
    assert front(panel).plot == list(frame(panel._look))
    for index in (0, 5, run.points - 1):
        x, _ = run.sample(index)
        across, up = (
            (v - low) / (high - low) for v, (low, high) in zip(x, ends, strict=True)
        )  # fmt: skip
        happened(panel, kind="point", x=across, y=up)
        kind = "training" if index < len(run.train) else "held out"
        assert f"Point {index}, {kind}: x = (" in front(panel).history
        assert panel._controls["point"].box.value == index


def test_the_backward_pass_of_a_point_opens_below_at_the_epoch_on_show(panel):
    panel.run(4)
    panel.scrub(2)
    theta = panel.network.theta
    panel.choose(3)
    opened = panel.trace()
    x, y = panel._run.sample(3)
    network = panel.network
    back = network.backward(network.forward(x), y)
    assert "Point 3 at epoch 2" in panel._below.children[0].value
    assert np.array_equal(opened.trace.network.theta, theta)
    assert np.allclose(opened.trace.arrays["dL_dW1"], back.dL_dW[0])
    # The opened panel has sliders of its own, which must not stand among ours.
    assert opened not in list(widgets_in(panel.children[0]))
    panel._tools.close.click()
    assert panel._below.children == ()


def test_without_a_point_nothing_opens(panel):
    with pytest.raises(ValueError, match="no point is chosen; click one in the map"):
        panel.trace()
    with pytest.raises(ValueError, match="point is 40; give a whole number from 0 to 39"):
        panel.choose(40)
    panel.choose(39)
    panel.set(points=20)  # there is no point 39 any more
    assert "Click a point in the map" in front(panel).history


def test_what_is_refused_is_told_and_all_stays(panel):
    panel.run(3)
    before = parts(panel)
    with pytest.raises(ValueError, match="batch is 99"):
        panel.set(batch=99)
    assert "batch is 99, and there are 30 points" in front(panel).error
    assert {**parts(panel), "error": ""} == {**before, "error": ""}
    panel.epoch()
    assert front(panel).error == "" and not front(panel).old


def test_more_than_two_inputs_have_no_map_and_say_so():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((40, 4))
    panel = watch_training(Data("mine.csv", x, x[:, :1] - x[:, 1:2]), epochs=5)
    assert front(panel).plot == [] and front(panel).alt.startswith("No map, for the data has 4")
    assert panel._controls["noise"].slider.disabled
    assert panel._tools.menus["data"].widget.options[0] == ("mine.csv (yours)", "yours")
    panel.choose(2)
    panel.run(2)
    assert "Point 2, training: x = (" in front(panel).history


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (3.0, TypeError, "data is a float; give a name such as 'moons'"),
        (noisy_line(20).x, TypeError, "data is a ndarray"),
        ((noisy_line(20), 3), TypeError, "data is a tuple"),
        ("stars", ValueError, "there is no data set 'stars'"),
        (
            (noisy_line(20), Data("other", np.ones((5, 2)), np.ones((5, 1)))),
            ValueError,
            r"x \(20, 1\) and y \(20, 1\), and held out x \(5, 2\)",
        ),
    ],
)
def test_data_that_is_none_is_refused(data, kind, said):
    with pytest.raises(kind, match=said):
        watch_training(data)


def test_two_parts_and_settings_from_python():
    panel = watch_training(split(noisy_line(40)), hidden=[4], optimizer="adam", lr=0.01)
    assert panel.settings.hidden == (4,) and repr(panel).startswith("TrainingPanel of noisy line")
    with pytest.raises(ValueError, match="there is no speed 'warp'"):
        panel.set(speed="warp")


# In the background.


def test_it_plays_to_the_last_epoch_and_gives_the_same_numbers(panel):
    playing(paused, panel)
    assert not panel.playing and len(panel.history) == 13
    other = watch_training("moons", **SMALL)
    other.run()
    assert panel.history == other.history
    assert panel._tools.play.description == "Play"


def test_playing_on_asks_for_more_epochs(panel):
    panel.run()
    playing(paused, panel)
    assert len(panel.history) == 25


def test_pressing_play_twice_does_not_start_two(panel):
    async def twice(panel):
        panel.play()
        panel._tools.play.click()  # the button says Pause by now
        assert not panel.playing
        panel._tools.play.click()
        panel.play()
        await asyncio.sleep(0.01)
        assert len(background._tasks) == 1

    playing(twice, panel)


def test_settings_change_while_it_trains_and_the_page_says_so():
    panel = watch_training("moons", **{**SMALL, "epochs": 2000}, speed="full speed")

    async def change(panel):
        while panel._run.latest < 3:
            await asyncio.sleep(0)
        assert panel.sentence.startswith("Training with lr = 0.3 and batches of 8")
        panel.set(lr=0.01, batch=30)
        assert panel.playing and "lr = 0.01" in panel.sentence
        assert list(panel._run.changes.values()) == [{"lr": "0.01", "batch": "30"}]
        at = panel._run.latest
        while panel._run.latest < at + 3:
            await asyncio.sleep(0)
        slide(panel, "noise", 0.5)  # other data: from the beginning, and it plays on
        assert panel.playing and panel._run.latest == 0
        while panel._run.latest < 3:
            await asyncio.sleep(0)
        panel.scrub(1)
        assert not panel.playing and "Looking back at epoch 1" in panel.sentence

    playing(change, panel)
    assert panel._tools.play.description == "Play"


def test_an_error_while_it_trains_is_told_and_not_lost(panel):
    logged = []

    async def fail(panel):
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: logged.append(context["exception"]))
        panel._picture.png = lambda *_: 1 / 0
        await panel.ended()

    playing(fail, panel)
    assert [type(error) for error in logged] == [ZeroDivisionError]
    assert "The training stopped with ZeroDivisionError" in front(panel).error
    assert front(panel).old and not panel.playing


def test_without_an_event_loop_play_says_what_to_do(panel):
    with pytest.raises(RuntimeError, match=r"outside a notebook; call run\(epochs\)"):
        panel.play()
    assert not panel.playing and "outside a notebook" in front(panel).error
    panel.run(1)
    assert front(panel).error == ""


def test_a_closed_panel_trains_no_longer(panel):
    async def close(panel):
        panel.close()
        assert not panel.playing
        at = panel._run.iteration
        await asyncio.sleep(0.02)
        assert panel._run.iteration == at

    playing(close, panel)


def test_waiting_for_the_end_that_is_cancelled_pauses(panel):
    async def cancel(panel):
        waiting = asyncio.create_task(panel.ended())
        await asyncio.sleep(0.02)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not panel.playing

    panel.set(speed="4 iterations a second")
    playing(cancel, panel)


# What readers without a kernel see.


def test_the_static_output_is_the_same_each_time(panel, monkeypatch):
    panel.run(10)
    monkeypatch.undo()  # now with pixels
    data = panel._repr_mimebundle_()
    again = panel._repr_mimebundle_()
    assert data["text/html"] == again["text/html"]
    lines = data["text/plain"].splitlines()
    assert lines[0].startswith("moons: 30 points to train with, 10 held out; 2-3-1, tanh,")
    assert [line.split()[0] for line in lines[3:]] == ["0", "2", "4", "6", "8", "10"]
    assert text.number(panel.history[4].test_loss) in lines[5]
    assert "at 0x" not in data["text/plain"] + repr(panel)
    assert still(data)[1] == front(panel).alt
