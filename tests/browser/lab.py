"""Drive a notebook in the real JupyterLab, as a learner does: open, run, press keys, look."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import axe_playwright_python
import nbformat
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    sync_playwright,
)

from tests.browser.server import ROOT, LabServer

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# An output is a live panel when ipywidgets has drawn a widget straight into it.
PANEL = ".jp-OutputArea-output.jupyter-widgets, .jp-OutputArea-output:has(> .jupyter-widgets)"

# What a kernel says when JupyterLab asks for its widgets before a cell has imported ipywidgets, to
# which the answer is none. Older pairs of the two ask at each start.
NO_WIDGETS_YET = "No such comm target registered: jupyter.widget.control"
NO_WIDGETS = re.compile(rf"^(?:{re.escape(NO_WIDGETS_YET)}|No such comm: [0-9a-f-]{{36}})$", re.M)

# Chromium's tallest picture; a taller page is cut there.
TALLEST = 16_000

WATCH = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  // What widgets have sent and the kernel has not yet done: newer kernels do it on another thread,
  // beside the cells.
  window.underWay = new Set();
  panel.sessionContext.session.kernel.anyMessage.connect((_, { direction, msg }) => {
    if (direction === 'send' && msg.header.msg_type === 'comm_msg') {
      window.underWay.add(msg.header.msg_id);
    } else if (msg.header.msg_type === 'status' && msg.content.execution_state === 'idle') {
      window.underWay.delete(msg.parent_header.msg_id);
    }
  });
  window.kernelErrors = [];
  panel.sessionContext.iopubMessage.connect((_, message) => {
    const type = message.header.msg_type;
    if (type === 'error') {
      window.kernelErrors.push(`${message.content.ename}: ${message.content.evalue}`);
    } else if (type === 'stream' && message.content.name === 'stderr') {
      window.kernelErrors.push(message.content.text);
    }
  });
}"""

# True once the notebook is open, its cells are drawn, and its kernel has answered.
READY = """path => {
  const app = window.jupyterapp;
  const panel = app && app.shell.currentWidget;
  if (!panel || !panel.context || panel.context.path !== path) return false;
  if (!panel.context.isReady || !panel.sessionContext.isReady) return false;
  const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
  return !!kernel && kernel.status === 'idle' && panel.content.widgets.length > 0;
}"""

# True once no code cell waits, the kernel is idle, and every widget and MIME output is in the page.
SETTLED = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  if (panel.sessionContext.session.kernel.status !== 'idle') return false;
  for (const cell of panel.content.widgets) {
    const model = cell.model;
    if (model.type !== 'code' || !model.sharedModel.getSource().trim()) continue;
    if (model.executionCount === null) return false;
    for (const output of cell.node.querySelectorAll('.jp-OutputArea-output')) {
      if (output.textContent.trim() === 'Loading widget...') return false;
    }
    const outputs = model.outputs.toJSON();
    const views = outputs.filter(
      o => o.data && 'application/vnd.jupyter.widget-view+json' in o.data).length;
    const drawn = [...cell.node.querySelectorAll('.jp-OutputArea-output')].filter(
      o => o.classList.contains('jupyter-widgets') || o.querySelector('.jupyter-widgets')).length;
    if (drawn < views) return false;
  }
  return true;
}"""


@cache
def browser_path() -> str:
    """The browser that .ci/browser.py finds, in a process of its own: it may start Playwright."""
    command = [sys.executable, str(ROOT / ".ci" / "browser.py"), "--find"]
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        raise RuntimeError(found.stderr.strip())
    return found.stdout.strip()


@contextmanager
def launched_browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


class Lab:
    """One notebook open in one page of JupyterLab.

    lab.open("01_compute_neuron.ipynb", width=700, theme="dark")
    lab.run_all()
    lab.panel(0).get_by_role("slider", name="w0").focus()
    lab.press("ArrowRight")
    lab.settle()
    assert lab.axe(lab.panel(0)) == []
    lab.check()                      # no error in any output, in the kernel or in the console
    """

    def __init__(self, server: LabServer, browser: Browser) -> None:
        self.server = server
        self.browser = browser
        #: Where the page finds the server; the server's own address, unless a test says another.
        self.url = ""
        self.page: Page = None  # type: ignore[assignment]  # there from open() to close()
        self.console_errors: list[str] = []

    # -- opening and running ----------------------------------------------------------------

    def write(self, name: str, *sources: str) -> str:
        """Make a notebook of these code cells beside the copies of the course's; gives its name."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={
                "kernelspec": {
                    "name": "python3",
                    "display_name": "Python 3 (ipykernel)",
                    "language": "python",
                }
            },
        )
        nbformat.write(notebook, self.server.root / name)
        return name

    def open(
        self,
        notebook: str,
        *,
        width: int = 1400,
        height: int = 1000,
        theme: str = "light",
        sidebar: bool = False,
        reduced_motion: bool = False,
    ) -> "Lab":
        """Open a notebook of the server's folder in a window of this size, in this theme."""
        self.close()
        self.server.set_setting("@jupyterlab/apputils-extension:themes", {"theme": THEMES[theme]})
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            reduced_motion="reduce" if reduced_motion else "no-preference",
        )
        context.set_default_timeout(20_000)
        self.page = context.new_page()
        self.console_errors = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        url = f"{self.url or self.server.url}/lab/workspaces/{id(self)}/tree/{notebook}"
        self.page.goto(f"{url}?reset&token={self.server.token}")
        self.page.wait_for_function(READY, arg=notebook, timeout=60_000)
        self.page.evaluate(WATCH)
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light",
            arg="true" if theme == "light" else "false",
        )
        if not sidebar:
            self.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        return self

    def run_all(self, timeout: float = 120) -> "Lab":
        """Clear what is saved, run every cell, wait until all is drawn. A failing cell raises."""
        self.command("notebook:clear-all-cell-outputs")
        # JupyterLab asks a new kernel for its widgets before ipywidgets is there to answer, which
        # the kernel calls an error. All that was said before the first cell is not the notebook's.
        self.kernel("import ipywidgets")
        self.page.evaluate("() => { window.kernelErrors.length = 0; }")
        # The command answers only when the last cell has run, or one has failed.
        self.page.set_default_timeout(timeout * 1000)
        self.command("notebook:run-all-cells")
        if errors := self.output_errors():
            raise AssertionError("a cell failed:\n" + "\n".join(errors))
        self.page.wait_for_function(SETTLED, timeout=timeout * 1000)
        self.page.set_default_timeout(20_000)
        return self.settle()

    def settle(self, quiet_ms: int = 120, timeout: float = 20) -> "Lab":
        """Wait until the kernel has answered, and the outputs have not changed for a moment."""
        # The kernel takes its messages in turn: once it has answered ours, all that a key or a
        # click has sent is done. Twice, because a widget holds its second message back until the
        # answer to its first.
        for _ in range(2):
            self.kernel("")
        self.page.evaluate(
            """([quiet, timeout]) => new Promise((done, fail) => {
              const panel = window.jupyterapp.shell.currentWidget;
              const started = performance.now();
              let changed = started;
              const observer = new MutationObserver(() => { changed = performance.now(); });
              observer.observe(panel.content.node,
                {subtree: true, childList: true, attributes: true, characterData: true});
              const look = () => {
                const now = performance.now();
                // A kernel that was interrupted or started anew may owe an answer for ever.
                if (now - started > 2000) window.underWay.clear();
                const answered = !window.underWay.size;
                const idle = panel.sessionContext.session.kernel.status === 'idle' && answered;
                if (idle && now - changed >= quiet) { observer.disconnect(); done(); }
                else if (now - started > timeout) {
                  observer.disconnect();
                  fail(new Error('the notebook did not come to rest'));
                }
                else setTimeout(look, 20);
              };
              setTimeout(look, 20);
            })""",
            [quiet_ms, timeout * 1000],
        )
        return self

    def command(self, name: str, **arguments: Any) -> Any:
        """Run one of JupyterLab's own commands, and wait for it."""
        return self.page.evaluate(
            """async ([name, args]) => {
              const answer = await window.jupyterapp.commands.execute(name, args);
              return answer === undefined || typeof answer === 'object' ? null : answer;
            }""",
            [name, arguments],
        )

    def kernel(self, source: str) -> str:
        """Run source in the notebook's kernel, outside any cell; gives what it printed."""
        answer = self.page.evaluate(
            """async source => {
              const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              const future = kernel.requestExecute({code: source, store_history: false});
              let text = '';
              future.onIOPub = message => {
                if (message.header.msg_type === 'stream') text += message.content.text;
              };
              const reply = await future.done;
              return {text, status: reply.content.status, error: reply.content.evalue || ''};
            }""",
            source,
        )
        if answer["status"] != "ok":
            raise AssertionError(f"the kernel said: {answer['error']}")
        return str(answer["text"])

    # -- where things are -------------------------------------------------------------------

    @property
    def cells(self) -> Locator:
        """Every cell of the notebook, in order."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")

    @property
    def output_areas(self) -> Locator:
        """The output area of every code cell, in order, empty ones too."""
        return self.page.locator(
            ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-Cell-outputArea"
        )

    @property
    def panels(self) -> Locator:
        """Every live widget output, in the order of the page."""
        return self.page.locator(PANEL)

    def panel(self, n: int = 0) -> Locator:
        """The n-th live widget output."""
        return self.panels.nth(n)

    def outputs(self) -> list[list[dict[str, Any]]]:
        """What each code cell's model holds, in nbformat's form."""
        found: list[list[dict[str, Any]]] = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
              .filter(cell => cell.model.type === 'code')
              .map(cell => cell.model.outputs.toJSON())"""
        )
        return found

    def counts(self) -> list[int | None]:
        """The execution count of each code cell."""
        found: list[int | None] = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
              .filter(cell => cell.model.type === 'code').map(cell => cell.model.executionCount)"""
        )
        return found

    # -- doing ------------------------------------------------------------------------------

    def press(self, *keys: str, times: int = 1) -> "Lab":
        """Press keys on whatever has the focus."""
        for _ in range(times):
            for key in keys:
                self.page.keyboard.press(key)
        return self

    def resize(self, width: int, height: int = 1000) -> "Lab":
        self.page.set_viewport_size({"width": width, "height": height})
        return self.settle()

    # -- looking ----------------------------------------------------------------------------

    @contextmanager
    def full_height(self) -> Iterator[None]:
        """Make the window as tall as the notebook, so that nothing is scrolled out of a picture."""
        size = self.page.viewport_size
        assert size
        for _ in range(2):  # what comes into view may grow once more
            height = self.page.evaluate(
                """() => {
                  const node = window.jupyterapp.shell.currentWidget.content.node;
                  const outer = node.closest('.jp-WindowedPanel-outer') ||
                    node.querySelector('.jp-WindowedPanel-outer') || node;
                  const cells = [...node.querySelectorAll('.jp-Cell')];
                  const last = Math.max(...cells.map(c => c.getBoundingClientRect().bottom));
                  const top = outer.getBoundingClientRect().top;
                  const below = window.innerHeight - outer.getBoundingClientRect().bottom;
                  return Math.ceil(last + outer.scrollTop + below + 40);
                }"""
            )
            tall = max(size["height"], min(height, TALLEST))
            self.page.set_viewport_size({"width": size["width"], "height": tall})
            # Running has scrolled to the last cell, and a taller window keeps that place.
            self.page.evaluate(
                """() => {
                  const node = window.jupyterapp.shell.currentWidget.content.node;
                  for (const outer of [node, ...node.querySelectorAll('.jp-WindowedPanel-outer')]) {
                    outer.scrollTop = 0;
                  }
                }"""
            )
            self.settle()
        try:
            yield
        finally:
            self.page.set_viewport_size(size)
            self.settle()

    def screenshot(self, path: str | Path, what: Locator | None = None, full: bool = True) -> Path:
        """A picture of the page or of one locator, at full height unless `full` is off."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)

        def take() -> None:
            (what or self.page).screenshot(path=path)  # type: ignore[union-attr]

        if full:
            with self.full_height():
                take()
        else:
            take()
        return path

    def axe(self, what: Locator | str, **options: Any) -> list[dict[str, Any]]:
        """axe-core's violations inside one locator or selector: [] is what a test wants.

        Each has the rule's id, its impact, its help, and the nodes with what is wrong with each.
        JupyterLab's own shell has violations too, so name an output, a panel or something in one.
        """
        where = self.page.locator(what) if isinstance(what, str) else what
        if not self.page.evaluate("() => 'axe' in window"):
            # JupyterLab ships an AMD loader, which would swallow axe's export from a script tag.
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations: list[dict[str, Any]] = where.evaluate(
            """async (node, options) => {
              const result = await axe.run(node, {resultTypes: ['violations'], ...options});
              return result.violations.map(({id, impact, help, nodes}) => ({id, impact, help,
                nodes: nodes.map(n => ({html: n.html.slice(0, 300), why: n.failureSummary}))}));
            }""",
            options,
        )
        return violations

    def output_errors(self) -> list[str]:
        """Every error that a cell shows, by the number of its code cell, counted from 1."""
        return [
            f"code cell {number}: {output['ename']}: {output['evalue']}"
            for number, cell in enumerate(self.outputs(), 1)
            for output in cell
            if output["output_type"] == "error"
        ]

    def kernel_errors(self) -> list[str]:
        """Errors and stderr of the kernel, those in callbacks too, which no cell shows."""
        lines = "".join(f"{text}\n" for text in self.page.evaluate("() => window.kernelErrors"))
        if NO_WIDGETS_YET in lines:
            lines = NO_WIDGETS.sub("", lines)
        return [line for line in lines.splitlines() if line.strip()]

    def errors(self) -> list[str]:
        """All that went wrong since the notebook was opened: cells, callbacks, browser console."""
        return [*self.output_errors(), *self.kernel_errors(), *self.console_errors]

    def check(self) -> None:
        """Fail when anything went wrong since the notebook was opened."""
        self.settle()  # the error of a callback may come a moment after its effect
        if errors := self.errors():
            raise AssertionError("\n".join(errors))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location
            self.console_errors.append(f"{message.text} ({where.get('url', '')})")

    # -- the end ----------------------------------------------------------------------------

    def close(self) -> None:
        if self.page is not None and not self.page.is_closed():
            self.page.context.close()
            self.server.close_kernels()

    def __enter__(self) -> "Lab":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def started_lab(notebooks: Path | None = None) -> Iterator[Lab]:
    """Server, browser and page in one, for scripts: `with started_lab() as lab: ...`."""
    with (
        LabServer(notebooks) as server,
        sync_playwright() as playwright,
        launched_browser(playwright) as browser,
        Lab(server, browser) as lab,
    ):
        yield lab


def violations_text(violations: list[dict[str, Any]]) -> str:
    """axe's findings as text, for the message of a failing test."""
    return json.dumps(violations, indent=1)
