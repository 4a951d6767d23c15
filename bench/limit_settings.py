"""The stack's limit: Django with nothing but a view."""

from pathlib import Path

from peerloop.settings import *  # noqa: F403

ROOT_URLCONF = "bench.limit"
WSGI_APPLICATION = "bench.limit_wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
