"""The OpenAPI document describes each operation once, at its canonical path."""

from typing import Any

from peerloop.kit.paths import CANONICAL_API


def only_canonical(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keep ``/api/v1/``; ``/api/`` is an alias of the same views."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(CANONICAL_API)]
