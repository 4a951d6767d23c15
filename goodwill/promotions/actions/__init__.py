"""Actions of promotions."""
