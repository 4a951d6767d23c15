"""Tasks of newsletters."""

from uuid import UUID

from celery import shared_task

from community.models import Newsletter
from community.newsletters.actions.filling import fill_newsletter
from community.newsletters.actions.sending import begin_scheduled
from community.newsletters.actions.settling import settle_newsletter
from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep, one_by_one

MOST = 100


@shared_task(name="community.send_newsletter")
def send_newsletter(newsletter_id: str) -> None:
    """Queue the mails of one newsletter."""
    fill_newsletter(newsletter_id=UUID(newsletter_id), at=clock.now())


@shared_task(name="community.send_newsletters")
def send_newsletters() -> None:
    """Begin what is due, and go on with what a lost task or a killed worker left."""
    at = clock.now()
    due = Newsletter.objects.due(at).order_by("send_at").values_list("pk", flat=True)[:MOST]
    one_by_one(list(due), lambda pk: begin_scheduled(newsletter_id=pk, at=at))
    sending = Newsletter.objects.sending().order_by("send_at").values_list("pk", flat=True)
    one_by_one(list(sending[:MOST]), _go_on)


def _go_on(newsletter_id: UUID) -> None:
    fill_newsletter(newsletter_id=newsletter_id, at=clock.now())
    settle_newsletter(newsletter_id=newsletter_id, at=clock.now())


SWEEPS = [Sweep("community.send_newsletters", 60)]
