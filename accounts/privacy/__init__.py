"""A member's own data: export, account closure and erasure, retention."""
