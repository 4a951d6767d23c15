"""Enrollments without a payment, in a list of their own."""

from learning.models import Enrollment


class CompEnrollment(Enrollment):
    """An enrollment that an admin gave (rule ENR-9)."""

    class Meta:
        proxy = True
        verbose_name = "enrollment without payment"
        verbose_name_plural = "enrollments without payment"
