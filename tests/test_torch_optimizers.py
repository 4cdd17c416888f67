"""The optimizers against PyTorch's, step for step to 1e-12, where PyTorch is installed.

The sequences computed by hand in test_optimizers.py hold the same formulas without it.
"""

import math

import numpy as np
import pytest

from lessons.maths.optimizers.base import clipped
from lessons.maths.optimizers.optimizers import Adam, GradientDescent, Momentum, Nesterov, RMSProp
from lessons.maths.optimizers.schedules import cosine, step_decay

torch = pytest.importorskip("torch")

STEPS = 60
PAIRS = {
    "gradient descent": (GradientDescent(0.03), ("SGD", {"lr": 0.03})),
    "with weight decay": (
        GradientDescent(0.03, weight_decay=0.1),
        ("SGD", {"lr": 0.03, "weight_decay": 0.1}),
    ),
    "momentum": (Momentum(0.01, mu=0.9), ("SGD", {"lr": 0.01, "momentum": 0.9})),
    "momentum with weight decay": (
        Momentum(0.01, mu=0.8, weight_decay=0.2),
        ("SGD", {"lr": 0.01, "momentum": 0.8, "weight_decay": 0.2}),
    ),
    # PyTorch has the average only with a first step of its own; it is the sum with another lr.
    "averaged momentum": (
        Momentum(0.1, mu=0.9, form="average"),
        ("SGD", {"lr": 0.1 * (1 - 0.9), "momentum": 0.9}),
    ),
    "nesterov": (
        Nesterov(0.01, mu=0.9),
        ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    ),
    "rmsprop": (RMSProp(0.05, beta=0.9), ("RMSprop", {"lr": 0.05, "alpha": 0.9})),
    "rmsprop with a large epsilon": (
        RMSProp(0.05, beta=0.99, epsilon=0.1, weight_decay=0.1),
        ("RMSprop", {"lr": 0.05, "alpha": 0.99, "eps": 0.1, "weight_decay": 0.1}),
    ),
    "adam": (Adam(0.1), ("Adam", {"lr": 0.1})),
    "adam with other settings": (
        Adam(0.1, mu=0.8, beta=0.95, epsilon=0.01, weight_decay=0.1),
        ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.1}),
    ),
}


def gradient(w):
    """Of a smooth, uneven function of six numbers, some of them coupled."""
    sizes = np.array([1.0, 20.0, 0.01, 3.0, 1.0, 5.0])
    return sizes * w + np.cos(w[::-1]) + 0.3 * w**3


def compare(mover, theirs, schedule=None):
    w = np.array([1.0, -0.5, 2.0, 0.1, -1.5, 0.7])
    parameter = torch.tensor(w.copy(), dtype=torch.float64, requires_grad=True)
    name, settings = theirs
    other = getattr(torch.optim, name)([parameter], **settings)
    scheduler = schedule(other) if schedule else None
    for step in range(STEPS):
        mover.step(w, gradient(w))
        parameter.grad = torch.tensor(gradient(parameter.detach().numpy()))
        other.step()
        if scheduler is not None:
            scheduler.step()
        assert w == pytest.approx(parameter.detach().numpy(), abs=1e-12), f"step {step}"


@pytest.mark.parametrize("pair", PAIRS)
def test_step_for_step(pair):
    mover, theirs = PAIRS[pair]
    compare(mover.fresh(), theirs)


def test_system_t_with_momentum_is_pytorchs():
    m = torch.tensor([3.0, 0.5], dtype=torch.float64, requires_grad=True)
    other, mover = torch.optim.SGD([m], lr=0.02, momentum=0.9), Momentum(0.02)
    theta = np.array([3.0, 0.5])
    for _ in range(5):
        other.zero_grad()
        loss = 0.5 * (torch.relu(m[0] * 2.0 * m[1]) - 1.0) ** 2
        loss.backward()
        mover.step(theta, m.grad.numpy().copy())
        other.step()
        assert theta == pytest.approx(m.detach().numpy(), abs=1e-12)
    assert theta[1] < 0  # dead, with PyTorch as without


def test_clipping_is_pytorchs_but_for_its_millionth():
    g = np.array([2.0, 12.0])
    parameter = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    parameter.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    assert clipped(g, 1.0) == pytest.approx(parameter.grad.numpy(), rel=1e-6)
    # Theirs is short by the millionth that is added to the norm.
    norm = math.hypot(2.0, 12.0)
    assert clipped(g, 1.0) * norm / (norm + 1e-6) == pytest.approx(
        parameter.grad.numpy(), abs=1e-15
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (step_decay(0.03, 20, 0.5), ("StepLR", {"step_size": 20, "gamma": 0.5})),
        (cosine(0.03, STEPS, 0.003), ("CosineAnnealingLR", {"T_max": STEPS, "eta_min": 0.003})),
    ],
    ids=repr,
)
def test_schedules_step_for_step(ours, theirs):
    name, settings = theirs

    def scheduler(other):
        return getattr(torch.optim.lr_scheduler, name)(other, **settings)

    compare(Momentum(ours), ("SGD", {"lr": 0.03, "momentum": 0.9}), scheduler)
