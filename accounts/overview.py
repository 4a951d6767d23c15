"""What of accounts the first page of the admin site begins with."""

from accounts.models import CreatorApplication, Email, User, WebhookEvent
from peerloop.kit.overview import Figure, Wait

WAITS = (
    Wait(
        label="Mails that could not be sent",
        order=20,
        rows=lambda: Email.objects.filter(status=Email.Status.FAILED),
        since="updated_at",
        page="admin:accounts_deadletter_changelist",
        is_wrong=True,
    ),
    Wait(
        label="Events of providers that failed",
        order=21,
        rows=lambda: WebhookEvent.objects.filter(status=WebhookEvent.Status.FAILED),
        since="received_at",
        page="admin:accounts_webhookevent_changelist",
        query="status__exact=failed",
        is_wrong=True,
    ),
    Wait(
        label="Applications of creators",
        order=130,
        rows=lambda: CreatorApplication.objects.filter(status=CreatorApplication.Status.PENDING),
        since="created_at",
        page="admin:accounts_creatorapplication_changelist",
        query="status__exact=pending",
    ),
)
FIGURES = (
    Figure(
        label="New members",
        order=10,
        rows=User.objects.all,
        at="created_at",
        page="admin:accounts_user_changelist",
    ),
)
