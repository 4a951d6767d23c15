"""``/metrics``: figures for operators, read from the database at each request."""

import hmac
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from accounts.models import Email, File, WebhookEvent
from billing.models import PaymentSplit, Payout, RefundRequest
from peerloop.kit import clock
from peerloop.kit.network import is_loopback
from peerloop.kit.refusals import Missing
from peerloop.operations.diagnosis_backups import unreceived_bytes
from scheduling.models import Session

ROWS: dict[str, tuple[type[Any], str]] = {
    "peerloop_emails": (Email, "Mails of the outbox by state"),
    "peerloop_webhook_events": (WebhookEvent, "Events of providers by state"),
    "peerloop_sessions": (Session, "Sessions by state"),
    "peerloop_payouts": (Payout, "Payouts by state"),
    "peerloop_refund_requests": (RefundRequest, "Refund requests by state"),
    "peerloop_payment_splits": (PaymentSplit, "Shares of payments by state"),
}
WAITING: dict[str, tuple[type[Any], str, str]] = {
    "peerloop_oldest_waiting_email_seconds": (Email, "queued", "created_at"),
    "peerloop_oldest_waiting_event_seconds": (WebhookEvent, "new", "received_at"),
}


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for requests from this machine or with METRICS_TOKEN as bearer token."""
    if not _may_read(request):
        raise Missing
    registry = CollectorRegistry()
    for name, (model, words) in ROWS.items():
        gauge = Gauge(name, words, ["status"], registry=registry)
        for status, count in model.objects.values_list("status").annotate(Count("pk")):
            gauge.labels(status=status).set(count)
    now = clock.now()
    for name, (model, status, field) in WAITING.items():
        oldest = model.objects.filter(status=status).aggregate(at=Min(field))["at"]
        age = (now - oldest).total_seconds() if oldest else 0
        Gauge(name, "Age of the oldest row that waits", registry=registry).set(max(age, 0))
    waiting = File.objects.filter(scan=File.Scan.PENDING, deleted_at=None).count()
    Gauge("peerloop_files_to_scan", "Files that wait for the scanner", registry=registry).set(
        waiting
    )
    if (unreceived := unreceived_bytes()) is not None:
        words = "What the backup has not received of the database's log"
        Gauge("peerloop_backup_unreceived_bytes", words, registry=registry).set(unreceived[0])
        words = "Whether the backup receives the database's log"
        Gauge("peerloop_backup_receiving", words, registry=registry).set(unreceived[1])
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    token = settings.METRICS_TOKEN.encode()
    return is_loopback(request) or bool(token and hmac.compare_digest(given, token))
