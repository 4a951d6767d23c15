"""A member's own data: export, erasure, retention."""
