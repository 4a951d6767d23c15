"""Menu links to a member's certificates, to homework and to a creator's pending decisions."""

from django.db.models import OuterRef

from learning.models import HomeworkSubmission
from peerloop.kit.navigation import RAIL, Link
from peerloop.kit.roles import Counter, CountOf

HOMEWORK = "waiting_homework"

LINKS = (
    Link(menu=RAIL, order=40, label="Certificates", page="certificates", icon="award"),
    Link(
        menu="teach",
        order=50,
        label="Homework",
        page="teach-homework",
        icon="pencil-line",
        counter=HOMEWORK,
    ),
    Link(menu="create", order=20, label="Approvals", page="approvals", icon="clipboard-list"),
)
COUNTERS = (
    Counter(
        name=HOMEWORK,
        count=CountOf(
            HomeworkSubmission.objects.waiting().filter(enrollment__teacher=OuterRef("pk"))
        ),
    ),
)
