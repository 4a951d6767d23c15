"""The interests of a member, and suggestions of members to follow (rule PRIV-9).

Suggestions use only declared interests, follows and public data.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.members.access import without_blockers
from accounts.models import Block, Expertise, Follow, User
from catalog.models import Course, CourseTag, Interest

MAX_SUGGESTIONS = 8
# So many courses and experts are looked at, however many share an interest.
MAX_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Interests:
    """What a member would like to learn."""

    categories: list[UUID] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    level: str = ""

    def __bool__(self) -> bool:
        return bool(self.categories or self.tags)


def interests_of(user: User) -> Interests:
    """The member's declared interests: one query."""
    rows = Interest.objects.filter(user=user).order_by("tag", "category_id")
    found = list(rows.values_list("category_id", "tag", "level"))
    return Interests(
        categories=[category for category, _, _ in found if category],
        tags=[tag for _, tag, _ in found if tag],
        level=found[0][2] if found else "",
    )


def people_to_follow(user: User, interests: Interests) -> list[User]:
    """Public members who know or teach the member's interests, most followed first. Two queries.

    Those who teach are looked for among the creators of the courses with most students.
    Private members (rule PRIV-3), followed members, and members who block or are blocked are left
    out.
    """
    if not interests:
        return []
    experts = Expertise.objects.filter(tag__in=interests.tags).values("user")[:MAX_LOOKED_AT]
    tagged = CourseTag.objects.filter(tag__in=interests.tags).values("course")
    courses = Course.objects.listed().filter(
        Q(category__in=interests.categories) | Q(pk__in=tagged)
    )
    known = courses.order_by("-student_count", "-pk")[:MAX_LOOKED_AT]
    rows = _strangers(user)
    creators = list(rows.filter(pk__in=known.values("creator"))[:MAX_SUGGESTIONS])
    knowing = list(rows.filter(pk__in=experts)[:MAX_SUGGESTIONS])
    # Alternate, so that both kinds are suggested.
    mixed = [one for pair in zip(knowing, creators, strict=False) for one in pair]
    found = {one.pk: one for one in [*mixed, *knowing, *creators]}
    return list(found.values())[:MAX_SUGGESTIONS]


def _strangers(user: User) -> "QuerySet[User]":
    followed = Follow.objects.filter(follower=user, followed=OuterRef("pk"))
    blocked = Block.objects.filter(blocker=user, blocked=OuterRef("pk"))
    rows = without_blockers(User.objects.active(), user).filter(privacy_public=True)
    return (
        rows.exclude(pk=user.pk)
        .exclude(Exists(followed))
        .exclude(Exists(blocked))
        .order_by("-stats__follower_count", "name", "pk")
    )
