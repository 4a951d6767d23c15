"""Queries of certificates."""

from django.db.models import QuerySet

from accounts.models import User
from learning.models import Certificate, StudentTeacher
from learning.queries.enrollments import sessions_held_in


def certificates_of(user: User) -> QuerySet[Certificate]:
    """The member's certificates, newest first."""
    rows = Certificate.objects.filter(user=user).select_related(
        "user", "course__creator", "issued_by"
    )
    return rows.defer("course__search").order_by("-created_at", "-pk")


def certificate_by_code(code: str) -> Certificate | None:
    """The issued or revoked certificate with that code; ignores case and dashes (CERT-7)."""
    plain = code.replace("-", "").replace(" ", "").upper()
    if len(plain) != 12:
        return None
    return (
        Certificate.objects.filter(code=plain)
        .filter(status__in=[Certificate.Status.ISSUED, Certificate.Status.REVOKED])
        .select_related("user", "course__creator")
        .defer("course__search")
        .first()
    )


def students_taught(certificate: Certificate) -> int | None:
    """The number of students taught with a teaching certificate; None for other types."""
    rows = StudentTeacher.objects.filter(certificate=certificate)
    return rows.values_list("students_taught", flat=True).first()


def waiting_certificates(user: User) -> QuerySet[Certificate]:
    """Pending certificates in the member's courses, oldest first, with ``sessions_held``."""
    return (
        Certificate.objects.filter(course__creator=user, status=Certificate.Status.PENDING)
        .select_related("user", "course", "enrollment", "recommended_by")
        .defer("course__search")
        .annotate(sessions_held=sessions_held_in("enrollment"))
        .order_by("created_at", "pk")
    )


def certificates_in_courses_of(user: User) -> QuerySet[Certificate]:
    """Certificates in the courses that the member created, newest first."""
    rows = Certificate.objects.filter(course__creator=user).select_related("course", "user")
    return rows.defer("course__search").order_by("-created_at", "-pk")
