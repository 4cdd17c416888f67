"""A training that is watched, and what it looks like afterwards: confusion, gradient cloud."""
