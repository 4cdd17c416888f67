"""The card that asks: its controls, what it shows, and its form without a kernel."""

import html

import pytest

import lessons
from lessons.panels.predict.panel import LIVE, Prediction, predict
from lessons.practice import questions
from lessons.practice.questions import Question
from tests.hand import enter, message, press, put

BIAS = "That is `z` before the bias. Which term is missing?"
QUESTION = "What is `z`? It is 2 < 3."


@pytest.fixture
def card() -> Prediction:
    return predict(QUESTION, 6.0, mistakes={BIAS: 5.0}, reveal="The bias adds 1.")


def said(card: Prediction) -> str:
    return card._front.say


def pressed(button) -> None:
    """The message that the page sends when a button is pressed."""
    button._handle_custom_msg({"event": "click"}, [])


def entered(card: Prediction, text: str) -> None:
    """What the page sends when Enter is pressed in the box."""
    enter(card, card._entry, text)


def test_the_package_exports_it() -> None:
    assert lessons.predict is predict
    assert "predict" in dir(lessons)


# -- asking, answering, revealing -----------------------------------------------------------


def test_a_card_first_says_what_to_do_and_nothing_of_the_answer(card: Prediction) -> None:
    assert (card.attempts, card.feedback, card.revealed) == ((), None, False)
    assert "press Enter" in said(card)
    assert "6.00" not in said(card) and "bias" not in said(card)


def test_a_known_mistake_is_named_and_the_right_answer_is_revealed(card: Prediction) -> None:
    assert card.answer_with("2*3 - 1").hints == (BIAS,)
    assert "<code>z</code> before the bias. Which term is missing?" in said(card)
    assert "The bias adds 1." not in said(card)
    assert card.answer_with("2*3").right
    assert "The answer is 6.00. The bias adds 1." in said(card)
    assert card.feedback is not None and card.feedback.right
    assert not card.revealed


def test_the_attempts_are_kept_as_plain_data(card: Prediction) -> None:
    for text in ("5", "1,5", "", "  ", "-6", "6"):
        card.answer_with(text)
    assert card.attempts == (
        ("5", 5.0, "mistake"),
        ("1,5", None, "unreadable"),
        ("-6", -6.0, "sign"),
        ("6", 6.0, "right"),
    )
    card.show_answer()
    assert len(card.attempts) == 4


def test_what_was_typed_stays_in_the_box(card: Prediction) -> None:
    for text in ("1,5", "six", "  ", "7"):
        card.answer_with(text)
        assert card._entry.value == text


def test_the_same_wrong_answer_twice_is_said_twice(card: Prediction) -> None:
    card.answer_with("7")
    first = said(card)
    card.answer_with("7")
    assert said(card) != first
    assert "attempt 2" in said(card)


def test_the_answer_is_shown_when_it_is_asked_for(card: Prediction) -> None:
    card.show_answer()
    assert card.revealed and card.attempts == ()
    assert "The answer is 6.00. The bias adds 1." in said(card)


def test_a_question_without_mistakes_and_reveal(card: Prediction) -> None:
    bare = predict("What is y?", 6)
    assert "too large" in bare.answer_with("7").told
    bare.show_answer()
    assert said(bare) == "<span>The answer is 6.00.</span>"


def test_no_text_of_a_learner_or_an_author_becomes_markup(card: Prediction) -> None:
    card = predict("Is <b>z</b> `<i>`?", 6.0, mistakes={"<img src=x>?": 5.0}, reveal="<u>")
    shown = [card._repr_mimebundle_()["text/html"]]
    for text in ("5", "<script>", "6"):
        card.answer_with(text)
        shown.append(said(card))
    for part in shown:
        assert not any(mark in part for mark in ("<img", "<script", "<u>", "<b>z", "<i>"))
    assert html.escape("<img src=x>?") in shown[1]


# -- as the page does it --------------------------------------------------------------------


def test_check_reads_the_box(card: Prediction) -> None:
    card._entry.value = "5"
    assert card.attempts == (), "typing is not answering"
    pressed(card._check)
    assert card.attempts == (("5", 5.0, "mistake"),)
    card._entry.set_state({"value": "\N{MINUS SIGN}6"})
    assert len(card.attempts) == 1
    pressed(card._check)
    assert card.attempts[1] == ("\N{MINUS SIGN}6", -6.0, "sign")


def test_enter_checks_the_text_of_that_moment_and_leaves_the_box_alone(card: Prediction) -> None:
    entered(card, "5")
    put(card, card._entry, value="what is typed by now")
    assert card.attempts == (("5", 5.0, "mistake"),)
    assert card._entry.value == "what is typed by now"
    entered(card, "5")
    assert card.attempts == (("5", 5.0, "mistake"),) * 2


def test_a_button_never_overtakes_the_text_before_it(card: Prediction) -> None:
    typed = {"control": card._entry.model_id, "data": {"method": "update", "state": {"value": "6"}}}
    click = {"method": "custom", "content": {"event": "click"}}
    first = message(card, typed)
    second = message(card, {"control": card._check.model_id, "data": click})
    card._front._handle_custom_msg(second, [])
    assert card.attempts == ()
    card._front._handle_custom_msg(first, [])
    assert [attempt.text for attempt in card.attempts] == ["6"]


def test_other_keys_of_the_page_are_not_answers(card: Prediction) -> None:
    for kind in ("forward", "play", "tick", "choose"):
        press(card, kind=kind, name="")
    assert card.attempts == ()


def test_show_the_answer_is_a_button(card: Prediction) -> None:
    pressed(card._show)
    assert card.revealed


def test_every_control_has_a_name(card: Prediction) -> None:
    assert card._entry.description == "Your answer"
    assert (card._check.description, card._show.description) == ("Check", "Show the answer")
    assert card._front.label == "Question: What is z? It is 2 < 3."


@pytest.mark.parametrize("way", ["check", "enter", "python"])
def test_an_exception_is_shown_in_the_card_and_raised(
    card: Prediction, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def planted(text: str) -> float:
        raise ZeroDivisionError("planted <here>")

    card.answer_with("5")
    with monkeypatch.context() as patch:
        patch.setattr(questions, "value_of", planted)
        with pytest.raises(ZeroDivisionError, match="planted"):
            if way == "check":
                pressed(card._check)
            elif way == "enter":
                entered(card, "6")
            else:
                card.answer_with("6")
    assert "This stopped with ZeroDivisionError: planted &lt;here&gt;." in card._front.error
    assert said(card) == "", "what was said of another answer is not left standing"
    assert len(card.attempts) == 1
    card.answer_with("6")
    assert card._front.error == "" and "The answer is" in said(card)


def test_an_exception_while_showing_the_answer_is_not_lost(card: Prediction) -> None:
    object.__setattr__(card.question, "answer", "six")
    with pytest.raises(TypeError):
        pressed(card._show)
    assert "TypeError" in card._front.error


def test_two_cards_do_not_disturb_each_other() -> None:
    one, two = predict("What is x?", 1.0), predict("What is x?", 2.0)
    one.answer_with("1")
    assert one.feedback is not None and one.feedback.right
    assert (two.attempts, two.feedback, two._entry.value) == ((), None, "")


# -- without a kernel -----------------------------------------------------------------------


def test_the_form_without_a_kernel_asks_first_and_holds_the_answer(card: Prediction) -> None:
    bundle = card._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == QUESTION
    shown = bundle["text/html"]
    asked, _, hidden = shown.partition("<details>")
    assert "<code>z</code>? It is 2 &lt; 3." in asked and LIVE in asked
    assert "6.00" not in asked
    assert "<summary>Show the answer</summary>" in hidden
    assert "The answer is 6.00. The bias adds 1." in hidden


def test_the_form_without_a_kernel_is_always_the_same(card: Prediction) -> None:
    def still(one: Prediction) -> tuple[str, str, str]:
        bundle = one._repr_mimebundle_()
        return bundle["text/html"], bundle["text/plain"], repr(one)

    first = still(card)
    card.answer_with("5")
    card.show_answer()
    assert still(card) == first
    again = predict(QUESTION, 6.0, mistakes={BIAS: 5.0}, reveal="The bias adds 1.")
    assert still(again) == first
    assert first[2] == f"Prediction({QUESTION!r})"


def test_the_errors_of_a_question_reach_the_cell() -> None:
    with pytest.raises(ValueError, match="the answer is nan"):
        predict("What is z?", float("nan"))
    assert isinstance(predict("What is z?", 1.0, within=0.1).question, Question)
