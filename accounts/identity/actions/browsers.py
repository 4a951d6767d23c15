"""Ending one web sign-in."""

import uuid

from accounts.models import User, WebSession


def end_web_session(*, user: User, browser: uuid.UUID) -> None:
    """Sign that browser of the member out, at its next request; its streams end at once.

    Safe to repeat. The row is the session: a request that runs beside can't write it back.
    """
    WebSession.objects.filter(user=user, pk=browser).end()
