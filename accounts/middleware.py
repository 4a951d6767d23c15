"""The member behind a page request: still allowed in, and the session not past its age."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from peerloop.kit.middleware import answer_refusal, is_api
from peerloop.kit.refusals import Forbidden

BEGAN, SEEN = "began_at", "seen_at"

Handler = Callable[[HttpRequest], HttpResponse]

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
DAY = 24 * 3_600
# Idle and absolute, in seconds (security ID-6); real time, also in a demo.
MEMBER_AGES = (14 * DAY, 30 * DAY)
STAFF_AGES = (30 * 60, 12 * 3_600)
# How stale the note of the last visit may be: each note is a write.
MEMBER_NOTE, STAFF_NOTE = 3_600, 60


class MemberMiddleware:
    """Signs out who may no longer be in: account closed, or session too old (ROLE-11, ROLE-12)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check only where a session cookie came, so that visitors cost no query."""
        if _is_foreign(request):
            return answer_refusal(request, Forbidden("This form came from another site."))
        if not is_api(request) and "_auth_user_id" in request.session and not _may_stay(request):
            logout(request)
        return self.get_response(request)


def _is_foreign(request: HttpRequest) -> bool:
    """An unsafe request that another site made the browser send (security ID-13)."""
    return (
        request.method not in SAFE
        and not is_api(request)
        and request.headers.get("Sec-Fetch-Site") == "cross-site"
    )


def _may_stay(request: HttpRequest) -> bool:
    if not getattr(request.user, "may_sign_in", False):
        return False
    if is_past(request.session, request.user):
        return False
    now = int(timezone.now().timestamp())
    if now - request.session[SEEN] > (STAFF_NOTE if _is_staff(request.user) else MEMBER_NOTE):
        request.session[SEEN] = now
    return True


def is_past(session: Any, user: Any) -> bool:
    """Whether a session of the member is too old, in all or since the last visit."""
    idle, absolute = STAFF_AGES if _is_staff(user) else MEMBER_AGES
    now = int(timezone.now().timestamp())
    return now - session.get(BEGAN, 0) > absolute or now - session.get(SEEN, 0) > idle


def _is_staff(user: Any) -> bool:
    return getattr(user, "is_staff", False) and not settings.DEMO


def note_age(request: HttpRequest, **_: Any) -> None:
    """Note when a session began; bound to Django's signal, so that no way of sign-in is missed."""
    request.session[BEGAN] = request.session[SEEN] = int(timezone.now().timestamp())
