"""``manage.py rotate_badge_key``: sign badges with a new key from now on."""

from typing import Any

from django.core.management.base import BaseCommand

from learning.badges.keys import key_url, rotate_key
from peerloop.kit import clock


class Command(BaseCommand):
    """Badges that the old keys signed stay valid: a stolen key is the reason to revoke them."""

    help = "Sign badges with a new key. Old badges stay valid, and their keys published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Retire the current key and print the address of the new one."""
        self.stdout.write(f"Badges are now signed with {key_url(rotate_key(clock.now()))}")
