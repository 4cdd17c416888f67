"""A real JupyterLab server on a copy of the notebooks, with none of this machine's settings."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OVERRIDES = ROOT / "binder" / "overrides.json"
START_SECONDS = 60


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class LabServer:
    """`with LabServer() as server:` starts JupyterLab; `server.url` and `server.token` reach it.

    The root folder is a copy of notebooks/, so that what a test runs and saves never reaches the
    work tree. Configuration, settings and workspaces are empty folders, so that a developer's own
    JupyterLab cannot change what a test sees.
    """

    def __init__(self, notebooks: Path | None = None) -> None:
        self.notebooks = ROOT / "notebooks" if notebooks is None else notebooks
        self.url = ""
        self.token = ""
        self._beside = ThreadPoolExecutor(4)
        self._warm: Future[str] | None = None

    def __enter__(self) -> "LabServer":
        self.folder = Path(tempfile.mkdtemp(prefix="lab-"))
        self.root = self.folder / "notebooks"
        if self.notebooks.is_dir():
            ignore = shutil.ignore_patterns(".ipynb_checkpoints")
            shutil.copytree(self.notebooks, self.root, ignore=ignore)
        else:
            self.root.mkdir()
        settings = self.folder / "app-settings"
        settings.mkdir()
        shutil.copy(OVERRIDES, settings / "overrides.json")
        self.log_path = self.folder / "server.log"
        self._log = self.log_path.open("wb")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                # The port is asked of the system: a fixed one may be taken.
                "--ServerApp.port=0",
                "--ServerApp.ip=127.0.0.1",
                # Only for machines where the tests run as root, such as a container.
                "--ServerApp.allow_root=True",
                f"--ServerApp.root_dir={self.root}",
                f"--LabApp.app_settings_dir={settings}",
                f"--LabApp.user_settings_dir={self.folder / 'user-settings'}",
                f"--LabApp.workspaces_dir={self.folder / 'workspaces'}",
                # The page then has window.jupyterapp, which lets a test run any command by name.
                "--expose-app-in-browser",
            ],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait_until_up()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _environment(self) -> dict[str, str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        for variable, name in (
            ("JUPYTER_CONFIG_DIR", "config"),
            ("JUPYTER_DATA_DIR", "data"),
            ("JUPYTER_RUNTIME_DIR", "runtime"),
            ("IPYTHONDIR", "ipython"),
        ):
            (self.folder / name).mkdir(exist_ok=True)
            environment[variable] = str(self.folder / name)
        # The kernel imports the lessons of this tree, whatever else may be installed.
        paths = [str(ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        environment.pop("MPLBACKEND", None)
        return environment

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"JupyterLab did not start:\n{self.log()}")
            for path in (self.folder / "runtime").glob("jpserver-*.json"):
                try:
                    info = json.loads(path.read_text())
                except json.JSONDecodeError:  # still being written
                    continue
                self.url, self.token = info["url"].rstrip("/"), info["token"]
                if self._answers():
                    return
            time.sleep(0.05)
        raise RuntimeError(f"JupyterLab was not up after {START_SECONDS} s:\n{self.log()}")

    def _answers(self) -> bool:
        try:
            return self.request("GET", "/api/status").status == 200
        except OSError:
            return False

    def request(self, method: str, path: str, data: Any = None) -> Response:
        """Call the server's REST interface, as the page itself does."""
        body = None if data is None else json.dumps(data).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Response(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Response(error.code, error.read())

    def set_setting(self, plugin: str, values: dict[str, Any]) -> None:
        """Write a user setting, exactly as the settings editor of JupyterLab does."""
        path = f"/lab/api/settings/{plugin}"
        answer = self.request("PUT", path, {"raw": json.dumps(values)})
        if answer.status != 204:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.body!r}")

    def sessions(self) -> list[dict[str, Any]]:
        """The notebooks that have a kernel."""
        found: list[dict[str, Any]] = self.request("GET", "/api/sessions").json()
        return found

    def end(self, sessions: list[dict[str, Any]]) -> None:
        """End the kernels of these, beside whatever comes next: it takes a moment."""
        for session in sessions:
            self._beside.submit(self.request, "DELETE", f"/api/sessions/{session['id']}")

    def warm(self) -> None:
        """Start a kernel for the notebook after this one."""
        if self._warm is None:
            self._warm = self._beside.submit(self._start_kernel)

    def warm_kernel(self) -> str:
        """The id of a kernel that no notebook has."""
        self.warm()
        assert self._warm is not None
        kernel, self._warm = self._warm.result(), None
        return kernel

    def _start_kernel(self) -> str:
        return str(self.request("POST", "/api/kernels", {"name": "python3"}).json()["id"])

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def stop(self) -> None:
        self._beside.shutdown()
        process = self._process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
