"""How the browser of the browser tests is found, with stand-ins for browsers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def found(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What .ci/browser.py --find says when the programs of one folder are all that there are."""
    clean = {k: v for k, v in os.environ.items() if k not in ("BROWSER_PATH", "PATH")}
    nowhere = {"PLAYWRIGHT_BROWSERS_PATH": str(folder / "none"), "PATH": str(folder)}
    return subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "browser.py"), "--find"],
        env=clean | nowhere | variables,
        capture_output=True,
        text=True,
    )


def stand_in(folder: Path, name: str, status: int) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_the_first_browser_that_starts_is_taken(tmp_path: Path) -> None:
    stand_in(tmp_path, "chromium", status=1)
    works = stand_in(tmp_path, "google-chrome", status=0)
    stand_in(tmp_path, "microsoft-edge", status=0)
    assert found(tmp_path).stdout == f"{works}\n"


def test_the_browser_that_is_named_is_taken(tmp_path: Path) -> None:
    stand_in(tmp_path, "chromium", status=0)
    named = stand_in(tmp_path, "my browser", status=0)
    assert found(tmp_path, BROWSER_PATH=str(named)).stdout == f"{named}\n"


@pytest.mark.skipif(sys.platform == "darwin", reason="browsers lie outside the PATH there")
def test_no_browser_is_a_failure_with_one_plain_sentence(tmp_path: Path) -> None:
    stand_in(tmp_path, "chromium", status=1)
    done = found(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("No browser for the browser tests: install Chromium")


def test_a_named_browser_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    stand_in(tmp_path, "chromium", status=0)
    assert found(tmp_path, BROWSER_PATH=str(tmp_path / "gone")).returncode == 1
