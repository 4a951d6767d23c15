"""Django's PostgreSQL backend without a statement that only asks whether it is there."""
