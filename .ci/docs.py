"""Write the page of the public names of `lessons`, from their signatures and docstrings.

    python .ci/docs.py           writes build/docs/index.html
    python .ci/docs.py FOLDER    writes it there

The names load at their first use, so they are loaded here before pdoc looks at the package. The
page is one file, and fetches nothing.
"""

import importlib
import inspect
import re
import sys
from pathlib import Path
from typing import Any

import pdoc.doc
import pdoc.render
from jinja2 import pass_context
from jinja2.runtime import Context
from pdoc.render_helpers import to_markdown_with_context

import lessons

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "docs"

# Code in backticks, which Markdown leaves as it is; elsewhere a star is a star: e**x, dL_dw.
CODE = re.compile(r"(`+.+?`+)")


def escaped(line: str) -> str:
    """A line of prose in which mathematics is not taken for Markdown."""
    pieces = CODE.split(line)
    pieces[::2] = [re.sub(r"[*_<]", r"\\\g<0>", piece) for piece in pieces[::2]]
    return "".join(pieces)


def as_prose(text: str) -> str:
    """A docstring of the package as Markdown: examples and indented lines stay code."""
    lines = []
    example = False
    for line in text.splitlines():
        example = bool(line.strip()) and (example or line.startswith(">>>"))
        literal = example or line.startswith(("    ", "#", "|"))
        lines.append(line if literal else escaped(line))
    return "\n".join(lines)


@pass_context
def to_markdown(context: Context, text: str) -> str:
    return as_prose(to_markdown_with_context(context, text))


def topic(home: str) -> str:
    """The part of the house that a module is in; maths has a part for each subject."""
    parts = home.split(".")
    return parts[2] if parts[1] == "maths" else parts[1]


def topics() -> dict[str, list[str]]:
    """The public names, by where they live, in the order in which the package lists them."""
    by_topic: dict[str, list[str]] = {}
    for name, home in lessons._HOME.items():
        by_topic.setdefault(topic(home), []).append(name)
    return by_topic


def comment_above(module: Any, name: str) -> str:
    """What `#:` says above a value that is no function, and so has no docstring."""
    found = re.search(rf"^((?:#: .*\n)+){name}\b[^\n=]* =", inspect.getsource(module), re.MULTILINE)
    return re.sub(r"^#: ", "", found[1], flags=re.MULTILINE) if found else ""


def documented(name: str) -> pdoc.doc.Doc[Any]:
    """What pdoc knows of one public name: where it comes from, its signature, its docstring."""
    value = getattr(lessons, name)
    home = lessons._HOME[name]
    if inspect.isclass(value):
        return pdoc.doc.Class("lessons", name, value, (home, name))
    if callable(value):
        return pdoc.doc.Function("lessons", name, value, (home, name))
    text = comment_above(importlib.import_module(home), name)
    return pdoc.doc.Variable("lessons", name, taken_from=(home, name), docstring=text)


def contents() -> str:
    """The names by topic, each with the first sentence of its docstring."""
    lines = []
    for title, names in topics().items():
        lines += ["", f"## {title}", "", "| name | |", "| --- | --- |"]
        for name in names:
            first = documented(name).docstring.strip().partition("\n\n")[0]
            sentence = escaped(" ".join(first.split())).replace("|", r"\|")
            lines.append(f"| [{name}](#{name}) | {sentence} |")
    return "\n".join(lines)


def page() -> str:
    module = pdoc.doc.Module(lessons)
    # Without the contents of the submodules: the page is for who types `from lessons import ...`.
    members = {name: documented(name) for names in topics().values() for name in names}
    module.__dict__.update(
        members=members,
        own_members=list(members.values()),
        docstring=f"{inspect.getdoc(lessons)}\n{contents()}",
    )
    pdoc.render.env.filters["to_markdown"] = to_markdown
    pdoc.render.configure(docformat="restructuredtext", search=False, math=False, mermaid=False)
    return pdoc.render.html_module(module, {"lessons": module})


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(page(), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
