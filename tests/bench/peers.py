"""The programs that the course is measured against, in a virtual environment of their own.

They are needs of the benchmark alone. It makes ``bench/peers`` (git-ignored) the first time, and
again when the list here changes. A contest runs in that environment as a whole, ours as well as
theirs, in one process: the same interpreter, the same NumPy, the same moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.repository import ROOT

#: On Linux the torch of PyPI brings CUDA, some gigabytes; with
#: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu it is the small one. Both run here on
#: the processor.
PEERS = ("torch==2.13.0", "scikit-learn==1.9.1", "micrograd==0.1.0")
HOME = ROOT / "bench" / "peers"
STAMP = "made.txt"


def needs() -> list[str]:
    """What is installed there: the peers, and the NumPy that runs here."""
    return [*PEERS, f"numpy=={version('numpy')}"]


def interpreter(home: Path = HOME) -> Path:
    """The Python of the environment, which is made where it is not there, or of another list."""
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = "\n".join([sys.version, *needs()])
    stamp = home / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(f"Installing {', '.join(needs())} into {home} ...", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *needs()], check=True)
    # Written last, so that an install that broke off is begun again.
    stamp.write_text(wanted, encoding="utf-8")
    return python


def contest(module: str, *arguments: str) -> Any:
    """What ``python -m module arguments`` prints there, read as JSON."""
    return answer(interpreter(), module, *arguments)


def answer(python: str | Path, module: str, *arguments: str, **variables: str) -> Any:
    """What a module prints in a process of its own, read as JSON.

    Raises ``RuntimeError`` with what the process said where it fails.
    """
    ran = subprocess.run(
        [str(python), "-W", "ignore", "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"{module} failed under {python}:\n{ran.stderr}")
    return json.loads(ran.stdout)
