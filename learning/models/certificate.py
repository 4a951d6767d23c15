"""Certificates, which anybody can verify by a public code, and the record of their changes."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q, Value

from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row
from peerloop.kit.states import State, StatusChoices

HEADINGS = {
    "completion": "Certificate of completion",
    "mastery": "Certificate of mastery",
    "teaching": "Teaching certificate",
}
SENTENCES = {
    "completion": "completed",
    "mastery": "mastered",
    "teaching": "is certified to teach",
}


class Certificate(HasStatus, Row):
    """A certificate; at most one is pending or issued per member, course and type (CERT-1)."""

    class Type(models.TextChoices):
        COMPLETION = "completion"
        MASTERY = "mastery"
        TEACHING = "teaching"

    class Status(StatusChoices):
        PENDING = "pending", State("warn", "hourglass", "Pending")
        ISSUED = "issued", State("ok", "award", "Issued")
        DECLINED = "declined", State("neutral", "circle-x", "Declined")
        REVOKED = "revoked", State("danger", "octagon-alert", "Revoked")

    TRANSITIONS: ClassVar = {
        Status.PENDING: {Status.ISSUED, Status.DECLINED},
        Status.ISSUED: {Status.REVOKED},
        Status.REVOKED: {Status.ISSUED},
    }

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(
        "learning.Enrollment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
    )
    type = models.CharField(max_length=10, choices=Type.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    # Its bit in the list of revoked badges; counted by the database.
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=Func(Value("certificate_numbers"), function="nextval"),
    )
    code = models.CharField(max_length=12, unique=True, null=True, blank=True)
    recommended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recommended_at = models.DateTimeField(null=True, blank=True)
    auto_issue_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    declined_reason = models.TextField(max_length=2000, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.TextField(max_length=2000, blank=True)

    is_pending = Is("status", Status.PENDING)
    is_issued = Is("status", Status.ISSUED)
    is_declined = Is("status", Status.DECLINED)

    class Meta:
        db_table = "certificates"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "type"],
                condition=Q(status__in=["pending", "issued"]),
                name="certificate_one_live",
            ),
            models.CheckConstraint(
                condition=Q(type__in=["completion", "mastery", "teaching"]), name="certificate_type"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["issued", "revoked"])
                | Q(code__isnull=False, issued_at__isnull=False),
                name="certificate_issued_has_code",
            ),
            models.CheckConstraint(
                condition=Q(type="teaching") | Q(enrollment__isnull=False),
                name="certificate_needs_enrollment",
            ),
            models.CheckConstraint(
                condition=Q(status="revoked", revoked_at__isnull=False)
                | (~Q(status="revoked") & Q(revoked_at__isnull=True)),
                name="certificate_revoked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "status"], name="certificate_course_status"),
            models.Index(fields=["-created_at", "-id"], name="certificate_newest"),
            models.Index(fields=["user", "-created_at", "-id"], name="certificate_user_newest"),
            models.Index(
                fields=["number"], condition=Q(status="revoked"), name="certificate_revoked"
            ),
            models.Index(
                fields=["auto_issue_at"], condition=Q(status="pending"), name="certificate_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} certificate, {self.status}"

    @property
    def heading(self) -> str:
        """The title on the certificate, such as ``Certificate of mastery``."""
        return HEADINGS[self.type]

    @property
    def sentence(self) -> str:
        """The verb between holder and course, such as ``mastered``."""
        return SENTENCES[self.type]


class CertificateEvent(Row):
    """A recorded change of a certificate's status; never edited (rule CERT-5)."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_status = models.CharField(max_length=8, blank=True)
    to_status = models.CharField(max_length=8)
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        db_table = "certificate_events"

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status}"
