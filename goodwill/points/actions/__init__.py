"""Use cases of points. ``moving`` alone writes the ledger."""
