"""The table of steps, the listing, the timeline and the history, read back from their HTML."""

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from lessons import maximum, record
from lessons.maths import text
from lessons.panels.explorer.code import MOST_LINES, listing
from lessons.panels.explorer.history import MOST_POINTS, history
from lessons.panels.explorer.scene import Scene
from lessons.panels.explorer.step_table import MOST_ROWS, steps, steps_title
from lessons.panels.explorer.timeline import MOST_DOTS, timeline
from lessons.panels.explorer.words import local_words
from tests.examples import DEAD, SYSTEM_N, chain, every_scene, neuron, scene, square, three_paths

WAIT = "· · ·"
UPDATED = ("w0", "w1", "w2", "b")
CASES = [
    (neuron, SYSTEM_N, {"updated": UPDATED}),
    (neuron, SYSTEM_N, {"upstream": -2.5, "of": "L"}),
    (neuron, DEAD, {"upstream": 7.0}),
    (square, {"x": -3.0}, {}),
    (three_paths, {"x": 1.0}, {}),
]


class Page(HTMLParser):
    """A piece of HTML as a list of (tag, attributes, text), with every tag closed."""

    VOID = ("br", "img")

    def __init__(self, html):
        super().__init__()
        self.found, self.open = [], []
        self.feed(html)
        assert self.open == [], "a tag is not closed"

    def handle_starttag(self, tag, attrs):
        entry = [tag, dict(attrs), ""]
        self.found.append(entry)
        if tag not in self.VOID:
            self.open.append(entry)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for entry in self.open:
            entry[2] += data

    def tags(self, tag, kind=""):
        return [
            e for e in self.found if e[0] == tag and kind in [*e[1].get("class", "").split(), ""]
        ]

    def rows(self):
        """For each row of the table body its attributes and the texts of its cells."""
        rows = []
        for tag, attributes, content in self.found:
            if tag == "tr":
                rows.append((attributes, []))
            elif tag in ("td", "th"):
                rows[-1][1].append(content)
        return rows[1:]


def long(n):
    return lambda x: chain(x, n)


def every():
    return [shown for f, values, options in CASES for shown in every_scene(f, values, **options)]


def test_the_table_of_the_forward_pass_holds_the_record():
    for shown in every():
        if shown.backwards:
            continue
        assert steps_title(shown) == "Forward steps"
        rows = Page(steps(shown)).rows()
        assert len(rows) == len(shown.record.steps)
        for place, (step, (attributes, cells)) in enumerate(
            zip(shown.record.steps, rows, strict=True)
        ):
            assert attributes["data-name"] == cells[0] == step.name
            number = text.number(step.value) if place < shown.forward_done else WAIT
            assert cells[2] == number
            assert ("bp-now" in attributes.get("class", "")) == (shown.step is step)


def test_the_table_of_the_backward_pass_holds_the_gradient():
    for shown in every():
        if not shown.backwards:
            continue
        assert steps_title(shown) == "Backward steps"
        (seed, *rows) = Page(steps(shown)).rows()
        assert seed[1][-1] == text.number(shown.gradient.upstream)
        assert ("bp-now" in seed[0].get("class", "")) == (shown.now.phase == "seed")
        assert len(rows) == len(shown.gradient.steps)
        for place, (step, (attributes, cells)) in enumerate(
            zip(shown.gradient.steps, rows, strict=True)
        ):
            assert attributes["data-name"] == cells[0] == step.to
            if place >= shown.backward_done:
                assert cells[1:] == [WAIT] * 4
                continue
            assert cells[1] == text.number(step.upstream)
            words = local_words(shown.record.by_name[step.from_], step.argument)
            assert cells[2] in (words, f"{words} {text.number(step.local)}")
            assert cells[3:] == [text.number(step.contribution), text.number(step.total)]
            assert ("bp-now" in attributes.get("class", "")) == (shown.backward_step is step)


def test_the_seed_says_what_is_given():
    seed = scene(neuron, SYSTEM_N, 6)
    assert "dy/dy = 1" in steps(seed)
    assert "given: the upstream gradient" in steps(scene(neuron, SYSTEM_N, 6, of="L"))


def test_the_chosen_rows_are_marked():
    rows = Page(steps(scene(square, {"x": 3.0}, 3, chosen="x"))).rows()
    assert ["bp-chosen" in a.get("class", "") for a, _ in rows] == [False, True, True]


@pytest.mark.parametrize("at", [0, 1, 40, 99, 100, 101, 102, 150, 201])
def test_of_a_long_pass_the_rows_around_the_current_one_are_shown_and_the_rest_counted(at):
    shown = scene(long(100), {"x": 1.0}, at)
    page = Page(steps(shown))
    now = [a["data-name"] for a, _ in page.rows() if "bp-now" in a.get("class", "")]
    assert now == ([shown.active] if shown.active else [])
    rows = [a for a, _ in page.rows()]
    assert MOST_ROWS <= len(rows) <= MOST_ROWS + 1
    (note,) = page.tags("p")
    assert sum(int(part.split()[0]) for part in note[2].split(", ")) == 100 - MOST_ROWS


def test_signs_of_html_in_a_table_are_escaped():
    def larger(a, b):
        y = maximum(a, b)
        return y

    shown = scene(larger, {"a": 2.0, "b": 1.0}, 3)
    assert "[a &gt; b]" in steps(shown)
    assert Page(steps(shown)).rows()[1][1][2] == "[a > b] 1.00"


def test_the_listing_lights_the_line_of_the_moment():
    for shown in every():
        lines = Page(listing(shown)).tags("div")
        assert [line[2] for line in lines] == [
            f"{number}{source}" for number, source in enumerate(shown.record.source, 1)
        ]
        lit = [int(e[1]["data-line"]) for e in lines if "bp-now" in e[1]["class"].split()]
        assert lit == ([shown.active_line] if shown.active_line else [])
        ahead = [e for e in lines if "bp-ahead" in e[1]["class"].split()]
        assert bool(ahead) == (shown.step is not None)


def test_the_listing_marks_the_lines_of_the_chosen_value():
    lines = Page(listing(scene(neuron, SYSTEM_N, chosen="z"))).tags("div")
    assert [e[1]["data-line"] for e in lines if "bp-chosen" in e[1]["class"].split()] == ["5"]


def test_source_with_signs_of_html_is_escaped():
    def branch(a, b):
        y = a * 2 if a < b and b > 0 else b & 1 if False else b * 3
        return y

    shown = scene(branch, {"a": 1.0, "b": 2.0}, 1)
    assert "a &lt; b and b &gt; 0 else b &amp; 1" in listing(shown)
    assert Page(listing(shown)).tags("div")[1][2] == f"2{shown.record.source[1]}"


def test_a_long_function_is_shown_around_the_current_line():
    from tests.examples import cell

    body = "".join(f"    x = x * 1.0  # {i}\n" for i in range(100))
    f = cell(f"def f(x):\n{body}    return x\n")["f"]
    for at in (0, 1, 50, 100):
        shown = scene(f, {"x": 1.0}, at)
        numbers = [int(e[1]["data-line"]) for e in Page(listing(shown)).tags("div")]
        assert len(numbers) == MOST_LINES
        assert shown.active_line is None or shown.active_line in numbers


def test_a_function_without_source_says_so():
    spaces = {}
    exec("def f(x):\n    y = 2 * x\n    return y", spaces)
    assert "not to be had" in listing(scene(spaces["f"], {"x": 1.0}))


def test_the_timeline_has_a_dot_for_every_position_and_knows_where_one_is():
    for shown in every():
        page = Page(timeline(shown))
        dots = page.tags("span", "bp-dot")
        assert [int(dot[1]["data-at"]) for dot in dots] == list(range(1, shown.last + 1))
        here = [int(d[1]["data-at"]) for d in dots if "bp-here" in d[1]["class"].split()]
        assert here == ([shown.at] if shown.at else [])
        todo = [int(d[1]["data-at"]) for d in dots if "bp-todo" in d[1]["class"].split()]
        assert todo == list(range(shown.at + 1, shown.last + 1))
        kinds = [
            {"forward": "f", "update": "u"}.get(shown.moment(p).phase, "b")
            for p in range(1, shown.last + 1)
        ]
        assert [d[1]["class"].split()[1][-1] for d in dots] == kinds
        assert f"step {shown.at} of {shown.last}" in page.tags("span", "bp-count")[0][2]


def test_a_long_timeline_is_a_bar():
    shown = scene(long(MOST_DOTS), {"x": 1.0}, MOST_DOTS)
    page = Page(timeline(shown))
    assert page.tags("span", "bp-dot") == []
    (track,), (fill,) = page.tags("span", "bp-track"), page.tags("span", "bp-fill")
    assert int(track[1]["data-last"]) == shown.last
    assert fill[1]["style"] == f"width:{100 * shown.at / shown.last:.2f}%"


SVG = "{http://www.w3.org/2000/svg}"


def points(drawn):
    line = ElementTree.fromstring(drawn).find(f"{SVG}polyline")
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


def test_the_history_falls_with_the_output_and_names_both_ends():
    drawn = history("y", [6.0, 4.5, 3.0, 1.5, 0.0])
    across, down = zip(*points(drawn), strict=True)
    assert list(across) == sorted(across)
    assert list(down) == sorted(down)  # down on the page is larger
    root = ElementTree.fromstring(drawn)
    assert root.get("aria-label") == "y over 4 updates, from 6.00 to 0.00"
    assert {"6.00", "0.00"} <= {"".join(e.itertext()) for e in root.iter(f"{SVG}text")}


def test_before_an_update_there_is_no_history_and_after_one_it_is_singular():
    assert history("y", []) == history("y", [6.0]) == ""
    assert "y over 1 update<" in history("y", [6.0, 4.5])


def test_a_constant_history_is_level_and_a_long_one_is_thinned_but_keeps_its_end():
    assert len({y for _, y in points(history("y", [2.0, 2.0, 2.0]))}) == 1
    many = points(history("y", [float(i) for i in range(10 * MOST_POINTS)]))
    assert len(many) <= MOST_POINTS + 1
    assert many[0][1] == max(y for _, y in many)
    assert many[-1][1] == min(y for _, y in many)
    assert (
        points(history("y", [1.0] * 3 + [0.0]))[-1][1]
        > points(history("y", [1.0] * 3 + [0.0]))[0][1]
    )


def test_the_name_in_a_history_is_escaped():
    drawn = history("a<b&c", [1.0, 2.0])
    assert ElementTree.fromstring(drawn).get("aria-label").startswith("a<b&c over")


def test_the_four_views_of_a_step_show_the_same_number():
    from lessons.panels.explorer.diagram import diagram
    from lessons.panels.explorer.formula import formula
    from lessons.panels.explorer.words import sentence
    from lessons.panels.kit.prose import plain

    for f, values, options in CASES:
        first = record(f, **values)
        gradient = first.backward(options.get("upstream", 1.0))
        for at in range(1, len(first.steps) + len(gradient.steps) + 2):
            shown = Scene(first, gradient, at, options.get("of", first.output))
            if shown.step:
                number = shown.step.value
            else:
                number = shown.totals[shown.active]
            said = text.number(number)
            blocked = shown.backward_step and shown.backward_step.local == 0
            assert said in diagram(shown)
            assert said in steps(shown)
            assert said.replace("−", "-") in formula(shown).main
            assert blocked or said in plain(sentence(shown))
