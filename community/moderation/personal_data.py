"""What reports and decisions hold of a member (rule PRI-3)."""

from datetime import datetime

from community.models import ContentFlag
from community.models.moderation import REMOVED
from peerloop.kit.batches import in_batches
from peerloop.kit.personal_data import ClosedAccount, Table

STAFF = "a member of staff"
OTHERS = "words of other members stand beside yours"


def empty_snapshots_of(account: ClosedAccount, at: datetime) -> None:
    """Empty snapshots in which the member's words or name stand, and reports sent signed out.

    Safe to repeat.
    """
    sent = ContentFlag.objects.filter(reporter_email=account.email)
    in_batches(sent, lambda batch: batch.update(reporter_name="", reporter_email=""))
    lines = [{"person": str(account.user_id)}]
    rows = ContentFlag.objects.filter(emptied_at=None, snapshot__lines__contains=lines)
    in_batches(rows, lambda batch: batch.update(snapshot={}, emptied_at=at))


TABLES = (
    Table(
        model="community.ModerationCase",
        description="What others reported of what you wrote, and how it was decided",
        owned=("author",),
        participated=("scope_creator", "scope_course__creator"),
        kept_because="the address of a page of ours",
    ),
    Table(
        model="community.ContentFlag",
        description="Your reports of what others wrote",
        owned=("flagger",),
        by_address=("reporter_email",),
        secret={"snapshot": OTHERS},
        not_exported={"case__author": "who reported something is not told"},
        blanked={"flagger": ("details",)},
        blanked_to={"details": REMOVED},
        kept_because="a snapshot holds what others wrote; `empty_snapshots_of` empties one's own",
    ),
    Table(
        model="community.ModerationDecision",
        description="Decisions of moderators about what you wrote",
        owned=("target_user",),
        participated=("actor",),
        secret={"actor": STAFF},
        blanked={"target_user": ("reason",)},
        blanked_to={"reason": REMOVED},
    ),
    Table(
        model="community.Appeal",
        description="Your appeals against decisions of moderators",
        owned=("user",),
        participated=("decided_by",),
        secret={"decided_by": STAFF},
        blanked={"user": ("text", "answer")},
        blanked_to={"text": REMOVED, "answer": REMOVED},
    ),
)
ERASING_STEPS = (empty_snapshots_of,)
