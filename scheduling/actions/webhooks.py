"""Staying registered at video servers, which forget a webhook that failed for some minutes."""

import logging

from django.conf import settings

from peerloop.kit.providers import ProviderError
from scheduling.models import Session
from scheduling.providers import video

logger = logging.getLogger(__name__)


def register_webhooks() -> int:
    """Register our webhook again at the video servers in use; how many. Safe to repeat.

    In use: the one of the settings, and those of running sessions.
    """
    running = Session.objects.filter(status=Session.Status.IN_PROGRESS).exclude(provider="")
    names = {settings.VIDEO_PROVIDER, *running.values_list("provider", flat=True).distinct()}
    for name in names:
        try:
            video(name).register_webhook()
        except ProviderError as error:
            logger.warning("our webhook can't be registered at %s: %s", name, error)
    return len(names)
