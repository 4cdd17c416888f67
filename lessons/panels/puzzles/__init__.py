"""Puzzles of shapes: which product of matrices fits."""
