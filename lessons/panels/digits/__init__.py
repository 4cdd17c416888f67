"""A digit drawn by hand, and what a network reads in it."""
