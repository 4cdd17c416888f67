"""Random hands at every panel: see the package."""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.stress.kernel import started, tried
from tests.stress.panels import PANELS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.stress")
    parser.add_argument("--actions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--panel", action="append", choices=PANELS)
    parser.add_argument(
        "--ipykernel",
        action="append",
        metavar="FOLDER",
        help="a folder that holds another ipykernel; several are tried side by side, "
        "and . is the environment's own",
    )
    given = parser.parse_args()
    kernels = given.ipykernel or ["."]
    one = partial(
        panels_tried, names=given.panel or list(PANELS), actions=given.actions, seed=given.seed
    )
    with ThreadPoolExecutor(len(kernels)) as side_by_side:
        bad = sum(side_by_side.map(one, kernels))
    return 1 if bad else 0


def panels_tried(ipykernel: str, names: list[str], actions: int, seed: int) -> int:
    """Try these panels in one kernel, and print how each went; gives how many went wrong."""
    bad = 0
    with started("" if ipykernel == "." else ipykernel) as kernel:
        version = kernel.run("import ipykernel; print(ipykernel.__version__)").strip()
        kernel.open_subshells(2)
        for panel in names:
            told = tried(kernel, panel, actions, seed)
            fine = not told["lost"] and told["in order"] and not told["unlike"]
            bad += not fine
            print(
                f"ipykernel {version} {panel:18} {told['sent']} sent, {told['lost']} lost, "
                f"{'in order' if told['in order'] else 'OUT OF ORDER'}, "
                f"{'as its twin' if not told['unlike'] else 'UNLIKE: ' + str(told['unlike'])}, "
                f"{told['seconds']:.1f} s",
                flush=True,
            )
    return bad


if __name__ == "__main__":
    sys.exit(main())
