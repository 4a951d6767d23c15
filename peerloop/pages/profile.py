"""The page of a member: plain, as a creator, as a teacher."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.members.access import visible_member_of_handle
from accounts.members.queries.media import MediaItem, media_of
from accounts.members.queries.people import is_blocked
from accounts.members.queries.profiles import profile_of, sees_whole_profile
from accounts.models import User
from catalog.models import Course
from catalog.queries import CourseCard, CourseFilter, course_cards
from community.newsletters.queries import is_subscribed
from goodwill.points.queries import Sums, sums_of
from learning.models import Certificate, StudentTeacher
from learning.queries import certified_in, teaching_of
from learning.queries.lineage import Chain, chains
from learning.queries.reviews import NO_REVIEWS, ReviewsShown, first_reviews_of
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import Page
from peerloop.pages.structured import shared_person
from peerloop.pages.teacher_week import TeacherWeek, teacher_week

MOST_COURSES = 12
NO_WEEK = TeacherWeek([], None)


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The data of the page for one viewer; of a private member only ``told`` (rule PRIV-2)."""

    member: User
    told: dict[str, Any]
    is_open: bool
    is_own: bool
    is_preview: bool
    has_blocked: bool = False
    gets_newsletter: bool = False
    courses: list[CourseCard] = field(default_factory=list)
    teaching: list[StudentTeacher] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    week: TeacherWeek = NO_WEEK
    shortest: Course | None = None
    media: list[MediaItem] = field(default_factory=list)
    goodwill: Sums = field(default_factory=Sums)
    reviews: ReviewsShown = NO_REVIEWS
    lineage: list[Chain] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        """The next time at which somebody can book them."""
        return self.week.next_at

    @property
    def sells(self) -> bool:
        """Whether the viewer can book this teacher here: then the way to it is always in reach."""
        return self.next_at is not None and not (self.is_own or self.has_blocked)

    @property
    def offers_intro(self) -> bool:
        """Whether the viewer can ask for a free meeting with this teacher here (rule BOOK-11)."""
        return self.week.takes_intros and not (self.is_own or self.has_blocked)

    @property
    def video(self) -> MediaItem | None:
        """The first film about themselves, which comes before everything else."""
        return next((one for one in self.media if one.is_video), None)

    @property
    def philosophy(self) -> str:
        """How they teach, in their own words."""
        return self.member.teaching_philosophy if self.is_open else ""

    @property
    def is_creator(self) -> bool:
        """Whether they are shown as a creator."""
        return bool(self.told["is_creator"] or self.courses)


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """The plain page of a member."""
    return _answer(request, profile_page(request, handle, at=clock.now()), "pages/profile.html")


@require_safe
def creator(request: HttpRequest, handle: str) -> HttpResponse:
    """The page of a creator; an open profile without that role redirects (rule PRIV-2)."""
    page = profile_page(request, handle, at=clock.now())
    if page.is_open and not page.is_creator:
        return redirect("profile", page.member.handle)
    return _answer(request, page, "pages/profile.html")


@require_safe
def teacher(request: HttpRequest, handle: str) -> HttpResponse:
    """The page of a student-teacher; an open profile without that role redirects."""
    page = profile_page(request, handle, at=clock.now())
    if page.is_open and not page.teaching:
        return redirect("profile", page.member.handle)
    return _answer(request, page, "pages/profile.html")


def profile_page(request: HttpRequest, handle: str, *, at: datetime) -> ProfilePage:
    """The data of the page; raises Missing if the member is unknown or blocked the viewer."""
    viewer = request.user if isinstance(request.user, User) else None
    member = visible_member_of_handle(viewer, handle)
    is_own = viewer is not None and viewer.pk == member.pk
    is_preview = is_own and request.GET.get("as") == "others"
    eyes = None if is_preview else viewer
    told = profile_of(member, viewer=eyes)
    has_blocked = viewer is not None and not is_own and is_blocked(viewer, member)
    if not sees_whole_profile(member, eyes):
        return ProfilePage(member, told, False, is_own, is_preview, has_blocked)
    wanted = CourseFilter(creator_id=member.pk)
    teaching = teaching_of(member)
    shortest = _shortest(teaching)
    return ProfilePage(
        member,
        told,
        True,
        is_own,
        is_preview,
        has_blocked,
        told["is_creator"] and viewer is not None and not is_own and is_subscribed(viewer, member),
        courses=course_cards(wanted, Page(1, MOST_COURSES), with_text=False).cards,
        teaching=teaching,
        certificates=certified_in(member),
        week=teacher_week(member, shortest, at=at, zone=viewer.timezone if viewer else ""),
        shortest=shortest,
        media=media_of(member, is_own=is_own and not is_preview),
        goodwill=sums_of(member),
        lineage=chains([(member.pk, row.course_id) for row in teaching]),
        reviews=_reviews(member, told, None if is_preview else viewer),
    )


def _shortest(teaching: list[StudentTeacher]) -> Course | None:
    """The course with the shortest sessions of those that can be booked: the next time is its."""
    courses = (row.course for row in teaching if row.may_teach)
    return min(courses, key=lambda course: course.session_minutes, default=None)


def _reviews(member: User, told: dict[str, Any], viewer: User | None) -> ReviewsShown:
    if not told["stats"]["total_reviews"]:
        return NO_REVIEWS
    return first_reviews_of(member.pk, viewer=viewer or AnonymousUser())


def _answer(request: HttpRequest, page: ProfilePage, template: str) -> HttpResponse:
    shared = shared_person(page.told, _address(page)) if page.member.privacy_public else None
    context = {"page": page, "told": page.told, "shared": shared}
    response = render_page(request, template, context)
    if not page.member.privacy_public:
        response["X-Robots-Tag"] = "noindex"
    return response


def _address(page: ProfilePage) -> str:
    """The URL's name of the one address that search engines keep, of the three."""
    if page.is_creator:
        return "creator"
    return "student-teacher" if page.teaching else "profile"
