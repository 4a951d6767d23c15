"""The member of a web session, outside of a request."""

from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.identity.middleware import is_past
from accounts.identity.sessions import SessionStore
from accounts.models import User


def member_in_session(session_key: str, user_id: UUID) -> User | None:
    """The member, while that session is theirs and they may be signed in; else None.

    This does not count as a visit of the session.
    """
    values = SessionStore(session_key).load()
    if values.get(SESSION_KEY) != str(user_id):
        return None
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.may_sign_in or is_past(values, user):
        return None
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    known = str(values.get(HASH_SESSION_KEY, ""))
    return user if any(constant_time_compare(known, one) for one in hashes) else None
