"""What the catalog does when something happened; bound in ``peerloop/wiring.py``."""

import re
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from accounts.events import MemberLeft
from accounts.models import User
from catalog.actions.publishing import retire_course
from catalog.models import Course, CourseWord
from peerloop.kit.personal_data import ClosedAccount


def retire_courses_of_leaver(event: MemberLeft) -> None:
    """In the same transaction: nobody buys from who is gone; former students keep the course."""
    creator = User.objects.get(pk=event.user_id)
    listed = Course.objects.filter(creator=creator, status=Course.Status.PUBLISHED, deleted_at=None)
    for course in listed.order_by("pk"):
        retire_course(course=course, by=creator, at=event.at)


def forget_name_in_search(account: ClosedAccount, at: datetime) -> None:
    """The words of the name go from the search's word list, unless a course still holds them."""
    words = set(re.findall(r"\w{3,40}", account.name.lower()))
    known = list(CourseWord.objects.filter(word__in=words).values_list("word", flat=True))
    if not known:
        return
    CourseWord.objects.filter(word__in=known).delete()
    holding = Q()
    for word in known:
        holding |= Q(search=SearchQuery(word, config="english"))
    # Written, the search column is computed anew, and tells the list its words again.
    Course.objects.filter(holding).update(search=None)
