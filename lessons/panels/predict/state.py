"""What a question shows and can do, without widgets."""

from __future__ import annotations

from typing import NamedTuple

from lessons.maths.text import number
from lessons.practice.questions import Feedback, Question, Verdict

_TITLES: dict[Verdict, str] = {"right": "Right", "unreadable": "Not read"}


class Attempt(NamedTuple):
    """One answer of the learner. ``value`` is None when the text could not be read."""

    text: str
    value: float | None
    verdict: Verdict


class Asking:
    """A question with all attempts, the feedback on the last one, and whether it was revealed."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.attempts: tuple[Attempt, ...] = ()
        self.feedback: Feedback | None = None
        self.revealed = False

    def answer(self, text: str) -> Feedback:
        """Check an answer. An empty one does not count as an attempt."""
        feedback = self.question.check(text)
        if text.strip():
            self.attempts += (Attempt(text, feedback.value, feedback.verdict),)
        self.feedback = feedback
        return feedback

    def reveal(self) -> None:
        """Show the answer, and the sentence that goes with it."""
        self.revealed = True

    @property
    def title(self) -> str:
        """The word before the feedback, with the number of the attempt from the second on."""
        if self.feedback is None:
            return ""
        title = _TITLES.get(self.feedback.verdict, "Not yet")
        if len(self.attempts) > 1 and not self.feedback.right:
            # The count also makes the same answer, given again, a change to be read out.
            title += f", attempt {len(self.attempts)}"
        return title

    @property
    def solution(self) -> str:
        """The answer in words."""
        return f"The answer is {number(self.question.answer)}. {self.question.reveal}".strip()
