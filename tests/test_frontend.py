"""The front end: a page gets what its panel needs, and nothing of another one."""

import importlib
import re
from pathlib import Path

import pytest

from lessons.panels.kit.frontend import Frontend
from lessons.panels.kit.modules import Script
from lessons.panels.kit.panel import Panel
from tests.repository import ROOT

FOLDERS = sorted(path.parent for path in (ROOT / "lessons" / "panels").glob("*/panel.py"))
FOLDERS = [folder for folder in FOLDERS if folder.name != "kit"]


def panel_of(folder: Path) -> type[Panel]:
    module = importlib.import_module(f"lessons.panels.{folder.name}.panel")
    [panel] = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Panel) and each.__module__ == module.__name__
    ]
    return panel


def scripts(folder: Path) -> list[Script]:
    return [Script(path) for path in sorted(folder.glob("*.js"))]


def texts(folder: Path, pattern: str) -> list[str]:
    if pattern == "*.js":
        return [script.text for script in scripts(folder)]
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_gets_the_script_and_the_sheet_of_the_kit_and_of_its_panel_alone(folder):
    front = panel_of(folder)._frontend
    for pattern, text in (("*.js", front._esm), ("*.css", front._css)):
        assert all(own in text for own in texts(folder, pattern))
        for other in FOLDERS:
            assert other == folder or not any(own in text for own in texts(other, pattern))
    assert front._esm.startswith(Frontend._esm)
    # A sheet is known on the page by this name; it would take the place of another's.
    name = f"{front.__module__}.{front.__name__}"
    assert name.startswith("lessons.panels.")
    others = [panel_of(other)._frontend for other in FOLDERS if other != folder]
    assert name not in [f"{other.__module__}.{other.__name__}" for other in others]


def test_the_script_is_one_module_whose_names_are_declared_once():
    for folder in FOLDERS:
        script = panel_of(folder)._frontend._esm
        names = re.findall(r"^(?:async )?(?:const|let|function|class) (\w+)", script, re.MULTILINE)
        assert len(names) == len(set(names))
        assert script.count("export default") == 1


def test_the_kit_knows_no_script_of_a_panel():
    own = {name for folder in FOLDERS for script in scripts(folder) for name in script.names}
    assert own and not any(re.search(rf"\b{name}\b", Frontend._esm) for name in own)
