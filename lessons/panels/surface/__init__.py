"""A loss over two of its inputs, the way down on it, and its curvature."""
