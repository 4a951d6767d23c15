"""The month in money, for admins (rule OUT-10)."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from accounts.notifications.notify import notify
from billing.notifications import MONTHLY_SUMMARY
from billing.notifications.sending import admins
from billing.queries import summary_of_month
from peerloop.kit.formats import money_text

# After these days nobody needs it by mail any more: a new installation does not write history.
DAYS = 7
PLACES = {
    "undelivered": "Sessions still to be held",
    "owed": "Held and owed to teachers and creators",
    "paid": "Paid to teachers and creators",
    "retained": "Kept by PeerLoop",
    "refunded": "Back to students before it was paid out",
    "reversed": "Back to students after it was paid out",
}


@transaction.atomic
def send_monthly_summary(*, at: datetime) -> bool:
    """Mail admins a summary of the month before ``at``, in UTC; whether there was anything in it.

    Each row of its payments is in exactly one place; the places add up to what came in. Safe to
    repeat: a month is summarized once.
    """
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start = (first - timedelta(days=1)).replace(day=1)
    if at - first > timedelta(days=DAYS):
        return False
    month = summary_of_month(start=start, end=first)
    if not month.gross_cents:
        return False
    name = f"{start:%B %Y}"
    places = [[PLACES[place], money_text(cents)] for place, cents in month.by_place.items()]
    shares = [[share.capitalize(), money_text(cents)] for share, cents in month.by_share.items()]
    notify(
        MONTHLY_SUMMARY,
        people=admins(),
        key=f"{start:%Y-%m}",
        month=name,
        gross=money_text(month.gross_cents),
        refunded=money_text(month.refunded_cents),
        net=money_text(month.net_cents),
        places=places,
        shares=shares,
        at=at,
    )
    return True
