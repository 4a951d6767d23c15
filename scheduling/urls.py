"""Addresses of scheduling."""

from typing import Any

from scheduling import urls_room

pages: list[Any] = [*urls_room.pages]
api: list[Any] = [*urls_room.api]
