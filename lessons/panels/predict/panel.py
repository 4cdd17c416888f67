"""``predict``: a question that is asked before its number is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape

import ipywidgets

from lessons.panels.kit.controls import Button, Entry
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.panel import Panel
from lessons.panels.kit.prose import with_code
from lessons.panels.predict.state import Asking, Attempt
from lessons.practice.questions import Feedback, Question

LIVE = "Run this cell to type your answer."
_FIRST = "Type a number, or a small sum such as 2*3 + 1. Then press Enter."
_KEPT = "What you typed is still in the box."


class Prediction(Panel):
    """The card that :func:`predict` makes.

    From Python: ``answer_with`` and ``show_answer``; and to read, ``question``, ``attempts``,
    ``feedback`` (the last one, None before the first) and ``revealed``.
    """

    _frontend = frontend(__file__)

    def __init__(self, question: Question) -> None:
        self._state = Asking(question)
        # Every key is sent, so that a check finds the answer that stands in the box.
        self._entry = Entry(self._check_entry, description="Your answer")
        self._entry.add_class("bp-entry")
        self._check = Button(self._check_entry, description="Check")
        self._check.add_class("bp-check")
        self._show = Button(self.show_answer, description="Show the answer")
        asked = ipywidgets.HTML(f'<p class="bp-h">Predict</p><p>{with_code(question.text)}</p>')
        asked.add_class("bp-question")
        row = ipywidgets.HBox([self._entry, self._check, self._show])
        row.add_class("bp-answer")
        label = f"Question: {question.text.replace('`', '')}"
        super().__init__(label, [asked, row], frame="bp-card")
        self.add_class("bp-predict")
        self._front.show({"say": f'<span class="bp-wait">{_FIRST}</span>'})

    @property
    def question(self) -> Question:
        """What is asked."""
        return self._state.question

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """All answers so far, the latest last."""
        return self._state.attempts

    @property
    def feedback(self) -> Feedback | None:
        """What was said of the last answer."""
        return self._state.feedback

    @property
    def revealed(self) -> bool:
        """Whether the answer was shown before it was found."""
        return self._state.revealed

    def answer_with(self, text: str) -> Feedback:
        """Check an answer, as if it had been typed. An empty one does not count as an attempt."""
        with self._door.showing(), self._reported():
            self._entry.value = text
            return self._checked(text)

    def show_answer(self) -> None:
        """Show the answer, and the sentence that goes with it."""
        with self._door.showing(), self._reported():
            self._state.reveal()
            self._say("", self._state.solution)

    def _checked(self, text: str) -> Feedback:
        # The box is left alone: the learner may be typing the next answer by now.
        with self._door.showing(), self._reported():
            feedback = self._state.answer(text)
            told = self._state.solution if feedback.right else feedback.told
            self._say(self._state.title, told, right=feedback.right)
            return feedback

    def _say(self, title: str, told: str, *, right: bool = False) -> None:
        mark = ' class="bp-right"' if right else ""
        heading = f"<small{mark}>{title}</small>" if title else ""
        self._front.show({"say": f"{heading}<span>{with_code(told)}</span>", "error": ""})

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

    def _static_output(self) -> tuple[str, str]:
        html = (
            f"<p><b>Predict.</b> {with_code(self.question.text)}<br><small>{LIVE}</small></p>\n"
            f"<details><summary>Show the answer</summary>"
            f"<p>{with_code(self._state.solution)}</p></details>"
        )
        return html, self.question.text

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


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
