"""Argon2id, a few hashes at a time: many sign-ins at once must not starve the pages (ID-2)."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
_places = threading.BoundedSemaphore(AT_ONCE)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Django's hasher; calls beyond the limit of the process wait."""

    def encode(self, password: str, salt: str) -> str:
        """Hash, once a slot is free."""
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Verify, once a slot is free."""
        with _places:
            return super().verify(password, encoded)
