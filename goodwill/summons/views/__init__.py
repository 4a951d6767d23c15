"""Pages of calls for help."""
