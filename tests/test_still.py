"""The static output: one picture that stands on its own, and one table; the same each time."""

import base64
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from lessons.maths import text
from lessons.panels.explorer import still
from lessons.panels.explorer.words import sentence
from lessons.panels.kit.prose import plain
from lessons.panels.kit.still_image import LIVE
from lessons.panels.kit.style import DIAGRAM_CSS, LIGHT, written_in
from tests.examples import DEAD, SYSTEM_N, chain, every_scene, neuron, scene, square
from tests.repository import ROOT

SVG = "{http://www.w3.org/2000/svg}"
ALL = frozenset({"diagram", "code", "formula", "table"})


def words_in(picture):
    return ["".join(e.itertext()) for e in ElementTree.fromstring(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize("values", [SYSTEM_N, DEAD])
def test_a_picture_holds_the_sentence_the_diagram_and_the_code(values):
    for shown in every_scene(neuron, values, upstream=2.0, of="L"):
        words = words_in(still.picture(shown, ALL))
        for name, value in shown.record.values.items():
            assert name in words
            if name in shown.known:
                assert text.number(value) in words
        assert set(shown.record.source) <= set(words)
        captions = plain(sentence(shown)).split()
        assert [word for line in words for word in line.split()][: len(captions)] == captions


def test_a_picture_shows_only_the_parts_that_are_asked_for():
    shown = scene(neuron, SYSTEM_N, 17)
    assert "xw0" not in words_in(still.picture(shown, frozenset({"code"})))
    assert "    return y" not in words_in(still.picture(shown, frozenset({"diagram"})))
    assert "    return y" in words_in(still.picture(shown, frozenset({"code"})))
    ElementTree.fromstring(still.picture(shown, frozenset()))


def test_a_picture_needs_nothing_from_outside():
    picture = still.picture(scene(neuron, SYSTEM_N, 17), ALL)
    assert "var(" not in picture
    assert not re.search(r"""(href|src|url\()""", picture)
    assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"] * 2


def test_everything_lies_inside_of_the_picture():
    for function, values in ((neuron, SYSTEM_N), (square, {"x": 3.0})):
        for show in (ALL, frozenset({"diagram"}), frozenset({"code"})):
            root = ElementTree.fromstring(still.picture(scene(function, values, 3), show))
            width, height = float(root.get("width")), float(root.get("height"))
            inner = root.find(f"{SVG}svg")
            if inner is not None:
                assert float(inner.get("x")) + float(inner.get("width")) <= width
                assert float(inner.get("y")) + float(inner.get("height")) <= height
            for line in root.findall(f"{SVG}text"):
                assert 0 <= float(line.get("x")) < width
                assert 0 < float(line.get("y")) < height


def test_source_with_signs_of_html_is_escaped():
    def branch(a, b):
        y = a * 2 if a < b and b > 0 else b * 3
        return y

    shown = scene(branch, {"a": 1.0, "b": 2.0}, 1)
    assert shown.record.source[1] in words_in(still.picture(shown, ALL))


def test_every_colour_of_the_css_is_written_in():
    css = written_in(DIAGRAM_CSS)
    assert "var(" not in css
    assert LIGHT["arrow"] in css


def test_the_html_is_an_image_with_words_for_those_who_do_not_see_it():
    shown = scene(square, {"x": 3.0}, 3)
    html = still.html(shown, ALL)
    image = r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)" [^>]*>'
    alt, data = re.fullmatch(rf"{image}\n<p><small>.*</small></p>", html).groups()
    assert base64.b64decode(data).decode() == still.picture(shown, ALL)
    assert alt.startswith("The gradient reaches x")
    assert LIVE in html


def test_a_folded_picture_says_so():
    html = still.html(scene(lambda x: chain(x, 100), {"x": 1.0}, 3), ALL)
    assert html.count("This computation has 101 values.") == 2


def test_the_table_holds_both_passes():
    shown = scene(neuron, SYSTEM_N)
    assert still.table(shown) == f"{shown.record}\n\n{shown.gradient}"
    assert still.table(scene(neuron, SYSTEM_N, upstream=None)) == str(shown.record)


PROGRAM = """
from tests.examples import SYSTEM_N, neuron, scene
from lessons.panels.explorer import still
import hashlib
shown = scene(neuron, SYSTEM_N, 17)
whole = still.html(shown, frozenset({"diagram", "code"})) + still.table(shown)
print(hashlib.sha256(whole.encode()).hexdigest())
"""


def test_the_still_form_is_the_same_in_every_process():
    digests = set()
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        digests.add(done.stdout)
    assert len(digests) == 1
