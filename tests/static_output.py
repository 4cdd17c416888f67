"""What a reader without a kernel sees of a panel with a picture."""

import base64
import html
import io
import re
from typing import Any

import numpy as np
from matplotlib.image import imread


def still(bundle: dict[str, Any]) -> tuple[np.ndarray, str, int]:
    """The pixels (height, width, colours), the text alternative, and the width on the page, px."""
    source = r'src="data:image/png;base64,([^"]+)"'
    style = r'style="width: (\d+)px; max-width: 100%"'
    found = re.match(f'<img alt="([^"]*)" {source} {style}>', bundle["text/html"])
    assert found, bundle["text/html"][:300]
    pixels = imread(io.BytesIO(base64.b64decode(found[2])))[:, :, :3]
    return pixels, html.unescape(found[1]), int(found[3])
