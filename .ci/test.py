"""The stages of `make test`, in order. Each one runs, also after another has failed.

python .ci/test.py             lint, unit, notebooks, browser
python .ci/test.py lint        only the stages that are named
python .ci/test.py format      write code and notebooks in the style that lint asks for
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUFF = [sys.executable, "-m", "ruff"]
PYTEST = [sys.executable, "-m", "pytest"]
CODE = ["lessons", "tests", ".ci"]
# Lines in a notebook are read on a narrower page than those of the package.
NOTEBOOKS = ["--config", "line-length = 88", "notebooks"]

STAGES = {
    "lint": [
        [*RUFF, "format", "--check", *CODE],
        [*RUFF, "format", "--check", *NOTEBOOKS],
        [*RUFF, "check", *CODE],
        [*RUFF, "check", *NOTEBOOKS],
    ],
    # The examples in the package's docstrings are tests as well.
    "unit": [[*PYTEST, "tests", "lessons", "--doctest-modules", "--ignore=tests/browser"]],
    # Strict: each output is compared. The kernel is this Python's own, not one that a notebook
    # or a home folder names. With no notebook at all pytest ends with status 5, a failure.
    "notebooks": [
        [*PYTEST, "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "notebooks"]
    ],
    "browser": [[*PYTEST, "tests/browser"]],
    "format": [
        [*RUFF, "check", "--fix", *CODE],
        [*RUFF, "check", "--fix", *NOTEBOOKS],
        [*RUFF, "format", *CODE],
        [*RUFF, "format", *NOTEBOOKS],
    ],
}


def browser() -> str | None:
    """The path of a browser, installed if need be. None, with a sentence on stderr, without one."""
    found = subprocess.run(
        [sys.executable, ".ci/browser.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return found.stdout.strip() if found.returncode == 0 else None


def main(stages: list[str]) -> int:
    if unknown := set(stages) - set(STAGES):
        print(f"no stage is named {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    stages = stages or ["lint", "unit", "notebooks", "browser"]
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
        codes = [subprocess.run(c, cwd=ROOT, env=environment).returncode for c in STAGES[stage]]
        word = "failed" if any(codes) else "passed"
        print(f"-- {stage} {word} after {time.monotonic() - began:.0f} s", flush=True)
        if any(codes):
            failed.append(stage)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
