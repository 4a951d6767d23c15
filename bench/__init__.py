"""Measurements, as multiples of the cost of the best that the stack can do. Run by `bin/bench`."""
