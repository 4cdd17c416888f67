"""Steps 1 to 5 of the engine: a value, and what can be computed with it."""

from __future__ import annotations

import math

from lessons.practice.engine_trials import Ask, Mistakes, Step, Trial

HOLD = Step(
    "hold",
    "a value",
    (
        Trial(
            "a = Value(2.0)",
            (
                Ask("a.value", 2.0),
                Ask("len(a.inputs)", 0, {1: "Nothing came before a. Is it its own input?"}),
                Ask("len(a.partials)", 0),
                Ask(
                    "a.gradient",
                    0.0,
                    {
                        1.0: "Only the output starts at 1, and `backward` will put it there. What "
                        "has reached a so far?",
                        None: "`+=` needs a number to add to. Start at 0.0.",
                    },
                ),
            ),
        ),
    ),
)

_PLAIN_INPUTS = (
    "Those are plain numbers, which have no gradient. Keep the values themselves: `(self, other)`."
)
_TWO_LOCALS = "There is one local derivative for each input. How many inputs has a sum?"

ADD = Step(
    "add",
    "addition",
    (
        Trial(
            "a = Value(2.0)\nb = Value(3.0)\nc = a + b",
            (
                Ask("c.value", 5.0, {6.0: "That is the product. Which operation is it?"}),
                Ask(
                    "c.inputs",
                    "a b",
                    {
                        "nothing": "c does not know what it was made of.",
                        "1.00 1.00": "Those are the partials. A Value takes its number, its `op`, "
                        "its inputs and its partials, in this order.",
                        "2.00 3.00": _PLAIN_INPUTS,
                    },
                ),
                Ask(
                    "c.partials",
                    (1.0, 1.0),
                    {
                        (
                            3.0,
                            2.0,
                        ): "Those are the slopes of a product. By how much does a sum move "
                        "when a moves by 1?",
                        (
                            2.0,
                            3.0,
                        ): "Those are the numbers themselves. By how much does the sum move "
                        "when a moves by 1?",
                        (): _TWO_LOCALS,
                        (1.0,): _TWO_LOCALS,
                    },
                ),
                Ask("a.value", 2.0, {5.0: "a itself was changed. Return a new Value instead."}),
            ),
        ),
        Trial("a = Value(2.0)\nb = a + a", (Ask("b.inputs", "a a"), Ask("b.partials", (1.0, 1.0)))),
    ),
)

MUL = Step(
    "mul",
    "multiplication",
    (
        Trial(
            "a = Value(2.0)\nb = Value(-3.0)\nc = a * b",
            (
                Ask("c.value", -6.0, {-1.0: "That is the sum. Which operation is it?"}),
                Ask(
                    "c.inputs",
                    "a b",
                    {"b a": "The inputs stand the other way round.", "2.00 −3.00": _PLAIN_INPUTS},
                ),
                Ask(
                    "c.partials",
                    (-3.0, 2.0),
                    {
                        (2.0, -3.0): "Each factor got itself. Hold b still and move a by 1: by how "
                        "much does the product move? The factor *beside* a counts.",
                        (1.0, 1.0): "Those are the slopes of a sum. By how much does the product "
                        "move when a moves by 1?",
                        (-6.0, -6.0): "That is the product itself. By how much does it move when a "
                        "moves by 1?",
                    },
                ),
            ),
        ),
        Trial("a = Value(3.0)\nb = a * a", (Ask("b.inputs", "a a"), Ask("b.partials", (3.0, 3.0)))),
    ),
)


def _with_a(
    code: str,
    value: float,
    slope: float,
    values: Mistakes | None = None,
    slopes: Mistakes | None = None,
) -> Trial:
    question = "The partials of c do not give it. Raise a by a little: by how much does c move?"
    asks = (Ask("c.value", value, values or {}), Ask("dc_da", slope, slopes or {}, question))
    return Trial(f"a = Value(3.0)\nc = {code}", asks)


_LEFT_FIRST = "That is the other way round. Which one stands on the left of the sign?"
_TURNED = (
    "That is the other way round. In `__rsub__` and `__rtruediv__`, `other` stands on the left."
)
_BESIDE = "Which factor stands beside a?"
_POWER = "the slope of a**n is n * a**(n - 1)."

_NO_PLAIN_INPUTS = Ask(
    "plain inputs of c",
    0,
    {1: "A plain number has no gradient, and is no input. Leave it out of the tuple."},
    how="sum(isinstance(one, (int, float)) for one in c.inputs)",
)


def _of_two(code: str, value: float, slopes: tuple[float, float], by_b: Mistakes) -> Trial:
    """An operation between two values, whose slopes by both are asked."""
    question = "The locals of c do not give it. Raise b by a little: by how much does c move?"
    asks = (
        Ask("c.value", value),
        Ask("dc_da", slopes[0]),
        Ask("dc_db", slopes[1], by_b, question),
    )
    return Trial(f"a = Value(3.0)\nb = Value(2.0)\nc = {code}", asks)


MIXED = Step(
    "mixed",
    "plain numbers, minus, division, power",
    (
        Trial(
            "a = Value(3.0)\nc = a + 2",
            (
                Ask("c.value", 5.0),
                Ask(
                    "plain inputs of c",
                    0,
                    {1: "The 2 went in as a plain number, which has no gradient. Wrap it first."},
                    how="sum(isinstance(one, (int, float)) for one in c.inputs)",
                ),
                Ask("dc_da", 1.0),
            ),
        ),
        _with_a("2 + a", 5.0, 1.0),
        _with_a("a * 2", 6.0, 2.0, slopes={3.0: _BESIDE}),
        _with_a("2 * a", 6.0, 2.0, slopes={3.0: _BESIDE}),
        _with_a(
            "a - 2",
            1.0,
            1.0,
            values={-1.0: _LEFT_FIRST},
            slopes={-1.0: "A sign: if a rises, does a - 2 fall?"},
        ),
        _with_a(
            "2 - a",
            -1.0,
            -1.0,
            values={1.0: _TURNED},
            slopes={1.0: "A sign: if a rises, does 2 - a rise?"},
        ),
        _with_a("-a", -3.0, -1.0, slopes={1.0: "A sign: if a rises, does -a rise?"}),
        _with_a(
            "a / 4",
            0.75,
            0.25,
            values={4 / 3: _LEFT_FIRST},
            slopes={
                4.0: "a is divided by 4. Does a step of 1 become 4?",
                -3 / 16: "That is the slope by the 4. Which one is that by a?",
            },
        ),
        _with_a(
            "4 / a",
            4 / 3,
            -4 / 9,
            values={0.75: _TURNED},
            slopes={
                4 / 9: "A sign: if a rises, does 4 / a rise?",
                -4 / 3: "The square is missing: the slope of 1/a is -1/a**2.",
                1 / 3: "That is the slope by the 4. Which one is that by a?",
                -1 / 9: "The 4 is missing: the slope of 4/a is -4/a**2.",
            },
        ),
        _with_a(
            # 3 ** 3 would give 9 for several mistakes; here each has a value of its own.
            "a ** 4",
            81.0,
            108.0,
            values={12.0: "That is 4 times a. What is a to the power of 4?"},
            slopes={
                12.0: f"The exponent is missing: {_POWER}",
                27.0: f"The n in front is missing: {_POWER}",
                81.0: f"That is the power itself: {_POWER}",
                324.0: f"The exponent goes down by 1: {_POWER}",
                4.0: f"a itself is missing: {_POWER}",
            },
        ),
        _with_a("a ** 2", 9.0, 6.0, slopes={9.0: f"That is the power itself: {_POWER}"}),
        Trial(
            "a = Value(-2.0)\nc = a ** 3",
            (
                Ask("c.value", -8.0, {8.0: "A sign: -2 times -2 times -2 is negative."}),
                Ask("dc_da", 12.0, {-12.0: f"A sign: {_POWER}"}, "What is 3 * a**2 at -2?"),
                _NO_PLAIN_INPUTS,
            ),
            told="a ** 3 at -2",
        ),
        _of_two(
            "a - b",
            1.0,
            (1.0, -1.0),
            {1.0: "A sign: if b rises, does a - b rise?"},
        ),
        _of_two(
            "a / b",
            1.5,
            (0.5, -0.75),
            {
                0.75: "A sign: if b rises, does a / b rise?",
                -1.5: "The square is missing: the slope of 1/b is -1/b**2.",
                -0.25: "The a is missing: the slope of a/b by b is -a/b**2.",
            },
        ),
        _with_a("a - a", 0.0, 0.0),
        _with_a("a / a", 1.0, 0.0),
    ),
)


def _of(
    function: str,
    at: float,
    value: float,
    slope: float,
    values: Mistakes | None = None,
    slopes: Mistakes | None = None,
) -> Trial:
    wrong = {(one,): hint for one, hint in (slopes or {}).items()}
    asks = (
        Ask("c.value", value, values or {}),
        Ask("c.partials", (slope,), wrong, f"What is the slope of {function} at {at:g}?"),
    )
    return Trial(f"a = Value({at})\nc = a.{function}()", asks, told=f"{function} at {at:g}")


_OPEN = "The gate is always open. Did you ask the result, with `>=`? Ask `self.value > 0`."
_T = math.tanh(0.5)

FUNCTIONS = Step(
    "functions",
    "relu, tanh, exp, log",
    (
        _of("relu", 3.0, 3.0, 1.0, slopes={3.0: "That is its value. How steep is ReLU at 3?"}),
        _of(
            "relu",
            -2.0,
            0.0,
            0.0,
            values={-2.0: "ReLU lets nothing below 0 through. What is max(-2, 0)?"},
            slopes={1.0: _OPEN, -2.0: "That is what went in. How steep is ReLU at -2?"},
        ),
        _of(
            "relu",
            0.0,
            0.0,
            0.0,
            slopes={1.0: "At 0 the slope is a convention, and ours is 0. Ask with `>`."},
        ),
        _of(
            "tanh",
            0.5,
            _T,
            1 - _T**2,
            slopes={
                0.75: "That is 1 - x**2. The slope of tanh is 1 minus the square of its *result*.",
                1 + _T**2: "A sign: the slope of tanh is 1 - value**2.",
                1 - _T: "The square is missing: the slope of tanh is 1 - value**2.",
                _T: "That is its value. The slope of tanh is 1 minus the square of it.",
                _T**2: "That is the square alone. The slope of tanh is 1 minus it.",
            },
        ),
        _of("tanh", 1000.0, 1.0, 0.0),
        _of("tanh", -1000.0, -1.0, 0.0),
        _of(
            "exp",
            2.0,
            math.exp(2.0),
            math.exp(2.0),
            slopes={
                2.0 * math.exp(1.0): "That is the rule for a power. What is special about exp?",
                1.0: "How steep is exp at 2? It is its own slope.",
                2.0: "That is what went in. The exponential is its own slope.",
            },
        ),
        _of(
            "log",
            2.0,
            math.log(2.0),
            0.5,
            values={math.log10(2.0): "That is the logarithm to base 10. Ours is `math.log`."},
            slopes={
                2.0: "That is what went in. The slope of log is 1 over it.",
                1 / math.log(2.0): "One over the result? The slope is 1 over what went in.",
                math.log(2.0): "That is its value. The slope of log is 1 over what went in.",
            },
        ),
    ),
)
