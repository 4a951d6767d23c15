"""URLs of scheduling."""

from typing import Any

from scheduling import urls_booking, urls_room

pages: list[Any] = [*urls_booking.pages, *urls_room.pages]
api: list[Any] = [*urls_booking.api, *urls_room.api]
