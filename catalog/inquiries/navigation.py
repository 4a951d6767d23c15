"""The menu link to questions, with the number of those that wait."""

from django.db.models import OuterRef

from catalog.models import Inquiry, InquiryStatus
from peerloop.kit.navigation import Link
from peerloop.kit.roles import Counter, CountOf

WAITING = "waiting_inquiries"

LINKS = (
    Link(
        menu="create",
        order=25,
        label="Questions",
        page="inquiries",
        icon="circle-help",
        counter=WAITING,
    ),
)
COUNTERS = (
    Counter(
        name=WAITING,
        count=CountOf(Inquiry.objects.filter(creator=OuterRef("pk"), status=InquiryStatus.OPEN)),
    ),
)
