"""Learners scroll back, leave cells out and run them twice: every question stays right."""

import json
import os
import subprocess
import sys

import pytest

from tests.repository import NOTEBOOKS, ROOT


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_run_twice_and_in_any_order_ask_and_say_the_same(path):
    command = [sys.executable, "-m", "tests.any_order", str(path), "1"]
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == []
