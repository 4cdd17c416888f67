"""What GitHub, pre-commit and npm are told is valid, and agrees with the project's own files."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from ruamel.yaml import YAML

from tests.repository import ROOT, ci_script

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(
    set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"}
)
FRONT = ROOT / ".ci" / "front"

SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    # Every job says after how long it is given up.
    "custom.github-workflows-require-timeout": WORKFLOWS,
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
    "vendor.github-issue-forms": FORMS,
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.citation-file-format": [ROOT / "CITATION.cff"],
}


def read(path: Path) -> Any:
    """YAML 1.2, in which `on` is a word and not a truth."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def check(schema: str, files: list[Path]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    command += ["--force-filetype", "yaml", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def steps(workflow: Any) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def makes(script: str) -> list[str]:
    """What a script asks make for."""
    asked = []
    for line in script.splitlines():
        words = shlex.split(line)
        if words and words[0] == "make":
            asked += [word for word in words[1:] if "=" not in word]
    return asked


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    return names | {
        f".venv/{name}" for name in re.findall(r"^\$\(VENV\)/([\w.]+):", makefile, re.M)
    }


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_files_are_as_their_schema_says(schema: str) -> None:
    assert SCHEMAS[schema]
    done = check(schema, SCHEMAS[schema])
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_workflow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text("on: push\njobs:\n  test:\n    runs_on: ubuntu-latest\n")
    assert "runs_on" in check("vendor.github-workflows", [path]).stdout


# -- workflows ------------------------------------------------------------------------------


def test_the_first_and_the_last_python_of_the_project_are_tested() -> None:
    label = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    named = [found[1] for line in PROJECT["classifiers"] if (found := label.fullmatch(line))]
    assert named == sorted(named, key=Version)
    allowed = SpecifierSet(PROJECT["requires-python"])
    assert all(version in allowed for version in named)
    first, last = named[0], named[-1]
    assert f"3.{int(first.removeprefix('3.')) - 1}" not in allowed
    jobs = read(GITHUB / "workflows" / "test.yml")["jobs"]
    matrix = {
        (row["python"], row["dependencies"])
        for row in jobs["test"]["strategy"]["matrix"]["include"]
    }
    assert matrix == {(first, "oldest"), (first, "newest"), (last, "newest")}
    assert jobs["prereleases"]["strategy"]["matrix"]["python"] == [first, last]
    assert jobs["prereleases"]["env"]["PIP_PRE"] == "1"


def test_the_workflow_runs_on_every_change_and_every_week() -> None:
    when = read(GITHUB / "workflows" / "test.yml")["on"]
    assert {"push", "pull_request", "schedule"} <= set(when)
    # Minute, hour, any day, any month, one day of the week.
    assert all(re.fullmatch(r"\d+ \d+ \* \* [0-6]", one["cron"]) for one in when["schedule"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_pins_its_actions_and_asks_make_for_what_there_is(path: Path) -> None:
    asked = []
    for step in steps(read(path)):
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/none@v1"))
        asked += makes(step.get("run", ""))
    assert asked
    assert set(asked) <= targets()


def test_the_oldest_install_is_that_of_the_floors(tmp_path: Path) -> None:
    job = list(steps({"jobs": {"test": read(GITHUB / "workflows" / "test.yml")["jobs"]["test"]}}))
    oldest = [step for step in job if step.get("if") == "matrix.dependencies == 'oldest'"]
    constrain, verify = (step["run"] for step in oldest)
    # Before the install, so that pip is told; after it, so that what pip did is looked at.
    installs = next(i for i, step in enumerate(job) if ".venv/test.stamp" in step.get("run", ""))
    assert job.index(oldest[0]) < installs < job.index(oldest[1])
    assert verify == ".venv/bin/python .ci/floors.py --check"
    environment = {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ENV": str(tmp_path / "env"),
        "PATH": str(tmp_path),
    }
    (tmp_path / "python").symlink_to(sys.executable)
    subprocess.run(["/bin/sh", "-ec", constrain], cwd=ROOT, env=environment, check=True)
    name, _, value = (tmp_path / "env").read_text().strip().partition("=")
    assert name == "PIP_CONSTRAINT"
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = {}
    for one in (Requirement(line) for line in lines if line and not line.startswith("#")):
        (floor,) = (spec.version for spec in one.specifier if spec.operator == ">=")
        wanted[one.name] = f"=={floor}"
    found = [Requirement(line) for line in Path(value).read_text().splitlines()]
    assert {one.name: str(one.specifier) for one in found} == wanted


def test_an_install_that_is_not_of_the_floors_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = ci_script("floors")
    installed = {name: f"{version}.0" for name, version in floors.floors().items()}
    monkeypatch.setattr(floors.importlib.metadata, "version", installed.__getitem__)
    assert floors.main(["--check"]) == 0
    installed["numpy"] = "2.4.1"
    assert floors.main(["--check"]) == 1
    assert "numpy is 2.4.1, not " in capsys.readouterr().err


# -- stages ---------------------------------------------------------------------------------


def test_the_stages_of_check_are_those_of_test_but_for_the_long_ones() -> None:
    test = ci_script("test")
    groups = test.GROUPS
    assert (
        set(groups["check"]) | {"oldest", "stress", "browser"}
        == set(groups["test"])
        <= set(test.STAGES)
    )
    assert set(groups["lint"]) <= set(groups["check"])


def test_the_oldest_numpy_is_left_out_where_it_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test = ci_script("test")
    monkeypatch.setattr(test, "OLDEST_RUNS_UP_TO", (3, 10))
    assert test.main(["oldest"]) == 0
    assert "oldest left out" in capsys.readouterr().out


# -- dependabot, pre-commit, npm, citation ----------------------------------------------------


def test_dependabot_looks_where_there_is_something_to_find() -> None:
    manifest = {
        "pip": "requirements.txt",
        "npm": "package.json",
        "github-actions": ".github/workflows",
    }
    updates = read(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == set(manifest)
    for update in updates:
        for folder in update.get("directories") or [update["directory"]]:
            assert (ROOT / folder.strip("/") / manifest[update["package-ecosystem"]]).exists()


def test_the_hooks_call_commands_of_the_project() -> None:
    (local,) = (r for r in read(ROOT / ".pre-commit-config.yaml")["repos"] if r["repo"] == "local")
    for hook in local["hooks"]:
        asked = makes(hook["entry"])
        scripts = [word for word in hook["entry"].split() if word.startswith(".ci/")]
        assert asked or scripts
        assert set(asked) <= targets()
        assert all((ROOT / script).is_file() for script in scripts)


def test_what_checks_the_scripts_is_pinned_and_comes_from_any_registry() -> None:
    wanted = json.loads((FRONT / "package.json").read_text())["devDependencies"]
    lock = json.loads((FRONT / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert lock.pop("")["devDependencies"] == wanted
    assert all("resolved" not in one and one["integrity"] for one in lock.values())


def test_the_citation_says_what_the_project_says() -> None:
    citation = read(ROOT / "CITATION.cff")
    assert citation["version"] == PROJECT["version"]
    assert " AND ".join(citation["license"]) == PROJECT["license"]
    assert (ROOT / "README.md").read_text(encoding="utf-8").startswith(f"# {citation['title']}\n")
