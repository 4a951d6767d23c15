"""Following a course: a wish to hear of it, open to unverified members too (rule AUTH-8)."""

from accounts.models import User
from catalog.models import Course, CourseFollow


def follow_course(*, course: Course, by: User) -> None:
    """The member follows the course from now on. Safe to repeat, also at the same time."""
    CourseFollow.objects.bulk_create([CourseFollow(user=by, course=course)], ignore_conflicts=True)


def unfollow_course(*, course: Course, by: User) -> None:
    """The member no longer follows the course. Safe to repeat."""
    CourseFollow.objects.filter(user=by, course=course).delete()
