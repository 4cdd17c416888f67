"""Run the notebooks and write them back in the one form in which they are committed.

    python .ci/notebooks.py                run every notebook of notebooks/, in order
    python .ci/notebooks.py FILE ...       run these
    python .ci/notebooks.py --check        run nothing: say what is not in the one form

A notebook is run from a clean kernel, from the top. What differs from one run or one machine to
the next is left out, so that a second run changes no byte, and a change in a committed notebook is
always a change that somebody made.
"""

import copy
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

sys.path.insert(0, str(Path(__file__).parent))
from answers import to_hide

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
CELL_SECONDS = 120

# JSON as it is in the file: what is canonical is a question of bytes, so nothing is guessed at.
Notebook = dict[str, Any]

METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    # Without the version of Python, which is that of whoever ran the notebook last.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

# What an author says about a cell stays; what a program noted about a run goes.
CELL_METADATA = ("tags", "jupyter", "slideshow")
# JupyterLab hides these outputs until their cell is run.
HIDDEN = "outputs_hidden"

# A widget view names a model of a kernel that is gone; the other forms beside it stay.
VIEW = "application/vnd.jupyter.widget-view+json"

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NotebookError(Exception):
    """A notebook that cannot be run, or whose result must not be committed."""


def text_of(source: str | list[str]) -> str:
    """nbformat keeps a text as a string or as a list of lines."""
    return source if isinstance(source, str) else "".join(source)


def named_cells(cells: list[Notebook]) -> Iterator[tuple[str, Notebook]]:
    """Each cell with an id: its own, or cell-NN by its place if it has none or a taken one."""
    own = [cell.get("id") for cell in cells]
    taken: set[str] = set()
    for place, (cell, name) in enumerate(zip(cells, own, strict=True), 1):
        if not isinstance(name, str) or not CELL_ID.fullmatch(name) or name in taken:
            name, more = f"cell-{place:02d}", 1
            while name in taken or name in own:
                more += 1
                name = f"cell-{place:02d}-{more}"
        taken.add(name)
        yield name, cell


def canonical_outputs(outputs: list[Notebook]) -> list[Notebook]:
    """Outputs without widget views and tracebacks, each stream in one piece."""
    kept: list[Notebook] = []
    for output in copy.deepcopy(outputs):
        kind = output["output_type"]
        if kind == "stream":
            output["text"] = text_of(output["text"])
            before = kept[-1] if kept else {}
            if before.get("output_type") == "stream" and before["name"] == output["name"]:
                before["text"] += output["text"]
                continue
        elif kind == "error":
            # Its frames hold the paths of one machine and the colours of one terminal.
            output["traceback"] = [f"{output['ename']}: {output['evalue']}"]
        elif VIEW in output["data"]:
            del output["data"][VIEW]
        kept.append(output)
    return kept


def canonical(notebook: Notebook) -> Notebook:
    """The same notebook in the one form. Runs nothing and repairs nothing that needs a run."""
    cells = []
    count = 0
    for name, cell in named_cells(notebook["cells"]):
        metadata = {k: v for k, v in cell.get("metadata", {}).items() if k in CELL_METADATA and v}
        source = text_of(cell["source"]).rstrip()
        written = {
            "cell_type": cell["cell_type"],
            "id": name,
            "metadata": metadata,
            "source": source,
        }
        if cell.get("attachments"):
            written["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            ran = cell.get("execution_count") is not None
            count += ran
            written["execution_count"] = count if ran else None
            written["outputs"] = canonical_outputs(cell.get("outputs", []))
            for output in written["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = written["execution_count"]
        cells.append(written)
    hidden = to_hide(cells)
    for place, cell in enumerate(cells):
        shown = {k: v for k, v in cell["metadata"].get("jupyter", {}).items() if k != HIDDEN}
        said = shown | ({HIDDEN: True} if place in hidden else {})
        cell["metadata"] = cell["metadata"] | {"jupyter": said}
        if not said:
            del cell["metadata"]["jupyter"]
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def canonical_text(notebook: Notebook) -> str:
    """The bytes of the one form: those that nbformat, and so JupyterLab, would write."""
    node = nbformat.from_dict(canonical(notebook))
    nbformat.validate(node)
    return nbformat.writes(node, version=nbformat.NO_CONVERT) + "\n"


def faults_of_cell(number: int, cell: Notebook) -> Iterator[str]:
    """What is wrong with one code cell that no rewriting could put right."""
    where = f"cell {number}"
    source = text_of(cell["source"]).rstrip()
    if not source:
        yield f"{where}: is empty"
        return
    if source.endswith(";"):
        yield f"{where}: ends with a semicolon, which hides its output"
    tags = cell.get("metadata", {}).get("tags", [])
    if any("nbval" in mark.lower() for mark in [source, *tags]):
        yield f"{where}: has an nbval mark, so its output would not be compared"
    if cell.get("execution_count") is None:
        yield f"{where}: has not been run"
    for output in cell.get("outputs", []):
        kind = output["output_type"]
        if kind == "stream" and output["name"] == "stderr":
            yield f"{where}: wrote to stderr: {text_of(output['text']).strip()}"
        elif kind == "error" and "raises-exception" not in tags:
            yield f"{where}: {output['ename']}: {output['evalue']}"
        elif kind in ("display_data", "execute_result"):
            data = output["data"]
            if not set(data) - {VIEW}:
                yield f"{where}: shows a widget that has no form for a reader without a kernel"
            texts = [text_of(v) for k, v in data.items() if k.startswith("text/")]
            if any(ADDRESS.search(text) for text in texts):
                yield f"{where}: shows an address in memory, which is another in each run"


def faults(notebook: Notebook) -> list[str]:
    """What is wrong with a notebook that no rewriting could put right."""
    return [
        fault
        for number, cell in enumerate(notebook["cells"], 1)
        if cell["cell_type"] == "code"
        for fault in faults_of_cell(number, cell)
    ]


def differences(found: Any, wanted: Any, where: str = "") -> Iterator[str]:
    """Where two JSON values differ, in words."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in sorted(found.keys() | wanted.keys()):
            place = f"{where}.{key}" if where else key
            if key not in wanted:
                yield f"{place}: should not be there"
            elif key not in found:
                yield f"{place}: is missing"
            else:
                yield from differences(found[key], wanted[key], place)
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for place, (one, other) in enumerate(zip(found, wanted, strict=True), 1):
            yield from differences(one, other, f"{where}[{place}]")
    elif found != wanted:
        yield f"{where}: is {short(found)}, should be {short(wanted)}"


def short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def problems(path: Path) -> list[str]:
    """Why this file is not in the one form, without running it. Nothing, if it is."""
    text = path.read_text(encoding="utf-8")
    try:
        notebook = json.loads(text)
        if notebook["nbformat"] != 4:
            return [f"is in nbformat {notebook['nbformat']}, not 4"]
        wanted = canonical_text(notebook)
        found = faults(notebook)
    except (ValueError, KeyError, TypeError, nbformat.ValidationError) as error:
        return [f"is not a notebook: {type(error).__name__}: {error}"]
    if text != wanted:
        unequal = list(differences(notebook, json.loads(wanted)))
        found += unequal or ["has the right contents, but another order of keys, indent or ending"]
    return found


def executed(notebook: Notebook, folder: Path) -> Notebook:
    """The notebook as a clean kernel leaves it. The one that was given is not changed."""
    node = nbformat.from_dict(canonical(notebook))
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        node,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        store_widget_state=False,
        # A kernel warns of its own transport at each start, which no author can change.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotebookError(failed_cell(node, f"{error.ename}: {error.evalue}")) from error
    except CellTimeoutError as error:
        message = f"did not end within {CELL_SECONDS} s"
        raise NotebookError(failed_cell(node, message)) from error
    except DeadKernelError as error:
        raise NotebookError(failed_cell(node, "the kernel died")) from error
    ran: Notebook = json.loads(nbformat.writes(node, version=nbformat.NO_CONVERT))
    return ran


def failed_cell(node: nbformat.NotebookNode, message: str) -> str:
    """Where a run broke off: the cell that shows an error, else the first that has no count."""
    for number, cell in enumerate(node.cells, 1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        tags = cell.metadata.get("tags", [])
        failed = any(output.output_type == "error" for output in cell.outputs)
        if cell.execution_count is None or (failed and "raises-exception" not in tags):
            return f"cell {number}: {message}\n\n{cell.source}"
    return message


def rewrite(path: Path) -> bool:
    """Run one notebook and write it back, unless the run is faulty; whether its bytes changed."""
    text = path.read_text(encoding="utf-8")
    ran = executed(json.loads(text), path.parent)
    if found := faults(ran):
        raise NotebookError("\n".join(found))
    wanted = canonical_text(ran)
    if wanted != text:
        # Not write_text: on Windows that would end each line in two characters.
        path.write_bytes(wanted.encode("utf-8"))
    return wanted != text


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    files = [Path(name) for name in arguments if name != "--check"]
    files = files or sorted(FOLDER.glob("*.ipynb"))
    if not files:
        print(f"there is no notebook in {FOLDER.name}/", file=sys.stderr)
        return 1
    bad = 0
    for path in files:
        try:
            if check:
                found = problems(path)
                if found:
                    raise NotebookError("\n".join(found))
                word = "in form"
            else:
                word = "rewritten" if rewrite(path) else "unchanged"
            print(f"{path.name}: {word}", flush=True)
        except NotebookError as error:
            bad += 1
            print(f"{path.name}: failed\n{error}", file=sys.stderr, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
