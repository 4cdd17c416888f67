"""The stages of `make test`, in two lanes side by side. Each one runs, also after another failed.

python .ci/test.py             all of them
python .ci/test.py check       what `make check` runs: all but the browser and the oldest NumPy
python .ci/test.py lint unit   only the stages, or the groups of stages, that are named
python .ci/test.py format      write code and notebooks in the style that lint asks for
"""

import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUFF = [sys.executable, "-m", "ruff"]
PYTEST = [sys.executable, "-m", "pytest"]
UNIT = [*PYTEST, "--numprocesses=auto", "--dist=worksteal"]
CODE = ["lessons", "tests", ".ci"]
# Strict: each output is compared. The kernel is this Python's own, not one that a notebook or a
# home folder names. With no notebook at all pytest ends with status 5, a failure.
NBVAL = [*PYTEST, "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
# Two at a time, a notebook being one piece of work. Few machines have room for more browsers.
TWO = ["--numprocesses=2", "--dist=loadscope"]
# Lines in a notebook are read on a narrower page than those of the package.
NOTEBOOKS = ["--config", "line-length = 88", "notebooks"]

# Other kernels that learners have, by their way with the threads of widgets.
OTHER_KERNELS = ("7.3.0", "7.0.1")
# A browser waits as often as it computes, so that what else there is runs beside it.
LANES = (("unit", "browser"), ("style", "types", "front", "notebooks", "oldest", "stress"))

ONE_AT_A_TIME = threading.Lock()

STAGES = {
    "style": [
        [*RUFF, "format", "--check", *CODE],
        [*RUFF, "format", "--check", *NOTEBOOKS],
        [*RUFF, "check", *CODE],
        [*RUFF, "check", *NOTEBOOKS],
    ],
    "types": [[sys.executable, "-m", "mypy"]],
    # The scripts and sheets of the panels, and their tests. Installs Node where there is none.
    "front": [[sys.executable, ".ci/front.py"]],
    # The examples in the package's docstrings are tests as well.
    "unit": [[*UNIT, "tests", "lessons", "--doctest-modules", "--ignore=tests/browser"]],
    "notebooks": [[*NBVAL, *TWO, "notebooks"]],
    # The numbers that a reader sees are the same with the oldest NumPy that is allowed.
    "oldest": [[*NBVAL, *TWO, "notebooks"]],
    # Random hands at every panel, on this kernel and on others.
    "stress": [[sys.executable, "-m", "tests.stress", "--actions=25", "--ipykernel=."]],
    "browser": [[*PYTEST, "--numprocesses=2", "--dist=worksteal", "tests/browser"]],
    "format": [
        [*RUFF, "check", "--fix", *CODE],
        [*RUFF, "check", "--fix", *NOTEBOOKS],
        [*RUFF, "format", *CODE],
        [*RUFF, "format", *NOTEBOOKS],
        [sys.executable, ".ci/front.py", "format"],
    ],
}

LINT = ["style", "types", "front"]
CHECK = [*LINT, "unit", "notebooks"]
GROUPS = {"lint": LINT, "check": CHECK, "test": [*CHECK, "oldest", "stress", "browser"]}

# The newest Python for which there is a wheel of the oldest NumPy.
OLDEST_RUNS_UP_TO = (3, 12)


def browser() -> str | None:
    """The path of a browser, installed if need be. None, with a sentence on stderr, without one."""
    found = subprocess.run(
        [sys.executable, ".ci/browser.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return found.stdout.strip() if found.returncode == 0 else None


def installed(package: str, version: str) -> Path:
    """A folder with this one package in this version, beside the environment's own."""
    folder = Path(sys.prefix) / f"{package}-{version}"
    if not (folder / package).is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        wanted = f"{package}=={version}"
        subprocess.run([*pip, "--no-deps", f"--target={folder}", wanted], check=True)
    return folder


def with_oldest_numpy(environment: dict[str, str]) -> dict[str, str]:
    """An environment in which NumPy is the oldest that requirements.txt allows."""
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^numpy>=([\d.]+),", wanted, re.MULTILINE)
    assert found, "requirements.txt gives no floor for numpy"
    # An X.Y is the first of its row: 2.0 is 2.0.0.
    paths = [str(installed("numpy", found[1])), environment.get("PYTHONPATH", "")]
    return {**environment, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def passed(stage: str, environment: dict[str, str], quietly: bool) -> bool:
    """Run a stage, and say how it went. ``quietly``: what it says comes in one piece at its end."""
    began = time.monotonic()
    around = with_oldest_numpy(environment) if stage == "oldest" else environment
    commands = STAGES[stage]
    if stage == "stress":
        others = [f"--ipykernel={installed('ipykernel', version)}" for version in OTHER_KERNELS]
        commands = [[*command, *others] for command in commands]
    told, failed = "", False
    for command in commands:
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quietly else {}
        done = subprocess.run(command, cwd=ROOT, env=around, text=True, **out)
        told += done.stdout or ""
        failed = failed or done.returncode != 0
    told += f"-- {stage} {'failed' if failed else 'passed'} after {time.monotonic() - began:.0f} s"
    with ONE_AT_A_TIME:
        print(told, flush=True)
    return not failed


def main(stages: list[str]) -> int:
    if unknown := set(stages) - set(STAGES) - set(GROUPS):
        print(f"no stage is named {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    named = [one for name in stages for one in GROUPS.get(name, [name])]
    lanes = [named] if named else [list(lane) for lane in LANES]
    if sys.version_info[:2] > OLDEST_RUNS_UP_TO and any("oldest" in lane for lane in lanes):
        print("-- oldest left out: this Python is newer than the oldest NumPy", flush=True)
        lanes = [[stage for stage in lane if stage != "oldest"] for lane in lanes]
    environment = dict(os.environ)
    if any("browser" in lane for lane in lanes):
        # Before all else: who has no browser need not wait for the other stages to learn it.
        path = browser()
        if path is None:
            return 1
        environment["BROWSER_PATH"] = path

    def failures(lane: list[str]) -> list[str]:
        quietly = lane != lanes[0]  # the first lane is the long one, and is seen as it goes
        return [stage for stage in lane if not passed(stage, environment, quietly)]

    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        failed = [stage for found in side_by_side.map(failures, lanes) for stage in found]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
