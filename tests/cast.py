"""The cast: Clara creates, Tom teaches, Sam learns, Olga is a stranger, Ada is an admin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client
from rest_framework.test import APIClient

from accounts.identity import reauthentication
from accounts.identity.sessions import SessionStore
from accounts.models import User
from catalog.actions.counting import change_student_count
from catalog.models import Category, Course, CourseModule, PeerLoopFeatures
from learning.models import Certificate, Enrollment, StudentTeacher
from peerloop.kit.ids import uuid7

PASSWORD = "correct horse battery"
LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_member(name: str = "Sam Student", *, verified: bool = True, **fields: Any) -> User:
    """A member with a verified address and the password PASSWORD."""
    fields.setdefault("email", f"{uuid7().hex[:24]}@members.peerloop.test")
    fields.setdefault("handle", User.objects.free_handle(name))
    fields.setdefault("email_verified_at", LONG_AGO if verified else None)
    # Not the first sign-in, which would redirect to /onboarding.
    fields.setdefault("onboarding_completed_at", LONG_AGO)
    return User.objects.create_user(password=PASSWORD, name=name, **fields)


def a_course(
    creator: User | None = None,
    *,
    modules: int = 3,
    price_cents: int = 45_000,
    published: bool = True,
    **fields: Any,
) -> Course:
    """A course with its modules, published by default."""
    number = uuid7().hex[-12:]
    creator = creator or a_member("Clara Creator", is_creator=True)
    last = Category.objects.order_by("-position").first()
    category = fields.pop("category", None) or Category.objects.create(
        name=f"Shelf {number}", slug=f"shelf-{number}", position=last.position + 1 if last else 1
    )
    course = Course.objects.create(
        creator=creator,
        category=category,
        title=fields.pop("title", f"Prompting {number}"),
        slug=fields.pop("slug", f"prompting-{number}"),
        description=fields.pop("description", "Learn to ask a machine well. " * 5),
        thumbnail_url=fields.pop("thumbnail_url", "/static/img/cover.svg"),
        duration=fields.pop("duration", f"{modules} sessions"),
        price_cents=price_cents,
        status=Course.Status.PUBLISHED if published else Course.Status.DRAFT,
        first_published_at=LONG_AGO if published else None,
        **fields,
    )
    CourseModule.objects.bulk_create(
        CourseModule(course=course, module_order=order, title=f"Module {order}")
        for order in range(1, modules + 1)
    )
    PeerLoopFeatures.objects.create(course=course)
    return course


def a_teacher(
    course: Course, user: User | None = None, *, name: str = "Tom Teacher"
) -> StudentTeacher:
    """A certified student-teacher of the course."""
    user = user or a_member(name)
    certificate = Certificate.objects.create(
        user=user,
        course=course,
        type=Certificate.Type.TEACHING,
        status=Certificate.Status.ISSUED,
        code=uuid7().hex[-12:].upper(),
        issued_by=course.creator,
        issued_at=LONG_AGO,
    )
    return StudentTeacher.objects.create(
        user=user,
        course=course,
        certified_date=LONG_AGO.date(),
        certified_by=course.creator,
        certificate=certificate,
        waiver_reason="knows the course",
    )


def an_enrollment(
    student: User | None = None,
    course: Course | None = None,
    teacher: StudentTeacher | None = None,
    *,
    modules: int = 3,
    **fields: Any,
) -> Enrollment:
    """An active enrollment without a payment; the student count of the course is updated."""
    course = course or a_course(modules=modules)
    if fields.get("status") != Enrollment.Status.CANCELLED:
        change_student_count(course_id=course.pk, amount=1)
    return Enrollment.objects.create(
        student=student or a_member(),
        course=course,
        teacher=teacher.user if teacher else None,
        student_teacher=teacher,
        modules_paid=course.modules.filter(archived_at=None).count(),
        **fields,
    )


def api(user: User | None = None) -> APIClient:
    """An API client with the member's bearer token, or without one."""
    client = APIClient()
    if user is not None:
        from accounts.identity.actions.tokens import issue_tokens

        client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_tokens(user=user).access}")
    return client


def browse(user: User | None = None) -> Client:
    """A browser without JavaScript, signed in as the member, or as a visitor."""
    client = Client()
    if user is not None:
        # As Client.force_login, which first stores a session of nobody.
        request = HttpRequest()
        request.session = SessionStore()
        login(request, user, backend="accounts.identity.backends.EmailBackend")
        request.session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def stale(browser: Client) -> Client:
    """The browser, 16 minutes after its member last proved who they are (security ID-7)."""
    session = browser.session
    session[reauthentication.PROVED] -= 16 * 60
    session.save()
    return browser


def stale_api(user: User) -> APIClient:
    """An API client of the member whose sign-in began 16 minutes ago (security ID-7)."""
    from accounts.identity.actions.tokens import issue_tokens, rotate_tokens

    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=16)):
        pair = issue_tokens(user=user)
    pair = rotate_tokens(refresh=pair.refresh)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return client
