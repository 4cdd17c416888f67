"""The page of the public names: every one of them, with what it takes and what it does."""

import html
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lessons
from tests.repository import ROOT, ci_script


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Written by the command itself, in a process where nothing has been loaded yet."""
    folder: Path = tmp_path_factory.mktemp("docs")
    command = [sys.executable, ".ci/docs.py", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    return (folder / "index.html").read_text(encoding="utf-8")


def words(markup: str) -> str:
    """The words of a piece of the page, apart by one space, without code in backticks' marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def entry(page: str, name: str) -> str:
    found = re.search(rf'<section id="{name}">.*?</section>', page, re.DOTALL)
    assert found, f"{name} is not on the page"
    return found[0]


@pytest.mark.parametrize("name", lessons.__all__)
def test_every_public_name_is_on_the_page(page: str, name: str) -> None:
    value = getattr(lessons, name)
    section = entry(page, name)
    assert f'href="#{name}"' in page
    told = re.search(r'<div class="docstring">(.*?)</div>', section, re.DOTALL)
    assert told and words(told[1])
    if callable(value):
        # Spaces differ: the page sets a long signature one argument a line.
        shown = words(section.partition('<div class="docstring">')[0])
        for parameter in inspect.signature(value).parameters:
            assert re.search(rf"\b{parameter}\b", shown), parameter
        first = inspect.getdoc(value).partition("\n\n")[0]
        plain = " ".join(re.sub(r"`+|:[a-z]+:(?=`)", "", first).split())
        assert words(told[1]).startswith(plain)


def test_the_names_stand_by_topic(page: str) -> None:
    topics = ci_script("docs").topics()
    assert sorted(name for names in topics.values() for name in names) == sorted(lessons.__all__)
    for title in topics:
        assert f">{title}</h2>" in page


def test_the_page_fetches_nothing(page: str) -> None:
    links = re.findall(r'<(\w+)[^>]*\s(?:src|href)="((?:https?:)?//[^"]*)"', page)
    assert {tag for tag, _ in links} <= {"a"}
    assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//|<script[^>]*\ssrc=|<link\b", page)


def test_mathematics_is_not_taken_for_markdown() -> None:
    as_prose = ci_script("docs").as_prose
    assert as_prose("e**x, `e**x` and y_i") == r"e\*\*x, `e**x` and y\_i"
    assert as_prose(">>> 2**3\n8\n\n2*3") == ">>> 2**3\n8\n\n2\\*3"
