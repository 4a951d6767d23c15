"""The page of one course, and its API endpoint."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import MemberRequest
from billing.money import Shares, shares
from catalog.access import own_course
from catalog.queries import CourseDetail, course_detail
from learning.queries import course_teachers
from learning.queries.lineage import Chain, chains
from learning.queries.reviews import NO_REVIEWS, ReviewsShown, first_course_reviews
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Missing
from peerloop.pages import course_shapes as shapes
from peerloop.pages.course_button import CourseButton, course_button
from peerloop.pages.membership import CourseMembership, course_membership
from peerloop.pages.structured import Shared, shared_course
from peerloop.pages.teachers import TeachersFree, teachers_free
from scheduling.queries import TeacherTimes
from scheduling.queries.matching import Matched, matched, visitor_key

SHOWN_TEACHERS = 5
# Teachers of whom it is looked up who taught them, and chains that are shown.
MOST_CHAINED, SHOWN_CHAINS = 30, 3


@dataclass(frozen=True, slots=True)
class CoursePage:
    """The data of the page for one viewer."""

    detail: CourseDetail
    membership: CourseMembership
    teachers: TeachersFree
    matched: Matched
    split: Shares
    button: CourseButton | None
    is_own: bool
    reviews: ReviewsShown
    lineage: list[Chain] = field(default_factory=list)
    is_preview: bool = False

    @property
    def first_teachers(self) -> list[TeacherTimes]:
        """The teachers with the earliest free times, where none are offered with reasons."""
        return [] if self.matched.offered else self._others[:SHOWN_TEACHERS]

    @property
    def more_teachers(self) -> list[TeacherTimes]:
        """The other teachers with a free time."""
        return self._others[len(self.first_teachers) :]

    @property
    def _others(self) -> list[TeacherTimes]:
        return [one for one in self.matched.others if one.next_at]

    @property
    def per_session(self) -> int:
        """What one session comes to, in cents; 0 where the parts are not equal, or there is one."""
        sessions = len(self.detail.modules)
        if sessions < 2 or self.detail.price_cents % sessions:
            return 0
        return self.detail.price_cents // sessions

    @property
    def creator_teaches_alone(self) -> bool:
        """Whether only the creator teaches, who then gets the teaching share (rule SPLIT-1)."""
        people = {teacher.user.pk for teacher in self.teachers.teachers}
        return people == {self.detail.creator.id}

    @property
    def shared(self) -> Shared | None:
        """How others show the page: only one that everybody can open."""
        return shared_course(self.detail) if self.detail.is_listed else None

    @property
    def reads_feed(self) -> bool:
        """Whether the course's feed is open to the viewer by taking part (rule FEED-1)."""
        return self.is_own or self.membership.is_enrolled or self.membership.is_teacher

    @property
    def sells(self) -> bool:
        """Whether the viewer could buy the course: then price and free times come first."""
        return self.is_preview or _sells(self.detail, self.membership, is_own=self.is_own)


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a course."""
    at = clock.now()
    visitor = visitor_key(request, at=at)
    page = course_page(slug, viewer=_member(request.user), visitor=visitor, at=at)
    return render_page(request, "pages/course.html", {"page": page, "course": page.detail})


@require_safe
@login_required
def preview(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """A course as learners will see it, also a draft; for its creator. Nothing can be bought."""
    course, at = own_course(request.user, course_id), clock.now()
    page = _page(course_detail(course), viewer=None, visitor="", at=at)
    context = {"page": replace(page, button=None, is_preview=True), "course": page.detail}
    return render_page(request, "pages/course_preview.html", context)


class CourseEndpoint(Endpoint):
    """One course over the API."""

    permission_classes = []

    @extend_schema(
        operation_id="get_course",
        summary="Get a course",
        description="By id; a slug is understood too. Strangers see published ones only.",
        responses={200: shapes.CourseAnswer, 404: shapes.NO_COURSE},
    )
    def get(self, request: Request, course_id: str) -> Response:
        """The course with its teachers."""
        viewer = _member(request.user)
        detail = course_detail(course_id, viewer=viewer)
        membership = course_membership(detail.id, user=viewer, at=clock.now())
        require_visible(detail, viewer, membership)
        return Response(shapes.answer(detail, course_teachers(detail.id), membership.is_enrolled))


def course_page(slug: str, *, viewer: User | None, visitor: str, at: datetime) -> CoursePage:
    """The page's data for the viewer; raises Missing for a course they may not see.

    ``visitor``: see ``visitor_key``.
    """
    page = _page(course_detail(slug, viewer=viewer), viewer=viewer, visitor=visitor, at=at)
    require_visible(page.detail, viewer, page.membership)
    return page


def _page(detail: CourseDetail, *, viewer: User | None, visitor: str, at: datetime) -> CoursePage:
    membership = course_membership(detail.id, user=viewer, at=at)
    rows = course_teachers(detail.id)
    zone = viewer.timezone if viewer else ""
    teachers = teachers_free(rows, minutes=detail.session_minutes, at=at, zone=zone)
    is_own = viewer is not None and viewer.pk == detail.creator.id
    button = course_button(
        slug=detail.slug,
        membership=membership,
        is_listed=detail.is_listed,
        is_own=is_own,
        teachers=len(rows),
        free=len(teachers.free),
    )
    reviews = NO_REVIEWS
    if detail.rating_count:
        reviews = first_course_reviews(detail.id, viewer=viewer or AnonymousUser())
    split = shares(detail.price_cents)
    # The creator learned it from nobody here.
    others = [row.user_id for row in rows if row.user_id != detail.creator.id]
    lineage = chains([(one, detail.id) for one in others[:MOST_CHAINED]])[:SHOWN_CHAINS]
    sells = _sells(detail, membership, is_own=is_own)
    chosen = Matched([], teachers.teachers)
    if sells:
        chosen = matched(
            teachers.teachers,
            course_id=detail.id,
            creator_id=detail.creator.id,
            minutes=detail.session_minutes,
            viewer=viewer,
            visitor=visitor,
            at=at,
        )
    return CoursePage(detail, membership, teachers, chosen, split, button, is_own, reviews, lineage)


def _sells(detail: CourseDetail, membership: CourseMembership, *, is_own: bool) -> bool:
    return detail.is_listed and not (membership.is_enrolled or is_own)


def require_visible(
    detail: CourseDetail, viewer: User | None, membership: CourseMembership
) -> None:
    """Raises Missing unless the course is listed, or the viewer takes part in it (rule CAT-4)."""
    if detail.is_listed:
        return
    manages = viewer is not None and (viewer.is_admin or viewer.pk == detail.creator.id)
    if detail.is_deleted or not (manages or membership.is_enrolled or membership.is_teacher):
        raise Missing


def _member(user: Any) -> User | None:
    return user if user.is_authenticated else None
