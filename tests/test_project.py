"""The promises of the house: who may import whom, what may be imported, what lies where."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.repository import APPENDICES, LESSONS, NOTEBOOKS, ROOT, ci_script, files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")

# Imports run one way. What stands on the left may import itself and what stands on the right.
MAY_IMPORT = {
    "maths": set(),
    "practice": {"maths"},
    "panels": {"maths", "practice"},
}

# And so they do inside a folder of a panel and in the kit: pictures and words, state, widgets. What
# is not named here is a picture, which may import the least. A panel may import the kit too, and
# the kit knows no panel.
ROLES = ["picture", "state", "panel"]
ROLE = {
    **dict.fromkeys(["state", "clock"], "state"),
    **dict.fromkeys(["panel", "controls", "watch", "background"], "panel"),
    **dict.fromkeys(
        ["frontend", "door", "toolbars", "picture_panel", "stepping"], "panel"
    ),  # of the kit
}

# What a panel takes from another one: layers are opened in the panel of matrices, and the map of a
# race is that of a surface.
BORROWED = {
    ("digits.panel", "matrices.panel"),
    ("training.panel", "matrices.panel"),
    ("race.picture", "surface.picture"),
    ("race.words", "surface.picture"),
}

# Beyond the standard library. The core is numbers, pictures are text, exercises are data.
MAY_USE = {
    "maths": {"numpy"},
    "practice": set(),
    "picture": {"numpy", "matplotlib", "contourpy", "PIL", "latex2mathml", "markupsafe"},
    "state": {"numpy"},
    "panel": {"numpy", "matplotlib", "ipywidgets", "anywidget", "traitlets", "IPython"},
    "": set(),
}

HEAVY = [
    "numpy", "matplotlib", "ipywidgets", "anywidget", "latex2mathml", "markupsafe", "IPython",
    "traitlets",
]  # fmt: skip

TOP_LEVEL = {
    ".ci", ".gitattributes", ".github", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md",
    "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "binder", "lessons",
    "notebooks", "pyproject.toml", "requirements.txt", "tests",
}  # fmt: skip

LINES_OF_A_FILE = 400

MODULES = [
    path for path in files() if path.suffix == ".py" and path.is_relative_to(ROOT / "lessons")
]


def imports(source: str, package: str) -> Iterator[str]:
    """The full name of all that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            # `from lessons import maths` names a package as much as `import lessons.maths` does.
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            name = node.args[0]
            if called in ("import_module", "__import__") and isinstance(name, ast.Constant):
                yield str(name.value)


def part_of(path: Path) -> str:
    """maths, practice or panels; nothing for lessons/__init__.py itself."""
    inside = path.relative_to(ROOT / "lessons").parts
    return inside[0] if len(inside) > 1 else ""


def role_of(path: Path) -> str:
    """The part of the house, and in panels what a module is to its panel."""
    part = part_of(path)
    return ROLE.get(path.stem, "picture") if part == "panels" else part


def package_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).parent.parts)


def wrong_way(source: str, part: str, package: str) -> list[str]:
    allowed = MAY_IMPORT[part] | {part}
    inside = [name.split(".") for name in imports(source, package) if name.startswith("lessons.")]
    return [".".join(name) for name in inside if name[1] not in allowed]


def across(source: str, folder: str, name: str) -> set[tuple[str, str]]:
    """What a module in a folder of a panel imports from panels of other folders."""
    inside = (each.split(".") for each in imports(source, f"lessons.panels.{folder}"))
    others = [each[2:4] for each in inside if each[:2] == ["lessons", "panels"] and each[2:]]
    return {
        (f"{folder}.{name}", ".".join(other)) for other in others if other[0] not in (folder, "kit")
    }


def against_its_role(source: str, folder: str, name: str) -> list[str]:
    """What a picture imports of states and widgets, or a state of widgets."""
    most = ROLES.index(ROLE.get(name, "picture"))
    found = []
    for each in imports(source, f"lessons.panels.{folder}"):
        parts = each.split(".")
        if parts[:2] == ["lessons", "practice"] and ROLES[most] == "picture":
            found.append(each)
        if parts[:2] == ["lessons", "panels"] and len(parts) > 3:
            if ROLES.index(ROLE.get(parts[3], "picture")) > most:
                found.append(each)
    return found


def not_allowed(source: str, part: str, package: str) -> list[str]:
    known = MAY_USE[part] | set(sys.stdlib_module_names) | {"lessons"}
    return [name for name in imports(source, package) if name.partition(".")[0] not in known]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    part = part_of(path)
    if part:
        source = path.read_text(encoding="utf-8")
        assert wrong_way(source, part, package_of(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_dependencies_of_its_part_are_imported(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not_allowed(source, role_of(path), package_of(path)) == []


PANELS = [path for path in MODULES if part_of(path) == "panels" and path.parent.name != "panels"]


@pytest.mark.parametrize("path", PANELS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_in_a_panel_pictures_come_before_state_and_state_before_widgets(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert against_its_role(source, path.parent.name, path.stem) == []


def test_the_kit_knows_no_panel_and_a_panel_borrows_only_what_is_listed() -> None:
    found = set()
    for path in PANELS:
        found |= across(path.read_text(encoding="utf-8"), path.parent.name, path.stem)
    assert found == BORROWED


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("picture", "from lessons.panels.race.state import Racing"),
        ("words", "from lessons.panels.race import panel"),
        ("picture", "from ..kit.panel import Panel"),
        ("state", "def late():\n    from lessons.panels.kit import controls"),
        ("words", "from lessons.practice.questions import Question"),
    ],
)
def test_a_step_out_of_its_role_is_seen(name: str, source: str) -> None:
    assert against_its_role(source, "race", name)
    assert not against_its_role(source, "race", "panel")


@pytest.mark.parametrize(
    "source",
    [
        "import lessons.panels.race",
        "from lessons.panels import race",
        "from ..race.words import standing",
        "from .. import race",
    ],
)
def test_a_look_into_another_panel_is_seen(source: str) -> None:
    assert across(source, "kit", "frontend") and across(source, "slopes", "panel")
    assert not across(source, "race", "panel")


@pytest.mark.parametrize(
    "source",
    [
        "import lessons.panels",
        "from lessons import panels",
        "from lessons.panels.kit.panel import Panel",
        "from ..panels import kit",
        "from .. import panels",
        "def late():\n    from ..panels.kit.panel import Panel",
        "import importlib\nimportlib.import_module('lessons.panels')",
    ],
)
def test_an_import_the_wrong_way_is_seen_however_it_is_written(source: str) -> None:
    assert wrong_way(source, "maths", "lessons.maths")
    assert not wrong_way(source, "panels", "lessons.maths")


@pytest.mark.parametrize("source", ["import torch", "def late():\n    import torch.nn as nn"])
def test_a_foreign_dependency_is_seen(source: str) -> None:
    assert not_allowed(source, "maths", "lessons.maths")


def test_every_part_of_the_house_is_there_and_there_is_no_other() -> None:
    assert {part_of(path) for path in MODULES} == {"", *MAY_IMPORT}


def loaded_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_import_lessons_loads_nothing_heavy() -> None:
    assert loaded_after("import lessons").isdisjoint(HEAVY)


def test_recording_a_scalar_function_needs_pure_python_alone() -> None:
    statement = (
        "from lessons import record, relu\nrecord(lambda x: relu(x * 2.0), x=1.0).backward()"
    )
    assert loaded_after(statement).isdisjoint(HEAVY)


def test_a_lesson_without_a_plot_loads_neither_numpy_nor_matplotlib() -> None:
    """The first four lessons but the second, whose panel is a plot; every value is displayed."""
    lessons = [str(path) for path in NOTEBOOKS[:4] if "measure_slope" not in path.stem]
    assert len(lessons) == 3
    statement = f"""
import json, pathlib
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shown = []
shell.displayhook.write_format_data = lambda bundle, *_: shown.append(bundle)
for path in {lessons}:
    for cell in json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"]), store_history=True).raise_error()
assert sum("widget-view" in " ".join(bundle) for bundle in shown) > 8, shown
"""
    assert loaded_after(statement).isdisjoint({"numpy", "matplotlib", "PIL"})


def test_lessons_can_be_imported_from_anywhere(tmp_path: Path) -> None:
    program = "import lessons; print(lessons.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == ROOT / "lessons" / "__init__.py"


BINARY = {".npz", ".png", ".svg"}


@pytest.mark.parametrize(
    "path",
    [p for p in files() if p.is_relative_to(ROOT / "lessons") and p.suffix not in BINARY],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_file_of_the_package_is_too_long_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE


def test_every_file_of_the_package_is_in_the_wheel() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    for path in files():
        if path.is_relative_to(ROOT / "lessons") and path.suffix != ".py":
            assert any(path.match(pattern) for pattern in patterns["*"]), path


def test_the_top_level_holds_what_the_map_says() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} == TOP_LEVEL


# -- dependencies ---------------------------------------------------------------------------


def requirements(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


def test_the_package_reads_its_dependencies_from_requirements_txt() -> None:
    wanted = {str(requirement) for requirement in requirements("requirements.txt")}
    installed = [Requirement(line) for line in importlib.metadata.requires("lessons") or []]
    assert {str(one) for one in installed if one.marker is None} == wanted


def test_binder_installs_what_everyone_else_installs() -> None:
    assert requirements("binder/requirements.txt") == requirements("requirements.txt")


def test_every_dependency_has_a_floor_and_a_cap() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    further = [Requirement(line) for extra in extras for line in extra]
    for one in [*requirements("requirements.txt"), *further]:
        if one.name == PROJECT["project"]["name"]:  # another extra of our own
            continue
        assert {specifier.operator for specifier in one.specifier} == {">=", "<"}, str(one)


# -- prose ----------------------------------------------------------------------------------


def test_no_file_points_to_a_place_that_a_reader_does_not_have() -> None:
    ticket = re.compile(r"\bissue[ ]?#?\d", re.IGNORECASE)
    home = re.compile(r"(?<![\w.>])/(?:home|Users|root)/\w")
    for path in files():
        if path.suffix in BINARY:
            continue
        text = path.read_text(encoding="utf-8")
        assert not ticket.search(text), path
        assert not home.search(text), path


def test_the_name_of_the_repository_stands_in_one_place() -> None:
    names = re.findall(r"mybinder\.org/v2/gh/([^/\s]+/[^/\s]+)/", README)
    assert len(names) == 1
    (name,) = names
    assert sum(path.read_bytes().count(name.encode()) for path in files()) == 1


def test_the_readme_has_a_row_with_the_minutes_of_every_lesson() -> None:
    script = ci_script("minutes")
    whole = {path.name: script.counted(path).minutes for path in NOTEBOOKS}
    [table] = script.TABLE.findall(README)
    rows = re.findall(r"^\| \[(A?\d+)\]\(notebooks/(\S+)\) \| (\d+) \|", table, re.MULTILINE)
    numbers = [str(int(path.name[:2])) for path in LESSONS] + [p.name[:2] for p in APPENDICES]
    names = zip(numbers, whole.items(), strict=True)
    assert rows == [(number, name, str(m)) for number, (name, m) in names]
    assert script.ALL.search(table)
    assert script.table_with_minutes(README, whole) == README, "run `make notebooks`"


def test_the_readme_names_every_dependency_and_every_command() -> None:
    for requirement in requirements("requirements.txt"):
        assert f"| {requirement.name} |" in README
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert f"`make {target}`" in README


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_between_the_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    inline = re.findall(r"\]\(([^)\s]+)\)", text)
    defined = re.findall(r"^\[[^\]]+\]: (\S+)$", text, re.MULTILINE)
    local = [link.partition("#")[0] for link in [*inline, *defined] if "://" not in link]
    assert [link for link in local if link and not (ROOT / link).exists()] == []


def test_the_python_of_the_readme_runs_and_prints_what_it_says() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert blocks
    checked = 0
    names: dict[str, object] = {"__name__": "readme"}
    for number, block in enumerate(blocks):
        # The recorder reads the source of the function, so it must be where linecache looks.
        filename = f"<readme {number}>"
        for node in ast.parse(block).body:
            piece = ast.get_source_segment(block, node) or ""
            comment = block.splitlines()[(node.end_lineno or 1) - 1].partition("  # ")[2]
            if isinstance(node, ast.Expr) and comment:
                value = eval(compile(piece, filename, "eval"), names)
                assert repr(value) == comment, piece
                checked += 1
            else:
                remember(filename, block)
                one = ast.Module([node], type_ignores=[])
                exec(compile(one, filename, "exec"), names)
    assert checked >= 3


def remember(filename: str, source: str) -> None:
    import linecache

    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
