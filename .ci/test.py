"""The stages of `make test`, in order. Each one runs, also after another has failed.

python .ci/test.py             all of them
python .ci/test.py check       what `make check` runs: all but the browser and the oldest NumPy
python .ci/test.py lint unit   only the stages, or the groups of stages, that are named
python .ci/test.py format      write code and notebooks in the style that lint asks for
"""

import os
import re
import subprocess
import sys
import time
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

STAGES = {
    "style": [
        [*RUFF, "format", "--check", *CODE],
        [*RUFF, "format", "--check", *NOTEBOOKS],
        [*RUFF, "check", *CODE],
        [*RUFF, "check", *NOTEBOOKS],
    ],
    "types": [[sys.executable, "-m", "mypy"]],
    # The scripts of the panels. Installs Node where there is none.
    "front": [[sys.executable, ".ci/front.py"]],
    # The examples in the package's docstrings are tests as well.
    "unit": [[*UNIT, "tests", "lessons", "--doctest-modules", "--ignore=tests/browser"]],
    "notebooks": [[*NBVAL, *TWO, "notebooks"]],
    # The numbers that a reader sees are the same with the oldest NumPy that is allowed.
    "oldest": [[*NBVAL, *TWO, "notebooks"]],
    "browser": [[*PYTEST, "--numprocesses=2", "--dist=worksteal", "tests/browser"]],
    "format": [
        [*RUFF, "check", "--fix", *CODE],
        [*RUFF, "check", "--fix", *NOTEBOOKS],
        [*RUFF, "format", *CODE],
        [*RUFF, "format", *NOTEBOOKS],
    ],
}

# The switch: add "types" and "front" once they pass.
LINT = ["style"]
CHECK = [*LINT, "unit", "notebooks"]
GROUPS = {"lint": LINT, "check": CHECK, "test": [*CHECK, "oldest", "browser"]}

# The newest Python for which there is a wheel of the oldest NumPy.
OLDEST_RUNS_UP_TO = (3, 12)


def browser() -> str | None:
    """The path of a browser, installed if need be. None, with a sentence on stderr, without one."""
    found = subprocess.run(
        [sys.executable, ".ci/browser.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return found.stdout.strip() if found.returncode == 0 else None


def with_oldest_numpy(environment: dict[str, str]) -> dict[str, str]:
    """An environment in which NumPy is the oldest that requirements.txt allows."""
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^numpy>=([\d.]+),", wanted, re.MULTILINE)
    assert found, "requirements.txt gives no floor for numpy"
    # An X.Y is the first of its row: 2.0 is 2.0.0.
    folder = Path(sys.prefix) / f"numpy-{found[1]}"
    if not (folder / "numpy").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", f"--target={folder}", f"numpy=={found[1]}"], check=True)
    paths = [str(folder), environment.get("PYTHONPATH", "")]
    return {**environment, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def main(stages: list[str]) -> int:
    if unknown := set(stages) - set(STAGES) - set(GROUPS):
        print(f"no stage is named {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    stages = [one for name in stages or ["test"] for one in GROUPS.get(name, [name])]
    if "oldest" in stages and sys.version_info[:2] > OLDEST_RUNS_UP_TO:
        print("-- oldest left out: this Python is newer than the oldest NumPy", flush=True)
        stages.remove("oldest")
    environment = dict(os.environ)
    if "browser" in stages:
        # Before all else: who has no browser need not wait for the other stages to learn it.
        path = browser()
        if path is None:
            return 1
        environment["BROWSER_PATH"] = path
    failed = []
    for stage in stages:
        began = time.monotonic()
        around = with_oldest_numpy(environment) if stage == "oldest" else environment
        codes = [subprocess.run(c, cwd=ROOT, env=around).returncode for c in STAGES[stage]]
        word = "failed" if any(codes) else "passed"
        print(f"-- {stage} {word} after {time.monotonic() - began:.0f} s", flush=True)
        if any(codes):
            failed.append(stage)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
