"""Pages of the billing app."""
