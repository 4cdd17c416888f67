"""The machinery under ``record``: the numbers, the tape, and the names and lines of steps."""
