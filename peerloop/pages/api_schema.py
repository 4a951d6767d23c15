"""``/schema``: the OpenAPI document, written once by each process and kind of answer."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer

# By media type. Nothing in it depends on who asks, or changes before the next start.
_written: dict[str | None, str | bytes] = {}


class KeptSchemaView(SpectacularAPIView):
    """The document is the same for everybody until the next start, so it is not built again.

    It takes 60 ms, as long as many calls; parameters for other versions or languages, of which
    there are none, count for nothing.
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
