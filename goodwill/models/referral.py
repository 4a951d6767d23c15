"""Friends whom members invited (rules GW-2, GW-8)."""

from collections.abc import Mapping, Set
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import transitions


class ReferralStatus(StatusChoices):
    """How far an invited friend came."""

    SENT = "sent", State("neutral", "mail", "Invited")
    JOINED = "joined", State("info", "user-check", "Signed up")
    ENROLLED = "enrolled", State("brand", "book-open", "Takes a course")
    QUALIFIED = "qualified", State("ok", "circle-check", "Counted")
    VOID = "void", State("neutral", "ban", "Does not count")


TRANSITIONS: Mapping[str, Set[str]] = {
    ReferralStatus.SENT: {ReferralStatus.JOINED, ReferralStatus.VOID},
    ReferralStatus.JOINED: {ReferralStatus.ENROLLED, ReferralStatus.VOID},
    ReferralStatus.ENROLLED: {ReferralStatus.QUALIFIED, ReferralStatus.VOID},
    ReferralStatus.QUALIFIED: set(),
    ReferralStatus.VOID: set(),
}


class Referral(HasStatus, Row):
    """An invitation by mail, or a friend who came by a member's link (then without an address).

    A member was referred by one other at most.
    """

    Status = ReferralStatus
    TRANSITIONS: ClassVar = TRANSITIONS

    referrer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    email = models.EmailField(max_length=254, blank=True)
    referred = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=9, choices=ReferralStatus.choices, default=ReferralStatus.SENT
    )
    sent_count = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    qualified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "referrals"
        constraints = [
            models.UniqueConstraint(
                fields=["referrer", "email"], condition=~Q(email=""), name="referral_invited_once"
            ),
            models.CheckConstraint(
                condition=Q(referred__isnull=True) | ~Q(referred=F("referrer")),
                name="referral_of_another",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["sent", "void"]) | Q(referred__isnull=False),
                name="referral_joined_is_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="qualified") | Q(qualified_at__isnull=False),
                name="referral_qualified_at",
            ),
            listed("status", ReferralStatus, name="referral_status"),
            transitions("referral_transitions", TRANSITIONS, what="a referral"),
        ]
        indexes = [
            models.Index(fields=["referrer", "-created_at", "-id"], name="referral_newest"),
            models.Index(
                fields=["email", "sent_at"], condition=~Q(email=""), name="referral_address"
            ),
            models.Index(
                fields=["joined_at"], condition=Q(status="enrolled"), name="referral_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referrer_id} invited {self.email or self.referred_id}"


class DeclinedAddress(Row):
    """An address whose owner wants no invitations; only its fingerprint is kept."""

    fingerprint = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "declined_addresses"
        verbose_name_plural = "declined addresses"

    def __str__(self) -> str:
        return self.fingerprint[:8]
