"""Locks, taken in one order: enrollment, certificate, course, members."""

from catalog.models import Course
from learning.models import Certificate, Enrollment

# Every word of a course, for searching: as long as all the rest of the row.
WITHOUT_SEARCH = "course__search"


def lock_enrollment(enrollment: Enrollment) -> None:
    """Lock the row for the rest of the transaction and bring the instance up to date.

    Locking twice costs one read. The instance that the caller holds is the one that changes, so
    that nobody goes on with a stale one.
    """
    enrollment.refresh_from_db(
        from_queryset=Enrollment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("student", "teacher", "student_teacher", "course__creator")
        .defer(WITHOUT_SEARCH)
    )


def lock_certificate(certificate: Certificate) -> None:
    """Lock the row for the rest of the transaction and bring the instance up to date."""
    certificate.refresh_from_db(
        from_queryset=Certificate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "enrollment", "course__creator")
        .defer(WITHOUT_SEARCH)
    )


def lock_course(course: Course) -> None:
    """Make changes of who is in the course pass one by one, so that counts come out right."""
    Course.objects.select_for_update(no_key=True).only("pk").get(pk=course.pk)
