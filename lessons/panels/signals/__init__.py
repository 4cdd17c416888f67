"""How large signals and gradients are in each layer of a deep network."""
