"""ES modules joined to one text: the page takes the scripts of a panel as one string.

The scripts are plain modules, which a browser, Node and a type checker read as they stand. Here
they are put one after another, what is imported first, without comments and without the words
``import`` and ``export``. So a top-level name stands for one thing in all of them, and there is one
form for each::

    import { pass, tell } from "../kit/door.js";
    export const attachments = [];   // or let, function, async function, class
    export default { render };       // in one of them
"""

from __future__ import annotations

import re
from pathlib import Path

# Whole lines: what stands behind code stays.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE)
_IMPORT = re.compile(
    r'^import \{(\s*[\w$]+(?:,\s*[\w$]+)*,?\s*)\} from "(\.\.?/[^"\n]+\.js)";\n', re.MULTILINE
)
_DECLARED = re.compile(
    r"^(export )?(?:const|let|class|function|async function) ([\w$]+)", re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:const|let|class|function|async function) [\w$])", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (?!function|class)", re.MULTILINE)
_OTHER = re.compile(
    r"^(?:import|export)\b.*|^(?:const|let) *[\[{].*|^var\b.*|\bimport *[(.].*", re.MULTILINE
)
_FORMS = (
    'Imports read: import { name } from "./script.js"; and at the top level a name is declared by '
    "itself, with const, let, class or function, and with export before it where others import it."
)


class Script:
    """A script: its text without comments, imports and exports, and what these said."""

    def __init__(self, path: Path) -> None:
        self.name = f"{path.parent.name}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ValueError(f"{self.name} is imported, and there is no such script.") from None
        text = _COMMENT.sub("", text.rstrip() + "\n")
        #: The names that it imports, by the script that they come from.
        self.imports: dict[Path, set[str]] = {}
        for names, source in _IMPORT.findall(text):
            from_there = self.imports.setdefault((path.parent / source).resolve(), set())
            from_there.update(re.findall(r"[\w$]+", names))
        text = _IMPORT.sub("", text)
        #: Its top-level names, and whether others may import them.
        self.names = {name: bool(exported) for exported, name in _DECLARED.findall(text)}
        self.defaults = len(_DEFAULT.findall(text))
        self.text = _EXPORT.sub("", text).lstrip("\n")
        if other := _OTHER.search(_DEFAULT.sub("", self.text)):
            raise ValueError(f"{self.name} cannot be joined at: {other[0].strip()} {_FORMS}")


def joined(*entries: Path) -> str:
    """The text of the scripts and of all that they import, as one module."""
    modules: dict[Path, Script] = {}
    under_way: list[Path] = []

    def visit(path: Path) -> None:
        if path in modules:
            return
        if path in under_way:
            names = [one.name for one in [*under_way[under_way.index(path) :], path]]
            raise ValueError(f"Scripts import each other in a circle: {', '.join(names)}.")
        under_way.append(path)
        module = Script(path)
        for source in module.imports:
            visit(source)
        under_way.pop()
        modules[path] = module

    for entry in entries:
        visit(entry.resolve())
    _check(modules)
    return "\n".join(module.text for module in modules.values())


def _check(modules: dict[Path, Script]) -> None:
    """Raise for what the scripts would have told one by one, and for names that they share."""
    owners: dict[str, str] = {}
    for module in modules.values():
        for source, names in module.imports.items():
            exported = {name for name, exported in modules[source].names.items() if exported}
            if missing := sorted(names - exported):
                raise ValueError(
                    f"{module.name} imports {', '.join(missing)} from {modules[source].name}, "
                    "which does not export that."
                )
        for name in module.names:
            if name in owners:
                raise ValueError(
                    f"{owners[name]} and {module.name} both declare {name} at the top level. "
                    "Give one of them another name."
                )
            owners[name] = module.name
    defaults = [module.name for module in modules.values() for _ in range(module.defaults)]
    if len(defaults) != 1:
        told = f"{len(defaults)} of them: {', '.join(defaults)}" if defaults else "none of them"
        raise ValueError(f"One script has an export default, and not {told}.")
