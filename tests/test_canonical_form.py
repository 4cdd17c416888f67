"""`make notebooks` on notebooks made up for the purpose."""

import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.repository import ci_script

form = ci_script("notebooks")

PNG_AND_TEXT = """
import math
from IPython.display import display
print("one")
print("two")
display(math.pi)
math.e
"""

WIDGET = """
class Panel:
    def _repr_mimebundle_(self, **kwargs):
        return {
            "application/vnd.jupyter.widget-view+json": {"model_id": hex(id(self))},
            "text/html": "<p>dead</p>",
            "text/plain": "a table",
        }
Panel()
"""

FIGURE = """
from io import BytesIO
from IPython.display import Image
from matplotlib.figure import Figure
figure = Figure()
figure.add_subplot().plot([0, 1], [0, 1])
figure.savefig(buffer := BytesIO(), format="png")
Image(buffer.getvalue())
"""


def code(source: str, **more: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    return cell | {"execution_count": None, "id": "given"} | more


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def written(folder: Path, *sources: str) -> Path:
    """A notebook as a careless author leaves it: no counts, no ids, another kernel's name."""
    cells = [code(source) for source in sources]
    for cell in cells:
        del cell["id"]
    path = folder / "made_up.ipynb"
    made = notebook(*cells, kernelspec={"name": "my-env", "display_name": "my env"})
    path.write_text(json.dumps(made | {"nbformat_minor": 4}))
    return path


def test_running_twice_changes_no_byte(tmp_path: Path) -> None:
    path = written(tmp_path, PNG_AND_TEXT, WIDGET, FIGURE, "{3, 1, 2}")
    assert form.rewrite(path)
    first = path.read_bytes()
    assert form.problems(path) == []
    assert not form.rewrite(path)
    assert path.read_bytes() == first


def test_a_run_notebook_is_one_that_jupyter_would_write(tmp_path: Path) -> None:
    path = written(tmp_path, PNG_AND_TEXT, WIDGET)
    form.rewrite(path)
    saved = tmp_path / "saved.ipynb"
    nbformat.write(nbformat.read(path, as_version=4), saved)
    assert saved.read_bytes() == path.read_bytes()


def test_counts_run_from_one_and_streams_are_in_one_piece(tmp_path: Path) -> None:
    path = written(tmp_path, PNG_AND_TEXT, "1 + 1")
    form.rewrite(path)
    first, second = json.loads(path.read_text())["cells"]
    assert (first["execution_count"], second["execution_count"]) == (1, 2)
    assert [output["output_type"] for output in first["outputs"]] == [
        "stream",
        "display_data",
        "execute_result",
    ]
    assert first["outputs"][0]["text"] == ["one\n", "two\n"]


def test_a_widgets_static_output_stays_and_its_live_view_goes(tmp_path: Path) -> None:
    path = written(tmp_path, WIDGET)
    form.rewrite(path)
    saved = json.loads(path.read_text())
    assert saved["cells"][0]["outputs"][0]["data"] == {
        "text/html": ["<p>dead</p>"],
        "text/plain": ["a table"],
    }
    assert "widgets" not in saved["metadata"]


def test_a_failing_cell_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, "a = 1", "a / 0", "a = 2")
    before = path.read_bytes()
    with pytest.raises(form.NotebookError, match=r"^cell 2: ZeroDivisionError: division by zero"):
        form.rewrite(path)
    assert path.read_bytes() == before


def test_the_command_names_the_notebook_that_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "1 / 0")
    assert form.main([str(path)]) == 1
    assert "made_up.ipynb: failed\ncell 1: ZeroDivisionError" in capsys.readouterr().err


def test_an_error_that_is_wanted_is_kept_without_its_frames(tmp_path: Path) -> None:
    path = written(tmp_path, "1 / 0", "'after'")
    made = json.loads(path.read_text())
    made["cells"][0]["metadata"] = {"tags": ["raises-exception"]}
    path.write_text(json.dumps(made))
    form.rewrite(path)
    cell = json.loads(path.read_text())["cells"][0]
    assert cell["outputs"][0]["traceback"] == ["ZeroDivisionError: division by zero"]
    assert form.problems(path) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import sys\nprint('careful', file=sys.stderr)", "cell 1: wrote to stderr: careful"),
        ("import warnings\nwarnings.warn('old')", "cell 1: wrote to stderr: "),
        ("object()", "cell 1: shows an address in memory"),
        ("1 + 1;", "cell 1: ends with a semicolon"),
        ("# NBVAL_SKIP\n1", "cell 1: has an nbval mark"),
        ("", "cell 1: is empty"),
        (
            "from IPython.display import display\n"
            "display({'application/vnd.jupyter.widget-view+json': {}}, raw=True)",
            "cell 1: shows a widget that has no form",
        ),
    ],
)
def test_a_run_that_must_not_be_committed_is_refused(
    tmp_path: Path, source: str, message: str
) -> None:
    path = written(tmp_path, source)
    before = path.read_bytes()
    with pytest.raises(form.NotebookError) as caught:
        form.rewrite(path)
    assert str(caught.value).startswith(message)
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A notebook in the one form, to be spoilt."""
    path = written(tmp_path_factory.mktemp("good"), "print(1)", WIDGET)
    form.rewrite(path)
    made: dict[str, Any] = json.loads(path.read_text())
    return made


def spoil_count(made: dict[str, Any]) -> None:
    made["cells"][1]["execution_count"] = 7


def spoil_kernel(made: dict[str, Any]) -> None:
    made["metadata"]["kernelspec"]["name"] = "my-env"


def spoil_version(made: dict[str, Any]) -> None:
    made["metadata"]["language_info"]["version"] = "3.11.7"


def spoil_widgets(made: dict[str, Any]) -> None:
    made["metadata"]["widgets"] = {}


def spoil_view(made: dict[str, Any]) -> None:
    made["cells"][1]["outputs"][0]["data"][form.VIEW] = {"model_id": "1"}


def spoil_timing(made: dict[str, Any]) -> None:
    made["cells"][0]["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01"}


def spoil_trust(made: dict[str, Any]) -> None:
    made["cells"][0]["metadata"]["trusted"] = True


def spoil_id(made: dict[str, Any]) -> None:
    made["cells"][1]["id"] = made["cells"][0]["id"]


def spoil_run(made: dict[str, Any]) -> None:
    made["cells"][0] |= {"execution_count": None, "outputs": []}


def spoil_stream(made: dict[str, Any]) -> None:
    made["cells"][0]["outputs"] *= 2


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_count, "cells[2].execution_count: is 7, should be 2"),
        (spoil_kernel, 'metadata.kernelspec.name: is "my-env", should be "python3"'),
        (spoil_version, "metadata.language_info.version: should not be there"),
        (spoil_widgets, "metadata.widgets: should not be there"),
        (spoil_view, f"cells[2].outputs[1].data.{form.VIEW}: should not be there"),
        (spoil_timing, "cells[1].metadata.execution: should not be there"),
        (spoil_trust, "cells[1].metadata.trusted: should not be there"),
        (spoil_id, 'cells[2].id: is "cell-01", should be "cell-02"'),
        (spoil_run, "cell 1: has not been run"),
        (spoil_stream, "cells[1].outputs: is "),
    ],
)
def test_each_departure_from_the_form_is_told(
    tmp_path: Path, good: dict[str, Any], spoil: Any, reason: str
) -> None:
    made = copy.deepcopy(good)
    spoil(made)
    path = tmp_path / "spoilt.ipynb"
    path.write_text(json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    assert any(problem.startswith(reason) for problem in form.problems(path))
    assert form.main(["--check", str(path)]) == 1


def test_another_indent_is_told_too(tmp_path: Path, good: dict[str, Any]) -> None:
    path = tmp_path / "indent.ipynb"
    path.write_text(json.dumps(good, indent=2, sort_keys=True) + "\n")
    assert form.problems(path) == [
        "has the right contents, but another order of keys, indent or ending"
    ]


def test_ids_are_kept_and_new_ones_are_named_by_place() -> None:
    made = notebook(code("1", id="own"), code("2", id=""), code("3", id="own"), code("4"))
    del made["cells"][3]["id"]
    made["cells"].append(code("5", id="cell-02"))
    names = [cell["id"] for cell in form.canonical(made)["cells"]]
    assert names == ["own", "cell-02-2", "cell-03", "cell-04", "cell-02"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nbformat": 3, "cells": []}'])
def test_what_is_not_a_notebook_is_told_and_not_run(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    assert form.problems(path)
