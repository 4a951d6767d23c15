"""REST framework's JSON parser and renderer: ``kit.parsing`` in, orjson out.

Not in ``kit.api``, because REST framework imports these while it loads its views.
"""

from contextlib import suppress
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from peerloop.kit.parsing import parse_object
from peerloop.kit.refusals import TooLarge

# Times as 2026-05-04T10:00:00Z: in UTC, and never with a fraction.
FORM = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_NON_STR_KEYS


def written(data: Any) -> bytes:
    """The one form in which the API writes JSON."""
    return orjson.dumps(data, default=str, option=FORM)


class JSONParser(BaseParser):
    """Parses bodies by ``kit.parsing``."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """Read and check the body; raises Refused."""
        # Django's own limit holds for `request.body` alone, which REST framework goes around.
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            body = stream.read(most + 1)
        except RequestDataTooBig:
            raise TooLarge from None
        if len(body) > most:
            raise TooLarge
        return parse_object(body)


class AlwaysFirst(DefaultContentNegotiation):
    """What a client accepts chooses among several formats; the one format is sent to all."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """As REST framework; the first of the view's formats where none is accepted."""
        with suppress(NotAcceptable):
            return super().select_renderer(request, renderers, format_suffix)
        return renderers[0], renderers[0].media_type


class JSONRenderer(BaseRenderer):
    """orjson: times in ISO 8601 with Z and whole seconds, UUIDs as text."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        """The bytes of an answer; nothing for an answer without a body."""
        return b"" if data is None else written(data)
