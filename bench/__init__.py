"""Measurements, as ratios to what the stack can do at best. Run by `bin/bench`."""
