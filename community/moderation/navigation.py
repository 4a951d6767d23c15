"""Menu links to the queue and to the form that needs no account."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from community.models import CaseStatus, CommunityModerator, ModerationCase
from peerloop.kit.navigation import DUTIES, FOOTER, Link
from peerloop.kit.roles import Counter, CountOf

WAITING, WAITING_IN_SCOPE = "waiting_cases", "waiting_cases_in_scope"
STAFF = User.objects.filter(Q(is_admin=True) | Q(is_moderator=True), pk=OuterRef(OuterRef("pk")))
APPOINTED = CommunityModerator.objects.active().filter(user=OuterRef(OuterRef("pk")))
PENDING = ModerationCase.objects.filter(status=CaseStatus.PENDING)

LINKS = (
    Link(
        menu=DUTIES,
        order=10,
        label="Moderation",
        page="mod",
        icon="shield-alert",
        roles=("moderate", "admin"),
        counter=WAITING,
    ),
    Link(
        menu=DUTIES,
        order=11,
        label="Moderation",
        page="mod",
        icon="shield-alert",
        roles=("moderate_community",),
        counter=WAITING_IN_SCOPE,
    ),
    Link(menu=FOOTER, order=68, label="Report content", page="report"),
)
COUNTERS = (
    # For all others the database asks for no case at all.
    Counter(name=WAITING, count=CountOf(PENDING.filter(Exists(STAFF)))),
    Counter(
        name=WAITING_IN_SCOPE,
        count=CountOf(PENDING.filter(scope_creator__in=APPOINTED.values("creator"))),
    ),
)
