"""Clara's community with each kind of member, and a word in each of its feeds."""

from dataclasses import dataclass
from typing import Any

from accounts.identity.actions.tokens import issue_tokens
from accounts.models import Block, User
from catalog.models import Course
from community.feeds.access import MAIN, Feed
from community.feeds.actions import reply_to_post, write_post
from community.feeds.actions.followers import add_instructor_follower, remove_instructor_follower
from community.feeds.actions.pinning import pin_post
from community.feeds.actions.reposting import repost
from community.models import (
    CommunityModerator,
    CompanionPin,
    Post,
    PostBookmark,
)
from learning.models import Enrollment, StudentTeacher
from peerloop.kit import clock
from tests.cast import LONG_AGO, a_course, a_member, a_teacher, an_enrollment

# Who reads which feeds (rules FEED-1, MOD-4, PRIV-7). "course" is Clara's first, "sister" her
# second, "creator" her own feed. Tom wrote in each, and shut "blocked" out.
TABLE = {
    "visitor": "",
    "suspended": "",
    "stranger": "main",
    "student": "main course creator",
    "completed": "main course creator",
    "former": "main",
    "left_one_of_two": "main sister creator",
    "student_of_sister": "main sister creator",
    "teacher": "main course creator",
    "removed_teacher": "main",
    "creator": "main course sister creator",
    "other_creator": "main",
    "community_moderator": "main course sister creator",
    "removed_moderator": "main",
    "others_moderator": "main",
    "platform_moderator": "main course sister creator",
    "admin": "main course sister creator",
    "private": "main course creator",
    "blocked": "",
}
FEEDS = ("main", "course", "sister", "creator")


@dataclass
class World:
    """Clara's two courses, Tom who wrote in each of her feeds, and one of each kind of member."""

    clara: User
    tom: User
    courses: dict[str, Course]
    people: dict[str, User]
    posts: dict[str, Post]
    # Issued while all were open: what is taken away counts for them too.
    tokens: dict[Any, str]

    def feed(self, name: str) -> Feed:
        """The feed of that name in the table."""
        if name == "main":
            return MAIN
        if name == "creator":
            return Feed("instructor", creator=self.clara)
        return Feed("course", course=self.courses[name])


def a_world() -> World:
    """Everybody came while all was open; then access was taken away, and Tom wrote."""
    clara = a_member("Clara Creator", is_creator=True)
    courses = {"course": a_course(clara), "sister": a_course(clara)}
    tom = a_teacher(courses["course"], name="Tom Teacher").user
    a_teacher(courses["sister"], user=tom)
    people = _people(clara, courses)
    everybody = [one for one in people.values() if one is not None]
    tokens = {one.pk: issue_tokens(user=one).access for one in everybody}
    _change(people, clara, courses)
    found = World(clara, tom, courses, people, {}, tokens)
    at = clock.now()
    for name in FEEDS:
        post = write_post(feed=found.feed(name), content=f"Word of {name}word", by=tom, at=at)
        reply_to_post(post=post, content=f"Reply of {name}word", by=tom, at=at)
        found.posts[name] = post
        if name != "main":
            pin_post(post=post, by=clara, at=at)
    repost(post=found.posts["main"], by=a_member("Rita Reposts"), at=at)
    Block.objects.create(blocker=tom, blocked=found.people["blocked"])
    kept = [
        (place, post, person)
        for place, post in enumerate(found.posts.values(), 1)
        for person in everybody
    ]
    PostBookmark.objects.bulk_create(PostBookmark(post=post, user=one) for _, post, one in kept)
    CompanionPin.objects.bulk_create(
        CompanionPin(place=place, post=post, user=one) for place, post, one in kept
    )
    return found


def _people(clara: User, courses: dict[str, Course]) -> dict[str, Any]:
    course, sister = courses["course"], courses["sister"]
    people: dict[str, Any] = {"visitor": None, "creator": clara}
    for name in ("stranger", "suspended", "community_moderator"):
        people[name] = a_member(f"{name} person")
    for name in ("student", "completed", "former", "private", "blocked"):
        people[name] = _student(course, name)
    people["left_one_of_two"] = _student(sister, "left_one_of_two", course)
    people["student_of_sister"] = _student(sister, "student_of_sister")
    people["teacher"] = a_teacher(course, name="teacher person").user
    people["removed_teacher"] = a_teacher(course, name="removed_teacher person").user
    people["other_creator"] = a_member("other_creator person", is_creator=True)
    people["platform_moderator"] = a_member("platform person", is_moderator=True)
    people["admin"] = a_member("admin person", is_admin=True)
    for name, creator in (
        ("community_moderator", clara),
        ("removed_moderator", clara),
        ("others_moderator", people["other_creator"]),
    ):
        people[name] = people.get(name) or a_member(f"{name} person")
        CommunityModerator.objects.create(creator=creator, user=people[name], appointed_by=creator)
    return people


def _change(people: dict[str, Any], clara: User, courses: dict[str, Course]) -> None:
    """What takes away or changes access, after it was there."""
    User.objects.filter(pk=people["suspended"].pk).update(suspended_at=LONG_AGO)
    User.objects.filter(pk=people["private"].pk).update(privacy_public=False)
    done = Enrollment.objects.filter(student=people["completed"])
    done.update(status=Enrollment.Status.COMPLETED, completed_at=LONG_AGO, started_at=LONG_AGO)
    _leave(people["former"], courses["course"])
    _leave(people["left_one_of_two"], courses["course"])
    StudentTeacher.objects.filter(user=people["removed_teacher"]).update(is_active=False)
    CommunityModerator.objects.filter(user=people["removed_moderator"]).update(
        is_active=False, revoked_at=clock.now(), revoked_by=clara
    )
    for person in people.values():
        if person is not None:
            person.refresh_from_db()


def _student(course: Course, name: str, *more: Course) -> User:
    person = a_member(f"{name} person")
    for one in (course, *more):
        enrollment = an_enrollment(person, one)
        add_instructor_follower(
            creator_id=one.creator_id,
            user_id=person.pk,
            enrollment_id=enrollment.pk,
            at=LONG_AGO,
        )
    return person


def _leave(person: User, course: Course) -> None:
    rows = Enrollment.objects.filter(student=person, course=course)
    rows.update(status=Enrollment.Status.CANCELLED, cancelled_at=clock.now())
    remove_instructor_follower(creator_id=course.creator_id, user_id=person.pk)
