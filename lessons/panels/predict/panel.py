"""``predict``: a question that is asked before its number is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any, NamedTuple

import ipywidgets

from lessons.maths.text import number
from lessons.panels.kit.controls import Button, Entry
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.panel import Panel
from lessons.practice.questions import Feedback, Question, Verdict

LIVE = "Run this cell to type your answer."
_FIRST = "Type a number, or a small sum such as 2*3 + 1. Then press Enter."
_KEPT = "What you typed is still in the box."
_TITLES: dict[Verdict, str] = {"right": "Right", "unreadable": "Not read"}


class Attempt(NamedTuple):
    """One answer of the learner. ``value`` is None when the text could not be read."""

    text: str
    value: float | None
    verdict: Verdict


class Prediction(Panel):
    """The card that :func:`predict` makes.

    From Python: ``answer_with`` and ``show_answer``; and to read, ``question``, ``attempts``,
    ``feedback`` (the last one, None before the first) and ``revealed``.
    """

    _frontend = frontend(__file__)

    def __init__(self, question: Question) -> None:
        self.question = question
        self.attempts: tuple[Attempt, ...] = ()
        self.feedback: Feedback | None = None
        self.revealed = False
        # Every key is sent, so that a check finds the answer that stands in the box.
        self._entry = Entry(self._check_entry, description="Your answer")
        self._entry.add_class("bp-entry")
        self._check = Button(self._check_entry, description="Check")
        self._check.add_class("bp-check")
        self._show = Button(self.show_answer, description="Show the answer")
        asked = ipywidgets.HTML(f'<p class="bp-h">Predict</p><p>{_marked(question.text)}</p>')
        asked.add_class("bp-question")
        row = ipywidgets.HBox([self._entry, self._check, self._show])
        row.add_class("bp-answer")
        label = f"Question: {question.text.replace('`', '')}"
        super().__init__(label, [asked, row], frame="bp-card")
        self.add_class("bp-predict")
        self._front.show({"say": f'<span class="bp-wait">{_FIRST}</span>'})

    def answer_with(self, text: str) -> Feedback:
        """Check an answer, as if it had been typed. An empty one does not count as an attempt."""
        with self._door.showing(), self._reported():
            self._entry.value = text
            return self._checked(text)

    def show_answer(self) -> None:
        """Show the answer, and the sentence that goes with it."""
        with self._door.showing(), self._reported():
            self.revealed = True
            self._say("", _answer(self.question))

    def _checked(self, text: str) -> Feedback:
        # The box is left alone: the learner may be typing the next answer by now.
        with self._door.showing(), self._reported():
            self.feedback = feedback = self.question.check(text)
            if text.strip():
                self.attempts += (Attempt(text, feedback.value, feedback.verdict),)
            self._tell(feedback)
            return feedback

    def _tell(self, feedback: Feedback) -> None:
        title = _TITLES.get(feedback.verdict, "Not yet")
        if len(self.attempts) > 1 and not feedback.right:
            # The count also makes the same answer, given again, a change to be read out.
            title += f", attempt {len(self.attempts)}"
        told = _answer(self.question) if feedback.right else feedback.told
        self._say(title, told, right=feedback.right)

    def _say(self, title: str, told: str, *, right: bool = False) -> None:
        mark = ' class="bp-right"' if right else ""
        heading = f"<small{mark}>{title}</small>" if title else ""
        self._front.show({"say": f"{heading}<span>{_marked(told)}</span>", "error": ""})

    def _check_entry(self) -> None:
        self._checked(self._entry.value)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """An error becomes a sentence in the card, and is raised."""
        try:
            yield
        except Exception as error:
            told = f"This stopped with {escape(_named(error))}."
            # The feedback so far was about another answer, so it goes.
            self._front.show({"say": "", "error": f"{told} <span>{_KEPT}</span>"})
            raise

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        bundle["text/html"] = (
            f"<p><b>Predict.</b> {_marked(self.question.text)}<br><small>{LIVE}</small></p>\n"
            f"<details><summary>Show the answer</summary>"
            f"<p>{_marked(_answer(self.question))}</p></details>"
        )
        bundle["text/plain"] = self.question.text
        return bundle

    def __repr__(self) -> str:
        return f"Prediction({self.question.text!r})"


def predict(
    question: str,
    answer: float,
    *,
    mistakes: Mapping[str, float] | None = None,
    reveal: str = "",
    within: float = 0.005,
) -> Prediction:
    """Ask for a number before it is shown.

    ``answer`` is computed by code, never typed. ``mistakes`` maps a hint, which names a mistake
    and asks one question, to the number that this mistake gives. ``reveal`` is told with the
    answer. ``within`` is how far off still counts as right. Texts are plain, with `code` in
    backticks. Errors are those of :class:`lessons.practice.questions.Question`.

    >>> predict("What is `z`?", 6.0)
    Prediction('What is `z`?')
    """
    return Prediction(Question(question, answer, tuple((mistakes or {}).items()), reveal, within))


def _answer(question: Question) -> str:
    return f"The answer is {number(question.answer)}. {question.reveal}".strip()


def _marked(told: str) -> str:
    """Plain text as HTML, with `code` between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(told))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
