"""What is kept of each member's goodwill: sums, days and pairs, written by the ledger alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When

from accounts.models import User
from peerloop.kit.triggers import Trigger, never_truncated, refusal

# Rules GW-4 and GW-6, in points a day of the member's zone.
FREE_A_DAY, MOST_GIVEN, MOST_RECEIVED, MOST_EARNED = 15, 50, 100, 150


class Tier(models.TextChoices):
    """What a member has reached, by total earned; never lost (rule TIER-1)."""

    MEMBER = "member", "Member"
    COMMUNITY_HELPER = "community_helper", "Community helper"
    TRUSTED_HELPER = "trusted_helper", "Trusted helper"
    MENTOR = "mentor", "Mentor"
    CHAMPION = "champion", "Champion"


TIERS: dict[Tier, int] = {
    Tier.MEMBER: 0,
    Tier.COMMUNITY_HELPER: 500,
    Tier.TRUSTED_HELPER: 1_000,
    Tier.MENTOR: 2_500,
    Tier.CHAMPION: 5_000,
}


def by_ledger_only(name: str, *, on: str) -> Trigger:
    """Nobody but the trigger of the ledger writes the table."""
    return Trigger(
        name=name,
        on=on,
        is_once_a_statement=True,
        # Depth 1 is this trigger alone: nobody above it wrote a movement.
        body="""
            IF pg_trigger_depth() < 2 THEN
                RAISE EXCEPTION '% is written by the trigger of goodwill_transactions only',
                    TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        """,
    )


class UserGoodwill(models.Model):
    """A member's goodwill (rule GW-1). Its row is locked before anything moves.

    The sums and counters are those of the member's ledger. ``last_day`` is the newest day that any
    movement counted for: moving to another zone does not begin a day anew.
    """

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="goodwill"
    )
    total_earned = models.PositiveIntegerField(default=0, db_default=0)
    spent = models.PositiveIntegerField(default=0, db_default=0)
    balance = models.GeneratedField(
        expression=F("total_earned") - F("spent"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    tier = models.GeneratedField(
        expression=Case(
            *(
                When(total_earned__gte=points, then=Value(tier.value))
                for tier, points in reversed(TIERS.items())
            ),
            default=Value(Tier.MEMBER.value),
        ),
        output_field=models.CharField(max_length=16, choices=Tier.choices),
        db_persist=True,
    )
    summons_helped = models.PositiveIntegerField(default=0, db_default=0)
    questions_answered = models.PositiveIntegerField(default=0, db_default=0)
    referrals = models.PositiveIntegerField(default=0, db_default=0)
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "user_goodwill"
        verbose_name_plural = "goodwill of members"
        constraints = [
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("total_earned")),
                name="user_goodwill_not_below_zero",
            ),
            by_ledger_only("user_goodwill_by_ledger", on="BEFORE UPDATE OR DELETE"),
            refusal(
                "user_goodwill_begins_empty",
                on="BEFORE INSERT",
                condition="(NEW.total_earned, NEW.spent, NEW.summons_helped,"
                " NEW.questions_answered, NEW.referrals) <> (0, 0, 0, 0, 0)",
                message="goodwill begins at zero",
            ),
            never_truncated("user_goodwill_not_truncated"),
        ]
        indexes = [
            models.Index(
                fields=["-total_earned", "user"],
                condition=Q(total_earned__gt=0),
                name="user_goodwill_most",
            )
        ]

    def __str__(self) -> str:
        return f"goodwill of {self.user_id}"

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return str(Tier(self.tier).label)


class GoodwillDay(models.Model):
    """What one day of a member's zone has seen (rules GW-4, GW-6): the caps are constraints.

    ``given``: by the member to others, as in ``received``. ``earned``: all but corrections.
    ``free_used``: of the day's free allowance.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    given = models.PositiveSmallIntegerField(default=0, db_default=0)
    received = models.PositiveSmallIntegerField(default=0, db_default=0)
    earned = models.PositiveSmallIntegerField(default=0, db_default=0)
    free_used = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "goodwill_days"
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="goodwill_day_once"),
            models.CheckConstraint(condition=Q(given__lte=MOST_GIVEN), name="goodwill_day_given"),
            models.CheckConstraint(
                condition=Q(received__lte=MOST_RECEIVED), name="goodwill_day_received"
            ),
            models.CheckConstraint(
                condition=Q(earned__lte=MOST_EARNED), name="goodwill_day_earned"
            ),
            models.CheckConstraint(
                condition=Q(free_used__lte=FREE_A_DAY), name="goodwill_day_free"
            ),
            by_ledger_only("goodwill_days_by_ledger", on="BEFORE INSERT OR UPDATE OR DELETE"),
            never_truncated("goodwill_days_not_truncated"),
        ]
        # For the ranking of thirty days, which reads the newest days of all members.
        indexes: ClassVar = [
            models.Index(fields=["day", "user"], include=["earned"], name="goodwill_day_earners")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}"


class GoodwillPair(models.Model):
    """What one member gave another in all, and how much of it came back: ``mutual`` is the less.

    Admins look at the pairs with the most (rule GW-7).
    """

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField()
    awards = models.PositiveIntegerField()
    mutual = models.PositiveIntegerField(default=0, db_default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "goodwill_pairs"
        constraints = [
            models.UniqueConstraint(fields=["giver", "receiver"], name="goodwill_pair_once"),
            by_ledger_only("goodwill_pairs_by_ledger", on="BEFORE INSERT OR UPDATE OR DELETE"),
            never_truncated("goodwill_pairs_not_truncated"),
        ]
        indexes = [
            models.Index(
                fields=["-mutual", "-last_at"],
                condition=Q(mutual__gt=0),
                name="goodwill_pair_mutual",
            ),
            models.Index(fields=["-points", "-last_at"], name="goodwill_pair_most"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} gave {self.receiver_id} {self.points}"
