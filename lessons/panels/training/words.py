"""The words and numbers beside the picture of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from markupsafe import escape

from lessons.maths import text
from lessons.maths.training.run import Measured, Run
from lessons.panels.kit.prose import backward_number, forward_number

#: Rows of the table of a still picture.
_ROWS = 6


def sentence(run: Run, note: str = "") -> str:
    """Where the training stands and what is on show, as HTML. ``note`` says what was just done."""
    return " ".join(part for part in (note, _place(run), _judged(run)) if part)


def playing(run: Run) -> str:
    """The sentence while it trains: it stays the same, so that it is read out once."""
    return (
        f"Training with lr = {text.short(run.settings.lr)} and {_batches(run)}. They and the "
        f"optimizer can be changed while it runs."
    )


def _place(run: Run) -> str:
    if run.stopped and not run.looks_back:
        return escape(run.stopped)
    if run.looks_back:
        return (
            f"Looking back at epoch {run.shown} of {epochs(run.at)}: {_losses(run.now)}. Play "
            f"goes on from the end, Branch from here."
        )
    if not run.iteration:
        return f"Epoch 0, the fresh network: {_losses(run.now)}."
    last, lr = run.last, text.short(run.settings.lr)
    if last is None or last.ends_epoch:
        return f"After epoch {run.latest} of {run.target}: {_losses(run.now)}."
    size = min(run.settings.batch, len(run.train))
    batch = "point" if size == 1 else f"batch of {size}"
    return (
        f"Iteration {run.iteration}, in epoch {run.latest + 1}: one "
        f"{batch} gave the loss {forward_number(last.loss)} and a gradient of the length "
        f"{backward_number(last.gradient_norm)}. With lr = {lr} every weight has moved once."
    )


def _losses(now: Measured) -> str:
    told = (
        f"the loss is {forward_number(now.train_loss)} on the training points and "
        f"{forward_number(now.test_loss)} on those held out"
    )
    if now.train_accuracy is None:
        return told
    return f"{told}, {_share(now.train_accuracy)} and {_share(now.test_accuracy)} of them right"


def _judged(run: Run) -> str:
    """What the two losses say together, once there is something to say."""
    if run.stopped or run.looks_back or run.latest < 10:
        return ""
    curve = run.curve()
    train, test = (
        _calm([getattr(found, name) for _, found in curve]) for name in ("train_loss", "test_loss")
    )
    best = min(range(len(test)), key=test.__getitem__)
    since = run.at - curve[best][0]
    risen = test[-1] > 1.15 * test[best] + 0.02 and train[-1] < train[best]
    if not risen or since < max(10.0, 0.15 * run.at):
        return ""
    return (
        f"The held-out loss was lowest around epoch {epochs(curve[best][0])}, with "
        f"{forward_number(curve[best][1].test_loss)}, and has risen since, while the training "
        f"loss fell: that is overfitting."
    )


def _calm(losses: Sequence[float]) -> list[float]:
    """Each with the median of it and its two neighbours on either side: no single jump counts."""
    return [median(losses[max(0, i - 2) : i + 3]) for i in range(len(losses))]


def numbers(run: Run) -> str:
    """What an epoch is made of, and the numbers on show, as HTML."""
    now = run.now
    updates = f"{run.updates:,} iterations so far" if run.updates != 1 else "1 iteration so far"
    rows = [
        ("Epoch", f"{epochs(run.place)}", "", f"{updates}, {run.iterations} in an epoch"),
        ("Points", f"{len(run.train)}", f"{len(run.test)}", f"{_batches(run)}"),
        ("Loss", forward_number(now.train_loss), forward_number(now.test_loss),
         "the mean over the points, which some call the cost"),
    ]  # fmt: skip
    if now.train_accuracy is not None:
        rows.append(("Right", _share(now.train_accuracy), _share(now.test_accuracy), ""))
    norms = ", ".join(
        f"{backward_number(norm)} in layer {layer}" for layer, norm in enumerate(now.norms, 1)
    )
    rows.append(("Gradient", "", "", f"length {norms}"))
    if run.changes:
        at, told = list(run.changes.items())[-1]
        changed = ", ".join(f"{name} {value}" for name, value in told.items())
        rows.append(("Changed", "", "", f"{escape(changed)} at epoch {epochs(at)}, dotted line"))
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{one}</td><td>{two}</td>'
        f'<td class="bp-left">{note}</td></tr>'
        for name, one, two, note in rows
    )
    head = '<td></td><th scope="col">training</th><th scope="col">held out</th>'
    return f"<table><thead><tr>{head}<td></td></tr></thead><tbody>{body}</tbody></table>"


def progress(run: Run, seconds_left: float | None) -> str:
    """The bar with the time left, as HTML."""
    left = "" if seconds_left is None else f"<span>{_left(seconds_left)}</span>"
    return (
        f'<progress max="{run.target}" value="{run.at:.3f}" aria-label="Epochs trained"></progress>'
        f'<span class="bp-count">epoch {epochs(run.at)} of {run.target}</span>{left}'
    )


def _left(seconds: float) -> str:
    if seconds < 1:
        return "less than a second left"
    if seconds < 90:
        whole = math.ceil(seconds)
        return "about a second left" if whole == 1 else f"about {whole} seconds left"
    return f"about {round(seconds / 60)} minutes left"


def point(run: Run, index: int | None) -> str:
    """A point, and what the network on show says of it, as HTML; without one, how to choose it."""
    if index is None:
        drawn = run.train.x.shape[1] <= 2
        return (
            '<span class="bp-wait">'
            + (
                "Click a point in the map, or choose one on the left, to open its backward pass."
                if drawn
                else "Choose a point on the left to open its backward pass."
            )
            + "</span>"
        )
    x, y = run.sample(index)
    network = run.looking()
    said = network.predict(x)
    loss = network.mean_loss(x, y)
    held = index >= len(run.train)
    inputs = ", ".join(text.number(float(v)) for v in x[:4])
    inputs += ", ..." if len(x) > 4 else ""
    part = run.test if held else run.train
    row = index - len(run.train) if held else index
    if part.labels is None:
        target = f"y = {text.number(float(y[0]))}, the network says"
        answer = str(forward_number(float(said[0])))
    else:
        label = int(part.labels[row])
        target = f"class {escape(part.classes[label])}, to which the network gives"
        p = float(said[label]) if len(said) > 1 else float(said[0] if label else 1 - said[0])
        answer = f"the probability {forward_number(p)}"
    kind = "held out" if held else "training"
    return (
        f"Point {index}, {kind}: x = ({inputs}), {target} {answer}; its loss is "
        f"{forward_number(loss)}."
    )


def table(run: Run) -> str:
    """The course of the training as aligned text."""
    rows = []
    last = max(1, run.latest)
    for epoch in sorted(
        {round(last * i / (_ROWS - 1)) for i in range(_ROWS)} & {*range(run.latest + 1)}
    ):
        found = run.measured(epoch)
        right = [
            "" if share is None else _share(share).replace("\N{NO-BREAK SPACE}", " ")
            for share in (found.train_accuracy, found.test_accuracy)
        ]
        losses = [text.number(v, ascii=True) for v in (found.train_loss, found.test_loss)]
        rows.append([str(epoch), losses[0], right[0], losses[1], right[1]])
    settings = run.settings
    layers = "-".join(map(str, run.network.sizes))
    title = (
        f"{run.name}: {len(run.train)} points to train with, {len(run.test)} held out; "
        f"{layers}, {settings.activation}, {settings.optimizer}, lr = "
        f"{text.short(settings.lr, ascii=True)}, batch {settings.batch}"
    )
    header = ["epoch", "loss", "right", "held-out loss", "right"]
    return f"{title}\n{text.table(header, rows, lean='>>>>>')}"


def _batches(run: Run) -> str:
    batch, count = run.settings.batch, run.iterations
    if count == 1:
        return "all training points in one batch"
    each = "one point at a time" if batch == 1 else f"batches of {batch}"
    return f"{each}, so {count} iterations are one epoch"


def epochs(at: float) -> str:
    """An epoch, or a place within one, as text: 12, or 12.4."""
    return f"{at:.0f}" if at == int(at) else f"{at:.1f}"


def _share(share: float | None) -> str:
    assert share is not None
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
