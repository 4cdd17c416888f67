"""Take pictures of a notebook as it looks in the real JupyterLab.

    python -m tests.browser.look NOTEBOOK --width 1400 --theme dark --out DIR

runs the notebook and writes DIR/page.png, and DIR/output-01.png and so on, one for each code cell
that shows something, numbered by code cell. NOTEBOOK is a path, or a name in notebooks/. It ends
with status 1 when a cell, a callback or the browser's console had an error, and prints it.
"""

import argparse
import shutil
import sys
from pathlib import Path

from tests.browser.lab import Lab, started_lab, violations_text


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.look", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--width", type=int, default=1400)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--out", type=Path, default=Path("look"))
    parser.add_argument("--sidebar", action="store_true", help="leave the file browser open")
    parser.add_argument("--dead", action="store_true", help="do not run: look at what is saved")
    parser.add_argument("--axe", action="store_true", help="print axe's findings in each output")
    return parser.parse_args(arguments)


def pictures(lab: Lab, out: Path, with_axe: bool) -> None:
    with lab.full_height():
        print(lab.screenshot(out / "page.png", full=False))
        for number in range(lab.output_areas.count()):
            area = lab.output_areas.nth(number)
            box = area.bounding_box()
            if not box or box["height"] < 2:
                continue
            print(lab.screenshot(out / f"output-{number + 1:02d}.png", area, full=False))
            if with_axe and (found := lab.axe(area)):
                print(violations_text(found))


def main(arguments: list[str]) -> int:
    asked = parsed(arguments)
    with started_lab() as lab:
        name = asked.notebook.name
        if asked.notebook.exists():
            shutil.copy(asked.notebook, lab.server.root / name)
        lab.open(
            name,
            width=asked.width,
            height=asked.height,
            theme=asked.theme,
            sidebar=asked.sidebar,
        )
        try:
            if not asked.dead:
                lab.run_all()
        except AssertionError as error:
            print(error, file=sys.stderr)
        pictures(lab, asked.out, asked.axe)
        for error in lab.errors():
            print(error, file=sys.stderr)
        return 1 if lab.errors() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
