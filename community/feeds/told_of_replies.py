"""What upper layers say of a reply that helped, such as what was earned with it."""

from collections.abc import Callable, Iterable
from uuid import UUID

# Of the reply and the member who asked: a sentence, or nothing.
Teller = Callable[[UUID, UUID], str]
_tellers: list[Teller] = []


def declare(tellers: Iterable[Teller]) -> None:
    """Add what an app says. Safe to repeat."""
    _tellers.extend(teller for teller in tellers if teller not in _tellers)


def words_about(reply_id: UUID, asker_id: UUID) -> str:
    """All that is said; empty where nothing is."""
    found = (teller(reply_id, asker_id) for teller in _tellers)
    return " ".join(words for words in found if words)
