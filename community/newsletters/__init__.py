"""Newsletters: creators write them, members subscribe, each gets each one once (rules 21)."""
