"""The ledger of goodwill: each movement of points is a row, with its cause (rule GW-1)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from peerloop.kit.predicates import Is
from peerloop.kit.rows import Row, listed
from peerloop.kit.statements import statement
from peerloop.kit.triggers import Trigger, append_only, never_truncated


class MovementType(models.TextChoices):
    """Which side of the member's ledger."""

    EARNED = "earned", "Earned"
    SPENT = "spent", "Spent"


class Reason(models.TextChoices):
    """Why points moved (rules GW-2, GW-4, FEED-11)."""

    SUMMON_HELP = "summon_help", "Helped when called"
    QUESTION_ANSWER = "question_answer", "Answered a question"
    FIRST_SESSION_MENTOR = "first_session_mentor", "Your student taught a first session"
    REFERRAL = "referral", "A friend you invited took a first session"
    REMEDIAL_VOLUNTEER = "remedial_volunteer", "Gave extra help"
    AVAILABILITY_BONUS = "availability_bonus", "Was there to help"
    AWARD_GIVEN = "award_given", "Thanked for an answer"
    PROMOTION = "promotion", "Promoted a post"
    CORRECTION = "correction", "Corrected by an administrator"


# Given by one member to another: these count for the giver's and the receiver's caps (GW-6).
FROM_PEOPLE = (Reason.SUMMON_HELP, Reason.QUESTION_ANSWER, Reason.REMEDIAL_VOLUNTEER)
MINTED = (Reason.FIRST_SESSION_MENTOR, Reason.REFERRAL, Reason.AVAILABILITY_BONUS)
WITH_COUNTERPARTY = (*FROM_PEOPLE, Reason.AWARD_GIVEN)
MOST_CORRECTED = 10_000
# The only sums in which points move, by reason (rules GW-2 and FEED-11): least and most.
POINTS: dict[Reason, tuple[int, int]] = {
    Reason.SUMMON_HELP: (10, 25),
    Reason.QUESTION_ANSWER: (5, 5),
    Reason.FIRST_SESSION_MENTOR: (50, 50),
    Reason.REFERRAL: (100, 100),
    Reason.REMEDIAL_VOLUNTEER: (30, 30),
    Reason.AVAILABILITY_BONUS: (5, 5),
    Reason.AWARD_GIVEN: (5, 5),
    Reason.PROMOTION: (50, 350),
    Reason.CORRECTION: (1, MOST_CORRECTED),
}


def _points_fit() -> Q:
    fits = Q()
    for reason, (least, most) in POINTS.items():
        fits |= Q(reason=reason.value, points__gte=least, points__lte=most)
    return fits


_GIVEN = ", ".join(f"'{reason.value}'" for reason in FROM_PEOPLE)
# The one place that writes sums, days and pairs. Whoever adds a row holds the locks of both
# members' rows, so none of these updates waits for another transaction.
KEEP_SUMS = Trigger(
    name="goodwill_keeps_sums",
    on="AFTER INSERT",
    declare="is_given boolean;",
    body=statement(
        """
        UPDATE user_goodwill SET
            total_earned = total_earned + CASE WHEN NEW.type = 'earned' THEN NEW.points ELSE 0 END,
            spent = spent + CASE WHEN NEW.type = 'spent' THEN NEW.points ELSE 0 END,
            summons_helped = summons_helped + (NEW.reason = 'summon_help')::int,
            questions_answered = questions_answered + (NEW.reason = 'question_answer')::int,
            referrals = referrals + (NEW.reason = 'referral')::int,
            last_day = greatest(last_day, NEW.on_date)
        WHERE user_id = NEW.user_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'lock the goodwill of % first', NEW.user_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.type = 'spent' OR NEW.reason = 'correction' THEN
            RETURN NULL;
        END IF;
        is_given := NEW.reason IN ({given});
        INSERT INTO goodwill_days AS kept (user_id, day, earned, received)
            VALUES (NEW.user_id, NEW.on_date, NEW.points,
                    CASE WHEN is_given THEN NEW.points ELSE 0 END)
            ON CONFLICT (user_id, day) DO UPDATE SET
                earned = kept.earned + excluded.earned,
                received = kept.received + excluded.received;
        IF NOT is_given THEN
            RETURN NULL;
        END IF;
        UPDATE user_goodwill SET last_day = greatest(last_day, NEW.given_on)
            WHERE user_id = NEW.counterparty_id;
        INSERT INTO goodwill_days AS kept (user_id, day, given, free_used)
            VALUES (NEW.counterparty_id, NEW.given_on, NEW.points,
                    CASE WHEN NEW.free_allowance THEN NEW.points ELSE 0 END)
            ON CONFLICT (user_id, day) DO UPDATE SET
                given = kept.given + excluded.given,
                free_used = kept.free_used + excluded.free_used;
        INSERT INTO goodwill_pairs AS kept (giver_id, receiver_id, points, awards, last_at)
            VALUES (NEW.counterparty_id, NEW.user_id, NEW.points, 1, NEW.created_at)
            ON CONFLICT (giver_id, receiver_id) DO UPDATE SET
                points = kept.points + excluded.points,
                awards = kept.awards + 1,
                last_at = greatest(kept.last_at, excluded.last_at);
        UPDATE goodwill_pairs AS one SET mutual = least(one.points, other.points)
            FROM goodwill_pairs AS other
            WHERE other.giver_id = one.receiver_id AND other.receiver_id = one.giver_id
                AND (one.giver_id, one.receiver_id) IN (
                    (NEW.counterparty_id, NEW.user_id), (NEW.user_id, NEW.counterparty_id));
        RETURN NULL;
    """,
        given=_GIVEN,
    ),
)
# A gift from the giver's own points has two rows of one cause, one from the free allowance one.
BALANCED = Trigger(
    name="goodwill_gifts_balance",
    on="AFTER INSERT",
    is_deferred=True,
    condition="NEW.reason IN ('question_answer', 'award_given')",
    declare="paid bigint; gained bigint;",
    body="""
        SELECT coalesce(sum(points) FILTER (WHERE type = 'spent'), 0),
               coalesce(sum(points) FILTER (WHERE type = 'earned' AND NOT free_allowance), 0)
            INTO paid, gained FROM goodwill_transactions WHERE cause = NEW.cause;
        IF paid <> gained THEN
            RAISE EXCEPTION 'gift % does not balance: % paid, % gained', NEW.cause, paid, gained
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    """,
)


class GoodwillTransaction(Row):
    """One movement of points in the ledger of ``user``. Only added.

    ``cause`` says what happened, in words of the program such as ``post:<id>``: one cause moves
    points once (with ``type``, as a gift stands in two ledgers). ``counterparty``: who gave, or for
    what was given, who received; None where the platform did. ``subject``: about whom it is, such
    as the friend who was invited. ``on_date`` is the day in the zone of ``user``, ``given_on`` in
    the giver's. ``note``: the reason of a correction.
    """

    Type = MovementType
    Reason = Reason

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=6, choices=MovementType.choices)
    points = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    cause = models.CharField(max_length=120)
    counterparty = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    subject = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    course = models.ForeignKey(
        "catalog.Course", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    post = models.ForeignKey(
        "community.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey(
        "community.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on_date = models.DateField()
    given_on = models.DateField(null=True, blank=True)
    free_allowance = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, max_length=2000)

    is_earned = Is("type", MovementType.EARNED)

    class Meta:
        db_table = "goodwill_transactions"
        constraints = [
            models.UniqueConstraint(fields=["cause", "type"], name="goodwill_cause_once"),
            models.UniqueConstraint(
                fields=["user", "on_date"],
                condition=Q(reason="availability_bonus"),
                name="goodwill_one_bonus_a_day",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(reason="referral"), name="goodwill_referral_once"
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(reason="first_session_mentor"),
                name="goodwill_mentor_once",
            ),
            models.UniqueConstraint(
                fields=["post", "counterparty"],
                condition=Q(reason="question_answer"),
                name="goodwill_post_once",
            ),
            models.UniqueConstraint(
                fields=["message", "counterparty"],
                condition=Q(reason="question_answer"),
                name="goodwill_message_once",
            ),
            listed("type", MovementType, name="goodwill_type"),
            models.CheckConstraint(condition=_points_fit(), name="goodwill_points_fit_reason"),
            models.CheckConstraint(
                condition=Q(type="earned", reason__in=[*FROM_PEOPLE, *MINTED, Reason.CORRECTION])
                | Q(
                    type="spent",
                    reason__in=[Reason.AWARD_GIVEN, Reason.PROMOTION, Reason.CORRECTION],
                ),
                name="goodwill_type_fits_reason",
            ),
            models.CheckConstraint(
                condition=Q(counterparty__isnull=True) | ~Q(counterparty=F("user")),
                name="goodwill_never_oneself",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=WITH_COUNTERPARTY, counterparty__isnull=False)
                | (~Q(reason__in=WITH_COUNTERPARTY) & Q(counterparty__isnull=True)),
                name="goodwill_counterparty",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=FROM_PEOPLE, given_on__isnull=False)
                | (~Q(reason__in=FROM_PEOPLE) & Q(given_on__isnull=True)),
                name="goodwill_given_on",
            ),
            models.CheckConstraint(
                condition=Q(free_allowance=False) | Q(reason="question_answer"),
                name="goodwill_free_is_a_gift",
            ),
            models.CheckConstraint(
                condition=~Q(reason="correction") | (~Q(note="") & Q(created_by__isnull=False)),
                name="goodwill_correction_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(reason__in=["referral", "first_session_mentor"])
                | Q(subject__isnull=False),
                name="goodwill_subject",
            ),
            append_only("goodwill_append_only"),
            never_truncated("goodwill_not_truncated"),
            KEEP_SUMS,
            BALANCED,
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="goodwill_newest"),
            models.Index(
                fields=["user", "type", "-created_at", "-id"], name="goodwill_newest_of_type"
            ),
            models.Index(fields=["counterparty", "user", "-created_at"], name="goodwill_given"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.points} {self.reason}"
