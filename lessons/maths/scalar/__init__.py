"""Functions of single numbers: recording, the backward pass, checks of slopes, an update."""
