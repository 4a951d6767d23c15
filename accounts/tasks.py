"""Celery tasks: each processes one row, or sweeps all that are due."""

from celery import shared_task

from accounts.files import scanning
from accounts.files.actions import storing
from accounts.incoming import inbox
from accounts.notifications.audit_heads import mail_audit_head
from accounts.notifications.outbox import delivery
from accounts.privacy.actions import erasure, export
from accounts.privacy.actions.cleanup import clear_expired
from accounts.privacy.actions.retention import retain
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep

SWEEPS = [
    Sweep("accounts.deliver_due_emails", 30),
    Sweep("accounts.process_due_webhook_events", 30),
    Sweep("accounts.clear_expired", 3_600),
    Sweep("accounts.make_due_exports", 60),
    Sweep("accounts.erase_due", 3_600),
    Sweep("accounts.apply_retention", 86_400),
    Sweep("accounts.scan_due_files", 60),
    Sweep("accounts.clear_files", 600),
    Sweep("accounts.mail_audit_head", 3_600),
]


@shared_task(name="accounts.deliver_email")
def deliver_email(email_id: str) -> None:
    """Send one mail, and a batch of other waiting ones."""
    delivery.deliver_enqueued(email_id=email_id, at=clock.now())


@shared_task(name="accounts.deliver_due_emails")
def deliver_due_emails() -> None:
    """Send all due mails."""
    delivery.deliver_due(at=clock.now())


@shared_task(name="accounts.process_webhook_event")
def process_webhook_event(event_id: str) -> None:
    """Process one provider event."""
    inbox.process(event_id=event_id, at=clock.now())


@shared_task(name="accounts.process_due_webhook_events")
def process_due_webhook_events() -> None:
    """Process all due provider events."""
    inbox.process_due(at=clock.now())


@shared_task(name="accounts.make_export")
def make_export(export_id: str) -> None:
    """Make one export."""
    export.make(export_id=export_id, at=clock.now())


@shared_task(name="accounts.make_due_exports")
def make_due_exports() -> None:
    """Make all due exports, delete expired archives."""
    export.make_due(at=clock.now())


@shared_task(name="accounts.erase_due")
def erase_due() -> None:
    """Carry out due erasures."""
    erasure.erase_due(at=clock.now())


@shared_task(name="accounts.apply_retention")
def apply_retention() -> None:
    """Delete and blank old data."""
    retain(at=clock.now())


@shared_task(name="accounts.clear_expired")
def clear_expired_rows() -> None:
    """Delete expired rows."""
    clear_expired(at=clock.now())


@shared_task(name="accounts.scan_file")
def scan_file(file_id: str) -> None:
    """Scan one file."""
    scanning.scan_file(file_id=file_id, at=clock.now())


@shared_task(name="accounts.scan_due_files")
def scan_due_files() -> None:
    """Scan all pending files."""
    scanning.scan_due(at=clock.now())


@shared_task(name="accounts.clear_files")
def clear_files() -> None:
    """Delete the contents of removed files."""
    storing.clear_removed(at=clock.now())


@shared_task(name="accounts.mail_audit_head")
def mail_audit_head_of_today() -> None:
    """Mail the head of the audit log, once a day."""
    mail_audit_head(at=clock.now())
