"""Argon2id, a few at a time: a crowd at the sign-in door must not starve the pages (ID-2)."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
_places = threading.BoundedSemaphore(AT_ONCE)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Django's hasher; further calls of the process wait in line."""

    def encode(self, password: str, salt: str) -> str:
        """Hash, when a place is free."""
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare, when a place is free."""
        with _places:
            return super().verify(password, encoded)
