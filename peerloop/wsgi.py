"""Django as WSGI: pages and API, with static files answered before it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloop.settings")

pages = get_wsgi_application()

from peerloop.kit.requests import TextRequest  # noqa: E402 - Django's settings come first
from peerloop.kit.static_files import StaticFiles  # noqa: E402

pages.request_class = TextRequest

application = StaticFiles(pages)
