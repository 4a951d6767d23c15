"""The notification centre."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.notifications.access import own_notification
from accounts.notifications.actions import delete_notification, mark_all_read, mark_read
from accounts.notifications.queries import notifications_of
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.htmx import go, next_path
from peerloop.kit.paging import CappedPaginator

PER_PAGE = 30


@require_GET
@login_required
def notification_list(request: MemberRequest) -> HttpResponse:
    """All notifications, newest first."""
    rows = CappedPaginator(notifications_of(request.user), PER_PAGE)
    page = rows.get_page(request.GET.get("page"))
    return render(request, "accounts/notifications.html", {"page": page})


@require_POST
@login_required
def read(request: MemberRequest, notification_id: uuid.UUID) -> HttpResponse:
    """Mark one as read, and redirect to its page."""
    mark_read(notification=own_notification(request.user, notification_id), at=clock.now())
    return go(request, next_path(request, default="notifications"))


@require_POST
@login_required
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark all as read."""
    mark_all_read(user=request.user, at=clock.now())
    return redirect("notifications")


@require_POST
@login_required
def delete(request: MemberRequest, notification_id: uuid.UUID) -> HttpResponse:
    """Delete one."""
    delete_notification(notification=own_notification(request.user, notification_id))
    return redirect("notifications")
