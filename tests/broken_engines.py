"""The engine of the lesson with one thing broken at a time, and the words that have to name it."""

import math
import operator

from lessons.maths.scalar.value import Value
from lessons.practice.wrong_engines import wrong_engines

# -- an engine as the lesson builds it, with one thing changed ---------------------------------


def engine(**changed):
    """The class of the lesson. ``changed`` are functions that take the place of its own."""

    class Value:
        def __init__(self, value, op="", inputs=(), partials=()):
            self.value, self.op, self.inputs, self.partials = value, op, inputs, partials
            self.gradient = 0.0

    def made(value, op, inputs, partials):
        return Value(value, op, inputs, partials)

    def wrapped(other):
        return other if isinstance(other, Value) else Value(other, "constant")

    def add(a, b):
        b = wrapped(b)
        return made(a.value + b.value, "+", (a, b), (1.0, 1.0))

    def mul(a, b):
        b = wrapped(b)
        return made(a.value * b.value, "*", (a, b), (b.value, a.value))

    def sub(a, b):
        b = wrapped(b)
        return made(a.value - b.value, "-", (a, b), (1.0, -1.0))

    def div(a, b):
        b = wrapped(b)
        slopes = (1 / b.value, -a.value / b.value**2)
        return made(a.value / b.value, "/", (a, b), slopes)

    def power(a, n):
        return made(a.value**n, f"**{n}", (a,), (n * a.value ** (n - 1),))

    def relu(a):
        return made(max(a.value, 0.0), "relu", (a,), (1.0 if a.value > 0 else 0.0,))

    def tanh(a):
        value = math.tanh(a.value)
        return made(value, "tanh", (a,), (1 - value**2,))

    def exp(a):
        value = math.exp(a.value)
        return made(value, "exp", (a,), (value,))

    def log(a):
        return made(math.log(a.value), "log", (a,), (1 / a.value,))

    def uses(self):
        counts, found = {self: 0}, [self]
        for step in found:
            for one in step.inputs:
                if one not in counts:
                    found.append(one)
                counts[one] = counts.get(one, 0) + 1
        return counts

    def order(self):
        waiting, ready = uses(self), [self]
        for step in ready:
            for one in step.inputs:
                waiting[one] -= 1
                if waiting[one] == 0:
                    ready.append(one)
        return ready

    def backward(self, upstream=1.0):
        self.gradient += upstream
        for step in self.order():
            for one, local in zip(step.inputs, step.partials, strict=True):
                one.gradient += step.gradient * local

    def reset(self):
        for step in self.order():
            step.gradient = 0.0

    methods = {
        "__add__": add,
        "__radd__": add,
        "__mul__": mul,
        "__rmul__": mul,
        "__sub__": sub,
        "__rsub__": lambda a, b: sub(wrapped(b), a),
        "__truediv__": div,
        "__rtruediv__": lambda a, b: div(wrapped(b), a),
        "__neg__": lambda a: made(-a.value, "-", (a,), (-1.0,)),
        "__pow__": power,
        "relu": relu,
        "tanh": tanh,
        "exp": exp,
        "log": log,
        "order": order,
        "backward": backward,
        "reset": reset,
    }
    for name, method in (methods | changed).items():
        if method is not None or name == "__hash__":
            setattr(Value, name, method)
    return Value


def made(a, value, inputs, partials):
    """A value of the same class as ``a``."""
    return type(a)(value, "op", inputs, partials)


def neuron(w, b, x):
    z = b
    for wi, xi in zip(w, x, strict=True):
        z = z + wi * xi
    return z.relu()


def train_step(loss, parameters, lr):
    L = loss()
    L.reset()
    L.backward()
    for p in parameters:
        p.value -= lr * p.gradient
    return L.value


# -- every mistake that is foreseen ------------------------------------------------------------


def broken_init(**fields):
    def __init__(self, value, op="", inputs=(), partials=()):
        self.value, self.op, self.inputs, self.partials = value, op, inputs, partials
        self.gradient = 0.0
        for name, spoil in fields.items():
            if spoil is None:
                delattr(self, name)
            else:
                setattr(self, name, spoil(self))

    return {"__init__": __init__}


def in_place(a, b):
    a.value += b.value
    return made(a, a.value, (a, b), (1.0, 1.0))


def binary(value, *partials):
    """An operation with this value and these partials, as functions of the two numbers."""

    def operation(a, b):
        x, y = a.value, b.value if isinstance(b, type(a)) else b
        b = b if isinstance(b, type(a)) else type(a)(b, "constant")
        return made(a, value(x, y), (a, b), tuple(local(x, y) for local in partials))

    return operation


def unary(value, local):
    return lambda a: made(a, value(a.value), (a,), (local(a.value),))


def plain(operation):
    """The other one is left as it is, so that it goes in as a plain number."""

    def mixed(a, b):
        number = b.value if isinstance(b, type(a)) else b
        return made(a, operation(a.value, number), (a, b), (1.0, 1.0))

    return mixed


def n_times(slope):
    return lambda a, n: made(a, a.value**n, (a,), (slope(a.value, n),))


def walk(self):
    """Every edge again and again, inputs last."""
    found = [self]
    for one in self.inputs:
        found += walk(one)
    return found


def depth_first(self, done=None):
    done = [] if done is None else done
    for one in self.inputs:
        depth_first(one, done)
    return [*done, self] if self in done else done.append(self) or done


def seen_too_late(self):
    """Right in the end, and every edge is walked on the way."""
    found = {}

    def visit(one):
        for each in one.inputs:
            visit(each)
        found[one] = None

    visit(self)
    return list(found)[::-1]


def backward_with(add):
    def backward(self, upstream=1.0):
        self.gradient += upstream
        for step in self.order():
            for one, local in zip(step.inputs, step.partials, strict=True):
                add(one, step, local)

    return backward


def assigned(one, step, local):
    one.gradient = step.gradient * local


def added(one, step, local):
    one.gradient += step.gradient * local


def added_local(one, step, local):
    one.gradient += step.gradient


def added_sum(one, step, local):
    one.gradient += step.gradient + local


def added_slope(one, step, local):
    one.gradient += local


def taken_away(one, step, local):
    one.gradient -= step.gradient * local


def backward_from_start(self, upstream=1.0):
    """What starts the walk is taken for what arrives at each step."""
    self.gradient += upstream
    for step in self.order():
        for one, local in zip(step.inputs, step.partials, strict=True):
            one.gradient += upstream * local


def pushed(self, upstream=1.0):
    self.gradient += upstream
    push(self)


def push(self):
    for one, local in zip(self.inputs, self.partials, strict=True):
        one.gradient += self.gradient * local
        push(one)


def carried(self, upstream=1.0):
    """Right in every number, by recursion over every path."""
    self.gradient += upstream
    for one, local in zip(self.inputs, self.partials, strict=True):
        carried(one, upstream * local)


def unseeded(self, upstream=1.0):
    for step in self.order():
        for one, local in zip(step.inputs, step.partials, strict=True):
            one.gradient += step.gradient * local


def one_path(self, upstream=1.0):
    self.gradient += upstream
    for step in self.order():
        pairs = list(zip(step.inputs, step.partials, strict=True))
        for one, local in pairs if step is self else dict(pairs).items():
            one.gradient += step.gradient * local


def swapped(self, upstream=1.0):
    self.gradient += upstream
    for step in self.order():
        for one, local in zip(step.inputs[::-1], step.partials, strict=True):
            one.gradient += step.gradient * local


def fixed(self, upstream=1.0):
    self.gradient += 1.0
    for step in self.order():
        for one, local in zip(step.inputs, step.partials, strict=True):
            added(one, step, local)


def no_upstream(self):
    fixed(self)


def early_then_again(self, upstream=1.0):
    """Hands on at once, and once more whenever more arrives."""
    self.gradient += upstream
    todo = [self]
    while todo:
        step = todo.pop(0)
        for one, local in zip(step.inputs, step.partials, strict=True):
            one.gradient += step.gradient * local
        todo += dict.fromkeys(step.inputs)


def reset_where(keep):
    def reset(self):
        for step in self.order():
            if not keep(self, step):
                step.gradient = 0.0

    return reset


def middle(output, step):
    return step.inputs and step is not output


def reset_to_none(self):
    for step in self.order():
        step.gradient = None


def clearing(self, upstream=1.0):
    """Adds up and clears at once."""
    fixed(self, upstream)
    for step in self.order():
        step.gradient = 0.0


def neuron_with(start=lambda b: b, end=lambda z, b: z.relu(), pair=lambda w, x: w * x):
    def neuron(w, b, x):
        z = start(b)
        for wi, xi in zip(w, x, strict=True):
            z = z + pair(wi, xi)
        return end(z, b)

    return neuron


def swapped_neuron(w, b, x):
    """Right forward; its gradients land at the other ones."""
    values = [one.value for one in x]
    inside = sum(one.value * value for one, value in zip(w, values, strict=True)) + b.value
    partials = (*(one.value for one in w), *values, 1.0)
    return type(b)(inside, "", (*w, *x, b), partials).relu()


def returns_early(w, b, x):
    for wi, xi in zip(w, x, strict=True):
        return (b + wi * xi).relu()


def last_product(w, b, x):
    z = b
    for wi, xi in zip(w, x, strict=True):
        z = wi * xi
    return z.relu()


def by_numbers(w, b, x):
    z = b
    for wi, xi in zip(w, x, strict=True):
        z = z + wi.value * xi.value
    return z.relu()


def one_pass_each(loss, parameters, lr):
    for p in parameters:
        L = loss()
        L.reset()
        L.backward()
        move(p, lr)
    return L.value


def training(move, *, reset=True, after=False):
    def train_step(loss, parameters, lr):
        L = loss()
        if reset:
            L.reset()
        L.backward()
        for p in parameters:
            move(p, lr)
        return loss().value if after else L.value

    return train_step


def move(p, lr):
    p.value -= lr * p.gradient


def uphill(p, lr):
    p.value += lr * p.gradient


def uphill_m1(p, lr):
    p.value -= lr * p.gradient * (-1 if p.value == 3.0 else 1)


def unmoved(p, lr):
    p = p - lr * p.gradient


def whole(p, lr):
    p.value -= p.gradient


def shrunk(p, lr):
    p.value -= lr * p.value


def by_one(p, lr):
    p.value -= lr


def step_alone(p, lr):
    p.value = -lr * p.gradient


def one(x, y):
    return 1.0


def first(x, y):
    return x


def second(x, y):
    return y


plus, times = operator.add, operator.mul

#: What is broken, and the words by which the check has to name it.
SPOILT = [
    ("hold", broken_init(inputs=lambda self: (self,)), "Is it its own input?"),
    ("hold", broken_init(gradient=lambda self: 1.0), "Only the output starts at 1"),
    ("hold", broken_init(gradient=lambda self: None), "Start at 0.0"),
    ("hold", broken_init(gradient=None), "A value needs `gradient`: set it in `__init__`"),
    ("hold", {"__init__": object.__init__}, "takes a value, an op"),
    ("add", {"__add__": None}, "Python asks Value for `__add__`"),
    ("add", {"__add__": binary(times, one, one)}, "That is the product"),
    ("add", {"__add__": lambda a, b: made(a, a.value + b.value, (), ())}, "what it was made of"),
    ("add", {"__add__": binary(plus, second, first)}, "slopes of a product"),
    ("add", {"__add__": binary(plus, first, second)}, "the numbers themselves"),
    ("add", {"__add__": binary(plus)}, "one local derivative for each input"),
    ("add", {"__add__": binary(plus, one)}, "one local derivative for each input"),
    ("add", {"__add__": in_place}, "Return a new Value instead"),
    ("add", {"__add__": lambda a, b: a.value + b.value}, "Return a Value"),
    ("add", {"__add__": lambda a, b: None}, "Does it end in `return`?"),
    ("add", {"__add__": lambda a, b: a + b}, "calls itself without end"),
    ("add", {"__add__": lambda a, b: made(a, a, (a, b), (1.0, 1.0))}, "Compute with `self.value`"),
    ("add", {"__add__": lambda a, b: made(a, ..., (a, b), ())}, "still a blank"),
    ("add", {"__add__": lambda a, b: made(a, 5.0, (a, b), (..., ...))}, "still a blank"),
    ("add", {"__add__": lambda a, b: made(a, a.value + ..., (a, b), ())}, "still a blank"),
    ("add", {"__add__": binary(plus, times, times)}, "Run these lines"),
    ("add", {"__add__": lambda a, b: type(a)(a.value + b.value, (a, b), (1.0, 1.0))}, "its `op`"),
    ("add", {"__add__": lambda a, b: made(a, a.value + b.value, (a.value, b.value), ())},
     "Keep the values themselves"),
    ("mul", {"__mul__": binary(plus, second, first)}, "That is the sum"),
    ("mul", {"__mul__": binary(times, first, second)}, "Each factor got itself"),
    ("mul", {"__mul__": binary(times, one, one)}, "slopes of a sum"),
    ("mul", {"__mul__": binary(times, times, times)}, "the product itself"),
    ("mul", {"__mul__": lambda a, b: made(a, a.value * b.value, (b, a), ())}, "other way round"),
    ("mixed", {"__add__": plain(plus)}, "Wrap it first"),
    ("mixed", {"__add__": lambda a, b: made(a, a.value + b.value, (), ())}, "Wrap it first"),
    ("mixed", {"__radd__": None}, "`__radd__`, with an r"),
    ("mixed", {"__rmul__": None}, "`__rmul__`, with an r"),
    ("mixed", {"__mul__": binary(times, first, second)}, "Which factor stands beside a?"),
    ("mixed", {"__rmul__": binary(times, first, second)}, "Which factor stands beside a?"),
    ("mixed", {"__sub__": None}, "Python asks Value for `__sub__`"),
    ("mixed", {"__sub__": binary(lambda x, y: y - x, one, one)}, "other way round"),
    ("mixed", {"__rsub__": binary(lambda x, y: x - y, one, one)}, "other way round"),
    ("mixed", {"__rsub__": binary(lambda x, y: y - x, one, one)}, "A sign: if a rises, does 2 - a"),
    ("mixed", {"__neg__": None}, "`__neg__`"),
    ("mixed", {"__neg__": unary(lambda x: -x, lambda x: 1.0)}, "A sign: if a rises, does -a"),
    ("mixed", {"__truediv__": binary(lambda x, y: y / x, one, one)}, "other way round"),
    ("mixed", {"__truediv__": binary(lambda x, y: x / y, second, one)}, "a step of 1 become 4"),
    ("mixed", {"__truediv__": binary(lambda x, y: x / y, times, one)}, "Raise a by a little"),
    ("mixed", {"__truediv__": binary(lambda x, y: x / y)}, "Each input has one local derivative"),
    ("mixed", {"__rtruediv__": binary(lambda x, y: x / y, one, one)}, "other way round"),
    *(
        ("mixed", {"__rtruediv__": binary(lambda x, y: y / x, slope, one)}, says)
        for slope, says in (
            (lambda x, y: y / x**2, "A sign: if a rises, does 4 / a"),
            (lambda x, y: -y / x, "The square is missing"),
            (lambda x, y: 1 / x, "the slope by the 4"),
            (lambda x, y: -1 / x**2, "The 4 is missing"),
        )
    ),
    ("mixed", {"__pow__": None}, "`__pow__`"),
    ("mixed", {"__pow__": lambda a, n: made(a, a.value * n, (a,), (n,))}, "to the power of 4"),
    ("mixed", {"__pow__": n_times(lambda x, n: x ** (n - 1))}, "The n in front is missing"),
    ("mixed", {"__pow__": n_times(lambda x, n: n * x)}, "The exponent is missing"),
    ("mixed", {"__pow__": lambda a, n: made(a, a.value**n, (a,), n)}, "with a comma"),
    ("mixed", {"__sub__": binary(operator.sub, lambda x, y: -1.0, one)}, "does a - 2 fall?"),
    ("mixed", {"__truediv__": binary(lambda x, y: x / y, lambda x, y: -x / y**2, one)},
     "the slope by the 4"),
    ("mixed", {"__pow__": n_times(lambda x, n: n * x**n)}, "The exponent goes down by 1"),
    ("mixed", {"__pow__": n_times(lambda x, n: n)}, "a itself is missing"),
    ("mixed", {"__pow__": n_times(lambda x, n: x**n)}, "the power itself"),
    ("mixed", {"__sub__": binary(operator.sub, one, one)}, "if b rises, does a - b rise?"),
    *(
        ("mixed", {"__truediv__": binary(lambda x, y: x / y, lambda x, y: 1 / y, slope)}, says)
        for slope, says in (
            (lambda x, y: x / y**2, "if b rises, does a / b rise?"),
            (lambda x, y: -x / y, "the slope of 1/b is -1/b**2"),
            (lambda x, y: -1 / y**2, "the slope of a/b by b is -a/b**2"),
        )
    ),
    ("mixed", {"__pow__": lambda a, n: made(a, abs(a.value) ** n, (a,), (n * a.value ** (n - 1),))},
     "-2 times -2 times -2 is negative"),
    ("mixed", {"__pow__": n_times(lambda x, n: n * x * abs(x) ** (n - 2))},
     "A sign: the slope of a**n"),
    ("mixed", {"__pow__": lambda a, n: made(a, a.value**n, (a, n), (n * a.value ** (n - 1), 0.0))},
     "is no input"),
    ("mixed", {"__pow__": lambda a, n: made(a, math.exp(n * math.log(a.value)), (a,),
                                            (n * a.value ** (n - 1),))}, ""),
    ("functions", {"tanh": unary(lambda x: 1 - 2 / (math.exp(2 * x) + 1),
                                 lambda x: 1 - math.tanh(x) ** 2)}, ""),
    ("functions", {"relu": None}, "Attach it to the class: `Value.relu = relu`"),
    ("functions", {"relu": unary(lambda x: max(x, 0), lambda x: x)}, "How steep is ReLU at 3"),
    ("functions", {"relu": unary(lambda x: x, lambda x: 1.0)}, "What is max(-2, 0)"),
    ("functions", {"relu": unary(lambda x: max(x, 0), lambda x: 1.0)}, "gate is always open"),
    ("functions", {"relu": unary(lambda x: max(x, 0), lambda x: x if x < 0 else 1.0)}, "at -2?"),
    ("functions", {"relu": unary(lambda x: max(x, 0), lambda x: float(x >= 0))}, "a convention"),
    *(
        ("functions", {"tanh": unary(math.tanh, slope)}, says)
        for slope, says in (
            (lambda x: 1 - x**2, "the square of its *result*"),
            (lambda x: 1 + math.tanh(x) ** 2, "A sign: the slope of tanh"),
            (lambda x: 1 - math.tanh(x), "The square is missing"),
            (math.tanh, "That is its value"),
            (lambda x: math.tanh(x) ** 2, "the square alone"),
            (math.sinh, "What is the slope of tanh at 0.5?"),
        )
    ),
    ("functions", {"exp": unary(math.exp, lambda x: x * math.exp(x - 1))}, "the rule for a power"),
    ("functions", {"exp": unary(math.exp, lambda x: 1.0)}, "its own slope"),
    ("functions", {"exp": unary(math.exp, lambda x: x)}, "That is what went in"),
    ("functions", {"log": unary(math.log, lambda x: x)}, "That is what went in"),
    ("functions", {"relu": lambda a: made(a, a.value, (a,), 1.0)}, "with a comma"),
    ("functions", {"log": unary(math.log10, lambda x: 1 / x)}, "base 10"),
    ("functions", {"log": unary(math.log, lambda x: 1 / math.log(x))}, "One over the result?"),
    ("functions", {"log": unary(math.log, math.log)}, "That is its value"),
    ("order", {"order": None}, "Attach it to the class: `Value.order = order`"),
    ("order", {"order": walk}, "once for each edge"),
    ("order", {"order": lambda self: [self, *self.inputs, *self.inputs[0].inputs]}, "each edge"),
    ("order", {"order": lambda self: [self]}, "For what do the others wait?"),
    ("order", {"order": lambda self: list(dict.fromkeys([self, *self.inputs]))}, "One is missing"),
    ("order", {"order": lambda self: [self] * 4}, "Which stand in your order?"),
    ("order", {"order": lambda self: engine().order(self)[::-1]}, "the forward order"),
    ("order", {"order": lambda self: list(dict.fromkeys(walk(self)))}, "b stands before c"),
    ("order", {"order": wrong_engines["A"].order, "uses": Value.uses}, "b stands before c"),
    ("order", {"order": seen_too_late}, "goes along every edge again and again"),
    ("order", {"order": lambda self: visited(self, {})}, "Keep a list of what is still to do"),
    ("order", {"order": lambda self: None}, "Does the function end in `return`?"),
    ("order", {"order": lambda self: iter([self])}, "Give back a list"),
    ("order", {"__hash__": None, "__eq__": lambda a, b: a.value == b.value}, "Leave `__eq__` out"),
    ("backward", {"backward": unseeded}, "Who puts it there?"),
    ("backward", {"backward": backward_with(lambda *_: None)}, "No gradient has arrived"),
    ("backward", {"backward": swapped}, "That is the gradient of b"),
    ("backward", {"backward": backward_with(added_local)}, "Times what?"),
    ("backward", {"backward": backward_with(added_sum)}, "That is a sum"),
    ("backward", {"backward": backward_with(assigned)}, "use `+=`"),
    ("backward", {"backward": one_path}, "only 2 has arrived"),
    ("backward", {"backward": backward_from_start}, "multiplied by `step.gradient`?"),
    ("backward", {"backward": backward_with(added_slope)}, "The local derivative alone"),
    ("backward", {"backward": backward_with(taken_away)}, "A sign. Is what arrives added"),
    ("backward", {"order": lambda self: engine().order(self)[::-1]}, "Nothing has reached a"),
    ("backward", {"backward": pushed}, "not along every edge"),
    ("backward", {"backward": wrong_engines["D"].backward, "_push": wrong_engines["D"]._push},
     "not along every edge"),
    ("backward", {"order": wrong_engines["A"].order, "uses": Value.uses}, "b has handed on its"),
    ("backward", {"backward": early_then_again}, "b has handed on its gradient before"),
    ("backward", {"backward": fixed}, "`backward` was given 5"),
    ("backward", {"backward": no_upstream}, "Let `backward` take an upstream gradient"),
    ("backward", {"backward": carried}, "Keep a list of what is still to do"),
    ("backward", broken_init(gradient=lambda self: None), "One of the two is None"),
    ("reset", {"reset": None}, "`Value.reset = reset`"),
    ("reset", {"reset": lambda self: None}, "a has kept its 4"),
    ("reset", {"reset": reset_where(lambda self, step: step is not self)}, "a has kept its 4"),
    ("reset", {"reset": reset_where(middle)}, "kept its 2"),
    ("reset", {"reset": reset_where(lambda self, step: step is self)}, "has kept its 1"),
    ("reset", {"reset": reset_to_none}, "not to None"),
    ("reset", {"reset": reset_where(lambda self, step: step.value == 0.5)}, "12 + 12"),
    ("reset", {"backward": clearing}, "clear what it has just added up"),
]  # fmt: skip


def visited(one, found):
    """Right but for its depth: an order by recursion that remembers what it has seen."""
    if one not in found:
        found[one] = None
        for each in one.inputs:
            visited(each, found)
        found[one] = found.pop(one)
    return list(found)[::-1]


SPOILT_FUNCTIONS = [
    ("neuron", neuron_with(start=lambda b: b * 0), "without the bias"),
    ("neuron", returns_early, "inside of the loop"),
    ("neuron", neuron_with(end=lambda z, b: (z + b).relu()), "added twice"),
    ("neuron", neuron_with(end=lambda z, b: z), "What does ReLU make of it?"),
    ("neuron", neuron_with(start=lambda b: type(b)(b.value)), "Is it in the sum as a Value?"),
    ("neuron", neuron_with(pair=lambda w, x: w.value * x), "Nothing has reached the weights"),
    ("neuron", by_numbers, "or only their numbers?"),
    ("neuron", last_product, "Only the last product"),
    ("neuron", neuron_with(pair=lambda w, x: w + x), "Run these lines"),
    ("neuron", swapped_neuron, "Those are the derivatives by x"),
    ("neuron", lambda w, b: b, "Those lines call `neuron`"),
    ("neuron", lambda w, b, x: w[0].value, "Return a Value"),
    ("train", training(move, after=True), "the loss after the step"),
    ("train", training(uphill), "The step went uphill"),
    ("train", training(uphill_m1), "The step went uphill"),
    ("train", training(unmoved), "Nothing has moved"),
    ("train", training(whole), "The learning rate is missing"),
    ("train", one_pass_each, "One pass serves all parameters"),
    ("train", lambda loss, parameters, lr: None, "Does `train_step` end in `return`?"),
    ("train", lambda loss, parameters, lr: loss.backward(), "Are the brackets missing"),
    ("train", training(shrunk), "lr times the number of p"),
    ("train", training(by_one), "the gradient of L itself"),
    ("train", training(step_alone), "That is the step alone"),
    ("train", training(move, reset=False), "One step later the network is dead"),
]
