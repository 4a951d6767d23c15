"""Pages of newsletters."""
