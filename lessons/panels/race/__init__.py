"""Optimizers that race down one surface."""
