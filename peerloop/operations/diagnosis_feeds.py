"""Checks of the feed provider outside: its secret, and posts and follows that did not reach it."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from peerloop.kit import clock
from peerloop.operations.findings import OK, PROBLEM, WARNING, Finding

CURE = "Repair the database first; then look at FEED_PROVIDER in .env.example."
LATE = timedelta(minutes=10)
# Shorter keys of HS256 are guessed (RFC 7518, 3.2).
LEAST_BYTES = 32


def check_feeds(subject: str) -> Iterator[Finding]:
    """The secret; late and refused rows; whether it answers. Nothing is asked of it."""
    from community.models import FeedDelivery, FeedFollow, FeedOutlet, OutgoingStatus

    if settings.FEED_PROVIDER == "local":
        yield Finding(OK, subject, "feeds are read and kept in our own tables")
        return
    if len(settings.STREAM_API_SECRET.encode()) < LEAST_BYTES:
        cure = "Copy it again from the vendor's page: it is longer."
        yield Finding(WARNING, subject, f"STREAM_API_SECRET has under {LEAST_BYTES} bytes", cure)
    at = clock.now()
    outlet = FeedOutlet.objects.filter(name=settings.FEED_PROVIDER).first()
    if outlet is None:
        text = "nothing was sent to the feed provider yet"
        yield Finding(WARNING, subject, text, "Start a worker and beat.")
        return
    if outlet.away_since is not None:
        text = f"the feed provider takes nothing since {outlet.away_since:%Y-%m-%d %H:%M} UTC"
        cure = "The log says why. All of it is sent once it answers; groups and keys are yours."
        yield Finding(PROBLEM, subject, text, cure)
    for model, words in ((FeedDelivery, "posts"), (FeedFollow, "follows")):
        refused = model.objects.filter(status=OutgoingStatus.FAILED).count()
        if refused:
            cure = "The log says why. They are tried again each day, or by manage.py reconcile."
            yield Finding(WARNING, subject, f"{refused} {words} were refused", cure)
        late = model.objects.due(at - LATE).count()
        if late:
            text = f"{late} {words} wait for over 10 minutes"
            yield Finding(
                WARNING, subject, text, "Start a worker and beat, or wait for the vendor."
            )
            continue
        yield Finding(OK, subject, f"no {words} are late")
