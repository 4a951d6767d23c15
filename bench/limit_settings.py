"""The stack's limit: Django with nothing but a view."""

from peerloop import settings
from peerloop.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if not app.startswith("allauth")]
ROOT_URLCONF = "bench.limit"
WSGI_APPLICATION = "bench.limit_wsgi.application"
