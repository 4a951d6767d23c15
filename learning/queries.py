"""Reads of the learning app."""

from typing import Any


def roles_of(user: Any) -> list[str]:
    """The sides of PeerLoop that the member sees: learn always, teach and create if held."""
    return ["learn"]
