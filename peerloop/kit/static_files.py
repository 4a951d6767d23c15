"""Static files by Django and WhiteNoise: storages, and serving in front of Django."""

from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from whitenoise.base import WhiteNoise
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from peerloop.kit import bundles

# Folders whose files browsers keep in development too.
ON_EACH_PAGE = (f"{bundles.FOLDER}/", "icons/")


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, also in the imports of our JavaScript modules; compressed copies beside.

    Not by ``support_js_module_import_aggregation``, which takes every package's scripts too: some
    show an import in a comment, of a file that is not there.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file. Kept: every page names about eight, at 15 microseconds each."""
        known = self._urls.get(name or "")
        if known is None:
            known = self._urls[name or ""] = super().url(name, force)
        return known


class DevelopmentStorage(StaticFilesStorage):
    """Plain names; what each page shows with the time of its last change, so that it may be kept.

    Asked for again at each page, they would come too late for Chromium's transition between pages.
    """

    def url(self, name: str | None) -> str:
        """The address of a file; another one when a bundle or the icons changed."""
        address = super().url(name)
        if name and name.startswith(ON_EACH_PAGE) and (found := finders.find(name)):
            return f"{address}?{Path(found).stat().st_mtime_ns:x}"
        return address


def are_missing() -> bool:
    """Whether this is production, and collectstatic has not run: no page could be shown."""
    return not settings.DEBUG and not getattr(staticfiles_storage, "hashed_files", None)


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise with its Django settings, as a WSGI application in front of Django's.

    As middleware it would be asked at every page; here Django is not woken for a file.
    """

    def __init__(self, application: Any) -> None:
        if are_missing():
            raise ImproperlyConfigured(
                f"{settings.STATIC_ROOT} holds no static files. Run manage.py collectstatic."
            )
        super().__init__(None)
        self.application = application

    __call__ = WhiteNoise.__call__
    serve = staticmethod(WhiteNoise.serve)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether the address changes with the content: hashed names, bundles in development."""
        if settings.DEBUG:
            return url.startswith(tuple(f"{self.static_prefix}{one}" for one in ON_EACH_PAGE))
        return super().immutable_file_test(path, url)

    def add_mime_headers(self, headers: Headers, path: str, url: str) -> None:
        """With what Django's middleware adds to pages, as far as it concerns files."""
        super().add_mime_headers(headers, path, url)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
