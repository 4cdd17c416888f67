"""The card that asks for a number before it is shown."""
