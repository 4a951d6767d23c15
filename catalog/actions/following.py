"""Follow and unfollow courses; unverified members may do so too (rule AUTH-8)."""

from accounts.models import User
from catalog.models import Course, CourseFollow


def follow_course(*, course: Course, by: User) -> None:
    """Follow the course. Safe to repeat, also concurrently."""
    CourseFollow.objects.bulk_create([CourseFollow(user=by, course=course)], ignore_conflicts=True)


def unfollow_course(*, course: Course, by: User) -> None:
    """Stop following the course. Safe to repeat."""
    CourseFollow.objects.filter(user=by, course=course).delete()
