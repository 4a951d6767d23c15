"""Courses that members miss, and who else would take them (rule REQ-1)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from catalog.models.course import Course
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger

SHORTEST_TITLE, LONGEST_TITLE = 8, 120
SHORTEST_REASON, LONGEST_REASON = 20, 1_000


class ContentRequestStatus(StatusChoices):
    """Where a request stands."""

    OPEN = "open", State("neutral", "circle", "Open")
    PLANNED = "planned", State("brand", "calendar-check", "Planned")
    PUBLISHED = "published", State("ok", "check", "There is a course")
    DECLINED = "declined", State("neutral", "x", "Declined")


LIVE = (ContentRequestStatus.OPEN, ContentRequestStatus.PLANNED)


class ContentRequest(HasStatus, Row):
    """A course that a member misses. ``vote_count`` is written by a trigger alone."""

    Status = ContentRequestStatus
    TRANSITIONS: ClassVar = {
        ContentRequestStatus.OPEN: {
            ContentRequestStatus.PLANNED,
            ContentRequestStatus.PUBLISHED,
            ContentRequestStatus.DECLINED,
        },
        ContentRequestStatus.PLANNED: {
            ContentRequestStatus.OPEN,
            ContentRequestStatus.PUBLISHED,
            ContentRequestStatus.DECLINED,
        },
        ContentRequestStatus.DECLINED: {ContentRequestStatus.OPEN},
        ContentRequestStatus.PUBLISHED: set(),
    }

    author = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE)
    reason = models.TextField(max_length=LONGEST_REASON)
    status = models.CharField(
        max_length=9, choices=ContentRequestStatus.choices, default=ContentRequestStatus.OPEN
    )
    vote_count = models.PositiveIntegerField(default=0, db_default=0)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(max_length=LONGEST_REASON, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    is_open = Is("status", ContentRequestStatus.OPEN)
    is_planned = Is("status", ContentRequestStatus.PLANNED)
    is_published = Is("status", ContentRequestStatus.PUBLISHED)
    is_declined = Is("status", ContentRequestStatus.DECLINED)

    class Meta:
        db_table = "content_requests"
        constraints = [
            listed("status", ContentRequestStatus, name="content_request_status"),
            models.CheckConstraint(
                condition=Q(title__regex=f".{{{SHORTEST_TITLE}}}")
                & Q(reason__length__gte=SHORTEST_REASON),
                name="content_request_says_something",
            ),
            models.CheckConstraint(
                condition=Q(status="published", course__isnull=False)
                | ~Q(status="published") & Q(course=None),
                name="content_request_published_course",
            ),
            models.CheckConstraint(
                condition=Q(status="open") | Q(decided_at__isnull=False),
                name="content_request_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer=""),
                name="content_request_declined_says_why",
            ),
            # Who misses the same course votes for it.
            models.UniqueConstraint(
                Lower("title"),
                condition=Q(status__in=["open", "planned"]),
                name="content_request_title_once",
            ),
        ]
        indexes = [
            models.Index(
                F("vote_count").desc(),
                F("id").desc(),
                condition=Q(status__in=["open", "planned"]),
                name="content_request_wanted",
            ),
            models.Index(
                F("status"),
                F("decided_at").desc(),
                F("id").desc(),
                name="content_request_decided_at",
            ),
            models.Index(fields=["author", "created_at"], name="content_request_author"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_votes(self) -> bool:
        """Whether it is still to be decided whether there will be a course."""
        return self.status in LIVE


class ContentRequestVote(Row):
    """A member who would take the course."""

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "content_request_votes"
        constraints = [
            models.UniqueConstraint(fields=["request", "user"], name="content_request_vote_once"),
            Trigger(
                name="content_request_votes_counted",
                on="AFTER INSERT OR DELETE",
                body="""
                    UPDATE content_requests SET vote_count = vote_count
                        + CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END
                        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.request_id
                            ELSE OLD.request_id END;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} wants {self.request_id}"
