"""``/schema`` and ``/docs``: the OpenAPI document, and a page to read and try it."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from peerloop.kit.api import Endpoint

FILE = "PeerLoop API"


class SchemaEndpoint(Endpoint):
    """GET /schema: as JSON, or as YAML for who accepts only that or asks for ``?format=yaml``."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The document, the same for everybody."""
        accepted = request.headers.get("Accept", "")
        is_yaml = OpenApiYamlRenderer.media_type in accepted and "json" not in accepted
        wanted = "yaml" if is_yaml else "json"
        kind = request.query_params.get("format", wanted)
        renderer = OpenApiYamlRenderer if kind == "yaml" else OpenApiJsonRenderer
        answer = HttpResponse(_written(renderer), content_type=renderer.media_type)
        answer["Content-Disposition"] = f'inline; filename="{FILE}.{renderer.format}"'
        return answer


class DocsEndpoint(Endpoint):
    """GET /docs."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """A page that shows the document and sends requests; it needs scripts."""
        return render(request._request, "pages/api_docs.html")


@cache
def _written(renderer: Any) -> bytes:
    """Kept by each process, because building the document takes 60 ms."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    written: bytes = renderer().render(document, renderer_context={})
    return written
