"""The limit as WSGI."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.limit_settings"
django.setup()

from django.conf import settings  # noqa: E402 - after the settings are named
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

# An installed app insists on its own while it is set up.
settings.MIDDLEWARE = []
application = WSGIHandler()
