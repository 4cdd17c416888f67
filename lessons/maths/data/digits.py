"""Handwritten digits, as they were published."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lessons.maths.data.dataset import Data, of_classes

#: The images as they were published, with their source and licence beside them in digits.txt.
_DIGITS = Path(__file__).with_name("digits.npz")

#: A pixel of a digit counts the ink in a block of 4 by 4: 0 to 16.
INK = 16


def digits() -> Data:
    """1,797 handwritten digits: x (1797, 64) from 0 (paper) to 1 (ink), y (1797, 10) one-hot.

    A row of ``x`` is an image of 8 by 8, row by row from the top: ``x[i].reshape(8, 8)``. The
    images are in the order of their publication. They were made by E. Alpaydin and C. Kaynak (CC BY
    4.0); digits.txt, beside this file, says where they come from.
    """
    with np.load(_DIGITS, allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    return of_classes(
        "digits",
        images.reshape(len(images), -1) / INK,
        labels.astype(np.int64),
        tuple("0123456789"),
        "Optical Recognition of Handwritten Digits, test part; E. Alpaydin, C. Kaynak (1998), "
        "UCI Machine Learning Repository, CC BY 4.0",
    )
