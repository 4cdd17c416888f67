"""The oldest versions that requirements.txt allows, as constraints for pip.

python .ci/floors.py > FILE    then PIP_CONSTRAINT=FILE make test installs these
python .ci/floors.py --check   says which of them are not what is installed, with status 1
"""

import importlib.metadata
import re
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"


def floors() -> dict[str, str]:
    """The floor of each requirement. Reads lines such as `numpy>=2.0,<3`, and needs no package."""
    found = {}
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            row = re.fullmatch(r"([\w.-]+)>=([\d.]+),<[\d.]+", line.strip())
            if row is None:
                sys.exit(f"requirements.txt: {line!r} has no floor and cap, as in 'numpy>=2.0,<3'")
            found[row[1]] = row[2]
    return found


def release(version: str) -> tuple[int, ...] | str:
    """2.0 and 2.0.0 are one version."""
    if not re.fullmatch(r"[\d.]+", version):
        return version
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def main(arguments: list[str]) -> int:
    wrong = 0
    for name, floor in floors().items():
        if "--check" not in arguments:
            print(f"{name}=={floor}")
        elif release(installed := importlib.metadata.version(name)) != release(floor):
            print(f"{name} is {installed}, not {floor}", file=sys.stderr)
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
