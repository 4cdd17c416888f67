"""Scripts joined to one module: what comes first, what is stripped, and what is refused."""

import re
import shutil
import subprocess

import pytest

from lessons.panels.kit import frontend
from lessons.panels.kit.modules import joined
from tests.repository import ROOT

KIT = ROOT / "lessons" / "panels" / "kit"
END = "export default {};\n"


@pytest.fixture
def script(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_what_is_imported_stands_first_and_once(script):
    script("a.js", "export const one = 1;\n")
    script("b.js", 'import { one } from "./a.js";\n\nexport function two() {\n  return one;\n}\n')
    entry = script(
        "c.js",
        'import { one } from "./a.js";\nimport {\n  two,\n} from "./b.js";\n'
        "class Three {}\nexport default { one, two, Three };\n",
    )
    assert joined(entry) == (
        "const one = 1;\n\nfunction two() {\n  return one;\n}\n\n"
        "class Three {}\nexport default { one, two, Three };\n"
    )


def test_a_second_entry_adds_to_the_first(script):
    kit = script("kit/panel.js", "export const parts = [];\nexport default { parts };\n")
    own = script("own/panel.js", 'import { parts } from "../kit/panel.js";\nparts.push(1);\n')
    assert joined(kit, own) == joined(own)
    assert joined(own).endswith("export default { parts };\n\nparts.push(1);\n")


def test_comments_of_whole_lines_go_and_those_behind_code_stay(script):
    entry = script(
        "a.js",
        '// One.\n/** @import { A } from "./a.d.ts" */\n/**\n * Two.\n * @typedef {A} B\n */\n'
        "export default {\n  // Three.\n  at: /** @type {B} */ (1), // four\n  a: 2 * 3,\n};\n",
    )
    assert joined(entry) == (
        "export default {\n  at: /** @type {B} */ (1), // four\n  a: 2 * 3,\n};\n"
    )


def test_every_form_of_an_export_is_one_that_is_declared_by_itself(script):
    script(
        "a.js",
        "export const a = 1;\nexport let b = 2;\nexport class C {}\nexport function d() {}\n"
        "export async function $e_1() {}\n",
    )
    entry = script("b.js", f'import {{ a, b, C, d, $e_1 }} from "./a.js";\n{END}')
    assert "export" not in joined(entry).replace(END, "")


@pytest.mark.parametrize(
    "line",
    [
        'import one from "./a.js";',
        'import * as one from "./a.js";',
        'import { one as two } from "./a.js";',
        'import { one } from "somewhere";',
        'import { one } from "https://example.org/a.js";',
        "import { one } from './a.js';",
        'import "./a.js";',
        'const one = await import("./a.js");',
        "const here = import.meta.url;",
        "export { one };",
        "export { one as two };",
        'export * from "./a.js";',
        "export const { one } = two;",
        "const [one, two] = three;",
        "export var one = 1;",
        "export default function one() {}",
        "export default class One {}",
        "export function* one() {}",
    ],
)
def test_any_other_form_is_refused_in_a_sentence(script, line):
    script("a.js", "export const one = 1;\n")
    entry = script("b.js", f"{line}\n{END}")
    with pytest.raises(ValueError, match=r"b\.js cannot be joined at: .* Imports read: import \{"):
        joined(entry)


def test_a_name_that_is_not_exported_is_told(script):
    script("kit/a.js", "export const one = 1;\nconst two = 2;\n")
    entry = script("kit/b.js", f'import {{ one, two, six }} from "./a.js";\n{END}')
    told = r"kit/b\.js imports six, two from kit/a\.js, which does not export that\."
    with pytest.raises(ValueError, match=told):
        joined(entry)


def test_a_script_that_is_not_there_is_told(script):
    entry = script("kit/b.js", f'import {{ one }} from "./a.js";\n{END}')
    with pytest.raises(ValueError, match=r"kit/a\.js is imported, and there is no such script\."):
        joined(entry)


def test_scripts_that_import_each_other_are_told(script):
    entry = script("a.js", f'import {{ two }} from "./b.js";\nexport const one = 1;\n{END}')
    script("b.js", 'import { one } from "./a.js";\nexport const two = 2;\n')
    with pytest.raises(ValueError, match=r"in a circle: a\.js, b\.js, a\.js\."):
        joined(entry)


def test_a_name_of_two_scripts_is_told(script):
    script("kit/a.js", "const size = 1;\nexport const one = size;\n")
    entry = script("kit/b.js", f'import {{ one }} from "./a.js";\nfunction size() {{}}\n{END}')
    with pytest.raises(ValueError, match=r"kit/a\.js and kit/b\.js both declare size"):
        joined(entry)


def test_there_is_one_default_export(script):
    none = script("kit/a.js", "export const one = 1;\n")
    with pytest.raises(ValueError, match="and not none of them"):
        joined(none)
    two = script("kit/b.js", f"{END}{END}")
    with pytest.raises(ValueError, match=r"not 2 of them: kit/b\.js, kit/b\.js"):
        joined(two)


def test_the_kit_stands_without_any_panel():
    text = joined(KIT / "panel.js")
    assert "pad" not in re.findall(r"[a-z]+", text.lower().replace("attach", " "))
    assert "attachments.push" not in text


@pytest.mark.parametrize(
    "entry", sorted((KIT.parent).glob("*/panel.js")), ids=lambda p: p.parent.name
)
def test_the_scripts_of_every_panel_make_one_module(entry, tmp_path):
    text = joined(entry)
    assert not re.search(r"^(import|export (?!default \{))", text, re.MULTILINE)
    if node := shutil.which("node"):
        module = tmp_path / "joined.mjs"
        module.write_text(text, encoding="utf-8")
        subprocess.run([node, "--check", module], check=True)


def test_the_page_gets_every_sheet_of_the_kit():
    assert sorted(frontend._SHEETS) == sorted(KIT.glob("*.css"))
