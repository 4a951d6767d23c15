"""Row locks. Take them in this order: enrollment, certificate, course, members."""

from catalog.models import Course
from learning.models import Certificate, Enrollment

# The search vector of a course is as large as the rest of its row, so it is not loaded.
WITHOUT_SEARCH = "course__search"


def lock_enrollment(enrollment: Enrollment) -> None:
    """Lock the row until the transaction ends and refresh the given instance from it.

    The caller's own instance is refreshed, so that no stale copy of it is used afterwards. Locking
    a row again costs one query.
    """
    enrollment.refresh_from_db(
        from_queryset=Enrollment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("student", "teacher", "student_teacher", "course__creator")
        .defer(WITHOUT_SEARCH)
    )


def lock_certificate(certificate: Certificate) -> None:
    """Lock the row until the transaction ends and refresh the given instance from it."""
    certificate.refresh_from_db(
        from_queryset=Certificate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "enrollment", "course__creator")
        .defer(WITHOUT_SEARCH)
    )


def lock_course(course: Course) -> None:
    """Lock the course, so that concurrent changes of its students and teachers count right."""
    Course.objects.select_for_update(no_key=True).only("pk").get(pk=course.pk)
