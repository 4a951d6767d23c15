"""Compresses pages and other answers of text (static files: WhiteNoise)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Django's, for text only.

    What is secret in a page can't be guessed from its compressed length (BREACH): Django adds up to
    100 random bytes, and masks the CSRF token anew for each page. Answers with tokens of the API
    are left as they are. So are files: they are compressed already, or asked for by ranges.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress the answer if the client takes it so."""
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(TEXT) or "/auth/" in request.path:
            return response
        return super().process_response(request, response)
