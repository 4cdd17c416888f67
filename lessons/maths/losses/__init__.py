"""The losses: their values and slopes, on numbers and arrays, and what is refused."""
