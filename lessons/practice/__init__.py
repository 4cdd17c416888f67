"""Exercises as data: questions, shape puzzles, the steps of an engine, engines with a bug."""
