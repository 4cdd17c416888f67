"""What several tests need to know of the repository they are in."""

import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# The lessons have numbers; an appendix has a letter before its own, and so comes after them.
LESSONS = [path for path in NOTEBOOKS if path.name[0].isdigit()]
APPENDICES = [path for path in NOTEBOOKS if path.name[0] == "A"]


def lesson(name: str) -> str:
    """The file of a lesson, whatever its number is: lesson("trace_gradient")."""
    [path] = [path for path in NOTEBOOKS if path.stem[3:] == name]
    return path.name


def ci_script(name: str) -> ModuleType:
    """A script of .ci/ as a module. That folder is no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed, or would be: git's own answer."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))
