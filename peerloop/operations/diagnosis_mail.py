"""Checks of mail: provider, sender address, webhook for bounces, waiting and failed mails."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from peerloop.kit import clock
from peerloop.operations.findings import OK, PROBLEM, WARNING, Finding

CURE = "Repair the database first; then look at EMAIL_PROVIDER in .env.example."
NOBODYS = ("test", "example", "invalid", "localhost", "local")
LATE = timedelta(minutes=10)
DEAD = "admin:accounts_deadletter_changelist"


def check_mail(subject: str) -> Iterator[Finding]:
    """Provider, sender, webhook secret, late mails, failed mails, the audit head."""
    chosen = settings.EMAIL_PROVIDER
    if chosen == "local":
        level = OK if settings.DEBUG else PROBLEM
        cure = "" if settings.DEBUG else "Set RESEND_API_KEY, or EMAIL_HOST for SMTP."
        yield Finding(level, subject, "mail is kept at /dev/mail and reaches nobody", cure)
    else:
        yield Finding(OK, subject, f"mail leaves through {chosen}")
        yield _sender(subject)
    if chosen == "resend":
        yield _webhook(subject)
    yield from _rows(subject)


def _sender(subject: str) -> Finding:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = address.rpartition("@")[2].lower()
    cure = "Set DEFAULT_FROM_EMAIL to an address of a domain that your provider has verified."
    if "." not in domain or domain.rpartition(".")[2] in NOBODYS:
        return Finding(PROBLEM, subject, f"nobody owns the sender's domain {domain!r}", cure)
    own = (urlsplit(settings.BASE_URL).hostname or "").removeprefix("www.")
    if not (domain.endswith(own) or own.endswith(domain)):
        text = f"mail comes from {domain}, the pages from {own}: readers may doubt it"
        return Finding(WARNING, subject, text, cure)
    return Finding(OK, subject, f"mail comes from {domain}")


def _webhook(subject: str) -> Finding:
    secrets = [secret.strip() for secret in settings.RESEND_WEBHOOK_SECRET.split(",")]
    if not any(secrets):
        cure = "Register /api/webhooks/resend at Resend and set RESEND_WEBHOOK_SECRET."
        text = "RESEND_WEBHOOK_SECRET is missing: bounces and complaints are not heard"
        return Finding(PROBLEM, subject, text, cure)
    if not all(secret.startswith("whsec_") for secret in secrets):
        cure = "Copy it again from Resend's page of the webhook."
        return Finding(PROBLEM, subject, "a webhook secret does not begin with whsec_", cure)
    return Finding(OK, subject, "bounces and complaints are heard")


def _rows(subject: str) -> Iterator[Finding]:
    from accounts.models import AuditEntry, AuditHead, Email

    at = clock.now()
    dead = Email.objects.filter(status=Email.Status.FAILED).count()
    if dead:
        cure = f"Look at why, then send them again: {settings.BASE_URL}{reverse(DEAD)}"
        yield Finding(WARNING, subject, f"{dead} dead letters", cure)
    else:
        yield Finding(OK, subject, "no dead letters")
    waiting = Email.objects.filter(status__in=[Email.Status.QUEUED, Email.Status.SENDING])
    late = waiting.filter(next_try_at__lt=at - LATE).count()
    if late:
        cure = "Start a worker and beat; the sweep takes up what waits."
        yield Finding(PROBLEM, subject, f"{late} mails are due for over 10 minutes", cure)
    mailed_lately = AuditHead.objects.filter(day__gte=(at - timedelta(days=2)).date()).exists()
    if not settings.DEBUG and AuditEntry.objects.exists() and not mailed_lately:
        text = "the end of the audit log was not mailed for two days"
        yield Finding(WARNING, subject, text, "Start a worker and beat.")
