"""Numbers in, numbers out: all that a learner reads, by topic. No picture, no widget."""
