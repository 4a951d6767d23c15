"""Questions to a creator, in the order in which they are answered."""

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from catalog.models import Inquiry, InquiryMessage, InquiryStatus, Side


def waiting_inquiries(user: User) -> QuerySet[Inquiry]:
    """Those that wait for an answer, oldest first."""
    rows = Inquiry.objects.filter(creator=user, status=InquiryStatus.OPEN)
    return _shown(rows).order_by("latest_at", "pk")


def done_inquiries(user: User) -> QuerySet[Inquiry]:
    """All others, newest first."""
    rows = Inquiry.objects.filter(creator=user).exclude(status=InquiryStatus.OPEN)
    return _shown(rows).order_by("-latest_at", "-pk")


def asked_inquiries(user: User) -> QuerySet[Inquiry]:
    """Those that the member asked, newest first."""
    return _shown(Inquiry.objects.filter(user=user)).order_by("-created_at", "-pk")


def _shown(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    asked = InquiryMessage.objects.filter(inquiry=OuterRef("pk"), side=Side.ASKER)
    latest = asked.order_by("-created_at", "-pk").values("body")[:1]
    return (
        rows.select_related("course", "user", "creator")
        .defer("course__search")
        .annotate(text=Subquery(latest))
    )
