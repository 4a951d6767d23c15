"""The notice centre."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.notifications.access import notice_of
from accounts.notifications.actions import delete_notice, read_all_notices, read_notice
from accounts.notifications.queries import notices_of
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.htmx import go, next_path

PER_PAGE = 30


@require_GET
@login_required
def notices(request: MemberRequest) -> HttpResponse:
    """All notices, newest first."""
    page = Paginator(notices_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notices.html", {"page": page})


@require_POST
@login_required
def read(request: MemberRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Mark one as read, and go where it leads."""
    read_notice(notice=notice_of(request.user, notice_id), at=clock.now())
    return go(request, next_path(request, default="notifications"))


@require_POST
@login_required
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark all as read."""
    read_all_notices(user=request.user, at=clock.now())
    return redirect("notifications")


@require_POST
@login_required
def delete(request: MemberRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Take one away."""
    delete_notice(notice=notice_of(request.user, notice_id))
    return redirect("notifications")
