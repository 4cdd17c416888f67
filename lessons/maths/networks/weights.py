"""A trained network in a file: ``.npz``, numbers and names alone, nothing that could run.

The file is written beside its place and moved there when it is whole, so that a save that breaks
off leaves the old file as it was. Reading trusts nothing: what is missing, of another shape or not
a number is named.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lessons.maths.networks.network import Network

#: What the file says of itself; a number that grows when the form changes.
_FORMAT = "lessons network 1"
_ABOUT = "about"
#: More than any network of this course takes, and little enough to be unpacked without harm.
MOST_BYTES = 128 * 1024 * 1024
#: What a damaged file makes json, zipfile and NumPy raise.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def save_weights(network: Network, path: str | os.PathLike[str]) -> Path:
    """Write the network's parameters and its architecture into ``path``; the path is returned.

    A name without ``.npz`` gets it. Raises ``OSError`` where nothing can be written, and
    ``ValueError`` for parameters that are not finite, which could not be read again; in both cases
    an old file of that name is as it was.
    """
    path = _with_suffix(path)
    for name, values in network.parameters.items():
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name} holds numbers that are not finite, so nothing was saved; initialise the "
                f"network, or train it with a smaller learning rate"
            )
    about = {
        "format": _FORMAT,
        "sizes": network.sizes,
        "activations": network.activations,
        "loss": network.loss,
        "init": None if isinstance(network.init, Mapping) else network.init,
        "seed": network.seed,
    }
    handle, beside = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".npz", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            arrays: dict[str, Any] = {_ABOUT: np.array(json.dumps(about)), **network.parameters}
            np.savez(file, **arrays)
        os.chmod(beside, _mode(path))  # mkstemp's own is for its owner alone
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return path


def load_weights(path: str | os.PathLike[str]) -> Network:
    """The network that was saved at ``path``, ready to go on.

    Raises ``FileNotFoundError`` where there is none, and ``ValueError`` that says what is wrong
    with a file that is damaged, or not one of :func:`save_weights`.
    """
    path = Path(path)
    if not path.exists() and _with_suffix(path).exists():
        path = _with_suffix(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}; save_weights(network, {str(path)!r})")
    stored = _stored(path)
    about = _about(path, stored)
    try:
        *hidden, output = about["activations"]
        wanted = sum(into * (out + 1) for out, into in pairwise(about["sizes"]))
        if 8 * wanted > MOST_BYTES:  # before so much memory is asked for
            held = sum(values.size for values in stored.values())
            raise ValueError(f"its sizes {about['sizes']} do not fit its {held} parameters")
        init, seed = about["init"], about["seed"]
        network = Network(about["sizes"], hidden, output, about["loss"], init=stored, seed=seed)
        if init is not None:
            network.init = tuple(init) if isinstance(init, list) else str(init)
    except _DAMAGE as error:
        said = f"it does not say its {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"{path.name} is damaged: {said}") from None
    return network


def _stored(path: Path) -> dict[str, np.ndarray]:
    """Every array in the file."""
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path.name} is no .npz file, or only a part of one; {_WANTED}")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except _DAMAGE as error:
        raise ValueError(f"{path.name} is damaged: {error}; {_WANTED}") from None
    if unpacked > MOST_BYTES:
        raise ValueError(
            f"{path.name} unpacks to {unpacked / 2**20:,.0f} MiB, more than any network of this "
            f"course, so it is not read; {_WANTED}"
        )
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except _DAMAGE as error:
        if not isinstance(error, ValueError) or "pickle" not in str(error):
            raise ValueError(f"{path.name} is damaged: {error}; {_WANTED}") from None
        raise ValueError(
            f"{path.name} holds Python objects (a pickle), and reading one could run any program, "
            f"so it is not read; {_WANTED}"
        ) from None


_WANTED = "give a file that save_weights has written"


def _about(path: Path, stored: dict[str, np.ndarray]) -> dict[str, Any]:
    """What the file says of its network, taken out of ``stored``."""
    if _ABOUT not in stored:
        held = ", ".join(list(stored)[:6]) or "nothing"
        raise ValueError(f"{path.name} is of another program: it holds {held}; {_WANTED}")
    try:
        about = json.loads(str(stored.pop(_ABOUT)))
        form = about["format"]
    except _DAMAGE:
        raise ValueError(f"{path.name} is damaged: its {_ABOUT!r} is not readable") from None
    if form != _FORMAT:
        raise ValueError(f"{path.name} has the form {form!r}, and this course reads {_FORMAT!r}")
    return about


def _with_suffix(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")


def _mode(path: Path) -> int:
    """The permissions of the old file, or those that a new one gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
