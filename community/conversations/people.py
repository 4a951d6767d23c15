"""Whom a member may want to write to: their own people, and others by name."""

from django.db.models import Q, QuerySet

from accounts.members.access import without_blockers
from accounts.members.queries.directory import BY_NAME, best_of, found_by_name, nearness
from accounts.models import User
from learning.models import Enrollment

MOST_SHOWN = 20


def own_people(user: User) -> list[User]:
    """The member's teachers, creators and students, the newest enrollment first. Two statements."""
    rows = Enrollment.objects.with_content().filter(Q(student=user) | Q(teacher=user))
    found: dict[object, None] = {}
    columns = ("student_id", "teacher_id", "course__creator_id")
    for ids in rows.order_by("-created_at", "-pk").values_list(*columns)[: MOST_SHOWN * 2]:
        found |= dict.fromkeys(one for one in ids if one not in (None, user.pk))
    people = _reachable(user).in_bulk(list(found))
    return [people[one] for one in found if one in people][:MOST_SHOWN]


def people_found(user: User, search: str) -> list[User]:
    """Members by name: public ones, and private ones among the member's own people (PRIV-3)."""
    known = [person.pk for person in own_people(user)]
    listed = _reachable(user).exclude(pk=user.pk)
    if not user.keeps_order:
        listed = listed.filter(Q(privacy_public=True) | Q(pk__in=known))

    keys = found_by_name(search, lambda ways: best_of(listed, ways, BY_NAME)).keys
    nearest = listed.filter(pk__in=keys).order_by(nearness(search).desc(), *BY_NAME)
    return list(nearest[:MOST_SHOWN])


def _reachable(user: User) -> "QuerySet[User]":
    return without_blockers(User.objects.active(), user)
