"""Following and blocking, and the lists of both."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.members.access import any_member_of_handle, visible_member_of_handle
from accounts.members.actions.relations import (
    block_member,
    follow_member,
    unblock_member,
    unfollow_member,
)
from accounts.members.queries.people import (
    People,
    blocks_of,
    follower_count_of,
    followers_of,
    following_of,
)
from accounts.members.queries.profiles import sees_whole_profile
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.htmx import next_path, render_page
from peerloop.kit.paging import Page, page_asked, page_links
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import isolated

PEOPLE_A_PAGE = 30


@require_POST
@login_required
def follow(request: MemberRequest, handle: str) -> HttpResponse:
    """Follow the member or stop following, by ``follow``: 1 or 0."""
    wanted = _wanted(request, "follow")
    if wanted:
        member = visible_member_of_handle(request.user, handle)
        follow_member(member=member, by=request.user, at=clock.now())
    else:
        member = any_member_of_handle(handle)
        unfollow_member(member=member, by=request.user)
    if getattr(request, "htmx", False):
        context: dict[str, Any] = {"member": member, "is_following": wanted}
        if "count" in request.POST and sees_whole_profile(member, request.user):
            count = follower_count_of(member)
            context |= {"with_count": True, "is_beside": True, "count": count}
        return render_page(request, "accounts/_follow_member.html", context)
    return redirect(next_path(request, "profile", member.handle))


@require_POST
@login_required
def block(request: MemberRequest, handle: str) -> HttpResponse:
    """Block or unblock the member, by ``block``: 1 or 0."""
    member = any_member_of_handle(handle)
    if _wanted(request, "block"):
        block_member(member=member, by=request.user, at=clock.now())
        messages.success(request, f"{isolated(member.name)} is blocked and no longer finds you.")
    else:
        unblock_member(member=member, by=request.user)
        messages.success(request, f"{isolated(member.name)} is no longer blocked.")
    return redirect(next_path(request, "profile", member.handle))


@require_safe
@login_required
def followers(request: MemberRequest, handle: str) -> HttpResponse:
    """Who follows the member."""
    member = visible_member_of_handle(request.user, handle)
    page = page_asked(request.GET.get("page", ""), PEOPLE_A_PAGE)
    found = followers_of(member, viewer=request.user, page=page)
    return _list(request, found, page, member=member, which="followers", is_followers=True)


@require_safe
@login_required
def following(request: MemberRequest, handle: str) -> HttpResponse:
    """Whom the member follows."""
    member = visible_member_of_handle(request.user, handle)
    page = page_asked(request.GET.get("page", ""), PEOPLE_A_PAGE)
    found = following_of(member, viewer=request.user, page=page)
    return _list(request, found, page, member=member, which="following", is_followers=False)


@require_safe
@login_required
def blocks(request: MemberRequest) -> HttpResponse:
    """Blocked members, each with a button to unblock."""
    page = page_asked(request.GET.get("page", ""), PEOPLE_A_PAGE)
    found = blocks_of(request.user, page=page)
    context = {"found": found, "turned": page_links(found.total, page)}
    return render_page(request, "accounts/blocks.html", context)


def _list(request: MemberRequest, found: People, page: Page, **context: Any) -> HttpResponse:
    context |= {"found": found, "turned": page_links(found.total, page)}
    context["is_open"] = sees_whole_profile(context["member"], request.user)
    return render_page(request, "accounts/people.html", context)


def _wanted(request: MemberRequest, name: str) -> bool:
    wanted = request.POST.get(name)
    if wanted not in ("0", "1"):
        raise Invalid.field(name, "Say 1 for yes or 0 for no.")
    return wanted == "1"
