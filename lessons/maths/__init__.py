"""Numbers: recording and differentiating a scalar function, and checking the result."""
