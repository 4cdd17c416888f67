"""Where in the learner's source an operation stands, and what name its result was given there.

CPython keeps, for every instruction, the exact span of source that it came from
(``code.co_positions``). An operation on a recorded number therefore finds its own node in the
syntax tree, and the tree says what the result is called: ``z = a + b`` calls it ``z``. This works
the same in a file and in a notebook cell, in loops, comprehensions and helper functions.
"""

from __future__ import annotations

import ast
import dis
import functools
import inspect
import linecache
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import CodeType
from typing import Any

Span = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Site:
    """One operation in the source.

    ``target`` is the name it is assigned to ("" for none); ``item`` says that it is one of a list
    of that name; ``returned`` that the enclosing function returns it. ``inner_sum`` marks an
    addition that is part of a larger addition, ``sum_call`` one that the built-in ``sum`` makes.
    """

    target: str = ""
    item: bool = False
    returned: bool = False
    inner_sum: bool = False
    sum_call: bool = False


UNKNOWN = Site()


@dataclass(frozen=True, slots=True)
class Listing:
    """The source text of one function: its lines, and the number of the first in its file."""

    lines: tuple[str, ...]
    first: int
    filename: str

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


class Tree:
    """A parsed file or cell, with each node reachable by its span, and its parent known."""

    def __init__(self, text: str) -> None:
        self.by_span: dict[Span, ast.AST] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        self.functions: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda] = []
        for node in ast.walk(ast.parse(text)):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                self.functions.append(node)
            if isinstance(node, (ast.expr, ast.AugAssign)):
                span = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
                # A statement `f(x)` has the span of its expression: only operations are kept.
                if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Call, ast.AugAssign)):
                    self.by_span[span] = node


@lru_cache(maxsize=64)
def _parse(text: str) -> Tree | None:
    try:
        return Tree(text)
    except SyntaxError:  # the file was edited since, or holds a cell magic
        return None


def tree_of(code: CodeType) -> Tree | None:
    """The syntax tree of the file or cell that a code object came from, if its text is known."""
    text = "".join(linecache.getlines(code.co_filename))
    return _parse(text) if text else None


def code_of(function: Any) -> CodeType | None:
    """The code that the learner wrote: under decorators, in methods, behind ``partial``.

    None for what is not written in Python.
    """
    while isinstance(function, functools.partial) or hasattr(function, "__wrapped__"):
        partial = isinstance(function, functools.partial)
        function = function.func if partial else inspect.unwrap(function)
    if not hasattr(function, "__code__"):  # an object with a __call__ of its own
        function = type(function).__call__
    return getattr(function, "__code__", None)


def listing_of(code: CodeType) -> Listing | None:
    """The source of a function, dedented, from its ``def`` (or lambda) line on."""
    tree = tree_of(code)
    if tree is None:
        return None
    for node in tree.functions:
        if isinstance(node, ast.Lambda):
            found = code.co_name == "<lambda>" and _holds(node, code)
        else:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found = node.name == code.co_name and code.co_firstlineno == first
        if found and node.end_lineno is not None:
            lines = linecache.getlines(code.co_filename)
            if isinstance(node, ast.Lambda):
                text = ast.get_source_segment("".join(lines), node) or ""
            else:
                text = textwrap.dedent("".join(lines[node.lineno - 1 : node.end_lineno])).rstrip()
            return Listing(tuple(text.split("\n")), node.lineno, code.co_filename)
    return None


def _holds(node: ast.Lambda, code: CodeType) -> bool:
    """Whether every known instruction of ``code`` lies inside the lambda's body."""
    body = node.body
    start = (body.lineno, body.col_offset)
    end = (body.end_lineno or body.lineno, body.end_col_offset or 0)
    spans = [
        p for p in code.co_positions() if p[2] is not None and p[3] is not None and p[2] < p[3]
    ]
    return bool(spans) and all(
        start <= (p[0] or 0, p[2] or 0) and (p[1] or 0, p[3] or 0) <= end for p in spans
    )


#: Sites that were found before. The code is held with its site, so that no other takes its id.
_SITES: dict[tuple[int, int], tuple[CodeType, Site]] = {}
_MOST_SITES = 4096


def site_of(code: CodeType, instruction: int) -> Site:
    """The site of the operation that ``code`` is executing at byte offset ``instruction``."""
    found = _SITES.get((id(code), instruction))
    if found is None:
        while len(_SITES) >= _MOST_SITES:
            _SITES.pop(next(iter(_SITES)))
        found = _SITES[id(code), instruction] = code, _site_of(code, instruction)
    return found[1]


def _site_of(code: CodeType, instruction: int) -> Site:
    tree = tree_of(code)
    if tree is None:
        return site_in_bytecode(code, instruction)
    span = next(islice(code.co_positions(), instruction // 2, None), None)
    node = tree.by_span.get(span) if span is not None else None
    if node is None:
        return UNKNOWN
    if isinstance(node, ast.AugAssign):
        return _target(node.target)
    sum_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sum"
    if (sum_call or _adds(node)) and _adds(tree.parents.get(node)):
        return Site(inner_sum=True, sum_call=sum_call)
    found = _name_from_context(tree, node)
    return Site(found.target, found.item, found.returned, False, sum_call)


def _adds(node: ast.AST | None) -> bool:
    return isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, (ast.Add, ast.Sub))


def site_in_bytecode(code: CodeType, instruction: int) -> Site:
    """The site as far as the bytecode tells it, where the source is not to be had (``%%time``).

    Follows the result on the stack up to the instruction that uses it.
    """
    steps = list(dis.get_instructions(code))
    # The frame may already be past the call, at the room that CPython leaves behind it.
    place = max(i for i, step in enumerate(steps) if step.offset <= instruction)
    made, depth = steps[place], 1  # depth: how many values lie from the result to the top
    sum_call = made.opname == "CALL"  # an addition that is made inside of a call
    for step in steps[place + 1 :]:
        if step.opname in _STORES:
            # From 3.13 on one instruction may store twice, or store and load.
            both = step.argval if isinstance(step.argval, tuple) else (step.argval,)
            names = both[:1] if step.opname.endswith("LOAD_FAST") else both
            if depth <= len(names):
                return Site(names[depth - 1], sum_call=sum_call)
        if step.opname == "RETURN_VALUE" and depth == 1:
            return Site(returned=True, sum_call=sum_call)
        if step.opname == "BINARY_OP" and depth <= 2:
            part = _adds_in_bytecode(step) and (sum_call or _adds_in_bytecode(made))
            return Site(inner_sum=part, sum_call=sum_call)
        if step.opname == "COPY" and depth == 1:  # := and a = b = ...
            continue
        if step.opname == "SWAP" and step.arg and depth in (1, step.arg):  # a, b = ...
            depth = step.arg if depth == 1 else 1
            continue
        if step.opcode in _JUMPS:
            break
        depth += dis.stack_effect(step.opcode, step.arg, jump=False)
        if depth < 1 or (depth == 1 and step.opname not in _STORES):  # something else used it
            break
    return Site(sum_call=sum_call)


_STORES = frozenset(
    f"STORE_{where}" for where in "FAST NAME GLOBAL DEREF FAST_STORE_FAST FAST_LOAD_FAST".split()
)
_JUMPS = frozenset(dis.hasjrel + dis.hasjabs)


def _adds_in_bytecode(step: dis.Instruction) -> bool:
    return step.opname == "BINARY_OP" and step.argrepr in ("+", "-", "+=", "-=")


def _target(target: ast.expr) -> Site:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return Site(name)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return Site(name, item=True)
    return UNKNOWN


def _as_item(site: Site) -> Site:
    return Site(site.target, item=bool(site.target))


def _name_from_context(tree: Tree, node: ast.AST) -> Site:
    """Climb from an operation to the statement that names its result."""
    item = False
    while (parent := tree.parents.get(node)) is not None:
        match parent:
            case ast.Assign(targets=[target, *_]):
                return _as_item(_target(target)) if item else _target(target)
            case ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
                return _as_item(_target(target)) if item else _target(target)
            case ast.Return() | ast.Lambda():
                return UNKNOWN if item else Site(returned=True)
            case ast.IfExp() if node is not parent.test:
                pass
            case ast.Tuple(elts=[*elements]) if not item:
                position = next(i for i, one in enumerate(elements) if one is node)
                return _unpacked(tree, parent, position)
            case ast.List() | ast.ListComp() if not item:
                item = True
            case ast.Call(func=ast.Attribute(value=owner, attr="append")) if node in parent.args:
                return _as_item(_target(owner))
            case _:
                return UNKNOWN
        node = parent
    return UNKNOWN


def _unpacked(tree: Tree, node: ast.Tuple, position: int) -> Site:
    """``a, b = x * w, x + w``: the target at the same position."""
    match tree.parents.get(node):
        case ast.Assign(targets=[ast.Tuple(elts=targets), *_]) if len(targets) == len(node.elts):
            return _target(targets[position])
    return UNKNOWN
