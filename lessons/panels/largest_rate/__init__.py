"""The game of the largest learning rate that still learns."""
