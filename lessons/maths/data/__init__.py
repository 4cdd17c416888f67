"""Data to learn from: digits, shapes made from a seed, a CSV file, a drawn digit."""
