"""The explorer of a recorded function: diagram, formula, code and table of steps."""
