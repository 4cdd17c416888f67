"""Both passes of a network, array by array."""
