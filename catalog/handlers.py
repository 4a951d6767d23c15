"""Event handlers of the catalog; bound in ``peerloop/wiring.py``."""

import re
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from accounts.events import MemberLeft
from accounts.models import User
from catalog.actions.publishing import retire_course
from catalog.models import Course, CourseWord
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
    words = set(re.findall(r"\w{3,40}", account.name.lower()))
    known = list(CourseWord.objects.filter(word__in=words).values_list("word", flat=True))
    if not known:
        return
    CourseWord.objects.filter(word__in=known).delete()
    holding = Q()
    for word in known:
        holding |= Q(search=SearchQuery(word, config="english"))
    # Writing the column makes the trigger compute it and add the words of these courses again.
    Course.objects.filter(holding).update(search=None)
