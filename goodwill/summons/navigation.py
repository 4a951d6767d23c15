"""Menu links to the page of help."""

from django.db.models import Exists, OuterRef

from goodwill.models import HelpSummons, HelpSwitch
from learning.models import StudentTeacher
from peerloop.kit.navigation import RAIL, Link
from peerloop.kit.roles import Counter, CountOf

WAITING = "waiting_calls"

LINKS = (
    Link(
        menu=RAIL,
        order=60,
        label="Help",
        page="help",
        icon="life-buoy",
        counter=WAITING,
        live="calls",
    ),
)
_on = HelpSwitch.objects.filter(user=OuterRef(OuterRef("pk")), is_available=True)
_taught = StudentTeacher.objects.filter(
    user=OuterRef(OuterRef("pk")), course=OuterRef("course"), is_active=True
)
COUNTERS = (
    # A creator who does not teach sees calls on the page of help.
    Counter(
        name=WAITING,
        count=CountOf(
            HelpSummons.objects.filter(Exists(_on), Exists(_taught), status="pending").exclude(
                student=OuterRef("pk")
            )
        ),
    ),
)
