"""Domain events: an app announces what happened, ``peerloop/wiring.py`` binds who handles it.

An event is a frozen dataclass in the past tense with ids and plain values. Handlers bound with
``when`` run at once in the announcer's transaction and fail with it: money and rights. Those bound
with ``after`` run once it is committed and may fail alone: pleasant things.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

Handler = Callable[[Any], object]

_in_transaction: dict[type, list[Handler]] = defaultdict(list)
_after_commit: dict[type, list[Handler]] = defaultdict(list)


def when(event: type, handler: Handler) -> None:
    """Bind a handler that runs in the announcer's transaction. Binding twice binds once."""
    if handler not in _in_transaction[event]:
        _in_transaction[event].append(handler)


def after(event: type, handler: Handler) -> None:
    """Bind a handler that runs after commit. Binding twice binds once."""
    if handler not in _after_commit[event]:
        _after_commit[event].append(handler)


def announce(event: object) -> None:
    """Call every handler bound to this kind of event. Call it inside a transaction."""
    for handler in _in_transaction[type(event)]:
        handler(event)
    for handler in _after_commit[type(event)]:
        transaction.on_commit(_later(handler, event), robust=True)


def _later(handler: Handler, event: object) -> Callable[[], None]:
    def run() -> None:
        handler(event)

    return run
