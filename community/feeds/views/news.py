"""The newest words of a member's feeds, for the dashboard."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from community.feeds.personal import newest_posts
from peerloop.kit import clock

MOST = 3


@require_safe
@login_required
def newest(request: MemberRequest) -> HttpResponse:
    """At most three posts, for a part of another page; a browser without scripts gets the feed."""
    if not request.htmx:
        return redirect("feed")
    found = newest_posts(request.user, limit=MOST, at=clock.now())
    return render(request, "community/_newest.html", {"rows": found.rows[:MOST]})
