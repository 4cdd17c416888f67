"""Functions of two numbers: grids, curvature, the way down, a race of optimizers."""
