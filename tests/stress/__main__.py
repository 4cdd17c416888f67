"""Random hands at every panel: see the package."""

import argparse
import sys

from tests.stress.kernel import started, tried
from tests.stress.panels import PANELS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.stress")
    parser.add_argument("--actions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--panel", action="append", choices=PANELS)
    parser.add_argument("--ipykernel", default="", help="a folder that holds another ipykernel")
    given = parser.parse_args()
    bad = 0
    with started(given.ipykernel) as kernel:
        print("ipykernel", kernel.run("import ipykernel; print(ipykernel.__version__)").strip())
        kernel.open_subshells(2)
        for panel in given.panel or PANELS:
            told = tried(kernel, panel, given.actions, given.seed)
            fine = not told["lost"] and told["in order"] and not told["unlike"]
            bad += not fine
            print(
                f"{panel:18} {told['sent']} sent, {told['lost']} lost, "
                f"{'in order' if told['in order'] else 'OUT OF ORDER'}, "
                f"{'as its twin' if not told['unlike'] else 'UNLIKE: ' + str(told['unlike'])}, "
                f"{told['seconds']:.1f} s",
                flush=True,
            )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
