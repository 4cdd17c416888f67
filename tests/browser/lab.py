"""Drive a notebook in the real JupyterLab, as a learner does: open, run, press keys, look."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import axe_playwright_python
import nbformat
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
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
#: What the page's body says of the theme.
LIGHT = {"light": "true", "dark": "false"}

# An output is a live panel when ipywidgets has drawn a widget straight into it.
PANEL = ".jp-OutputArea-output.jupyter-widgets, .jp-OutputArea-output:has(> .jupyter-widgets)"

# What a kernel says when JupyterLab asks for its widgets before a cell has imported ipywidgets, to
# which the answer is none. Older pairs of the two ask at each start. Ids that JupyterLab gives have
# dashes, and those of a panel have none.
ITS_ID = r"[0-9a-f]+(?:-[0-9a-f]+){4}"
NO_WIDGETS_YET = "No such comm target registered: jupyter.widget.control"
NO_WIDGETS = re.compile(rf"^(?:{re.escape(NO_WIDGETS_YET)}|No such comm: {ITS_ID})$", re.M)

# Chromium's tallest picture; a taller page is cut there.
TALLEST = 16_000

# Notes what is pressed and what comes, and knows when the page is at rest.
WATCHER = Path(__file__).with_name("watch.js")
WATCH = "() => window.watched.watch()"

# True once the application is there, without a notebook.
LOADED = "() => !!window.jupyterapp && window.jupyterapp.restored.then(() => true)"

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


class Desk:
    """A page of JupyterLab that stays loaded, in which one notebook after the other is opened.

    The kernel of the next notebook starts while a test has the present one.
    """

    def __init__(self, server: LabServer, browser: Browser, slow: float = 1) -> None:
        self.server, self.browser, self.slow = server, browser, slow
        self.page: Page | None = None
        self.holder: Lab | None = None
        #: After a failure: the page may have come to harm, and is loaded anew for the next test.
        self.harmed = False
        self._opened = 0

    def take(self, holder: "Lab") -> Page:
        self.holder = holder
        if self.page is None:
            context = self.browser.new_context()
            self.page = opened_page(context, self.slow)
            self.page.on("console", lambda message: self.holder and self.holder._hear(message))
            self.page.on("pageerror", lambda error: self.holder and self.holder._hear_error(error))
            url = f"{self.server.url}/lab/workspaces/desk?reset&token={self.server.token}"
            self.page.goto(url)
            self.page.wait_for_function(LOADED, timeout=60_000 * self.slow)
        return self.page

    def open(self, notebook: str) -> str:
        """Open a copy of its own, so that nothing an earlier test has saved or run is met."""
        assert self.page is not None
        self._opened += 1
        name = f"{Path(notebook).stem}-{self._opened}.ipynb"
        shutil.copy(self.server.root / notebook, self.server.root / name)
        kernel = {"id": self.server.warm_kernel(), "name": "python3"}
        self.page.evaluate(
            """async ([path, kernel]) => {
              await window.jupyterapp.commands.execute('docmanager:open', {path, kernel});
            }""",
            [name, kernel],
        )
        return name

    def clear(self) -> None:
        """Close the notebook."""
        self.holder = None
        if self.page is None:
            return
        if self.harmed:
            self.page.context.close()
            self.page, self.harmed = None, False
            return
        self.page.evaluate(
            """() => {
              for (const widget of [...window.jupyterapp.shell.widgets('main')]) {
                if (widget.context) widget.dispose();
              }
              window.watched.diary.length = 0;
            }"""
        )
        while self.page.locator(".jp-Dialog").count():  # such as of a kernel that has died
            self.page.keyboard.press("Escape")


def opened_page(context: BrowserContext, slow: float) -> Page:
    """A page that is watched, with a processor that is so many times slower."""
    context.add_init_script(path=WATCHER)
    context.set_default_timeout(20_000 * slow)
    page = context.new_page()
    if slow != 1:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return page


class Lab:
    """One notebook open in one page of JupyterLab.

    lab.open("01_compute_neuron.ipynb", width=700, theme="dark")
    lab.run_all()
    lab.panel(0).get_by_role("slider", name="w0").focus()
    lab.press("ArrowRight")
    lab.settle()
    assert lab.axe(lab.panel(0)) == []
    lab.check()                      # no error in any output, in the kernel or in the console

    With a desk its page is the desk's, unless ``open`` is told ``fresh``; every wait is ``slow``
    times as long where the processor of the page is so much slower.
    """

    def __init__(
        self, server: LabServer, browser: Browser, desk: Desk | None = None, slow: float = 1
    ) -> None:
        self.server = server
        self.browser = browser
        self.desk = desk
        self.slow = slow
        #: Where the page finds the server; the server's own address, unless a test says another.
        self.url = ""
        #: The notebook that is open: of a desk, a copy with a name of its own.
        self.path = ""
        self.page: Page = None  # type: ignore[assignment]  # there from open() to close()
        self.console_errors: list[str] = []
        self._console: list[tuple[float, str]] = []

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
        fresh: bool = False,
    ) -> "Lab":
        """Open a notebook of the server's folder in a window of this size, in this theme.

        ``fresh`` loads the application anew, with the notebook in its address.
        """
        self.close()
        self.console_errors, self._console = [], []
        at_desk = self.desk is not None and not fresh and not self.url
        motion: Literal["reduce", "no-preference"] = "reduce" if reduced_motion else "no-preference"
        if at_desk:
            self.page = self.desk.take(self)
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(reduced_motion=motion)
            if self.page.evaluate("() => document.body.dataset.jpThemeLight") != LIGHT[theme]:
                self.dress(theme)
            self.path = self.desk.open(notebook)
        else:
            themes = "@jupyterlab/apputils-extension:themes"
            self.server.set_setting(themes, {"theme": THEMES[theme]})
            context = self.browser.new_context(
                viewport={"width": width, "height": height}, reduced_motion=motion
            )
            self.page = opened_page(context, self.slow)
            self.page.on("console", self._hear)
            self.page.on("pageerror", self._hear_error)
            self.path = notebook
            url = f"{self.url or self.server.url}/lab/workspaces/{id(self)}/tree/{notebook}"
            self.page.goto(f"{url}?reset&token={self.server.token}")
        self.page.wait_for_function(READY, arg=self.path, timeout=60_000 * self.slow)
        self.page.evaluate(WATCH)
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=LIGHT[theme]
        )
        fold = "expandLeft" if sidebar else "collapseLeft"
        self.page.evaluate(f"() => window.jupyterapp.shell.{fold}()")
        if at_desk:
            self.server.warm()
        return self

    def run_all(self, timeout: float = 120) -> "Lab":
        """Clear what is saved, run every cell, wait until all is drawn. A failing cell raises."""
        self.command("notebook:clear-all-cell-outputs")
        # JupyterLab asks a new kernel for its widgets before ipywidgets is there to answer, which
        # the kernel calls an error. All that was said before the first cell is not the notebook's.
        self.kernel("import ipywidgets")
        self.page.evaluate("() => { window.kernelErrors.length = 0; }")
        # The command answers only when the last cell has run, or one has failed.
        timeout *= self.slow
        self.page.set_default_timeout(timeout * 1000)
        self.command("notebook:run-all-cells")
        if errors := self.output_errors():
            raise AssertionError("a cell failed:\n" + "\n".join(errors))
        self.page.wait_for_function(SETTLED, timeout=timeout * 1000)
        self.page.set_default_timeout(20_000 * self.slow)
        return self.settle(quiet_ms=300)

    def settle(self, quiet_ms: int = 50, timeout: float = 20) -> "Lab":
        """Wait until all that a hand has done is done, and is on the page.

        No event is unseen, the kernel has answered and is idle, pictures are loaded, and the
        outputs have not changed for a moment.
        """
        # The kernel takes its messages in turn: once it has answered ours, it has done
        # what came before.
        self.kernel("")
        self.page.evaluate(
            "([quiet, timeout]) => window.watched.rest(quiet, timeout)",
            [quiet_ms * self.slow, timeout * 1000 * self.slow],
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
        """Make the window as wide, and wait until the pictures fit it."""
        self.page.set_viewport_size({"width": width, "height": height})
        self._painted()
        return self.settle()

    def dress(self, theme: str) -> "Lab":
        """Change the theme, and wait until its colours are there."""
        self.command("apputils:change-theme", theme=THEMES[theme])
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=LIGHT[theme]
        )
        self._painted()
        return self

    def _painted(self) -> None:
        """Wait until the page has been laid out anew, which is when it notices its new size."""
        self.page.evaluate(
            """async () => {
              for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
            }"""
        )

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
        # A kernel keeps back for a moment what it prints.
        self.kernel("import sys; sys.stderr.flush()")
        lines = "".join(f"{text}\n" for text in self.page.evaluate("() => window.kernelErrors"))
        return [line for line in NO_WIDGETS.sub("", lines).splitlines() if line.strip()]

    def errors(self) -> list[str]:
        """All that went wrong since the notebook was opened: cells, callbacks, browser console."""
        return [*self.output_errors(), *self.kernel_errors(), *self.console_errors]

    def check(self) -> None:
        """Fail when anything went wrong since the notebook was opened."""
        self.settle()
        if errors := self.errors():
            raise AssertionError("\n".join(errors))

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith("Plugin "):  # how long each took to start
            self._console.append((1000 * time.time(), f"console {message.type}: {message.text}"))
        if message.type == "error":
            where = message.location
            self.console_errors.append(f"{message.text} ({where.get('url', '')})")

    def _hear_error(self, error: Error) -> None:
        self._console.append((1000 * time.time(), f"page error: {error}"))
        self.console_errors.append(str(error))

    def diary(self, last: int = 60) -> str:
        """What was pressed, and what came: the last lines, with seconds before the end."""
        lines = [*self.page.evaluate("() => window.watched.diary"), *self._console]
        lines.sort(key=lambda line: line[0])
        end = 1000 * time.time()
        return "\n".join(f"{(at - end) / 1000:8.3f} s  {text}" for at, text in lines[-last:])

    # -- the end ----------------------------------------------------------------------------

    def close(self) -> None:
        if self.page is None or self.page.is_closed():
            return
        sessions = self.server.sessions()
        if self.desk is not None and self.page is self.desk.page:
            self.desk.clear()
        else:
            self.page.context.close()
        self.page = None  # type: ignore[assignment]
        self.server.end(sessions)

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
