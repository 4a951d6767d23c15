"""URLs of the goodwill app."""

from goodwill.summons import urls as summons

pages = [*summons.pages]
api = [*summons.api]
