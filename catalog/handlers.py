"""Event handlers of the catalog; bound in ``peerloop/wiring.py``."""

from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q

from accounts.events import MemberLeft
from accounts.models import User
from catalog.actions.publishing import retire_course
from catalog.models import Course
from peerloop.kit.personal_data import ClosedAccount


def retire_courses_of_departed_member(event: MemberLeft) -> None:
    """Retire the published courses of a member who closed their account.

    Runs in the same transaction, so that nobody can buy from a closed account. Enrolled students
    keep their access.
    """
    creator = User.objects.get(pk=event.user_id)
    listed = Course.objects.filter(creator=creator, status=Course.Status.PUBLISHED, deleted_at=None)
    for course in listed.order_by("pk"):
        retire_course(course=course, by=creator, at=event.at)


def remove_name_from_search(account: ClosedAccount, at: datetime) -> None:
    """Remove the words of an erased member's name from the search, unless a course uses them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM course_words WHERE word IN (SELECT course_words_of(%s)) RETURNING word",
            [account.name],
        )
        known = [word for (word,) in cursor.fetchall()]
    if not known:
        return
    holding = Q()
    for word in known:
        holding |= Q(search=SearchQuery(word, config="english"))
    # Writing the column makes the trigger compute it and add the words of these courses again.
    Course.objects.filter(holding).update(search=None)
