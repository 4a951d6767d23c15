"""The member's own feed, the feeds of courses and creators, and saved posts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import visible_member_of_handle
from accounts.members.queries.profiles import sees_whole_profile
from accounts.models import User
from accounts.requests import MemberRequest
from community.feeds.access import (
    MAIN,
    Feed,
    FeedClosed,
    creator_by_handle,
    feed_of_course,
    feed_of_creator,
    leads,
    teaches_in,
)
from community.feeds.actions import write_post
from community.feeds.forms import PostForm
from community.feeds.live import topic_of, topics_of
from community.feeds.panels import recent_posters
from community.feeds.personal import PersonalPosts
from community.feeds.queries import (
    Communities,
    Posts,
    communities_of,
    place_asked,
    posts_by,
    posts_of,
    saved_posts,
)
from community.feeds.views.own import OwnFeed
from community.feeds.views.watching import watched
from community.feeds.visits import note_visit
from community.models import FeedGroup, PostType
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.paging import Page, page_asked, page_links
from peerloop.kit.refusals import Invalid, Refused

SHOWN = 20
FIRST = Page(1, SHOWN)
ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def personal(request: MemberRequest) -> HttpResponse:
    """The member's own feed, and a composer for the main feed.

    ``order=newest`` for the order of time, ``feed=main`` for the main feed alone.
    """
    asked = OwnFeed.of(request)
    beside = communities_of(request.user)

    def page(form: PostForm, status: int = 200) -> HttpResponse:
        found = asked.read(request.user)
        more = {
            "views": asked.views,
            "kept": asked.kept,
        }
        live = {} if asked.cursor else watched(request.user, topics_of(beside))
        return _page(
            request, "community/feed.html", MAIN, form, found, status, beside=beside, **more, **live
        )

    return _asked(request, MAIN, page, "feed")


@ASKED
@login_required
def course(request: MemberRequest, slug: str) -> HttpResponse:
    """The feed of a course, or what opens it."""
    try:
        feed = feed_of_course(request.user, slug)
    except FeedClosed as refusal:
        return _closed(request, refusal, "course", slug)
    return _one(request, feed, "course-feed", slug)


@ASKED
@login_required
def creator(request: MemberRequest, handle: str) -> HttpResponse:
    """The feed of a creator, or what opens it."""
    found = creator_by_handle(request.user, handle)
    try:
        feed = feed_of_creator(request.user, found)
    except FeedClosed as refusal:
        return _closed(request, refusal, "creator", found.handle)
    return _one(request, feed, "creator-feed", found.handle)


@require_safe
@login_required
def bookmarks(request: MemberRequest) -> HttpResponse:
    """The member's saved posts."""
    page = page_asked(request.GET.get("page", ""), SHOWN)
    found = saved_posts(request.user, page=page)
    context = {"found": found, "page": page_links(found.total, page)}
    return render(request, "community/bookmarks.html", context)


@require_safe
@login_required
def of_member(request: MemberRequest, handle: str) -> HttpResponse:
    """What a member wrote to everybody; of a private one nothing (rules PRIV-2, PRIV-7)."""
    member = visible_member_of_handle(request.user, handle)
    place = _place(request)
    is_open = sees_whole_profile(member, request.user)
    found = posts_by(member, viewer=request.user, page=FIRST, before=place) if is_open else Posts()
    context = {
        "member": member,
        "is_open": is_open,
        "is_own": member.pk == request.user.pk,
        "found": found,
        "older": found.next.word() if found.next else "",
        "is_first": place is None,
    }
    return render(request, "community/member_posts.html", context)


def _one(request: MemberRequest, feed: Feed, route: str, name: str) -> HttpResponse:
    place = _place(request)

    if place is None and request.method == "GET":
        note_visit(request.user, feed, at=clock.now())

    only_questions = feed.course is not None and request.GET.get("only") == "questions"

    def page(form: PostForm, status: int = 200) -> HttpResponse:
        found = posts_of(
            feed,
            viewer=request.user,
            page=FIRST,
            before=place,
            only_questions=only_questions,
            with_total=False,
        )
        more: dict[str, Any] = {
            "only_questions": only_questions,
            "kept": "only=questions" if only_questions else "",
        }
        named = {"course": name} if feed.course is not None else {"creator": name}
        live = watched(request.user, [topic_of(feed)], **named) if place is None else {}
        return _page(request, "community/one_feed.html", feed, form, found, status, **more, **live)

    return _asked(request, feed, page, route, name)


def _asked(
    request: MemberRequest, feed: Feed, page: Callable[..., HttpResponse], route: str, *name: str
) -> HttpResponse:
    if request.method != "POST":
        return page(PostForm())
    form = PostForm(request.POST)
    if not form.is_valid():
        return page(form, 422)
    chosen = form.cleaned_data
    try:
        write_post(
            feed=feed,
            content=chosen["content"],
            post_type=chosen["post_type"] or PostType.POST,
            is_question=chosen["is_question"],
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: page(form, status), refusal)
    messages.success(request, "Your post is there.")
    return redirect(route, *name)


def _page(
    request: MemberRequest,
    template: str,
    feed: Feed,
    form: PostForm,
    found: Posts | PersonalPosts,
    status: int,
    beside: Communities | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "feed": feed,
        "form": form,
        "found": found,
        "older": found.next.word() if found.next else "",
        "types": _types(request.user, feed, beside),
        "is_first": not request.GET.get("before"),
        "beside": beside,
        # Those of the own feed are asked for once it is shown.
        "posters": [] if beside else recent_posters(feed, request.user, at=clock.now()),
        **more,
    }
    return render(request, template, context, status=status)


def _types(user: User, feed: Feed, beside: Communities | None) -> list[tuple[str, str]]:
    """The types of posts that the member may write there; none where they may only answer."""
    is_leader = leads(user, feed)
    is_teacher = teaches_in(user, feed) if beside is None else beside.teaches
    types = [PostType.POST]
    if feed.group == FeedGroup.INSTRUCTOR and not (is_leader or is_teacher):
        return []
    if is_leader:
        types.append(PostType.ANNOUNCEMENT)
    if is_leader or is_teacher:
        types += [PostType.TEACHING_TIP, PostType.AVAILABILITY]
    return [(one.value, one.label) for one in types]


def _closed(request: MemberRequest, refusal: FeedClosed, kind: str, name: str) -> HttpResponse:
    context = {"refusal": refusal, "of_course": kind == "course", "name": name}
    return render(request, "community/feed_closed.html", context, status=403)


def _place(request: MemberRequest) -> Any:
    try:
        return place_asked(request.GET.get("before", ""))
    except Invalid:
        return None
