"""``/schema``: the OpenAPI document, cached by each process for each media type."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer

# By media type. The document is the same for everybody until the process restarts.
_written: dict[str | None, str | bytes] = {}


class CachedSchemaView(SpectacularAPIView):
    """Serves the document from the cache, because building it takes 60 ms.

    The parameters for other versions and languages are ignored, since there are none.
    """

    permission_classes = ()

    def _get_schema_response(self, request: Any) -> HttpResponse:
        renderer: BaseRenderer = request.accepted_renderer
        kind, charset = renderer.media_type, renderer.charset
        if kind not in _written:
            document = self.generator_class().get_schema(request=None, public=True)
            _written[kind] = renderer.render(document, renderer_context={})
        answer = HttpResponse(
            _written[kind], content_type=f"{kind}; charset={charset}" if charset else kind
        )
        name = self._get_filename(request, None)
        answer["Content-Disposition"] = f'inline; filename="{name}"'
        return answer
