"""The contests of numbers: that all compute the same, and what is made of the times."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from lessons import Network, record
from tests.bench import loops, peers, scalar, scaling, training
from tests.bench.contest import in_turn, ratio, run
from tests.bench.figures import Bar

# What is run.


def test_ours_and_the_loop_by_hand_find_the_same_weights():
    at = loops.given(epochs=2, samples=150)
    ours, bare = loops.ours(at), loops.bare(at)
    assert loops.apart(ours, bare) < 1e-13
    assert loops.apart(ours, at.start) > 0.01
    assert [w.shape for w in ours] == [(32, 64), (32,), (10, 32), (10,)]
    network = Network(loops.SIZES, loss=loops.LOSS, init=dict(zip(("W1", "b1", "W2", "b2"), ours,
                                                                  strict=True)))  # fmt: skip
    assert loops.accuracy(at, ours) == network.accuracy(at.held_x, at.held_y)


def test_the_scalar_network_is_the_one_of_the_fast_engine():
    rng = np.random.default_rng(0)
    network = Network(scalar.SIZES, "relu", loss="mean_squared_error", seed=3)
    for b in network.b:
        b[:] = rng.normal(size=len(b)) / 4
    weights = {name: v.ravel().tolist() for name, v in network.parameters.items()}
    x, y = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    one = record(scalar.network, x=x[0].tolist(), **weights)
    assert one.value == pytest.approx(network.predict(x[0])[0], rel=1e-12)
    many = record(scalar.mean_loss, x=x.ravel().tolist(), y=y.ravel().tolist(), **weights)
    expected = network.backward(network.forward(x), y)
    gradient = many.backward()
    assert many.value == pytest.approx(expected.loss, rel=1e-12)
    for name, values in expected.gradients.items():
        assert gradient[name] == pytest.approx(values.ravel().tolist(), rel=1e-12, abs=1e-13)


# How it is measured.


@pytest.fixture
def uncollected(monkeypatch):
    """Nothing is measured here, and collecting what all tests have left takes its time."""
    monkeypatch.setattr("tests.bench.contest.gc.collect", lambda: None)


def test_contenders_take_turns_and_each_goes_first(uncollected):
    went = []
    times = in_turn({"a": lambda: went.append("a"), "b": lambda: went.append("b")}, 3, warm_up=1)
    assert went == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert [len(each) for each in times.values()] == [3, 3]
    assert all(ms >= 0 for each in times.values() for ms in each)


def test_the_ratio_is_that_of_the_same_round():
    # The machine was slow in the second round, for both.
    assert ratio([10.0, 100.0, 11.0], [5.0, 50.0, 5.5]) == 2.0
    with pytest.raises(ValueError):
        ratio([1.0], [1.0, 2.0])


def test_a_slope_is_the_power_of_the_growth():
    sizes = [1, 2, 4, 8]
    assert scaling.slope(sizes, [3.0 * s**2 for s in sizes]) == 2.0
    assert scaling.slope(sizes, [5.0] * 4) == 0.0
    for wrong in (([1], [1.0]), ([1, 2], [1.0, 0.0]), ([0, 2], [1.0, 1.0])):
        with pytest.raises(ValueError, match="a slope needs"):
            scaling.slope(*wrong)


def test_the_halves_of_a_growth_meet_in_the_middle(tmp_path):
    times = (1.0, 1.0, 1.0, 4.0, 16.0)
    found = scaling.Growth("width", "all else", (1, 2, 4, 8, 16), times)
    assert found.halves == (0.0, 2.0)
    assert "0.00" in scaling.told([found])
    assert "2.00" in scaling.told([found])
    scaling.draw([found] * 4, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_a_growth_measures_every_size(uncollected):
    asked = []
    found = scaling.growth("size", "", (1, 3), lambda size: lambda: asked.append(size), 2)
    assert set(asked) == {1, 3}
    assert found.sizes == (1, 3)
    assert min(found.times) > 0


# What is told.


def found(ours, bare, sklearn):
    times = {
        training.OURS: ours,
        training.BARE: bare,
        training.TORCH_ONE: [300.0] * 3,
        training.TORCH_ALL: [400.0] * 3,
        training.SKLEARN: sklearn,
    }
    return training.Found(
        {"Python": "3"}, times, dict.fromkeys(times, 0.9622), dict.fromkeys(training.SAME_ORDER, 0)
    )


def test_the_bars_of_training_are_met_or_missed():
    good = found([30.0, 31.0, 90.0], [33.0, 34.0, 99.0], [130.0, 131.0, 400.0])
    assert good.fastest == training.SKLEARN
    assert [bar.met for bar in training.bars(good)] == [True, True]
    assert [bar.limit for bar in training.bars(good)] == [1.3, 4.0]
    slow = found([50.0] * 3, [33.0] * 3, [130.0] * 3)
    assert [bar.met for bar in training.bars(slow)] == [False, False]
    assert (
        training.TORCH_ONE in training.bars(found([50.0] * 3, [33.0] * 3, [500.0] * 3))[1].promise
    )
    assert "96.2 %" in training.told(good)


def test_the_bar_of_the_scalar_engine_is_that_of_the_batch():
    times = {
        "1": {scalar.OURS: [1.0], scalar.MICROGRAD: [1.0]},
        "16": {scalar.OURS: [10.0], scalar.MICROGRAD: [40.0]},
    }
    found = scalar.Found({"Python": "3"}, times, 1e-16)
    (bar,) = scalar.bars(found)
    assert (bar.measured, bar.limit, bar.met) == (4.0, 2.0, True)
    assert "one sample" in scalar.told(found)


def test_a_contest_is_run_alone(capsys, tmp_path):
    drawn = []
    contest = SimpleNamespace(
        __doc__="A contest.",
        measured=lambda quick: 3.0 if quick else 5.0,
        told=lambda found: f"found {found}",
        bars=lambda found: [Bar("it is small", found, 4.0, "")],
        draw=lambda found, path: drawn.append((found, path)),
    )
    assert run(contest, "contest", ["--quick", "--out", str(tmp_path / "a.png")]) == 0
    assert drawn == [(3.0, tmp_path / "a.png")]
    assert capsys.readouterr().out == "found 3.0\n\nmet: it is small: 3, and the bar is at most 4\n"
    assert run(contest, "contest", []) == 1
    assert run(contest, "contest", ["--no-bars"]) == 0


# The peers.


def test_the_peers_are_installed_once_and_again_when_the_list_changes(
    tmp_path, monkeypatch, capsys
):
    ran = []
    monkeypatch.setattr(peers.subprocess, "run", lambda command, check: ran.append(command))
    home = tmp_path / "peers"
    home.mkdir()
    assert peers.interpreter(home) == peers.interpreter(home)
    assert [command[1:3] for command in ran] == [["-m", "venv"], ["-m", "pip"]]
    assert set(peers.needs()) <= set(ran[1])
    assert f"numpy=={np.__version__}" in ran[1]
    assert "Installing torch" in capsys.readouterr().err
    monkeypatch.setattr(peers, "PEERS", ("other==1",))
    peers.interpreter(home)
    assert len(ran) == 4


def test_an_install_that_breaks_off_is_begun_again(tmp_path, monkeypatch):
    def broken(command, check):
        raise OSError("no network")

    monkeypatch.setattr(peers.subprocess, "run", broken)
    for _ in range(2):
        with pytest.raises(OSError, match="no network"):
            peers.interpreter(tmp_path)
        assert not (tmp_path / peers.STAMP).exists()


def test_the_answer_of_another_process_is_read_as_json(tmp_path):
    source = "import json, os, sys\nprint(json.dumps([sys.argv[1], os.environ['GIVEN']]))\n"
    (tmp_path / "answering.py").write_text(source)
    given = {"PYTHONPATH": str(tmp_path), "GIVEN": "here"}
    assert peers.answer(sys.executable, "answering", "a", **given) == ["a", "here"]
    with pytest.raises(RuntimeError, match="no_such_module failed under"):
        peers.answer(sys.executable, "no_such_module")
