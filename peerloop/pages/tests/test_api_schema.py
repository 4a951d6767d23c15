"""The OpenAPI document over the API."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.cast import api


@pytest.mark.parametrize(
    "kind", ["application/vnd.oai.openapi", "application/vnd.oai.openapi+json"]
)
def test_the_document_is_complete_and_cached(kind, monkeypatch) -> None:
    first = api().get("/api/v1/schema", headers={"Accept": kind})
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)
    again = api().get("/api/schema?version=2", headers={"Accept": kind})

    assert first.status_code == again.status_code == 200
    assert first["Content-Type"].startswith(kind)
    assert first["Content-Disposition"].startswith('inline; filename="PeerLoop API.')
    assert b"/api/v1/sessions" in first.content
    assert first.content == again.content
