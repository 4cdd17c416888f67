"""The training loop, a training that is watched, and its settings."""
