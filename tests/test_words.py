"""The words and the letters of the course: the glossary, the map of notations, and the lessons.

A term of the glossary is used in no lesson before the one that its row links to, but in a sentence
that names that lesson or links to it, or in the paragraph that announces the next lesson. Code and
formulas are left out of this; questions and their hints are read too. That lesson defines the
term: in bold or in italics, in a heading or the first column of a table, after "called", or at the
head of a sentence with "... is a".

A letter that code or formulas of the lessons use has a row in the map.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.repository import APPENDICES, LESSONS, ROOT

#: Terms that their lesson does not define yet. It must shrink: a row that is defined fails here.
NOT_DEFINED = {
    "autograd engine", "backward pass", "bias correction", "broadcasting", "classification",
    "computational graph", "convergence", "data set", "divergence", "dot product", "dying ReLU",
    "fan-in", "gradient check", "label", "leaf", "linear",
    "mini-batch", "norm", "parameter", "partial derivative", "total derivative",
    "training", "unit", "vector",
}  # fmt: skip

#: Terms used before their lesson, with the lesson that does so. It must shrink as well.
USED_BEFORE = {("central difference", 17), ("layer", 4), ("loss", 5)}

#: Letters of code or formulas, with their lesson, that the map lacks. It must shrink as well.
UNMAPPED: set[tuple[str, int]] = set()

#: Words that mean something else in everyday English as well: nobody can tell by the word alone.
EVERYDAY = {"class", "leaf", "unit", "update"}

#: A name that holds a term as a part of it.
NAMES = re.compile("rectified linear unit")

#: How a term is met in a sentence, where it is not the term itself with or without an s.
FORMS = {
    "broadcasting": "broadcast(?:s|ing)?",
    "clipping": "clip(?:s|ped|ping)",
    "convergence": "converg(?:e|es|ed|ing|ence)",
    "dead neuron": "dead",
    "dead unit": "dead",
    "divergence": "diverg(?:e|es|ed|ing|ence)",
    "exploding gradient": "exploding(?: gradients?)?",
    "initialisation": "initialis(?:e|es|ed|ing|ation)",
    "local minimum": "local minim(?:um|a)",
    "matrix": "matri(?:x|ces)",
    "natural logarithm": "natural(?: logarithm)?",
    "Nesterov momentum": "Nesterov",
    "overfitting": "overfit(?:s|ted|ting)?",
    "probability": "probabilit(?:y|ies)",
    "simultaneous update": "simultaneous(?: updates?)?",
    "training": "training(?: a network)?",
    "quasi-Newton method": "[Qq]uasi-Newton",
    "symmetry": "symmetr(?:y|ies|ic)",
    "topological order": "topological",
    "vanishing gradient": "vanish(?:es|ed|ing)?",
    "He initialisation": "He",
    "Xavier initialisation": "Xavier",
}

#: What stands right before a term that is defined, and what right behind it.
BEFORE = re.compile(
    r"\b(?:call(?:s|ed)?|named|short for|that is|this is|is) (?:\S+ ){0,2}\W*$", re.I
)
BEHIND = re.compile(r"\W*(?:is|are|means?) (?:a|an|the|one|what|how|when|to)\b")
#: What is in bold or in italics, and a heading or the first cell of a table's row.
MARKED = re.compile(r"(\*{1,2})(?![\s*])([^*]+?)\1")
TOPIC = re.compile(r"^(?:#+|\|) ([^|\n]*)", re.MULTILINE)
LINK = re.compile(r"\]\((\w+\.ipynb)\)")
LESSON = re.compile(r"\blessons? (\d+)(?:(?: (and|to) |, )(\d+))?")
SENTENCE = re.compile(r"(?<=[.?!:])[*\")]*\s+(?=[*\"(\[]*[A-Z])|\n\s*\n|\n(?=[-|>#]|\d+\. )")


@dataclass(frozen=True)
class Row:
    """A row of the glossary."""

    terms: tuple[str, ...]
    said: str
    lesson: int
    title: str
    file: str


def cells(path: Path, kind: str) -> list[str]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


def appendix(name: str) -> Path:
    [path] = [path for path in APPENDICES if path.stem[3:] == name]
    return path


@cache
def glossary() -> list[Row]:
    [table] = [text for text in cells(appendix("find_words"), "markdown") if text.startswith("| ")]
    found = []
    for line in table.splitlines()[2:]:
        names, said, link = (part.strip() for part in line.strip("| ").split(" | "))
        parts = re.fullmatch(r"\[(\d+): (.+)\]\((.+)\)", link)
        assert parts, line
        terms = re.findall(r"\*\*(.+?)\*\*", names)
        assert ", ".join(f"**{term}**" for term in terms) == names, line
        found.append(Row(tuple(terms), said, int(parts[1]), parts[2], parts[3]))
    return found


def form(term: str) -> re.Pattern[str]:
    """How a term is met: as it is, with an s, with other spaces; small or large unless a name."""
    words = FORMS.get(term) or r"[\s-]+".join(map(re.escape, re.split("[ -]", term))) + "s?"
    flag = re.IGNORECASE if term.islower() else 0
    return re.compile(rf"(?<![\w/])(?:{words})(?!\w)", flag)


def plain(text: str) -> str:
    """A text without its code, its formulas and the names that hold a term."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|`[^`]*`|\$[^$]*\$", " ... ", text, flags=re.DOTALL)
    return NAMES.sub("", text)


def strings(source: str) -> Iterator[str]:
    """What a question of a code cell says."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "predict":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


@cache
def sentences(path: Path) -> list[str]:
    found = []
    for text in cells(path, "markdown"):
        said = re.sub(r"^\*\*Next lesson\.\*\*.*?(?:\n\n|\Z)", "", text, flags=re.M | re.S)
        found += SENTENCE.split(plain(said))
    for source in cells(path, "code"):
        for text in strings(source):
            found += SENTENCE.split(plain(text))
    return [re.sub(r"\s+", " ", one).strip() for one in found]


def named_lessons(sentence: str) -> set[int]:
    """The lessons that a sentence names by their number or links to."""
    found = {int(file[:2]) for file in LINK.findall(sentence) if file[0].isdigit()}
    for first, link, last in LESSON.findall(sentence):
        low, high = int(first), int(last or first)
        found |= set(range(low, high + 1)) if link == "to" else {low, high}
    return found


def lesson_of(number: int) -> Path:
    return LESSONS[number - 1]


def uses_before(row: Row) -> Iterator[tuple[str, int, str]]:
    """Each lesson that uses a term before its own, with the first sentence that does."""
    for term in set(row.terms) - EVERYDAY:
        for number in range(1, row.lesson):
            for sentence in sentences(lesson_of(number)):
                if form(term).search(sentence) and row.lesson not in named_lessons(sentence):
                    yield term, number, sentence
                    break


def defines(path: Path, term: str) -> bool:
    """Whether a lesson sets the term in bold, or says in a sentence what it is."""
    texts = cells(path, "markdown")
    marked = [found[2] for text in texts for found in MARKED.finditer(text)]
    marked += [word for text in texts for word in TOPIC.findall(plain(text))]
    if any(form(term).search(word) for word in marked):
        return True
    return any(
        BEFORE.search(one[: found.start()])
        or (found.start() <= 4 and BEHIND.match(one[found.end() :]))
        for one in sentences(path)
        for found in form(term).finditer(one)
    )


# -- the glossary -----------------------------------------------------------------------------


def test_the_glossary_is_in_alphabetical_order_and_has_each_term_once() -> None:
    first = [row.terms[0].lower().replace("-", " ") for row in glossary()]
    assert first == sorted(first)
    terms = [term for row in glossary() for term in row.terms]
    assert len(terms) == len(set(terms)) > 100


def test_a_term_has_one_sentence() -> None:
    for row in glossary():
        assert re.fullmatch(r"[A-Z\"].*\.", row.said), row.terms
        assert not re.search(r"[.?!] [A-Z]", row.said), row.terms


def test_a_term_links_to_a_lesson_by_its_number_and_title() -> None:
    for row in glossary():
        path = lesson_of(row.lesson)
        heading = cells(path, "markdown")[0].splitlines()[0]
        assert (row.file, f"# Lesson {row.lesson}: {row.title}") == (path.name, heading), row.terms


def test_the_lesson_of_a_term_defines_it() -> None:
    missing = {r.terms[0] for r in glossary() if not any(map_defines(r))}
    assert missing == NOT_DEFINED


def map_defines(row: Row) -> list[bool]:
    return [defines(lesson_of(row.lesson), term) for term in row.terms]


def test_a_term_is_not_used_before_the_lesson_that_defines_it() -> None:
    found = [use for row in glossary() for use in uses_before(row)]
    told = "\n".join(f"{term!r} in lesson {number}: {said}" for term, number, said in found)
    assert {(term, number) for term, number, _ in found} == USED_BEFORE, told


@pytest.mark.parametrize(
    ("sentence", "lessons"),
    [
        ("You will meet it in lesson 7.", {7}),
        ("Lessons 3 to 5 and 9", set()),
        ("See lessons 3 to 5, or lesson 9.", {3, 4, 5, 9}),
        ("It is in lessons 15 and 16.", {15, 16}),
        ("See [there](08_train_two_layers.ipynb).", {8}),
        ("It is 7.", set()),
    ],
)
def test_a_sentence_names_a_lesson_by_its_number_or_a_link(sentence: str, lessons: set) -> None:
    assert named_lessons(sentence) == lessons


@pytest.mark.parametrize(
    ("term", "sentence", "met"),
    [
        ("hidden layer", "Two hidden\nlayers follow.", True),
        ("mini-batch", "a mini batch", True),
        ("logit", "Both logits are 0.", True),
        ("cost", "It costs you 1.", True),
        ("node", "nodes", True),
        ("loss", "glossy", False),
        ("Adam", "adam", False),
        ("matrix", "two matrices", True),
        ("ReLU", "ReLU's corner", True),
    ],
)
def test_a_term_is_met_in_its_plural_and_in_no_longer_word(
    term: str, sentence: str, met: bool
) -> None:
    assert bool(form(term).search(sentence)) is met


# -- the letters ------------------------------------------------------------------------------

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa",
    "lambda", "mu", "nu", "pi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Sigma", "Phi", "Psi", "Omega", "nabla", "partial",
}  # fmt: skip
LETTER = re.compile(r"([A-Za-z])\d*")
DERIVATIVE = re.compile(r"d([A-Za-z]\w*?)_d([A-Za-z]\w*)")
#: The names that frameworks use for a gradient: from the lesson on that meets them, no sooner.
FRAMEWORKS = "compare_engines"
SHORTENED = re.compile(r"d[a-zA-Z]\d?|(?:d_)?grad|delta")
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
WORDS = re.compile(r"\\(?:mathrm|text|operatorname|begin|end)\{[^}]*\}|\\([A-Za-z]+)")


@cache
def letters() -> set[str]:
    """The letters of the map: what stands in the first column of its first table."""
    tables = [t for t in cells(appendix("compare_notations"), "markdown") if t.startswith("| ")]
    first = [line.split(" | ")[0].strip("| ") for line in tables[0].splitlines()[2:]]
    found = re.findall(r"`(\w+)`|\$\\?(\w+)\$", " ".join(first))
    return {one or other for one, other in found} | {"yhat"}


def assigned(path: Path) -> set[str]:
    """The names that the code of a notebook gives to something, those of arguments too."""
    names = set()
    for source in cells(path, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
    return names


def is_mapped(name: str, names: set[str]) -> bool:
    """Whether a name is no single letter, or one of the map; a derivative is read part by part."""
    if found := DERIVATIVE.fullmatch(name):
        return all(is_variable(part, names) for part in found.groups())
    if found := LETTER.fullmatch(name):
        return found[1] in letters()
    return name not in GREEK or name in letters()


def is_variable(part: str, names: set[str]) -> bool:
    """Whether `L`, `w0` or `xw0` is a letter of the map or a name of the notebook's own."""
    found = LETTER.fullmatch(part)
    return part in names or part in letters() or bool(found and found[1] in letters())


def in_formulas(path: Path) -> set[str]:
    """The single letters and the Greek ones of a notebook's formulas."""
    found: set[str] = set()
    for text in cells(path, "markdown"):
        for formula in FORMULA.findall(re.sub(r"`[^`]*`", "", text)):
            found |= {name for name in WORDS.findall(formula) if name in GREEK}
            found |= set(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", WORDS.sub(" ", formula)))
    return found


def unmapped(path: Path) -> set[str]:
    names = assigned(path)
    code = {name for name in names if not is_mapped(name, names)}
    if path.name < next(p.name for p in LESSONS if p.stem[3:] == FRAMEWORKS):
        code |= {name for name in names if SHORTENED.fullmatch(name)}
    return code | {name for name in in_formulas(path) if name not in letters()}


def test_a_letter_of_code_and_formulas_is_in_the_map() -> None:
    found = {(name, int(path.name[:2])) for path in LESSONS for name in unmapped(path)}
    assert found == UNMAPPED


def test_a_name_is_read_as_the_map_says() -> None:
    names = {"xw0", "loss"}
    for name in ("dL_dw0", "dL_dxw0", "dyhat_dz2", "W10", "theta", "loss", "dy_dz"):
        assert is_mapped(name, names), name
    for name in ("dE_dw", "dL_dxw1", "J", "gamma", "N"):
        assert not is_mapped(name, names), name
    for name in ("dw", "db1", "grad", "d_grad", "delta"):
        assert SHORTENED.fullmatch(name), name


def test_the_map_is_in_the_repository() -> None:
    assert appendix("compare_notations").parent == ROOT / "notebooks"
