"""A small world of private members, each with unique text in every private field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.converters import get_converters

from accounts.members.actions.relations import follow_member
from accounts.models import Expertise, Qualification, User, UserMedia, UserStats
from catalog.models import Course
from learning.models import Certificate, Enrollment
from scheduling.actions.booking import book_session
from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN, NOW, open_hours
from tests.cast import a_course, a_member, a_teacher, an_enrollment

FIELDS = ("title", "bio", "bio_short", "teaching_philosophy", "location", "suspended_reason")
MOST_ADDRESSES = 12
# The admin site is for admins only; static files contain no text of members.
LEFT_OUT = (
    "admin/",
    "api/v1/schema",
    "api/v1/docs",
    "assets",
    "^assets",
    "metrics",
    "readyz",
    "dev/",
)


@dataclass
class PrivateWorld:
    """The members, the private texts of each, and one row of everything they share."""

    people: dict[str, User] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, **fields: Any) -> User:
        """A private member with unique words in every private field."""
        words = {name: f"zq{name.replace('_', '')}{key}" for name in FIELDS}
        words["website"] = f"https://zqweb{key}.example"
        words["email"] = f"zqmail{key}@members.peerloop.test"
        words["stripe_account_id"] = f"acct_zq{key}"
        user = a_member(f"{key.title()} Secretive", **words, **fields)
        words["qualification"], words["expertise"] = f"zqskill{key}", f"zqtag{key}"
        words["origin"] = f"zqorigin{key}"
        User.objects.filter(pk=user.pk).update(origin={"page": words["origin"]})
        Qualification.objects.create(user=user, sentence=words["qualification"], position=1)
        Expertise.objects.create(user=user, tag=words["expertise"])
        words["media"] = f"zqmedia{key}"
        UserMedia.objects.create(
            user=user,
            kind="video_link",
            url="https://vimeo.com/123456",
            title=words["media"],
            position=1,
        )
        number = 870_000_000 + len(self.people) * 1_111
        words["stats"] = str(number)
        UserStats.objects.create(user=user, total_reviews=number, courses_completed=number)
        self.people[key], self.words[key] = user, words
        return user


def private_world() -> PrivateWorld:
    """Clara wrote a course, Tom teaches it to Sam, Fay follows them; all of them are private."""
    world = PrivateWorld()
    clara = world.add("clara", is_creator=True)
    tom = world.add("tom", is_student_teacher=True, has_hours=True)
    sam, fay = world.add("sam"), world.add("fay")
    course = a_course(clara, modules=2)
    teacher = a_teacher(course, tom)
    open_hours(tom)
    enrollment = an_enrollment(sam, course, teacher, modules=2)
    session = book_session(
        enrollment=enrollment, teacher=tom, start=MONDAY_TEN, by=sam, at=NOW, topic="Hello"
    )
    for member, by in ((clara, fay), (sam, fay), (fay, clara), (tom, sam), (sam, tom)):
        follow_member(member=member, by=by, at=NOW)
    world.rows = _rows(world, course, enrollment, session)
    return world


def _rows(
    world: PrivateWorld, course: Course, enrollment: Enrollment, session: Session
) -> dict[str, list[str]]:
    """Possible values for each placeholder of a route."""
    certificate = Certificate.objects.get(user=world.people["tom"])
    return {
        "user_id": [str(user.pk) for user in world.people.values()],
        "handle": [user.handle for user in world.people.values()],
        "slug": [course.slug],
        "course_id": [str(course.pk), course.slug],
        "enrollment_id": [str(enrollment.pk)],
        "session_id": [str(session.pk)],
        "certificate_id": [str(certificate.pk)],
        "code": [certificate.code or ""],
        "module_id": [str(course.modules.first().pk)],
        "student_teacher_id": [str(certificate.student_teacher.pk)],
    }


def addresses(world: PrivateWorld) -> Iterator[str]:
    """Every URL of the product, filled with rows of this world."""
    yield from ("/sitemap.xml", "/robots.txt")
    for route, names in _routes(get_resolver().url_patterns):
        if route.startswith(LEFT_OUT) or route.startswith(("^", "api/v1/^")) or "(" in route:
            continue
        choices = [world.rows.get(name, ["x"]) for name in names]
        for chosen in islice(product(*choices), MOST_ADDRESSES):
            yield "/" + _filled(route, dict(zip(names, chosen, strict=True)))


def _routes(patterns: list[Any], before: str = "") -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route, list(pattern.pattern.converters)
        elif not before.startswith("api/") and str(pattern.pattern) != "api/":
            yield from _routes(pattern.url_patterns, route)


def _filled(route: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        for kind in (*(f"{converter}:" for converter in get_converters()), ""):
            route = route.replace(f"<{kind}{name}>", value)
    return route
