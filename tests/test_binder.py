"""What Binder would build, asked of repo2docker itself, without Docker."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repository import ROOT

# In a process of its own: repo2docker looks at the current folder, and warns on import.
ASK = """
import json
from repo2docker.app import Repo2Docker

app = Repo2Docker()
for pack in (kind(base_image=app.base_image) for kind in app.buildpacks):
    pack.platform = "linux/amd64"
    if pack.detect():
        break
print(json.dumps({
    "pack": type(pack).__name__,
    "folder": pack.binder_dir,
    "python": pack.python_version,
    "scripts": [script for _, script in
                [*pack.get_preassemble_scripts(), *pack.get_assemble_scripts()]],
    "post": pack.get_post_build_scripts(),
    "dockerfile": pack.render(),
}))
"""


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    """The build that repo2docker decides on for this repository."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_repo2docker_builds_from_the_binder_folder(plan: dict[str, Any]) -> None:
    assert (plan["pack"], plan["folder"]) == ("PythonBuildPack", "binder")
    assert any(
        'pip install --no-cache-dir -r "binder/requirements.txt"' in s for s in plan["scripts"]
    )


def test_the_image_has_the_python_that_the_package_asks_for(plan: dict[str, Any]) -> None:
    assert plan["python"] == "3.11"


def test_post_build_runs_in_the_root_of_the_repository(plan: dict[str, Any]) -> None:
    assert plan["post"] == ["binder/postBuild"]
    assert "RUN ./binder/postBuild" in plan["dockerfile"]
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_post_build_installs_the_package_and_the_settings(tmp_path: Path) -> None:
    """Run for real, with a stand-in for python that tells its prefix and notes pip's arguments."""
    stand_in = tmp_path / "bin" / "python"
    stand_in.parent.mkdir()
    prefix = tmp_path / "a prefix"
    stand_in.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = -c ]; then echo "{prefix}"; else echo "$@" >> "{tmp_path}/calls"; fi\n'
    )
    stand_in.chmod(0o755)
    environment = os.environ | {"PATH": f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["./binder/postBuild"], cwd=ROOT, env=environment, check=True)
    assert (tmp_path / "calls").read_text() == (
        "-m pip install --no-cache-dir --no-deps --editable .\n"
    )
    installed = prefix / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert installed.read_bytes() == (ROOT / "binder" / "overrides.json").read_bytes()


def test_the_settings_name_options_that_this_jupyterlab_has() -> None:
    schemas = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    overrides = json.loads((ROOT / "binder" / "overrides.json").read_text())
    assert overrides
    for plugin, values in overrides.items():
        package, _, name = plugin.partition(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        for option, value in values.items():
            known = schema["properties"][option]
            choices = known.get("enum") or [c["const"] for c in known.get("oneOf", [])]
            assert not choices or value in choices
