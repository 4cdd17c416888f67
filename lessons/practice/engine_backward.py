"""Steps 6 to 10 of the engine: the walk back, and what it is good for."""

from __future__ import annotations

from lessons.practice.engine_trials import Ask, Step, Trial

#: b is used twice, and so is a: the smallest graph on which the classic engines go wrong.
_DIAMOND = "a = Value(1.0)\nb = a + a\nc = b + b"
#: d uses b straight away, and once more by way of c.
_DETOUR = f"{_DIAMOND}\nd = b + c"
_TALL = "x = Value(1.0)\nfor _ in range(16):\n    x = x + x"
_DEEP = "a = x = Value(1.0)\nfor _ in range(5000):\n    x = x + a"

_SEVERAL = (
    "A value stands in it several times, once for each edge. Each value comes once: count how many "
    "edges lead to it, and let it in at the last."
)
_FORWARD = "That is the forward order, inputs first. Here the output comes first: turn it round."
_SHALLOW = (
    "b stands before c, and c was made of b. So b would hand on its gradient before the part "
    "through c has arrived. Let a value in only when all that use it are in."
)

ORDER = Step(
    "order",
    "the order",
    (
        Trial(
            _DIAMOND,
            (
                Ask(
                    "len(c.order())",
                    3,
                    {
                        7: _SEVERAL,
                        5: _SEVERAL,
                        1: "Only the output is in it. For what do the others wait?",
                        2: "One is missing. Are the output and the first input in it?",
                    },
                    "There are three values: a, b and c. Which stand in your order?",
                ),
                Ask("c.order()", "c b a", {"a b c": _FORWARD}),
            ),
        ),
        Trial(
            _DETOUR,
            (
                Ask(
                    "d.order()",
                    "d c b a",
                    {"d b c a": _SHALLOW, "d b a c": _SHALLOW, "a b c d": _FORWARD},
                    "Go through it: does each value stand after everything that uses it?",
                ),
            ),
        ),
        Trial(_TALL, (Ask("len(x.order())", 17),), "x = x + x, 16 times", watched="x"),
        Trial(_DEEP, (Ask("len(x.order())", 5001),), "x = x + a, 5,000 times"),
    ),
)

_OVERWROTE = (
    "The last path has overwritten the others: that is what `=` does. Where paths meet, their "
    "gradients are added: use `+=`."
)
_ALONG_EVERY_EDGE = (
    "A value has handed its gradient on several times, each time all that it had so far. Walk "
    "through `order()`, where each value comes once, and not along every edge."
)
_TOO_EARLY = (
    "b has handed on its gradient before the part through c had arrived: the order is wrong. A "
    "value must come after everything that uses it."
)
_NOTHING = "No gradient has arrived there. What is added to `one.gradient`?"

BACKWARD = Step(
    "backward",
    "backward",
    (
        Trial(
            "a = Value(2.0)\nb = Value(-3.0)\nc = a * b\nc.backward()",
            (
                Ask(
                    "c.gradient",
                    1.0,
                    {0.0: "The derivative of c by itself is 1. Who puts it there?"},
                ),
                Ask(
                    "a.gradient",
                    -3.0,
                    {
                        0.0: _NOTHING,
                        2.0: "That is the gradient of b. Are inputs and partials in one order?",
                        1.0: "What arrived was handed on as it is. Times what?",
                        3.0: "A sign. Is what arrives added, or taken away?",
                        -2.0: "That is a sum. What does the chain rule do with slopes?",
                    },
                ),
                Ask("b.gradient", 2.0, {0.0: _NOTHING}),
            ),
            "c = a * b",
        ),
        # Only where the output starts with another number than 1 does it show who leaves it out.
        Trial(
            "a = Value(2.0)\nb = Value(-3.0)\nc = a * b\nc.backward(5.0)",
            (
                Ask(
                    "c.gradient",
                    5.0,
                    {1.0: "`backward` was given 5. What starts at the output?"},
                ),
                Ask(
                    "a.gradient",
                    -15.0,
                    {-3.0: "The local derivative alone has arrived. Times what?"},
                ),
            ),
        ),
        Trial(
            f"{_DIAMOND}\nc.backward()",
            (
                Ask(
                    "a.gradient",
                    4.0,
                    {
                        1.0: _OVERWROTE,
                        2.0: "b has 2 to hand on along each of two edges, and only 2 has arrived. "
                        "Is the local derivative multiplied by `step.gradient`? `upstream` starts "
                        "the walk at the output, and no more.",
                        0.0: "Nothing has reached a. Does the walk begin at the output?",
                        8.0: _ALONG_EVERY_EDGE,
                        6.0: _ALONG_EVERY_EDGE,
                    },
                    "b is used twice, and so is a. How many paths lead from c to a?",
                ),
            ),
            "b = a + a, c = b + b",
        ),
        Trial(
            f"{_DETOUR}\nd.backward()",
            (
                Ask(
                    "a.gradient",
                    6.0,
                    {2.0: _TOO_EARLY, 8.0: _TOO_EARLY},
                    "d is b + c, and c is 2b. How many paths lead from d to a?",
                ),
            ),
            "d = b + c",
        ),
        Trial(f"{_DEEP}\nx.backward()", (Ask("a.gradient", 5001.0),), "x = x + a, 5,000 times"),
    ),
)

_KEPT = "Gradients do not reset themselves"

RESET = Step(
    "reset",
    "reset",
    (
        Trial(
            f"{_DIAMOND}\nc.backward()\nc.reset()",
            (
                Ask(
                    "a.gradient",
                    0.0,
                    {
                        4.0: f"{_KEPT}: a has kept its 4. Walk through the whole `order()`.",
                        None: "`+=` needs a number to add to. Set it to 0.0, not to None.",
                    },
                ),
                Ask("b.gradient", 0.0, {2.0: "b lies in the middle, and has kept its 2."}),
                Ask(
                    "c.gradient",
                    0.0,
                    {1.0: "The output has kept its 1. Does the walk begin at the output itself?"},
                ),
            ),
        ),
        Trial(
            "m = Value(0.5)\nfor _ in range(2):\n    L = (m * 6 - 1) ** 2 * 0.5\n"
            "    L.reset()\n    L.backward()",
            (
                Ask(
                    "m.gradient",
                    12.0,
                    {
                        24.0: f"{_KEPT}: the second pass was added to the first, 12 + 12.",
                        0.0: "Nothing is left. Does `backward` clear what it has just added up?",
                    },
                ),
            ),
            "two passes, reset between",
        ),
    ),
)

_BY = "tuple(one.gradient for one in {})"

NEURON = Step(
    "neuron",
    "a neuron",
    (
        Trial(
            "x = [Value(1.0), Value(-2.0), Value(3.0)]\n"
            "w = [Value(-3.0), Value(-1.0), Value(2.0)]\nb = Value(1.0)\n"
            "y = neuron(w, b, x)\ny.backward()",
            (
                Ask(
                    "y.value",
                    6.0,
                    {
                        5.0: "That is without the bias. What does the sum start from?",
                        0.0: "The sum is not above 0, so ReLU lets nothing through. Print z. Is "
                        "`return` inside of the loop, so that only the first product is in it?",
                        7.0: "The bias was added twice.",
                    },
                ),
                Ask(
                    "dy_dw",
                    (1.0, -2.0, 3.0),
                    {
                        (-3.0, -1.0, 2.0): "Those are the derivatives by x. Which factor is which?",
                        (0.0, 0.0, 3.0): "Only the last product is in the sum. Does each round "
                        "start from the z of the last one?",
                        (0.0, 0.0, 0.0): "Nothing has reached the weights. Are they in the sum as "
                        "values, or only their numbers?",
                    },
                    how=_BY.format("w"),
                ),
                Ask("dy_dx", (-3.0, -1.0, 2.0), how=_BY.format("x")),
                Ask("dy_db", 1.0, {0.0: "The bias takes no part. Is it in the sum as a Value?"},
                    how="b.gradient"),
            ),
            "the neuron of lesson 1",
        ),
        Trial(
            "x = [Value(1.0), Value(-2.0)]\nw = [Value(-3.0), Value(-1.0)]\nb = Value(-6.0)\n"
            "y = neuron(w, b, x)\ny.backward()",
            (
                Ask("y.value", 0.0, {-7.0: "That is z. What does ReLU make of it?"}),
                Ask("dy_dw", (0.0, 0.0), how=_BY.format("w")),
            ),
            "a neuron that is off",
        ),
    ),
    "neuron",
)  # fmt: skip

_TWO_LAYERS = (
    "m1, m2 = Value(3.0), Value(0.5)\ndef loss():\n    yhat = (m2 * (m1 * 2)).relu()\n"
    "    return (yhat - 1) ** 2 * 0.5\n"
)
_UPHILL = "The step went uphill. Which sign has the rule?"

TRAIN = Step(
    "train",
    "one step of training",
    (
        Trial(
            _TWO_LAYERS + "L = train_step(loss, [m1, m2], 0.01)",
            (
                Ask(
                    "L",
                    2.0,
                    {
                        0.7998595200000002: "That is the loss after the step. Return that before "
                        "it.",
                        1.9602: "m1 had moved already when this loss was computed. One pass serves "
                        "all parameters: run it before the loop.",
                        None: "Nothing came back. Does `train_step` end in `return`?",
                    },
                ),
                Ask(
                    "m2.value",
                    0.38,
                    {
                        0.62: _UPHILL,
                        0.5: "Nothing has moved. Did a walk back bring a gradient? And is it "
                        "`p.value` that is changed? `p = p - ...` makes another number.",
                        0.495: "That is lr times the number of p. Which slope belongs there?",
                        0.49: "That is lr times 1, the gradient of L itself. Whose is asked for?",
                        -11.5: "The learning rate is missing. How large is the step?",
                        -0.12: "That is the step alone. From where does it start?",
                    },
                ),
                Ask("m1.value", 2.98, {3.02: _UPHILL}),
            ),
            "one step",
        ),
        Trial(
            _TWO_LAYERS + "for _ in range(2):\n    train_step(loss, [m1, m2], 0.01)",
            (
                Ask(
                    "loss().value",
                    0.3277799496560628,
                    {
                        0.003995180058541132: f"{_KEPT}: the second step used both gradients "
                        "together. It even looks better. One step later the network is dead. Reset "
                        "before each pass.",
                    },
                ),
            ),
            "two steps",
        ),
    ),
    "train_step",
)
