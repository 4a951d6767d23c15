"""Video servers, chosen by VIDEO_PROVIDER and fixed for a session at its first join (ROOM-3)."""

from functools import cache
from importlib import import_module

from django.conf import settings

from scheduling.providers.base import VideoProvider

ADAPTERS = {
    "local": "scheduling.providers.local.LocalVideo",
    "plugnmeet": "scheduling.providers.plugnmeet.PlugNmeetVideo",
    "bigbluebutton": "scheduling.providers.bigbluebutton.BigBlueButtonVideo",
}


def video(name: str = "") -> VideoProvider:
    """The adapter of that name, by default the one that VIDEO_PROVIDER names."""
    return _made(name or settings.VIDEO_PROVIDER)


@cache
def _made(name: str) -> VideoProvider:
    module, kind = ADAPTERS[name].rsplit(".", 1)
    adapter: VideoProvider = getattr(import_module(module), kind)()
    return adapter
