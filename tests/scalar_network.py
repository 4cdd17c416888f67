"""A network as plain Python, node by node, for ``record``: what the fast engine is held against."""

import lessons
from lessons import record


def scalar_network(network, y):
    """The loss of ``network`` as a function of two lists: x, row by row, and theta.

    It is written from the sums, and shares nothing with the arrays but the layout of theta.
    ``y`` is a list of rows.
    """
    sizes, activations, loss = network.sizes, network.activations, getattr(lessons, network.loss)

    def layer(a, theta, out, name):
        into = len(a)
        z = []
        for i in range(out):
            total = theta[out * into + i]
            for j in range(into):
                total = total + theta[i * into + j] * a[j]
            z.append(total)
        if name == "softmax":
            return lessons.softmax(z)
        return [getattr(lessons, name)(zi) for zi in z]

    def network_loss(x, theta):
        outputs = []
        for start in range(0, len(x), sizes[0]):
            a, used = x[start : start + sizes[0]], 0
            for out, name in zip(sizes[1:], activations, strict=True):
                here = out * len(a) + out
                a, used = layer(a, theta[used : used + here], out, name), used + here
            outputs.append(a)
        return loss(outputs, y)

    return network_loss


def recorded(network, x, y):
    """The loss, dL_dx (n, in) and dL_dtheta (P,), as the recorded scalar engine finds them."""
    run = record(
        scalar_network(network, y.tolist()), x=x.ravel().tolist(), theta=network.theta.tolist()
    )
    totals = run.backward().totals
    dL_dx = [totals[f"x{i}"] for i in range(x.size)]
    return run.value, dL_dx, [totals[f"theta{i}"] for i in range(len(network.theta))]
