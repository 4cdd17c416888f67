"""A kernel that is gone, a network that is away, a page that is loaded anew, two pages at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import PANEL, READY, WATCH, Lab
from tests.browser.line import Line

NEURON = """\
from lessons import explore, predict, relu

def neuron(x, w, b):
    z = x * w + b
    y = relu(z)
    return y
"""
EXPLORE = "panel = explore(neuron, x=1.0, w=2.0, b=1.0, update=['w'])\npanel"
PREDICT = "card = predict('What is `z`?', 3.0)\ncard"

RESTART = "kernel => kernel.restart()"
SHUTDOWN = "(kernel, context) => context.shutdown()"
#: Text of the page about the kernel.
GONE = "The kernel is gone: run this cell again."
AWAY = "There is no connection to the kernel."


@pytest.fixture
def line(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The page reaches the server over this, and the test itself directly."""
    direct = lab.server.url
    address = urlsplit(direct)
    with Line(int(address.port or 0)) as made:
        monkeypatch.setattr(lab, "url", direct.replace(f":{address.port}", f":{made.port}"))
        yield made


def opened(lab: Lab, fresh: bool = False) -> Locator:
    name = lab.write("reconnect.ipynb", NEURON, EXPLORE, PREDICT)
    lab.open(name, fresh=fresh).run_all()
    return lab.panel(0)


@pytest.fixture
def panel(lab: Lab) -> Locator:
    return opened(lab)


def with_kernel(lab: Lab, source: str) -> None:
    lab.page.evaluate(
        f"""async () => {{
          const context = window.jupyterapp.shell.currentWidget.sessionContext;
          await ({source})(context.session?.kernel, context);
        }}"""
    )


def trouble(panel: Locator) -> Locator:
    return panel.locator(".bp-trouble")


def sent_after(lab: Lab) -> None:
    """Note from now on what the page sends to a kernel about widgets."""
    lab.page.evaluate(
        """() => {
          window.spoken = [];
          const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel;
          kernel?.anyMessage.connect((_, { direction, msg }) => {
            if (direction === 'send' && msg.header.msg_type === 'comm_msg') window.spoken.push(msg);
          });
        }"""
    )


def kill(lab: Lab) -> None:
    os.kill(int(lab.kernel("import os; print(os.getpid())")), signal.SIGKILL)


def ends(lab: Lab, how: str) -> None:
    if how == "kill":
        kill(lab)
    else:
        with_kernel(lab, RESTART if how == "restart" else SHUTDOWN)


@pytest.mark.parametrize("how", ["restart", "shutdown", "kill"])
def test_a_kernel_that_is_gone_is_said_in_words(lab: Lab, panel: Locator, how: str) -> None:
    panel.get_by_role("button", name="Play the steps").click()
    before = panel.locator(".bp-stage").inner_text()
    ends(lab, how)
    expect(trouble(panel)).to_have_text(GONE, timeout=30_000)
    expect(trouble(lab.panel(1))).to_have_text(GONE)
    # The last picture stays, marked as old; the controls offer nothing.
    assert panel.locator(".bp-front.bp-old").count() == 1
    assert panel.locator(".bp-stage svg").count() == 1 and before
    assert panel.locator(".bp-controls").evaluate("node => node.inert")
    # Nothing more is sent, the clock included, and nothing is said in the console.
    sent_after(lab)
    shown = panel.locator(".bp-stage").inner_text()
    panel.locator(".bp-stage").press("ArrowRight")
    lab.page.wait_for_timeout(1200)  # longer than a step of the clock
    assert lab.page.evaluate("() => window.spoken ?? []") == []
    assert panel.locator(".bp-stage").inner_text() == shown
    assert [line for line in lab.console_errors if "WebSocket" not in line] == []


def test_a_cell_that_is_run_again_is_live(lab: Lab, panel: Locator) -> None:
    with_kernel(lab, RESTART)
    expect(trouble(panel)).to_have_text(GONE, timeout=30_000)
    lab.run_all()
    panel = lab.panel(0)
    expect(trouble(panel)).to_be_hidden()
    panel.get_by_role("slider", name="w").focus()
    lab.press("ArrowRight").settle()
    assert lab.kernel("print(panel.values['w'])") != "2.0\n"
    lab.check()


def test_what_is_done_while_the_network_is_away_is_done_once_when_it_is_back(
    lab: Lab, line: Line, panel: Locator
) -> None:
    handle = panel.get_by_role("slider", name="w")
    handle.focus()
    lab.press("ArrowRight").settle()
    before = float(lab.kernel("print(panel.values['w'])"))
    step = float(lab.kernel("print(panel._controls['w'].slider.step)"))
    line.cut()
    expect(trouble(panel)).to_contain_text(AWAY, timeout=20_000)
    handle.focus()
    lab.press("ArrowRight", times=3)
    panel.get_by_role("button", name="Update w").click()
    entry = lab.panel(1).get_by_label("Your answer")
    entry.fill("3")
    entry.press("Enter")
    lab.page.wait_for_timeout(10_000)
    line.mend()
    expect(trouble(panel)).to_be_hidden(timeout=90_000)
    expect(lab.panel(1).locator(".bp-say")).to_contain_text("Right", timeout=20_000)
    lab.settle()
    moved = before + 3 * step
    assert float(lab.kernel("print(panel.values['w'])")) == pytest.approx(moved - 0.1)
    assert lab.kernel("print(len(panel.outputs), [a.text for a in card.attempts])") == "2 ['3']\n"


def test_a_kernel_that_was_restarted_while_the_network_was_away_is_gone(
    lab: Lab, line: Line, panel: Locator
) -> None:
    [session] = lab.server.sessions()
    kernel = session["kernel"]["id"]
    line.cut()
    expect(trouble(panel)).to_contain_text(AWAY, timeout=20_000)
    assert lab.server.request("POST", f"/api/kernels/{kernel}/restart").status == 200
    line.mend()
    expect(trouble(panel)).to_have_text(GONE, timeout=90_000)


def test_a_page_that_is_loaded_anew_shows_the_panel_as_it_was_left(lab: Lab) -> None:
    panel = opened(lab, fresh=True)
    panel.get_by_role("slider", name="b").focus()
    lab.press("ArrowRight", times=4).settle()
    panel.get_by_role("button", name="Update w").click()
    lab.settle()
    lab.command("docmanager:save")
    left = lab.kernel("print(panel.values, len(panel.outputs))")
    lab.page.reload()
    lab.page.wait_for_function(READY, arg="reconnect.ipynb", timeout=60_000)
    lab.page.evaluate(WATCH)
    panel = lab.panel(0)
    expect(panel.locator(".bp-stage svg")).to_be_visible(timeout=30_000)
    lab.settle()
    assert lab.kernel("print(panel.values, len(panel.outputs))") == left
    number = panel.get_by_label("b, the number").input_value()
    assert float(number) == float(lab.kernel("print(panel.values['b'])"))
    panel.get_by_role("slider", name="b").focus()
    lab.press("ArrowLeft").settle()
    assert float(panel.get_by_label("b, the number").input_value()) < float(number)
    panel.get_by_role("button", name="Update w").click()
    lab.settle()
    assert lab.kernel("print(len(panel.outputs))") == "2\n"
    lab.check()


def test_two_pages_show_one_panel_and_its_clock_beats_once(lab: Lab) -> None:
    panel = opened(lab, fresh=True)
    lab.command("docmanager:save")
    other = lab.page.context.new_page()
    other.set_default_timeout(20_000)
    url = f"{lab.server.url}/lab/workspaces/other/tree/reconnect.ipynb"
    other.goto(f"{url}?reset&token={lab.server.token}")
    other.wait_for_function(READY, arg="reconnect.ipynb", timeout=60_000)
    twin = other.locator(PANEL).nth(0)
    expect(twin.locator(".bp-stage svg")).to_be_visible(timeout=30_000)

    lab.page.bring_to_front()
    panel.get_by_role("slider", name="w").focus()
    lab.press("ArrowRight", times=5)
    number = f"{float(lab.settle().kernel('print(panel.values[chr(119)])')):g}"
    expect(panel.get_by_label("w, the number")).to_have_value(number)
    expect(twin.get_by_label("w, the number")).to_have_value(number)

    other.bring_to_front()
    twin.get_by_role("slider", name="w").press("ArrowLeft")
    twin.get_by_role("button", name="Update w").click()
    expect(twin.get_by_role("button", name="Undo")).to_be_enabled()
    expect(panel.get_by_role("button", name="Undo")).to_be_enabled()
    assert lab.kernel("print(len(panel.outputs))") == "2\n"

    lab.kernel(
        "import time\npanel.go('first'); seen = []; panel._front.observe(seen.append, 'beat')"
    )
    lab.kernel("panel.play(); began = time.monotonic()")
    lab.page.wait_for_timeout(4000)
    lab.kernel("panel.play(); took = time.monotonic() - began")
    beats, took = lab.kernel("print(len(seen), took)").split()
    # 900 ms a step; two clocks at once would make twice as many.
    assert 2 <= int(beats) <= float(took) / 0.9 + 2
    other.close()
    lab.check()
