"""Facts go up: an app announces what happened, ``peerloop/wiring.py`` says who hears it.

A fact is a frozen dataclass in the past tense with ids and plain values. Reactions bound with
``when`` run at once in the announcer's transaction and share its fate: money and rights. Those
bound with ``after`` run once it is committed and may fail alone: pleasant things.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)

Reaction = Callable[[Any], object]

_same_fate: dict[type, list[Reaction]] = defaultdict(list)
_own_fate: dict[type, list[Reaction]] = defaultdict(list)


def when(fact: type, reaction: Reaction) -> None:
    """Bind a reaction that runs in the announcer's transaction. Binding twice binds once."""
    if reaction not in _same_fate[fact]:
        _same_fate[fact].append(reaction)


def after(fact: type, reaction: Reaction) -> None:
    """Bind a reaction that runs after commit. Binding twice binds once."""
    if reaction not in _own_fate[fact]:
        _own_fate[fact].append(reaction)


def announce(fact: object) -> None:
    """Tell everybody bound to this kind of fact. Call it inside a transaction."""
    for reaction in _same_fate[type(fact)]:
        reaction(fact)
    for reaction in _own_fate[type(fact)]:
        transaction.on_commit(_guarded(reaction, fact), robust=True)


def _guarded(reaction: Reaction, fact: object) -> Callable[[], None]:
    def run() -> None:
        reaction(fact)

    return run
