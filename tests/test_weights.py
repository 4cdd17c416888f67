"""Networks in files: round trips, an old file that survives, and files that are refused."""

import json
import os
import pickle
import random
import zipfile

import numpy as np
import pytest

from lessons import Network, load_weights, save_weights
from lessons.maths.networks import weights
from lessons.maths.networks.weights import _ABOUT

NETWORKS = [
    Network((64, 32, 10), loss="categorical_cross_entropy_from_logits", seed=9),
    Network((2, 3, 4, 1), ["tanh", "softplus"], "sigmoid", "binary_cross_entropy", "xavier"),
    Network((3, 2), init=("normal", 0.25)),
    Network((1, 1), init={"W1": [[2.0]], "b1": [-1.0]}),
]


@pytest.fixture
def saved(tmp_path):
    """A file of a small network, and the arrays in it."""
    path = save_weights(Network((2, 3, 1), "tanh", seed=1), tmp_path / "net.npz")
    with np.load(path) as archive:
        return path, dict(archive)


@pytest.mark.parametrize("network", NETWORKS, ids=repr)
def test_a_network_comes_back_as_it_was(network, tmp_path):
    path = save_weights(network, tmp_path / "mine")
    assert path == tmp_path / "mine.npz"
    again = load_weights(tmp_path / "mine")
    assert again.theta.tolist() == network.theta.tolist()
    assert repr(again) == repr(network)
    assert (again.sizes, again.activations, again.loss) == (
        network.sizes, network.activations, network.loss,
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == [path]
    x = np.ones(network.sizes[0])
    assert again.predict(x).tolist() == network.predict(x).tolist()


def test_a_network_that_came_back_can_start_anew(tmp_path):
    network = Network((2, 3, 1), seed=6)
    fresh = network.theta.copy()
    network.theta += 1.0
    again = load_weights(save_weights(network, tmp_path / "net.npz"))
    again.initialise()
    assert again.theta.tolist() == fresh.tolist()


def test_the_file_holds_numbers_and_text_alone(saved):
    _, arrays = saved
    assert set(arrays) == {_ABOUT, "W1", "b1", "W2", "b2"}
    assert all(array.dtype.kind in "fU" for array in arrays.values())


def test_a_save_that_fails_leaves_the_old_file(saved, monkeypatch):
    path, _ = saved
    before = path.read_bytes()

    def broken(file, **arrays):
        file.write(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(weights.np, "savez", broken)
    with pytest.raises(OSError, match="no space left"):
        save_weights(Network((5, 5)), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_network_that_is_not_finite_is_not_saved(saved):
    path, _ = saved
    before = path.read_bytes()
    network = Network((2, 2))
    network.W[0][1, 1] = np.nan
    with pytest.raises(ValueError, match="W1 holds numbers that are not finite, so nothing was"):
        save_weights(network, path)
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_permissions_are_those_of_the_old_file_or_of_any_new_one(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    path = save_weights(Network((1, 1)), tmp_path / "net.npz")
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    save_weights(Network((1, 1)), path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        save_weights(Network((1, 1)), tmp_path / "nowhere" / "net.npz")


def test_a_file_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*mine"):
        load_weights(tmp_path / "mine")


# Files that are refused. Each changes the arrays of a good one.


def without(name):
    return lambda arrays: {key: value for key, value in arrays.items() if key != name}


def changed(**others):
    return lambda arrays: {**arrays, **others}


def retold(**others):
    def change(arrays):
        about = {**json.loads(str(arrays[_ABOUT])), **others}
        told = {key: value for key, value in about.items() if value is not ...}
        return {**arrays, _ABOUT: np.array(json.dumps(told))}

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("W2"), "damaged: init holds W1, b1, b2, .* has W1, b1, W2, b2; give each"),
        (changed(W3=np.ones((1, 1))), "damaged: init holds .*W3"),
        (changed(W1=np.ones((2, 3))), r"W1 has the shape \(2, 3\), and layer 1 .* needs \(3, 2\)"),
        (changed(b1=np.array([0, np.nan, 0])), r"damaged: b1\[1\] is nan"),
        (changed(b2=np.array(["a"])), "damaged: b2 holds what is no real number"),
        (changed(W1=np.array([{"run": "me"}])), "holds Python objects .* could run any program"),
        (without(_ABOUT), "is of another program: it holds W1, b1, W2, b2"),
        (lambda arrays: {}, "is of another program: it holds nothing"),
        (changed(**{_ABOUT: np.array("{")}), "its 'about' is not readable"),
        (changed(**{_ABOUT: np.array("[1]")}), "its 'about' is not readable"),
        (retold(format="lessons network 2"), "has the form 'lessons network 2', and this course"),
        (retold(sizes=[2, -3, 1]), r"damaged: sizes is \[2, -3, 1\]"),
        (retold(sizes=...), "damaged: it does not say its 'sizes'"),
        (retold(activations=["tanh"]), "damaged: hidden names 0 activations"),
        (retold(activations=["cubic", "identity"]), "layer 1 has the activation 'cubic'"),
        (retold(loss="hinge"), "damaged: there is no loss 'hinge'"),
        (retold(seed="x"), "damaged: seed is 'x'"),
    ],
)
def test_a_foreign_or_damaged_archive_is_refused(saved, change, said):
    path, arrays = saved
    np.savez(path, **change(arrays))
    with pytest.raises(ValueError, match=said):
        load_weights(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive at all", b"PK\x03\x04 only the beginning", pickle.dumps({"W1": [1.0]})],
)
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "net.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"net.npz is no .npz file, or only a part of one; give"):
        load_weights(path)


def test_a_file_that_was_cut_short_or_overwritten_is_refused(saved):
    path, _ = saved
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="only a part of one"):
        load_weights(path)
    at = whole.index(b"NUMPY", whole.index(b"W1.npy")) + 130
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
    with pytest.raises(ValueError, match=r"net.npz is damaged: Bad CRC-32"):
        load_weights(path)


def test_whatever_byte_is_damaged_it_is_a_network_or_a_sentence(saved, tmp_path):
    path, _ = saved
    whole = path.read_bytes()
    draw = random.Random(5)
    told = set()
    for number in range(400):
        broken = bytearray(whole)
        for _ in range(draw.choice([1, 1, 3, 20])):
            broken[draw.randrange(len(broken))] = draw.randrange(256)
        if draw.random() < 0.2:
            del broken[draw.randrange(len(broken)) :]
        damaged = tmp_path / f"{number}.npz"
        damaged.write_bytes(broken)
        try:
            load_weights(damaged)
        except ValueError as error:
            told.add(str(error).partition(":")[0].replace(f"{number}.npz", "it"))
    assert "it is damaged" in told


def test_a_small_file_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("W1.npy", "w", force_zip64=True) as file:
            for _ in range(200):
                file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ValueError, match=r"bomb\.npz unpacks to 200 MiB"):
        load_weights(path)


def test_sizes_that_would_take_all_memory_are_compared_with_what_is_there(saved, tmp_path):
    _, arrays = saved
    about = json.loads(str(arrays.pop(_ABOUT)))
    about["sizes"] = [10**9, 10**9, 1]
    path = tmp_path / "huge.npz"
    np.savez(path, **{_ABOUT: np.array(json.dumps(about))}, **arrays)
    with pytest.raises(ValueError, match="do not fit its 13 parameters"):
        load_weights(path)
