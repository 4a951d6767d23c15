"""Names of members in posts: which ``@handle`` stands in a text, and whose it is."""

from django.db.models.functions import Lower

from accounts.models import User
from peerloop.kit.markdown import mentioned

MOST_MENTIONS = 10


def handles_in(text: str) -> list[str]:
    """The first ten different handles of a text, in lower case, in their order.

    None in code, where "@cached" is a decorator, nor in links.
    """
    return mentioned(text)[:MOST_MENTIONS]


def members_named(text: str) -> list[User]:
    """The active members whose handles stand in the text, at most ten. One statement, or none."""
    handles = handles_in(text)
    if not handles:
        return []
    rows = User.objects.active().alias(low=Lower("handle")).filter(low__in=handles)
    return sorted(rows, key=lambda person: handles.index(person.handle.lower()))
