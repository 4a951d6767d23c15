"""The request class of the WSGI application."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters


class TextRequest(WSGIRequest):
    """Django's request, read as UTF-8 whatever charset it announces.

    Django takes any codec that Python knows, and fails while it makes the request where that one
    decodes no text (``rot13``). ReadableMiddleware refuses all others than UTF-8.
    """

    def _set_content_type_params(self, meta: Any) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )
